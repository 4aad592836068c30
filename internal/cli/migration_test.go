//go:build unix

package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/api/sandbox"
	"refload/internal/effort"
)

// migration is a rehearsal: how many rows, in which night, and how long the service may be behind.
type migration struct {
	rows   int
	plan   *sandbox.Plan
	settle string
	rate   string        // so that there is time to stop it, whatever the machine
	behind time.Duration // lists, at most
}

// rehearsal is up to 2,000 rows in a night in which all that is late comes soon; with TEST_REAL_NIGHT in the
// profile bad-night with seed 42, in real time, which takes minutes.
func rehearsal(t *testing.T) migration {
	if os.Getenv("TEST_REAL_NIGHT") != "" {
		plan, err := sandbox.ParseProfile("bad-night", 42)
		if err != nil {
			t.Fatal(err)
		}
		return migration{2000, plan, "31s", "0", 20 * time.Second}
	}
	return migration{effort.Of(400, 400, 2000), hastyNight(42), "1s", "200", lateBy}
}

// TestMigration takes a legacy system's deals to the service in a bad night: interrupted by a signal,
// killed, resumed until every row is settled, and verified. The service has every deal once, in the
// state in which it ended.
func TestMigration(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	program, err := binary()
	if err != nil {
		t.Fatalf("%v: %s", err, program)
	}
	m := rehearsal(t)
	n := newNight(t, program, 42, m.rows, m.plan)
	n.extra = []string{"--settle", m.settle, "--resend-after", m.settle, "--rate", m.rate}
	file := filepath.Join(n.folder, "legacy.csv")
	out, err := exec.Command("go", "run", root+"/testdata/makesamples", "-rows", fmt.Sprint(m.rows), "-legacy", "-out", file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if code := n.cut(n.importing("legacy.csv"), os.Interrupt, m.rows/4); code != "130" {
		t.Fatalf("interrupted: exit %s", code)
	}
	if code := n.verified(file).code; code != 3 {
		t.Errorf("half of it verifies with exit %d", code)
	}
	if code := n.cut(n.command("runs", "resume", "--base-url", n.url), os.Kill, m.rows/2); code != "-1" {
		t.Fatalf("killed: exit %s", code)
	}
	for starts := 0; ; starts++ {
		out, err := n.command("runs", "resume", "--base-url", n.url).CombinedOutput()
		if err == nil {
			break
		}
		if starts == 10 || exitCodeOf(err) != "3" {
			t.Fatalf("resumed %d times: %v\n%s", starts+1, err, out)
		}
	}
	time.Sleep(m.behind)
	n.wantsCertificate(m.rows, file)
}

// cut starts a command and sends it a signal when the service has so many referrals.
func (n *night) cut(cmd *exec.Cmd, signal os.Signal, referrals int) string {
	n.t.Helper()
	if err := cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case err := <-ended:
			return exitCodeOf(err)
		case <-time.After(5 * time.Millisecond):
			if n.emulator.Count() >= referrals {
				cmd.Process.Signal(signal)
				return exitCodeOf(<-ended)
			}
		}
	}
}

// verified verifies the file by a process of its own, with a state folder that knows nothing.
func (n *night) verified(file string) verified {
	n.t.Helper()
	cmd := exec.Command(n.program, "verify", file, "--base-url", n.url, "--scope", "tenant", "--json", "--rate", "0",
		"-o", filepath.Join(n.folder, "certificate.xlsx"), "--state", filepath.Join(n.folder, "other"))
	cmd.Env = append(os.Environ(), "REFLOAD_ACCESS_TOKEN=night")
	stdout, err := cmd.Output()
	v := verified{}
	if _, err := fmt.Sscan(exitCodeOf(err), &v.code); err != nil {
		n.t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(stdout)), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &v.summary); err != nil {
		n.t.Fatalf("%v: %s", err, lines[len(lines)-1])
	}
	return v
}

// wantsCertificate wants the verdict complete, and holds it against what the emulator knows.
func (n *night) wantsCertificate(rows int, file string) {
	n.t.Helper()
	v := n.verified(file)
	names, page := verdictSheets(n.t, filepath.Join(n.folder, "certificate.xlsx"))
	if v.code != 0 || v.summary["complete"] != true || v.summary["as_the_sheet_says"] != float64(rows) || len(names) != 1 || !strings.Contains(page, "\ncomplete|") {
		n.t.Fatalf("exit %d, sheets %v: %v", v.code, names, v.summary)
	}
	states, own := map[string]int{}, 0
	for document := range n.emulator.Referrals() {
		if !strings.Contains(fmt.Sprint(document["target"]), "msft") {
			own++
			states[fmt.Sprintf("%v: %v", document["status"], document["substatus"])]++
		}
	}
	if own != rows || states["Closed: Won"] != rows/4 {
		n.t.Errorf("the service has %d deals for %d rows: %v", own, rows, states)
	}
	for _, line := range v.summary["statuses"].([]any) {
		line := line.(map[string]any)
		if has := float64(states[line["status"].(string)]); line["service"] != has || line["sheet"] != has {
			n.t.Errorf("%v, the service has %v", line, has)
		}
	}
}
