package cli

import (
	"crypto/x509"
	"fmt"

	"refload/internal/files"
)

// longestBundle bounds a file of certificate authorities, in bytes; those of all systems are some
// 300,000 bytes long.
const longestBundle = 16 << 20

// readRoots returns the certificate authorities of the system and those of a PEM file; nil, which
// means those of the system, where no file is named.
func readRoots(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	data, err := files.Read(path, longestBundle)
	if err != nil {
		return nil, &UsageError{fmt.Sprintf("--ca-file: %v", err), "check the name, the folder and the rights"}
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, &UsageError{fmt.Sprintf("the system's certificate authorities cannot be read: %v", err), "ask whoever looks after this machine"}
	}
	if !roots.AppendCertsFromPEM(data) {
		return nil, &UsageError{fmt.Sprintf("--ca-file %s holds no certificate in PEM form", path),
			"a file that begins with -----BEGIN CERTIFICATE-----; refload sandbox --tls writes one, and whoever runs a proxy has one"}
	}
	return roots, nil
}
