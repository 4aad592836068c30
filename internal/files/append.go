package files

import (
	"errors"
	"io/fs"
	"os"
	"time"
)

// Append opens a file to write at its end, such as a log. A new file is for its owner alone; one
// that is there keeps its rights, because whoever collects logs may have given himself the right
// to read. A symbolic link, a folder or a device is refused.
func Append(path string) (*os.File, error) {
	if err := checkTarget(path); err != nil {
		return nil, err
	}
	_, err := os.Lstat(path)
	isNew := errors.Is(err, fs.ErrNotExist)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, fileMode)
	if err != nil {
		return nil, problem("writing", path, err)
	}
	if isNew {
		err = file.Chmod(fileMode)
	}
	if err != nil {
		file.Close()
		return nil, problem("writing", path, err)
	}
	return file, nil
}

// AppendPrivate is Append for what nobody else may read: the rights of a file that is there
// are taken back to its owner's.
func AppendPrivate(path string) (*os.File, error) {
	file, err := Append(path)
	if err != nil {
		return nil, err
	}
	if err := file.Chmod(fileMode); err != nil {
		file.Close()
		return nil, problem("writing", path, err)
	}
	return file, nil
}

// Replace is WriteFile for a file that other programs read: where one is there, the new one has
// its rights; a new one is for its owner alone. What a killed process left beside it an hour ago is removed.
func Replace(path string, data []byte) error {
	Sweep(path, time.Now().Add(-time.Hour)) // no harm if it stays
	file, err := Create(path)
	if err != nil {
		return err
	}
	defer file.Abort()
	if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() {
		if err := os.Chmod(file.temp.Name(), info.Mode().Perm()); err != nil {
			return problem("writing", path, err)
		}
	}
	if _, err := file.Write(data); err != nil {
		return err
	}
	return file.Commit()
}
