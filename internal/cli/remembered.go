package cli

import (
	"errors"

	"refload/internal/files"
	"refload/internal/run"
)

// handWords name what a person has to clean.
var handWords = map[string]string{
	run.WroteResults: "results", run.WroteVerdict: "verified workbook", run.WroteExport: "export", run.WroteUndo: "list of an undo",
	run.WroteBodies: "requests and answers (--debug-bodies)", run.MovedInput: "input",
}

// lookAtRemembered looks through the files of which refload remembers that it wrote or moved them, also when their
// run is gone.
func (t *tracker) lookAtRemembered() {
	all, damaged := run.Remembered(t.state)
	for _, written := range all {
		switch written.What {
		case run.WrotePlan:
			t.savedPlan(written)
		case run.WroteSandbox:
			t.lookAtSandbox(written.Path)
		default:
			t.byHand(handWords[written.What], "", written.Path)
		}
		if written.Input != "" {
			t.byHand("input", "", written.Input)
		}
	}
	for _, err := range damaged {
		var state *run.StateError
		if errors.As(err, &state) {
			t.add(trace{what: "what refload remembers of a file", path: state.Path, duty: dutyHand, why: "it cannot be read, so nobody knows which file it was: " + state.Err.Error()})
		}
	}
}

// savedPlan adds a plan: refload's own as long as nobody has written into it.
func (t *tracker) savedPlan(written run.Written) {
	if hash, err := files.Hash(written.Path); err == nil && !written.Holds(hash) {
		t.byHand("plan, changed since it was saved", "", written.Path)
		return
	}
	t.file(trace{what: "saved plan", path: written.Path, duty: dutyRemove, clear: removal(written.Path)})
}
