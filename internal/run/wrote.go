package run

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"

	"refload/internal/files"
)

// Wrote reports whether the file at path, whose SHA-256 in hex is hash, is still byte for
// byte what refload wrote there.
func (h *Home) Wrote(path, hash string) bool {
	known, err := os.ReadFile(h.record(path))
	return err == nil && strings.TrimSpace(string(known)) == hash
}

// RememberWritten records what refload wrote to path, so that a later run may replace it.
func (h *Home) RememberWritten(path string) error {
	hash, err := files.Hash(path)
	if err != nil {
		return err
	}
	record := h.record(path)
	if err := files.MkdirPrivate(filepath.Dir(record)); err != nil {
		return &StateError{Path: record, Err: err}
	}
	if err := files.WriteFile(record, []byte(hash+"\n")); err != nil {
		return &StateError{Path: record, Err: err}
	}
	return nil
}

// record is the file that remembers the hash of what was written to path. It is shared by
// all targets of the state folder, and its name does not tell the path.
func (h *Home) record(path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		absolute = path
	}
	sum := sha256.Sum256([]byte(absolute))
	return filepath.Join(h.state, "written", hex.EncodeToString(sum[:16]))
}
