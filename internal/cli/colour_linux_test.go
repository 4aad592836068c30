package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"refload/internal/cli"
	"refload/internal/console"
)

// newTerminal returns the two ends of a terminal: the person's and the program's.
func newTerminal(t *testing.T) (master, screen *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no terminals here:", err)
	}
	t.Cleanup(func() { master.Close() })
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no terminals here:", err)
	}
	return master, screen
}

// screenOf gathers what a terminal gets until the program's end is closed.
func screenOf(master *os.File) <-chan string {
	got := make(chan string)
	go func() {
		var all bytes.Buffer
		io.Copy(&all, master) // ends with an error when the last one has closed the terminal
		got <- all.String()
	}()
	return got
}

// onTerminal calls the program with a terminal as standard output and returns what that got.
func onTerminal(t *testing.T, environment map[string]string, args ...string) string {
	t.Helper()
	master, screen := newTerminal(t)
	got := screenOf(master)
	var stderr bytes.Buffer
	code := cli.Main(context.Background(), cli.Env{Args: args, Stdin: strings.NewReader(""), Stdout: screen, Stderr: &stderr, Now: time.Now,
		Getenv: func(name string) string { return environment[name] }})
	screen.Close()
	if text := <-got; code == 0 && text != "" {
		return text
	}
	t.Fatalf("exit %d, or nothing was printed: %s", code, &stderr)
	return ""
}

// Before a terminal the embedded sandbox is written to at once, as the first screen of the README says; any other
// service only after a yes.
func TestTheSandboxAsksNothing(t *testing.T) {
	w := newTenant(t)
	sheet := w.sheet("deals.csv", deal(1, "100", "n", "CRM-1", ""))
	environment := map[string]string{"REFLOAD_ACCESS_TOKEN": w.token, "REFLOAD_STATE": filepath.Join(w.folder, "state"), "NO_COLOR": "1"}
	for _, c := range []struct {
		service []string
		asks    bool
		code    int
		made    int
	}{{[]string{"--sandbox"}, false, 0, 0}, {[]string{"--base-url", w.url, "--rate", "0"}, true, 0, 0}} {
		master, screen := newTerminal(t)
		got := screenOf(master)
		fmt.Fprint(master, "n\n")
		code := cli.Main(context.Background(), cli.Env{Args: append([]string{"import", sheet}, c.service...), Stdin: screen, Stdout: screen, Stderr: screen, Now: time.Now,
			Getenv: func(name string) string { return environment[name] }})
		screen.Close()
		text := <-got
		if code != c.code || strings.Contains(text, "[y/N]") != c.asks || len(w.Created()) != c.made {
			t.Errorf("%v: exit %d, %d made\n%s", c.service, code, len(w.Created()), text)
		}
		if !c.asks && !strings.Contains(text, "created 1") {
			t.Errorf("%v: nothing was made\n%s", c.service, text)
		}
	}
}

// On a terminal nothing but our own colours is no plain text, with NO_COLOR nothing at all, and an export to
// a terminal is shown like any other text.
func TestColoursAreOurs(t *testing.T) {
	w := newTenant(t)
	w.seed(`{"id":"00000000-0000-4000-8000-00000000000a","eTag":"e","name":` + hostileJSON(hostileWord) + `,"externalReferenceId":"CRM-1","type":"Independent","qualification":"SalesQualified","status":"Active","substatus":"Accepted","direction":"Outgoing","organizationName":"Fabrikam","customerProfile":{"name":"Contoso","address":{"country":"US"}},"details":{"notes":"old","dealValue":1,"currency":"USD"}}`)
	sheet := w.sheet("deals.csv", strings.Replace(deal(1, "100", "note "+softWord, "CRM-1", ""), "Deal 1", "Deal "+softWord, 1))
	environment := map[string]string{"REFLOAD_ACCESS_TOKEN": w.token, "REFLOAD_STATE": filepath.Join(w.folder, "state")}
	common := []string{"--base-url", w.url, "--rate", "0"}
	ours := strings.NewReplacer("\r\n", "\n", "\x1b[32m", "", "\x1b[33m", "", "\x1b[31m", "", "\x1b[2m", "", "\x1b[0m", "")
	coloured := onTerminal(t, environment, append([]string{"plan", sheet}, common...)...)
	harmlessOutput(t, "plan on a terminal", ours.Replace(coloured))
	if !strings.Contains(coloured, "\x1b[33m~ row 2") || !strings.Contains(coloured, "\x1b[31m\"d\\x1b[31m") {
		t.Errorf("it has not our colours, or not the old name:\n%q", coloured)
	}
	environment["NO_COLOR"] = "1"
	for _, args := range [][]string{{"plan", sheet}, {"export", "-o", "-", "--format", "csv"}, {"export", "-o", "-", "--format", "jsonl"}} {
		text := onTerminal(t, environment, append(args, common...)...)
		harmlessOutput(t, args[0]+" without colours", strings.NewReplacer("\r\n", "\n", "forged: ", "a line of a cell: ").Replace(text))
		if !strings.Contains(text, console.Escape("\u202e", 0)) {
			t.Errorf("%v: nothing foreign was shown: %q", args, text)
		}
	}
}
