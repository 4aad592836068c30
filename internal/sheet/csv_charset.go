package sheet

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"

	xunicode "golang.org/x/text/encoding/unicode"
)

// charset is the encoding of a CSV file.
type charset struct {
	name string
	// decoder is nil for UTF-8, which is checked and not decoded.
	decoder encoding.Encoding
	// skip is the length of the byte order mark.
	skip int64
	// said is the note for the person, "" for plain UTF-8.
	said string
}

func (c charset) reader(in io.Reader) io.Reader {
	if c.decoder == nil {
		return in
	}
	return transform.NewReader(in, c.decoder.NewDecoder())
}

// marks are the byte order marks, longest first, since the one of UTF-32 starts with the one
// of UTF-16.
var marks = []struct {
	bytes, name string
	decoder     encoding.Encoding
}{
	{"\xff\xfe\x00\x00", "UTF-32LE", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)},
	{"\x00\x00\xfe\xff", "UTF-32BE", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)},
	{"\xef\xbb\xbf", "UTF-8", nil},
	{"\xff\xfe", "UTF-16LE", xunicode.UTF16(xunicode.LittleEndian, xunicode.IgnoreBOM)},
	{"\xfe\xff", "UTF-16BE", xunicode.UTF16(xunicode.BigEndian, xunicode.IgnoreBOM)},
}

// chooseCharset decides by the byte order mark, then by the option, and otherwise holds the
// file to UTF-8. A guess from the frequency of bytes would be wrong on short files.
func chooseCharset(o Options, head []byte) (charset, error) {
	for _, mark := range marks {
		if !bytes.HasPrefix(head, []byte(mark.bytes)) {
			continue
		}
		c := charset{name: mark.name, decoder: mark.decoder, skip: int64(len(mark.bytes))}
		if mark.decoder != nil {
			c.said = "read as " + mark.name + ", as its byte order mark says"
		}
		return c, nil
	}
	if o.Encoding != "" {
		return namedCharset(o)
	}
	if name := wideWithoutMark(head); name != "" {
		return charset{}, &ProblemError{Code: "CSV-ENCODING", File: o.Name,
			Reason: "looks like " + name + " without a byte order mark",
			Advice: "pass --encoding " + strings.ToLower(name) + ", or save the file as CSV UTF-8"}
	}
	return charset{name: "UTF-8"}, nil
}

func namedCharset(o Options) (charset, error) {
	found, err := htmlindex.Get(o.Encoding)
	if err != nil {
		return charset{}, &ProblemError{Code: "CSV-ENCODING", File: o.Name,
			Reason: fmt.Sprintf("%q is not the name of an encoding", o.Encoding),
			Advice: "use a name such as utf-8, windows-1252, windows-1250, iso-8859-2 or utf-16le"}
	}
	name, err := htmlindex.Name(found)
	if err != nil {
		name = o.Encoding
	}
	if name == "utf-8" {
		return charset{name: "UTF-8"}, nil
	}
	return charset{name: name, decoder: found, said: "read as " + name + ", as asked"}, nil
}

// wideWithoutMark finds the NUL bytes that UTF-16 puts beside every Latin letter.
func wideWithoutMark(head []byte) string {
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	half := len(head) / 2
	switch {
	case half == 0:
		return ""
	case zeros[1] > half*2/5 && zeros[0] <= half/20:
		return "UTF-16LE"
	case zeros[0] > half*2/5 && zeros[1] <= half/20:
		return "UTF-16BE"
	}
	return ""
}

// damage finds the first character of text that the encoding cannot have meant. It returns
// its offset, or -1, and says what is wrong.
func (c charset) damage(text []byte) (int, string) {
	if c.decoder != nil {
		at := bytes.Index(text, []byte(string(utf8.RuneError)))
		return at, "a byte sequence that " + c.name + " does not know"
	}
	if utf8.Valid(text) {
		return -1, ""
	}
	at := 0
	for at < len(text) {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size <= 1 {
			break
		}
		at += size
	}
	return at, fmt.Sprintf("byte 0x%02X is not UTF-8", text[at])
}

func (c charset) advice() string {
	return "check --encoding " + c.name + ", or save the file as CSV UTF-8"
}

// blankText reports whether text holds nothing that can be seen.
func blankText(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return !unicode.IsSpace(r) && r != '\ufeff' }) < 0
}
