package sheet

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/gocarina/gocsv"
)

// csvContent is an open CSV file: what was decided about it, and its rows.
type csvContent struct {
	book    *Book
	options Options
	charset charset
	comma   byte
	// skip is 1 where the first line only names the delimiter ("sep=;").
	skip int
}

// openCSV decides encoding and delimiter from the start of the file.
func openCSV(book *Book, o Options, head []byte) (content, error) {
	c := &csvContent{book: book, options: o}
	var err error
	if c.charset, err = chooseCharset(o, head); err != nil {
		return nil, err
	}
	sample, err := c.sample()
	if err != nil {
		return nil, err
	}
	if err := c.chooseComma(sample); err != nil {
		return nil, err
	}
	if c.charset.said != "" {
		book.note(c.charset.said)
	}
	return c, nil
}

// sample returns the decoded start of the file; a file with nothing but white space is empty.
func (c *csvContent) sample() (string, error) {
	text := c.text()
	start := make([]byte, headBytes)
	n, err := io.ReadFull(text, start)
	sample := string(start[:n])
	for err == nil && blankText(string(start[:n])) {
		n, err = io.ReadFull(text, start)
	}
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return "", &ProblemError{Code: "FILE-OPEN", File: c.options.Name, Reason: "reading: " + reasonOf(err)}
	}
	if blankText(string(start[:n])) {
		return "", emptyFile(c.options.Name)
	}
	return sample, nil
}

// text returns the file from its first character on, in UTF-8 unless it is damaged.
func (c *csvContent) text() io.Reader {
	size := c.book.size
	if c.charset.decoder == nil {
		size = c.withoutDOSEnd()
	}
	return c.charset.reader(io.NewSectionReader(c.book.file, c.charset.skip, max(0, size-c.charset.skip)))
}

// withoutDOSEnd returns the size of the file without the 0x1A bytes with which old programs
// mark its end.
func (c *csvContent) withoutDOSEnd() int64 {
	size := c.book.size
	last := make([]byte, 1)
	for size > 0 {
		if _, err := c.book.file.ReadAt(last, size-1); err != nil || last[0] != 0x1A {
			break
		}
		size--
	}
	return size
}

func (c *csvContent) format() Format {
	if c.comma == '\t' {
		return TSV
	}
	return CSV
}

func (c *csvContent) sheets() []Info { return []Info{{}} }

func (c *csvContent) mark() string { return "" }

// rows reads through gocsv's decoder, which here stands over our own strict reader.
func (c *csvContent) rows(sheet string, frame *Frame) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		if sheet != "" {
			yield(Row{}, noSheet(c.options.Name, sheet, nil))
			return
		}
		records := c.records()
		decoder := gocsv.NewSimpleDecoderFromCSVReader(records)
		width := widthRule{frame: frame, name: c.options.Name}
		for {
			fields, err := guarded(c.options.Name, decoder.GetCSVRow)
			if errors.Is(err, io.EOF) {
				return
			}
			short := 0
			if err == nil {
				short, err = width.check(records.row, fields)
			}
			if err != nil {
				yield(Row{}, err)
				return
			}
			c.suspect(records, width.want, fields)
			row := Row{Number: records.row, Line: records.start, Cells: textCells(fields), Short: short}
			if !row.Empty() && !yield(row, nil) {
				return
			}
		}
	}
}

func (c *csvContent) records() *recordReader {
	r := newRecordReader(c.text(), c.comma, c.options)
	r.charset, r.suggest = c.charset, c.suggest
	for range c.skip {
		r.skipLine()
	}
	return r
}

// textCells makes cells of the fields of a record.
func textCells(fields []string) []Cell {
	cells := make([]Cell, len(fields))
	for i, field := range fields {
		cells[i] = fieldCell(field)
	}
	return cells
}

