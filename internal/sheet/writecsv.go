package sheet

import (
	"fmt"
	"io"
	"strings"

	"github.com/gocarina/gocsv"

	"refload/internal/files"
)

// byteOrderMark makes Excel read a CSV file as UTF-8.
const byteOrderMark = "\ufeff"

// CSVFile is a CSV file in the making: UTF-8 with byte order mark, commas, one record a line.
// Cells that a spreadsheet would take for a formula get an apostrophe, which reading with this
// package takes off again. It is a Table.
type CSVFile struct {
	name   string
	file   *files.File // nil when writing to a stream
	writer *gocsv.SafeCSVWriter
	width  int
	line   int
	fields []string
}

// CreateCSV starts a CSV file that stands at path after Commit and not before. No headers
// leave the header row out, and rows may then have any number of cells.
func CreateCSV(path string, headers []string) (*CSVFile, error) {
	file, err := files.Create(path)
	if err != nil {
		return nil, err
	}
	c, err := startCSV(path, file, headers)
	if err != nil {
		file.Abort()
		return nil, err
	}
	c.file = file
	return c, nil
}

// NewCSV starts a CSV file on a stream; Commit writes the rest of it, Abort does nothing.
func NewCSV(out io.Writer, headers []string) (*CSVFile, error) {
	return startCSV("CSV output", out, headers)
}

func startCSV(name string, out io.Writer, headers []string) (*CSVFile, error) {
	if _, err := io.WriteString(out, byteOrderMark); err != nil {
		return nil, err
	}
	c := &CSVFile{name: name, writer: gocsv.DefaultCSVWriter(out), width: len(headers)}
	if len(headers) == 0 {
		return c, nil
	}
	cells := make([]Out, len(headers))
	for i, header := range headers {
		cells[i] = Out{Kind: Text, Text: header}
	}
	return c, c.Write(cells)
}

// Write adds a row, see Table.
func (c *CSVFile) Write(cells []Out) error {
	c.line++
	if c.width > 0 && len(cells) > c.width {
		return &ProblemError{Code: "OUT-COLUMNS", File: c.name, Row: c.line, Reason: fmt.Sprintf("%d cells for %d columns", len(cells), c.width)}
	}
	c.fields = c.fields[:0]
	for _, cell := range cells {
		c.fields = append(c.fields, field(cell))
	}
	for len(c.fields) < c.width {
		c.fields = append(c.fields, "")
	}
	return c.writer.Write(c.fields)
}

// Announce lets Commit call f with the hash of the file before it stands, see
// files.File.Announce. A stream announces nothing.
func (c *CSVFile) Announce(f func(hash string) error) {
	if c.file != nil {
		c.file.Announce(f)
	}
}

// Commit puts the file at its place, see files.File.
func (c *CSVFile) Commit() error {
	c.writer.Flush()
	if err := c.writer.Error(); err != nil {
		c.Abort()
		return err
	}
	if c.file == nil {
		return nil
	}
	return c.file.Commit()
}

// Abort gives the file up. It may be called again, and after Commit.
func (c *CSVFile) Abort() {
	if c.file != nil {
		c.file.Abort()
	}
}

// field returns a cell as CSV has it. Numbers need no apostrophe, nor may they get one.
func field(cell Out) string {
	switch cell.Kind {
	case Number:
		if _, ok := parseDecimal(cell.Text); ok {
			return cell.Text
		}
	case Bool:
		if value, ok := truth(cell.Text); ok {
			return strings.ToUpper(fmt.Sprint(value))
		}
	case Blank:
		if cell.Text == "" {
			return ""
		}
	}
	return neutralise(cell.Text)
}

// truth reads the text of a Bool.
func truth(text string) (value, ok bool) {
	switch strings.ToUpper(text) {
	case "1", "TRUE":
		return true, true
	case "0", "FALSE":
		return false, true
	}
	return false, false
}
