package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// validName allows the names of ASCII letters, which are all that spreadsheets have.
func validName(text []byte) bool {
	colons := 0
	for i, b := range text {
		switch {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', b == '_':
		case b == ':' && i > 0 && i < len(text)-1 && colons == 0:
			colons++
		case i > 0 && text[i-1] != ':' && ('0' <= b && b <= '9' || b == '-' || b == '.'):
		default:
			return false
		}
	}
	return len(text) > 0
}

// plainText checks the characters of text, makes every line end a \n and puts characters in the
// place of references such as &amp; and &#10;.
func (l *lexer) plainText(text []byte, references bool) ([]byte, error) {
	if !validText(text) {
		return nil, errors.New("a character that XML does not allow, or no UTF-8")
	}
	if bytes.IndexByte(text, '\r') < 0 && (!references || bytes.IndexByte(text, '&') < 0) {
		return text, nil
	}
	l.plain = l.plain[:0]
	for i := 0; i < len(text); i++ {
		switch b := text[i]; {
		case b == '\r':
			l.plain = append(l.plain, '\n')
			if i+1 < len(text) && text[i+1] == '\n' {
				i++
			}
		case b == '&' && references:
			length := bytes.IndexByte(text[i:], ';')
			r, ok := reference(text[i+1 : i+max(length, 1)])
			if !ok {
				return nil, fmt.Errorf("the unknown reference %q", clip(string(text[i:])))
			}
			l.plain = utf8.AppendRune(l.plain, r)
			i += length
		default:
			l.plain = append(l.plain, b)
		}
	}
	return l.plain, nil
}

// reference returns the character that stands for "amp", "#10" or "#x0A".
func reference(name []byte) (rune, bool) {
	switch string(name) {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "apos":
		return '\'', true
	case "quot":
		return '"', true
	}
	digits, isNumber := strings.CutPrefix(string(name), "#")
	base := 10
	if hex, isHex := strings.CutPrefix(digits, "x"); isHex {
		digits, base = hex, 16
	}
	code, err := strconv.ParseUint(digits, base, 32)
	r := rune(code)
	return r, isNumber && err == nil && code <= utf8.MaxRune && validRune(r) && utf8.ValidRune(r)
}

// validText reports whether all characters may stand in an XML document.
func validText(text []byte) bool {
	for i := 0; i < len(text); {
		if b := text[i]; b < utf8.RuneSelf {
			if b < ' ' && b != '\t' && b != '\n' && b != '\r' {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 || !validRune(r) {
			return false
		}
		i += size
	}
	return true
}

func validRune(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r != '\uFFFE' && r != '\uFFFF'
}
