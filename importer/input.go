package importer

import (
	"errors"
	"fmt"
	"iter"

	"refload/internal/files"
	"refload/internal/sheet"
	"refload/mapping"
)

// input is an opened file whose header was found and matched.
type input struct {
	source  Source
	book    *sheet.Book
	sheet   string
	header  sheet.Row
	columns *mapping.Columns
	hash    string // SHA-256 of the file
	note    string // what to say of the sheet that is read, "" for nothing

	tail     *tail // while the rows are read for the first time
	below    below // what stands below the table
	lined    bool  // rows have other numbers than the lines on which they start
	firstRow int   // the first and the last row of the table
	lastRow  int

	surveyed int            // the rows that the first pass found
	deals    mapping.Known  // of rows of which nothing better is known
	tally    *mapping.Tally // of the values; nil where nobody asks for it
	closed   bool
}

// open opens the file, finds sheet and header, and matches the columns. The problems are
// those of the header and are there also when none of them is an error.
func open(source Source) (*input, []mapping.Problem, error) {
	book, err := source.open()
	if err != nil {
		return nil, nil, err
	}
	in := &input{source: source, book: book}
	problems, err := in.match()
	if err != nil {
		book.Close()
		return nil, nil, err
	}
	return in, problems, nil
}

func (s Source) open() (*sheet.Book, error) {
	return sheet.Open(s.Path, sheet.Options{Encoding: s.Encoding, Delimiter: s.Delimiter, Name: s.Name})
}

// close lets go of the file: Windows replaces none that is open. Another pass over the rows opens it again.
func (in *input) close() {
	in.closed = true
	in.book.Close() // it was read only
}

// reopen opens the file again where it was closed.
func (in *input) reopen() error {
	if !in.closed {
		return nil
	}
	book, err := in.source.open()
	if err == nil {
		in.book, in.closed = book, false
		in.fit()
	}
	return err
}

// isEmpty reports whether a file without anything in it, not even a header, is one without data rows.
func (s Source) isEmpty(err error) bool {
	var problem *sheet.ProblemError
	return s.AllowEmpty && errors.As(err, &problem) && problem.Code == "FILE-EMPTY"
}

// emptySummary is that of a file without anything in it. There is nothing to write results of.
func emptySummary(options Options) (*Summary, error) {
	hash, err := files.Hash(options.Path)
	if err != nil {
		return nil, err
	}
	summary := newSummary(&input{source: options.Source, hash: hash}, options)
	summary.end(options.Now)
	return summary, nil
}

func (in *input) match() ([]mapping.Problem, error) {
	found, err := findHeader(in.book, in.source)
	if err != nil {
		return nil, err
	}
	in.sheet, in.header, in.note = found.sheet, found.row, found.note
	if in.hash, err = in.book.SHA256(); err != nil {
		return nil, err
	}
	taken, err := in.takenForOther()
	if err != nil {
		return nil, err
	}
	columns, problems := mapping.Match(in.header, mapping.MatchOptions{
		File:       in.source.Mapping,
		Key:        in.source.Key,
		Unattended: in.source.Unattended,
		CommaCSV:   in.commaCSV(),
		IDs:        in.source.ids(),

		UpdatesOnly: in.source.UpdatesOnly,
	})
	in.columns = columns
	in.fit()
	return append(taken, problems...), nil
}

// takenForOther is the problem of UTF-8 that --encoding takes for something else.
func (in *input) takenForOther() ([]mapping.Problem, error) {
	if in.source.Encoding == "" {
		return nil, nil
	}
	isUTF8, err := in.book.IsUTF8()
	if err != nil || !isUTF8 {
		return nil, err
	}
	return mapping.TakenForOther(in.source.Encoding), nil
}

// notes returns what is to be said once of how the file is read.
func (in *input) notes() []string {
	if in.note == "" {
		return in.book.Notes()
	}
	return append([]string{in.note}, in.book.Notes()...)
}

// fit tells the reader where the table stands, so that nothing else refuses the file.
func (in *input) fit() {
	in.book.Fit(sheet.Frame{Header: in.header.Number, Unread: in.columns.Unread, Left: in.outside, Short: true})
}

// markCommaCSV is the mark of a results workbook whose rows came from a comma CSV: its dates
// are written as they were there.
const markCommaCSV = "results of a comma CSV"

// commaCSV reports whether the rows come from a CSV with commas, by way of a results workbook
// or directly.
func (in *input) commaCSV() bool {
	return in.book.Format() == sheet.CSV && in.book.Delimiter() == ',' || in.book.Mark() == markCommaCSV
}

// rows yields the data rows: those below the header that hold anything and are not left out.
func (in *input) rows() iter.Seq2[sheet.Row, error] {
	return func(yield func(sheet.Row, error) bool) {
		for row, err := range in.everyRow() {
			if err == nil && in.leftOut(row) {
				continue
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// everyRow yields the rows below the header that hold anything.
func (in *input) everyRow() iter.Seq2[sheet.Row, error] {
	return func(yield func(sheet.Row, error) bool) {
		if err := in.reopen(); err != nil {
			yield(sheet.Row{}, err)
			return
		}
		for row, err := range in.book.Rows(in.sheet) {
			if err == nil && row.Number <= in.header.Number {
				continue
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// taken reports whether the n-th data row, counted from 0, is within --rows and --limit.
func (s Source) taken(n, number int) bool {
	return number >= s.First && (s.Last == 0 || number <= s.Last) && (s.Limit == 0 || n < s.Limit)
}

// Place returns where a problem is, as messages show it: file, sheet, cell and header.
func (in *input) Place(problem mapping.Problem) string {
	place := in.source.Name
	if in.sheet != "" {
		place += fmt.Sprintf(", sheet %q", in.sheet)
	}
	switch {
	case problem.Cell != "":
		place += ", " + problem.Cell
	case problem.Row != 0:
		place += fmt.Sprintf(", row %d", problem.Row)
	}
	if problem.Column != "" {
		place += " (" + problem.Column + ")"
	}
	return place
}
