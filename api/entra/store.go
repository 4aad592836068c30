package entra

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
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

// lockPatience is how long another process may take for its refresh.
const lockPatience = 3 * time.Minute

// lock takes the lock beside a file.
func lock(ctx context.Context, path string) (func(), error) {
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	path += ".lock"
	lock := flock.New(path, flock.SetPermissions(0o600))
	if _, err := lock.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		lock.Close()
		return nil, &files.Error{Doing: "locking", Path: path, Err: err, Advice: "check that no other refload hangs, and who may write to this folder"}
	}
	return func() { lock.Close() }, nil
}

// File keeps a session in a file of its owner alone, in a folder of its owner alone. On Windows, where
// modes keep nobody out, what is in the file is encrypted for its owner too.
type File struct {
	path               string
	protect, unprotect func([]byte) ([]byte, error)
}

// NewFile returns the store at a path. Nothing is touched yet.
func NewFile(path string) *File { return &File{path, protect, unprotect} }

// Path returns where the file is.
func (f *File) Path() string { return f.path }

// Load reads the session. A file that others can read is refused, and so is a link.
func (f *File) Load() (Session, error) {
	data, err := files.ReadPrivate(f.path, longestFile)
	if err != nil {
		return Session{}, err
	}
	if data, err = f.unprotect(data); err != nil {
		return Session{}, f.notProtected("reading", err, "another user or another machine saved it, or it is damaged: sign in again with 'refload auth login'")
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
	return lock(ctx, f.path)
}

// Remove forgets the sign-in, under the lock, and reports whether there was one. A file that could
// not be used is removed too.
func (f *File) Remove(ctx context.Context) (bool, error) {
	if _, err := os.Lstat(f.path); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	unlock, err := lock(ctx, f.path)
	if err != nil {
		return false, err
	}
	defer unlock()
	if err := os.Remove(f.path); err != nil {
		return false, &files.Error{Doing: "removing", Path: f.path, Err: errors.Unwrap(err)}
	}
	return true, files.SyncFolder(filepath.Dir(f.path))
}

// TokenFile is a file that holds nothing but a refresh token, as an operator lays it down. A token
// that replaces it is written back.
type TokenFile struct {
	path string
	last Session // what else is known of the token in the file
}

// NewTokenFile returns the store at a path.
func NewTokenFile(path string) *TokenFile { return &TokenFile{path: path} }

// Load reads the token.
func (f *TokenFile) Load() (Session, error) {
	data, err := files.ReadPrivate(f.path, longestFile)
	if err != nil {
		return Session{}, err
	}
	token := strings.TrimSpace(string(data))
	if token == "" || strings.ContainsAny(token, " \t\r\n") {
		return Session{}, &files.Error{Doing: "reading", Path: f.path, Err: fmt.Errorf("it does not hold one refresh token"), Advice: "write the token into it, and nothing else"}
	}
	if token != f.last.Refresh {
		f.last.Refresh, f.last.Access = token, ""
	}
	return f.last, nil
}

// Save writes the token where it was replaced.
func (f *TokenFile) Save(s Session) error {
	if s.Refresh != f.last.Refresh {
		if err := files.WriteFile(f.path, []byte(s.Refresh+"\n")); err != nil {
			return err
		}
	}
	f.last = s
	return nil
}

// Lock keeps other processes from a refresh with the same file.
func (f *TokenFile) Lock(ctx context.Context) (func(), error) { return lock(ctx, f.path) }

// Memory keeps a session as long as the process lives.
type Memory struct {
	mu   sync.Mutex
	last Session
}

// NewMemory returns a store that begins with a refresh token.
func NewMemory(refresh string) *Memory { return &Memory{last: Session{Refresh: refresh}} }

// Load returns the session.
func (m *Memory) Load() (Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.last, nil
}

// Save replaces the session.
func (m *Memory) Save(s Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last = s
	return nil
}

// Lock does nothing: nobody else can come at it.
func (*Memory) Lock(context.Context) (func(), error) { return func() {}, nil }
