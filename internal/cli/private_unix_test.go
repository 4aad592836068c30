//go:build unix

package cli_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"refload/api/sandbox"
	"refload/internal/effort"
)

// openToAll runs the program as a process whose umask keeps nothing back.
func openToAll(t *testing.T, environment map[string]string, args ...string) *exec.Cmd {
	t.Helper()
	program, err := binary()
	if err != nil {
		t.Fatalf("%v: %s", err, program)
	}
	cmd := exec.Command("sh", append([]string{"-c", `umask 000; exec "$0" "$@"`, program}, args...)...)
	cmd.Env = os.Environ()
	for name, value := range environment {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	return cmd
}

// signInOpenly signs in with a process of its own.
func (c *signInWorld) signInOpenly() {
	c.t.Helper()
	cmd := openToAll(c.t, c.environment, "auth", "login", "--device-code", "--profile", "contoso")
	said := &watched{see: c.follow}
	cmd.Stderr = struct{ io.Writer }{said} // so that each line is seen when it comes
	if err := cmd.Run(); err != nil {
		c.t.Fatalf("%v\n%s", err, said)
	}
}

// Whatever the umask, all that any command makes, wherever it makes it, is for its owner alone.
func TestAllFilesArePrivateWhateverTheUmask(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	if program, err := binary(); err != nil { // before newSignIn changes the folder
		t.Fatalf("%v: %s", err, program)
	}
	c := newSignIn(t, sandbox.Options{})
	c.signInOpenly()
	work := t.TempDir()
	sheet := filepath.Join(work, "deals.csv")
	if err := os.WriteFile(sheet, []byte(bytesOf(t, c.deals(3))), 0o600); err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join(work, name) }
	inbox := at("inbox")
	if err := os.Mkdir(inbox, 0o700); err != nil {
		t.Fatal(err)
	}
	old := writeFile(t, inbox, "more.csv", bytesOf(t, sheet))
	if err := os.Chtimes(old, time.Time{}, time.Now().Add(-time.Minute)); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"plan", sheet, "-o", at("plan.xlsx")}, {"plan", sheet, "-o", at("plan.json")}, {"apply", at("plan.json"), "--yes", "--results", at("applied.csv")},
		{"import", sheet, "--yes", "--log-file", at("log"), "--debug-bodies", at("bodies"), "--metrics-file", at("refload.prom")}, {"import", at("deals-results.xlsx"), "--yes"},
		{"import", inbox, "--done", at("done"), "--yes"}, {"verify", sheet, "-o", at("verdict.xlsx")}, {"runs", "results"}, {"runs", "undo", "RUN", "--yes", "--results", at("undone.csv")},
		{"export", "-o", at("all.xlsx")}, {"export", "-o", at("all.csv")}, {"export", "-o", at("all.jsonl")}, {"import", sheet, "--sandbox", "--yes", "--results", at("tried.csv")}, {"template", at("new.xlsx")},
	} {
		if at := slices.Index(args, "RUN"); at >= 0 {
			args[at] = firstRun(t, c.environment["REFLOAD_STATE"])
		}
		if args[0] != "template" && args[len(args)-1] != "results" && !strings.Contains(strings.Join(args, " "), "--sandbox") {
			args = append(args, "--profile", "contoso")
		}
		if out, err := openToAll(t, c.environment, args...).CombinedOutput(); err != nil {
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != 3 {
				t.Fatalf("%v: %v\n%s", args, err, out)
			}
		}
	}
	if seen := allPrivate(t, work) + allPrivate(t, c.environment["REFLOAD_STATE"]); seen < 50 {
		t.Errorf("only %d files were looked at", seen)
	}
}

