package importer_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"refload/api/sandbox"
	"refload/importer"
	"refload/internal/effort"
	"refload/internal/run"
)

// veil stands between the program and a service, and shows another list than the service has.
type veil struct {
	w     *world
	next  http.RoundTripper
	hides func(document map[string]any) bool // from lists
	lists func(documents []map[string]any)   // changes the order, at each request; the list is paged by counting then
	stale map[string]map[string]any          // versions that lists show instead of the latest, by id
	gets  map[string]int                     // statuses instead of referrals, by id

	mu    sync.Mutex
	asked map[string]int // by method and whether it was for one referral
}

// veiled is a world whose service is seen through a veil.
func veiled(t *testing.T, seed uint64) *veil {
	v := &veil{w: newWorldWith(t, seed, t.TempDir(), &sandbox.Plan{}), stale: map[string]map[string]any{}, gets: map[string]int{}, asked: map[string]int{}}
	v.w.change = func(o *importer.Options) { v.next, o.API.Transport = o.API.Transport, v }
	return v
}

// RoundTrip answers reads as the veil says, and lets all else through.
func (v *veil) RoundTrip(r *http.Request) (*http.Response, error) {
	id := path.Base(r.URL.Path)
	single := id != "referrals"
	v.mu.Lock()
	v.asked[fmt.Sprint(r.Method, " ", single)]++
	v.mu.Unlock()
	switch {
	case r.Method == http.MethodGet && single && v.gets[id] != 0:
		return v.answer(r, v.gets[id], map[string]any{"error": map[string]any{"code": "any", "message": "any"}})
	case r.Method == http.MethodGet && !single:
		return v.list(r)
	}
	return v.next.RoundTrip(r)
}

func (v *veil) answer(r *http.Request, status int, body any) (*http.Response, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	header := http.Header{"Content-Type": {"application/json"}, "Date": {time.Now().UTC().Format(http.TimeFormat)}}
	return &http.Response{StatusCode: status, Status: strconv.Itoa(status), Header: header, Body: io.NopCloser(bytes.NewReader(data)),
		ContentLength: int64(len(data)), Request: r, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}, nil
}

// list answers a page of what the veil shows.
func (v *veil) list(r *http.Request) (*http.Response, error) {
	query := r.URL.Query()
	property, direction, _ := strings.Cut(query.Get("$orderby"), " ")
	documents := []map[string]any{}
	for document := range v.w.emulator.Referrals() {
		if old := v.stale[document["id"].(string)]; old != nil {
			document = old
		}
		if v.hides == nil || !v.hides(document) {
			documents = append(documents, document)
		}
	}
	slices.SortStableFunc(documents, func(a, b map[string]any) int {
		order := strings.Compare(a[property].(string), b[property].(string))
		if direction == "desc" {
			return -order
		}
		return order
	})
	if v.lists != nil {
		v.lists(documents)
	}
	from, _ := strconv.Atoi(query.Get("$skiptoken"))
	to := min(from+100, len(documents))
	page := map[string]any{"value": slices.Clone(documents[min(from, to):to])}
	if to < len(documents) {
		query.Set("$skiptoken", strconv.Itoa(to))
		page["@odata.nextLink"] = "http://127.0.0.1/referrals?" + query.Encode()
	}
	return v.answer(r, http.StatusOK, page)
}

// rows is a file with the rows of these numbers.
func (v *veil) rows(name string, from, to int) string {
	var order []int
	for n := from; n < to; n++ {
		order = append(order, n)
	}
	return v.w.file(name, order)
}

// marker is the CRM ID of a row, ids the id of its referral.
func (v *veil) marker(n int) string { return fmt.Sprintf("SIM-%d-%d", v.w.seed, n) }

func (v *veil) ids(markers ...string) map[string]string {
	found := map[string]string{}
	for document := range v.w.emulator.Referrals() {
		marker, _ := document["externalReferenceId"].(string)
		if slices.Contains(markers, marker) || len(markers) == 0 {
			found[marker] = document["id"].(string)
		}
	}
	return found
}

// once holds that no row was created twice.
func (v *veil) once() {
	v.w.t.Helper()
	for marker, n := range v.w.emulator.Created() {
		if n > 1 {
			v.w.t.Errorf("%s was created %d times", marker, n)
		}
	}
}

// outcomes are the outcomes of a run's rows, by CRM ID.
func (a attempt) outcomes() map[string]string {
	words := map[string]string{}
	for _, row := range a.results {
		words[row["CRM ID"]] = row["Outcome"]
	}
	return words
}

