package mapping

import (
	"slices"

	"refload/internal/sheet"
)

// RuleShort is the rule by which a row of a CSV may end before its last columns.
const RuleShort = "CSV-SHORT"

// Pads reports whether a row that ends before its last columns may be read as if those were blank,
// with the note that says so. Spreadsheet programs leave blank cells at the end of a row out; but
// so does a row in which a delimiter was lost, and whose cells have slipped. It is padded only where
// nothing can have slipped: no missing column matters, every cell fits its own column, and one of
// the last three would not fit the column to its left.
func (c *Columns) Pads(row sheet.Row) (Problem, bool) {
	for i := len(row.Cells); i < len(c.columns); i++ {
		if !c.dispensable(i) {
			return Problem{}, false
		}
	}
	if !c.fits(row) || !c.inPlace(row) {
		return Problem{}, false
	}
	return Problem{Row: row.Number, Rule: RuleShort, Severity: Note, Message: "the row ends before its last columns; they are read as blank"}, true
}

// MayPad reports whether rows may be padded at all: where nobody looks, the mapping file has to say so.
func (c *Columns) MayPad() bool {
	return !c.options.Unattended || c.options.File != nil && c.options.File.ShortRows == Pad
}

// dispensable reports whether a column may be missing from a row.
func (c *Columns) dispensable(index int) bool {
	if c.Unread(index) {
		return true
	}
	for col := range c.each() {
		needed := col.field != nil && col.field.Need != Optional && col.spot.index == 0 // a second person or solution is never needed
		if col.index == index && (needed || col.fill != "" || col.field != nil && col.path == "eTag") {
			return false
		}
	}
	return !c.identifies(index) && !slices.Contains(c.key, index) && index != c.action && index != c.snapshot
}

// fits reports whether every cell of a row is one of its column.
func (c *Columns) fits(row sheet.Row) bool {
	for i := range row.Cells {
		if i < len(c.columns) && c.refuses(i, row.At(i)) {
			return false
		}
	}
	return true
}

// lastCells is how many cells at the end of a row may show that nothing has slipped.
const lastCells = 3

// inPlace reports whether one of the last cells is of a kind that its left neighbour refuses.
func (c *Columns) inPlace(row sheet.Row) bool {
	for i := max(1, len(row.Cells)-lastCells); i < min(len(row.Cells), len(c.columns)); i++ {
		if cell := row.At(i); cell.Kind != sheet.Blank && c.closed(i) && c.refuses(i-1, cell) {
			return true
		}
	}
	return false
}

// closedKinds are the kinds of fields that do not take any text.
var closedKinds = map[Kind]bool{Number: true, Integer: true, Bool: true, Date: true, Time: true, Choice: true, GUID: true,
	Email: true, Country: true, Currency: true, Solution: true, Member: true}

func (c *Columns) closed(index int) bool {
	f := c.columns[index].field
	return !c.Unread(index) && f != nil && (closedKinds[f.Kind] || f.Kind == List && len(f.Allowed) > 0)
}

// refuses reports whether a column has no reading for a cell.
func (c *Columns) refuses(index int, cell sheet.Cell) bool {
	row := sheet.Row{Number: c.headerRow + 1, Cells: make([]sheet.Cell, index+1)}
	row.Cells[index] = cell
	d := decoder{columns: c, row: row, record: newRecord(row)}
	for col := range c.each() {
		if col.index == index {
			d.cell(col)
		}
	}
	return slices.ContainsFunc(d.problems, func(p Problem) bool { return p.Severity == Fault })
}
