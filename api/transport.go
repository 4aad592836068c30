package api

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"time"
)

// maxHeaders is the longest block of answer headers that is read, in bytes.
const maxHeaders = 64 << 10

// NewTransport returns the transport that the client wants: HTTP/1.1 only, because Go's HTTP/2
// client may send a POST twice by itself; the environment's proxy; TLS 1.2 at least; bounded
// waits for connection and handshake. connections is how many are kept open between requests; roots are the
// certificate authorities to trust, nil for those of the system.
func NewTransport(connections int, roots *x509.CertPool) *http.Transport {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	dialer := net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  Proxy,
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		TLSHandshakeTimeout:    10 * time.Second,
		MaxIdleConnsPerHost:    connections,
		IdleConnTimeout:        90 * time.Second,
		ResponseHeaderTimeout:  60 * time.Second,
		MaxResponseHeaderBytes: maxHeaders,
		Protocols:              &protocols,
	}
}
