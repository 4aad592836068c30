// Package sheet reads and writes tables: CSV and XLSX files as streams of rows. It is the
// only home of excelize and gocsv, and knows nothing of referrals.
package sheet

import "strconv"

// Kind says what a cell holds.
type Kind uint8

// The kinds of cells. A CSV file has Blank and Text cells only.
const (
	Blank   Kind = iota // nothing, or nothing but white space
	Text                // text, as typed
	Number              // a number; Stored has the file's own digits
	Bool                // Stored is "1" or "0", Shown "TRUE" or "FALSE"
	Date                // a number under a date format; Stored is the serial, Shown ISO 8601
	Error               // an error value such as #REF!
	Formula             // a formula without a stored value
)

// Cell is one cell of a table, as it was stored and as a person sees it.
type Cell struct {
	Kind Kind
	// Stored is the value in the file: the text itself, the digits of a number, the serial
	// of a date.
	Stored string
	// Shown is what a person sees: a number under a format of zeros ("00501"), other numbers in
	// plain digits without exponent, a fraction to 15 digits as Excel shows it; a date as
	// "2026-01-30" or "2026-01-30T13:30:00", whatever the date system of the workbook; a time
	// of less than a day as "13:30:00"; TRUE and FALSE for booleans. A serial that is no date,
	// such as 60 or -1, is shown as it is stored.
	Shown string
	// Seen is what a person sees of a number whose format puts a constant text beside it, or shows another number:
	// "$5,000", "50%", "5M" for five millions. It is "" for any other cell.
	Seen string
	// Moved is true where Seen has other digits than the number: a share, or thousands.
	Moved bool
	// Local is true where the sign of money in Seen is that of whoever opens the workbook.
	Local bool
	// Computed is true where the value was stored by a formula.
	Computed bool
	// Unwrapped is true where a CSV file had ="text", by which programs keep leading zeros.
	Unwrapped bool
}

// Row is one row of a table.
type Row struct {
	// Number is the row number that a spreadsheet program shows, also for CSV, where a row may
	// have several lines and the line "sep=;" is none.
	Number int
	// Cells are the cells from column A on; trailing blank cells may be left out.
	Cells []Cell
	// Hidden is true for a row that is hidden or filtered away in the workbook.
	Hidden bool
	// Line is the line of a CSV file on which the row starts, counted from 1; 0 in a workbook.
	Line int
	// Short is how many cells a row of a CSV lacks that its header has.
	Short int
}

// At returns the cell of a column counted from 0, a blank one beyond the last.
func (r Row) At(column int) Cell {
	if column < 0 || column >= len(r.Cells) {
		return Cell{}
	}
	return r.Cells[column]
}

// Empty reports whether no cell of the row holds anything.
func (r Row) Empty() bool {
	for _, cell := range r.Cells {
		if cell.Kind != Blank {
			return false
		}
	}
	return true
}

// ColumnName returns the letters of a column counted from 0: 0 is A, 26 is AA.
func ColumnName(column int) string {
	name := ""
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}

// CellName returns the name of a cell as a spreadsheet shows it, such as "F17", for
// a column counted from 0 and a row counted from 1.
func CellName(column, row int) string { return ColumnName(column) + strconv.Itoa(row) }
