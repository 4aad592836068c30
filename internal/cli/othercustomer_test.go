package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A row that is matched by an id and is another customer's is held, however it is matched and whatever it asks for.
func TestAnotherCustomersDeal(t *testing.T) {
	t.Parallel()
	w := newIDWorld(t, there("Old", "Contoso &amp; Sons GmbH", "CRM-1", 100))
	id := w.doc(0).text("id")
	rows := w.imports(3, idRow("Old", "Fabrikam GmbH", "CRM-1", "", "", 200))
	outcomes(t, rows, "held")
	if !strings.Contains(rows[0]["Message"], "Fabrikam") || !strings.Contains(rows[0]["Message"], "Contoso") {
		t.Errorf("%v", rows[0])
	}
	outcomes(t, w.imports(3, idRow("Old", "Fabrikam GmbH", "", id, "", 200)), "held")
	outcomes(t, w.imports(3, idRow("Old", "Fabrikam GmbH", "CRM-1", "", "create", 200)), "held")
	if got := w.writes(); len(got) > 0 {
		t.Fatalf("%v", got)
	}
	outcomes(t, w.imports(0, idRow("Old", "CONTOSO and sons", "CRM-1", "", "", 200)), "updated")
	// A person's word is taken once.
	outcomes(t, w.imports(0, idRow("Old", "Fabrikam GmbH", "CRM-1", "", "update", 300)), "updated")
	outcomes(t, w.imports(0, idRow("Old", "FABRIKAM", "CRM-1", "", "", 400)), "updated")
	outcomes(t, w.imports(3, idRow("Old", "Litware", "CRM-1", "", "", 500)), "held")
}

// What an earlier run made or changed under a customer is not asked again when the service renames it.
func TestARenamedCustomerIsNotAskedFor(t *testing.T) {
	w := newIDWorld(t, there("Old", "Contoso", "CRM-1", 100))
	outcomes(t, w.imports(0, idRow("Old", "Contoso", "CRM-1", "", "", 200), idRow("New", "Litware", "CRM-2", "", "", 100)), "updated", "created")
	w.rename(0, "Fabrikam Holding")
	w.rename(1, "Tailspin")
	outcomes(t, w.imports(0, idRow("Old", "Contoso", "CRM-1", "", "", 300), idRow("New", "Litware", "CRM-2", "", "", 300)), "updated", "updated")
	rows := w.imports(3, idRow("Old", "Litware", "CRM-1", "", "", 400), idRow("New", "Contoso", "CRM-2", "", "", 400))
	outcomes(t, rows, "held", "held")
}

// The first run of a file after the upgrade takes the customers of what earlier runs made or changed as they are,
// unless a fifth of them differ; the next one asks.
func TestTheFirstRunAfterTheUpgrade(t *testing.T) {
	t.Parallel()
	for _, renamed := range []int{1, 2} {
		w := newIDWorld(t)
		w.args = []string{"--concurrency", "1"} // the order of creation is that of the rows
		var rows []string
		for n := range 10 {
			rows = append(rows, idRow(fmt.Sprint("Deal ", n), fmt.Sprintf("Contoso%c", 'a'+n), fmt.Sprint("CRM-", n), "", "", 100+n))
		}
		w.imports(0, rows...)
		w.upgrade()
		for n := range renamed {
			w.rename(n, "Fabrikam "+string(rune('a'+n)))
		}
		if renamed == 2 {
			if got := w.imports(3, rows...); got[0]["Outcome"] != "held" || got[1]["Outcome"] != "held" {
				t.Errorf("%v", got)
			}
			continue
		}
		if _, stdout, _ := w.run("plan", filepath.Join(w.folder, "deals.csv")); !strings.Contains(stdout, "! 0 needs a person") {
			t.Errorf("the plan knows less:\n%s", stdout)
		}
		w.imports(0, rows...)
		w.imports(0, rows...)
		w.rename(5, "Litware")
		w.imports(0, rows...) // the first run has kept it
		w.rename(6, "Tailspin")
		rows[6] = idRow("Deal 6", "Adatum", "CRM-6", "", "", 100)
		w.imports(3, rows...)
	}
}

// upgrade leaves the state as a version before left it that kept nothing of customers.
func (w *idWorld) upgrade() {
	w.t.Helper()
	known, err := filepath.Glob(filepath.Join(w.folder, "state", "refload", "*", "known-*"))
	if err != nil || len(known) != 1 {
		w.t.Fatal(known, err)
	}
	if err := os.Remove(known[0]); err != nil {
		w.t.Fatal(err)
	}
}

