package run

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"refload/internal/files"
)

// mostKept bounds the small files of a state folder, in bytes: each holds a few lines.
const mostKept = 64 << 10

// Home is the state folder of one target: its runs and its lock. Folders are for their owner
// only.
type Home struct {
	state string // the state folder of all targets
	path  string

	service string // folder of the runs against the same service that do not know their tenant
}

// OpenHome returns the home of a target under the state folder, and makes it where it is
// missing. name becomes part of a path: it must be made by us, never by a file or a server.
func OpenHome(state, name string) (*Home, error) {
	path := filepath.Join(state, name)
	if err := files.MkdirPrivate(filepath.Join(path, "runs")); err != nil {
		return nil, &StateError{Path: path, Err: err}
	}
	return &Home{state: state, path: path}, nil
}

// Path returns the folder of the home.
func (h *Home) Path() string { return h.path }

// Homes returns the homes of all targets under a state folder.
func Homes(state string) ([]*Home, error) {
	entries, err := os.ReadDir(state)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &StateError{Path: state, Err: err}
	}
	var homes []*Home
	for _, entry := range entries {
		path := filepath.Join(state, entry.Name())
		if _, err := os.Stat(filepath.Join(path, "runs")); err == nil {
			homes = append(homes, &Home{state: state, path: path})
		}
	}
	return homes, nil
}

// Unnamed returns where it is kept how commands ended of which nobody can tell the target: the state folder
// itself, which has no runs.
func Unnamed(state string) (*Home, error) {
	if err := files.MkdirPrivate(state); err != nil {
		return nil, &StateError{Path: state, Err: err}
	}
	return &Home{state: state, path: state}, nil
}

// LastRun returns the path of the file that says how the last command against the target ended.
func (h *Home) LastRun() string { return filepath.Join(h.path, "last-run.json") }

// LastExportRun returns the path of the file that says how the last export from the target ended:
// one that a monitor of imports does not take for an import.
func (h *Home) LastExportRun() string { return filepath.Join(h.path, "last-export.json") }

// StateError says that the state folder cannot be used. Nothing was sent.
type StateError struct {
	Path string
	Err  error
}

// Error names the folder and the cause.
func (e *StateError) Error() string { return fmt.Sprintf("state folder %s: %v", e.Path, e.Err) }

// Unwrap returns the cause.
func (e *StateError) Unwrap() error { return e.Err }

// Hint says what to do next.
func (e *StateError) Hint() string { return "choose a folder that can be written with --state" }

// Folder is the folder of one run: its journal, its spool, and copies that it keeps.
type Folder struct {
	Run  string // the run's name
	path string
}

// nameTime is how the name of a run begins.
const nameTime = "20060102-150405.000"

// NewFolder makes the folder of a new run. Names sort by time.
func (h *Home) NewFolder(now time.Time) (*Folder, error) {
	var random [4]byte
	rand.Read(random[:]) // never returns an error since Go 1.24
	suffix := strings.ToLower(base32.StdEncoding.EncodeToString(random[:])[:5])
	name := now.UTC().Format(nameTime) + "-" + suffix
	folder := &Folder{Run: name, path: filepath.Join(h.path, "runs", name)}
	if err := files.MkdirPrivate(folder.path); err != nil {
		return nil, &StateError{Path: folder.path, Err: err}
	}
	return folder, nil
}

// Folders returns the folders of all runs, the oldest first.
func (h *Home) Folders() ([]*Folder, error) {
	entries, err := os.ReadDir(filepath.Join(h.path, "runs"))
	if err != nil {
		return nil, &StateError{Path: h.path, Err: err}
	}
	var folders []*Folder
	for _, entry := range entries {
		if entry.IsDir() {
			folders = append(folders, &Folder{Run: entry.Name(), path: filepath.Join(h.path, "runs", entry.Name())})
		}
	}
	sortFolders(folders)
	return folders, nil
}

func sortFolders(folders []*Folder) {
	slices.SortFunc(folders, func(a, b *Folder) int { return strings.Compare(a.Run, b.Run) })
}

// Before reports whether the run began before a moment, as its name says; a name that does not say
// when is of no time before.
func (f *Folder) Before(moment time.Time) bool {
	began, err := time.Parse(nameTime, f.Run[:min(len(f.Run), len(nameTime))])
	return err == nil && began.Before(moment)
}

// Path returns the path of a file in the run's folder.
func (f *Folder) Path(parts ...string) string {
	return filepath.Join(append([]string{f.path}, parts...)...)
}

// Journal returns the path of the run's journal.
func (f *Folder) Journal() string { return f.Path("journal.jsonl") }

// Manifest returns the path of the file that says how the run was started.
func (f *Folder) Manifest() string { return f.Path("run.json") }

// Stdin returns the path of the copy of standard input, where that was imported.
func (f *Folder) Stdin() string { return f.Path("stdin.csv") }

// Spool returns the path of a file that a run needs only while it goes on, and makes the
// folder for it.
func (f *Folder) Spool(name string) (string, error) {
	if err := files.MkdirPrivate(f.Path("spool")); err != nil {
		return "", &StateError{Path: f.path, Err: err}
	}
	return f.Path("spool", name), nil
}

// Prior returns the path of a file with states of referrals before the run changed them, and
// makes the folder for it.
func (f *Folder) Prior(name string) (string, error) {
	if err := files.MkdirPrivate(f.Path("prior")); err != nil {
		return "", &StateError{Path: f.path, Err: err}
	}
	return f.Path("prior", name), nil
}

// ClearSpool removes what a run needs only while it goes on.
func (f *Folder) ClearSpool() error { return os.RemoveAll(f.Path("spool")) }

// Remove removes the whole folder: of a run that recorded nothing.
func (f *Folder) Remove() error { return os.RemoveAll(f.path) }
