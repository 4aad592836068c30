package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"refload/api"
	"refload/api/sandbox"
	"refload/exporter"
	"refload/importer"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/files"
	"refload/internal/run"
	"refload/internal/sheet"
)

// The exit codes.
const (
	exitOK          = 0
	exitInternal    = 1
	exitUsage       = 2
	exitPartial     = 3
	exitSignIn      = 4
	exitInvalid     = 5
	exitStopped     = 6
	exitUnreachable = 7
	exitStale       = 8
	exitEmpty       = 9
	exitChanges     = 10
	exitLocked      = 11
	exitStorage     = 12
	exitInterrupted = 130
	exitTerminated  = 143
)

// exitCodes is the table of exit codes, for help, documents and tests.
var exitCodes = []struct {
	code    int
	meaning string
}{
	{exitOK, "every row is created, updated, unchanged, already there, or was left out as asked"},
	{exitInternal, "internal error"},
	{exitUsage, "wrong usage or configuration"},
	{exitPartial, "finished, but some rows were not applied; of verify: the service does not hold what the sheet says; of export: the list of the service is not complete"},
	{exitSignIn, "sign-in needed"},
	{exitInvalid, "input invalid; nothing of that file was sent"},
	{exitStopped, "stopped by --max-errors or a brake, or the first rows all failed alike"},
	{exitUnreachable, "service unreachable, throttled out, or --until; the same command, run again, goes on"},
	{exitStale, "the plan is stale"},
	{exitEmpty, "no data rows (unless --allow-empty)"},
	{exitChanges, "the plan has changes (only with --detailed-exit-code)"},
	{exitLocked, "another run holds the lock"},
	{exitStorage, "journal or results cannot be written"},
	{exitInterrupted, "interrupted (SIGINT); the same command, run again, goes on"},
	{exitTerminated, "terminated (SIGTERM, SIGHUP); the same command, run again, goes on"},
}

// worstFirst are the codes by how much they matter where several files end in several ways: what is wrong with the
// program, the disk or the command, then with the way to the service, then with a file, then with some rows of it.
var worstFirst = []int{exitInternal, exitStorage, exitUsage, exitInterrupted, exitTerminated, exitSignIn, exitUnreachable, exitLocked,
	exitStopped, exitInvalid, exitStale, exitEmpty, exitPartial, exitChanges, exitOK}

// isWorse reports whether an exit code is worse than another.
func isWorse(code, than int) bool {
	return slices.Index(worstFirst, code) < slices.Index(worstFirst, than)
}

func printExitCodes(out io.Writer) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, row := range exitCodes {
		fmt.Fprintf(table, "  %d\t%s\n", row.code, row.meaning)
	}
	table.Flush()
}

// UsageError says that a command was called wrongly.
type UsageError struct{ What, Advice string }

// Error says what is wrong.
func (e *UsageError) Error() string { return e.What }

// Hint says what to do next.
func (e *UsageError) Hint() string { return e.Advice }

// silentError ends a command with a code after everything was said.
type silentError struct{ code int }

// Error is never printed.
func (e *silentError) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// toldError is an error that was told already and decides the exit code.
type toldError struct {
	silentError
	why error
}

// Unwrap returns the code and, for whoever reports it, the error.
func (e *toldError) Unwrap() []error { return []error{&e.silentError, e.why} }

// exitRules say which code an error has; the first that fits decides.
var exitRules = []struct {
	fits func(error) bool
	code int
}{
	{is[*UsageError], exitUsage},
	{is[*outcome.ResultsError], exitStorage}, // what was sent was sent, whatever else is the matter
	{is[*importer.RefusedError], exitInvalid},
	{is[*outcome.InputError], exitInvalid},
	{is[*exporter.WriteError], exitStorage},
	{is[*exporter.NoLastError], exitUsage},
	{is[*run.BusyError], exitLocked},
	{is[*sheet.ProblemError], exitInvalid},
	{is[*outcome.EmptyError], exitEmpty},
	{is[*EmptyInboxError], exitEmpty},
	{is[*importer.StaleError], exitStale},
	{is[*run.LockedError], exitLocked},
	{is[*sandbox.LockedError], exitLocked},
	{is[*api.SignInError], exitSignIn}, // whatever is behind it, such as a file that others can read
	{is[*sandbox.StateError], exitStorage},
	{is[*files.Error], exitStorage},
	{is[*importer.ChangedError], exitInvalid},
	{is[*importer.ForeignError], exitStorage},
	{is[*journal.StorageError], exitStorage},
	{is[*journal.DamagedError], exitStorage},
	{is[*run.StateError], exitStorage},
	{is[*outcome.InternalError], exitInternal},
	{is[*exporter.IncompleteError], exitPartial},
	{refusedExport, exitSignIn},
	{is[*exporter.StoppedError], exitUnreachable},
}

func is[E error](err error) bool {
	var target E
	return errors.As(err, &target)
}

// refusedExport reports whether the service refused the account that wanted to list.
func refusedExport(err error) bool {
	var stopped *exporter.StoppedError
	return errors.As(err, &stopped) && stopped.Refused()
}

// exitCode returns the code of what a command returned.
func exitCode(ctx context.Context, err error) int {
	var silent *silentError
	var stopped *outcome.StopError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &silent):
		return silent.code
	case errors.As(err, &stopped):
		return stopCode(ctx, stopped)
	case signalOf(ctx) != 0 && errors.Is(err, context.Canceled):
		return signalOf(ctx)
	}
	for _, rule := range exitRules {
		if rule.fits(err) {
			return rule.code
		}
	}
	return exitUsage
}

// stopCodes say which code a stopped run has.
var stopCodes = map[outcome.StopKind]int{
	outcome.StoppedByRows:    exitStopped,
	outcome.StoppedByService: exitUnreachable,
	outcome.StoppedBySignIn:  exitSignIn,
	outcome.StoppedByStorage: exitStorage,
	outcome.StoppedByInput:   exitPartial,
	outcome.StoppedByPerson:  exitOK, // a no is an answer
	outcome.StoppedBySignal:  exitInterrupted,
	outcome.StoppedByDoubt:   exitPartial,
}

func stopCode(ctx context.Context, stopped *outcome.StopError) int {
	code := stopCodes[stopped.Kind()]
	if stopped.Kind() == outcome.StoppedBySignal && signalOf(ctx) != 0 {
		return signalOf(ctx)
	}
	return code
}
