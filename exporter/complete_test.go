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

	"refload/api/sandbox"
	"refload/exporter"
	"refload/internal/effort"
	"refload/internal/sheet"
)

// TestEveryReferralOnce exports lists around the size of a page, and a long one, in every format.
func TestEveryReferralOnce(t *testing.T) {
	effort.NotShort(t)
	for _, n := range []int{0, 1, 99, 100, 101, effort.Of(250, 500, 10_000)} {
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

// usualSeeds is how many simulated exports TestOthersWriteMeanwhile makes, and with -short; TEST_EXPORTS
// says another number. A seed is repeated by TEST_FIRST_SEED=SEED TEST_EXPORTS=1.
const usualSeeds, fewSeeds = 60, 10

// TestOthersWriteMeanwhile creates, changes and closes referrals between the pages, lets the
// list misbehave, and stops some exports half way: every referral that was there all the time
// is in the file once, and nothing that never was. Where the service has a character the export may say instead that
// it is not complete.
func TestOthersWriteMeanwhile(t *testing.T) {
	effort.NotShort(t)
	first := effort.FirstSeed()
	for n := range effort.Asked("TEST_EXPORTS", fewSeeds, usualSeeds) {
		seed := first + uint64(n)
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
	character := characterOf(seed)
	w := newWorld(t, behaving(t, plan, seed, character))
	w.character = character
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
	if !w.exportOrSay(o) {
		return
	}
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

// stopAt interrupts an export before the n-th request from now; with a character it may stop by itself before.
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
	if w.character != "" && errors.As(err, new(*exporter.IncompleteError)) {
		w.noFile(o.Path) // it said so before it could be interrupted
		return
	}
	var stopped *exporter.StoppedError
	if !errors.As(err, &stopped) || w.character == "" && !errors.Is(err, context.Canceled) || !strings.Contains(stopped.Hint(), "run the same command again") {
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
