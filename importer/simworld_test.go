package importer_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"refload/api"
	"refload/api/sandbox"
	"refload/importer"
	"refload/internal/run"
)

// simRows is how many rows a simulated file has.
const simRows = 60

// world is one simulated service with one machine that imports into it, in fake time.
type world struct {
	t        *testing.T
	seed     uint64
	random   *rand.Rand
	folder   string
	emulator *sandbox.Sandbox
	pipes    *pipes
	store    *lossyStore
	stop     func()

	character string // of the service; "" for none

	steps  atomic.Int64 // journal operations and requests of this attempt
	killAt atomic.Int64 // the step at which the process is killed; 0 for never
	dead   atomic.Bool  // the process of this attempt was killed

	ambiguous, kills int

	change func(*importer.Options) // made to the options of every start; may be nil
}

// newWorld starts a service with the faults of a bad night, and in half of the seeds with a character. In every sixth one the listings after --settle are
// too early for what the service executes late: only those after --resend-after show it for certain.
func newWorld(t *testing.T, seed uint64, folder string) *world {
	plan, err := sandbox.ParseProfile("bad-night", seed)
	if err != nil {
		t.Fatal(err)
	}
	late := seed%6 == 0
	for i, rule := range plan.Rules {
		if late && (rule.Fault == "F32" || rule.Fault == "F55") {
			plan.Rules[i].Max, plan.Rules[i].P = 45*time.Second, rule.P*2
		}
	}
	character := characterOf(seed, false)
	w := newWorldWith(t, seed, folder, behaving(t, plan, character, simRows))
	w.character = character
	if late {
		w.change = func(o *importer.Options) { o.Settle = 21 * time.Second }
	}
	return w
}

// newWorldWith starts a service with the given faults.
func newWorldWith(t *testing.T, seed uint64, folder string, plan *sandbox.Plan) *world {
	emulator, err := sandbox.Open(sandbox.Options{Now: time.Now, Seed: seed, Faults: plan, KeepLedger: true})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, seed: seed, random: rand.New(rand.NewPCG(seed, 1)), folder: folder,
		emulator: emulator, pipes: newPipes(), store: newLossyStore()}
	w.store.onStep = w.step
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		sandbox.Serve(ctx, w.pipes, emulator)
	}()
	w.stop = func() {
		cancel()
		<-ended
		emulator.Close()
	}
	return w
}

// step counts one operation of the process and kills it when its time has come.
func (w *world) step() {
	if n := w.steps.Add(1); n == w.killAt.Load() {
		w.dead.Store(true)
		w.store.kill(rand.New(rand.NewPCG(w.seed, uint64(n))))
	}
}

// pipes is a listener whose connections are pipes in memory.
type pipes struct {
	incoming chan net.Conn
	closed   chan struct{}
	once     sync.Once
}

func newPipes() *pipes { return &pipes{incoming: make(chan net.Conn), closed: make(chan struct{})} }

// Accept returns the server's end of the next connection.
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.incoming:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close ends the listener.
func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

// Addr returns an address for show.
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.incoming <- server:
		return client, nil
	case <-p.closed:
		return nil, errors.New("connection refused")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// mortal is a transport that dies with its process: a request of a dead process never
// leaves, and an answer never reaches it.
type mortal struct {
	w    *world
	next http.RoundTripper
}

// RoundTrip sends the request while the process lives.
func (m mortal) RoundTrip(request *http.Request) (*http.Response, error) {
	m.w.step()
	if m.w.dead.Load() {
		return nil, errKilled
	}
	response, err := m.next.RoundTrip(request)
	if m.w.dead.Load() {
		if response != nil {
			response.Body.Close()
		}
		return nil, errKilled
	}
	return response, err
}

// attempt is one start of the program.
type attempt struct {
	summary *importer.Summary
	err     error
	killed  bool
	results []map[string]string // nil when the attempt was killed or wrote none
}

// run starts the program once on a file. killAt is the step at which it is killed, 0 for
// never.
func (w *world) run(n int, file string, killAt int64, policy importer.OnUnknown) attempt {
	return w.start(n, file, killAt, policy, importer.Import)
}

// resume goes on with a run.
func (w *world) resume(n int, file string, folder *run.Folder) attempt {
	return w.start(n, file, 0, importer.NextRun, func(ctx context.Context, o importer.Options) (*importer.Summary, error) {
		return importer.Resume(ctx, o, folder)
	})
}

func (w *world) start(n int, file string, killAt int64, policy importer.OnUnknown, begin func(context.Context, importer.Options) (*importer.Summary, error)) attempt {
	w.steps.Store(0)
	w.killAt.Store(killAt)
	w.dead.Store(false)
	transport := api.NewTransport(16, nil)
	transport.DialContext = w.pipes.dial
	defer transport.CloseIdleConnections()
	home, err := run.OpenHome(filepath.Join(w.folder, "state"), "service")
	if err != nil {
		w.t.Fatal(err)
	}
	out := filepath.Join(w.folder, fmt.Sprintf("out-%d.csv", n))
	options := importer.Options{
		Source:      importer.Source{Path: file, Name: filepath.Base(file), Unattended: true, Today: time.Now},
		Mode:        importer.Upsert,
		Concurrency: 1 + int(w.seed%16), Results: out,
		API:       api.Config{BaseURL: "http://127.0.0.1", Token: api.StaticToken("sim"), Transport: mortal{w, transport}, OnAttempt: w.count},
		OnUnknown: policy, Settle: time.Minute, ResendAfter: 70 * time.Second, MaxSends: 20, Drain: 30 * time.Second,
		Target: run.Target{Name: "the simulated service", ID: "sim"}, Home: home, Journals: w.store, Now: time.Now,
	}
	if w.change != nil {
		w.change(&options)
	}
	summary, err := begin(context.Background(), options)
	a := attempt{summary: summary, err: err, killed: w.dead.Load()}
	if a.killed {
		w.kills++
		os.Remove(out) // written by a process that was dead by then
		return a
	}
	a.results = w.read(out)
	return a
}

// count counts creates without a clear answer.
func (w *world) count(a api.Attempt) {
	if a.Method == http.MethodPost && (a.Err != nil && a.Status == 0 || a.Status >= 500 || a.Status == 202) {
		w.store.mu.Lock()
		w.ambiguous++
		w.store.mu.Unlock()
	}
}

// read reads a results file.
func (w *world) read(path string) []map[string]string {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(data), "\ufeff"))).ReadAll()
	if err != nil {
		w.t.Fatalf("seed %d: results cannot be read: %v", w.seed, err)
	}
	var list []map[string]string
	for _, row := range rows[1:] {
		record := map[string]string{}
		for i, header := range rows[0] {
			record[header] = row[i]
		}
		list = append(list, record)
	}
	return list
}

// file writes the rows of the simulation, in an order of its own.
func (w *world) file(name string, order []int) string {
	var b strings.Builder
	b.WriteString("Deal Name,Customer Name,Referral Type,Consent to share Customer/Partner contact,Estimated Deal Value,Currency,CRM ID\n")
	for _, i := range order {
		fmt.Fprintf(&b, "Deal %d,Contoso,Independent,Yes,%d,USD,SIM-%d-%d\n", i, 100+i, w.seed, i)
	}
	path := filepath.Join(w.folder, name)
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}
