package cli

import (
	"errors"
	"os"
	"path/filepath"
	"slices"

	"refload/api"
	"refload/api/sandbox"
	"refload/importer"
	"refload/importer/journal"
	"refload/internal/files"
	"refload/internal/run"
	"refload/internal/sheet"
)

// duty says who does what about a file that names a person.
type duty string

const (
	dutyBlank  duty = "blank"  // refload replaces the person's values
	dutyRemove duty = "remove" // refload removes the file
	dutyHand   duty = "hand"   // a person has to clean it: it is not refload's
	dutyStays  duty = "stays"  // it is needed, or has to stay as evidence
)

// trace is a file in which a person is named.
type trace struct {
	what  string
	run   string // "" for a file of no run
	path  string
	times int // values to be blanked, or states that hold them
	duty  duty
	why   string       // of a file that stays, or that a person has to clean
	clear func() error // blanks or removes, under the locks
}

// tracker looks for a person in what refload keeps and in what it has written.
type tracker struct {
	person *api.Person
	state  string
	found  []trace
	seen   map[string]bool // paths
}

// look looks through the state folder and returns the homes whose locks a fix needs.
func (t *tracker) look() ([]*run.Home, error) {
	homes, err := run.Homes(t.state)
	if err != nil {
		return nil, err
	}
	for _, home := range homes {
		folders, err := home.Folders()
		if err != nil {
			return nil, err
		}
		for _, folder := range folders {
			t.lookAtRun(folder)
		}
		t.lookAtExports(home)
	}
	for _, pattern := range []string{filepath.Join(stdinFolder, "*.csv"), "plan-*.jsonl"} {
		left, _ := filepath.Glob(filepath.Join(t.state, pattern)) // the pattern is ours
		for _, path := range left {
			t.file(trace{what: "copy left by a killed process", path: path, duty: dutyRemove, clear: removal(path)})
		}
	}
	for _, path := range run.DataFiles(t.state) {
		t.lookAtSandbox(path)
	}
	t.lookAtRemembered()
	return homes, nil
}

// lookAtRun looks through what one run keeps and wrote.
func (t *tracker) lookAtRun(folder *run.Folder) {
	path, times, err := importer.ForgetStates(folder, t.person, false)
	t.blanked(trace{what: "states before and after changes", run: folder.Run, path: path, times: times, clear: func() error {
		_, _, err := importer.ForgetStates(folder, t.person, true)
		return err
	}}, err)
	finished := isFinished(folder)
	for _, path := range folder.Copies() {
		t.file(t.ownCopy(trace{what: "copy of the input", run: folder.Run, path: path}, finished))
	}
	for _, path := range folder.Spooled() {
		t.file(trace{what: "spool of a killed run", run: folder.Run, path: path, duty: dutyRemove, clear: removal(path)})
	}
	t.file(trace{what: "who started the run", run: folder.Run, path: folder.Manifest(), duty: dutyStays, why: "it is the record of who did it; 'runs purge' removes it with the run"})
	t.lookAtWritten(folder, finished)
}

// ownCopy decides on a file that an unfinished run still needs.
func (t *tracker) ownCopy(found trace, finished bool) trace {
	found.duty, found.clear = dutyRemove, removal(found.path)
	if !finished {
		found.duty, found.why = dutyStays, "the run is not finished: 'runs resume "+found.run+"' first"
	}
	return found
}

// lookAtWritten looks through the files outside the state folder that belong to a run.
func (t *tracker) lookAtWritten(folder *run.Folder, finished bool) {
	started, err := readManifest(folder)
	if err != nil {
		return // it does not say where they are
	}
	if hash, err := files.Hash(started.Plan); started.Plan != "" && err == nil {
		plan := trace{what: "saved plan", run: folder.Run, path: started.Plan}
		if hash == started.PlanHash {
			t.file(t.ownCopy(plan, finished))
		} else {
			t.byHand("plan, changed since it was applied", folder.Run, started.Plan)
		}
	}
	if !started.Stdin {
		t.byHand("input", folder.Run, started.Input)
	}
	for _, path := range importer.ResultsOf(started.Results, started.Input) {
		t.byHand("results", folder.Run, path)
	}
}

// lookAtExports looks through what unfinished exports listed, and through the exported files.
func (t *tracker) lookAtExports(home *run.Home) {
	for _, key := range home.ExportKeys() {
		clear := func() error {
			folder, err := home.OpenExport(key)
			if err != nil {
				return err
			}
			return errors.Join(folder.Clear(), folder.Close())
		}
		for _, path := range home.ExportFiles(key) {
			t.file(trace{what: "list of an unfinished export", path: path, duty: dutyRemove, clear: clear})
		}
	}
	for _, path := range home.Exported() {
		t.byHand("export", "", path)
	}
}

// lookAtSandbox looks through the data of a sandbox.
func (t *tracker) lookAtSandbox(path string) {
	if !t.first(path) {
		return
	}
	times, err := sandbox.RewriteState(path, false, t.person.Forget)
	t.blanked(trace{what: "data of the sandbox", path: path, times: times, clear: func() error {
		_, err := sandbox.RewriteState(path, true, t.person.Forget)
		return err
	}}, err)
}

// blanked adds a file that is blanked where it names the person, or named where it is too
// damaged to be judged.
func (t *tracker) blanked(found trace, err error) {
	found.duty = dutyBlank
	switch {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		found.duty, found.clear, found.why = dutyHand, nil, "it cannot be looked through: "+err.Error()
		t.add(found)
	case found.times > 0:
		t.add(found)
	}
}

// byHand adds a file that is not refload's, where it names the person.
func (t *tracker) byHand(what, name, path string) {
	t.file(trace{what: what, run: name, path: path, duty: dutyHand, why: "it is yours: clean or remove it"})
}

// file adds a file, once, where it names the person. One that cannot be read may.
func (t *tracker) file(found trace) {
	if !t.first(found.path) {
		return
	}
	named, err := sheet.Mentions(found.path, t.person.In)
	switch {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		found.duty, found.why, found.clear = dutyHand, "it cannot be looked through: "+err.Error(), nil
		t.add(found)
	case named:
		t.add(found)
	}
}

// first reports whether a file was not looked at before, under whatever name.
func (t *tracker) first(path string) bool {
	resolved := files.Resolved(path)
	seen := t.seen[resolved]
	t.seen[resolved] = true
	return !seen
}

func (t *tracker) add(found trace) { t.found = append(t.found, found) }

// count returns how many files have one of the duties.
func (t *tracker) count(duties ...duty) int {
	n := 0
	for _, found := range t.found {
		if slices.Contains(duties, found.duty) {
			n++
		}
	}
	return n
}

// removal removes a file; one that is gone by now is removed.
func removal(path string) func() error {
	return func() error {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return &run.StateError{Path: path, Err: err}
		}
		return nil
	}
}

// isFinished reports whether nothing of a run is left to go on with.
func isFinished(folder *run.Folder) bool {
	history, err := importer.ReadHistory(journal.Disk{}, folder)
	if errors.Is(err, journal.ErrNoRun) {
		return true // it sent nothing and cannot be resumed
	}
	return err == nil && history.Finished()
}
