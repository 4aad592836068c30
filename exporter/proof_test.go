package exporter_test

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"refload/api"
	"refload/exporter"
)

// ready makes so many referrals, in the order of their creation.
func ready(t *testing.T, count int) []*api.Referral {
	t.Helper()
	var docs []*api.Referral
	for n := range count {
		line, err := json.Marshal(deal(n, small))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := api.ParseReferral(line)
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, doc)
	}
	return docs
}

// TestAnExportProvesItself has lists that do not show all there is: none becomes a file that lacks something.
func TestAnExportProvesItself(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	shuffled := func(docs []*api.Referral) []*api.Referral {
		docs = slices.Clone(docs)
		random.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
		return docs
	}
	for _, test := range []struct {
		name  string
		count int
		there func(docs []*api.Referral, order string) []*api.Referral
		page  func(count, from int) (int, int)
		why   string // "" for a complete export
	}{
		{"all is well", 350, nil, nil, ""},
		{"capped from each end", 350, func(docs []*api.Referral, order string) []*api.Referral {
			if order == "createdDateTime asc" {
				return docs[:120]
			}
			return docs[230:]
		}, nil, "read from its two ends it does not show the same"},
		{"without order", 350, func(docs []*api.Referral, _ string) []*api.Referral { return shuffled(docs) }, nil, "does not keep the order"},
		{"swallowed at borders", 350, nil, func(count, from int) (int, int) { return min(100, count-from), from + 101 }, "does not show the same"},
		{"swallowed at borders of the same places", 300, nil, func(count, from int) (int, int) { return min(100, count-from), from + 101 }, "does not show the same"},
		{"it ends early", 250, nil, func(count, from int) (int, int) { return min(100, count-from), -1 }, "does not show the same"},
		{"a page without end", 250, nil, func(int, int) (int, int) { return 100, 0 }, "leads in circles"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, docs := newWorld(t, nil), ready(t, test.count)
			w.before = serveList(func(order string) []*api.Referral {
				if test.there == nil {
					return docs
				}
				return test.there(docs, order)
			}, test.page)
			o := w.options("deals.jsonl", exporter.JSONL)
			summary, err := exporter.Export(context.Background(), o)
			if test.why == "" {
				if err != nil || summary.Referrals != test.count || len(idsIn(t, o.Path)) != test.count {
					t.Errorf("%v, %d referrals", err, summary.Referrals)
				}
				return
			}
			var incomplete *exporter.IncompleteError
			if !errors.As(err, &incomplete) || !strings.Contains(err.Error(), test.why) || incomplete.Reason() != "list-incomplete" {
				t.Errorf("%v", err)
			}
			w.noFile(o.Path)
			w.before = serveList(func(string) []*api.Referral { return docs }, nil)
			if summary := w.export(o); summary.Resumed || summary.Referrals != test.count {
				t.Errorf("afterwards: resumed %v, %d referrals", summary.Resumed, summary.Referrals)
			}
		})
	}
}

// TestDealsThatLeaveAFilter holds that deals which do not meet the filter any more, and so move others to pages that were
// read, hide none of them.
func TestDealsThatLeaveAFilter(t *testing.T) {
	w, docs := newWorld(t, nil), ready(t, 250)
	closed := 0
	w.before = serveList(func(order string) []*api.Referral {
		if strings.HasPrefix(order, "updatedDateTime") {
			all := slices.Clone(docs)
			slices.SortStableFunc(all, func(a, b *api.Referral) int {
				return strings.Compare(a.Text("updatedDateTime"), b.Text("updatedDateTime"))
			})
			return all
		}
		var open []*api.Referral
		for _, doc := range docs {
			if status, _ := doc.Status(); status == "Active" {
				open = append(open, doc)
			}
		}
		return open
	}, nil)
	list := w.before
	w.before = func(n int, r *http.Request) error {
		if strings.Contains(r.URL.RawQuery, "skiptoken=100") && closed == 0 {
			for closed < 8 {
				docs[closed] = docs[closed].Clone()
				docs[closed].Set("status", "Closed")
				docs[closed].Set("updatedDateTime", w.clock().UTC().Format(time.RFC3339Nano))
				closed++
			}
		}
		return list(n, r)
	}
	o := w.options("deals.jsonl", exporter.JSONL)
	o.Filter.Status = []string{"Active"}
	w.export(o)
	ids := idsIn(t, o.Path)
	for n := 8; n < 250; n++ {
		if !slices.Contains(ids, id(n)) {
			t.Errorf("%d is missing", n)
		}
	}
	if len(ids) > 250 || closed != 8 {
		t.Errorf("%d rows, %d were closed", len(ids), closed)
	}
}

// TestGoingOnInALaterPass interrupts an export while it is read from the other end: the first reading counts, also for
// what is not asked for, and the other is begun again.
func TestGoingOnInALaterPass(t *testing.T) {
	w := newWorld(t, nil)
	w.seedDeals(0, 350)
	o := w.options("deals.jsonl", exporter.JSONL)
	o.Filter.Status = []string{"Active", "New"} // compared here
	w.seed(deal(7, func(d map[string]any) { d["status"], d["substatus"] = "Closed", "Won" }))
	w.stopAt(o, 7) // the mark, four pages, and one from the other end
	before := len(w.requests)
	summary := w.export(o)
	first := 0
	for _, query := range w.requests[before:] {
		if strings.Contains(query, "createdDateTime+asc") {
			first++
		}
	}
	if !summary.Resumed || first != 0 || summary.Listed != 350 || summary.Referrals != 349 {
		t.Errorf("resumed %v, the first reading was begun %d times, %d of %d", summary.Resumed, first, summary.Referrals, summary.Listed)
	}
	if _, err := os.Stat(o.Path); err != nil {
		t.Error(err)
	}
}
