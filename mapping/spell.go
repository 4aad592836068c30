package mapping

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"refload/internal/sheet"
)

// A message may name other cells and rows than its own. They are marked in it as long as it is
// being made, so that a file in which they stand elsewhere can name its own.

func cellMark(column, row int) string { return fmt.Sprintf("\x02%d:%d\x03", column, row) }

func rowMark(row int) string { return fmt.Sprintf("\x02:%d\x03", row) }

var marked = regexp.MustCompile("\x02(\\d*):(\\d+)\x03")

// Move says where the cells of the file that was read stand in another one.
type Move struct {
	Row    func(row int) int    // 0 for a row that is not there
	Column func(column int) int // counted from 0; -1 for a column that is not there
}

// stay is the file that was read itself.
var stay = Move{Row: func(row int) int { return row }, Column: func(column int) int { return column }}

// spelled gives the cells and rows in the message their names.
func (p Problem) spelled() Problem {
	if strings.Contains(p.Message+p.Hint, "\x02") {
		p.marked, p.markedHint = p.Message, p.Hint
		p.Message, p.Hint = stay.spell(p.marked), stay.spell(p.markedHint)
	}
	return p
}

func (m Move) spell(text string) string {
	return marked.ReplaceAllStringFunc(text, func(mark string) string {
		parts := marked.FindStringSubmatch(mark)
		row, _ := strconv.Atoi(parts[2])
		if parts[1] == "" {
			return m.rowName(row)
		}
		column, _ := strconv.Atoi(parts[1])
		return m.cellName(column, row)
	})
}

func (m Move) rowName(row int) string {
	if at := m.Row(row); at > 0 {
		return strconv.Itoa(at)
	}
	return strconv.Itoa(row) + " of the file that was read"
}

func (m Move) cellName(column, row int) string {
	if at, to := m.Row(row), m.Column(column); at > 0 && to >= 0 {
		return sheet.CellName(to, at)
	}
	return sheet.CellName(column, row) + " of the file that was read"
}

// In returns the problem with the rows and cells of another file, in which those of the file that
// was read stand elsewhere.
func (p Problem) In(m Move) Problem {
	if p.marked != "" {
		p.Message, p.Hint = m.spell(p.marked), m.spell(p.markedHint)
	}
	if p.Row == 0 {
		return p
	}
	row := m.Row(p.Row)
	if column, _, ok := sheet.ParseCellName(p.Cell); ok {
		to := m.Column(column)
		p.Cell = ""
		if row > 0 && to >= 0 {
			p.Cell = sheet.CellName(to, row)
		}
	}
	if row == 0 {
		p.Message += fmt.Sprintf(" (row %d of the file that was read)", p.Row)
	}
	p.Row = row
	return p
}
