package sandbox

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
	"time"
)

// verify holds an identity against its own authority, as a client would at a time.
func verify(t *testing.T, identity *Identity, roots []byte, host string, at time.Time) error {
	t.Helper()
	leaf, err := x509.ParseCertificate(identity.certificate.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(roots)
	_, err = leaf.Verify(x509.VerifyOptions{Roots: pool, DNSName: host, CurrentTime: at})
	return err
}

func TestIdentity(t *testing.T) {
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	own, err := NewIdentity(now)
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewIdentity(now, "api.example.com", "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		identity *Identity
		roots    []byte
		host     string
		at       time.Time
		want     string // in the error; "" for none
	}{
		{own, own.CA(), "127.0.0.1", now, ""}, {own, own.CA(), "localhost", now, ""}, {own, own.CA(), "::1", now.AddDate(0, 11, 0), ""},
		{own, own.CA(), "api.example.com", now, "not api.example.com"}, {own, other.CA(), "127.0.0.1", now, "authority"},
		{own, own.CA(), "127.0.0.1", now.AddDate(1, 0, 1), "expired"}, {own, own.CA(), "127.0.0.1", now.AddDate(0, 0, -1), "not yet valid"},
		{other, other.CA(), "api.example.com", now, ""}, {other, other.CA(), "192.0.2.1", now, ""}, {other, other.CA(), "127.0.0.1", now, "not 127.0.0.1"},
	} {
		err := verify(t, test.identity, test.roots, test.host, test.at)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s at %v: %v, want %q", test.host, test.at, err, test.want)
		}
	}
}

// What is given away holds no key.
func TestTheCAIsNoSecret(t *testing.T) {
	identity, err := NewIdentity(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	block, rest := pem.Decode(identity.CA())
	if block == nil || block.Type != "CERTIFICATE" || len(rest) != 0 || bytes.Contains(identity.CA(), []byte("KEY")) {
		t.Fatalf("%s", identity.CA())
	}
	ca, err := x509.ParseCertificate(block.Bytes)
	if err != nil || !ca.IsCA || ca.KeyUsage != x509.KeyUsageCertSign || !ca.MaxPathLenZero {
		t.Errorf("%+v, %v", ca, err)
	}
	identity.CA()[0] = 'x'
	if identity.CA()[0] != '-' {
		t.Error("whoever gets the CA can change it")
	}
}
