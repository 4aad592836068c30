package sandbox

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// identityLife is how long a certificate of a sandbox is good for. It ends with the process
// anyway, because nothing keeps its key.
const identityLife = 365 * 24 * time.Hour

// Identity is what a sandbox shows over TLS: a certificate, and the certificate authority that
// issued it. Both are made by NewIdentity; the certificate's key is in memory only, the
// authority's is forgotten once it has signed, so that to trust it is to trust this one server.
type Identity struct {
	authority   []byte // PEM
	certificate tls.Certificate
}

// NewIdentity makes an identity that is good from an hour before now for a year: for the hosts,
// names or addresses, or without any for this machine's loopback addresses and "localhost".
func NewIdentity(now time.Time, hosts ...string) (*Identity, error) {
	if len(hosts) == 0 {
		hosts = []string{"localhost", "127.0.0.1", "::1"}
	}
	ca := certificateFor("refload sandbox CA", now)
	ca.IsCA, ca.BasicConstraintsValid, ca.MaxPathLenZero = true, true, true
	ca.KeyUsage = x509.KeyUsageCertSign
	caKey, caDER, err := issue(ca, ca, nil)
	if err != nil {
		return nil, err
	}
	leaf := certificateFor("refload sandbox", now)
	leaf.KeyUsage, leaf.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			leaf.IPAddresses = append(leaf.IPAddresses, ip)
			continue
		}
		leaf.DNSNames = append(leaf.DNSNames, host)
	}
	key, der, err := issue(leaf, ca, caKey)
	if err != nil {
		return nil, err
	}
	return &Identity{
		authority:   pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER}),
		certificate: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
	}, nil
}

// CA returns the certificate of the authority as PEM, for clients to trust. It is no secret.
func (i *Identity) CA() []byte { return append([]byte(nil), i.authority...) }

// config offers HTTP/2 first, as the real service does.
func (i *Identity) config() *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{i.certificate},
		MinVersion:   tls.VersionTLS12,
		NextProtos:   []string{"h2", "http/1.1"},
	}
}

func certificateFor(name string, now time.Time) *x509.Certificate {
	return &x509.Certificate{
		Subject:   pkix.Name{CommonName: name},
		NotBefore: now.Add(-time.Hour),
		NotAfter:  now.Add(identityLife),
	}
}

// issue makes a key and has it certified by a parent; without the parent's key, by itself.
func issue(certificate, parent *x509.Certificate, by *ecdsa.PrivateKey) (*ecdsa.PrivateKey, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("making a key: %w", err)
	}
	if by == nil {
		by = key
	}
	if certificate.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)); err != nil {
		return nil, nil, fmt.Errorf("making a serial number: %w", err)
	}
	der, err := x509.CreateCertificate(rand.Reader, certificate, parent, key.Public(), by)
	if err != nil {
		return nil, nil, fmt.Errorf("making a certificate: %w", err)
	}
	return key, der, nil
}
