package importer

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"refload/api"
	"refload/internal/run"
	"refload/mapping"
)

func document(t *testing.T, text string) *api.Referral {
	t.Helper()
	referral, err := api.ParseReferral([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return referral
}

// A deal counts once, whatever number of referrals its engagement has; where the row is silent, the
// sheet's side is as the service has it; no amount that is none is summed.
func TestLedgersCountADealOnce(t *testing.T) {
	deal := func(engagement, value string) *api.Referral {
		return document(t, fmt.Sprintf(`{"engagementId":%q,"status":"Active","substatus":"Accepted","details":{"dealValue":%s,"currency":"USD"}}`, engagement, value))
	}
	silent := &mapping.Record{Doc: api.NewReferral()}
	says := &mapping.Record{Doc: document(t, `{"status":"Closed","substatus":"Won","details":{"dealValue":70,"currency":"EUR"}}`)}
	for _, test := range []struct {
		name     string
		add      func(l *ledgers)
		sums     string
		statuses string
	}{
		{"nothing", func(*ledgers) {}, "[]", "[]"},
		{"a silent row", func(l *ledgers) {
			live := deal("E1", "100.10")
			l.compared(silent, &mapping.Merged{Doc: live}, []*api.Referral{live})
		}, "[{USD 1 100.10 1 100.10 0.00}]", "[{Active: Accepted 1 1}]"},
		{"two referrals of one engagement", func(l *ledgers) {
			for _, engagement := range []string{"E1", "e1"} {
				live := deal(engagement, "100")
				l.compared(silent, &mapping.Merged{Doc: live}, []*api.Referral{live})
			}
		}, "[{USD 1 100.00 1 100.00 0.00}]", "[{Active: Accepted 1 1}]"},
		{"two deals of one row", func(l *ledgers) {
			one, two := deal("E1", `"100"`), deal("E2", "0.01")
			l.compared(silent, &mapping.Merged{Doc: one}, []*api.Referral{one, two})
		}, "[{USD 1 100.00 2 100.01 0.01}]", "[{Active: Accepted 1 2}]"},
		{"another currency and another state", func(l *ledgers) {
			live := deal("", "70")
			l.compared(says, &mapping.Merged{Doc: says.Doc}, []*api.Referral{live})
		}, "[{EUR 1 70.00 0 0.00 -70.00} {USD 0 0.00 1 70.00 70.00}]", "[{Active: Accepted 0 1} {Closed: Won 1 0}]"},
		{"a missing row and an extra deal", func(l *ledgers) {
			l.missing(says)
			l.extra(deal("E3", "1"))
		}, "[{EUR 1 70.00 0 0.00 -70.00} {USD 0 0.00 1 1.00 1.00}]", "[{Active: Accepted 0 1} {Closed: Won 1 0}]"},
		{"amounts that are none", func(l *ledgers) {
			for _, value := range []string{`"1e999999999"`, `"1/3"`, `"much"`, "null", `"` + strings.Repeat("9", 60) + `"`, "1e400"} {
				l.extra(deal("", value))
			}
		}, "[]", "[{Active: Accepted 0 6}]"},
	} {
		l := newLedgers()
		test.add(l)
		if sums, statuses := fmt.Sprint(l.values()), fmt.Sprint(l.statuses()); sums != test.sums || statuses != test.statuses {
			t.Errorf("%s:\n got %s %s\nwant %s %s", test.name, sums, statuses, test.sums, test.statuses)
		}
	}
}

func TestVerdict(t *testing.T) {
	row := func(kinds ...FindingKind) []Finding {
		var list []Finding
		for _, kind := range kinds {
			list = append(list, Finding{Kind: kind})
		}
		return list
	}
	for _, test := range []struct {
		name     string
		rows     [][]Finding
		left     []run.Outcome
		extra    int
		complete bool
		says     string
	}{
		{"all as it says", [][]Finding{nil, nil}, nil, 0, true, "complete: the service holds what the sheet says, rows: 2"},
		{"left out as asked", [][]Finding{nil}, []run.Outcome{run.Skipped}, 0, true, "complete: the service holds what the sheet says, rows: 1"},
		{"a row by its worst", [][]Finding{nil, row(FoundDifferent, FoundDifferent), row(FoundDifferent, FoundTwice), row(FoundMissing)}, nil, 0, false,
			"not complete: as the sheet says 1 of 4 rows; without a referral: 1, different: 1, there twice: 1"},
		{"not judged", [][]Finding{nil}, []run.Outcome{run.Invalid, run.Duplicate}, 0, false, "not complete: as the sheet says 1 of 3 rows; with problems and not judged: 2"},
		{"more than the sheet has", [][]Finding{nil}, nil, 3, false, "not complete: as the sheet says 1 of 1 row; referrals in no row: 3"},
	} {
		v := &Verdict{Counts: map[FindingKind]int{}, Rows: len(test.rows) + len(test.left)}
		for _, list := range test.rows {
			v.count(list)
		}
		for _, outcome := range test.left {
			v.leaveOut(outcome)
		}
		if test.extra > 0 {
			v.Counts[FoundExtra] = test.extra
		}
		if v.Complete() != test.complete || v.Words() != test.says {
			t.Errorf("%s: %v, %s", test.name, v.Complete(), v.Words())
		}
		sum := v.AsItSays + v.Skipped + v.Unjudged + v.Counts[FoundMissing] + v.Counts[FoundDifferent] + v.Counts[FoundTwice]
		if sum != v.Rows {
			t.Errorf("%s: the counts add up to %d of %d rows", test.name, sum, v.Rows)
		}
	}
}

func TestFindingsComeBackByKind(t *testing.T) {
	home, err := run.OpenHome(t.TempDir(), "target")
	if err != nil {
		t.Fatal(err)
	}
	folder, err := home.NewFolder(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	f, err := newFindings(folder, func(Finding) error { seen++; return nil })
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	want := map[FindingKind]string{}
	for i := range 300 {
		kind := FindingKinds()[i%3]
		if err := f.add(Finding{Kind: kind, Row: i, Deal: "a\nline <b>"}); err != nil {
			t.Fatal(err)
		}
		want[kind] += fmt.Sprint(i, " ")
	}
	for _, kind := range FindingKinds() {
		got := ""
		for finding, err := range f.of(kind) {
			if err != nil || finding.Deal != "a\nline <b>" {
				t.Fatalf("%v %v", finding, err)
			}
			got += fmt.Sprint(finding.Row, " ")
		}
		if got != want[kind] || f.lines[kind] != len(strings.Fields(got)) {
			t.Errorf("%s: %s", kind, got)
		}
	}
	for range f.of(FoundTwice) {
		break // stopping early is no error
	}
	if seen != 300 {
		t.Errorf("the sink saw %d", seen)
	}
	full := errors.New("full")
	f.sink = func(Finding) error { return full }
	if err := f.add(Finding{}); err != full {
		t.Errorf("the error of the sink is lost: %v", err)
	}
}
