package cli_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/internal/cli"
	"refload/internal/effort"
)

// fragile is an output that panics with what a row says, once, when it is given a certain text: a fault of the program
// at that very moment, in whichever goroutine it is.
type fragile struct {
	bytes.Buffer
	at      string
	crashed bool
}

func (f *fragile) Write(data []byte) (int, error) {
	if !f.crashed && strings.Contains(string(data), f.at) {
		f.crashed = true
		panic(errors.New("CANARY Lee, canary@example.com, +1 555 0101, ready-token"))
	}
	return f.Buffer.Write(data)
}

// A crash is exit code 1 and not that of wrong usage, wherever it begins. It says nothing of the row that it was
// working on, what watches is told of it, and the next run goes on: no referral is made twice.
func TestCrashesTellNothing(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	for name, at := range map[string]string{"at the start": `"phase":"checking"`, "before the first row": `"phase":"sending"`, "in the first row": `"row":2,"outcome"`, "in a worker": `"row":4,"outcome"`, "at the end": `"phase":"results"`} {
		t.Run(name, func(t *testing.T) { checkCrash(t, at) })
	}
}

func checkCrash(t *testing.T, at string) {
	folder, service := t.TempDir(), newRecorder(t)
	state, log, metrics := filepath.Join(folder, "state"), filepath.Join(folder, "log"), filepath.Join(folder, "refload.prom")
	sheet := canaryDeals
	for i, last := 3, strings.Split(strings.TrimSpace(canaryDeals), "\n")[2]; i < 9; i++ {
		sheet += strings.Replace(strings.Replace(last, "CRM-2", "CRM-"+string(rune('0'+i)), 1), "other", "other "+string(rune('0'+i)), 1) + "\n"
	}
	args := []string{"import", writeFile(t, folder, "deals.csv", sheet), "--base-url", service.URL, "--yes", "--rate", "0", "--json", "--verbose", "--state", state,
		"--log-file", log, "--metrics-file", metrics, "--results", filepath.Join(folder, "out.csv")}
	environment := map[string]string{"REFLOAD_ACCESS_TOKEN": "ready-token", "REFLOAD_DEBUG": "1"}
	var stderr bytes.Buffer
	stdout := &fragile{at: at}
	code := cli.Main(context.Background(), cli.Env{Args: args, Stdin: strings.NewReader(""), Stdout: stdout, Stderr: &stderr, Now: time.Now,
		Getenv: func(name string) string { return environment[name] }})
	if code != 1 || !stdout.crashed || !strings.Contains(stderr.String(), "error: internal error") || !strings.Contains(stderr.String(), "goroutine ") {
		t.Fatalf("exit %d, crashed %v\n%s%s", code, stdout.crashed, stdout, &stderr)
	}
	written := map[string]string{"standard output": stdout.String(), "standard error": strings.NewReplacer("sendCanary", "", "canary.go", "").Replace(stderr.String()), "the log": read(t, log), "the metrics": read(t, metrics)}
	for path, text := range filesOf(t, state) {
		written[path] = text
	}
	for where, text := range written {
		for _, leak := range leaks(text) {
			t.Errorf("%s: %s", where, leak)
		}
	}
	if last := read(t, lastRunPath(t, state)); !strings.Contains(last, `"exit_code": 1`) || !strings.Contains(written["the metrics"], "refload_exit_code") || !strings.Contains(written["the log"], "msg=ended") {
		t.Errorf("whoever watches is not told:\n%s", last)
	}
	readSchema(t).holds(t, "crash", strings.TrimSpace(stdout.String()), 1)
	if code, out, errs := call(t, environment, args...); code != 0 {
		t.Fatalf("the next run: exit %d\n%s%s", code, out, errs)
	}
	if n := len(service.referrals); n != 8 {
		t.Errorf("8 rows have made %d referrals", n)
	}
}

// filesOf returns what stands below a state folder, but for prior states and the spool.
func filesOf(t *testing.T, state string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(state, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.IsDir() && (entry.Name() == "prior" || entry.Name() == "spool") {
			return filepath.SkipDir
		}
		if err == nil && entry.Type().IsRegular() {
			found[path] = read(t, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// lastRunPath is the path of the only last-run.json below a state folder.
func lastRunPath(t *testing.T, state string) string {
	t.Helper()
	for path := range filesOf(t, state) {
		if filepath.Base(path) == "last-run.json" {
			return path
		}
	}
	t.Fatal("no last-run.json")
	return ""
}
