//go:build unix

package cli_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"refload/api/sandbox"
	"refload/internal/effort"
)

// tortureKills is how many times the real process is killed: TEST_KILLS, or a few.
func tortureKills() int64 { return int64(effort.Asked("TEST_KILLS", 6, 20)) }

// lateBy bounds what comes late from the service of the torture: executions and listings.
const lateBy = 300 * time.Millisecond

// hastyNight is a bad night in which everything late comes soon, because it runs in real time.
func hastyNight(seed uint64) *sandbox.Plan {
	writes := []string{"POST"}
	return &sandbox.Plan{Name: "hasty", Seed: seed, Rules: []sandbox.Rule{
		{Fault: "F08", On: writes, P: 0.08}, {Fault: "F31", On: writes, P: 0.08}, {Fault: "F30", On: writes, P: 0.04},
		{Fault: "F07", On: writes, P: 0.04}, {Fault: "F32", On: writes, P: 0.04, Max: lateBy}, {Fault: "F10", On: writes, P: 0.03},
		{Fault: "F47", On: writes, P: 0.01}, {Fault: "F10", On: []string{"GET"}, P: 0.02}, {Fault: "F54", Max: lateBy},
	}}
}

// night is one service with one file that is imported into it by a process that is killed.
type night struct {
	t        *testing.T
	seed     uint64
	random   *rand.Rand
	folder   string
	url      string
	emulator *sandbox.Sandbox
	program  string
	rows     int
	extra    []string // further flags of every run
}

func newNight(t *testing.T, program string, seed uint64, rows int, plan *sandbox.Plan) *night {
	t.Helper()
	emulator, err := sandbox.Open(sandbox.Options{Seed: seed, Faults: plan, KeepLedger: true})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := sandbox.ListenLoopback("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		sandbox.Serve(ctx, listener, emulator)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
		emulator.Close()
	})
	n := &night{t: t, seed: seed, random: rand.New(rand.NewPCG(seed, 7)), folder: t.TempDir(), program: program,
		url: "http://" + listener.Addr().String(), emulator: emulator, rows: rows}
	n.write("deals.csv", n.random.Perm(rows))
	return n
}

func (n *night) write(name string, order []int) string {
	return writeFile(n.t, n.folder, name, n.content(order))
}

// content is a file of rows in an order.
func (n *night) content(order []int) string {
	var b strings.Builder
	b.WriteString("Deal Name,Customer Name,Referral Type,Consent to share Customer/Partner contact,Estimated Deal Value,Currency,CRM ID\n")
	for _, i := range order {
		fmt.Fprintf(&b, "Deal %d,Contoso,Independent,Yes,%d,USD,KILL-%d-%d\n", i, 100+i, n.seed, i)
	}
	return b.String()
}

// command is the program with the night's service and state folder.
func (n *night) command(args ...string) *exec.Cmd {
	args = append(args, "--state", filepath.Join(n.folder, "state"), "--rate", "0", "--concurrency", "8", "--quiet", "--yes",
		"--on-unknown", "resend", "--settle", "1s", "--resend-after", "1s", "--max-sends", "20", "--results", filepath.Join(n.folder, "out.csv"))
	cmd := exec.Command(n.program, append(args, n.extra...)...)
	cmd.Env = append(os.Environ(), "REFLOAD_ACCESS_TOKEN=night")
	return cmd
}

func (n *night) importing(file string) *exec.Cmd {
	return n.command("import", filepath.Join(n.folder, file), "--base-url", n.url)
}

// start is one of the ways in which the program is started again.
func (n *night) start(again bool) *exec.Cmd {
	switch {
	case again && n.random.IntN(2) == 0:
		return n.command("runs", "resume", "--base-url", n.url)
	case n.random.IntN(3) == 0:
		n.write("copy.csv", n.random.Perm(n.rows))
		return n.importing("copy.csv")
	}
	return n.importing("deals.csv")
}

// judge holds the ledger and the results against each other. final wants every row settled.
func (n *night) judge(final bool) {
	n.t.Helper()
	created := n.emulator.Created()
	for marker, times := range created {
		if times > 1 {
			n.t.Fatalf("seed %d: %s was created %d times", n.seed, marker, times)
		}
	}
	if !final {
		return
	}
	if len(created) != n.rows {
		n.t.Fatalf("seed %d: %d referrals for %d rows", n.seed, len(created), n.rows)
	}
	ids := map[string]string{}
	for referral := range n.emulator.Referrals() {
		marker, _ := referral["externalReferenceId"].(string)
		ids[marker], _ = referral["id"].(string)
	}
	for _, row := range readCSV(n.t, filepath.Join(n.folder, "out.csv")) {
		good := row["Outcome"] == "created" || (row["Outcome"] == "unchanged" || row["Outcome"] == "already-exists")
		if !good || row["Referral ID"] != ids[row["CRM ID"]] {
			n.t.Fatalf("seed %d: %s is %s with id %s, the service has %s", n.seed, row["CRM ID"], row["Outcome"], row["Referral ID"], ids[row["CRM ID"]])
		}
	}
}

// TestKill kills the real process again and again, starts it again, and wants every row
// created once in the end, and no write from one more run.
func TestKill(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	program, err := binary()
	if err != nil {
		t.Fatalf("%v: %s", err, program)
	}
	var kills atomic.Int64
	var seed atomic.Uint64
	seed.Store(effort.FirstSeed() - 1)
	t.Logf("seeds from %d; TEST_FIRST_SEED=SEED TEST_KILLS=1 repeats one", seed.Load()+1)
	t.Run("nights", func(t *testing.T) {
		for range 4 {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				for kills.Load() < tortureKills() && !t.Failed() {
					seed := seed.Add(1)
					kills.Add(killNight(newNight(t, program, seed, 120, hastyNight(seed))))
				}
			})
		}
	})
	t.Logf("%d kills", kills.Load())
	if kills.Load() < tortureKills() {
		t.Errorf("only %d kills", kills.Load())
	}
}