// with makes one more change to the options.
func (v *veil) with(change func(*importer.Options)) {
	before := v.w.change
	v.w.change = func(o *importer.Options) { before(o); change(o) }
}

// inWorld runs a test in fake time.
func inWorld(t *testing.T, test func(t *testing.T, v *veil)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		v := veiled(t, 3)
		defer v.w.stop()
		test(t, v)
	})
}

// The counter-example: a list in another order at each request does not show every referral, and what it does not show was
// made again.
func TestAListWithoutOrderMakesNothingTwice(t *testing.T) {
	effort.NotShort(t)
	for seed := range uint64(5) {
		inWorld(t, func(t *testing.T, v *veil) {
			random := rand.New(rand.NewPCG(seed, 2))
			v.w.run(0, v.rows("deals.csv", 0, 250), 0, importer.NextRun)
			time.Sleep(40 * 24 * time.Hour) // the journals are too old to prove anything of the list
			v.lists = func(documents []map[string]any) {
				random.Shuffle(len(documents), func(i, j int) { documents[i], documents[j] = documents[j], documents[i] })
			}
			v.w.store.files = newLossyStore().files // and lost
			v.with(func(o *importer.Options) { o.Home = anotherHome(t) })
			a := v.w.run(1, v.rows("deals.csv", 0, 252), 0, importer.NextRun)
			if a.summary.Counts[run.Created] > 0 || a.summary.Counts[run.Held] < 2 || a.summary.Reason() != "list-incomplete" {
				t.Errorf("%v %v %q", a.err, a.summary.Counts, a.summary.ListGap)
			}
			v.once()
		})
	}
}

// The other counter-example: a list that shows so many referrals and no more is never taken for "not there".
func TestACappedListMakesNothingTwice(t *testing.T) {
	effort.NotShort(t)
	inWorld(t, func(t *testing.T, v *veil) {
		v.w.run(0, v.rows("deals.csv", 0, 350), 0, importer.NextRun)
		time.Sleep(time.Hour)
		shown := map[any]bool{}
		for document := range v.w.emulator.Referrals() {
			if len(shown) < 120 {
				shown[document["id"]] = true
			}
		}
		v.hides = func(d map[string]any) bool { return !shown[d["id"]] }
		a := v.w.run(1, v.rows("deals.csv", 0, 352), 0, importer.NextRun)
		if a.err != nil || a.summary.Counts[run.Unchanged] != 350 || a.summary.Counts[run.Held] != 2 {
			t.Errorf("%v %v", a.err, a.summary.Counts)
		}
		v.once()
	})
}

// A version that was replaced is never compared with: an update that goes back looks done by it.
func TestAStaleListIsNotComparedWith(t *testing.T) {
	inWorld(t, func(t *testing.T, v *veil) {
		first := v.rows("deals.csv", 0, 3)
		v.w.run(0, first, 0, importer.NextRun)
		old := map[string]map[string]any{}
		for document := range v.w.emulator.Referrals() {
			old[document["id"].(string)] = document
		}
		time.Sleep(time.Hour)
		text := readFile(t, first)
		if a := v.w.run(1, v.write("changed.csv", strings.ReplaceAll(text, ",USD,", ",EUR,")), 0, importer.NextRun); a.summary.Counts[run.Updated] != 3 {
			t.Fatalf("%v %v", a.err, a.summary.Counts)
		}
		time.Sleep(time.Hour)
		v.stale = old
		a := v.w.run(2, v.write("back.csv", text), 0, importer.NextRun)
		if a.err != nil || a.summary.Counts[run.Updated] != 3 {
			t.Errorf("%v %v", a.err, a.summary.Counts)
		}
		for document := range v.w.emulator.Referrals() {
			if currency := document["details"].(map[string]any)["currency"]; currency != "USD" {
				t.Errorf("%v is in %v", document["externalReferenceId"], currency)
			}
		}
	})
}

// write writes a file of the world.
func (v *veil) write(name, text string) string {
	v.w.t.Helper()
	file := filepath.Join(v.w.folder, name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		v.w.t.Fatal(err)
	}
	return file
}

func readFile(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// anotherHome is the state folder of another machine.
func anotherHome(t *testing.T) *run.Home {
	t.Helper()
	home, err := run.OpenHome(filepath.Join(t.TempDir(), "state"), "service")
	if err != nil {
		t.Fatal(err)
	}
	return home
}
