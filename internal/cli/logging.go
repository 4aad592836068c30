package cli

import (
	"fmt"
	"os"
	"sync"

	"github.com/spf13/cobra"

	"refload/api"
	"refload/internal/files"
	"refload/internal/logs"
)

// logFiles are the files that a command writes about itself.
type logFiles struct {
	log    *logs.Log // nil for none
	file   *os.File
	bodies *os.File // nil for none
}

// openLogs opens the files that --log-file and --debug-bodies name.
func (a *app) openLogs(cmd *cobra.Command) error {
	if !contains(logs.Formats(), a.global.logFormat) {
		return &UsageError{"--log-format " + quote(a.global.logFormat) + " is not known", "text or json"}
	}
	var err error
	if path := a.global.logFile; path != "" {
		if a.logs.file, err = files.Append(path); err != nil {
			return asUsage(fmt.Errorf("--log-file: %w", err))
		}
		a.logs.log = logs.New(a.logs.file, a.global.logFormat, a.env.Now, func(err error) {
			fmt.Fprintf(a.env.Stderr, "warning: the log ends here: %v\n", err)
		})
		a.logs.log.Started(cmd.Name(), version())
	}
	if path := a.global.debugBodies; path != "" {
		if a.logs.bodies, err = files.AppendPrivate(path); err != nil {
			return asUsage(fmt.Errorf("--debug-bodies: %w", err))
		}
		fmt.Fprintf(a.env.Stderr, "warning: every request and answer is written to %s, with the personal data in it; delete it when the fault is found\n", path)
	}
	return nil
}

// closeLogs writes the exit code as the last line and closes the files.
func (a *app) closeLogs(code int) {
	a.logs.log.Ended(code)
	for _, file := range []*os.File{a.logs.file, a.logs.bodies} {
		if file != nil {
			file.Close() // what it could not take was told when it was written
		}
	}
}

// onAttempt returns who is told of every request; nil for nobody.
func (a *app) onAttempt() func(api.Attempt) {
	if a.logs.log == nil && !a.global.verbose {
		return nil
	}
	var one sync.Mutex
	return func(attempt api.Attempt) {
		a.logs.log.Attempt(attempt)
		if a.global.verbose {
			one.Lock()
			defer one.Unlock()
			a.logAttempt(attempt)
		}
	}
}