// mostStarts bounds the starts of one night, killsANight how many of them are killed.
const (
	mostStarts  = 60
	killsANight = 10
)

func killNight(n *night) (kills int64) {
	for starts := 0; ; starts++ {
		if starts == mostStarts {
			n.t.Fatalf("seed %d: not settled after %d starts", n.seed, starts)
		}
		cmd := n.start(starts > 0)
		if err := cmd.Start(); err != nil {
			n.t.Fatal(err)
		}
		if kills < killsANight {
			timer := time.AfterFunc(time.Duration(15+n.random.IntN(500))*time.Millisecond, func() { cmd.Process.Kill() })
			defer timer.Stop()
		}
		err := cmd.Wait()
		var exit *exec.ExitError
		killed := errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signaled()
		n.judge(false)
		if killed {
			kills++
			continue
		}
		if err == nil {
			break
		}
	}
	n.judge(true)
	time.Sleep(2 * lateBy)
	n.oneMoreRun()
	return kills
}

// oneMoreRun imports the file once more and wants no write of it.
func (n *night) oneMoreRun() {
	n.t.Helper()
	before := n.posts()
	if out, err := n.importing("deals.csv").CombinedOutput(); err != nil {
		n.t.Fatalf("seed %d: one more run: %v\n%s", n.seed, err, out)
	}
	if after := n.posts(); after != before {
		n.t.Fatalf("seed %d: one more run sent %d writes", n.seed, after-before)
	}
}

func (n *night) posts() int {
	posts := 0
	for _, entry := range n.emulator.Ledger() {
		if entry.Method == "POST" {
			posts++
		}
	}
	return posts
}

// TestSignals stops the process after one, 41 and 81 creates: the right exit code, results for every
// row, and a resume that finishes.
func TestSignals(t *testing.T) {
	effort.NotShort(t)
	program, err := binary()
	if err != nil {
		t.Fatalf("%v: %s", err, program)
	}
	for i, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			slow := sandbox.Rule{Fault: "F13", Delay: 50 * time.Millisecond}
			n := newNight(t, program, uint64(100+i), 200, &sandbox.Plan{Rules: []sandbox.Rule{slow}})
			n.stopBySignal(signal, 1+i*40)
		})
	}
}

// stopBySignal stops an import after so many creates, resumes it, and imports once more.
func (n *night) stopBySignal(signal os.Signal, referrals int) {
	want := map[os.Signal]string{os.Interrupt: "130", syscall.SIGTERM: "143", syscall.SIGHUP: "143"}[signal]
	if code := n.cut(n.importing("deals.csv"), signal, referrals); code != want {
		n.t.Errorf("exit %s, expected %s", code, want)
	}
	counts := map[string]int{}
	for _, row := range readCSV(n.t, filepath.Join(n.folder, "out.csv")) {
		counts[row["Outcome"]]++
	}
	created := len(n.emulator.Created())
	if counts["created"] != created || counts["created"]+counts["not-attempted"] != n.rows || counts["not-attempted"] == 0 {
		n.t.Errorf("results say %v, the service has %d", counts, created)
	}
	if out, err := n.command("runs", "resume", "--base-url", n.url).CombinedOutput(); err != nil {
		n.t.Errorf("resume: %v\n%s", err, out)
	}
	n.judge(true)
	n.oneMoreRun()
}

// waitForReferral waits until the service has the first.
func (n *night) waitForReferral() {
	n.t.Helper()
	for limit := time.Now().Add(time.Minute); n.emulator.Count() == 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(limit) {
			n.t.Fatal("nothing was created within a minute")
		}
	}
}

// Fifty starts at the same moment: one runs, the others say who does and end with 11.
func TestOneRunAtATime(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	program, err := binary()
	if err != nil {
		t.Fatalf("%v: %s", err, program)
	}
	// The first row is created at once, and its answer comes when all others have been turned away.
	n := newNight(t, program, 7, 40, &sandbox.Plan{Rules: []sandbox.Rule{{Fault: "F13", Key: "KILL-7-0", Delay: time.Minute}}})
	inOrder := make([]int, n.rows)
	for i := range inOrder {
		inOrder[i] = i
	}
	n.write("deals.csv", inOrder)
	first := n.importing("deals.csv")
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	n.waitForReferral()
	var group sync.WaitGroup
	var locked atomic.Int64
	for i := range 49 {
		group.Go(func() {
			cmd := n.importing("deals.csv")
			cmd.Args = append(cmd.Args, "--results", filepath.Join(n.folder, fmt.Sprintf("other-%d.csv", i)))
			out, err := cmd.CombinedOutput()
			if exitCodeOf(err) == "11" && strings.Contains(string(out), fmt.Sprint(first.Process.Pid)) {
				locked.Add(1)
			} else {
				t.Errorf("exit %s: %s", exitCodeOf(err), out)
			}
		})
	}
	group.Wait()
	if locked.Load() != 49 {
		t.Errorf("%d of 49 were locked out", locked.Load())
	}
	first.Process.Kill()
	first.Wait()
	if out, err := n.importing("deals.csv").CombinedOutput(); err != nil {
		t.Errorf("after the holder was killed: %v\n%s", err, out)
	}
	n.judge(true)
}
