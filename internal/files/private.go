package files

import (
	"errors"
	"io/fs"
	"os"
)

// ReadPrivate reads a file that holds a secret. It refuses what cannot be one: a symbolic link,
// anything but an ordinary file, a file that others can read or write or that is another user's,
// one with a second name, and one that is longer than most bytes. A missing file is
// fs.ErrNotExist. Windows has no such modes; there the folder's own protection counts.
func ReadPrivate(path string, most int64) ([]byte, error) {
	named, err := os.Lstat(path)
	if err != nil {
		return nil, problem("reading", path, err)
	}
	if reason := notPrivate(named); reason != "" {
		return nil, refuse(path, reason)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, problem("reading", path, err)
	}
	defer file.Close()
	opened, err := file.Stat()
	if err != nil {
		return nil, problem("reading", path, err)
	}
	if !os.SameFile(named, opened) {
		return nil, refuse(path, "it was replaced while it was opened")
	}
	return readAtMost(file, path, most)
}

func refuse(path, reason string) error {
	return &Error{Doing: "reading", Path: path, Err: errors.New(reason),
		Advice: "a file with a secret must be an ordinary one of your own that nobody else can read: chmod 600"}
}

// notPrivate says why a file can be no secret; "" where it can.
func notPrivate(info fs.FileInfo) string {
	switch {
	case info.Mode().Type() == fs.ModeSymlink:
		return "this is a symbolic link, which is never followed to a secret"
	case !info.Mode().IsRegular():
		return "this is no ordinary file"
	}
	return openToOthers(info)
}

// PrivateFolder makes a folder for secrets, as MkdirPrivate does, and refuses one that is there
// already and that others can look into.
func PrivateFolder(path string) error {
	if err := MkdirPrivate(path); err != nil {
		return err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return problem("opening folder", path, err)
	}
	reason := ""
	switch {
	case !info.IsDir():
		reason = "this is no folder but a link to one"
	default:
		reason = openToOthers(info)
	}
	if reason != "" {
		return &Error{Doing: "opening folder", Path: path, Err: errors.New(reason), Advice: "make it yours alone: chmod 700"}
	}
	return nil
}
