package api

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// TokenSource gives the bearer token for the next request. Token is called once for each request
// that is sent and may be called by many goroutines at once.
type TokenSource interface {
	Token(ctx context.Context) (string, error)
}

// Renewer is a TokenSource that can have a token replaced which the service did not accept.
type Renewer interface {
	TokenSource
	// Renew returns when Token gives another token than old. Where it does already, nothing is
	// asked for: of many who hold the same old token, the first one's renewal is everybody's.
	Renew(ctx context.Context, old string) error
}

// StaticToken returns a source that always gives the same token.
func StaticToken(token string) TokenSource { return staticToken(token) }

type staticToken string

// Token returns the token.
func (t staticToken) Token(context.Context) (string, error) { return string(t), nil }

// origin is the one place that the token may go to: scheme, host and port.
type origin struct{ scheme, host string }

// originOf takes the origin of a base URL. Plain http is allowed to loopback addresses only.
func originOf(base *url.URL) (origin, error) {
	switch {
	case base.Hostname() == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "":
		return origin{}, fmt.Errorf("base URL %q: expected scheme, host and at most a path", base.Redacted())
	case base.Scheme == "https":
	case base.Scheme == "http" && IsLoopback(base.Hostname()):
	default:
		return origin{}, fmt.Errorf("base URL %q: only https is allowed, and http to a loopback address", base.Redacted())
	}
	return origin{base.Scheme, CanonicalHost(base)}, nil
}

// defaultPorts are the ports that a URL means where it names none.
var defaultPorts = map[string]string{"https": "443", "http": "80"}

// CanonicalHost returns host and port of a URL in the one spelling of all that lead to the same place: lower
// case, without the dot that may end a name and without the port that the scheme means anyway.
func CanonicalHost(address *url.URL) string {
	name := strings.TrimSuffix(strings.ToLower(address.Hostname()), ".")
	if strings.Contains(name, ":") {
		name = "[" + name + "]"
	}
	if port := address.Port(); port != "" && port != defaultPorts[strings.ToLower(address.Scheme)] {
		name += ":" + port
	}
	return name
}

// IsLoopback reports whether host, without a port, is localhost or a loopback IP address.
func IsLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// authorize adds the bearer token and refuses any request to another origin before the token
// is even asked for.
func authorize(pinned origin, source TokenSource) layer {
	return func(next http.RoundTripper) http.RoundTripper {
		send := once(next, source)
		if renewer, can := source.(Renewer); can {
			send = renewing(next, renewer)
		}
		return roundTrip(func(request *http.Request) (*http.Response, error) {
			if request.URL.Scheme != pinned.scheme || request.URL.Host != pinned.host {
				return nil, &notStartedError{fmt.Errorf("a request to %s was stopped: the token goes to %s only", request.URL.Host, pinned.host)}
			}
			return send(request)
		})
	}
}

// once sends a request with the source's token.
func once(next http.RoundTripper, source TokenSource) roundTrip {
	return func(request *http.Request) (*http.Response, error) {
		token, err := source.Token(request.Context())
		if err != nil {
			return nil, noToken(request.Context(), err)
		}
		return next.RoundTrip(bearing(request, token))
	}
}

// bearing returns the request with a token.
func bearing(request *http.Request, token string) *http.Request {
	request = request.Clone(request.Context())
	request.Header.Set("Authorization", "Bearer "+token)
	return request
}

// noToken says that a request was not sent for want of a token, or because it was not wanted
// any more.
func noToken(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return &notStartedError{ctx.Err()}
	}
	return &SignInError{Err: err}
}

// SignInError says that there is no usable token. Nothing was executed.
type SignInError struct{ Err error }

// Error names the reason.
func (e *SignInError) Error() string { return "sign-in needed: " + e.Err.Error() }

// Unwrap returns the reason.
func (e *SignInError) Unwrap() error { return e.Err }

// Hint says what to do next: what the reason knows, or how to come by a token at all.
func (e *SignInError) Hint() string {
	if hint := HintOf(e.Err); hint != "" {
		return hint
	}
	return "sign in with 'refload auth login --profile NAME', set REFLOAD_ACCESS_TOKEN to a bearer token for the Partner Center API, or try --sandbox, which needs neither"
}
