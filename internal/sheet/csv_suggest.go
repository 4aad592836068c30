package sheet

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
)

// usualEncodings are those of older programs, by region, the most common first.
var usualEncodings = []string{"windows-1252", "windows-1250", "windows-1251", "windows-1253", "windows-1254",
	"shift_jis", "gbk", "big5", "euc-kr", "euc-jp"}

// The bounds of what is looked at and shown to tell encodings apart.
const (
	suggestBytes = 16 << 20
	suggestShown = 24 // characters of a cell
)

// suggest shows how a cell that is not UTF-8 reads in each encoding that can read the file: only
// a person sees which is right.
func (c *csvContent) suggest(cell []byte) string {
	var readings []string
	names := map[string][]string{}
	for _, name := range usualEncodings {
		text, ok := c.readsAs(name, cell)
		if !ok {
			continue
		}
		if names[text] == nil {
			readings = append(readings, text)
		}
		names[text] = append(names[text], name)
	}
	if len(readings) == 0 {
		return "save the file as CSV UTF-8"
	}
	lines := make([]string, len(readings))
	for i, text := range readings {
		lines[i] = fmt.Sprintf("--encoding %s reads “%s”", strings.Join(names[text], " or "), text)
	}
	return "save the file as CSV UTF-8, or pass what reads right: " + strings.Join(lines, "; ")
}

// readsAs returns the start of a cell in an encoding, and whether that can read the file.
func (c *csvContent) readsAs(name string, cell []byte) (string, bool) {
	found, err := htmlindex.Get(name)
	if err != nil {
		return "", false
	}
	try := charset{name: name, decoder: found, skip: c.charset.skip}
	decoded, err := found.NewDecoder().Bytes(cell)
	if err != nil || !readable(decoded) {
		return "", false
	}
	in := try.reader(io.NewSectionReader(c.book.file, try.skip, min(suggestBytes, c.book.size-try.skip)))
	part := make([]byte, headBytes)
	for {
		n, err := io.ReadFull(in, part)
		ended := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		cut := ended && c.book.size > suggestBytes // within a character, perhaps
		if err != nil && !ended || !readable(part[:n]) && !cut {
			return "", false
		}
		if ended {
			return start(string(decoded), suggestShown), true
		}
	}
}

// readable reports whether a text holds nothing that an encoding does not know, and no control
// characters but those of lines. A character that is cut at either end does not count.
func readable(text []byte) bool {
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size > 1 || r >= 0x7F && unicode.IsControl(r) {
			return false
		}
		text = text[size:]
	}
	return true
}

// start returns the first characters of a text, from a few before the first that is not ASCII.
func start(text string, most int) string {
	runes := []rune(text)
	from := 0
	for i, r := range runes {
		if r > unicode.MaxASCII {
			from = max(0, i-4)
			break
		}
	}
	return string(runes[from:min(len(runes), from+most)])
}