// fieldCell takes the apostrophe off that neutralises a formula. What begins with "=" and has none
// is meant to be computed; ="text" alone is computed at sight.
func fieldCell(field string) Cell {
	text := restore(field)
	if text != "" && text[0] == '=' && text == field {
		inner, ok := unwrap(field)
		if !ok {
			return Cell{Kind: Formula, Stored: field, Shown: field}
		}
		cell := textCell(inner)
		cell.Unwrapped = cell.Kind == Text
		return cell
	}
	return textCell(text)
}

// unwrap returns the text of a formula that is nothing but one: ="02134".
func unwrap(field string) (string, bool) {
	inner, found := strings.CutPrefix(field, `="`)
	if !found || !strings.HasSuffix(inner, `"`) {
		return "", false
	}
	inner = inner[:len(inner)-1]
	plain := strings.ReplaceAll(inner, `""`, "")
	return strings.ReplaceAll(inner, `""`, `"`), !strings.Contains(plain, `"`)
}

// widthRule holds all records to the number of fields of the header. Where the row of the header
// is not known it is the first one with more than one field: rows of one field above it are
// a title.
type widthRule struct {
	name  string
	frame *Frame // nil to hold them to nothing
	want  int
	row   int
}

// check returns how many fields a record lacks.
func (w *widthRule) check(row int, fields []string) (short int, err error) {
	if w.frame == nil || row < w.frame.Header || allBlank(fields) || w.frame.leaves(row) {
		return 0, nil
	}
	header := w.frame.Header
	if w.want == 0 || w.want == 1 && header == 0 && len(fields) > 1 && w.row == 0 {
		w.want = len(fields)
		if w.want > 1 || header > 0 {
			w.row = row
		}
		return 0, nil
	}
	missing := w.want - len(fields)
	if missing == 0 || missing > 0 && w.frame.Short {
		return missing, nil
	}
	return 0, widthProblem(w.name, row, fields, w.want, w.row)
}

// widthProblem says that a record has not as many fields as its header.
func widthProblem(name string, row int, fields []string, want, header int) error {
	if len(fields) < want {
		return ShortRow(name, Row{Number: row, Cells: make([]Cell, len(fields)), Short: want - len(fields)}, header)
	}
	return &ProblemError{Code: "CSV-FIELDS", File: name, Row: row,
		Reason: fmt.Sprintf("%d fields, expected %d as in row %d; too many: %q", len(fields), want, header, clip(strings.Join(fields[want:], ", "))),
		Advice: "put quotes around a cell that holds the delimiter, or remove the surplus"}
}

// ShortRow is the problem of a row of a CSV that ends before its last columns; header is the row of
// the headers.
func ShortRow(name string, row Row, header int) *ProblemError {
	found := fmt.Sprintf("%d fields", len(row.Cells))
	if len(row.Cells) == 1 {
		found = "one field"
	}
	return &ProblemError{Code: "CSV-FIELDS", File: name, Row: row.Number,
		Reason: fmt.Sprintf("%s, expected %d as in row %d", found, len(row.Cells)+row.Short, header),
		Advice: "add the missing delimiters at the end of the row, or put quotes around a cell that holds a line break"}
}

func allBlank(fields []string) bool {
	for _, field := range fields {
		if !blankText(field) {
			return false
		}
	}
	return true
}

// suspect notes a quoted cell that seems to have swallowed rows: its inner lines have exactly
// as many delimiters as a row. It may still be what was meant, so it is no error.
func (c *csvContent) suspect(records *recordReader, want int, fields []string) {
	if records.line-records.start < 3 || want < 3 {
		return
	}
	for column, field := range fields {
		lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(field), "\n")
		if len(lines) < 3 {
			continue
		}
		like := 0
		for _, line := range lines[1 : len(lines)-1] {
			if strings.Count(line, string(c.comma)) == want-1 {
				like++
			}
		}
		if like == len(lines)-2 {
			c.book.note(fmt.Sprintf("row %d: the quoted cell in column %s holds %d lines that look like rows; is there a stray quotation mark?",
				records.row, ColumnName(column), len(lines)))
		}
	}
}
