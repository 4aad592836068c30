package sheet

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// sheetTable is a sheet in the making.
type sheetTable struct {
	book    *Workbook
	name    string
	columns []Column
	stream  *excelize.StreamWriter
	row     int  // the row last written
	headed  bool // the first row holds headers
	values  []any
	notes   []excelize.Comment
}

// maxNotes bounds the notes of a sheet: each is a drawing, and thousands make Excel slow.
const maxNotes = 1000

// begin writes what stands before the rows: the columns, then the headers. The columns are
// laid out from the last to the first, since excelize puts each before the others and programs
// want them in order.
func (t *sheetTable) begin() error {
	for i, column := range slices.Backward(t.columns) {
		if err := t.layOut(i+1, column); err != nil {
			return err
		}
	}
	for i, column := range t.columns {
		if err := t.book.dropdown(t.name, i, column); err != nil {
			return err
		}
		t.headed = t.headed || column.Header != ""
	}
	if !t.headed {
		return nil
	}
	if err := t.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	cells := make([]Out, len(t.columns))
	for i, column := range t.columns {
		cells[i] = Out{Kind: Text, Text: column.Header, Style: header, Note: column.Note}
		if column.Needed {
			cells[i].Style = needed
		}
	}
	return t.Write(cells)
}

// layOut sets the look of a column, counted from 1.
func (t *sheetTable) layOut(number int, column Column) error {
	if key, needed := columnLook(column); needed {
		id, err := t.book.styleID(key)
		if err != nil {
			return err
		}
		if err := t.stream.SetColStyle(number, number, id); err != nil {
			return err
		}
	}
	if column.Width > 0 {
		if err := t.stream.SetColWidth(number, number, column.Width); err != nil {
			return err
		}
	}
	if column.Group {
		if err := t.stream.SetColOutlineLevel(number, 1); err != nil {
			return err
		}
	}
	if column.Hidden {
		return t.stream.SetColVisible(number, number, false)
	}
	return nil
}

func columnLook(column Column) (lookKey, bool) {
	key := lookKey{number: map[Kind]numbering{Text: asText, Date: asDate}[column.Kind]}
	if column.Shaded {
		key.style = shaded
	}
	return key, key != lookKey{}
}

// Write adds a row, see Table.
func (t *sheetTable) Write(cells []Out) error {
	t.row++
	if len(cells) > len(t.columns) {
		return t.problem(len(t.columns), "OUT-COLUMNS", fmt.Sprintf("%d cells for %d columns", len(cells), len(t.columns)), "")
	}
	if t.row > maxRows {
		return t.problem(0, "OUT-ROWS", fmt.Sprintf("a sheet holds %d rows", maxRows), "write a CSV file, which has no such limit")
	}
	t.values = t.values[:0]
	for i, cell := range cells {
		value, err := t.value(i, cell)
		if err != nil {
			return err
		}
		t.values = append(t.values, value)
		t.note(i, cell.Note)
	}
	if err := t.stream.SetRow(CellName(0, t.row), t.values, excelize.RowOpts{Height: t.height(cells)}); err != nil {
		return t.problem(0, "OUT-XLSX", "writing: "+err.Error(), "check the space left on the disk")
	}
	return nil
}

// lineHeight and mostHeight are in points: of a line of the standard font, and of a row at most.
const (
	lineHeight = 15
	mostHeight = 409
)

// height is the height that the wrapped cells of a row need, as their widths let guess; 0 leaves
// the usual one. Programs do not work it out for a workbook that they did not write.
func (t *sheetTable) height(cells []Out) float64 {
	most := 1
	for i, cell := range cells {
		if column := t.columns[i]; column.Wrap && column.Width > 0 {
			most = max(most, linesOf(cell.Text, int(column.Width)))
		}
	}
	if most == 1 {
		return 0
	}
	return min(mostHeight, float64(most*lineHeight))
}

// linesOf guesses in how many lines a text is shown.
func linesOf(text string, width int) int {
	lines := 0
	for line := range strings.SplitSeq(text, "\n") {
		lines += max(1, (utf8.RuneCountInString(line)+width-1)/width)
	}
	return lines
}

