package exporter

import (
	"bufio"
	"fmt"
	"io"
	"os"

	"refload/internal/files"
	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

// output is a file in the making: nothing stands at its place before Commit.
type output interface {
	Write(*row) error
	Announce(func(hash string) error) // what Commit calls before the file stands; a stream announces nothing
	Commit() error
	Abort()
}

// mostColumns is how many columns a table may have to be read again.
const mostColumns = 1000

// open starts the file.
func (o *Options) open(folder *run.ExportFolder, outline *mapping.Outline, sums *totals, s *Summary) (output, error) {
	if o.Format == JSONL {
		return o.openLines()
	}
	columns, err := o.columns(outline, s)
	if err == nil && len(columns) > mostColumns {
		err = &mapping.EncodeError{Header: columns[mostColumns].Header, Reason: fmt.Sprintf("the referrals have %d columns, and a table that an import reads has at most %d", len(columns), mostColumns),
			Advice: "choose some with --columns, or write JSON lines, which hold everything"}
	}
	if err != nil {
		return nil, err
	}
	if o.Format == XLSX {
		return o.openBook(folder, columns, sums, s)
	}
	t := newTable(columns, false)
	headers := make([]string, len(columns))
	for i, c := range columns {
		headers[i] = c.Header
	}
	file := &csvOutput{table: t}
	if o.Path == "" {
		file.csv, err = sheet.NewCSV(o.Out, headers)
	} else {
		file.csv, err = sheet.CreateCSV(o.Path, headers)
	}
	if err != nil {
		return nil, err
	}
	return file, nil
}

// columns chooses the columns of a table.
func (o *Options) columns(outline *mapping.Outline, s *Summary) ([]mapping.ExportColumn, error) {
	sides := mapping.OurSide
	if o.BothSides {
		sides = mapping.BothSides
	}
	switch {
	case o.Format == Portal:
		return outline.PortalColumns()
	case o.Columns != nil:
		return outline.Chosen(o.Columns, sides)
	}
	columns, err := outline.Columns(sides)
	if s.Plan.Query.Filter == "" {
		return columns, err
	}
	return withoutMicrosoft(columns), err
}

// withoutMicrosoft leaves out what Microsoft's side says: under a filter of the service it was
// not seen, and a blank cell would say that there is none.
func withoutMicrosoft(columns []mapping.ExportColumn) []mapping.ExportColumn {
	var kept []mapping.ExportColumn
	for _, c := range columns {
		if c.Path != "@microsoftStatus" && c.Path != "@microsoftSubstatus" {
			kept = append(kept, c)
		}
	}
	return kept
}

// csvOutput is a table as CSV.
type csvOutput struct {
	table *table
	csv   *sheet.CSVFile
}

// Write adds a row.
func (c *csvOutput) Write(r *row) error {
	cells, err := c.table.cells(r)
	if err != nil {
		return err
	}
	return c.csv.Write(cells)
}

// Announce lets Commit call f.
func (c *csvOutput) Announce(f func(hash string) error) { c.csv.Announce(f) }

// Commit puts the file at its place.
func (c *csvOutput) Commit() error { return c.csv.Commit() }

// Abort gives the file up.
func (c *csvOutput) Abort() { c.csv.Abort() }

// lineOutput is one referral a line, with all that the service gave.
type lineOutput struct {
	file *files.File // nil for a stream
	out  *bufio.Writer
}

func (o *Options) openLines() (output, error) {
	if o.Path == "" {
		return &lineOutput{out: bufio.NewWriter(o.Out)}, nil
	}
	file, err := files.Create(o.Path)
	if err != nil {
		return nil, err
	}
	return &lineOutput{file: file, out: bufio.NewWriterSize(file, 64<<10)}, nil
}

// Write adds a line.
func (l *lineOutput) Write(r *row) error {
	if _, err := l.out.Write(r.line); err != nil {
		return err
	}
	return l.out.WriteByte('\n')
}

// Announce lets Commit call f.
func (l *lineOutput) Announce(f func(hash string) error) {
	if l.file != nil {
		l.file.Announce(f)
	}
}

// Commit puts the file at its place.
func (l *lineOutput) Commit() error {
	if err := l.out.Flush(); err != nil || l.file == nil {
		return err
	}
	return l.file.Commit()
}

// Abort gives the file up.
func (l *lineOutput) Abort() {
	if l.file != nil {
		l.file.Abort()
	}
}

// copyOut copies a finished file to a stream and removes it.
func copyOut(path string, out io.Writer) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer os.Remove(path)
	defer file.Close()
	_, err = io.Copy(out, file)
	return err
}
