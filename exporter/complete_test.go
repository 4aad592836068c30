package exporter_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/api"
	"refload/api/sandbox"
	"refload/exporter"
	"refload/internal/sheet"
)

// TestEveryReferralOnce exports lists around the size of a page, and a long one, in every format.
func TestEveryReferralOnce(t *testing.T) {
	for _, n := range []int{0, 1, 99, 100, 101, 10_000} {
		if n > 1000 && testing.Short() {
			continue
		}
		w := newWorld(t, nil)
		w.seedDeals(0, n)
		for _, format := range exporter.Formats() {
			path := filepath.Join(w.folder, "deals."+map[exporter.Format]string{exporter.XLSX: "xlsx", exporter.CSV: "csv", exporter.Portal: "csv", exporter.JSONL: "jsonl"}[format])
			o := w.options(filepath.Base(path), format)
			summary := w.export(o)
			ids := idsIn(t, path)
			if len(ids) != n || summary.Referrals != n || summary.Listed != n {
				t.Fatalf("%d as %s: %d rows, summary %d of %d", n, format, len(ids), summary.Referrals, summary.Listed)
			}
			for i, got := range ids {
				if got != id(i) {
					t.Fatalf("%d as %s: row %d is %s", n, format, i, got)
				}
			}
		}
	}
}

// idsIn returns the ids in a file, in its order.
func idsIn(t testing.TB, path string) []string {
	t.Helper()
	if strings.HasSuffix(path, ".jsonl") {
		var ids []string
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range referralsOf(t, bytes.NewReader(data)) {
			ids = append(ids, r.ID())
		}
		return ids
	}
	name := ""
	if strings.HasSuffix(path, ".xlsx") {
		name = "Referrals"
	}
	return column(t, path, name, "Referral ID")
}

// column returns the texts below a header.
func column(t testing.TB, path, sheetName, header string) []string {
	t.Helper()
	book, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	at, texts := -1, []string{}
	for row, err := range book.Rows(sheetName) {
		if err != nil {
			t.Fatal(err)
		}
		if at < 0 {
			for i, cell := range row.Cells {
				if cell.Stored == header {
					at = i
				}
			}
			if at < 0 {
				t.Fatalf("%s has no column %s", path, header)
			}
			continue
		}
		texts = append(texts, row.At(at).Shown)
	}
	return texts
}

// seeds is how many simulated exports TestOthersWriteMeanwhile makes, and with -short.
const seeds, fewSeeds = 500, 50

// TestOthersWriteMeanwhile creates, changes and closes referrals between the pages, lets the
// list misbehave, and stops some exports half way: every referral that was there all the time
// is in the file once, and nothing that never was.
func TestOthersWriteMeanwhile(t *testing.T) {
	most := uint64(seeds)
	if testing.Short() {
		most = fewSeeds
	}
	for seed := range most {
		if !t.Run(fmt.Sprint(seed), func(t *testing.T) { exportInTrouble(t, seed) }) {
			return
		}
	}
}

// listFaults are the ways in which lists misbehave that an export survives.
var listFaults = []string{"", "repeat", "empty page", "other host", "http", "relative", "userinfo", "no count", "wrong count", "insert", "close"}

func exportInTrouble(t *testing.T, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 7))
	var plan *sandbox.Plan
	if kind := listFaults[random.IntN(len(listFaults))]; kind != "" {
		plan = &sandbox.Plan{Seed: seed, Rules: []sandbox.Rule{{Fault: "F58", Kind: kind, P: 0.5}}}
	}
	w := newWorld(t, plan)
	count := random.IntN(250)
	for n := range count {
		w.seed(deal(n, small))
	}
	next, reversed := count, random.IntN(5) == 0
	w.before = func(_ int, r *http.Request) error {
		for range random.IntN(4) {
			next = w.disturb(random, count, next)
		}
		if reversed {
			reverse(r)
		}
		return nil
	}
	o := w.options("deals.jsonl", exporter.JSONL)
	stops := random.IntN(3)
	for range stops {
		w.stopAt(o, len(w.requests)+1+random.IntN(5))
	}
	w.export(o)
	got := map[string]int{}
	for _, id := range idsIn(t, o.Path) {
		got[id]++
	}
	w.judge(got, count)
}

// judge compares what was exported with what was there all the time, and with what is there.
func (w *world) judge(got map[string]int, count int) {
	w.t.Helper()
	for n := range count {
		if got[id(n)] != 1 {
			w.t.Errorf("referral %d is in the file %d times", n, got[id(n)])
		}
	}
	there := map[string]bool{}
	for document := range w.service.Referrals() {
		there[document["id"].(string)] = true
	}
	for id, times := range got {
		if !there[id] || times > 1 {
			w.t.Errorf("%s is in the file %d times; on the service %v", id, times, there[id])
		}
	}
}

// small leaves out what takes time to read and does not matter here.
func small(document map[string]any) {
	for _, name := range []string{"details", "team", "customerProfile", "consent"} {
		delete(document, name)
	}
}

