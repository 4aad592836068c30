// Package yamltext looks at YAML before it is parsed. The parser follows nested entries by calls, and goes through
// a line again for each mark in it: a small file that nobody wrote by hand would keep it busy for hours.
package yamltext

import (
	"bytes"
	"strings"
)

// How deeply entries may be nested, and how many marks may stand in one line. What a person writes has a few.
const (
	deepest   = 100
	mostMarks = 1000
)

// Intricate reports whether a text is nested more deeply, or has a line with more marks, than anybody
// writes. Nested entries of lines of their own are not counted: each needs more spaces than the one before it,
// so that a file of bounded length has few.
func Intricate(data []byte) bool {
	if brackets(data) > deepest {
		return true
	}
	for line := range bytes.Lines(data) {
		nested, marks := marksOf(string(line))
		if nested > deepest || marks > mostMarks {
			return true
		}
	}
	return false
}

// brackets counts brackets that open, which is at least how deeply they are nested.
func brackets(data []byte) int {
	open, most := 0, 0
	for _, b := range data {
		switch b {
		case '[', '{':
			open++
			most = max(most, open)
		case ']', '}':
			open--
		}
	}
	return most
}

// marksOf counts the words of a line that begin an entry on the same line, and those that the parser may take
// for an anchor, a tag, a quoted text or a key.
func marksOf(line string) (nested, marks int) {
	for word := range strings.FieldsSeq(line) {
		switch {
		case word == "-", word == "?", word == ":":
			nested++
		case strings.ContainsRune(`&*!'"<`, rune(word[0])), strings.HasSuffix(word, ":"):
			marks++
		}
	}
	return nested, marks
}
