package journal

import (
	"fmt"
	"path/filepath"

	"refload/internal/files"
)

// Rewrite gives every record of a journal on the disk to edit, and puts the edited ones in
// their place: one new file, valid as a whole, with the same numbers and times. edit reports whether
// it changed the record; where it changed none, or write is false, the file stays as it is. A torn
// last line is left out. The caller holds the lock of the runs: nobody may be writing.
func Rewrite(path string, write bool, edit func(*Record) (bool, error)) (changed int, err error) {
	source, err := Disk{}.Open(path)
	if err != nil {
		return 0, err
	}
	defer source.Close()
	var target *files.File
	if write {
		if target, err = files.Create(path); err != nil {
			return 0, err
		}
		defer target.Abort()
	}
	_, err = Read(source, func(record Record, _ int64) error {
		did, err := edit(&record)
		if err != nil {
			return fmt.Errorf("record %d of %s: %w", record.Seq, filepath.Base(path), err)
		}
		if did {
			changed++
		}
		line, err := encodeLine(record)
		if err == nil && write {
			_, err = target.Write(line)
		}
		return err
	})
	if err != nil || changed == 0 || !write {
		return changed, err
	}
	source.Close() // some systems replace no open file
	return changed, target.Commit()
}
