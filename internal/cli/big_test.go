//go:build unix

package cli_test

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"refload/internal/effort"
)

// bigFile writes a CSV of generated deals.
func bigFile(t testing.TB, rows string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "big.csv")
	out, err := exec.Command("go", "run", root+"/testdata/makesamples", "-rows", rows, "-out", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// startSandbox starts the emulator as a process of its own and returns its URL.
func startSandbox(t testing.TB, program string) string {
	t.Helper()
	server := exec.Command(program, "sandbox", "--data", "memory")
	stdout, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Signal(syscall.SIGTERM)
		server.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(strings.TrimPrefix(line, "sandbox: "))
}

// figures is what one import of a process took, and where its results are.
type figures struct {
	wall    time.Duration
	peak    int64 // bytes of resident memory
	results string
}

// importProcess imports a file as a process of its own and measures it.
func importProcess(t testing.TB, program, url, file, concurrency string) figures {
	t.Helper()
	folder := t.TempDir()
	run := exec.Command(program, "import", file, "--base-url", url, "--yes", "--rate", "0", "--quiet",
		"--concurrency", concurrency, "--results", filepath.Join(folder, "out.csv"), "--state", filepath.Join(folder, "state"))
	run.Env = append(os.Environ(), "REFLOAD_ACCESS_TOKEN=big")
	taken, out, err := measure(run)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	taken.results = filepath.Join(folder, "out.csv")
	return taken
}

// wantsCreated wants every row of results created, each as a referral of its own.
func (f figures) wantsCreated(t testing.TB, rows int) {
	t.Helper()
	ids := map[string]bool{}
	for _, row := range readCSV(t, f.results) {
		if row["Outcome"] == "created" {
			ids[row["Referral ID"]] = true
		}
	}
	if len(ids) != rows {
		t.Errorf("%d referrals were created for %d rows", len(ids), rows)
	}
}

// measure runs a process. Its peak is looked for while it runs, where the system shows it: what the
// system says afterwards counts the memory of this process too, from which it was started.
func measure(run *exec.Cmd) (taken figures, out []byte, err error) {
	var both bytes.Buffer
	run.Stdout, run.Stderr = &both, &both
	start := time.Now()
	if err := run.Start(); err != nil {
		return taken, nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- run.Wait() }()
	for tick := time.NewTicker(5 * time.Millisecond); ; {
		select {
		case err := <-ended:
			tick.Stop()
			if taken.peak == 0 {
				taken.peak = run.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
			}
			taken.wall = time.Since(start)
			return taken, both.Bytes(), err
		case <-tick.C:
			taken.peak = max(taken.peak, highWater(run.Process.Pid))
		}
	}
}

// highWater returns the most resident memory that a process has had, 0 where the system does not show it.
func highWater(pid int) int64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kib int64
	fmt.Sscan(rest, &kib)
	return kib << 10
}

// 10,000 rows, by one worker and by eight: all are created, and memory stays small. The times are figures.
func TestTenThousandRows(t *testing.T) {
	effort.OnlyIf(t, "TEST_FIGURES", "it measures times, so it runs alone")
	program, err := binary()
	if err != nil {
		t.Fatalf("%v: %s", err, program)
	}
	file := bigFile(t, "10000")
	one := importProcess(t, program, startSandbox(t, program), file, "1")
	eight := importProcess(t, program, startSandbox(t, program), file, "8")
	t.Logf("10,000 rows: one worker %s, eight %s (%.0f %%), peak %d MiB", one.wall, eight.wall, 100*float64(eight.wall)/float64(one.wall), eight.peak>>20)
	one.wantsCreated(t, 10_000)
	eight.wantsCreated(t, 10_000)
	if eight.peak > 100<<20 {
		t.Errorf("peak memory %d MiB, the bar is 100", eight.peak>>20)
	}
}

// BenchmarkImport10k imports 10,000 rows with eight workers into the emulator as a server.
func BenchmarkImport10k(b *testing.B) {
	program, err := binary()
	if err != nil {
		b.Fatalf("%v: %s", err, program)
	}
	file := bigFile(b, "10000")
	for b.Loop() {
		b.StopTimer()
		url := startSandbox(b, program)
		b.StartTimer()
		taken := importProcess(b, program, url, file, "8")
		b.ReportMetric(10000/taken.wall.Seconds(), "rows/s")
		b.ReportMetric(float64(taken.peak>>20), "MiB")
	}
}
