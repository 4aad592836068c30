package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// printedWords are the words of the command that stands behind some words of a text, as a shell parts them.
func printedWords(t *testing.T, text, behind string) []string {
	t.Helper()
	found := regexp.MustCompile(regexp.QuoteMeta(behind) + `refload (.*)`).FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("no command behind %q in\n%s", behind, text)
	}
	out, err := exec.Command("sh", "-c", `printf '%s\n' `+found[1]).Output()
	if err != nil {
		t.Fatalf("%s: %v", found[1], err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

// A command that is printed works as it is printed: its words are quoted, and it finds state folder, configuration and service.
func TestPrintedCommandsWorkAsPrinted(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no shell here")
	}
	environment := inFolder(t, "", "")
	delete(environment, "REFLOAD_STATE")
	w := newInterruptible(t)
	environment["REFLOAD_ACCESS_TOKEN"] = w.token
	const state = "my state's $1 `x`"
	sheet := w.sheet("deals.csv", deal(1, "1", "n", "CRM-1", ""), deal(2, "2", "n", "CRM-2", ""))
	run := func(code int, args ...string) string {
		t.Helper()
		got, stdout, stderr := call(t, environment, args...)
		if got != code {
			t.Fatalf("%q: exit %d, expected %d\n%s%s", args, got, code, stdout, stderr)
		}
		return stdout + stderr
	}
	here := []string{"--state", state, "--base-url", w.url}
	with := func(args ...string) []string { return append(args, here...) }

	text := run(0, with("plan", sheet, "-o", "plan one.xlsx")...)
	apply := append(printedWords(t, text, "do exactly this with: "), "--yes", "--rate", "0")
	w.met = func(method string) int {
		if method == "POST" {
			return 401
		}
		return 0
	}
	resume := printedWords(t, run(4, apply...), "go on with: ")
	show := run(0, "runs", "show", "--state", state)
	if !strings.Contains(show, "which no profile of yours names: if that is meant, say so: --base-url URL") {
		t.Errorf("it does not say what the command wants besides:\n%s", show)
	}
	if shown := printedWords(t, run(0, with("runs", "show")...), "go on with: "); strings.Join(shown, "|") != strings.Join(resume, "|") {
		t.Errorf("shown %q, told %q", shown, resume)
	}
	w.met = nil
	run(0, append(resume, "--yes", "--rate", "0")...)
	if len(w.Created()) != 2 {
		t.Errorf("%d deals", len(w.Created()))
	}

	absolute, err := filepath.Abs(state)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("in box", 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		behind string
		code   int
		args   []string
		more   []string
	}{
		{"when they are done: ", 2, with("import", "in box"), []string{"in box", "--state " + absolute, "--base-url " + w.url}},
		{"when they are done: ", 2, []string{"import", "in box", "--sandbox", "--state", state}, []string{"--sandbox", "--state " + absolute}},
		{"nevertheless: ", 2, with("runs", "undo"), []string{"--state " + absolute, "--base-url " + w.url}},
	} {
		printed := strings.Join(printedWords(t, run(c.code, c.args...), c.behind), " ")
		for _, want := range c.more {
			if !strings.Contains(printed, want) {
				t.Errorf("%q: no %q in %q", c.args, want, printed)
			}
		}
	}
	setup := run(0, "setup", "--profile", "contoso", "--tenant", "contoso.example.com", "--state", "here", "--config", "own.yaml")
	for _, want := range []string{"auth login --profile contoso --state ", "doctor --profile contoso --state ", "--until 06:00 --state "} {
		if !strings.Contains(setup, want) {
			t.Errorf("no %q in\n%s", want, setup)
		}
	}
}
