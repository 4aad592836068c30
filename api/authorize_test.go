package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// elsewhere are addresses that look like https://api.example.com and are another origin.
var elsewhere = []string{
	"https://other.example.com/v1.0", "https://api.example.com.evil.example/", "https://evilapi.example.com/", "https://api.example.com@evil.example/",
	"https://api.example.com:444/", "https://api.example.com:80/", "https://api.example.com./", "https://93.184.216.34/", "https://[::1]/", "https://127.0.0.1/",
	"https://\u0430pi.example.com/", "https://xn--pi-6kc.example.com/", "https://api.ex\u0430mple.com/", "https://api.example.com%2eevil.example/", "http://api.example.com/",
	"http://api.example.com:443/", "https://API.example.com/", "HTTPS://API.EXAMPLE.COM/", "//api.example.com/", "ftp://api.example.com/", "https:///",
}

// neverAsked is a source that must not be asked, for a first token or for another.
type neverAsked struct{ t *testing.T }

// Token is not asked for.
func (n neverAsked) Token(context.Context) (string, error) {
	n.t.Error("a token was asked for")
	return "secret", nil
}

// Renew is not asked for either.
func (n neverAsked) Renew(context.Context, string) error {
	n.t.Error("another token was asked for")
	return nil
}

// A request to another origin is stopped before a token is asked for, and says where it would have gone.
func TestARequestElsewhereIsStopped(t *testing.T) {
	for name, source := range map[string]TokenSource{"renewed": neverAsked{t}, "ready": struct{ TokenSource }{neverAsked{t}}} {
		stopping := authorize(origin{"https", "api.example.com"}, source)(roundTrip(func(request *http.Request) (*http.Response, error) {
			t.Errorf("%s: a request to %s went on", name, request.URL)
			return nil, errors.New("sent")
		}))
		for _, text := range elsewhere {
			address, err := url.Parse(text)
			if err != nil {
				continue // what is no URL becomes no request
			}
			for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodPut} {
				request := &http.Request{Method: method, URL: address, Header: http.Header{}, Host: "api.example.com"}
				var stopped *notStartedError
				if _, err := stopping.RoundTrip(request); !errors.As(err, &stopped) || !strings.Contains(err.Error(), "the token goes to api.example.com only") {
					t.Errorf("%s: %s %s: %v", name, method, text, err)
				}
				if len(request.Header) > 0 {
					t.Errorf("%s: %s %s has the headers %v", name, method, text, request.Header)
				}
			}
		}
	}
}

// The good request goes on, with the token: otherwise the test above would prove nothing.
func TestARequestToTheOriginGoesOn(t *testing.T) {
	sent := 0
	going := authorize(origin{"https", "api.example.com"}, StaticToken("secret"))(roundTrip(func(request *http.Request) (*http.Response, error) {
		if sent++; request.Header.Get("Authorization") != "Bearer secret" {
			t.Errorf("headers %v", request.Header)
		}
		return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
	}))
	request, err := http.NewRequest(http.MethodGet, "https://api.example.com/v1.0", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := going.RoundTrip(request); err != nil || sent != 1 || request.Header.Get("Authorization") != "" {
		t.Errorf("%v, %d requests, headers %v of the caller's", err, sent, request.Header)
	}
}

// Base URLs that are one origin have one spelling of it, and what only looks like them has another.
func TestOriginsHaveOneSpelling(t *testing.T) {
	of := func(text string) (origin, error) {
		base, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return originOf(base)
	}
	for _, text := range []string{"https://api.example.com", "https://API.example.com/", "HTTPS://api.example.com", "https://api.example.com.", "https://api.example.com:443", "https://api.example.com.:443/prefix"} {
		if got, err := of(text); err != nil || got != (origin{"https", "api.example.com"}) {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range elsewhere {
		base, err := url.Parse(text)
		if err != nil || CanonicalHost(base) == "api.example.com" && base.Scheme == "https" && base.User == nil {
			continue // one origin in another spelling
		}
		if got, err := originOf(base); err == nil && got == (origin{"https", "api.example.com"}) {
			t.Errorf("%s is taken for api.example.com", text)
		}
	}
}
