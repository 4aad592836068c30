package cli_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// arrived is where a script finds the channel that has a value for every request that a hung service got.
type arrived struct{ requests chan struct{} }

// service starts a server that is of no use, and puts its address into $SERVICE: service absent|hung. An
// absent one knows no page, a hung one answers nothing. What comes to either is counted for unasked.
func service(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: service absent|hung")
	}
	seen := arrived{make(chan struct{}, 100)}
	useless := map[string]http.HandlerFunc{
		"absent": func(w http.ResponseWriter, r *http.Request) { seen.requests <- struct{}{}; http.NotFound(w, r) },
		"hung":   func(_ http.ResponseWriter, r *http.Request) { seen.requests <- struct{}{}; <-r.Context().Done() },
	}
	server := httptest.NewServer(useless[args[0]])
	ts.Defer(server.Close)
	ts.Setenv("SERVICE", server.URL)
	*ts.Value(arrived{}).(*arrived) = seen
}

// unasked wants that nothing has come to the service: unasked.
func unasked(ts *testscript.TestScript, neg bool, _ []string) {
	if n := len(ts.Value(arrived{}).(*arrived).requests); (n == 0) == neg {
		ts.Fatalf("%d requests have come to the service", n)
	}
}

// lay puts a file where refload.yaml is looked for, with the address of the service in it: lay FILE.
func lay(ts *testscript.TestScript, _ bool, args []string) {
	text := strings.ReplaceAll(ts.ReadFile(args[0]), "SERVICE", ts.Getenv("SERVICE"))
	ts.Check(os.WriteFile(ts.MkAbs("refload.yaml"), []byte(text), 0o600))
}

// interrupted starts the program, and once it waits for the hung service, wants the same command to find the
// target locked, and the program to end with a code on a signal: interrupted CODE SIGNAL ARGS…
func interrupted(ts *testscript.TestScript, neg bool, args []string) {
	signal, known := map[string]os.Signal{"INT": os.Interrupt, "TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP}[args[1]]
	if neg || !known {
		ts.Fatalf("usage: interrupted CODE INT|TERM|HUP ARGS…")
	}
	program, err := binary()
	ts.Check(err)
	cmd := exec.Command(program, args[2:]...)
	cmd.Dir = ts.Getenv("WORK")
	for _, name := range []string{"PATH", "HOME", "XDG_STATE_HOME", "REFLOAD_ACCESS_TOKEN", "TMPDIR"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	ts.Check(cmd.Start())
	ts.Defer(func() { cmd.Process.Kill() })
	select {
	case <-ts.Value(arrived{}).(*arrived).requests:
	case <-time.After(time.Minute):
		ts.Fatalf("it has asked the service nothing in a minute")
	}
	exits(ts, false, append([]string{"11"}, args[2:]...))
	ts.Check(cmd.Process.Signal(signal))
	if code := exitCodeOf(cmd.Wait()); code != args[0] {
		ts.Fatalf("it exited with %s, expected %s", code, args[0])
	}
}

// Each exit code that help lists is reached by a script.
func TestScriptsReachEveryExitCode(t *testing.T) {
	reached := map[string]bool{}
	paths, err := filepath.Glob(filepath.Join(root, "testdata", "script", "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%v, %v", paths, err)
	}
	for _, path := range paths {
		for _, match := range regexp.MustCompile(`(?m)^(?:exits|interrupted) (\d+) `).FindAllStringSubmatch(read(t, path), -1) {
			reached[match[1]] = true
			reached["11"] = reached["11"] || strings.HasPrefix(match[0], "interrupted") // see there
		}
	}
	_, help, _ := call(t, nil, "help", "exit-codes")
	listed := regexp.MustCompile(`(?m)^ +(\d+) `).FindAllStringSubmatch(help, -1)
	if len(listed) != 15 {
		t.Errorf("help lists %d codes, expected the 15 of the design", len(listed))
	}
	for _, code := range listed {
		if !reached[code[1]] {
			t.Errorf("no script reaches exit code %s", code[1])
		}
	}
}
