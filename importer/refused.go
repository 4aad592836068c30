package importer

import (
	"errors"
	"fmt"

	"refload/internal/run"
)

// RefusedError says that a file has problems and nothing was sent.
type RefusedError struct {
	Name     string
	Problems *Problems
	Header   bool   // the problems concern the header, so no row can be sent
	By       string // the command that refused it, "" for one that would have sent
}

// Error says how many problems there are.
func (e *RefusedError) Error() string {
	text := fmt.Sprintf("%s: %s in %s", e.Name, run.Counted(e.Problems.Errors, "problem"), run.Counted(e.Problems.Rows, "row"))
	if e.Header {
		text = e.Name + ": it has problems that concern all rows"
	}
	if e.By == "" {
		text += "; nothing of it was sent"
	}
	return text
}

// refusedHints say what to do next, by the command that refused a file: each has its own way on.
var refusedHints = map[string]string{
	"":       "fix the cells that are named and import again, or send the good rows only with --skip-invalid",
	"check":  "fix the cells that are named and check again; 'refload import' with --skip-invalid sends the good rows only",
	"plan":   "fix the cells that are named and plan again, or plan the good rows only with --skip-invalid",
	"verify": "fix the cells that are named and verify again; --skip-invalid judges the good rows only",
}

// Hint says what to do next.
func (e *RefusedError) Hint() string {
	if e.Header {
		return "see the problems above; headers can be mapped with --mapping, and 'refload fields' lists what is known"
	}
	return refusedHints[e.By]
}

// refusedBy says which command refused a file that sends nothing anyway.
func refusedBy(command string, err error) error {
	var refused *RefusedError
	if errors.As(err, &refused) {
		refused.By = command
	}
	return err
}