// disturb is another client at work.
func (w *world) disturb(random *rand.Rand, count, next int) int {
	stamp := w.clock().UTC().Format("2006-01-02T15:04:05.0000000Z")
	changed := func(document map[string]any) { document["updatedDateTime"] = stamp }
	switch at := random.IntN(max(1, count)); random.IntN(3) {
	case 0:
		w.seed(deal(next, small, changed, func(d map[string]any) { d["createdDateTime"] = stamp }))
		next++
	case 1:
		if count > 0 {
			w.seed(deal(at, small, changed, func(d map[string]any) { d["name"] = "changed " + stamp }))
		}
	case 2:
		if count > 0 {
			w.seed(deal(at, small, changed, func(d map[string]any) { d["status"], d["substatus"] = "Closed", "Won" }))
		}
	}
	return next
}

// reverse makes the service list in the other order than it is asked to.
func reverse(r *http.Request) {
	query := r.URL.Query()
	by, direction, _ := strings.Cut(query.Get("$orderby"), " ")
	if by == "createdDateTime" {
		query.Set("$orderby", by+" "+map[string]string{"asc": "desc", "desc": "asc"}[direction])
		r.URL.RawQuery = query.Encode()
	}
}

// stopAt interrupts an export before the n-th request from now.
func (w *world) stopAt(o exporter.Options, n int) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	usual := w.before
	defer func() { w.before = usual }()
	w.before = func(i int, r *http.Request) error {
		if i >= n {
			cancel()
		}
		if usual == nil {
			return nil
		}
		return usual(i, r)
	}
	_, err := exporter.Export(ctx, o)
	if err == nil {
		os.Remove(o.Path)
		return // it was complete before
	}
	var stopped *exporter.StoppedError
	if !errors.As(err, &stopped) || !errors.Is(err, context.Canceled) || !strings.Contains(stopped.Hint(), "run the same command again") {
		w.t.Fatalf("interrupted: %v", err)
	}
	w.noFile(o.Path)
}

// TestAListInACircle holds that an export which cannot be complete says so and writes nothing.
func TestAListInACircle(t *testing.T) {
	w := newWorld(t, &sandbox.Plan{Rules: []sandbox.Rule{{Fault: "F58", Kind: "loop"}}})
	w.seedDeals(0, 150)
	o := w.options("deals.xlsx", exporter.XLSX)
	_, err := exporter.Export(context.Background(), o)
	var stopped *exporter.StoppedError
	if !errors.As(err, &stopped) || !strings.Contains(err.Error(), "not complete") || !strings.Contains(err.Error(), "circle") || stopped.Listed != 100 {
		t.Errorf("%v", err)
	}
	w.noFile(o.Path)
}

// TestGoingOn holds that an interrupted export asks only for the rest of the list, and has what
// was changed meanwhile as it is now.
func TestGoingOn(t *testing.T) {
	w := newWorld(t, nil)
	w.seedDeals(0, 450)
	o := w.options("deals.jsonl", exporter.JSONL)
	w.stopAt(o, 4) // the mark and two pages
	before := len(w.requests)
	stamp := w.clock().UTC().Format(time.RFC3339Nano)
	w.seed(deal(3, func(d map[string]any) { d["name"], d["updatedDateTime"] = "newer", stamp }))
	summary := w.export(o)
	if asked := len(w.requests) - before; asked != 5 || !summary.Resumed {
		t.Errorf("%d requests for three pages, the newest and the changed; resumed %v: %q", asked, summary.Resumed, w.requests[before:])
	}
	list := w.referrals(o.Path)
	if len(list) != 450 || list[3].Text("name") != "newer" {
		t.Errorf("%d referrals, the changed one is %q", len(list), list[3].Text("name"))
	}
	if summary = w.export(o); summary.Resumed {
		t.Error("a complete export was gone on with")
	}
}

// TestBeginningAnew has the ways in which an interrupted export is not gone on with.
func TestBeginningAnew(t *testing.T) {
	for name, prepare := range map[string]func(*world, *exporter.Options){
		"asked to": func(_ *world, o *exporter.Options) { o.Fresh = true },
		"a day later": func(w *world, _ *exporter.Options) {
			w.now = w.now.Add(25 * time.Hour)
		},
		"another filter": func(_ *world, o *exporter.Options) { o.Filter.Country = []string{"CZ"} },
		"damaged": func(w *world, _ *exporter.Options) {
			w.spoiled(func(data []byte) []byte { return bytes.Replace(data, []byte(`"Deal 10"`), []byte(`"Deal 90"`), 1) })
		},
		"empty": func(w *world, _ *exporter.Options) { w.spoiled(func([]byte) []byte { return nil }) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			w.seedDeals(0, 250)
			o := w.options("deals.jsonl", exporter.JSONL)
			w.stopAt(o, 3)
			prepare(w, &o)
			if summary := w.export(o); summary.Resumed || summary.Referrals != 250 || len(idsIn(t, o.Path)) != 250 {
				t.Errorf("resumed %v, %d referrals", summary.Resumed, summary.Referrals)
			}
		})
	}
}

