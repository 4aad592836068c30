package exporter_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"refload/api"
	"refload/exporter"
)

// mixed fills a service with deals of all sorts: number n has what its digits say.
func mixed(w *world) {
	for n := range 60 {
		w.seed(deal(n, func(d map[string]any) {
			d["status"] = []string{"New", "Active", "Closed"}[n%3]
			d["substatus"] = []string{"Received", "Accepted", "Won"}[n%3]
			d["type"] = []string{"Independent", "Shared"}[n%2]
			d["consent"].(map[string]any)["consentToShareReferralWithMicrosoftSellers"] = n%2 == 1
			d["qualification"] = []string{"SalesQualified", "MarketingQualified"}[n/2%2]
			d["direction"] = []string{"Outgoing", "Incoming"}[n/4%2]
			d["customerProfile"].(map[string]any)["address"].(map[string]any)["country"] = []string{"CZ", "US", "DE"}[n/3%3]
			d["team"].([]any)[0].(map[string]any)["email"] = []string{"ann@example.com", "bob@example.com"}[n/5%2]
			d["updatedDateTime"] = time.Date(2026, 2, 1+n, 0, 0, 0, 0, time.UTC).Format(time.RFC3339)
		}))
	}
}

func day(month time.Month, n int) time.Time { return time.Date(2026, month, n, 0, 0, 0, 0, time.UTC) }

// TestFilters has, for each filter, what the service is asked, and which deals are in the file.
func TestFilters(t *testing.T) {
	for _, c := range []struct {
		name   string
		filter exporter.Filter
		asked  string
		has    func(n int) bool
	}{
		{"none", exporter.Filter{}, "", func(int) bool { return true }},
		{"status", exporter.Filter{Status: []string{"Active"}}, "status eq 'Active'", func(n int) bool { return n%3 == 1 }},
		{"two statuses", exporter.Filter{Status: []string{"Active", "New"}}, "", func(n int) bool { return n%3 < 2 }},
		{"substatus", exporter.Filter{Substatus: []string{"Won"}}, "substatus eq 'Won'", func(n int) bool { return n%3 == 2 }},
		{"type", exporter.Filter{Type: []string{"Shared"}}, "type eq 'Shared'", func(n int) bool { return n%2 == 1 }},
		{"qualification", exporter.Filter{Qualification: []string{"MarketingQualified"}}, "qualification eq 'MarketingQualified'", func(n int) bool { return n/2%2 == 1 }},
		{"direction", exporter.Filter{Direction: []string{"Incoming"}}, "direction eq 'Incoming'", func(n int) bool { return n/4%2 == 1 }},
		{"country", exporter.Filter{Country: []string{"US"}}, "customerProfile/address/country eq 'US'", func(n int) bool { return n/3%3 == 1 }},
		{"team", exporter.Filter{Team: "bob@example.com"}, "team/any(t:t/email eq 'bob@example.com')", func(n int) bool { return n/5%2 == 1 }},
		{"engagement", exporter.Filter{Engagement: []string{id(1_000_007)}}, "engagementId eq '" + id(1_000_007) + "'", func(n int) bool { return n == 7 }},
		{"updated", exporter.Filter{UpdatedSince: day(2, 21)}, "", func(n int) bool { return n >= 20 }},
		{"created", exporter.Filter{CreatedFrom: day(1, 1).Add(10 * time.Second), CreatedTo: day(1, 1).Add(20 * time.Second)}, "", func(n int) bool { return n >= 10 && n < 20 }},
		{"several", exporter.Filter{Status: []string{"New"}, Type: []string{"Shared"}, Country: []string{"CZ", "DE"}}, "status eq 'New' and type eq 'Shared'",
			func(n int) bool { return n%3 == 0 && n%2 == 1 && n/3%3 != 1 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, nil)
			mixed(w)
			o := w.options("deals.jsonl", exporter.JSONL)
			o.Filter = c.filter
			var plan exporter.Plan
			o.OnPlan = func(p exporter.Plan) { plan = p }
			w.export(o)
			var want []string
			for n := range 60 {
				if c.has(n) {
					want = append(want, id(n))
				}
			}
			if got := idsIn(t, o.Path); !slices.Equal(got, want) || len(want) == 0 {
				t.Errorf("%d referrals, want %d", len(got), len(want))
			}
			if plan.Query.Filter != c.asked || c.asked != "" && !strings.Contains(plan.Address(), url.QueryEscape(c.asked)) {
				t.Errorf("asked %q, want %q", plan.Query.Filter, c.asked)
			}
			sent := slices.ContainsFunc(w.requests, func(query string) bool { return strings.Contains(query, "filter") })
			if sent != (c.asked != "") {
				t.Errorf("a filter was sent: %v", sent)
			}
			here := strings.Contains(strings.Join(plan.Lines, "\n"), "compared here")
			if want := c.asked == "" && c.name != "none" || c.name == "several"; here != want {
				t.Errorf("the plan says: %q", plan.Lines)
			}
		})
	}
}

