package entra

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"refload/internal/files"
)

// Store is where a session is kept. Load, Save and Lock are called by one goroutine at a time, but
// other processes may use the same place.
type Store interface {
	// Load returns what is kept; an error that is fs.ErrNotExist where there is nothing.
	Load() (Session, error)
	// Save keeps a session; it outlasts a crash from then on.
	Save(Session) error
	// Lock keeps other processes away until the function that it returns is called.
	Lock(context.Context) (unlock func(), err error)
}

// longestFile is the longest file that is read, in bytes.
const longestFile = 256 << 10

// lockPatience is how long another process may take for its refresh: the longest that it takes, and
// some time for its disk.
const lockPatience = discoveryTime + longestExchange + 15*time.Second

// lock takes the lock beside a file.
func lock(ctx context.Context, path string) (func(), error) {
	patient, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	path += ".lock"
	lock := flock.New(path, flock.SetPermissions(0o600))
	if _, err := lock.TryLockContext(patient, 20*time.Millisecond); err != nil {
		lock.Close()
		if patient.Err() != nil && ctx.Err() == nil {
			err = fmt.Errorf("another refload has held it for %s: %w", lockPatience, err)
		}
		return nil, &files.Error{Doing: "locking", Path: path, Err: err, Advice: "check that no other refload hangs, and who may write to this folder"}
	}
	return func() { lock.Close() }, nil
}

// abandonedAfter is the age at which a temporary file is nobody's any more. It takes a moment to
// write one.
const abandonedAfter = time.Hour

// sweep removes the temporary files, with tokens in them, that killed processes left beside a file.
// Its caller has the lock: nobody writes one.
func sweep(path string) error { return files.Sweep(path, time.Now().Add(1000*abandonedAfter)) }

// File keeps a session in a file of its owner alone, in a folder of its owner alone. On Windows, where
// modes keep nobody out, what is in the file is encrypted for its owner too.
type File struct {
	path               string
	protect, unprotect func([]byte) ([]byte, error)
}

// NewFile returns the store at a path. Nothing is touched yet.
func NewFile(path string) *File { return &File{path, protect, unprotect} }

// Sweep removes what killed processes left beside the file, with tokens in it, as far as that can be
// told without the lock. It may be called at any time; whoever has the lock removes all of it.
func (f *File) Sweep() { files.Sweep(f.path, time.Now().Add(-abandonedAfter)) }

// Path returns where the file is.
func (f *File) Path() string { return f.path }

// Load reads the session. A file that others can read is refused, and so is a link.
func (f *File) Load() (Session, error) {
	data, err := files.ReadPrivate(f.path, longestFile)
	if err != nil {
		return Session{}, err
	}
	if data, err = f.unprotect(data); err != nil {
		return Session{}, f.notProtected("reading", err, "another user or another machine saved it, or it is damaged: sign in again with 'refload auth login --profile NAME'")
	}
	var kept Session
	if json.Unmarshal(data, &kept) != nil || kept.Refresh == "" {
		return Session{}, &files.Error{Doing: "reading", Path: f.path, Err: errors.New("it is no saved sign-in"), Advice: "sign in again, or remove the file"}
	}
	return kept, nil
}

// Save writes the session.
func (f *File) Save(s Session) error {
	if err := files.PrivateFolder(filepath.Dir(f.path)); err != nil {
		return err
	}
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	if data, err = f.protect(append(data, '\n')); err != nil {
		return f.notProtected("writing", err, "check that this user's profile is loaded; a scheduled task has to run with the user's password stored")
	}
	return files.WriteFile(f.path, data)
}

// notProtected says that the system's protection failed. The cause is not wrapped: where a user's keys
// are missing Windows says "file not found", which would read as "nobody is signed in".
func (f *File) notProtected(doing string, cause error, advice string) error {
	return &files.Error{Doing: doing, Path: f.path, Err: errors.New(cause.Error()), Advice: advice}
}

// Lock keeps other processes from a refresh of the same sign-in.
func (f *File) Lock(ctx context.Context) (func(), error) {
	if err := files.PrivateFolder(filepath.Dir(f.path)); err != nil {
		return nil, err
	}
	return lockAndSweep(ctx, f.path)
}

// lockAndSweep takes the lock beside a file and removes what killed processes left there. What stays
// does no harm to the one who has the lock.
func lockAndSweep(ctx context.Context, path string) (func(), error) {
	unlock, err := lock(ctx, path)
	if err == nil {
		sweep(path)
	}
	return unlock, err
}

// Remove forgets the sign-in, under the lock, and reports whether there was one. A file that could
// not be used is removed too, and so is what killed processes left beside it.
func (f *File) Remove(ctx context.Context) (bool, error) {
	if _, err := os.Lstat(filepath.Dir(f.path)); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	unlock, err := lock(ctx, f.path)
	if err != nil {
		return false, err
	}
	defer unlock()
	swept, err := sweep(f.path), os.Remove(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, swept
	case err != nil:
		return false, &files.Error{Doing: "removing", Path: f.path, Err: errors.Unwrap(err)}
	}
	return true, errors.Join(swept, files.SyncFolder(filepath.Dir(f.path)))
}
