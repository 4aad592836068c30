// Package cli is the command line: flags, configuration, exit codes, and every word that is
// printed. Commands fill an options struct from flags and hand it to the packages that work.
package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"golang.org/x/term"

	"refload/api"
	"refload/importer/outcome"
	"refload/internal/console"
	"refload/internal/sheet"
	"refload/mapping"
)

// Env is the world that the program runs in. Nothing below main reads any other.
type Env struct {
	Args   []string
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Getenv func(string) string
	Now    func() time.Time
	// Environ returns all variables, as os.Environ does; nil where nobody looks for misspelled ones.
	Environ func() []string
	// LimitMemory sets how much memory, in bytes, the process tries to stay below, as
	// debug.SetMemoryLimit does; nil where the process is not ours to limit.
	LimitMemory func(bytes int64) int64
}

// Interrupted is the cause of a context that a signal ended.
type Interrupted struct{ Signal os.Signal }

// Error names the signal.
func (i Interrupted) Error() string { return "stopped by " + i.Signal.String() }

// Main runs the program once and returns its exit code.
func Main(ctx context.Context, env Env) (code int) {
	shown := env // what is printed; data and what draws by itself goes to console.Raw of it
	shown.Stdout, shown.Stderr = console.NewScreen(env.Stdout), console.NewScreen(env.Stderr)
	a := &app{env: shown}
	root := newRoot(a)
	a.noteHelp(root)
	defer func() {
		if r := recover(); r != nil {
			code = panicked(a.env, r)
			at, _, _ := root.Find(env.Args) // on its way to nowhere it is the root
			a.endJSON(at, code, errPanic)
		}
	}()
	root.SetArgs(env.Args)
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout) // help and scripts for shells, all of it ours
	root.SetErr(env.Stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err != nil {
		err = a.endedEarly(ctx, root, err)
		a.readLate(root)
		a.printError(err)
	}
	code = exitCode(ctx, err)
	a.endJSON(cmd, code, err)
	a.closeLogs(code)
	return code
}

// debugVariable has it printed where an internal error began.
const debugVariable = "REFLOAD_DEBUG"

// errPanic is what a summary says of a fault of this program.
var errPanic = errors.New("internal error")

// panicked tells of a fault of this program without a word of what it was working on.
func panicked(env Env, r any) int {
	fmt.Fprintf(env.Stderr, "error: internal error (%T); please report it\n", r)
	fmt.Fprintln(env.Stderr, "hint: what was recorded is safe; run the same command again, it goes on where it stopped")
	if env.Getenv(debugVariable) != "" {
		fmt.Fprintf(env.Stderr, "%s\n", strings.ReplaceAll(string(debug.Stack()), "\t", "    "))
	}
	return exitInternal
}

// app is what every command shares.
type app struct {
	env      Env
	global   globalFlags
	settings settings
	logs     logFiles
	closing  *closing       // of a command that imports; nil for the others
	summary  map[string]any // what the command says in the last of its JSON lines
	answers  *bufio.Reader  // of questions, made with the first one
	helped   bool           // a page of help was shown
	shows    bool           // problems repeat values that may be personal, as check and plan do
}

// hinted is an error that knows what to do next.
type hinted interface{ Hint() string }

// printError prints one line that says what, where and why, and one that says what to do.
func (a *app) printError(err error) {
	var silent *silentError
	if errors.As(err, &silent) {
		return
	}
	if declined(err) { // no fault of anybody
		fmt.Fprintln(a.env.Stderr, "nothing was sent, as you answered")
		return
	}
	text := shownError(err)
	var problem *sheet.ProblemError
	if errors.As(err, &problem) {
		text += " [" + problem.Code + "]"
	}
	fmt.Fprintln(a.env.Stderr, "error: "+text)
	var internal *outcome.InternalError
	if errors.As(err, &internal) && a.env.Getenv(debugVariable) != "" {
		fmt.Fprintf(a.env.Stderr, "%s\n", strings.ReplaceAll(string(internal.Trace), "\t", "    "))
	}
	if hint := api.HintOf(err); hint != "" {
		fmt.Fprintln(a.env.Stderr, "hint: "+console.Escape(hint, 2000))
	}
}

// shownError is an error in one line. What is wrong with a mapping file comes with the lines around it, set in.
func shownError(err error) string {
	var file *mapping.FileError
	if !errors.As(err, &file) {
		return console.Escape(err.Error(), longestError)
	}
	first, excerpt, _ := strings.Cut(err.Error(), "\n")
	lines := []string{console.Escape(first, longestError)}
	for line := range strings.SplitSeq(excerpt, "\n") {
		if line != "" {
			lines = append(lines, "  "+console.Escape(line, longestShown))
		}
	}
	return strings.Join(lines, "\n")
}

// longestError is how much of an error is printed.
const longestError = 2000

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream any) bool {
	if out, ok := stream.(io.Writer); ok {
		stream = console.Raw(out)
	}
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// signalOf returns the exit code of the signal that ended a context, 0 where none did.
func signalOf(ctx context.Context) int {
	var interrupted Interrupted
	if !errors.As(context.Cause(ctx), &interrupted) {
		return 0
	}
	if interrupted.Signal == os.Interrupt {
		return exitInterrupted
	}
	return exitTerminated
}
