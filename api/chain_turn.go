package api

import (
	"context"
	"net/http"
)

// turnKey carries a function through a request's context.
type turnKey struct{}

// WithTurn returns a context whose requests call f when their turn has come and nothing is left
// but to send them: they may have waited for long, because the service asked to wait or was down.
// An error of f stops the request; nothing was sent then.
func WithTurn(ctx context.Context, f func() error) context.Context {
	return context.WithValue(ctx, turnKey{}, f)
}

// takeTurn tells that a request's turn has come.
func takeTurn() layer {
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(request *http.Request) (*http.Response, error) {
			if f, ok := request.Context().Value(turnKey{}).(func() error); ok {
				if err := f(); err != nil {
					return nil, &notStartedError{err}
				}
			}
			return next.RoundTrip(request)
		})
	}
}
