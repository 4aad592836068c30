package entra

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"refload/api"
)

// The bounds of an exchange with the authority.
const (
	exchangeTime  = 30 * time.Second // for one whole answer
	longestAnswer = 1 << 20          // bytes
	maxHeaders    = 64 << 10         // of an answer, in bytes
	repeats       = 5                // after the first
	repeatTime    = 2 * time.Minute  // since the first: later than that there is no repeat
	firstPause    = time.Second      // doubles
	longestPause  = 30 * time.Second // a Retry-After beyond it is not waited for
)

// longestExchange is how long an exchange takes at most, with all its repeats.
const longestExchange = repeatTime + exchangeTime

// newHTTPClient returns a client that speaks to one origin, follows no redirect, and repeats what
// the authority could not answer for the moment.
func newHTTPClient(base *url.URL, roots *x509.CertPool) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy, transport.MaxResponseHeaderBytes = api.Proxy, maxHeaders
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}
	return &http.Client{
		Transport:     &exchanger{next: transport, scheme: base.Scheme, host: base.Host},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// errTooLong says that an answer exceeded longestAnswer. It is not asked for again.
var errTooLong = errors.New("the answer is longer than 1 MiB")

// exchanger makes the exchanges with the authority.
type exchanger struct {
	next         http.RoundTripper
	scheme, host string
}

// RoundTrip sends a request, and again while the authority is busy or out of reach: an
// exchange that was begun is brought to its end even when its caller goes away, because its answer
// may hold the only refresh token that still works; the pauses between end with the caller.
func (x *exchanger) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.Scheme != x.scheme || request.URL.Host != x.host {
		return nil, fmt.Errorf("a request to %s was stopped: sign-in goes to %s only", request.URL.Host, x.host)
	}
	form, err := formOf(request)
	if err != nil {
		return nil, err
	}
	ends := time.Now().Add(repeatTime)
	for n := 0; ; n++ {
		if err := request.Context().Err(); err != nil {
			return nil, err
		}
		response, err := x.once(request, form)
		pause, again := pauseBefore(n, response, err)
		if !again || time.Now().Add(pause).After(ends) || sleep(request.Context(), pause) != nil {
			return response, err
		}
	}
}

// formOf takes the form of a request, nil where it has none.
func formOf(request *http.Request) ([]byte, error) {
	if request.Body == nil {
		return nil, nil
	}
	defer request.Body.Close()
	return io.ReadAll(request.Body)
}

// once makes one exchange and reads its answer to the end. A question without a form ends with
// its caller: nothing is lost with its answer.
func (x *exchanger) once(request *http.Request, form []byte) (*http.Response, error) {
	caller := request.Context()
	if form != nil {
		caller = context.WithoutCancel(caller)
	}
	ctx, cancel := context.WithTimeout(caller, exchangeTime)
	defer cancel()
	attempt := request.Clone(ctx)
	if form != nil {
		attempt.Body, attempt.GetBody = io.NopCloser(bytes.NewReader(form)), nil
	}
	response, err := x.next.RoundTrip(attempt)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer+1))
	if err == nil && len(answer) > longestAnswer {
		err = errTooLong
	}
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(answer))
	return response, nil
}

// pauseBefore says whether an exchange is made again after its n-th repeat, and after which pause.
func pauseBefore(n int, response *http.Response, err error) (time.Duration, bool) {
	if n == repeats || errors.Is(err, errTooLong) || errors.Is(err, api.ErrProxy) || badCertificate(err) || err == nil && !busy(response.StatusCode) {
		return 0, false
	}
	pause := rand.N(firstPause<<n) + time.Millisecond
	if err == nil {
		if seconds, bad := strconv.Atoi(strings.TrimSpace(response.Header.Get("Retry-After"))); bad == nil {
			pause = time.Duration(seconds) * time.Second
		}
	}
	return max(pause, 0), pause <= longestPause
}

// badCertificate reports whether the authority's certificate is not to be trusted, which no later
// try changes. Nothing was sent then.
func badCertificate(err error) bool {
	var invalid *tls.CertificateVerificationError
	return errors.As(err, &invalid)
}

// busy reports whether a status says that a later try may fare better.
func busy(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= 500
}

// sleep waits for d, or returns the context's error when that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
