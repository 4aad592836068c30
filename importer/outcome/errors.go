package outcome

import (
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
)

// InputError says that a file cannot be imported as it is. Nothing was sent.
type InputError struct {
	What   string
	Advice string
}

// Error says what is wrong.
func (e *InputError) Error() string { return e.What }

// Hint says what to do next.
func (e *InputError) Hint() string { return e.Advice }

// EmptyError says that a file has no data rows.
type EmptyError struct{ Name string }

// Error names the file.
func (e *EmptyError) Error() string { return e.Name + ": no data rows below the header" }

// Hint says what to do next.
func (e *EmptyError) Hint() string {
	return "if that is expected, as for a nightly export without news, add --allow-empty"
}

// HeldBackError says that nothing of a file was sent because another file of the same command is refused.
type HeldBackError struct {
	Name string
	Why  error // of the other file
}

// Error names the file.
func (e *HeldBackError) Error() string {
	return e.Name + ": nothing of it was sent, because another file of this command is refused"
}

// Unwrap returns why the other file is refused, which decides the exit code.
func (e *HeldBackError) Unwrap() error { return e.Why }

// Hint says what to do next.
func (e *HeldBackError) Hint() string { return "fix the other file, or import this one alone" }

// StopError says why a run stopped before all rows were sent.
type StopError struct {
	Reason string // of the reason table
	Detail string
}

// Error says why.
func (e *StopError) Error() string {
	return fmt.Sprintf("stopped: %s", ReasonText(e.Reason, e.Detail))
}

// Hint says what to do next.
func (e *StopError) Hint() string { return reasons[e.Reason].hint }

// UnverifiedError says why a verification has no verdict.
type UnverifiedError struct{ Stop *StopError }

// Error says why.
func (e *UnverifiedError) Error() string { return "no verdict: " + e.Stop.Error() }

// Unwrap returns the stop, which decides the exit code.
func (e *UnverifiedError) Unwrap() error { return e.Stop }

// Hint says what to do next.
func (e *UnverifiedError) Hint() string {
	return "nothing was sent and nothing is proven; fix the cause, then verify again"
}

// UndoStoppedError says why not everything that could be taken back was.
type UndoStoppedError struct{ Stop *StopError }

// Error says why.
func (e *UndoStoppedError) Error() string { return e.Stop.Error() }

// Unwrap returns the stop, which decides the exit code.
func (e *UndoStoppedError) Unwrap() error { return e.Stop }

// Hint says what to do next.
func (e *UndoStoppedError) Hint() string {
	return "fix the cause, then take the same run back again: what was restored stays so, and the rest is gone on with"
}

// UndoStopped makes a stop one of an undo, whose hint is not that of an import.
func UndoStopped(err error) error {
	var stop *StopError
	if errors.As(err, &stop) && stop.Kind() != StoppedByPerson {
		return &UndoStoppedError{stop}
	}
	return err
}

// Unverified makes a stop one of a verification, whose hint is not that of an import.
func Unverified(err error) error {
	var stop *StopError
	if errors.As(err, &stop) {
		return &UnverifiedError{stop}
	}
	return err
}

// InternalError says that something happened that must not be possible. The journal is kept.
type InternalError struct {
	What  string
	Trace []byte // where a panic began; nil for what is no panic
}

// Error says what.
func (e *InternalError) Error() string { return "internal error: " + e.What }

// Hint says what to do next.
func (e *InternalError) Hint() string {
	return "nothing more was sent; keep the run folder and report this"
}

// Contained does work and makes an error of a panic. What was panicked with may hold a part of a row, and a
// crash of Go would print it: only its type is told. The exit code of a crash would be that of wrong usage.
func Contained(work func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &InternalError{What: fmt.Sprintf("a panic (%T)", r), Trace: debug.Stack()}
		}
	}()
	return work()
}

// StopKind groups the reasons for which a run stops, for exit codes.
type StopKind uint8

// The kinds of stops.
const (
	StoppedByRows    StopKind = iota // too many rows, or the first ones alike, ended badly
	StoppedByService                 // it cannot be reached, or answers something else
	StoppedBySignIn
	StoppedByStorage
	StoppedByInput  // the input changed
	StoppedByPerson // the question was answered with no
	StoppedBySignal
	StoppedByDoubt // what others do, or what the list does not show, could make deals twice
)

// OfService reports whether what stopped the run is of the service, though rows showed it: it would stop any other
// file too.
func (e *StopError) OfService() bool {
	return e.Kind() == StoppedByService || slices.Contains([]string{ReasonNoMarker, ReasonLearned, ReasonCutIDs}, e.Reason)
}

// stopKinds is the kind of each reason for a stop; the rest are the service's.
var stopKinds = map[string]StopKind{
	ReasonAlike:       StoppedByRows,
	ReasonMaxErrors:   StoppedByRows,
	ReasonNoMarker:    StoppedByRows,
	ReasonStrayed:     StoppedByRows,
	ReasonBrake:       StoppedByRows,
	ReasonSorted:      StoppedByRows,
	ReasonLearned:     StoppedByRows,
	ReasonCutIDs:      StoppedByRows,
	ReasonSignIn:      StoppedBySignIn,
	ReasonStorage:     StoppedByStorage,
	ReasonChanged:     StoppedByInput,
	ReasonDeclined:    StoppedByPerson,
	ReasonInterrupted: StoppedBySignal,

	ReasonOtherMachine:   StoppedByDoubt,
	ReasonListIncomplete: StoppedByDoubt,
}

// Kind returns the kind of the stop.
func (e *StopError) Kind() StopKind {
	if kind, known := stopKinds[e.Reason]; known {
		return kind
	}
	return StoppedByService
}

// ResultsError says that the results file cannot be written. The cause is no part of its chain: what a workbook
// cannot hold would be taken for an input that cannot be read, of which nothing was sent.
type ResultsError struct {
	Path    string
	Err     error
	Instead string // the CSV that was written in its place, "" for none
}

// Error names the file and the cause.
func (e *ResultsError) Error() string { return fmt.Sprintf("writing results to %s: %v", e.Path, e.Err) }

// Hint says what to do next.
func (e *ResultsError) Hint() string {
	if e.Instead != "" {
		return "every row that was sent has its answer in " + e.Instead + " instead"
	}
	return "choose another place with --results, or with -o where a command has it"
}
