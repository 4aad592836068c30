//go:build linux

package cli_test

import (
	"fmt"
	"os/exec"
	"testing"

	"refload/api/sandbox"
	"refload/internal/effort"
)

// TestAFullDisk bounds the size of files, as a full disk does: what cannot be recorded is not
// sent, the exit code is 12, and with room the next run finishes.
func TestAFullDisk(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	program, err := binary()
	if err != nil {
		t.Fatalf("%v: %s", err, program)
	}
	for _, blocks := range []int{1, 2, 4} {
		n := newNight(t, program, uint64(blocks), 60, &sandbox.Plan{})
		run := n.importing("deals.csv")
		line := fmt.Sprintf("ulimit -f %d; exec \"$@\"", blocks)
		run.Args = append([]string{"bash", "-c", line, "bash", program}, run.Args[1:]...)
		run.Path, err = exec.LookPath("bash")
		if err != nil {
			t.Skip("there is no bash")
		}
		output, err := run.CombinedOutput()
		if code := exitCodeOf(err); code != "12" {
			t.Errorf("%d KiB: exit %s, expected 12\n%s", blocks, code, output)
		}
		if created := len(n.emulator.Created()); created == n.rows {
			t.Errorf("%d KiB: all rows were sent although the journal was full", blocks)
		}
		if output, err := n.importing("deals.csv").CombinedOutput(); err != nil {
			t.Errorf("%d KiB: with room again: %v\n%s", blocks, err, output)
		}
		n.judge(false)
		if created := len(n.emulator.Created()); created != n.rows {
			t.Errorf("%d KiB: %d referrals for %d rows", blocks, created, n.rows)
		}
	}
}
