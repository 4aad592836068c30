package importer

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"refload/api"
	"refload/importer/journal"
	"refload/internal/run"
)

// ForgetStates takes a person out of the states of referrals that a run keeps for an undo. It
// returns their file, and in how many states the person is; the file is changed only with write,
// which needs the lock of the run's target. A run without states has none.
func ForgetStates(folder *run.Folder, person *api.Person, write bool) (path string, times int, err error) {
	path = folder.Path("prior", priorName)
	times, err = journal.Rewrite(path, write, func(record *journal.Record) (bool, error) {
		if len(record.State) == 0 {
			return false, nil
		}
		state, n, err := person.Forget(record.State)
		record.State = state
		return n > 0, err
	})
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, journal.ErrNoRun) {
		return path, 0, nil
	}
	return path, times, err
}

// forgotten reports whether a person was taken out of a state: it cannot be restored.
func forgotten(state []byte) bool { return bytes.Contains(state, []byte(`"`+api.Forgotten+`"`)) }

// ResultsOf returns the files with results of an input that are there: those of imports and of
// undos, under the name that was asked for or the default one, with their numbers, and the
// problems beside a CSV.
func ResultsOf(asked, input string) []string {
	if asked == "" {
		asked = defaultResults(input)
	}
	undone := strings.TrimSuffix(input, filepath.Ext(input)) + "-undone.xlsx"
	var found []string
	for _, first := range []string{asked, undone} {
		for number := 1; number < mostNumbers; number++ {
			path := numbered(first, number)
			if _, err := os.Lstat(path); err != nil {
				break
			}
			found = append(found, path)
			if _, err := os.Lstat(problemsPath(path)); isCSV(path) && err == nil {
				found = append(found, problemsPath(path))
			}
		}
	}
	return found
}

// numbered returns a path with a number before its extension; the first has none.
func numbered(path string, number int) string {
	if number < 2 {
		return path
	}
	extension := filepath.Ext(path)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, extension), number, extension)
}
