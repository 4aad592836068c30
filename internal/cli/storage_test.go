//go:build linux

package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"refload/api/sandbox"
	"refload/internal/sheet"
)

// everyPoint reports whether all points of failure are tried, or a sample of them.
func everyPoint() bool { return os.Getenv("REFLOAD_EVERY_POINT") != "" }

// calm is a service without faults for a file of a few rows.
func calm(t *testing.T, program string, seed uint64) *night {
	return newNight(t, program, seed, 12, &sandbox.Plan{})
}

// wellFormed reports whether a results file can be read to its end.
func wellFormed(path string) error {
	book, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		return err
	}
	defer book.Close()
	for _, err := range book.Rows(book.Sheets()[0].Name) {
		if err != nil {
			return err
		}
	}
	return nil
}

// TestEveryStorageCallMayFail lets each fsync and each rename of a small run fail, or kills the
// process there. The results file is the old one or a whole new one, a failure of the
// journal ends with exit code 12, and the next run finishes the work without a second create.
func TestEveryStorageCallMayFail(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed: apt-get install strace")
	}
	program, err := binary()
	if err != nil {
		t.Fatalf("%v: %s", err, program)
	}
	points := 0
	for _, call := range []string{"fsync", "renameat"} {
		for _, what := range []string{"signal=KILL", "error=EIO"} {
			for when := 1; ; when++ {
				if !everyPoint() && when > 3 && when%5 != 0 {
					if when > 60 {
						break
					}
					continue
				}
				struck := strikeAt(t, program, strace, fmt.Sprintf("inject=%s:%s:when=%d", call, what, when))
				if !struck {
					break // the run has no such call any more
				}
				points++
			}
		}
	}
	t.Logf("%d points of failure", points)
	if points < 12 {
		t.Errorf("only %d points of failure were reached", points)
	}
}

// strikeAt runs an import with one injected failure and reports whether it was reached.
func strikeAt(t *testing.T, program, strace, inject string) bool {
	t.Helper()
	n := calm(t, program, 1)
	out := filepath.Join(n.folder, "out.csv")
	trace := filepath.Join(n.folder, "trace")
	run := n.importing("deals.csv")
	run.Args = append([]string{strace, "-f", "-qq", "-o", trace, "-e", "trace=fsync,renameat", "-e", inject}, append([]string{program}, run.Args[1:]...)...)
	run.Path = strace
	output, err := run.CombinedOutput()
	log, _ := os.ReadFile(trace)
	if !strings.Contains(string(log), "(INJECTED)") && !strings.Contains(string(log), "killed by SIGKILL") {
		if err != nil {
			t.Fatalf("%s: %v without the failure\n%s", inject, err, output)
		}
		return false
	}
	if _, statErr := os.Stat(out); statErr == nil {
		if err := wellFormed(out); err != nil {
			t.Errorf("%s: the results are broken: %v", inject, err)
		}
	}
	if code := exitCodeOf(err); strings.Contains(inject, "error=") && code != "12" {
		t.Errorf("%s: exit %s, expected 12\n%s", inject, code, output)
	}
	n.judge(false)
	finish := n.importing("deals.csv")
	if output, err := finish.CombinedOutput(); err != nil {
		t.Errorf("%s: the next run: %v\n%s", inject, err, output)
	}
	n.judge(false)
	if created := len(n.emulator.Created()); created != n.rows {
		t.Errorf("%s: %d referrals for %d rows", inject, created, n.rows)
	}
	return true
}

// TestAFullDisk bounds the size of files, as a full disk does: what cannot be recorded is not
// sent, the exit code is 12, and with room the next run finishes.
func TestAFullDisk(t *testing.T) {
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
