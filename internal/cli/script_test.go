package cli_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"refload/internal/cli"
	"refload/internal/effort"
)

// sideBySide is how many parallel tests run at once: most of them wait, for a settle time or a process.
const sideBySide = "8"

// TestMain lets a script call the program as a command of its own.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", sideBySide); err != nil { // before the flags are read, so that -parallel goes before it
		panic(err)
	}
	testscript.Main(m, map[string]func(){
		"refload": func() {
			var out io.Writer = os.Stdout
			if at := os.Getenv("CRASH_AT"); at != "" {
				out = &fragile{at: at} // a fault of the program, for what a script could not reach otherwise
			}
			os.Exit(cli.Main(context.Background(), cli.Env{
				Args: os.Args[1:], Stdin: os.Stdin, Stdout: out, Stderr: os.Stderr, Getenv: os.Getenv, Environ: os.Environ, Now: time.Now,
			}))
		},
	})
}

// TestScripts runs the transcripts in testdata/script. Each has an empty folder, a state
// folder of its own, and the samples in $SAMPLES.
func TestScripts(t *testing.T) {
	samples, err := filepath.Abs(filepath.Join(root, "samples"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join(root, "testdata", "script"),
		Setup: func(env *testscript.Env) error {
			env.Setenv("SAMPLES", samples)
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("XDG_STATE_HOME", filepath.Join(env.WorkDir, ".state"))
			env.Setenv("TZ", "UTC")
			env.Values[arrived{}], env.Values[strictIn{}] = &arrived{}, &strictIn{}
			return nil
		},
		Condition: func(word string) (bool, error) {
			if word != "quick" {
				return false, fmt.Errorf("there is no condition %q", word)
			}
			return effort.LeavesOut(), nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "age": age, "service": service, "interrupted": interrupted, "strict": strict, "ledger": ledger,
			"unasked": unasked, "lay": lay,
		},
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
	})
}

// exits runs the program in this process and compares its exit code: exits CODE ARGS…
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: exits CODE ARGS…")
	}
	code := exitCodeOf(ts.Exec("refload", args[1:]...))
	if want := args[0]; code != want {
		ts.Fatalf("refload exited with %s, expected %s", code, want)
	}
}

// age makes files a minute older: age FILE…
func age(ts *testscript.TestScript, _ bool, args []string) {
	for _, path := range args {
		ts.Check(os.Chtimes(ts.MkAbs(path), time.Time{}, time.Now().Add(-time.Minute)))
	}
}
