package run

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"refload/internal/files"
)

// What a file is that is remembered.
const (
	WroteResults = "results"
	WroteVerdict = "verdict"
	WrotePlan    = "plan"
	WroteExport  = "export"
	WroteUndo    = "undo" // a list of what an undo restores
	WroteBodies  = "bodies"
	WroteSandbox = "sandbox" // data of a sandbox
	MovedInput   = "input"   // a file of a folder that was put where it is done
)

// Written is what is remembered of a file outside of the runs that may name people: where it is, whose it
// is, and by which hashes it is known. Of what is in it nothing is kept.
type Written struct {
	Path      string   `json:"path"`
	What      string   `json:"what"`
	Target    string   `json:"target,omitempty"`     // the folder of the target that it belongs to
	Input     string   `json:"input,omitempty"`      // the file that it belongs to
	InputHash string   `json:"input_hash,omitempty"` // of that file, when it was written
	Hashes    []string `json:"hashes,omitempty"`     // SHA-256 in hex of what refload put there, the latest last
}

// Holds reports whether a hash is one of what refload put at the path.
func (w Written) Holds(hash string) bool { return hash != "" && slices.Contains(w.Hashes, hash) }

// Remember records a file of this target. What stands there now and is known stays known, so that a
// crash before the new file is in its place leaves no file that nobody knows.
func (h *Home) Remember(w Written) error {
	w.Target = filepath.Base(h.path)
	return Remember(h.state, w)
}

// Has reports whether a file belongs to this target.
func (h *Home) Has(w Written) bool { return w.Target == filepath.Base(h.path) }

// Announce returns a function for files.File.Announce that remembers a file by its hash.
func (h *Home) Announce(w Written) func(hash string) error {
	return func(hash string) error {
		w.Hashes = []string{hash}
		return h.Remember(w)
	}
}

// Remember records a file under a state folder, as Home.Remember does for a target.
func Remember(state string, w Written) error {
	if path, err := filepath.Abs(w.Path); err == nil {
		w.Path = path
	}
	record := recordOf(state, w.Path)
	err := files.MkdirPrivate(filepath.Dir(record))
	if err == nil {
		err = underLock(state, "lock", func() error { return replace(record, w) })
	}
	if err != nil {
		return &StateError{Path: record, Err: err}
	}
	return nil
}

// replace puts a record in the place of an older one, whose hash stays as long as its file stands.
func replace(record string, w Written) error {
	files.Sweep(record, time.Now().Add(-time.Hour)) // what a killed process left does no harm
	if old, err := readWritten(record); err == nil && len(old.Hashes) > 0 {
		if now, err := files.Hash(w.Path); err == nil && old.Holds(now) && !w.Holds(now) {
			w.Hashes = append([]string{now}, w.Hashes...)
		}
	}
	data, err := json.Marshal(w)
	if err != nil {
		return err
	}
	return files.WriteFile(record, append(data, '\n'))
}

// underLock does something while no other process does what has the same name.
func underLock(state, name string, change func() error) error {
	lock := flock.New(filepath.Join(writtenIn(state), name), flock.SetPermissions(0o600))
	if err := lock.Lock(); err != nil {
		return &StateError{Path: lock.Path(), Err: err}
	}
	defer lock.Unlock()
	return change()
}

// Remembered returns what is remembered under a state folder, and the records that cannot be read.
func Remembered(state string) (all []Written, damaged []error) {
	for _, record := range filesIn(writtenIn(state), isRecord) {
		written, err := readWritten(record)
		switch {
		case errors.Is(err, fs.ErrNotExist): // somebody else was faster
		case err != nil:
			damaged = append(damaged, &StateError{Path: record, Err: err})
		default:
			all = append(all, written)
		}
	}
	return all, damaged
}

// ForgetGone removes the records of files that are gone. Where their whole folder is away, which may be a disk
// that is not mounted, they stay, and so does what a process is about to write.
func ForgetGone(state string) error {
	all, _ := Remembered(state)
	if len(all) == 0 {
		return nil
	}
	return choose(state, func() error { return forgetGone(state, all) })
}

func forgetGone(state string, all []Written) error {
	var wrong error
	for _, written := range all {
		_, err := os.Lstat(written.Path)
		_, folder := os.Stat(filepath.Dir(written.Path))
		if !errors.Is(err, fs.ErrNotExist) || folder != nil {
			continue
		}
		claim, err := claim(state, written.Target, written.Path)
		if claim == nil {
			wrong = errors.Join(wrong, err)
			continue
		}
		wrong = errors.Join(wrong, os.Remove(recordOf(state, written.Path)))
		claim.Release()
	}
	return wrong
}

// ResultsOf returns the results of an input of this target that are remembered, as long as the input is what it
// was when they were written.
func (h *Home) ResultsOf(input, hash string) []Written {
	all, _ := Remembered(h.state) // what cannot be read is no place to write to again
	return slices.DeleteFunc(all, func(w Written) bool {
		return w.What != WroteResults || !h.Has(w) || w.InputHash != hash || files.Resolved(w.Input) != files.Resolved(input)
	})
}

func readWritten(record string) (Written, error) {
	var w Written
	data, err := files.Read(record, mostKept)
	if err == nil {
		err = json.Unmarshal(data, &w)
	}
	return w, err
}

func writtenIn(state string) string { return filepath.Join(state, "written") }

// recordOf is the file that remembers a path. All targets of the state folder share it.
func recordOf(state, path string) string {
	sum := sha256.Sum256([]byte(files.Resolved(path)))
	return filepath.Join(writtenIn(state), hex.EncodeToString(sum[:16]))
}

// isRecord tells records from locks and from what a killed process left.
func isRecord(name string) bool { return !strings.Contains(name, ".") && name != "lock" }