// spoiled changes the spool of an interrupted export.
func (w *world) spoiled(change func([]byte) []byte) {
	w.t.Helper()
	paths, _ := filepath.Glob(filepath.Join(w.folder, "state", "target", "exports", "*", "spool.jsonl"))
	if len(paths) != 1 {
		w.t.Fatalf("%d spools", len(paths))
	}
	data, err := os.ReadFile(paths[0])
	if err == nil {
		err = os.WriteFile(paths[0], change(data), 0o600)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// TestATornSpool cuts the spool of an interrupted export at many places: what is gone on with
// is complete all the same.
func TestATornSpool(t *testing.T) {
	for part := range 40 {
		w := newWorld(t, nil)
		w.seedDeals(0, 320)
		o := w.options("deals.jsonl", exporter.JSONL)
		w.stopAt(o, 5)
		w.spoiled(func(data []byte) []byte { return data[:len(data)*(part+1)/41] })
		w.export(o)
		if ids := idsIn(t, o.Path); len(ids) != 320 || ids[319] != id(319) {
			t.Fatalf("cut at %d of 41: %d referrals", part+1, len(ids))
		}
	}
}

// TestAForgottenPlace holds that a service which does not know any more where the list was
// interrupted is asked for all of it again.
func TestAForgottenPlace(t *testing.T) {
	w := newWorld(t, nil)
	w.seedDeals(0, 250)
	o := w.options("deals.jsonl", exporter.JSONL)
	w.stopAt(o, 3)
	first := true
	w.before = func(_ int, r *http.Request) error {
		if first && strings.Contains(r.URL.RawQuery, "skiptoken") {
			first, r.URL.RawQuery = false, "$skiptoken=forgotten"
		}
		return nil
	}
	if summary := w.export(o); summary.Referrals != 250 || first {
		t.Errorf("%d referrals", summary.Referrals)
	}
}

// TestWhatCannotBeBroughtUpToDate holds that an interrupted export is not gone on with where the
// service does not tell what was changed since.
func TestWhatCannotBeBroughtUpToDate(t *testing.T) {
	w := newWorld(t, nil)
	w.seedDeals(0, 250)
	o := w.options("deals.jsonl", exporter.JSONL)
	w.stopAt(o, 3)
	stamp := w.clock().UTC().Format(time.RFC3339Nano)
	w.seed(deal(3, func(d map[string]any) { d["name"], d["updatedDateTime"] = "newer", stamp }))
	w.before = func(_ int, r *http.Request) error {
		if strings.Contains(r.URL.RawQuery, "updatedDateTime") {
			r.URL.RawQuery = "$orderby=nonsense"
		}
		return nil
	}
	summary := w.export(o)
	if list := w.referrals(o.Path); len(list) != 250 || list[3].Text("name") != "newer" || summary.Resumed {
		t.Errorf("%d referrals, the changed one is %q, resumed %v", len(list), list[3].Text("name"), summary.Resumed)
	}
}

// TestALateReferral holds that a referral which the list did not show when its place was read,
// though it was made before others, is found from the other end.
func TestALateReferral(t *testing.T) {
	w := newWorld(t, nil)
	w.seedDeals(0, 120)
	w.seedDeals(121, 150)
	w.before = func(int, *http.Request) error {
		if strings.Contains(w.requests[len(w.requests)-1], "desc") && len(w.requests) > 1 {
			w.seedDeals(120, 121)
		}
		return nil
	}
	o := w.options("deals.jsonl", exporter.JSONL)
	w.export(o)
	if ids := idsIn(t, o.Path); len(ids) != 150 || ids[120] != id(120) {
		t.Errorf("%d referrals", len(ids))
	}
}

// TestTheNewestVersionStands holds that a referral which is listed twice is exported as it was
// changed last, whichever came first.
func TestTheNewestVersionStands(t *testing.T) {
	for _, order := range []string{"old new", "new old"} {
		w := newWorld(t, nil)
		var docs []*api.Referral
		for _, version := range strings.Fields(order) {
			doc := api.NewReferral()
			for path, value := range map[string]string{"id": id(1), "name": version, "createdDateTime": "2026-01-01T00:00:00Z",
				"updatedDateTime": map[string]string{"old": "2026-01-01T00:00:00Z", "new": "2026-01-02T00:00:00Z"}[version]} {
				if err := doc.Set(path, value); err != nil {
					t.Fatal(err)
				}
			}
			docs = append(docs, doc)
		}
		w.before = servePages(docs)
		o := w.options("deals.jsonl", exporter.JSONL)
		summary := w.export(o)
		if list := w.referrals(o.Path); len(list) != 1 || list[0].Text("name") != "new" || summary.Repeats != 1 {
			t.Errorf("%s: %d referrals, %q, %d repeats", order, len(list), list[0].Text("name"), summary.Repeats)
		}
	}
}
