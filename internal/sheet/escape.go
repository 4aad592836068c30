package sheet

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// escapeLength is the length of an escape such as "_x000D_".
const escapeLength = 7

// unescape undoes the escapes _xHHHH_ of XLSX. It returns its argument where there is none,
// and false for half of a surrogate pair. Source: ECMA-376 part 1, 22.9.2.19 (ST_Xstring).
func unescape(text []byte) ([]byte, bool) {
	if !bytes.Contains(text, []byte("_x")) {
		return text, true
	}
	plain := make([]byte, 0, len(text))
	for len(text) > 0 {
		unit, ok := escapedUnit(text)
		if !ok {
			plain = append(plain, text[0])
			text = text[1:]
			continue
		}
		text = text[escapeLength:]
		r := rune(unit)
		if utf16.IsSurrogate(r) {
			low, ok := escapedUnit(text)
			if r = utf16.DecodeRune(r, rune(low)); !ok || r == utf8.RuneError {
				return nil, false
			}
			text = text[escapeLength:]
		}
		plain = utf8.AppendRune(plain, r)
	}
	return plain, true
}

// escapedUnit reads the UTF-16 unit of the escape at the start of text.
func escapedUnit(text []byte) (uint16, bool) {
	if len(text) < escapeLength || text[0] != '_' || text[1] != 'x' || text[6] != '_' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return uint16(unit), err == nil
}
