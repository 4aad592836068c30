package cli_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"refload/internal/cli"
)

// asked runs a command on a terminal and answers what it is asked: with a line, or by ending the program.
func asked(t *testing.T, environment map[string]string, answer any, args ...string) (code int, text string) {
	t.Helper()
	master, screen := newTerminal(t)
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	read := make(chan string, 1)
	go func() {
		var text strings.Builder
		answered := false
		part := make([]byte, 4096)
		for {
			n, err := master.Read(part)
			text.Write(part[:n])
			if !answered && (strings.Contains(text.String(), "[y/N]") || strings.Contains(text.String(), "A name for the profile")) {
				answered = true
				if signal, is := answer.(os.Signal); is {
					cancel(cli.Interrupted{Signal: signal})
				} else {
					fmt.Fprintln(master, answer)
				}
			}
			if err != nil {
				read <- text.String()
				return
			}
		}
	}()
	code = cli.Main(ctx, cli.Env{Args: args, Stdin: screen, Stdout: screen, Stderr: screen, Now: time.Now, Getenv: func(name string) string { return environment[name] }})
	fmt.Fprintln(master) // whoever still waits for a line lets the terminal go
	screen.Close()
	return code, <-read
}

// A question is ended at once by a signal, with its exit code; a no leaves no run, no results and no hint to a run; and
// nothing is asked where nothing is to be sent.
func TestQuestionsOnATerminal(t *testing.T) {
	t.Parallel()
	w := newTenant(t)
	state := filepath.Join(w.folder, "state")
	environment := map[string]string{"REFLOAD_ACCESS_TOKEN": w.token, "REFLOAD_STATE": state, "NO_COLOR": "1", "HOME": w.folder}
	sheet := w.sheet("deals.csv", deal(1, "100", "n", "CRM-1", ""))
	imports := []string{"import", sheet, "--base-url", w.url, "--rate", "0"}
	for _, c := range []struct {
		name   string
		answer any
		args   []string
		code   int
		asked  bool
		made   int
		says   string
	}{
		{"Ctrl-C", os.Interrupt, imports, 130, true, 0, "the run was interrupted"},
		{"SIGTERM", syscall.SIGTERM, imports, 143, true, 0, ""},
		{"no", "n", imports, 0, true, 0, "nothing was sent, as you answered"},
		{"Ctrl-C in setup", os.Interrupt, []string{"setup"}, 130, true, 0, "stopped at a question"},
		{"yes", "y", imports, 0, true, 1, "created 1"},
		{"nothing to send", "n", imports, 0, false, 1, "unchanged 1"},
		{"no to an undo of nothing", "n", []string{"runs", "undo", "--base-url", w.url}, 2, false, 1, "there is nothing to take back"},
	} {
		runs, _ := filepath.Glob(filepath.Join(state, "*", "runs", "*"))
		code, text := asked(t, environment, c.answer, c.args...)
		if question := strings.Contains(text, "[y/N]") || strings.Contains(text, "A name for"); code != c.code || question != c.asked || len(w.Created()) != c.made || !strings.Contains(text, c.says) {
			t.Errorf("%s: exit %d, asked %t, %d made\n%s", c.name, code, question, len(w.Created()), text)
		}
		after, _ := filepath.Glob(filepath.Join(state, "*", "runs", "*"))
		if c.code != 0 && len(after) != len(runs) || c.name == "no" && (len(after) != len(runs) || strings.Contains(text, "refload runs") || strings.Contains(text, "results:") || strings.Contains(text, "error:")) {
			t.Errorf("%s: %d runs before, %d after\n%s", c.name, len(runs), len(after), text)
		}
		if r := lastRunIn(t, state); c.name == "no" && (r.OK || r.Reason != "declined" || r.Run != "" || r.ExitCode != 0) {
			t.Errorf("%+v", r)
		}
	}
	changed := w.sheet("deals.csv", deal(1, "150", "n", "CRM-1", ""))
	if code, text := asked(t, environment, "y", "import", changed, "--base-url", w.url, "--rate", "0"); code != 0 || !strings.Contains(text, "updated 1") {
		t.Fatalf("exit %d\n%s", code, text)
	}
	for _, c := range []struct {
		answer any
		code   int
	}{{"n", 0}, {os.Interrupt, 130}} {
		if code, text := asked(t, environment, c.answer, "runs", "undo", "--base-url", w.url); code != c.code || strings.Contains(text, "go on with") || fmt.Sprint(w.live()["Deal 1"]["details"].(map[string]any)["dealValue"]) != "150" {
			t.Errorf("undo, %v: exit %d\n%s", c.answer, code, text)
		}
	}
}
