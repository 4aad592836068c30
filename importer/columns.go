package importer

import (
	"context"

	"refload/mapping"
)

// Header is the header of a file as it was understood.
type Header struct {
	File    string
	Sheet   string // "" in a CSV
	Row     int    // as Excel counts
	Columns []mapping.ColumnInfo
	// Values are the sorts of what stands in the columns.
	Values *mapping.Tally
	// Missing are the fields that every new referral needs and neither column nor mapping gives.
	Missing []mapping.Field
	// Problems are those of the header and of columns as a whole, such as dates that can be read
	// in two ways; not those of single cells.
	Problems Problems
	Place    func(mapping.Problem) string // where a problem is, as messages show it
}

// Faulty reports whether the header keeps the file from being imported.
func (h *Header) Faulty() bool { return h.Problems.Errors > 0 }

// ReadHeader finds out what the columns of a file are. It reads all rows, because the order of
// dates is a matter of a column as a whole. It returns an error when the file cannot be read.
func ReadHeader(ctx context.Context, source Source) (*Header, error) {
	in, problems, err := open(source)
	if err != nil {
		return nil, err
	}
	defer in.close()
	in.tally = &mapping.Tally{}
	more, err := in.survey(ctx)
	if err != nil {
		return nil, err
	}
	header := &Header{File: source.Name, Sheet: in.sheet, Row: in.header.Number, Values: in.tally, Columns: in.columns.Headers(), Missing: in.columns.Missing(), Place: in.Place}
	header.Problems.Add(in.columns.Advise(append(problems, more...))...)
	return header, nil
}
