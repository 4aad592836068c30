//go:build unix

package cli_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"refload/api/sandbox"
	"refload/internal/effort"
)

// What an earlier run sent without an answer is told of by a run with another file, in words, in
// the results and as JSON, until it is settled as the message says.
func TestOpenRowsOfAnotherFileAreTold(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	program, err := binary()
	if err != nil {
		t.Fatalf("%v: %s", err, program)
	}
	// Every create is lost with its connection.
	n := newNight(t, program, 1, 3, &sandbox.Plan{Rules: []sandbox.Rule{{Fault: "F07", On: []string{"POST"}, P: 1}}})
	n.extra = []string{"--on-unknown", "next-run", "--settle", "50ms"}
	if output, err := n.importing("deals.csv").CombinedOutput(); exitCodeOf(err) != "3" {
		t.Fatalf("%v\n%s", err, output)
	}
	lost, err := filepath.Glob(filepath.Join(n.folder, "state", "*", "runs", "*"))
	if err != nil || len(lost) != 1 {
		t.Fatalf("%v, %v", lost, err)
	}
	name := filepath.Base(lost[0])

	writeFile(t, n.folder, "other.csv", strings.ReplaceAll(n.content([]int{0}), "KILL-", "OTHER-"))
	out := filepath.Join(n.folder, "other.xlsx")
	n.extra = []string{"--on-unknown", "next-run", "--settle", "50ms", "--results", out}
	output, _ := n.importing("other.csv").CombinedOutput()
	want := "sent by earlier runs without an answer, and not in this file: 3 rows: 3 in run " + name
	resume := "refload runs resume " + name
	for _, text := range []string{want, resume} {
		if !strings.Contains(string(output), text) {
			t.Errorf("not said: %s\n%s", text, output)
		}
	}
	if text := sheetText(t, out, "Summary"); !strings.Contains(text, want) || !strings.Contains(text, resume) {
		t.Errorf("the sheet Summary does not say it:\n%s", text)
	}
	n.extra = append(n.extra, "--json")
	cmd := n.importing("other.csv")
	cmd.Stderr = nil
	if output, _ := cmd.Output(); !strings.Contains(string(output), `"open_elsewhere":[{"run":"`+name+`","rows":3}]`) {
		t.Errorf("the summary object does not say it:\n%s", output)
	}
	n.extra = []string{"--on-unknown", "next-run", "--settle", "50ms"}
	again := exec.Command(program, n.importing("deals.csv").Args[1:]...)
	again.Env = n.importing("deals.csv").Env
	if output, _ := again.CombinedOutput(); strings.Contains(string(output), "not in this file: 3") {
		t.Errorf("the file that has the rows is told of them:\n%s", output)
	}
}
