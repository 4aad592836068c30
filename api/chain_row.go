package api

import "context"

// rowKey carries the row of a request through its context.
type rowKey struct{}

// rowOf says for which row a request is made, and which attempt of it it is.
type rowOf struct{ row, try int }

// WithRow returns a context whose requests are told of with the number of a row and the number of
// the attempt for it, both counted from 1. Nothing of it is sent.
func WithRow(ctx context.Context, row, try int) context.Context {
	return context.WithValue(ctx, rowKey{}, rowOf{row, try})
}

func rowIn(ctx context.Context) rowOf {
	row, _ := ctx.Value(rowKey{}).(rowOf)
	return row
}
