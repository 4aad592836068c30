package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// threeDeals are three deals on the service, and a sheet that changes each and adds one.
func threeDeals(t *testing.T) (*tenant, string) {
	w := newTenant(t)
	for i := 1; i <= 3; i++ {
		w.seed(handMade(i, `"externalReferenceId":"CRM-`+string(rune('0'+i))+`",`))
	}
	file := w.sheet("deals.csv", deal(1, "111", "by hand", "CRM-1", ""), deal(2, "222", "by hand", "CRM-2", ""), deal(3, "100", "other", "CRM-3", ""), deal(4, "400", "new", "CRM-4", ""))
	return w, file
}

// plan makes a plan and returns its path.
func (w *tenant) plan(file, name string, args ...string) string {
	w.t.Helper()
	path := filepath.Join(w.folder, name)
	code, stdout, stderr := w.run("plan", append([]string{file, "-o", path}, args...)...)
	if code != 0 {
		w.t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
	}
	if writes := w.writes(); len(writes) > 0 {
		w.t.Fatalf("planning sent %d writes", len(writes))
	}
	return path
}

// apply applies a plan and returns its results by deal name.
func (w *tenant) apply(wantCode int, plan string, args ...string) map[string]map[string]string {
	w.t.Helper()
	out := filepath.Join(w.folder, "applied.csv")
	code, stdout, stderr := w.run("apply", append([]string{plan, "--yes", "--results", out}, args...)...)
	if code != wantCode {
		w.t.Fatalf("exit %d, expected %d\n%s%s", code, wantCode, stdout, stderr)
	}
	results := map[string]map[string]string{}
	for _, row := range readCSV(w.t, out) {
		results[row["Deal Name"]] = row
	}
	return results
}

// A plan shows every row and field with its sign, and totals in one line.
func TestAPlanOnTheScreen(t *testing.T) {
	w, file := threeDeals(t)
	w.Edit(w.live()["Deal 3"]["id"].(string), func(d map[string]any) { d["status"], d["substatus"] = "Closed", "Won" })
	code, stdout, stderr := w.run("plan", file, "--detailed-exit-code")
	for _, want := range []string{
		"~ row 2  update  Deal 1 (Contoso)", "Estimated Deal Value: 100 → 111", "+ row 5  create  Deal 4 (Contoso)  [created]",
		"x row 4  blocked  Deal 3 (Contoso)", "+ 1 create  ~ 2 update  = 0 as it is  ! 0 needs a person  x 1 cannot be done (4 rows)", "cannot be taken back: 1 created",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in\n%s%s", want, stdout, stderr)
		}
	}
	if code != 10 || strings.Contains(stdout, "\x1b[") || len(w.writes()) > 0 {
		t.Errorf("exit %d, or colours where there is no terminal, or a write", code)
	}
}

// Both forms of a plan are applied exactly; applying it again finds nothing to do.
func TestAPlanIsApplied(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"plan.json", "plan.xlsx"} {
		w, file := threeDeals(t)
		plan := w.plan(file, name)
		results := w.apply(0, plan)
		if writes := w.writes(); len(writes) != 4 || results["Deal 1"]["Outcome"] != "updated" || results["Deal 4"]["Outcome"] != "created" {
			t.Errorf("%s: %d writes, %v", name, len(writes), results)
		}
		again := w.apply(0, plan)
		if writes := w.writes(); len(writes) != 0 || again["Deal 1"]["Outcome"] != "unchanged" {
			t.Errorf("%s, again: %d writes, %v", name, len(writes), again)
		}
	}
}

