package journal

import (
	"fmt"
	"os"
	"path/filepath"

	"refload/internal/files"
)

// Store is where journals are kept: the disk, or in simulations a store that loses what was
// not synced.
type Store interface {
	// Create makes a new, empty file. It is an error if there is one already.
	Create(path string) (File, error)
	// Open opens a file for reading and appending; the error is os.ErrNotExist where there is
	// none.
	Open(path string) (File, error)
}

// Disk keeps journals as files that only their owner can read.
type Disk struct{}

// Create makes a new, empty file, and makes its name durable.
func (Disk) Create(path string) (File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("making the journal: %w", err)
	}
	if err := files.SyncFolder(filepath.Dir(path)); err != nil {
		file.Close()
		return nil, fmt.Errorf("making the journal: %w", err)
	}
	return disk{file}, nil
}

// Open opens an existing file.
func (Disk) Open(path string) (File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return nil, fmt.Errorf("opening the journal: %w", err)
	}
	return disk{file}, nil
}

// disk is a journal's file on a real disk.
type disk struct{ *os.File }

// Size returns the length of the file in bytes.
func (d disk) Size() (int64, error) {
	info, err := d.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
