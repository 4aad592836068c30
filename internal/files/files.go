// Package files writes files that are either the old one or the new one, never half of
// one: a temporary file beside the target, fsync, rename, fsync of the folder. Everything it
// makes is for its owner alone, whatever the umask: files 0600, folders 0700.
package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

const (
	fileMode   fs.FileMode = 0o600
	folderMode fs.FileMode = 0o700
)

// Error says which file or folder could not be written, and why.
type Error struct {
	// Doing is what was tried, such as "writing" or "replacing".
	Doing string
	// Path is the file or folder as the caller named it.
	Path string
	// Advice is what the person can do about it; it may be empty.
	Advice string
	// Err is the cause, mostly an error of the operating system.
	Err error
}

// Error returns one line: what was tried, on which file, and the cause.
func (e *Error) Error() string { return fmt.Sprintf("%s %s: %v", e.Doing, e.Path, e.Err) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint returns what to do next.
func (e *Error) Hint() string { return e.Advice }

// problem wraps the cause, which for a path error is cut down to the reason: the path is
// said already, and the name of a temporary file would only confuse.
func problem(doing, path string, err error) error {
	cause := err
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		cause = pathErr.Err
	}
	if linkErr, ok := errors.AsType[*os.LinkError](err); ok {
		cause = linkErr.Err
	}
	return &Error{Doing: doing, Path: path, Advice: advice(cause), Err: cause}
}

func advice(cause error) string {
	for _, known := range []struct {
		err  error
		hint string
	}{
		{fs.ErrPermission, "check who may write to this folder, and that no other program has the file open"},
		{fs.ErrNotExist, "create the folder first, or name another one"},
		{syscall.ENOSPC, "free some space on this disk, or name a file on another one"},
	} {
		if errors.Is(cause, known.err) {
			return known.hint
		}
	}
	if runtime.GOOS == "windows" {
		return "close the file if it is open in another program, such as Excel"
	}
	return ""
}

// MkdirPrivate makes a folder, and the missing folders above it, for the owner alone (0700
// whatever the umask). A folder that is there already stays as it is; anything else of that
// name is an error.
func MkdirPrivate(path string) error {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		return nil
	}
	if err == nil {
		return &Error{Doing: "making folder", Path: path, Err: errors.New("a file of this name is in the way")}
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return problem("making folder", path, err)
	}
	if parent := filepath.Dir(path); parent != path {
		if err := MkdirPrivate(parent); err != nil {
			return err
		}
	}
	if err := mkdir(path); err != nil {
		return problem("making folder", path, err)
	}
	return nil
}

// mkdir accepts that another process was faster.
func mkdir(path string) error {
	err := os.Mkdir(path, folderMode)
	if errors.Is(err, fs.ErrExist) {
		info, statErr := os.Stat(path)
		if statErr == nil && info.IsDir() {
			return nil
		}
		return err
	}
	if err != nil {
		return err
	}
	return os.Chmod(path, folderMode)
}

// WriteFile replaces the file at path by data, wholly or not at all; the file is 0600.
func WriteFile(path string, data []byte) error {
	file, err := Create(path)
	if err != nil {
		return err
	}
	defer file.Abort()
	if _, err := file.Write(data); err != nil {
		return err
	}
	return file.Commit()
}

// SyncFolder makes the entries of a folder, such as a rename in it, outlast a loss of power.
// Windows knows no such call and orders its entries itself; some network file systems refuse
// it: neither is an error.
func SyncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(path)
	if err != nil {
		return problem("opening folder", path, err)
	}
	err = folder.Sync()
	closeErr := folder.Close()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	if err := errors.Join(err, closeErr); err != nil {
		return problem("writing folder", path, err)
	}
	return nil
}
