package api

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// TokenSource returns the bearer token for the next request. It is called once a request and
// may be called by many goroutines at once.
type TokenSource func(ctx context.Context) (string, error)

// StaticToken returns a source that always gives the same token.
func StaticToken(token string) TokenSource {
	return func(context.Context) (string, error) { return token, nil }
}

// origin is the one place that the token may go to: scheme, host and port.
type origin struct{ scheme, host string }

// originOf takes the origin of a base URL. Plain http is allowed to loopback addresses only.
func originOf(base *url.URL) (origin, error) {
	switch {
	case base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "":
		return origin{}, fmt.Errorf("base URL %q: expected scheme, host and at most a path", base.Redacted())
	case base.Scheme == "https":
	case base.Scheme == "http" && IsLoopback(base.Hostname()):
	default:
		return origin{}, fmt.Errorf("base URL %q: only https is allowed, and http to a loopback address", base.Redacted())
	}
	return origin{base.Scheme, strings.ToLower(base.Host)}, nil
}

// IsLoopback reports whether host, without a port, is localhost or a loopback IP address.
func IsLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// authorize adds the bearer token and refuses any request to another origin before the token
// is even asked for.
func authorize(pinned origin, token TokenSource) layer {
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(request *http.Request) (*http.Response, error) {
			if request.URL.Scheme != pinned.scheme || request.URL.Host != pinned.host {
				return nil, &notStartedError{fmt.Errorf("a request to %s was stopped: the token goes to %s only", request.URL.Host, pinned.host)}
			}
			bearer, err := token(request.Context())
			if err != nil {
				return nil, &SignInError{Err: err}
			}
			request = request.Clone(request.Context())
			request.Header.Set("Authorization", "Bearer "+bearer)
			return next.RoundTrip(request)
		})
	}
}

// SignInError says that there is no usable token. Nothing was sent.
type SignInError struct{ Err error }

// Error names the reason.
func (e *SignInError) Error() string { return "sign-in needed: " + e.Err.Error() }

// Unwrap returns the reason.
func (e *SignInError) Unwrap() error { return e.Err }

// Hint says what to do next.
func (e *SignInError) Hint() string {
	return "set REFLOAD_ACCESS_TOKEN to a bearer token for the Partner Center API, or try --sandbox, which needs none"
}
