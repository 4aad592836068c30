package importer_test

import (
	"bytes"
	"context"
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

// A list that hides what refload has made shows by that that it may hide anything: what it does not show is asked for by
// the id that a journal knows, and nothing is created.
func TestAListThatHidesCreatesNothing(t *testing.T) {
	inWorld(t, func(t *testing.T, v *veil) {
		if a := v.w.run(0, v.rows("deals.csv", 0, 5), 0, importer.NextRun); a.err != nil || a.summary.Counts[run.Created] != 5 {
			t.Fatalf("%v %v", a.err, a.summary.Counts)
		}
		time.Sleep(20 * 24 * time.Hour)
		hidden := v.ids(v.marker(0), v.marker(1))
		v.hides = func(d map[string]any) bool { return d["id"] == hidden[v.marker(0)] || d["id"] == hidden[v.marker(1)] }
		began := time.Now()
		a := v.w.run(1, v.rows("more.csv", 1, 8), 0, importer.Resend)
		words := a.outcomes()
		if a.err != nil || words[v.marker(1)] != "unchanged" || words[v.marker(4)] != "unchanged" || words[v.marker(5)] != "held" || words[v.marker(7)] != "held" {
			t.Errorf("%v %v", a.err, words)
		}
		if a.summary.Reason() != "list-incomplete" || !strings.Contains(a.summary.ListWords(), "made and that are there: 2") {
			t.Errorf("%q %q", a.summary.Reason(), a.summary.ListWords())
		}
		if len(v.w.emulator.Created()) != 5 || time.Since(began) > time.Minute {
			t.Errorf("%d creates, %s", len(v.w.emulator.Created()), time.Since(began))
		}
		v.with(func(o *importer.Options) { o.AcceptListHides = true })
		a = v.w.run(2, v.rows("more.csv", 1, 8), 0, importer.Resend)
		if a.err != nil || a.summary.Counts[run.Created] != 3 || !strings.Contains(a.summary.ListWords(), "list-hides: accepted") {
			t.Errorf("accepted: %v %v %q", a.err, a.summary.Counts, a.summary.ListWords())
		}
		v.once()
	})
}

// What a journal made long ago is asked for by its id too, beyond the days for which the list is held against it.
func TestAnOldReferralIsAskedForByItsID(t *testing.T) {
	inWorld(t, func(t *testing.T, v *veil) {
		v.w.run(0, v.rows("deals.csv", 0, 3), 0, importer.NextRun)
		time.Sleep(60 * 24 * time.Hour)
		v.hides = func(map[string]any) bool { return true }
		a := v.w.run(1, v.rows("deals.csv", 0, 3), 0, importer.NextRun)
		if a.err != nil || a.summary.Counts[run.Unchanged] != 3 || a.summary.ListGap != "" {
			t.Errorf("%v %v %q", a.err, a.summary.Counts, a.summary.ListGap)
		}
		v.once()
	})
}

// More than 200 that are not listed prove the matter without a question; rows of the file are still asked for, up to a
// bound, the newest first.
func TestManyHiddenAreNotAskedFor(t *testing.T) {
	effort.NotShort(t)
	inWorld(t, func(t *testing.T, v *veil) {
		v.w.run(0, v.rows("old.csv", 0, 600), 0, importer.NextRun)
		time.Sleep(time.Hour)
		v.w.run(1, v.rows("new.csv", 600, 1250), 0, importer.NextRun)
		time.Sleep(time.Hour)
		v.hides = func(map[string]any) bool { return true }
		before := v.asked["GET true"]
		a := v.w.run(2, v.rows("other.csv", 2000, 2002), 0, importer.NextRun)
		if a.err != nil || a.summary.Counts[run.Held] != 2 || v.asked["GET true"] != before || !strings.Contains(a.summary.ListGap, "there: 1250") {
			t.Errorf("%v %v, %d reads, %q", a.err, a.summary.Counts, v.asked["GET true"]-before, a.summary.ListGap)
		}
		before = v.asked["GET true"]
		a = v.w.run(3, v.rows("all.csv", 0, 1250), 0, importer.NextRun)
		words := a.outcomes()
		if a.summary.Counts[run.Unchanged] != 1000 || a.summary.Counts[run.Held] != 250 || v.asked["GET true"]-before != 1000 || words[v.marker(700)] != "unchanged" {
			t.Errorf("%v %v, %d reads", a.err, a.summary.Counts, v.asked["GET true"]-before)
		}
		v.once()
	})
}

// hidesYoung hides what was made less than so long ago.
func (v *veil) hidesYoung(lag time.Duration) {
	v.hides = func(d map[string]any) bool {
		made, err := time.Parse(time.RFC3339Nano, d["createdDateTime"].(string))
		return err != nil || time.Since(made) < lag
	}
}

// A list that lags is waited for, once a process, no longer than needed, and only where something is to be created.
func TestALagIsWaitedForOnce(t *testing.T) {
	inWorld(t, func(t *testing.T, v *veil) {
		process := &importer.Process{}
		v.with(func(o *importer.Options) { o.Process = process })
		v.w.run(0, v.rows("first.csv", 0, 3), 0, importer.NextRun)
		process = &importer.Process{}
		v.hidesYoung(40 * time.Second)
		took := func(n int, from, to int, created int, least, most time.Duration) {
			t.Helper()
			began := time.Now()
			a := v.w.run(n, v.rows("deals.csv", from, to), 0, importer.NextRun)
			if a.err != nil || a.summary.Counts[run.Created] != created || a.summary.ListGap != "" {
				t.Errorf("start %d: %v %v %q", n, a.err, a.summary.Counts, a.summary.ListGap)
			}
			if d := time.Since(began); d < least || d > most {
				t.Errorf("start %d took %s, expected %s to %s", n, d, least, most)
			}
		}
		took(1, 0, 3, 0, 0, time.Second)                  // all of it is known by id
		took(2, 2, 6, 3, 35*time.Second, 150*time.Second) // the first deal and the end of the run wait for what was made, too
		process = &importer.Process{}
		v.hides = nil
		took(3, 3, 8, 2, 0, time.Second)
		v.hidesYoung(time.Hour)
		process = &importer.Process{}
		a := v.w.run(4, v.rows("deals.csv", 8, 9), 0, importer.NextRun)
		if a.summary.Counts[run.Held] != 1 || a.summary.Reason() != "list-incomplete" {
			t.Errorf("after --settle: %v %v", a.err, a.summary.Counts)
		}
		v.once()
	})
}

// The files of one process wait once together; what the process made itself is as good as listed.
func TestAnInboxWaitsOnce(t *testing.T) {
	effort.NotShort(t)
	inWorld(t, func(t *testing.T, v *veil) {
		v.w.run(0, v.rows("first.csv", 0, 3), 0, importer.NextRun)
		process := &importer.Process{}
		v.with(func(o *importer.Options) { o.Process = process })
		v.hidesYoung(40 * time.Second)
		v.w.run(1, v.rows("one.csv", 3, 5), 0, importer.NextRun)
		began := time.Now()
		for n := range 20 {
			if a := v.w.run(2+n, v.rows("next.csv", 5+n, 6+n), 0, importer.NextRun); a.err != nil || a.summary.Counts[run.Created] != 1 {
				t.Fatalf("%v %v", a.err, a.summary.Counts)
			}
		}
		// each run has a canary, which waits for the list
		if each := time.Since(began) / 20; each > 50*time.Second {
			t.Errorf("each of the next files took %s", each)
		}
		v.once()
	})
}

// What the service does not show by its id is gone from view: its row waits for a person, whose word releases it unless
// the account may not see it.
func TestGoneAndHidden(t *testing.T) {
	inWorld(t, func(t *testing.T, v *veil) {
		v.w.run(0, v.rows("deals.csv", 0, 3), 0, importer.NextRun)
		time.Sleep(48 * time.Hour)
		ids := v.ids()
		v.gets[ids[v.marker(0)]], v.gets[ids[v.marker(1)]] = http.StatusNotFound, http.StatusForbidden
		v.hides = func(d map[string]any) bool { return v.gets[d["id"].(string)] != 0 }
		file := v.rows("deals.csv", 0, 4)
		a := v.w.run(1, file, 0, importer.NextRun)
		words := a.outcomes()
		if a.err != nil || words[v.marker(0)] != "held" || words[v.marker(1)] != "held" || words[v.marker(2)] != "unchanged" || words[v.marker(3)] != "created" || a.summary.Gone != 2 {
			t.Fatalf("%v %v, %d gone", a.err, words, a.summary.Gone)
		}
		for _, row := range a.results[:2] {
			if !strings.Contains(row["Message"], "created as "+ids[row["CRM ID"]]+" on ") || row["Referral ID"] != "" {
				t.Errorf("%q, %q", row["Message"], row["Referral ID"])
			}
		}
		text := "Action," + readFile(t, file)
		text = strings.ReplaceAll(text, "\nDeal", "\ncreate,Deal")
		a = v.w.run(2, v.write("released.csv", text), 0, importer.NextRun)
		words = a.outcomes()
		if words[v.marker(0)] != "created" || words[v.marker(1)] != "held" {
			t.Errorf("released: %v %v", a.err, words)
		}
	})
}

// A plan and a dry run ask by id and never wait.
func TestAPlanNeverWaits(t *testing.T) {
	inWorld(t, func(t *testing.T, v *veil) {
		v.w.run(0, v.rows("deals.csv", 0, 3), 0, importer.NextRun)
		v.hidesYoung(40 * time.Second)
		began := time.Now()
		v.with(func(o *importer.Options) { o.DryRun = true })
		v.w.run(1, v.rows("deals.csv", 0, 5), 0, importer.NextRun)
		var planned []string
		v.w.start(2, v.rows("deals.csv", 0, 5), 0, importer.NextRun, func(ctx context.Context, o importer.Options) (*importer.Summary, error) {
			summary, _, err := importer.Plan(ctx, o, func(importer.PlanHeader) error { return nil }, func(row importer.PlanRow) error {
				planned = append(planned, row.Action)
				return nil
			})
			return summary, err
		})
		if time.Since(began) > time.Second || strings.Join(planned, " ") != "unchanged unchanged unchanged create create" {
			t.Errorf("%s, %v", time.Since(began), planned)
		}
	})
}

// A verification asks by id for what the list hides, and proves nothing by a list that hides what is old.
func TestVerifyAndAListThatHides(t *testing.T) {
	inWorld(t, func(t *testing.T, v *veil) {
		v.w.run(0, v.rows("deals.csv", 0, 3), 0, importer.NextRun)
		hidden := v.ids(v.marker(1))[v.marker(1)]
		v.hides = func(d map[string]any) bool { return d["id"] == hidden }
		for _, test := range []struct {
			age  time.Duration
			good bool
			says string
		}{{0, true, "complete: the service holds"}, {time.Hour, false, "as the sheet says 3 of 3 rows; the list of the service is not complete"}} {
			time.Sleep(test.age)
			var verdict *importer.Verdict
			a := v.w.start(1, v.rows("deals.csv", 0, 3), 0, importer.NextRun, func(ctx context.Context, o importer.Options) (*importer.Summary, error) {
				var err error
				o.Results = filepath.Join(t.TempDir(), "verdict.xlsx")
				verdict, err = importer.Verify(ctx, o, importer.ScopeFile, nil)
				return nil, err
			})
			if a.err != nil || verdict.Complete() != test.good || !strings.Contains(verdict.Words(), test.says) {
				t.Errorf("after %s: %v, %s", test.age, a.err, verdict.Words())
			}
		}
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
