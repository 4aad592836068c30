package sheet

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// The size of the largest worksheet, as Excel has it.
const (
	maxRows    = 1_048_576
	maxColumns = 16_384
)

// sheetReader reads the rows of one worksheet, one at a time.
type sheetReader struct {
	*scanner
	book   *workbook
	frame  *Frame // nil for rows as they come
	merges mergeRule
	row    int    // the number of the row last read
	inData bool   // inside <sheetData>
	seen   bool   // a <sheetData> has been read
	buffer []byte // text of the current cell
	cells  []Cell
}

// walk yields the rows of a sheet.
func (w *workbook) walk(t tab, frame *Frame, yield func(Row, error) bool) {
	reader, err := guarded(w.options.Name, func() (*sheetReader, error) { return w.openSheet(t, frame) })
	if err != nil {
		yield(Row{}, err)
		return
	}
	defer reader.close()
	for {
		row, err := guarded(w.options.Name, reader.next)
		if err == io.EOF {
			return
		}
		if err != nil {
			yield(Row{}, err)
			return
		}
		if !row.Empty() && !yield(row, nil) {
			return
		}
	}
}

func (w *workbook) openSheet(t tab, frame *Frame) (*sheetReader, error) {
	if w.shared == nil {
		shared, err := w.readShared(w.sharedPart)
		if err != nil {
			return nil, err
		}
		w.shared = shared
	}
	s, err := w.archive.scan(t.part)
	if err != nil {
		return nil, err
	}
	s.place.Sheet = t.Name
	reader := &sheetReader{scanner: s, book: w, frame: frame, merges: mergeRule{frame: frame}}
	if err := s.root("worksheet", mainSpace, mainSpaceStrict); err != nil {
		s.close()
		return nil, err
	}
	return reader, nil
}

// next returns the next row, io.EOF after the last one if the whole part is in order.
func (r *sheetReader) next() (Row, error) {
	for {
		token, err := r.scanner.next()
		if err == io.EOF {
			return Row{}, r.atEnd()
		}
		if err != nil {
			return Row{}, err
		}
		switch {
		case token.kind == startToken && r.inData:
			return r.readRow(token.start)
		case token.kind == startToken:
			if err := r.outside(token.start); err != nil {
				return Row{}, err
			}
		case token.kind == endToken:
			r.inData = false
		case r.inData && !blank(token.text):
			return Row{}, r.problem("XLSX-XML", "text between the rows")
		}
	}
}

// outside handles the parts of a worksheet beside its rows. The <dimension> is not believed.
func (r *sheetReader) outside(start xml.StartElement) error {
	switch r.own(start.Name) {
	case "sheetData":
		if r.seen {
			return r.problem("XLSX-XML", "a second table in one sheet")
		}
		r.inData, r.seen = true, true
		return nil
	case "mergeCells":
		r.place.Row = 0
		return r.children(func(start xml.StartElement) error {
			ref, _ := attribute(start, "ref")
			return r.merges.add(r.scanner, ref)
		})
	}
	return r.leave(len(r.stack) - 1)
}

func (r *sheetReader) atEnd() error {
	if !r.seen {
		return r.problem("XLSX-XML", "the sheet has no table")
	}
	if err := r.merges.check(r.scanner); err != nil {
		return err
	}
	return io.EOF
}

// readRow reads one <row>.
func (r *sheetReader) readRow(start xml.StartElement) (Row, error) {
	if r.own(start.Name) != "row" {
		return Row{}, r.problem("XLSX-XML", fmt.Sprintf("unexpected element %q among the rows", nameOf(start.Name)))
	}
	row, err := r.rowHead(start)
	if err != nil {
		return Row{}, err
	}
	last := -1
	r.cells = r.cells[:0]
	err = r.children(func(start xml.StartElement) error {
		switch r.own(start.Name) {
		case "c":
			last, err = r.readCell(start, last)
			return err
		case "extLst":
			return nil
		}
		return r.problem("XLSX-XML", fmt.Sprintf("unexpected element %q in row %d", nameOf(start.Name), r.row))
	})
	if err != nil {
		return Row{}, err
	}
	r.column, r.place.Row = 0, r.row
	row.Cells = slices.Clone(r.cells)
	if !row.Empty() {
		r.merges.filled(r.row)
	}
	return row, nil
}

// rowHead reads the attributes of a row; its number must be larger than the one before.
func (r *sheetReader) rowHead(start xml.StartElement) (Row, error) {
	row := Row{Number: r.row + 1}
	for _, a := range start.Attr {
		switch {
		case a.Name.Space != "":
		case a.Name.Local == "r":
			number, err := strconv.Atoi(a.Value)
			if err != nil || number < 1 || number > maxRows {
				return Row{}, r.problem("XLSX-ORDER", fmt.Sprintf("%q is not the number of a row", clip(a.Value)))
			}
			if number <= r.row {
				return Row{}, r.problem("XLSX-ORDER", fmt.Sprintf("row %d stands after row %d", number, r.row))
			}
			row.Number = number
		case a.Name.Local == "hidden":
			row.Hidden = isTrue(a.Value)
		}
	}
	if row.Number > maxRows {
		return Row{}, r.problem("XLSX-ORDER", "more rows than a sheet can have")
	}
	r.row = row.Number
	return row, nil
}

// put fills the gap before a column with blank cells and stores its cell.
func (r *sheetReader) put(column int, cell Cell) error {
	if cell == (Cell{}) {
		return nil
	}
	if column >= r.book.options.Limits.Columns && cell.Kind != Blank {
		return r.problem("XLSX-COLUMNS", fmt.Sprintf("a value beyond the first %d columns", r.book.options.Limits.Columns))
	}
	if column >= r.book.options.Limits.Columns {
		return nil
	}
	for len(r.cells) < column {
		r.cells = append(r.cells, Cell{})
	}
	r.cells = append(r.cells, cell)
	return nil
}

func blank(text []byte) bool {
	for _, b := range text {
		if b != ' ' && b != '\t' && b != '\r' && b != '\n' {
			return false
		}
	}
	return true
}
