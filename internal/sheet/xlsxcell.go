package sheet

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// rawCell is a <c> element before its value is understood.
type rawCell struct {
	kind    string // the t attribute
	style   int
	value   string // <v> or <is>
	valued  bool   // there was a <v> or <is>
	inline  bool   // there was an <is>
	twice   bool   // there was an empty <v> beside it, as some programs write
	formula string
	derived bool // there was an <f>
}

// readCell reads one <c> and returns its column, which must be right of last.
func (r *sheetReader) readCell(start xml.StartElement, last int) (int, error) {
	raw, column, err := r.cellHead(start, last)
	if err != nil {
		return last, err
	}
	err = r.children(func(start xml.StartElement) error { return r.cellPart(start, &raw) })
	if err != nil {
		return last, err
	}
	cell, err := r.understand(raw)
	if err != nil && !r.reads(column) {
		cell, err = textCell(raw.value), nil
	}
	if err != nil {
		return last, err
	}
	if err := r.put(column, cell); err != nil {
		return last, err
	}
	return column, nil
}

// reads reports whether a cell is one of the table's: any other refuses no file, whatever it holds.
func (r *sheetReader) reads(column int) bool { return r.frame != nil && r.frame.reads(column, r.row) }

// cellHead reads the attributes of a cell.
func (r *sheetReader) cellHead(start xml.StartElement, last int) (rawCell, int, error) {
	raw, column, ref := rawCell{kind: "n"}, last+1, ""
	for _, a := range start.Attr {
		switch {
		case a.Name.Space != "":
		case a.Name.Local == "r":
			ref = a.Value
		case a.Name.Local == "t":
			raw.kind = a.Value
		case a.Name.Local == "s":
			style, err := strconv.Atoi(a.Value)
			if err != nil {
				style = -1
			}
			raw.style = style
		}
	}
	if ref != "" {
		at, row, ok := ParseCellName(ref)
		if !ok || row != r.row || at <= last {
			r.column, r.place.Row = 0, r.row
			return raw, 0, r.problem("XLSX-ORDER", fmt.Sprintf("the cell %q stands where it does not belong", clip(ref)))
		}
		column = at
	}
	if column >= maxColumns {
		return raw, 0, r.problem("XLSX-ORDER", "more columns than a sheet can have")
	}
	r.place.Row, r.column = r.row, column+1
	if !r.book.styles.has(raw.style) {
		if r.reads(column) {
			return raw, 0, r.problem("XLSX-STYLE", "the cell has a style that the workbook does not define")
		}
		raw.style = 0
	}
	return raw, column, nil
}

// cellPart reads one element inside of a cell.
func (r *sheetReader) cellPart(start xml.StartElement, raw *rawCell) error {
	var err error
	switch name := r.own(start.Name); {
	case name == "v" && !raw.valued:
		r.buffer, err = r.text(r.buffer[:0])
		raw.value, raw.valued = string(r.buffer), true
	case name == "v" && raw.inline && !raw.twice:
		r.buffer, err = r.text(r.buffer[:0])
		if raw.twice = true; len(r.buffer) > 0 {
			return r.problem("XLSX-XML", "a cell with two values")
		}
	case name == "is" && raw.kind == "inlineStr" && !raw.inline && raw.value == "":
		r.buffer, err = r.richText(r.buffer[:0])
		raw.value, raw.twice, raw.valued, raw.inline = string(r.buffer), raw.valued, true, true
	case name == "f" && !raw.derived:
		r.buffer, err = r.text(r.buffer[:0])
		raw.formula, raw.derived = string(r.buffer), true
	case name == "extLst":
	default:
		return r.problem("XLSX-XML", fmt.Sprintf("unexpected element %q", nameOf(start.Name)))
	}
	if err == nil && len(r.buffer) > r.book.options.Limits.CellBytes {
		return r.problem("XLSX-SIZE", fmt.Sprintf("a cell of more than %d bytes", r.book.options.Limits.CellBytes))
	}
	return err
}

// understand makes a Cell. A formula without a stored value is kept as such: nothing here can
// compute it.
func (r *sheetReader) understand(raw rawCell) (Cell, error) {
	if !raw.valued || raw.value == "" && raw.kind != "str" && raw.kind != "inlineStr" {
		if !raw.derived {
			return Cell{}, nil
		}
		formula := "=" + raw.formula
		return Cell{Kind: Formula, Stored: formula, Shown: formula}, nil
	}
	read, known := cellKinds[raw.kind]
	if !known {
		return Cell{}, r.problem("XLSX-XML", fmt.Sprintf("the cell has the unknown type %q", clip(raw.kind)))
	}
	cell, err := read(r, raw)
	cell.Computed = raw.derived
	return cell, err
}

