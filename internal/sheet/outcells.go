package sheet

import (
	"fmt"
	"time"
)

// TextCell is a cell of text.
func TextCell(s string, style Style) Out {
	return Out{Kind: Text, Text: s, Style: style}
}

// CountCell is a cell with a whole number.
func CountCell(n int) Out { return Out{Kind: Number, Text: fmt.Sprint(n)} }

// AmountCell is a cell with a sum of money, of plain digits.
func AmountCell(digits string, style Style) Out {
	return Out{Kind: Number, Text: digits, Style: style, Amount: true}
}

// Stamp is a time as a page of a workbook says it.
func Stamp(t time.Time) string { return t.Format("2006-01-02 15:04:05 MST") }

// WriteLines writes the lines of a page.
func WriteLines(table Table, lines [][]Out) error {
	for _, line := range lines {
		if err := table.Write(line); err != nil {
			return err
		}
	}
	return nil
}
