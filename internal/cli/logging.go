package cli

import (
	"fmt"
	"io"
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
	stream *logs.Stream // standard error, where the log goes there
	bodies *os.File     // nil for none
}

// standardError is the name by which --log-file means standard error.
const standardError = "-"

// openLog opens what --log-file names. A form that is asked for without a file is one for standard error.
func (a *app) openLog(cmd *cobra.Command) (err error) {
	if !contains(logs.Formats(), a.global.logFormat) {
		return &UsageError{"--log-format " + quote(a.global.logFormat) + " is not known", "text or json"}
	}
	var out io.Writer
	switch path := a.global.logFile; {
	case path == "" && !cmd.Flags().Changed("log-format"):
		return nil
	case path == "" || path == standardError:
		out = a.shareStandardError()
	default:
		if a.logs.file, err = files.Append(path); err != nil {
			return asUsage(fmt.Errorf("--log-file: %w", err))
		}
		out = a.logs.file
	}
	a.logs.log = logs.New(out, a.global.logFormat, a.env.Now, func(err error) {
		fmt.Fprintf(a.env.Stderr, "warning: the log ends here: %v\n", err)
	})
	a.logs.log.Started(cmd.Name(), version())
	return nil
}

// shareStandardError makes standard error the log's, with what is printed for people as lines of it. It is
// no terminal any more: no bar is drawn there, and nobody is asked.
func (a *app) shareStandardError() io.Writer {
	a.logs.stream = logs.NewStream(a.env.Stderr, a.global.logFormat, a.env.Now)
	a.env.Stderr = a.logs.stream
	return a.logs.stream.Lines()
}

// openBodies opens the file that --debug-bodies names.
func (a *app) openBodies() (err error) {
	path := a.global.debugBodies
	if path == "" {
		return nil
	}
	if a.logs.bodies, err = files.AppendPrivate(path); err != nil {
		return asUsage(fmt.Errorf("--debug-bodies: %w", err))
	}
	fmt.Fprintf(a.env.Stderr, "warning: every request and answer is written to %s, with the personal data in it; delete it when the fault is found\n", path)
	return nil
}

// closeLogs writes the exit code as the last line and closes the files.
func (a *app) closeLogs(code int) {
	if a.logs.stream != nil {
		a.logs.stream.Close()
	}
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
