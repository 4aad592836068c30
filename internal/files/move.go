package files

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Move gives a file another place and never overwrites one: where something stands at to, the
// error is fs.ErrExist. On error the file is where it was. A crash in between leaves the file
// where it was, at most with an empty file of the new name beside the place.
func Move(from, to string) error {
	if err := checkTarget(from); err != nil {
		return err
	}
	if _, err := os.Lstat(from); err != nil {
		return problem("moving", from, err)
	}
	holder, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode) // takes the name
	if err != nil {
		return problem("moving to", to, err)
	}
	holder.Close()
	err = os.Rename(from, to)
	if otherDisk(err) {
		err = moveAcross(from, to)
	}
	if err != nil {
		os.Remove(to) // it is ours, and empty
		return problem("moving "+from+" to", to, err)
	}
	return errors.Join(SyncFolder(filepath.Dir(to)), SyncFolder(filepath.Dir(from)))
}

// crossDevice is what Windows calls EXDEV: ERROR_NOT_SAME_DEVICE.
const crossDevice = syscall.Errno(17)

// otherDisk reports whether a rename was refused because it leads to another disk.
func otherDisk(err error) bool {
	return errors.Is(err, syscall.EXDEV) || filepath.Separator == '\\' && errors.Is(err, crossDevice)
}

// moveAcross copies the file durably before it removes it at its old place. to is a name that
// is taken already.
func moveAcross(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := Create(to)
	if err != nil {
		return err
	}
	defer target.Abort()
	if _, err := io.Copy(target, source); err != nil {
		return err
	}
	if err := target.Commit(); err != nil {
		return err
	}
	source.Close() // Windows removes no open file
	if err := os.Remove(from); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
