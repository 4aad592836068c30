package run

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"refload/internal/files"
)

// Wrote reports whether the file at path, whose SHA-256 in hex is hash, is still byte for
// byte what refload wrote there.
func (h *Home) Wrote(path, hash string) bool {
	return hash != "" && slices.Contains(h.written(path), hash)
}

// WillWrite returns a function that records the hash of what is about to stand at path, so that
// a later run may replace it. It is called before the file is put there, and what stands there
// until then stays known: a crash between the two leaves no file that nobody knows.
func (h *Home) WillWrite(path string) func(hash string) error {
	return func(hash string) error {
		known := hash + "\n"
		if old, err := files.Hash(path); err == nil && old != hash && h.Wrote(path, old) {
			known = old + "\n" + known
		}
		record := h.record(path)
		files.Sweep(record, time.Now().Add(-time.Hour)) // what a killed run left does no harm
		err := files.MkdirPrivate(filepath.Dir(record))
		if err == nil {
			err = files.WriteFile(record, []byte(known))
		}
		if err != nil {
			return &StateError{Path: record, Err: err}
		}
		return nil
	}
}

// written returns the hashes of what refload wrote to path.
func (h *Home) written(path string) []string {
	known, err := files.Read(h.record(path), mostKept)
	if err != nil {
		return nil
	}
	return strings.Fields(string(known))
}

// record is the file that remembers the hashes of what was written to path. It is shared by
// all targets of the state folder, and its name does not tell the path.
func (h *Home) record(path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		absolute = path
	}
	sum := sha256.Sum256([]byte(absolute))
	return filepath.Join(h.state, "written", hex.EncodeToString(sum[:16]))
}
