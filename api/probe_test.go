package api

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestProbe(t *testing.T) {
	var asked *http.Request
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r
		http.Redirect(w, r, "https://elsewhere.example.com", http.StatusFound)
	}))
	defer server.Close()
	base, _ := url.Parse(server.URL + "/v1.0")
	transport := server.Client().Transport.(*http.Transport)
	reach, err := Probe(t.Context(), transport, base, time.Now)
	if err != nil || reach.Status != http.StatusFound || reach.TLS != "TLS 1.3" || reach.Proxy != "" {
		t.Errorf("%+v, %v", reach, err)
	}
	if asked.Header.Get("Authorization") != "" || asked.URL.Path != "/" || asked.Method != http.MethodGet {
		t.Errorf("%s %s %v", asked.Method, asked.URL, asked.Header)
	}
	if ahead, known := reach.Skew(); !known || ahead != 0 {
		t.Errorf("skew %s, %t", ahead, known)
	}
}

// A certificate that nobody signed, a port on which nobody listens, a request given up: errors that
// name the host; the proxy's password is in none.
func TestProbeFails(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	base, _ := url.Parse(server.URL)
	if _, err := Probe(t.Context(), NewTransport(1, nil), base, time.Now); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("an unknown certificate: %v", err)
	}
	server.Close()
	transport := NewTransport(1, nil)
	if _, err := Probe(t.Context(), transport, base, time.Now); err == nil || !strings.Contains(err.Error(), base.Host) {
		t.Errorf("nobody listens: %v", err)
	}
	proxy, _ := url.Parse(strings.Replace(server.URL, "https://", "http://user:secret@", 1))
	transport.Proxy = http.ProxyURL(proxy)
	reach, err := Probe(t.Context(), transport, base, time.Now)
	if err == nil || reach.Proxy != "http://"+base.Host || strings.Contains(err.Error(), "secret") {
		t.Errorf("%+v, %v", reach, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Probe(ctx, NewTransport(1, nil), base, time.Now); err == nil {
		t.Error("a request that was given up has an answer")
	}
}

func TestSkew(t *testing.T) {
	noon := time.Date(2026, 1, 30, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		sent time.Duration // after noon by the service's clock
		took time.Duration
		want time.Duration
	}{
		{"the same second", 500 * time.Millisecond, 10 * time.Millisecond, 0},
		{"a slow answer", -20 * time.Second, 40 * time.Second, 0},
		{"ten minutes ahead", 10*time.Minute + time.Second, time.Second, 10 * time.Minute},
		{"ten minutes behind", -10*time.Minute - time.Second, time.Second, -10 * time.Minute},
	} {
		got, known := Reach{Date: noon, Sent: noon.Add(c.sent), Took: c.took}.Skew()
		if got != c.want || !known {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	if _, known := (Reach{Sent: noon}).Skew(); known {
		t.Error("a service that tells no time was compared")
	}
}