// cellKinds has for each type of cell how its value is read. Source: ECMA-376 part 1, 18.18.11
// (ST_CellType).
var cellKinds = map[string]func(*sheetReader, rawCell) (Cell, error){
	"n":         (*sheetReader).numberCell,
	"s":         (*sheetReader).sharedCell,
	"str":       (*sheetReader).formulaText,
	"inlineStr": func(_ *sheetReader, raw rawCell) (Cell, error) { return textCell(raw.value), nil },
	"b":         (*sheetReader).boolCell,
	"e": func(_ *sheetReader, raw rawCell) (Cell, error) {
		return Cell{Kind: Error, Stored: raw.value, Shown: raw.value}, nil
	},
	"d": (*sheetReader).isoCell,
}

func textCell(text string) Cell {
	if blankText(text) {
		return Cell{Stored: text, Shown: text}
	}
	return Cell{Kind: Text, Stored: text, Shown: text}
}

func (r *sheetReader) sharedCell(raw rawCell) (Cell, error) {
	index, err := strconv.Atoi(strings.TrimSpace(raw.value))
	text, found := "", false
	if err == nil {
		text, found = r.book.shared.at(index)
	}
	if !found {
		return Cell{}, r.problem("XLSX-SST", fmt.Sprintf("the cell refers to the shared text %s of %d", clip(raw.value), r.book.shared.count))
	}
	return textCell(text), nil
}

func (r *sheetReader) formulaText(raw rawCell) (Cell, error) {
	text, ok := unescape([]byte(raw.value))
	if !ok {
		return Cell{}, r.problem("VAL-UNICODE", "the text holds half of a character (a lone surrogate)")
	}
	return textCell(string(text)), nil
}

func (r *sheetReader) boolCell(raw rawCell) (Cell, error) {
	switch strings.TrimSpace(raw.value) {
	case "1", "true":
		return Cell{Kind: Bool, Stored: "1", Shown: "TRUE"}, nil
	case "0", "false":
		return Cell{Kind: Bool, Stored: "0", Shown: "FALSE"}, nil
	}
	return Cell{}, r.problem("XLSX-XML", fmt.Sprintf("%q is neither true nor false", clip(raw.value)))
}

// numberCell reads a number, which its style may show as a date or with leading zeros.
func (r *sheetReader) numberCell(raw rawCell) (Cell, error) {
	stored := strings.Trim(raw.value, " \t\r\n")
	number, ok := parseDecimal(stored)
	if !ok {
		return Cell{}, r.problem("XLSX-XML", fmt.Sprintf("%q is not a number", clip(raw.value)))
	}
	format, known := r.book.styles.at(raw.style)
	switch {
	case !known:
		return Cell{}, r.problem("XLSX-STYLE", "the number has a format that the workbook does not define, perhaps of a date")
	case format.class != showNumber:
		return Cell{Kind: Date, Stored: stored, Shown: r.book.system.shown(stored, format.class)}, nil
	case format.digits != "" && number.whole() && !number.negative:
		return Cell{Kind: Number, Stored: stored, Shown: pad(format.digits, number.String())}, nil
	}
	cell := Cell{Kind: Number, Stored: stored, Shown: number.shown()}
	if shape := format.number; !shape.plain() {
		cell.Seen, cell.Moved, cell.Local = shape.seen(number), shape.shift != 0 && number.digits != "", shape.local
	}
	return cell, nil
}

// isoCell reads the dates, times and durations that strict OOXML writes as text.
func (r *sheetReader) isoCell(raw rawCell) (Cell, error) {
	stored := strings.TrimSpace(raw.value)
	if shown, ok := isoShown(stored); ok {
		return Cell{Kind: Date, Stored: stored, Shown: shown}, nil
	}
	return Cell{}, r.problem("XLSX-XML", fmt.Sprintf("%q is not a date", clip(raw.value)))
}

// ParseCellName reads the name of a cell, such as "F17", or "f17": the column from 0, the row from 1.
func ParseCellName(name string) (column, row int, ok bool) {
	letters := 0
	for letters < len(name) && name[letters]|0x20 >= 'a' && name[letters]|0x20 <= 'z' {
		column = column*26 + int(name[letters]|0x20-'a') + 1
		if letters++; letters > 3 {
			return 0, 0, false
		}
	}
	if letters == 0 || letters == len(name) || name[letters] < '1' || name[letters] > '9' {
		return 0, 0, false
	}
	row, err := strconv.Atoi(name[letters:])
	return column - 1, row, err == nil && row <= maxRows && column <= maxColumns
}
