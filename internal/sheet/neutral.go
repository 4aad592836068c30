package sheet

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// formulaStarts are the characters that make a spreadsheet take a cell of a CSV file for a
// formula, the full-width ones included.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// neutralise puts an apostrophe before text that a spreadsheet would run as a formula. Text
// that has such apostrophes already gets one more, so that restore gives back every text.
func neutralise(text string) string {
	if dangerous(text) {
		return "'" + text
	}
	return text
}

// restore takes off exactly the apostrophe that neutralise puts on.
func restore(text string) string {
	rest, found := strings.CutPrefix(text, "'")
	if found && dangerous(rest) {
		return rest
	}
	return text
}

// dangerous looks behind leading apostrophes, quotes and spaces, which programs strip.
func dangerous(text string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(text, stripped))
	return first != utf8.RuneError && strings.ContainsRune(formulaStarts, first)
}

// stripped reports whether a program may strip a character at the beginning of a cell.
func stripped(r rune) bool {
	return r == '\'' || r == '"' || r == '\ufeff' || unicode.Is(unicode.Zs, r)
}
