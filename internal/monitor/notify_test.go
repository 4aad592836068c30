package monitor

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestWhereReportsMayGo(t *testing.T) {
	for _, test := range []struct {
		address, hosts string
		good           bool
	}{
		{"https://hooks.example.com/x?sig=s3cr3t", "hooks.example.com", true},
		{"https://HOOKS.example.com:443/x", "other.example.com hooks.example.com", true},
		{"https://hooks.example.com/x", "hooks.example.com:443", true},
		{"https://hooks.example.com:8443/x", "hooks.example.com:8443", true},
		{"http://127.0.0.1:9000/x", "127.0.0.1:9000", true},
		{"https://hooks.example.com/x?sig=s3cr3t", "", false},
		{"https://hooks.example.com:8443/x", "hooks.example.com", true}, // without a port: any
		{"https://hooks.example.com:8443/x?sig=s3cr3t", "hooks.example.com:443", false},
		{"https://hooks.example.com.evil.example/x?sig=s3cr3t", "hooks.example.com", false},
		{"https://evil.example/hooks.example.com?sig=s3cr3t", "hooks.example.com", false},
		{"https://hooks.example.com@evil.example/?sig=s3cr3t", "hooks.example.com", false},
		{"http://hooks.example.com/x?sig=s3cr3t", "hooks.example.com", false},
		{"http://127.0.0.1:9001/x?sig=s3cr3t", "127.0.0.1:9000", false},
		{"http://localhost/x?sig=s3cr3t", "localhost", false},
		{"ftp://hooks.example.com/?sig=s3cr3t", "hooks.example.com", false},
		{"hooks.example.com/?sig=s3cr3t", "hooks.example.com", false},
		{"https://hooks.example.com/%zz?sig=s3cr3t", "hooks.example.com", false},
	} {
		_, err := NewWebhook(test.address, JSON, strings.Fields(test.hosts), nil)
		if (err == nil) != test.good {
			t.Errorf("%s with %q: %v", test.address, test.hosts, err)
		}
		if err != nil && strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("the error shows the secret: %v", err)
		}
	}
}

// webhook is one that leads to a handler on this machine.
func webhook(t *testing.T, format string, handle http.HandlerFunc) *Webhook {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	hook, err := NewWebhook(server.URL+"/hook?sig=s3cr3t", format, []string{strings.TrimPrefix(server.URL, "http://")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return hook
}

func TestSend(t *testing.T) {
	for _, format := range Formats() {
		var got map[string]any
		var query, contentType string
		hook := webhook(t, format, func(_ http.ResponseWriter, r *http.Request) {
			data, _ := io.ReadAll(r.Body)
			json.Unmarshal(data, &got)
			query, contentType = r.URL.RawQuery, r.Header.Get("Content-Type")
		})
		if err := hook.Send(context.Background(), sample()); err != nil {
			t.Fatal(err)
		}
		isCard := got["type"] == "message" && got["attachments"] != nil
		isReport := got["needs_hands"] == 2.0 && got["exit_code"] == 3.0 && got["counts"].(map[string]any)["created"] == 7.0
		if isCard != (format == Teams) || isReport != (format == JSON) || query != "sig=s3cr3t" || contentType != "application/json" {
			t.Errorf("%s: %v, query %q, %s", format, got, query, contentType)
		}
	}
}

// Over TLS a webhook is told that an authority of ours vouches for, and no other.
func TestSendOverTLS(t *testing.T) {
	var told atomic.Int32
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { told.Add(1) }))
	defer server.Close()
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // of the handshake that fails
	known := x509.NewCertPool()
	known.AddCert(server.Certificate())
	for _, roots := range []*x509.CertPool{nil, x509.NewCertPool(), known} {
		hook, err := NewWebhook(server.URL+"/hook?sig=s3cr3t", JSON, []string{strings.TrimPrefix(server.URL, "https://")}, roots)
		if err != nil {
			t.Fatal(err)
		}
		if err := hook.Send(context.Background(), sample()); (err == nil) != (roots == known) || err != nil && strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%v", err)
		}
	}
	if told.Load() != 1 {
		t.Errorf("told %d times", told.Load())
	}
}

// A redirect is no success and is not followed.
func TestNoRedirects(t *testing.T) {
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	for _, code := range []int{301, 302, 303, 307, 308} {
		hook := webhook(t, JSON, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, code) })
		if err := hook.Send(context.Background(), sample()); err == nil {
			t.Errorf("HTTP %d was taken for a success", code)
		}
	}
	if n := elsewhere.Load(); n > 0 {
		t.Errorf("%d redirects were followed", n)
	}
}

// What goes wrong is told without the address.
func TestErrorsHideTheAddress(t *testing.T) {
	gone := webhook(t, JSON, func(http.ResponseWriter, *http.Request) {})
	gone.url.Host = "127.0.0.1:1"
	refusing := webhook(t, JSON, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	for name, hook := range map[string]*Webhook{"gone": gone, "refusing": refusing} {
		err := hook.Send(context.Background(), sample())
		if err == nil || strings.Contains(err.Error(), "s3cr3t") || strings.Contains(err.Error(), "/hook") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNobodyWaitsForAChat(t *testing.T) {
	hook := webhook(t, JSON, func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	})
	if hook.client.Timeout != 10*time.Second {
		t.Errorf("it waits %s", hook.client.Timeout)
	}
	hook.client.Timeout = 50 * time.Millisecond
	if err := hook.Send(context.Background(), sample()); err == nil {
		t.Error("a webhook that never answers is a success")
	}
}

// Headers without end are given up.
func TestHugeHeaders(t *testing.T) {
	hook := webhook(t, JSON, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Long", strings.Repeat("x", 1<<20)) })
	if err := hook.Send(context.Background(), sample()); err == nil || strings.Contains(err.Error(), "s3cr3t") {
		t.Errorf("headers of 1 MiB: %v", err)
	}
}