// An Action of the mapping file, or on more than half of the rows, is no word on one of them.
func TestABlanketActionReleasesNothing(t *testing.T) {
	w := newIDWorld(t, there("A", "Contoso", "CRM-1", 100), there("B", "Fabrikam", "CRM-2", 100), there("C", "Litware", "CRM-3", 100), there("D", "Tailspin", "CRM-4", 100))
	swapped := []string{idRow("A", "Fabrikam", "CRM-1", "", "update", 200), idRow("B", "Contoso", "CRM-2", "", "update", 200), idRow("C", "Litware", "CRM-3", "", "update", 200), idRow("D", "Tailspin", "CRM-4", "", "", 200)}
	outcomes(t, w.imports(3, swapped...), "held", "held", "updated", "updated")
	mapping := writeFile(t, w.folder, "map.yaml", "version: 1\nconstants:\n  Action: update\n")
	constant := strings.ReplaceAll(strings.ReplaceAll(idHeader, ",Action", "")+idRow("A", "Fabrikam", "CRM-1", "", "", 200), ",\n", "\n")
	outcomes(t, w.importsFile(3, constant, "--mapping", mapping), "held")
	swapped[2] = idRow("C", "Litware", "CRM-3", "", "", 200)
	outcomes(t, w.imports(0, swapped...), "updated", "updated", "unchanged", "unchanged")
}

// One column sorted alone stops the file before its first write, whatever stands hidden.
func TestAColumnSortedAlone(t *testing.T) {
	t.Parallel()
	customers := []string{"Contoso", "Fabrikam", "Litware", "Tailspin", "Northwind", "Adatum"}
	var seed, rows []string
	for n, customer := range customers {
		seed = append(seed, there(fmt.Sprint("Deal ", n), customer, fmt.Sprint("CRM-", n), 100))
		rows = append(rows, idRow(fmt.Sprint("Deal ", n), customers[(n+1)%len(customers)], fmt.Sprint("CRM-", n), "", "", 200))
	}
	w := newIDWorld(t, seed...)
	rows = append(rows, idRow("New", "Woodgrove", "CRM-9", "", "", 100))
	code, stdout, stderr := w.run("plan", writeFile(t, w.folder, "deals.csv", idHeader+strings.Join(rows, "")))
	if !strings.Contains(stdout+stderr, "sorted alone") {
		t.Errorf("plan, exit %d\n%s%s", code, stdout, stderr)
	}
	outcomes(t, w.imports(6, rows...), "held", "held", "held", "held", "held", "held", "held")
	if got := w.writes(); len(got) > 0 {
		t.Fatalf("%v", got)
	}
	blanket := slices.Clone(rows)
	for i := range blanket {
		blanket[i] = strings.TrimSuffix(blanket[i], "\n") + "update\n"
	}
	w.imports(6, blanket...)
	w.profile = "    other-customer: note\n"
	outcomes(t, w.imports(0, rows...), "updated", "updated", "updated", "updated", "updated", "updated", "created")
}

// The customers of an export are sorted alone: ETag and Snapshot stay with their rows, and waive nothing. A column
// that is sorted together with the Referral IDs is found out by the Snapshot.
func TestAnExportSortedByOneColumn(t *testing.T) {
	w := newIDWorld(t, there("Deal 1", "Contoso", "CRM-1", 100), there("Deal 2", "Fabrikam", "CRM-2", 200), there("Deal 3", "Litware", "CRM-3", 300))
	file := filepath.Join(w.folder, "export.csv")
	if code, _, stderr := w.run("export", "-o", file); code != 0 {
		t.Fatal(stderr)
	}
	swap := func(headers ...string) string {
		lines := cellsOf(t, file)
		for _, header := range headers {
			at := slices.Index(lines[0], header)
			if at < 0 {
				t.Fatalf("no %s in %v", header, lines[0])
			}
			lines[1][at], lines[2][at] = lines[2][at], lines[1][at]
		}
		value := slices.Index(lines[0], "Estimated Deal Value")
		for _, line := range lines[1:] {
			line[value] += "0"
		}
		return csvOf(t, lines)
	}
	outcomes(t, w.importsFile(3, swap("Customer Name")), "held", "held", "updated")
	rows := w.importsFile(3, swap("Customer Name", "Referral ID", "CRM ID"))
	if outcomes(t, rows[:2], "held", "held"); !strings.Contains(rows[0]["Message"], "exported") {
		t.Errorf("%v", rows[0])
	}
}

