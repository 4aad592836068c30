package run

import (
	"crypto/rand"
	"path/filepath"

	"refload/internal/files"
)

// hashKeyLength is the length of the key in bytes: as long as the hashes that are made with it.
const hashKeyLength = 32

// HashKey returns the secret key of the hashes of what the runs against the target have sent, and
// makes it where there is none: without it nobody can try out which mail address a hash in a
// journal stands for. A key that is missing, damaged, or that others could read is replaced: nothing is
// decided by these hashes, so that older ones, which it does not fit, mislead nobody. The caller
// holds the lock of the target.
func (h *Home) HashKey() ([]byte, error) {
	if key, err := files.ReadPrivate(h.hashKey(), hashKeyLength); err == nil && len(key) == hashKeyLength {
		return key, nil
	}
	key := make([]byte, hashKeyLength)
	rand.Read(key) // never returns an error since Go 1.24
	if err := files.WriteFile(h.hashKey(), key); err != nil {
		return nil, &StateError{Path: h.hashKey(), Err: err}
	}
	return key, nil
}

func (h *Home) hashKey() string { return filepath.Join(h.path, "hash.key") }
