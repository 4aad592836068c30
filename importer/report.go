package importer

import (
	"context"

	"refload/internal/run"
	"refload/mapping"
)

// Report is what a check found.
type Report struct {
	Rows     int // data rows
	Problems Problems
	Place    func(mapping.Problem) string // where a problem is, as messages show it

	err error
}

// Err returns why the file cannot be imported as it is, nil where it can.
func (r *Report) Err() error { return r.err }

// Check makes all the checks of an import that need no service. It returns an error when the
// file cannot be read, and a Report otherwise.
func Check(ctx context.Context, source Source, observe run.Observer) (*Report, error) {
	in, header, err := open(source)
	if source.isEmpty(err) {
		return &Report{Place: (&input{source: source}).Place}, nil
	}
	if err != nil {
		return nil, err
	}
	defer in.close()
	done, err := in.checkAll(ctx, run.Target{}, header, observe)
	if err != nil {
		return nil, err
	}
	return &Report{
		Rows: len(done.states), Problems: done.problems, Place: in.Place,
		err: refusedBy("check", gate(in, done, Options{Source: source})),
	}, nil
}
