package run

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"refload/internal/files"
)

// Claim is the right of one process to write to a path. It is a lock of the operating system: whoever dies
// loses it.
type Claim struct {
	state, path string
	target      string // the folder of the target for which it is claimed
	lock        *flock.Flock
	stood       string // the hash of what stands there when it is claimed, "" for nothing
}

// Claim claims a path. It returns nil while another process has it.
func (h *Home) Claim(path string) (*Claim, error) { return claim(h.state, filepath.Base(h.path), path) }

// Choose runs what looks for a path to claim while no other process does: who only looks at a path, which he
// claims for that, would else turn its owner away.
func (h *Home) Choose(look func() error) error { return choose(h.state, look) }

func choose(state string, look func() error) error {
	if err := files.MkdirPrivate(writtenIn(state)); err != nil {
		return &StateError{Path: writtenIn(state), Err: err}
	}
	return underLock(state, "choice.lock", look)
}

func claim(state, target, path string) (*Claim, error) {
	at := recordOf(state, path) + ".lock"
	if err := files.MkdirPrivate(filepath.Dir(at)); err != nil {
		return nil, &StateError{Path: at, Err: err}
	}
	lock, err := lockThere(at)
	if err != nil {
		return nil, &StateError{Path: at, Err: err}
	}
	if lock == nil {
		return nil, nil
	}
	return &Claim{state: state, target: target, path: path, lock: lock}, nil
}

// lockThere takes the lock at a path, nil where another process has it. Its file goes when it is released, so that
// the one that was locked may not be there any more: then the next one is tried.
func lockThere(path string) (*flock.Flock, error) {
	for {
		lock := flock.New(path, flock.SetPermissions(0o600))
		if taken, err := lock.TryLock(); err != nil || !taken {
			return nil, err
		}
		locked, err := lock.Stat()
		if err == nil {
			var there fs.FileInfo
			if there, err = os.Stat(path); err == nil && os.SameFile(locked, there) {
				return lock, nil
			}
		}
		lock.Unlock()
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
}

// Release lets others claim the path. It may be called again.
func (c *Claim) Release() {
	if c.lock == nil {
		return
	}
	os.Remove(c.lock.Path()) // where it stays, it does no harm
	c.lock.Unlock()
	c.lock = nil
}

// Was returns what is remembered of the path, and the hash of what stands there, "" for nothing.
func (c *Claim) Was() (written Written, hash string, err error) {
	if _, err := os.Lstat(c.path); errors.Is(err, fs.ErrNotExist) {
		return Written{}, "", nil
	}
	if c.stood, err = files.Hash(c.path); err != nil {
		return Written{}, "", err
	}
	written, err = readWritten(recordOf(c.state, c.path))
	if err != nil {
		return Written{}, c.stood, nil // what nobody remembers is nobody's
	}
	return written, c.stood, nil
}

// CameError says that a file came to the place of one that was about to be written.
type CameError struct{ Path string }

// Error says so.
func (e *CameError) Error() string { return "another file has come there meanwhile; it was left alone" }

// Announce returns a function for files.File.Announce that remembers what is written to the path. It refuses
// where something else stands there than what was there when the path was claimed, or what was announced since.
func (c *Claim) Announce(w Written) func(hash string) error {
	return func(hash string) error {
		if err := c.Unnoted(hash); err != nil {
			return err
		}
		w.Path, w.Target, w.Hashes = c.path, c.target, []string{hash}
		return Remember(c.state, w)
	}
}

// Unnoted is for files.File.Announce where the state folder takes nothing more: it refuses what Announce refuses, and
// remembers nothing.
func (c *Claim) Unnoted(string) error {
	now, err := files.Hash(c.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case now == c.stood:
		return nil
	}
	if known, _ := readWritten(recordOf(c.state, c.path)); !known.Holds(now) {
		return &CameError{c.path}
	}
	return nil
}