// allPrivate demands that a folder's files are 0600 and its folders 0700, and returns how many there are.
func allPrivate(t *testing.T, folder string) int {
	t.Helper()
	seen := 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		want := fs.FileMode(0o600)
		if entry.IsDir() {
			want = 0o700
		}
		if seen++; path != folder && err == nil && info.Mode().Perm() != want {
			t.Errorf("%s is %04o", strings.TrimPrefix(path, folder), info.Mode().Perm())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

// A kill while a plan is applied leaves no copy of the plan's rows, which name deals and customers.
func TestAKilledApplyLeavesNoRowsOfThePlan(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	w := newTenant(t)
	sheet := w.sheet("deals.csv", deal(1, "100", "note", "CRM-1", ""))
	plan := filepath.Join(w.folder, "plan.json")
	arrived, ended := make(chan bool), make(chan bool)
	front := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		if request.Method == http.MethodPost {
			arrived <- true
			<-ended
			return
		}
		w.ServeHTTP(answer, request)
	}))
	defer front.Close()
	defer close(ended)
	state := filepath.Join(w.folder, "state")
	code, stdout, stderr := call(t, map[string]string{"REFLOAD_ACCESS_TOKEN": w.token, "REFLOAD_STATE": state}, "plan", sheet, "-o", plan, "--base-url", front.URL)
	if code != 0 {
		t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
	}
	cmd := openToAll(t, map[string]string{"REFLOAD_ACCESS_TOKEN": w.token, "REFLOAD_STATE": state}, "apply", plan, "--base-url", front.URL, "--yes")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	over := make(chan error, 1)
	go func() { over <- cmd.Wait() }()
	select {
	case <-arrived:
	case err := <-over:
		t.Fatalf("nothing was sent: %v\n%s", err, &said)
	}
	cmd.Process.Signal(syscall.SIGKILL)
	<-over
	for path, text := range filesOf(t, state) {
		if strings.Contains(text, "Deal 1") && !strings.Contains(path, "spool") {
			t.Errorf("%s names the deal:\n%.300s", path, text)
		}
	}
}

// What kills left beside and below what a command writes goes with the next start.
func TestTheNextStartRemovesWhatKillsLeft(t *testing.T) {
	t.Parallel()
	w := newTenant(t)
	sheet := w.sheet("deals.csv", deal(1, "100", "note", "CRM-1", ""))
	at := func(name string) string { return filepath.Join(w.folder, name) }
	metrics := []string{"--metrics-file", at("refload.prom")}
	steps := [][]string{
		append([]string{"import", sheet, "--yes", "--results", at("out.csv")}, metrics...), {"plan", sheet, "-o", at("plan.json")}, {"plan", sheet, "-o", at("plan.xlsx")}, {"apply", at("plan.json"), "--yes", "--results", at("out.csv")},
		{"export", "-o", at("all.csv")}, {"export", "-o", at("all.xlsx")}, {"verify", sheet, "-o", at("verdict.xlsx")},
	}
	inAll := func() {
		for _, args := range steps {
			if code, stdout, stderr := w.run(args[0], args[1:]...); code != 0 {
				t.Fatalf("%v: exit %d\n%s%s", args, code, stdout, stderr)
			}
		}
	}
	inAll()
	runs, err := filepath.Glob(at("state/*/runs/*"))
	if err != nil || len(runs) == 0 {
		t.Fatal(runs, err)
	}
	left := []string{at("state/plan-123.jsonl"), at("state/stdin/1.csv"), filepath.Join(runs[0], ".input-out-results.csv-1.refload.tmp"), filepath.Join(runs[0], ".journal.jsonl-2.refload.tmp"), filepath.Join(runs[0], "prior", ".states.jsonl-3.refload.tmp")}
	for _, name := range []string{"out.csv", "out-problems.csv", "plan.json", "plan.xlsx", "all.csv", "all.xlsx", "verdict.xlsx", "refload.prom"} {
		left = append(left, at("."+name+"-4.refload.tmp"), at("."+name+"-5.refload.tmp/spilled"))
	}
	long := time.Now().Add(-8 * 24 * time.Hour)
	for _, path := range left {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("Deal 1"), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, old := range []string{path, filepath.Dir(path)} {
			if strings.Contains(old, "-") && old != runs[0] {
				os.Chtimes(old, long, long)
			}
		}
	}
	os.Chtimes(left[1], long, long)
	inAll()
	call(t, map[string]string{"REFLOAD_STATE": at("state")}, "check", "-")
	for _, path := range left {
		if _, err := os.Lstat(path); err == nil {
			t.Errorf("%s is still there", strings.TrimPrefix(path, w.folder))
		}
	}
}
