package sheet

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// Table takes the rows of one table, from the top.
type Table interface {
	// Write adds a row. There may be fewer cells than columns, never more. An error says
	// which cell cannot be written as it is; nothing is ever cut or changed silently.
	Write(cells []Out) error
}

// Out is a cell to be written.
type Out struct {
	// Kind is Blank, Text, Number, Bool or Date; Error and Formula are written as the text
	// that they are, never as something that computes.
	Kind Kind
	// Text is the value: text as it is; a number as plain digits ("1200.50") or with an
	// exponent; "TRUE" or "1" for true; an ISO date such as "2026-01-30" or
	// "2026-01-30T13:30:00". What is no number or date after all is written as text.
	Text string
	// Amount shows a number of a workbook with two decimals and its thousands apart.
	Amount bool
	// Style is the look of the cell in a workbook; CSV has none.
	Style Style
	// Note is shown in a workbook when the pointer rests on the cell. A sheet takes 1,000
	// notes; further ones are left out.
	Note string
}

// Column is a column to be written. CSV knows the header only.
type Column struct {
	// Header is the text of the first row. Where no column has one there is no such row.
	Header string
	// Width is in characters of the standard font; 0 leaves the usual width.
	Width float64
	// Kind is what will be typed into empty cells: Text keeps leading zeros, Date shows
	// yyyy-mm-dd.
	Kind Kind
	// Hidden hides the column, Group puts it under an outline that folds it away, Shaded
	// gives it a grey ground.
	Hidden, Group, Shaded bool
	// Wrap shows a long text in several lines instead of cutting it off at the next cell.
	Wrap bool
	// Needed colours the header: the column must be filled in.
	Needed bool
	// Note is shown at the header.
	Note string
	// Allowed are the values of a dropdown. Another value is warned of, not refused.
	Allowed []string
}

// maxCell is how many UTF-16 units a cell of a workbook holds.
const maxCell = 32_767

// checkText refuses what a workbook cannot hold.
func checkText(text string) (reason, advice string) {
	if !utf8.ValidString(text) {
		return "the text is not valid UTF-8", "write it as text in UTF-8"
	}
	if len(text) <= maxCell {
		return "", ""
	}
	units := 0
	for _, r := range text {
		units += utf16.RuneLen(r)
	}
	if units > maxCell {
		return fmt.Sprintf("a text of %d characters; a cell of a workbook holds %d", units, maxCell), "write a CSV file, which has no such limit"
	}
	return "", ""
}
