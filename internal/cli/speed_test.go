//go:build unix

package cli_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"refload/api"
	"refload/api/sandbox"
	"refload/importer/journal"
	"refload/internal/effort"
)

// The measure of speed: workers, and how often each side is measured; the best counts,
// because other load on the machine only ever slows down.
const (
	speedWorkers = 8
	speedRounds  = 3
)

// bodiesOf returns the bodies that an import of a file posts, which is sent through a proxy.
func bodiesOf(t *testing.T, program, file string) (bodies [][]byte) {
	t.Helper()
	target, err := url.Parse(startSandbox(t, program))
	if err != nil {
		t.Fatal(err)
	}
	var one sync.Mutex
	proxy := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			one.Lock()
			bodies = append(bodies, body)
			one.Unlock()
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		proxy.ServeHTTP(w, r)
	}))
	defer server.Close()
	importProcess(t, program, server.URL, file, "8")
	return bodies
}

// bareLoop posts bodies with some workers and nothing else, and returns how long it took.
func bareLoop(t *testing.T, base string, bodies [][]byte) time.Duration {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: speedWorkers}}
	defer client.CloseIdleConnections()
	queue := make(chan []byte)
	var group sync.WaitGroup
	start := time.Now()
	for range speedWorkers {
		group.Go(func() {
			for body := range queue {
				postBare(t, client, base, body)
			}
		})
	}
	for _, body := range bodies {
		queue <- body
	}
	close(queue)
	group.Wait()
	return time.Since(start)
}

// postBare creates one referral as a script would: the headers that the service wants, and
// a look at the status.
func postBare(t *testing.T, client *http.Client, base string, body []byte) {
	request, err := http.NewRequest(http.MethodPost, base+"/v1.0/engagements/referrals", bytes.NewReader(body))
	if err != nil {
		t.Error(err)
		return
	}
	request.Header.Set("Authorization", "Bearer big")
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("client-request-id", api.NewGUID())
	response, err := client.Do(request)
	if err != nil {
		t.Error(err)
		return
	}
	defer response.Body.Close()
	if answer, err := io.ReadAll(response.Body); err != nil || response.StatusCode != http.StatusCreated && response.StatusCode != http.StatusOK {
		t.Errorf("status %d, %v: %.200s", response.StatusCode, err, answer)
	}
}

// importSpeed imports a file of so many rows as a process of its own, wants all of them created, and returns
// how long the process took and how much of that from the first intent to the last outcome, by its journal.
func importSpeed(t *testing.T, program, base, file string, rows int) (whole, sending time.Duration) {
	t.Helper()
	folder := t.TempDir()
	run := exec.Command(program, "import", file, "--base-url", base, "--yes", "--rate", "0", "--quiet", "--concurrency", "8",
		"--results", filepath.Join(folder, "out.csv"), "--state", folder)
	run.Env = append(os.Environ(), "REFLOAD_ACCESS_TOKEN=big")
	start := time.Now()
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	whole = time.Since(start)
	figures{results: filepath.Join(folder, "out.csv")}.wantsCreated(t, rows)
	journals, err := filepath.Glob(filepath.Join(folder, "*", "runs", "*", "journal.jsonl"))
	if err != nil || len(journals) != 1 {
		t.Fatalf("%d journals, %v", len(journals), err)
	}
	opened, err := journal.Disk{}.Open(journals[0])
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	var first, last time.Time
	if _, err := journal.Read(opened, func(record journal.Record, _ int64) error {
		if record.Kind == journal.Intent && first.IsZero() {
			first = record.Time
		}
		if record.Kind == journal.Outcome {
			last = record.Time
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return whole, last.Sub(first)
}

// speeds are the services that importer and loop are held against. As fast as it can, the
// emulator needs no more of a processor than the importer does for a row's checks, journal and
// answer, and all of them share the machine: what is measured then is the price of a row.
var speeds = []struct {
	name  string
	delay time.Duration // of each answer
	rows  int
}{
	{"an emulator as fast as it can", 0, 4000},
	{"a service that answers after 20 ms", 20 * time.Millisecond, 2000},
}

// TestSpeedAgainstABareLoop compares the importer, as a process, with a loop that posts the same
// bodies with the same number of workers to the same emulator. The shares are figures, which
// depend on what else the machine does; the verdict is about the rows alone.
func TestSpeedAgainstABareLoop(t *testing.T) {
	effort.OnlyIf(t, "TEST_FIGURES", "it measures times, so it runs alone")
	program, err := binary()
	if err != nil {
		t.Fatalf("%v: %s", err, program)
	}
	for _, speed := range speeds {
		t.Run(speed.name, func(t *testing.T) {
			file := bigFile(t, fmt.Sprint(speed.rows))
			bodies := bodiesOf(t, program, file)
			bare, whole, sending := time.Hour, time.Hour, time.Hour
			for range speedRounds {
				bare = min(bare, bareLoop(t, slowed(t, program, speed.delay), bodies))
				all, send := importSpeed(t, program, slowed(t, program, speed.delay), file, speed.rows)
				whole, sending = min(whole, all), min(sending, send)
			}
			rate := func(d time.Duration) float64 { return float64(len(bodies)) / d.Seconds() }
			t.Logf("%d creates, %d workers: bare loop %.0f a second; sending %.0f a second, %.0f %%; the whole process, from check to results, %.0f a second, %.0f %%",
				len(bodies), speedWorkers, rate(bare), rate(sending), 100*rate(sending)/rate(bare), rate(whole), 100*rate(whole)/rate(bare))
		})
	}
}

// slowed starts an emulator whose answers come after a delay: without one as a process of its own.
func slowed(t *testing.T, program string, delay time.Duration) string {
	t.Helper()
	if delay == 0 {
		return startSandbox(t, program)
	}
	return newNight(t, program, 1, 0, &sandbox.Plan{Rules: []sandbox.Rule{{Fault: "F13", P: 1, Delay: delay}}}).url
}
