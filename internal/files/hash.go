package files

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
)

// Hash returns the SHA-256 of a file in hex.
func Hash(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", problem("reading", path, err)
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", problem("reading", path, err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
