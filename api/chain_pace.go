package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"
)

// heldStatuses are the answers by which a service asks everybody to wait.
var heldStatuses = []int{http.StatusTooManyRequests, http.StatusServiceUnavailable, 509}

// unsaidWait is how long everybody waits when such an answer does not say how long.
const unsaidWait = 2 * time.Second

// longestHold is the longest wait that is kept without asking a person.
const longestHold = 15 * time.Minute

// pace lets each request wait for its turn, and holds all of them when the service asks for
// it: one answer stops every worker.
func pace(pacer *Pacer) layer {
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(request *http.Request) (*http.Response, error) {
			if err := pacer.Wait(request.Context()); err != nil {
				return nil, &notStartedError{err}
			}
			response, err := next.RoundTrip(request)
			if response != nil {
				learn(pacer, response)
			}
			return response, err
		})
	}
}

func learn(pacer *Pacer, response *http.Response) {
	switch {
	case slices.Contains(heldStatuses, response.StatusCode):
		wait := retryAfter(response.Header)
		if wait == 0 {
			wait = unsaidWait
		}
		pacer.Hold(min(wait, longestHold))
		pacer.Throttled()
	case response.StatusCode < 400:
		pacer.Succeeded()
	}
}

// notStartedError is a request that was stopped on its way: its context ended before its turn
// came, or it would have gone to another origin. Nothing was sent.
type notStartedError struct{ err error }

// Error says that nothing was sent.
func (e *notStartedError) Error() string { return "not sent: " + e.err.Error() }

// Unwrap returns the context's error.
func (e *notStartedError) Unwrap() error { return e.err }

// isOurs reports whether a failed attempt says nothing of the service: the request never
// started, or its caller ended it.
func isOurs(err error) bool {
	var stopped *notStartedError
	var signIn *SignInError
	return errors.As(err, &stopped) || errors.As(err, &signIn) || errors.Is(err, context.Canceled)
}
