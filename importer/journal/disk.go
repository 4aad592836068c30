package journal

import (
	"fmt"
	"os"
	"path/filepath"
)

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

// CreateFile makes a new, empty file for a journal, readable by its owner only. It is an
// error if there is one already.
func CreateFile(path string) (File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("making the journal: %w", err)
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("making the journal: %w", err)
	}
	return disk{file}, nil
}

// OpenFile opens the file of an existing journal for reading and appending.
func OpenFile(path string) (File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the journal: %w", err)
	}
	return disk{file}, nil
}

// syncFolder makes the name of a new file durable. Where folders cannot be synced, as on
// Windows, the system keeps names by itself.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer folder.Close()
	folder.Sync()
	return nil
}