// TestAQuoteInAFilter holds that a value cannot end its quotes.
func TestAQuoteInAFilter(t *testing.T) {
	w := newWorld(t, nil)
	w.seed(deal(1, func(d map[string]any) {
		d["team"].([]any)[0].(map[string]any)["email"] = "o'neil@example.com"
	}), deal(2))
	o := w.options("deals.jsonl", exporter.JSONL)
	o.Filter.Team = "o'neil@example.com"
	summary := w.export(o)
	if ids := idsIn(t, o.Path); len(ids) != 1 || ids[0] != id(1) || summary.Listed != 1 {
		t.Errorf("%v of %d that were listed", ids, summary.Listed)
	}
	for _, asked := range filtersIn(t, w.requests) {
		if asked != "team/any(t:t/email eq 'o''neil@example.com')" {
			t.Errorf("asked %q", asked)
		}
	}
}

// filtersIn returns the filters of the lists that were asked for; the newest referral alone is not one.
func filtersIn(t *testing.T, requests []string) []string {
	t.Helper()
	var filters []string
	for _, text := range requests {
		query, err := url.ParseQuery(text)
		if err != nil {
			t.Error(err)
		}
		if !query.Has("$top") {
			filters = append(filters, query.Get("$filter"))
		}
	}
	if len(filters) == 0 {
		t.Errorf("no list was asked for: %q", requests)
	}
	return filters
}

// A value that would be a filter of its own stays one value, in every criterion that is asked of the service.
func TestNoValueIsAFilter(t *testing.T) {
	const value = "x' or 1 eq 1 or 'a"
	one := []string{value}
	for name, filter := range map[string]exporter.Filter{
		"status": {Status: one}, "substatus": {Substatus: one}, "type": {Type: one}, "qualification": {Qualification: one}, "direction": {Direction: one}, "country": {Country: one},
		"engagement": {Engagement: one}, "team": {Team: value},
	} {
		w := newWorld(t, nil)
		w.seed(deal(1), deal(2))
		o := w.options("deals.jsonl", exporter.JSONL)
		o.Filter = filter
		summary, err := exporter.Export(context.Background(), o)
		if err == nil && summary.Referrals > 0 {
			t.Errorf("%s: %d referrals", name, summary.Referrals)
		}
		if asked := filtersIn(t, w.requests)[0]; strings.Count(asked, "'x'' or 1 eq 1 or ''a'") != 1 || strings.Count(asked, "'") != 6 {
			t.Errorf("%s: asked %q", name, asked)
		}
	}
}

// TestARefusedFilter holds that a service which does not take the filter is asked for all, and
// that the answer is the same.
func TestARefusedFilter(t *testing.T) {
	w := newWorld(t, nil)
	mixed(w)
	w.before = func(_ int, r *http.Request) error {
		if strings.Contains(r.URL.RawQuery, "filter") {
			r.URL.RawQuery = "$filter=nonsense"
		}
		return nil
	}
	o := w.options("deals.jsonl", exporter.JSONL)
	o.Filter.Status = []string{"Active"}
	if summary := w.export(o); summary.Referrals != 20 || summary.Listed != 60 {
		t.Errorf("%d of %d", summary.Referrals, summary.Listed)
	}
}

