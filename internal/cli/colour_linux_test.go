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

// onTerminal calls the program with a terminal as standard output and returns what that got.
func onTerminal(t *testing.T, environment map[string]string, args ...string) string {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no terminals here:", err)
	}
	defer master.Close()
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	screen, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no terminals here:", err)
	}
	got := make(chan string)
	go func() {
		var all bytes.Buffer
		io.Copy(&all, master) // ends with an error when the last one has closed the terminal
		got <- all.String()
	}()
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
