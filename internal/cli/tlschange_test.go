package cli_test

import (
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"refload/api/sandbox"
	"refload/internal/effort"
)

// junction is a port whose new connections go where it points at the moment.
type junction struct {
	net.Listener
	mu     sync.Mutex
	target string
}

func newJunction(t *testing.T, target string) *junction {
	t.Helper()
	j := &junction{target: target}
	j.Listener = accepting(t, j.join)
	return j
}

func (j *junction) point(target string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.target = target
}

func (j *junction) join(client net.Conn) {
	j.mu.Lock()
	target := j.target
	j.mu.Unlock()
	joinTo(client, client, target)
}

// joinTo passes bytes in both directions until both sides end.
func joinTo(client net.Conn, from io.Reader, target string) {
	defer client.Close()
	server, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	go func() {
		io.Copy(server, from)
		server.Close()
	}()
	io.Copy(client, server)
}

// In the middle of a run somebody else answers, with a certificate that is not trusted: the run stops, nothing goes
// over such a connection, every row is accounted for, and later each is there once.
func TestACertificateThatChangesDuringARun(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	const rows, good = 12, 4
	emulator, err := sandbox.Open(sandbox.Options{KeepLedger: true})
	if err != nil {
		t.Fatal(err)
	}
	defer emulator.Close()
	stranger, strangerURL, _ := tlsSandbox(t, sandbox.Options{KeepLedger: true}, identityAt(t, time.Now()))
	var posts atomic.Int64
	var road *junction
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && posts.Add(1) >= good && posts.Load() < rows {
			road.point(strings.TrimPrefix(strangerURL, "https://"))
			w.Header().Set("Connection", "close")
		}
		emulator.ServeHTTP(w, r)
	}))
	defer server.Close()
	home := strings.TrimPrefix(server.URL, "https://")
	road = newJunction(t, home)
	folder := t.TempDir()
	caFile := writeFile(t, folder, "ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	deals, out, state := manyDeals(t, rows), filepath.Join(folder, "out.csv"), filepath.Join(folder, "state")
	again := func() (int, string, string) {
		return call(t, map[string]string{"REFLOAD_ACCESS_TOKEN": "x", "REFLOAD_STATE": state}, "import", deals, "--yes", "--ca-file", caFile,
			"--results", out, "--base-url", "https://"+road.Addr().String(), "--rate", "0", "--concurrency", "1")
	}
	code, stdout, stderr := again()
	if code != 7 || !strings.Contains(stderr, "authority") || !strings.Contains(stderr, "hint: the request was not sent") || !strings.Contains(stderr, "--ca-file FILE") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	outcomes := map[string]int{}
	for _, row := range readCSV(t, out) {
		outcomes[row["Outcome"]]++
	}
	if len(emulator.Created()) != good || outcomes["created"] != good || outcomes["not-attempted"] != rows-good {
		t.Errorf("%d are there, the results say %v", len(emulator.Created()), outcomes)
	}
	road.point(home)
	posts.Store(rows) // from now on nobody comes between
	if code, stdout, stderr = again(); code != 0 {
		t.Errorf("again: exit %d\n%s%s", code, stdout, stderr)
	}
	for marker, times := range emulator.Created() {
		if times != 1 {
			t.Errorf("%s was created %d times", marker, times)
		}
	}
	if n := posts.Load() - rows; n != rows-good || len(emulator.Created()) != rows || len(stranger.Ledger()) != 0 {
		t.Errorf("%d creates after the change, %d are there, the stranger got %d requests", n, len(emulator.Created()), len(stranger.Ledger()))
	}
}
