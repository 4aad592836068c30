package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "small")
	put(t, path, "four", 0o600)
	if data, err := Read(path, 4); err != nil || string(data) != "four" {
		t.Errorf("%q, %v", data, err)
	}
	var wrong *Error
	if data, err := Read(path, 3); !errors.As(err, &wrong) || data != nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "longer than 3 bytes") {
		t.Errorf("%q, %v", data, err)
	}
	if err := os.Truncate(path, 1<<30); err != nil { // a hole, which takes no room on the disk
		t.Skip(err)
	}
	if data, err := Read(path, 1<<10); err == nil || data != nil {
		t.Errorf("a gibibyte became %d bytes, %v", len(data), err)
	}
	if _, err := Read(path+"x", 4); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}
