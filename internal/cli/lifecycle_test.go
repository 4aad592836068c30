package cli_test

import (
	"fmt"
	"strings"
	"testing"

	"refload/internal/effort"
)

// legalPairs is the published table of statuses and substatuses, copied for this test by hand;
// Error is the portal's.
var legalPairs = map[string][]string{
	"New": {"Pending", "Received"}, "Active": {"Accepted"}, "Closed": {"Won", "Lost", "Declined", "Expired", "Error"},
}

var mayFollow = map[string][]string{"New": {"New", "Active", "Closed"}, "Active": {"Active", "Closed"}, "Closed": {"Closed"}}

func contains(list []string, word string) bool {
	return strings.Contains(" "+strings.Join(list, " ")+" ", " "+word+" ")
}

// The whole product of states, by the program: from each legal state to each pair of words. What
// the sheet alone shows to be wrong stops at the gate; what only the live referral shows blocks
// the row; everything else is sent, and nothing else.
func TestEveryMoveThroughTheProgram(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	type pair struct{ status, substatus string }
	var from, to []pair
	for status, substatuses := range legalPairs {
		for _, substatus := range substatuses {
			from = append(from, pair{status, substatus})
		}
	}
	for _, status := range []string{"New", "Active", "Closed"} {
		for _, substatus := range []string{"Pending", "Received", "Accepted", "Won", "Lost", "Declined", "Expired", "Error"} {
			to = append(to, pair{status, substatus})
		}
	}
	for _, f := range from {
		w := newTenant(t)
		var good []string
		want := map[string]string{}
		for i, goal := range to {
			w.seed(strings.Replace(handMade(i, fmt.Sprintf(`"externalReferenceId":"CRM-%d",`, i)), `"status":"Active","substatus":"Accepted"`,
				fmt.Sprintf(`"status":%q,"substatus":%q`, f.status, f.substatus), 1))
			name := fmt.Sprintf("Deal %d", i)
			row := deal(i, "100", "by hand", fmt.Sprintf("CRM-%d", i), fmt.Sprintf(",,,%s,%s,%s", goal.status, goal.substatus, reasonFor(goal.substatus)))
			if goal.status == "New" && goal.substatus == "Accepted" {
				continue // the portal's word for "as the service starts a deal": no wish
			}
			if !contains(legalPairs[goal.status], goal.substatus) {
				w.imports(5, w.sheet("one.csv", row), "--allow-error-status")
				continue
			}
			if goal.substatus == "Error" {
				code := 5
				if f == (pair{"Closed", "Error"}) {
					code = 3 // it is so already, and another reason is too late
				}
				w.imports(code, w.sheet("one.csv", row))
			}
			good = append(good, row)
			want[name] = wordOfMove(f.status, f.substatus, goal.status, goal.substatus)
		}
		if writes := w.writes(); len(writes) > 0 {
			t.Fatalf("from %v: %d writes for rows that the gate stops", f, len(writes))
		}
		results := w.runMoves(good)
		for name, row := range results {
			if row["Outcome"] != want[name] {
				t.Errorf("%s/%s → %s/%s: %s, the table says %s (%s)", f.status, f.substatus, row["Partner Referral Status"], row["Partner Referral Substatus"], row["Outcome"], want[name], row["Message"])
			}
		}
		if len(results) != len(want) || len(want) != 8 {
			t.Errorf("from %v: %d results for %d moves", f, len(results), len(want))
		}
	}
}

// reasonFor is a reason where a substatus needs one.
func reasonFor(substatus string) string {
	if contains([]string{"Lost", "Declined", "Error"}, substatus) {
		return "2"
	}
	return ""
}

func (w *tenant) runMoves(rows []string) map[string]map[string]string {
	out := w.folder + "/moves.csv"
	w.run("import", w.sheet("moves.csv.in.csv", rows...), "--yes", "--allow-error-status", "--results", out)
	results := map[string]map[string]string{}
	for _, row := range readCSV(w.t, out) {
		results[row["Deal Name"]] = row
	}
	return results
}

// wordOfMove is what a move comes to, by the table. The sandbox sets Expired by itself and takes
// no Error, so that sending them is seen by its refusal.
func wordOfMove(status, substatus, toStatus, toSubstatus string) string {
	switch {
	case status == toStatus && substatus == toSubstatus && (status != "Closed" || contains([]string{"Won", "Expired"}, substatus)):
		return "unchanged"
	case status == "Closed" && status == toStatus && substatus == toSubstatus:
		return "blocked" // the row gives another reason, and nothing of a closed deal changes
	case status == "Closed", !contains(mayFollow[status], toStatus) && toStatus != "New":
		return "blocked"
	case toStatus == "New" && status == "Active":
		return "unchanged" // New is no wish for a deal that was taken up
	case contains([]string{"Expired", "Error"}, toSubstatus):
		return "rejected"
	}
	return "updated"
}

// A deal of the past is created and then closed, reason included; the second import finds it as
// it is.
func TestADealOfThePast(t *testing.T) {
	w := newTenant(t)
	rows := []string{deal(1, "100", "one", "CRM-1", ",,,Closed,Lost,2"), deal(2, "100", "two", "CRM-2", ",,,Closed,Won")}
	w.imports(0, w.sheet("past.csv", rows...))
	if writes := w.writes(); len(writes) != 4 {
		t.Errorf("%d writes", len(writes))
	}
	lost := w.live()["Deal 1"]
	if lost["substatus"] != "Lost" || lost["statusReason"] != "Customer did not respond" || w.live()["Deal 2"]["substatus"] != "Won" {
		t.Errorf("%v %v, %v", lost["substatus"], lost["statusReason"], w.live()["Deal 2"]["substatus"])
	}
	for _, row := range w.imports(0, w.sheet("past.csv", rows...)) {
		if row["Outcome"] != "unchanged" {
			t.Errorf("again: %v", row)
		}
	}
}

// New for a deal that the service takes up at once is a note and no change.
func TestNewForAnActiveDealIsANote(t *testing.T) {
	w := newTenant(t)
	w.seed(handMade(1, `"externalReferenceId":"CRM-1",`))
	row := w.imports(0, w.sheet("new.csv", deal(1, "100", "by hand", "CRM-1", ",,,New,Pending")))[0]
	if row["Outcome"] != "unchanged" || !strings.Contains(row["Message"], "Active already") || len(w.writes()) != 0 {
		t.Errorf("%v", row)
	}
}

// With --close-after a young deal stays open, and says so.
func TestCloseAfter(t *testing.T) {
	w := newTenant(t)
	file := w.sheet("past.csv", deal(1, "100", "one", "CRM-1", ",,,Closed,Lost,2"))
	for i, word := range []string{"created", "waiting"} {
		row := w.imports(0, file, "--close-after", "72h")[0]
		if row["Outcome"] != word || !strings.Contains(row["Message"], "--close-after") || w.live()["Deal 1"]["status"] != "Active" {
			t.Errorf("import %d: %v", i, row)
		}
	}
	if row := w.imports(0, file)[0]; row["Outcome"] != "updated" || w.live()["Deal 1"]["status"] != "Closed" {
		t.Errorf("later: %v", row)
	}
}
