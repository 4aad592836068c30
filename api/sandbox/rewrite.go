package sandbox

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/gofrs/flock"

	"refload/internal/files"
)

// RewriteState gives every document of a state file, outdated ones too, to edit and puts the
// edited ones in their place: one new file, whole and with checksums. edit returns how many places
// of it it changed. Where it changed none, or write is false, the file stays as it is. It returns
// the number of all changed places, and a *LockedError while a sandbox has the file.
func RewriteState(path string, write bool, edit func(document []byte) ([]byte, int, error)) (times int, err error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, fmt.Errorf("opening the sandbox state: %w", err)
	}
	defer file.Close()
	if !write {
		return editState(file, io.Discard, edit)
	}
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	got, err := lock.TryLock()
	if err != nil {
		return 0, fmt.Errorf("locking the sandbox state %s: %w", path, err)
	}
	defer lock.Close()
	if !got {
		return 0, &LockedError{Path: path}
	}
	next, err := files.Create(path)
	if err != nil {
		return 0, err
	}
	defer next.Abort()
	times, err = editState(file, next, edit)
	if err != nil || times == 0 {
		return times, err
	}
	file.Close() // some systems replace no open file
	return times, next.Commit()
}

// editState copies the lines of a state file with their documents edited.
func editState(file *os.File, next io.Writer, edit func([]byte) ([]byte, int, error)) (times int, err error) {
	out := bufio.NewWriter(next)
	out.Write(stateHeader) // an error stays with the writer
	_, err = readState(file, func(line stateLine, _ int64) (err error) {
		document, changed := line.doc, 0
		if line.Kind != writeTotals {
			document, changed, err = edit(line.doc)
		}
		if err != nil {
			return err
		}
		times += changed
		_, err = out.Write(documentLine(line.Kind, line.Seq, document))
		return err
	})
	var damaged *StateError
	if errors.As(err, &damaged) {
		damaged.Path = file.Name()
	}
	return times, errors.Join(err, out.Flush())
}
