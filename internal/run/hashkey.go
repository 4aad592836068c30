package run

import (
	"crypto/rand"
	"path/filepath"

	"refload/internal/files"
)

// hashKeyLength is the length of the key in bytes: as long as the hashes that are made with it.
const hashKeyLength = 32

// HashKey returns the secret key of the hashes of what the runs against the target have sent and of what is
// Known, and makes it where there is none: without it nobody can try out which mail address or which customer a
// hash stands for. A key that is missing, damaged, or that others could read is replaced: hashes of older ones,
// which it does not fit, mislead nobody, and what was known by them is asked again. The caller holds the lock of
// the target.
func (h *Home) HashKey() ([]byte, error) {
	if key := h.SavedKey(); key != nil {
		return key, nil
	}
	key := make([]byte, hashKeyLength)
	rand.Read(key) // never returns an error since Go 1.24
	if err := files.WriteFile(h.hashKey(), key); err != nil {
		return nil, &StateError{Path: h.hashKey(), Err: err}
	}
	return key, nil
}

// SavedKey returns the key of HashKey, nil where there is none. It makes nothing.
func (h *Home) SavedKey() []byte {
	key, err := files.ReadPrivate(h.hashKey(), hashKeyLength)
	if err != nil || len(key) != hashKeyLength {
		return nil
	}
	return key
}

func (h *Home) hashKey() string { return filepath.Join(h.path, "hash.key") }
