package api

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Reach is what one request without a token told of the way to a service.
type Reach struct {
	Proxy  string    // scheme, host and port of the proxy that is used; "" for none
	Status int       // of the answer; any answer shows that the service can be reached
	TLS    string    // version, such as "TLS 1.3"; "" over plain http
	Date   time.Time // the service's clock, to the second; zero where it does not say
	Sent   time.Time // our clock when the request left
	Took   time.Duration
}

// Skew returns how far our clock is ahead of the service's, as far as whole seconds and the time on
// the way allow to tell: within these it is 0. known is false where the service told no time.
func (r Reach) Skew() (ahead time.Duration, known bool) {
	if r.Date.IsZero() {
		return 0, false
	}
	earliest, latest := r.Date, r.Date.Add(time.Second)
	switch received := r.Sent.Add(r.Took); {
	case r.Sent.After(latest):
		return r.Sent.Sub(latest), true
	case received.Before(earliest):
		return received.Sub(earliest), true
	}
	return 0, true
}

// Probe asks a service for an answer, whichever, without a token, a redirect or a body. It reports
// the proxy also where the service was not reached.
func Probe(ctx context.Context, transport *http.Transport, base *url.URL, now func() time.Time) (Reach, error) {
	var reach Reach
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base.Scheme+"://"+base.Host+"/", nil)
	if err != nil {
		return reach, fmt.Errorf("the address of the service: %w", err)
	}
	if transport.Proxy != nil {
		proxy, err := transport.Proxy(request)
		if err != nil {
			return reach, err
		}
		if proxy != nil {
			reach.Proxy = proxy.Scheme + "://" + proxy.Host // a user name may be a token
		}
	}
	reach.Sent = now()
	response, err := transport.RoundTrip(request)
	reach.Took = now().Sub(reach.Sent)
	if err != nil {
		return reach, fmt.Errorf("reaching %s: %w", base.Host, err)
	}
	defer response.Body.Close()
	io.CopyN(io.Discard, response.Body, maxHeaders) // so that the connection ends well; what it says does not matter
	reach.Status = response.StatusCode
	if response.TLS != nil {
		reach.TLS = tls.VersionName(response.TLS.Version)
	}
	if date, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		reach.Date = date
	}
	return reach, nil
}
