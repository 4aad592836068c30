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
func (c *csvContent) rows(sheet string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		if sheet != "" {
			yield(Row{}, noSheet(c.options.Name, sheet, nil))
			return
		}
		records := c.records()
		decoder := gocsv.NewSimpleDecoderFromCSVReader(records)
		width := widthRule{header: c.options.Header, name: c.options.Name}
		for {
			fields, err := guarded(c.options.Name, decoder.GetCSVRow)
			if errors.Is(err, io.EOF) {
				return
			}
			if err == nil {
				err = width.check(records.start, fields)
			}
			if err != nil {
				yield(Row{}, err)
				return
			}
			c.suspect(records, width.want, fields)
			row := Row{Number: records.start, Cells: textCells(fields)}
			if !row.Empty() && !yield(row, nil) {
				return
			}
		}
	}
}

func (c *csvContent) records() *recordReader {
	r := newRecordReader(c.text(), c.comma, c.options)
	r.charset = c.charset
	for range c.skip {
		r.skipLine()
	}
	return r
}

// textCells takes the apostrophes off that neutralise formulas.
func textCells(fields []string) []Cell {
	cells := make([]Cell, len(fields))
	for i, field := range fields {
		text := restore(field)
		if text == "" {
			continue
		}
		cells[i] = Cell{Kind: Text, Stored: text, Shown: text}
		if blankText(text) {
			cells[i].Kind = Blank
		}
	}
	return cells
}

// widthRule holds all records to the number of fields of the header. Where the header's line
// is not known it is the first line with more than one field: lines of one field above it are
// a title.
type widthRule struct {
	name   string
	header int
	want   int
	line   int
}

func (w *widthRule) check(line int, fields []string) error {
	if line < w.header || allBlank(fields) {
		return nil
	}
	if w.want == 0 || w.want == 1 && w.header == 0 && len(fields) > 1 && w.line == 0 {
		w.want = len(fields)
		if w.want > 1 || w.header > 0 {
			w.line = line
		}
		return nil
	}
	if len(fields) == w.want {
		return nil
	}
	return w.problem(line, fields)
}

func (w *widthRule) problem(line int, fields []string) error {
	found := fmt.Sprintf("%d fields", len(fields))
	if len(fields) == 1 {
		found = "one field"
	}
	reason := fmt.Sprintf("%s, expected %d as on line %d", found, w.want, w.line)
	advice := "add the missing delimiters at the end of the line, or put quotes around a cell that holds a line break"
	if len(fields) > w.want {
		surplus := strings.Join(fields[w.want:], ", ")
		reason += fmt.Sprintf("; too many: %q", clip(surplus))
		advice = "put quotes around a cell that holds the delimiter, or remove the surplus"
	}
	return &ProblemError{Code: "CSV-FIELDS", File: w.name, Row: line,
		Cell: CellName(min(len(fields), w.want), line), Reason: reason, Advice: advice}
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
			c.book.note(fmt.Sprintf("line %d: the quoted cell in column %s holds %d lines that look like rows; is there a stray quotation mark?",
				records.start, ColumnName(column), len(lines)))
		}
	}
}
