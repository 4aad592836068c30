package api

import (
	"context"
	"net/http"
	"time"
)

// turnKey carries a function through a request's context.
type turnKey struct{}

// WithTurn returns a context whose requests call f when their turn has come and nothing is left
// but to send them: they may have waited for long, because the service asked to wait or was down.
// An error of f stops the request; nothing was sent then.
func WithTurn(ctx context.Context, f func() error) context.Context {
	return context.WithValue(ctx, turnKey{}, f)
}

// slowTurn is how long a turn may take before the start is counted at its end: well within the
// margin of the pacer's window.
const slowTurn = time.Millisecond

// takeTurn tells that a request's turn has come. Who writes to a disk then can delay the request by
// more than the pacer's margin; the start is counted again when it happens, or another request would
// start too early behind it.
func takeTurn(pacer *Pacer) layer {
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(request *http.Request) (*http.Response, error) {
			if f, ok := request.Context().Value(turnKey{}).(func() error); ok {
				began := time.Now()
				if err := f(); err != nil {
					return nil, &notStartedError{err}
				}
				if time.Since(began) > slowTurn {
					pacer.startedLate()
				}
			}
			return next.RoundTrip(request)
		})
	}
}
