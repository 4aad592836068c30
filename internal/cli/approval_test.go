package cli_test

import (
	"testing"

	"github.com/xuri/excelize/v2"
)

// What people write into the workbook is obeyed: no skips, neither yes nor no holds, and sorting
// the sheet changes nothing.
func TestApprovals(t *testing.T) {
	w, file := threeDeals(t)
	plan := w.plan(file, "plan.xlsx")
	book, err := excelize.OpenFile(plan)
	if err != nil {
		t.Fatal(err)
	}
	for cell, word := range map[string]string{"G2": "No", "G3": "", "I2": "not this quarter"} {
		if err := book.SetCellStr("Plan", cell, word); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.DuplicateRowTo("Plan", 5, 2); err != nil {
		t.Fatal(err)
	}
	if err := book.RemoveRow("Plan", 6); err != nil {
		t.Fatal(err)
	}
	if err := book.Save(); err != nil {
		t.Fatal(err)
	}
	results := w.apply(3, plan)
	for name, want := range map[string]string{"Deal 1": "skipped", "Deal 2": "held", "Deal 3": "updated", "Deal 4": "created"} {
		if results[name]["Outcome"] != want {
			t.Errorf("%s: %s, expected %s (%s)", name, results[name]["Outcome"], want, results[name]["Message"])
		}
	}
	if writes := w.writes(); len(writes) != 2 {
		t.Errorf("%d writes", len(writes))
	}
}

// A row that waits for a person and says no is skipped, as one that would be sent; without a word it stays
// as it was planned.
func TestNoOnRowsThatNeedAPerson(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		word string
		code int
		want map[string]string
	}{
		{"no", 0, map[string]string{"Deal 1": "updated", "Deal 2": "skipped", "Deal 3": "skipped", "Deal 4": "skipped"}},
		{"", 3, map[string]string{"Deal 1": "updated", "Deal 2": "blocked", "Deal 3": "conflict", "Deal 4": "held"}},
	} {
		w, _ := threeDeals(t)
		w.seed(handMade(4, ""))
		w.Edit(w.live()["Deal 2"]["id"].(string), func(d map[string]any) { d["status"], d["substatus"] = "Closed", "Lost" })
		id := w.live()["Deal 3"]["id"].(string)
		file := w.sheet("deals.csv", deal(1, "111", "by hand", "CRM-1", ""), deal(2, "222", "by hand", "CRM-2", ""), deal(3, "333", "by hand", "", id+`,"""old"""`), deal(4, "400", "by hand", "CRM-4", ""))
		plan := w.plan(file, "plan.xlsx")
		book, err := excelize.OpenFile(plan)
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range []string{"G3", "G4", "G5"} {
			if err := book.SetCellStr("Plan", cell, c.word); err != nil {
				t.Fatal(err)
			}
		}
		if err := book.Save(); err != nil {
			t.Fatal(err)
		}
		results := w.apply(c.code, plan)
		for name, want := range c.want {
			if results[name]["Outcome"] != want {
				t.Errorf("%q: %s is %s, expected %s (%s)", c.word, name, results[name]["Outcome"], want, results[name]["Message"])
			}
		}
		if writes := w.writes(); len(writes) != 1 {
			t.Errorf("%q: %d writes", c.word, len(writes))
		}
	}
}