// A referral that somebody touched since is left as a conflict that names row and field, and the
// rest is applied; all or nothing sends nothing.
func TestAPlanWithATouchedReferral(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"plan.json", "plan.xlsx"} {
		for field, touch := range map[string]func(map[string]any){
			"Estimated Deal Value":  func(d map[string]any) { d["details"].(map[string]any)["dealValue"] = json.Number("5") },
			"Marketing Campaign ID": func(d map[string]any) { d["campaignId"] = "theirs" },
		} {
			w, file := threeDeals(t)
			plan := w.plan(file, name)
			w.Edit(w.live()["Deal 2"]["id"].(string), touch)
			code, _, stderr := w.run("apply", plan, "--yes", "--all-or-nothing")
			if code != 8 || len(w.writes()) != 0 || !strings.Contains(stderr, "row 3") || !strings.Contains(stderr, field) {
				t.Errorf("%s, all or nothing: exit %d\n%s", name, code, stderr)
			}
			results := w.apply(3, plan)
			if row := results["Deal 2"]; row["Outcome"] != "conflict" || !strings.Contains(row["Message"], field) {
				t.Errorf("%s, %s: %v", name, field, row)
			}
			if writes := w.writes(); len(writes) != 3 || results["Deal 1"]["Outcome"] != "updated" || results["Deal 4"]["Outcome"] != "created" {
				t.Errorf("%s: %d writes, %v", name, len(writes), results)
			}
		}
	}
}

// A deal that somebody closed since, and one that somebody made by hand, can not be done as planned
// any more: all or nothing sends nothing, says both in one line, and does not suggest to resume.
func TestAllOrNothingWithRowsThatCannotBeDoneAnyMore(t *testing.T) {
	w, file := threeDeals(t)
	plan := w.plan(file, "plan.json")
	w.Edit(w.live()["Deal 2"]["id"].(string), func(d map[string]any) { d["status"], d["substatus"] = "Closed", "Lost" })
	w.seed(handMade(4, ""))
	code, stdout, stderr := w.run("apply", plan, "--yes", "--all-or-nothing")
	if code != 8 || len(w.writes()) != 0 {
		t.Errorf("exit %d", code)
	}
	for _, want := range []string{"row 3 (update was planned, blocked now: the deal is closed", "; row 5 (create was planned, held now: "} {
		if !strings.Contains(stderr, want) {
			t.Errorf("no %q in\n%s", want, stderr)
		}
	}
	if strings.Contains(stderr, `\u`) || strings.Contains(stdout, "runs resume") {
		t.Errorf("%s%s", stdout, stderr)
	}
	if results := w.apply(3, plan); results["Deal 2"]["Outcome"] != "blocked" || results["Deal 1"]["Outcome"] != "updated" {
		t.Errorf("without it: %v", results)
	}
}

// What all or nothing prints of a row that deviates names fields, no values: the screen of apply is
// no place for notes.
func TestAllOrNothingNamesFieldsWithoutValues(t *testing.T) {
	w := newTenant(t)
	plan := w.plan(w.sheet("deals.csv", deal(1, "100", "CANARY new", "", "")), "plan.json")
	w.imports(0, w.sheet("other.csv", deal(1, "100", "CANARY old", "", "")))
	w.writes()
	code, stdout, stderr := w.run("apply", plan, "--yes", "--all-or-nothing")
	if code != 8 || len(w.writes()) != 0 || !strings.Contains(stderr, "row 2 (create was planned, held now: ") || !strings.Contains(stderr, "differ: Notes") {
		t.Errorf("exit %d\n%s", code, stderr)
	}
	if strings.Contains(stdout+stderr, "CANARY") {
		t.Errorf("notes were printed:\n%s%s", stdout, stderr)
	}
}

// The plan of a deal of the past says what its approval means: when it will be dated, and what may
// not be registered. A deal that stays open for now says that instead.
func TestAPlanOfADealOfThePast(t *testing.T) {
	w := newTenant(t)
	file := w.sheet("past.csv", deal(1, "100", "one", "CRM-1", ",,,Closed,Won"), deal(2, "100", "two", "CRM-2", ",,,Closed,Lost,2"), deal(3, "100", "three", "CRM-3", ""))
	for _, c := range []struct {
		args           []string
		dated, hurried int
	}{{nil, 2, 1}, {[]string{"--close-after", "72h"}, 0, 0}} {
		_, stdout, _ := w.run("plan", append([]string{file}, c.args...)...)
		if dated, hurried := strings.Count(stdout, "closing today"), strings.Count(stdout, "72 hours of its creation"); dated != c.dated || hurried != c.hurried {
			t.Errorf("%v: %d dated today, %d within 72 hours\n%s", c.args, dated, hurried, stdout)
		}
	}
}