// A row that is held as another customer's claims the deal all the same: when another row took its CRM ID away, the next
// run would make it anew.
func TestTwoRowsOfOneDealAndTwoCustomers(t *testing.T) {
	w := newIDWorld(t, there("Old", "Contoso", "CRM-1", 100))
	file := []string{idRow("Old", "Contoso", "CRM-9", w.doc(0).text("id"), "", 100), idRow("Other", "Fabrikam", "CRM-1", "", "", 200)}
	for range 2 {
		outcomes(t, w.imports(3, file...), "duplicate", "duplicate")
	}
	if got := w.writes(); len(got) > 0 {
		t.Fatalf("%v", got)
	}
}

// What a row that waits is told to do can be done: an advice that this row cannot follow is not given.
func TestAdviceThatTheRowCanFollow(t *testing.T) {
	t.Parallel()
	said := func(row map[string]string, outcome string, words ...string) {
		t.Helper()
		for _, words := range words {
			if text := row["Message"] + " | " + row["Hint"]; row["Outcome"] != outcome || !strings.Contains(text, words) {
				t.Errorf("%q is not said of %s: %s", words, row["Outcome"], text)
			}
		}
	}
	// Two referrals are near the row's CRM ID: an Action says of neither that it is the one.
	w := newIDWorld(t, there("Old", "Contoso", "CRM-1", 100), there("Older", "Contoso", "Crm-1", 100), there("Far", "Litware", "CRM-7", 100))
	for _, action := range []string{"", "update"} {
		said(w.imports(3, idRow("New", "Contoso", "crm-1", "", action, 200))[0], "held", "several referrals have nearly the CRM ID of the row", "fill in the Referral ID")
	}
	outcomes(t, w.imports(0, idRow("Old", "Contoso", "CRM-1", w.doc(0).text("id"), "update", 200)), "updated")
	// An update finds nothing but another customer's referral.
	said(w.imports(3, idRow("New", "Fabrikam", "crm-7", "", "update", 200))[0], "rejected", "another customer's referral has nearly the CRM ID of the row", "correct the CRM ID")
	// No Action makes another customer's engagement the row's: where it is to become part of it, it is told so.
	joining := strings.Replace(idHeader, "Action", "Action,Engagement ID", 1)
	joins := func(customer, action string) string {
		return joining + strings.TrimSpace(idRow("Third", customer, "CRM-9", "", action, 200)) + "," + w.doc(2).text("engagementId") + "\n"
	}
	said(w.importsFile(3, joins("Fabrikam", ""))[0], "held", "the engagement has another referral already")
	said(w.importsFile(3, joins("Fabrikam", "create"))[0], "held", "the engagement is another customer's", "write the customer's name as the engagement has it")
	if got := w.writes(); len(got) != 1 {
		t.Errorf("%v", got)
	}
	outcomes(t, w.importsFile(0, joins("Litware", "create")), "created")
}

// A row that names another customer's deal by its CRM ID does not make that deal known to the file: the row whose deal it
// looks like waits for a person.
func TestAWrongIDHidesNoLookAlike(t *testing.T) {
	t.Parallel()
	w := newIDWorld(t, there("Move 0", "Contoso", "CRM-0", 100), there("Move 1", "Fabrikam", "CRM-1", 100))
	outcomes(t, w.imports(3, idRow("Move 0", "Contoso", "CRM-90", "", "", 100), idRow("Move 9", "Litware", "CRM-0", "", "", 100)), "held", "held")
	outcomes(t, w.imports(3, idRow("Move 0", "Contoso", "CRM-90", "", "", 100), idRow("Move 9", "Litware", "CRM-0", "", "skip", 100)), "held", "skipped")
	// Pushed down by one: each names the deal of the row above it.
	outcomes(t, w.imports(3, idRow("Move 0", "Contoso", "CRM-2", "", "", 100), idRow("Move 1", "Fabrikam", "CRM-0", "", "", 100)), "held", "held")
	// Two deals of one name and customer, both in the file, are two.
	outcomes(t, w.imports(0, idRow("Move 0", "CONTOSO Ltd", "CRM-0", "", "", 100), idRow("Move 0", "Contoso", "CRM-90", "", "", 100)), "unchanged", "created")
	if got := w.writes(); len(got) != 1 {
		t.Errorf("%v", got)
	}
}