// TestAnIgnoredFilter holds that what the service lists against the filter is left out.
func TestAnIgnoredFilter(t *testing.T) {
	w := newWorld(t, nil)
	mixed(w)
	w.before = func(_ int, r *http.Request) error {
		query := r.URL.Query()
		query.Del("$filter")
		r.URL.RawQuery = query.Encode()
		return nil
	}
	o := w.options("deals.jsonl", exporter.JSONL)
	o.Filter.Status = []string{"Active"}
	if summary := w.export(o); summary.Referrals != 20 {
		t.Errorf("%d referrals", summary.Referrals)
	}
}

// TestSinceLast follows a chain of exports: each has what was changed since the one before, and
// nothing is missed in between.
func TestSinceLast(t *testing.T) {
	w := newWorld(t, nil)
	o := w.options("deals.jsonl", exporter.JSONL)
	o.Changed = true
	_, err := exporter.Export(context.Background(), o)
	var none *exporter.NoLastError
	if !errors.As(err, &none) || none.Hint() == "" {
		t.Fatalf("without an export before: %v", err)
	}
	w.seedDeals(0, 150)
	full := o
	full.Changed = false
	w.export(full)
	change := func(n int) string {
		w.now = w.now.Add(time.Hour)
		stamp := w.clock().UTC().Format(time.RFC3339Nano)
		w.seed(deal(n, func(d map[string]any) { d["updatedDateTime"] = stamp }))
		return id(n)
	}
	first := change(5)
	summary := w.export(o)
	if ids := idsIn(t, o.Path); !slices.Contains(ids, first) || summary.Since.IsZero() || summary.Listed != 150 {
		t.Errorf("the first: %v, since %s", ids, summary.Since)
	}
	second := change(7)
	// changed while the list is read, behind the place of reading
	w.before = func(int, *http.Request) error {
		if strings.Contains(w.requests[len(w.requests)-1], "skiptoken") {
			w.before = nil
			second += " " + change(9)
		}
		return nil
	}
	w.export(o)
	if ids := idsIn(t, o.Path); !slices.Contains(ids, id(7)) || slices.Contains(ids, id(20)) {
		t.Errorf("the second: %v, want %s", ids, second)
	}
	w.export(o)
	if ids := idsIn(t, o.Path); !slices.Contains(ids, id(9)) || slices.Contains(ids, id(5)) {
		t.Errorf("the third: %v", ids)
	}
	other := o
	other.Filter.Status = []string{"Active"}
	if _, err := exporter.Export(context.Background(), other); !errors.As(err, &none) {
		t.Errorf("another filter has a last export: %v", err)
	}
}

// TestAGapIsNotRemembered holds that an export which begins later than the last one ended does
// not become the one that the next goes on from.
func TestAGapIsNotRemembered(t *testing.T) {
	w := newWorld(t, nil)
	w.seedDeals(0, 10)
	o := w.options("deals.jsonl", exporter.JSONL)
	w.export(o)
	w.seed(deal(3, func(d map[string]any) { d["updatedDateTime"] = "2026-11-20T13:00:00Z" }))
	late := o
	late.Filter.UpdatedSince = day(11, 25)
	w.export(late)
	o.Changed = true
	w.export(o)
	if ids := idsIn(t, o.Path); !slices.Contains(ids, id(3)) {
		t.Errorf("%v", ids)
	}
}

// TestReferralsWithoutAnID: nobody could tell whether such a list is complete.
func TestReferralsWithoutAnID(t *testing.T) {
	w := newWorld(t, nil)
	w.before = servePages([]*api.Referral{api.NewReferral()})
	o := w.options("deals.jsonl", exporter.JSONL)
	_, err := exporter.Export(context.Background(), o)
	if err == nil || !strings.Contains(err.Error(), "without an id") {
		t.Errorf("%v", err)
	}
	w.noFile(o.Path)
}
