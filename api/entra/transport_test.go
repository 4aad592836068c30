package entra

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"refload/api/sandbox"
)

// answers gives one answer after the other, the last one for ever; 0 is none at all.
type answers struct {
	statuses   []int
	retryAfter string
	bodies     []string
}

// RoundTrip gives the next answer.
func (a *answers) RoundTrip(request *http.Request) (*http.Response, error) {
	body, _ := io.ReadAll(request.Body)
	status := a.statuses[min(len(a.bodies), len(a.statuses)-1)]
	a.bodies = append(a.bodies, string(body))
	if status == 0 {
		return nil, errors.New("connection reset")
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Retry-After": {a.retryAfter}}, Body: io.NopCloser(strings.NewReader("said"))}, nil
}

// post sends a form through an exchanger.
func post(ctx context.Context, next http.RoundTripper, target string) (*http.Response, error) {
	x := &exchanger{next: next, scheme: "https", host: "login.example.com"}
	request, _ := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader("a=b"))
	return x.RoundTrip(request)
}

const tokenPage = "https://login.example.com/x/oauth2/v2.0/token"

func TestExchangesAreRepeated(t *testing.T) {
	for _, test := range []struct {
		statuses   []int
		retryAfter string
		want       int // answers
		status     int // of the last
		least      time.Duration
		most       time.Duration
	}{
		{[]int{200}, "", 1, 200, 0, 0},
		{[]int{400}, "", 1, 400, 0, 0},
		{[]int{302}, "", 1, 302, 0, 0},
		{[]int{503, 0, 429, 200}, "", 4, 200, 0, 8 * time.Second},
		{[]int{500}, "", 1 + repeats, 500, 0, time.Minute},
		{[]int{0}, "", 1 + repeats, 0, 0, time.Minute},
		{[]int{429, 200}, "7", 2, 200, 7 * time.Second, 7 * time.Second},
		{[]int{429, 200}, "600", 1, 429, 0, 0},
		{[]int{503, 200}, "-3", 2, 200, 0, 0},
		{[]int{503, 200}, "soon", 2, 200, 0, 2 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			next, began := &answers{statuses: test.statuses, retryAfter: test.retryAfter}, time.Now()
			response, err := post(t.Context(), next, tokenPage)
			took := time.Since(began)
			if len(next.bodies) != test.want || (err == nil) != (test.status != 0) || err == nil && response.StatusCode != test.status || took < test.least || took > test.most {
				t.Errorf("%v %s: %d answers in %s, %v", test.statuses, test.retryAfter, len(next.bodies), took, err)
			}
			for _, body := range next.bodies {
				if body != "a=b" {
					t.Errorf("sent %q", body)
				}
			}
		})
	}
}

// The pauses end with the caller.
// certified fails every exchange by its certificate.
type certified struct{ asked int }

func (c *certified) RoundTrip(*http.Request) (*http.Response, error) {
	c.asked++
	return nil, &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
}

// A certificate does not become better by asking again, and the words name it.
func TestACertificateThatIsRefusedEndsTheSignIn(t *testing.T) {
	w, refusing := newWorld(t, sandbox.Options{}), &certified{}
	client := w.client()
	client.http.Transport.(*exchanger).next = refusing
	_, err := client.Device(t.Context(), NewFile(filepath.Join(t.TempDir(), "s.json")), func(DeviceCode) {})
	if failed := failure(t, err); refusing.asked != 1 || !strings.Contains(failed.Error(), "certificate") || !strings.Contains(failed.Hint(), "--ca-file") {
		t.Errorf("asked %d times: %v; %s", refusing.asked, failed, failed.Hint())
	}
}

func TestPausesEndWithTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		response, err := post(ctx, &answers{statuses: []int{429}, retryAfter: "20"}, tokenPage)
		if err != nil || response.StatusCode != 429 || time.Since(began) != time.Second {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		if _, err := post(ctx, &answers{statuses: []int{200}}, tokenPage); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("an exchange that nobody waits for: %v", err)
		}
	})
}

func TestSecretsGoToOneOrigin(t *testing.T) {
	for _, target := range []string{"http://login.example.com/x", "https://login.example.com.evil.example/x", "https://login.example.com:444/x", "https://elsewhere.example.com/x"} {
		next := &answers{statuses: []int{200}}
		if _, err := post(t.Context(), next, target); err == nil || len(next.bodies) > 0 {
			t.Errorf("%s: %v", target, err)
		}
	}
}

// A redirect is an answer like any other, and one that never ends is not read to its end.
func TestAnswersOfRealServers(t *testing.T) {
	elsewhere := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/redirect":
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		case "/elsewhere":
			elsewhere++
		case "/long":
			w.Write(make([]byte, longestAnswer+1))
		}
	}))
	defer server.Close()
	base, _ := url.Parse(server.URL)
	client := newHTTPClient(base, nil)
	response, err := client.Post(server.URL+"/redirect", "text/plain", strings.NewReader("x"))
	if err != nil || response.StatusCode != http.StatusTemporaryRedirect || elsewhere > 0 {
		t.Errorf("%v, %d requests elsewhere", err, elsewhere)
	}
	if _, err := client.Post(server.URL+"/long", "text/plain", strings.NewReader("x")); err == nil || !strings.Contains(err.Error(), "1 MiB") {
		t.Errorf("%v", err)
	}
}

// Headers without end are given up.
func TestHugeHeaders(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Long", strings.Repeat("x", 1<<20)) }))
	defer server.Close()
	base, _ := url.Parse(server.URL)
	request, _ := http.NewRequest(http.MethodPost, server.URL, nil)
	_, err := newHTTPClient(base, nil).Transport.(*exchanger).next.RoundTrip(request) // below the repeats
	if err == nil || !strings.Contains(err.Error(), "header") {
		t.Errorf("headers of 1 MiB: %v", err)
	}
}
