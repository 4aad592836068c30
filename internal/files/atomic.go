package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// File is a file in the making. Until Commit the target stays what it was; without Commit
// nothing of the new file remains.
type File struct {
	target  string
	temp    *os.File
	written int64
	failed  error // the first failed write: a file with a hole is never committed
	done    bool  // committed or aborted

	announce func(hash string) error
}

// Create starts a file that is to stand at path: a temporary file (0600, a random name) in
// the same folder. A symbolic link, a folder or a device at path is refused, now and again
// at Commit.
func Create(path string) (*File, error) {
	if err := checkTarget(path); err != nil {
		return nil, err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), pattern(path))
	if err != nil {
		return nil, problem("writing", path, err)
	}
	file := &File{target: path, temp: temp}
	if err := os.Chmod(temp.Name(), fileMode); err != nil {
		file.Abort()
		return nil, problem("writing", path, err)
	}
	return file, nil
}

// Write appends to the file. After an error the file can only be aborted.
func (f *File) Write(data []byte) (int, error) {
	if f.done {
		return 0, problem("writing", f.target, fs.ErrClosed)
	}
	if f.failed != nil {
		return 0, f.failed
	}
	n, err := f.temp.Write(data)
	f.written += int64(n)
	if err != nil {
		f.failed = problem("writing", f.target, err)
		return n, f.failed
	}
	return n, nil
}

// Announce lets Commit call f with the SHA-256 in hex of what is about to stand at the target,
// before it does: who has to know later whose file this is can record it, and a crash at any
// moment leaves a file that is known. An error of f leaves the target as it was.
func (f *File) Announce(announce func(hash string) error) { f.announce = announce }

// Commit puts the file at its place: it checks that every byte arrived, makes it durable,
// renames it over the target and makes the rename durable. On error the target is what it
// was and nothing else remains, with one exception: where only the last step failed the new
// file stands, and the error says that it may not outlast a loss of power.
func (f *File) Commit() error {
	if f.done {
		return problem("writing", f.target, fs.ErrClosed)
	}
	if err := f.finish(); err != nil {
		f.Abort()
		return err
	}
	if err := f.replace(); err != nil {
		f.Abort()
		return err
	}
	f.done = true
	return SyncFolder(filepath.Dir(f.target))
}

// Abort gives the file up and removes what was written. It may be called again, and after
// Commit, where it does nothing.
func (f *File) Abort() {
	if f.done {
		return
	}
	f.done = true
	f.temp.Close() // may be closed already; there is nothing to save
	os.Remove(f.temp.Name())
}

// finish checks, flushes and closes the temporary file.
func (f *File) finish() error {
	if f.failed != nil {
		return f.failed
	}
	info, err := f.temp.Stat()
	if err != nil {
		return problem("writing", f.target, err)
	}
	if info.Size() != f.written {
		return problem("writing", f.target, fmt.Errorf("%d bytes written, %d arrived", f.written, info.Size()))
	}
	if err := f.temp.Sync(); err != nil {
		return problem("writing", f.target, err)
	}
	if err := f.temp.Close(); err != nil {
		return problem("writing", f.target, err)
	}
	if f.announce == nil {
		return nil
	}
	hash, err := Hash(f.temp.Name())
	if err != nil {
		return err
	}
	return f.announce(hash)
}

func (f *File) replace() error {
	if err := checkTarget(f.target); err != nil {
		return err
	}
	if err := os.Rename(f.temp.Name(), f.target); err != nil {
		return problem("replacing", f.target, err)
	}
	return nil
}

// checkTarget refuses what a rename must not replace. A link is never followed: whoever can
// place one could choose which file is overwritten.
func checkTarget(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return problem("writing", path, err)
	}
	if reason, refused := refusals[info.Mode().Type()]; refused {
		return &Error{Doing: "writing", Path: path, Advice: "name a file that does not exist yet", Err: errors.New(reason)}
	}
	if !info.Mode().IsRegular() {
		return &Error{Doing: "writing", Path: path, Advice: "name an ordinary file", Err: errors.New("this is a device")}
	}
	return nil
}

var refusals = map[fs.FileMode]string{
	fs.ModeDir:     "this is a folder",
	fs.ModeSymlink: "this is a symbolic link, which is never followed when writing",
}
