package exporter_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/api"
	"refload/exporter"
	"refload/internal/effort"
)

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
	if asked := len(w.requests) - before; asked != 9 || !summary.Resumed {
		t.Errorf("%d requests for three pages, five from the other end, and the changed; resumed %v: %q", asked, summary.Resumed, w.requests[before:])
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
	effort.NotShort(t)
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
	effort.NotShort(t)
	parts := effort.Of(4, 8, 20)
	for part := range parts {
		w := newWorld(t, nil)
		for n := range 320 {
			w.seed(deal(n, small))
		}
		o := w.options("deals.jsonl", exporter.JSONL)
		w.stopAt(o, 5)
		w.spoiled(func(data []byte) []byte { return data[:len(data)*(part+1)/(parts+1)] })
		w.export(o)
		if ids := idsIn(t, o.Path); len(ids) != 320 || ids[319] != id(319) {
			t.Fatalf("cut at %d of %d: %d referrals", part+1, parts+1, len(ids))
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
