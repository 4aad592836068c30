package run

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"refload/internal/files"
)

// ExportFolder is where an export keeps what it has listed until its file is complete, so that
// an interrupted one can go on. One process has it at a time.
type ExportFolder struct {
	path string
	lock *flock.Flock
}

// OpenExport opens the folder of exports that ask the same of the target, and makes it where it
// is missing. key becomes part of a path: it must be made by us. It returns a *BusyError while
// another process has it.
func (h *Home) OpenExport(key string) (*ExportFolder, error) {
	path := filepath.Join(h.path, "exports", key)
	if err := files.MkdirPrivate(path); err != nil {
		return nil, &StateError{Path: path, Err: err}
	}
	lock := flock.New(filepath.Join(path, "lock"), flock.SetPermissions(0o600))
	taken, err := lock.TryLock()
	switch {
	case err != nil:
		return nil, &StateError{Path: path, Err: err}
	case !taken:
		return nil, &BusyError{}
	}
	return &ExportFolder{path: path, lock: lock}, nil
}

// BusyError says that another process makes the same export.
type BusyError struct{}

// Error says so.
func (e *BusyError) Error() string { return "another process is making the same export" }

// Hint says what to do next.
func (e *BusyError) Hint() string { return "wait until it has ended" }

// Spool returns the path of the file with what was listed.
func (f *ExportFolder) Spool() string { return filepath.Join(f.path, "spool.jsonl") }

// Scratch returns the path of a file that is written before it is copied to standard output.
func (f *ExportFolder) Scratch(extension string) string {
	return filepath.Join(f.path, "output"+extension)
}

// Clear removes what was listed: the export is complete.
func (f *ExportFolder) Clear() error {
	for _, path := range []string{f.Spool(), f.Scratch(".xlsx")} {
		if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
			return &StateError{Path: path, Err: err}
		}
	}
	return nil
}

// SweepExports removes what exports listed before a moment and were never gone on with. What
// another process is at work on stays.
func (h *Home) SweepExports(before time.Time) {
	spools, err := filepath.Glob(filepath.Join(h.path, "exports", "*", "spool.jsonl"))
	if err != nil {
		return // the pattern is ours
	}
	for _, spool := range spools {
		info, err := os.Stat(spool)
		if err != nil || !info.ModTime().Before(before) {
			continue
		}
		if folder, err := h.OpenExport(filepath.Base(filepath.Dir(spool))); err == nil {
			folder.Clear() // what cannot be removed now is tried again next time
			folder.Close()
		}
	}
}

// Close lets other processes have the folder.
func (f *ExportFolder) Close() error { return f.lock.Unlock() }

// LastExport is what is remembered of the last complete export.
type LastExport struct {
	Mark      time.Time `json:"mark"` // by the service's clock: whatever is changed later is not in it
	Finished  time.Time `json:"finished"`
	File      string    `json:"file"`
	Referrals int       `json:"referrals"`
}

// LastExport returns the last complete export with a key; false where there was none.
func (h *Home) LastExport(key string) (LastExport, bool, error) {
	var last LastExport
	path := h.lastExport(key)
	data, err := files.Read(path, mostKept)
	if errors.Is(err, os.ErrNotExist) {
		return last, false, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &last)
	}
	if err != nil {
		return last, false, &StateError{Path: path, Err: err}
	}
	return last, true, nil
}

// RememberExport records a complete export under a key.
func (h *Home) RememberExport(key string, last LastExport) error {
	path := h.lastExport(key)
	data, err := json.MarshalIndent(last, "", "  ")
	if err == nil {
		err = files.MkdirPrivate(filepath.Dir(path))
	}
	if err == nil {
		err = files.WriteFile(path, append(data, '\n'))
	}
	if err != nil {
		return &StateError{Path: path, Err: err}
	}
	return nil
}

func (h *Home) lastExport(key string) string {
	return filepath.Join(h.path, "exports", "last-"+key+".json")
}
