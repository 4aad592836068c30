package api_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"refload/api"
)

// A service that speaks nothing newer than TLS 1.1 gets no request, and the same one with TLS 1.2 does.
func TestOldTLSIsRefused(t *testing.T) {
	for version, good := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true} {
		var requests atomic.Int64
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			requests.Add(1)
			io.WriteString(w, `{"id":"`+someID+`"}`)
		}))
		server.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: version}
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.StartTLS()
		defer server.Close()
		roots := x509.NewCertPool()
		roots.AddCert(server.Certificate())
		client, err := api.NewClient(api.Config{BaseURL: server.URL, Token: api.StaticToken("x"), Transport: api.NewTransport(1, roots)})
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Create(t.Context(), api.NewReferral())
		switch {
		case good && (err != nil || requests.Load() != 1):
			t.Errorf("%s: %v, %d requests", tls.VersionName(version), err, requests.Load())
		case !good && (failure(t, err).Outcome != api.NotExecuted || !strings.Contains(err.Error(), "protocol version") || requests.Load() != 0):
			t.Errorf("%s: %v, %d requests", tls.VersionName(version), err, requests.Load())
		}
	}
}

// A handshake that is never answered ends, and nothing was sent.
func TestAHandshakeThatStallsEnds(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close() // it takes connections, and nobody answers them
	transport := api.NewTransport(1, nil)
	if transport.TLSHandshakeTimeout <= 0 || transport.TLSHandshakeTimeout > 30*time.Second {
		t.Errorf("a handshake may take %s", transport.TLSHandshakeTimeout)
	}
	transport.TLSHandshakeTimeout = 20 * time.Millisecond
	client, err := api.NewClient(api.Config{BaseURL: "https://" + listener.Addr().String(), Token: api.StaticToken("x"), Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Create(t.Context(), api.NewReferral()); failure(t, err).Outcome != api.NotExecuted || !strings.Contains(err.Error(), "handshake timeout") {
		t.Errorf("%v", err)
	}
}