// The result of a deal of the past says that it was created and how it ended; one that stays open says
// nothing of that, whether for good or for now.
func TestTheResultOfADealOfThePast(t *testing.T) {
	w := newTenant(t)
	file := w.sheet("past.csv", deal(1, "100", "one", "CRM-1", ",,,Closed,Won"), deal(2, "100", "two", "CRM-2", ",,,Closed,Lost,2"), deal(3, "100", "three", "CRM-3", ""), deal(4, "100", "four", "CRM-4", ",,,Closed,Declined,2"))
	want := map[string]string{"Deal 1": "created and closed as Won", "Deal 2": "created and closed as Lost", "Deal 3": "", "Deal 4": "created and closed as Declined"}
	for _, row := range w.imports(0, file) {
		if row["Outcome"] != "created" || row["Message"] != want[row["Deal Name"]] {
			t.Errorf("%s: %s, %q", row["Deal Name"], row["Outcome"], row["Message"])
		}
	}
	for _, row := range newTenant(t).imports(0, file, "--close-after", "72h") {
		if strings.Contains(row["Message"], "closed as") {
			t.Errorf("%s stays open: %q", row["Deal Name"], row["Message"])
		}
	}
}

// In the workbook what is approved is read whole: changes and what cannot be taken back are
// wrapped, not cut off at the next cell.
func TestAPlanIsReadWhole(t *testing.T) {
	w, file := threeDeals(t)
	book, err := excelize.OpenFile(w.plan(file, "plan.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range []string{"E2", "F5"} {
		id, err := book.GetCellStyle("Plan", cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := book.GetStyle(id)
		if err != nil || style.Alignment == nil || !style.Alignment.WrapText {
			t.Errorf("%s: %+v, %v", cell, style, err)
		}
	}
	update, errUpdate := book.GetRowHeight("Plan", 2)
	create, errCreate := book.GetRowHeight("Plan", 5)
	if errUpdate != nil || errCreate != nil || create < 3*update {
		t.Errorf("a row with many changes is %v high, one with a single change %v", create, update)
	}
}

// A plan of another input is stale.
func TestAPlanOfAnotherInput(t *testing.T) {
	w, file := threeDeals(t)
	plan := w.plan(file, "plan.json")
	w.sheet("deals.csv", deal(1, "112", "by hand", "CRM-1", ""))
	code, _, stderr := w.run("apply", plan, "--yes")
	if code != 8 || len(w.writes()) != 0 || !strings.Contains(stderr, "its content has changed") {
		t.Errorf("exit %d\n%s", code, stderr)
	}
}

// The plan of a new deal begins with what a person approves it by, and shows a day as a day: on the screen
// and in the workbook. JSON keeps the value that is sent.
func TestAPlanOfANewDealReadsAsADeal(t *testing.T) {
	w := newTenant(t)
	file := writeFile(t, w.folder, "new.csv", strings.SplitN(canaryDeals, "\n", 3)[0]+"\n"+strings.SplitN(canaryDeals, "\n", 3)[1]+"\n")
	begins := []string{`Deal Name: "CANARY deal"`, `Customer Name: "CANARY company"`, `CRM ID: "CRM-1"`, "Estimated Deal Value: 1000", `Currency: "USD"`, "Estimated Close Date: 2031-01-30"}
	_, screen, _ := w.run("plan", file, "--verbose")
	book, err := excelize.OpenFile(w.plan(file, "plan.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	cell, err := book.GetCellValue("Plan", "E2")
	if err != nil {
		t.Fatal(err)
	}
	changes, err := book.GetRows("Changes")
	if err != nil {
		t.Fatal(err)
	}
	if want := "\n      " + strings.Join(begins, "\n      "); !strings.Contains(screen, want) || strings.Contains(screen, "T00:00:00Z") {
		t.Errorf("no %s in\n%s", want, screen)
	}
	if !strings.HasPrefix(cell, strings.Join(begins, "; ")) || strings.Contains(cell, "T00:00:00Z") {
		t.Errorf("the cell of the workbook: %s", cell)
	}
	if text := fmt.Sprint(changes); !strings.Contains(text, "Estimated Close Date  2031-01-30]") || strings.Contains(text, "T00:00:00Z") {
		t.Errorf("the sheet Changes: %s", text)
	}
	if exact := read(t, w.plan(file, "plan.json")); !strings.Contains(exact, `"2031-01-30T00:00:00Z"`) {
		t.Errorf("JSON has lost the time:\n%s", exact)
	}
}

// A saved plan says in JSON what would be done.
func TestAPlanAsJSON(t *testing.T) {
	w, file := threeDeals(t)
	data, err := os.ReadFile(w.plan(file, "plan.json"))
	if err != nil {
		t.Fatal(err)
	}
	var plan struct {
		Plan struct {
			Hash   string `json:"input_hash"`
			Target string
		}
		Rows []struct {
			Row     int
			Action  string
			Changes []struct {
				Field string
				Old   any
				New   any
			}
		}
		Totals map[string]any
	}
	if err := json.Unmarshal(data, &plan); err != nil {
		t.Fatal(err)
	}
	if len(plan.Rows) != 4 || plan.Rows[0].Row != 2 || plan.Rows[0].Changes[0].New != 111.0 || plan.Plan.Hash == "" || plan.Totals["outcomes"] == nil {
		t.Errorf("%+v", plan)
	}
}

// What a run changed is taken back, what somebody changed since is left, what never can be taken
// back is named.
func TestUndo(t *testing.T) {
	w, file := threeDeals(t)
	before := w.live()
	w.imports(0, file)
	w.writes()
	w.Edit(w.live()["Deal 2"]["id"].(string), func(d map[string]any) { d["details"].(map[string]any)["dealValue"] = json.Number("5") })
	code, stdout, stderr := w.run("runs undo", "--dry-run")
	for _, want := range []string{"~ row 2  restore  00000000-0000-4000-8000-000000000001", "Estimated Deal Value: 111 → 100", "! row 3  changed since  00000000-", "x row 5  cannot be undone"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in\n%s%s", want, stdout, stderr)
		}
	}
	if code != 0 || len(w.writes()) != 0 {
		t.Errorf("a dry run: exit %d", code)
	}
	out := filepath.Join(w.folder, "undone.csv")
	code, stdout, stderr = w.run("runs undo", "--yes", "--results", out)
	if code != 3 || len(w.writes()) != 2 || !strings.Contains(stdout, "updated 2, conflict 1, blocked 1") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	after := w.live()
	for _, name := range []string{"Deal 1", "Deal 3"} {
		was, is := before[name]["details"].(map[string]any), after[name]["details"].(map[string]any)
		if is["dealValue"] != was["dealValue"] || is["notes"] != was["notes"] {
			t.Errorf("%s: %v, it was %v", name, is, was)
		}
	}
	if after["Deal 2"]["details"].(map[string]any)["dealValue"] != json.Number("5") || after["Deal 4"] == nil {
		t.Errorf("%v, %v", after["Deal 2"], after["Deal 4"])
	}
}

// Rows that the check has settled stand in a plan too, and applying it leaves them.
func TestAPlanWithRowsThatAreNotSent(t *testing.T) {
	t.Parallel()
	w, _ := threeDeals(t)
	file := w.sheet("deals.csv", deal(1, "111", "by hand", "CRM-1", ""), deal(2, "lots", "by hand", "CRM-2", ""), deal(3, "300", "by hand", "CRM-3", ",,skip"))
	for _, name := range []string{"plan.json", "plan.xlsx"} {
		plan := w.plan(file, name, "--skip-invalid")
		results := w.apply(3, plan, "--all-or-nothing")
		if results["Deal 1"]["Outcome"] != "updated" && name == "plan.json" || results["Deal 2"]["Outcome"] != "invalid" || results["Deal 3"]["Outcome"] != "skipped" {
			t.Errorf("%v", results)
		}
		w.writes()
	}
	code, stdout, _ := w.run("plan", file, "--skip-invalid")
	if code != 0 || !strings.Contains(stdout, `x row 3  invalid  Deal 2`) || !strings.Contains(stdout, `Estimated Deal Value: "lots"`) {
		t.Errorf("exit %d\n%s", code, stdout)
	}
}