// value makes what excelize writes, with a style that is always named: a cell without one
// would show a number as the column's style says, perhaps as a date.
func (t *sheetTable) value(column int, cell Out) (any, error) {
	style := cell.Style
	if style == Plain && t.columns[column].Shaded {
		style = shaded
	}
	value, number := valueOf(cell)
	if text, isText := value.(string); isText {
		if reason, advice := checkText(text); reason != "" {
			return nil, t.problem(column, "OUT-TEXT", reason, advice)
		}
		coded := protect(text)
		if reason, advice := checkText(coded); reason != "" {
			return nil, t.problem(column, "OUT-TEXT", reason+", counting its escapes", advice)
		}
		value = coded
	}
	if value == nil && style == Plain {
		return nil, nil
	}
	id, err := t.book.styleID(lookKey{style, number, t.columns[column].Wrap})
	if err != nil {
		return nil, err
	}
	return excelize.Cell{StyleID: id, Value: value}, nil
}

// longText is the length from which the format for text is left away: some programs show such
// cells as ####.
const longText = 255

// valueOf returns the value to be written, nil for a blank cell, and how it is shown.
func valueOf(cell Out) (any, numbering) {
	switch cell.Kind {
	case Blank:
		if cell.Text == "" {
			return nil, asGeneral
		}
	case Number:
		if number, ok := exactNumber(cell.Text); ok {
			return number, map[bool]numbering{false: asGeneral, true: asAmount}[cell.Amount]
		}
	case Bool:
		if value, ok := truth(cell.Text); ok {
			return value, asGeneral
		}
	case Date:
		if serial, timed, ok := serialOf(cell.Text); ok && timed {
			return fifteen(serial), asDateTime
		} else if ok {
			return serial, asDate
		}
	}
	switch {
	case cell.Text == "":
		return nil, asText
	case len(cell.Text) > longText:
		return cell.Text, asGeneral
	}
	return cell.Text, asText
}

// exactNumber returns a number that a workbook stores with the value of the digits; false where
// it would store another one, and the digits are better off as text. A fraction of up to
// doubleDigits digits is the spelling of one float64; it is stored as a spreadsheet shows it.
func exactNumber(text string) (any, bool) {
	want, ok := parseDecimal(text)
	if !ok {
		return nil, false
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, false
	}
	if !want.whole() && len(want.digits) <= doubleDigits {
		return fifteen(number), true
	}
	if whole, err := strconv.ParseInt(want.String(), 10, 64); err == nil && len(want.digits) > shownDigits {
		return whole, float64(whole) == number && int64(number) == whole
	}
	got, ok := parseDecimal(strconv.FormatFloat(number, 'f', -1, 64))
	return number, ok && got == want && len(want.digits) <= shownDigits
}

// fifteen rounds a fraction to the digits that a spreadsheet shows. excelize cuts the others off,
// which makes 149.969999999999 of 149.96999999999997.
func fifteen(number float64) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(number, 'e', shownDigits-1, 64), 64)
	if err != nil {
		return number // it was a number before
	}
	return rounded
}

// doubleDigits is how many digits tell every float64 from every other.
const doubleDigits = 17

// note keeps a note for the end; control characters are shown as escapes.
func (t *sheetTable) note(column int, text string) {
	if text == "" || len(t.notes) >= maxNotes {
		return
	}
	lines := strings.Split(text, "\n")
	height := 0
	for i, line := range lines {
		lines[i] = visible(line)
		height += 1 + len(lines[i])/noteWidth
	}
	t.notes = append(t.notes, excelize.Comment{Cell: CellName(column, t.row), Author: "refload",
		Paragraph: []excelize.RichTextRun{{Text: strings.Join(lines, "\n")}},
		Width:     noteWidth * 7, Height: uint(min(24+18*height, 400))})
}

// noteWidth is the width of a note in characters of about seven pixels.
const noteWidth = 44

// end adds what excelize writes behind the rows: the filter, then the notes.
func (t *sheetTable) end() error {
	if t.headed {
		area := "A1:" + CellName(len(t.columns)-1, max(t.row, 1))
		if err := t.book.file.AutoFilter(t.name, area, nil); err != nil {
			return err
		}
	}
	for _, note := range t.notes {
		if err := t.book.file.AddComment(t.name, note); err != nil {
			return err
		}
	}
	return nil
}

func (t *sheetTable) problem(column int, code, reason, advice string) error {
	return &ProblemError{Code: code, File: t.book.path, Sheet: t.name, Cell: CellName(column, t.row), Row: t.row, Reason: reason, Advice: advice}
}
