package cli_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/internal/cli"
)

// interruptible is a tenant at which something happens to requests, and a command that can be interrupted.
type interruptible struct {
	*tenant
	met       func(method string) int // 0 goes on; another number is the status of the answer
	interrupt func()

	interrupted bool // before it begins
}

func newInterruptible(t *testing.T) *interruptible {
	w := &interruptible{tenant: newTenant(t)}
	w.hooked(func(answer http.ResponseWriter, r *http.Request) bool {
		if w.met == nil {
			return false
		}
		status := w.met(r.Method)
		if status != 0 {
			answer.WriteHeader(status)
		}
		return status != 0
	})
	return w
}

// runs calls the program, which w.interrupt interrupts.
func (w *interruptible) runs(args ...string) (code int, text string) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	w.interrupt = func() { cancel(cli.Interrupted{Signal: os.Interrupt}) }
	if w.interrupted {
		w.interrupt()
	}
	environment := map[string]string{"REFLOAD_ACCESS_TOKEN": w.token, "REFLOAD_STATE": filepath.Join(w.folder, "state")}
	var out bytes.Buffer
	code = cli.Main(ctx, cli.Env{Args: append(args, "--base-url", w.url, "--rate", "0", "--concurrency", "1"), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out,
		Now: time.Now, Getenv: func(name string) string { return environment[name] }})
	return code, out.String()
}

// What ended before its first write left no run: nobody is told that it can be resumed, but to do the same again. The
// requests count all the same.
func TestOnlyAKeptRunIsResumable(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		method   string
		nth      int // of the requests with the method: what happens to it
		status   int // 0 for an interruption
		code     int
		resumes  bool
		says     string
		requests int
	}{
		{"interrupted while listing", "GET", 1, 0, 130, false, "hint: run the same import again", 1},
		{"no sign-in while listing", "GET", 1, 401, 4, false, "then run the same import again", 1},
		{"interrupted while sending", "POST", 2, 0, 130, true, "go on with: refload runs resume", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newInterruptible(t)
			sheet := w.sheet("deals.csv", deal(1, "1", "n", "CRM-1", ""), deal(2, "2", "n", "CRM-2", ""), deal(3, "3", "n", "CRM-3", ""), deal(4, "4", "n", "CRM-4", ""))
			met := 0
			w.met = func(method string) int {
				if method != test.method {
					return 0
				}
				if met++; met == test.nth && test.status == 0 {
					w.interrupt()
				}
				if met == test.nth {
					return test.status
				}
				return 0
			}
			code, text := w.runs("import", sheet, "--yes")
			r := lastRunIn(t, filepath.Join(w.folder, "state"))
			if code != test.code || r.Resumable != test.resumes || !strings.Contains(text, test.says) || test.requests > 0 && r.Requests != test.requests {
				t.Errorf("exit %d, %+v\n%s", code, r, text)
			}
			w.met = nil
			want, says := 2, "run the same import again"
			if test.resumes {
				want, says = 0, "created 4"
			}
			if code, text := w.runs("runs", "resume", "--yes"); code != want || !strings.Contains(text, says) {
				t.Errorf("resume: exit %d\n%s", code, text)
			}
			if code, text := w.runs("import", sheet, "--yes"); code != 0 || len(w.live()) != 4 {
				t.Errorf("again: exit %d\n%s", code, text)
			}
		})
	}
}

// A run that is told to end while it checks the file says so as one that lists does.
func TestAnInterruptionWhileChecking(t *testing.T) {
	w := newInterruptible(t)
	sheet := w.sheet("deals.csv", deal(1, "1", "n", "CRM-1", ""))
	w.interrupted = true
	code, text := w.runs("import", sheet, "--yes")
	if r := lastRunIn(t, filepath.Join(w.folder, "state")); code != 130 || r.Reason != "interrupted" || r.Resumable || strings.Contains(text, "context") || !strings.Contains(text, "the run was interrupted") {
		t.Errorf("exit %d, %+v\n%s", code, r, text)
	}
}

// An undo that ended before it restored anything, and one in the middle, say how the undo goes on, and no import.
func TestAnUndoThatStoppedGoesOnAsAnUndo(t *testing.T) {
	t.Parallel()
	w := newInterruptible(t)
	w.imports(0, w.sheet("deals.csv", deal(1, "1", "n", "CRM-1", ""), deal(2, "2", "n", "CRM-2", ""), deal(3, "3", "n", "CRM-3", "")))
	w.imports(0, w.sheet("deals.csv", deal(1, "11", "n", "CRM-1", ""), deal(2, "12", "n", "CRM-2", ""), deal(3, "13", "n", "CRM-3", "")))
	w.met = func(string) int { return 401 }
	code, text := w.runs("runs", "undo", "--yes")
	if r := lastRunIn(t, filepath.Join(w.folder, "state")); code != 4 || r.Resumable || r.Requests != 1 || strings.Contains(text, "import again") || !strings.Contains(text, "take the same run back again") {
		t.Errorf("exit %d, %+v\n%s", code, r, text)
	}
	patched := 0
	w.met = func(method string) int {
		if method == "PATCH" {
			if patched++; patched == 2 {
				w.interrupt()
			}
		}
		return 0
	}
	code, text = w.runs("runs", "undo", "--yes")
	if code != 130 || !strings.Contains(text, "go on with: refload runs undo 2") || strings.Contains(text, "runs resume") {
		t.Errorf("exit %d\n%s", code, text)
	}
	w.met = nil
	if code, text := w.runs("runs", "undo", "--yes"); code != 0 || !strings.Contains(text, "updated 1, unchanged 2") {
		t.Errorf("exit %d\n%s", code, text)
	}
}
