package sheet

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ProblemError says why a file cannot be read as it stands: which rule it breaks, where, and
// what the person can do.
type ProblemError struct {
	// Code is the stable code of the rule, such as "CSV-QUOTE" or "XLSX-CRC".
	Code string
	// File is the shown name of the file.
	File string
	// Sheet is the sheet of a workbook, "" for a CSV file or the workbook as a whole.
	Sheet string
	// Cell is the cell, such as "F17"; "" where no single cell is at fault.
	Cell string
	// Row is the row that a spreadsheet program shows, 0 for the file as a whole.
	Row int
	// Line is the line of a CSV file where its text is damaged, 0 for anything else.
	Line int
	// Reason is what is wrong, in words.
	Reason string
	// Advice is what to do next; it may be empty.
	Advice string
}

// Error returns one line: `deals.xlsx, sheet "Deals", F17: reason`. Control characters of the
// file or its name are shown as escapes.
func (e *ProblemError) Error() string {
	var b strings.Builder
	b.WriteString(visible(e.File))
	if e.Sheet != "" {
		fmt.Fprintf(&b, ", sheet %q", e.Sheet)
	}
	b.WriteString(e.place())
	b.WriteString(": ")
	b.WriteString(visible(e.Reason))
	return b.String()
}

func (e *ProblemError) place() string {
	switch {
	case e.Line > 0:
		return ", line " + strconv.Itoa(e.Line)
	case e.Cell != "":
		return ", " + e.Cell
	case e.Row > 0:
		return ", row " + strconv.Itoa(e.Row)
	}
	return ""
}

// Hint returns what to do next.
func (e *ProblemError) Hint() string { return visible(e.Advice) }

// visible shows what could drive a terminal, or is no UTF-8, as escapes.
func visible(text string) string {
	if !strings.ContainsFunc(text, hidden) {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02X`, text[0])
		case hidden(r):
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		default:
			b.WriteRune(r)
		}
		text = text[size:]
	}
	return b.String()
}

func hidden(r rune) bool {
	return r == utf8.RuneError || r != ' ' && !unicode.IsPrint(r)
}

// shownLimit is how many characters of a value an error shows.
const shownLimit = 80

// clip cuts a value for an error, at a character.
func clip(text string) string {
	count := 0
	for i := range text {
		if count == shownLimit {
			return text[:i] + "…"
		}
		count++
	}
	return text
}

// guarded turns a panic while a file is read, which would be a fault of the reader, into a
// problem with that file. What a caller does with the rows runs outside of it.
func guarded[T any](file string, read func() (T, error)) (value T, err error) {
	defer func() {
		if recover() != nil {
			var nothing T
			value, err = nothing, &ProblemError{Code: "FILE-READ", File: file, Reason: "the file cannot be understood",
				Advice: "open it in Excel and save it again; if that does not help, report this with the file"}
		}
	}()
	return read()
}
