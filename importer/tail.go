package importer

import (
	"fmt"

	"refload/internal/sheet"
	"refload/mapping"
)

// longestTail bounds the lines below a table. More rows than that are no footer.
const longestTail = 50

// tail gathers what may stand below the table, while the rows are read for the first time: rows with
// one filled cell each, up to the last row of the sheet.
type tail struct {
	rows  []sheet.Row
	above []int // the number of the row above each
	last  int   // the number of the row read last
}

// push takes the next row and returns the rows that are certainly none of the tail.
func (t *tail) push(row sheet.Row, alone bool) []sheet.Row {
	if alone && len(t.rows) < longestTail {
		t.rows, t.above, t.last = append(t.rows, row), append(t.above, t.last), row.Number
		return nil
	}
	settled := append(t.rows, row)
	t.rows, t.above, t.last = nil, nil, row.Number
	return settled
}

// start returns where the block below the table begins among the rows gathered: behind the first blank
// row, if there is one.
func (t *tail) start() (first int, blank bool) {
	for i, row := range t.rows {
		if row.Number > t.above[i]+1 {
			return i, true
		}
	}
	return 0, false
}

// holds reports whether a row belongs to the block as far as it was gathered.
func (t *tail) holds(row int) bool {
	first, _ := t.start()
	return len(t.rows) > 0 && row >= t.rows[first].Number
}

// below is what stands below a table.
type below struct {
	lines []sheet.Row // in order; none where nothing stands there
	left  bool        // they are left out
}

func (b below) holds(row int) bool { return len(b.lines) > 0 && row >= b.lines[0].Number }

// numbers returns the rows below the table.
func (b below) numbers() []int {
	numbers := make([]int, len(b.lines))
	for i, row := range b.lines {
		numbers[i] = row.Number
	}
	return numbers
}

// end parts the rows of the table from those below it. The latter are left out where a program is known to
// write such a line, a blank row stands above the block, and all of it is in the first column;
// or where the mapping file says so.
func (t *tail) end(columns *mapping.Columns, skip bool) (settled []sheet.Row, b below) {
	first, blank := t.start()
	known, inFirst := false, true
	for _, row := range t.rows[first:] {
		column, alone := columns.MayBeFooter(row)
		if !alone {
			return t.rows, below{}
		}
		inFirst = inFirst && column == 0
		known = known || mapping.IsFooterText(row.At(column).Shown)
	}
	b = below{lines: t.rows[first:], left: skip || blank && known && inFirst}
	return t.rows[:first], b
}

// firstPass reads the rows below the header for the first time, gives those of the table to observe, and
// finds out what stands below it. It returns the notes of what is left out.
func (in *input) firstPass(observe func(sheet.Row) error) ([]mapping.Problem, error) {
	in.below, in.tail, in.firstRow, in.lastRow = below{}, &tail{last: in.header.Number}, 0, 0
	defer func() { in.tail = nil }()
	var notes []mapping.Problem
	take := func(rows []sheet.Row) error {
		for _, row := range rows {
			if in.columns.Totals(row) {
				continue
			}
			if in.lastRow = row.Number; in.firstRow == 0 {
				in.firstRow = row.Number
			}
			if err := observe(row); err != nil {
				return err
			}
		}
		return nil
	}
	for row, err := range in.everyRow() {
		if err != nil {
			return nil, err
		}
		if in.columns.Totals(row) && in.source.Mapping.SkipsTotals() {
			notes = append(notes, mapping.LeftOut(row, mapping.RuleTotals))
		}
		in.lined = in.lined || row.Line > 0 && row.Line != row.Number
		_, alone := in.columns.MayBeFooter(row)
		if err := take(in.tail.push(row, alone)); err != nil {
			return nil, err
		}
	}
	settled, found := in.tail.end(in.columns, in.source.Mapping.SkipsFooter())
	if err := take(settled); err != nil {
		return nil, err
	}
	if in.below = found; found.left {
		for _, row := range found.lines {
			notes = append(notes, mapping.LeftOut(row, mapping.RuleFooter))
		}
	}
	return notes, nil
}

// leftOut reports whether a row is no data row: it is none of the table, and that is known.
func (in *input) leftOut(row sheet.Row) bool {
	return in.below.left && in.below.holds(row.Number) || in.source.Mapping.SkipsTotals() && in.columns.Totals(row)
}

// outside reports whether a row stands below the table as far as the file was read.
func (in *input) outside(row int) bool {
	return in.below.holds(row) || in.tail != nil && in.tail.holds(row)
}

// notDeal returns the problem of a row that looks as if it were none of the table.
func (in *input) notDeal(row sheet.Row) []mapping.Problem {
	keep := ""
	if in.firstRow > 0 && row.Number > in.lastRow {
		keep = mapping.RowRange(in.firstRow, in.lastRow)
	}
	switch {
	case in.below.holds(row.Number):
		return []mapping.Problem{mapping.FooterProblem(row, in.below.numbers(), keep)}
	case in.columns.Totals(row):
		return []mapping.Problem{mapping.TotalsProblem(row, keep)}
	}
	return nil
}

// padded returns the note of a row that ends before its last columns. It returns an error where the
// row cannot be read as if they were blank.
func (in *input) padded(row sheet.Row) ([]mapping.Problem, error) {
	if row.Short == 0 {
		return nil, nil
	}
	note, pads := in.columns.Pads(row)
	if pads && in.columns.MayPad() {
		return []mapping.Problem{note}, nil
	}
	problem := sheet.ShortRow(in.source.Name, row, in.header.Number)
	if pads {
		problem.Advice = fmt.Sprintf("add the missing delimiters at the end of the row, or say \"short-rows: %s\" in the mapping file", mapping.Pad)
	}
	return nil, problem
}
