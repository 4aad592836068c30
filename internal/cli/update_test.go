package cli_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// documentedResource is a referral as the documentation shows one: with links, an eTag in quotes
// of its own, and with properties that no table of ours has.
const documentedResource = `{"id":"41ff3b9c-0a7c-4c4c-8f0c-7b9a5a2f3c1d","name":"Contoso renewal","externalReferenceId":"","type":"Independent","qualification":"SalesQualified",
	"status":"Active","substatus":"Accepted","customerProfile":{"name":"Contoso","address":{"addressLine1":"One Way","city":"Redmond","country":"US"},"ids":[{"profileType":"Duns","id":"795986822"}]},
	"consent":{"consentToToShareInfoWithOthers":true,"consentToContact":true},"details":{"notes":"Old notes","dealValue":50000.10,"currency":"USD","requirements":{"solutions":[{"id":"SOL-1-AAA","unknownPart":9007199254740993}]}},
	"team":[{"firstName":"Ann","lastName":"Lee","phoneNumber":"1","email":"ann@example.com"}],"unknownThing":{"deep":[1.50,{"x":null}]}}`

// The documented PATCH comes out of a row that names the referral: two replaced properties, the
// value as a number, under the eTag as it stands.
func TestTheDocumentedPatchComesOutOfARow(t *testing.T) {
	w := newTenant(t)
	w.seed(documentedResource)
	etag := w.live()["Contoso renewal"]["eTag"].(string)
	file := writeFile(t, w.folder, "one.csv", "Referral ID,Estimated Deal Value,Notes\n41ff3b9c-0a7c-4c4c-8f0c-7b9a5a2f3c1d,10000,New notes\n")
	rows := w.imports(0, file)
	writes := w.writes()
	if len(writes) != 1 || rows[0]["Outcome"] != "updated" {
		t.Fatalf("%d writes, %v", len(writes), rows)
	}
	got := writes[0]
	want := `[{"op":"replace","path":"/details/dealValue","value":10000},{"op":"replace","path":"/details/notes","value":"New notes"}]`
	if got.method != "PATCH" || got.ifMatch != etag || got.prefer != "return=representation" || compact(t, got.body) != want {
		t.Errorf("%s If-Match %s Prefer %q\n got %s\nwant %s", got.method, got.ifMatch, got.prefer, got.body, want)
	}
}

// The documented PUT: the whole resource with the changes, without links, and with everything
// that the table does not have, numbers in their own spelling.
func TestTheDocumentedPutComesOutOfARow(t *testing.T) {
	w := newTenant(t)
	w.seed(documentedResource)
	want := maps.Clone(w.live()["Contoso renewal"])
	delete(want, "links")
	details := maps.Clone(want["details"].(map[string]any))
	details["notes"] = "New notes"
	want["details"] = details
	file := writeFile(t, w.folder, "one.csv", "Referral ID,Notes\n41ff3b9c-0a7c-4c4c-8f0c-7b9a5a2f3c1d,New notes\n")
	w.imports(0, file, "--update-method", "put")
	writes := w.writes()
	if len(writes) != 1 || writes[0].method != "PUT" || writes[0].ifMatch != want["eTag"] {
		t.Fatalf("%+v", writes)
	}
	if diff := cmp.Diff(want, decode(t, writes[0].body)); diff != "" {
		t.Error(diff)
	}
	for _, spelled := range []string{"50000.10", "9007199254740993", "1.50"} {
		if !strings.Contains(string(writes[0].body), spelled) {
			t.Errorf("the number %s has another spelling in %s", spelled, writes[0].body)
		}
	}
	if violations := w.Violations(); len(violations) > 0 {
		t.Error(violations)
	}
}

// The same sheet twice: no write, unchanged for every row. One changed cell: one PATCH with one
// operation.
func TestTheSameSheetTwiceAndOneChangedCell(t *testing.T) {
	w := newTenant(t)
	rows := []string{deal(1, "100", "one", "CRM-1", ""), deal(2, "200", "two", "CRM-2", ""), deal(3, "300", "three", "", "")}
	w.imports(0, w.sheet("deals.csv", rows...))
	if n := len(w.writes()); n != 3 {
		t.Fatalf("%d writes", n)
	}
	for _, row := range w.imports(0, w.sheet("deals.csv", rows...)) {
		if row["Outcome"] != "unchanged" {
			t.Errorf("%s is %s: %s", row["Deal Name"], row["Outcome"], row["Message"])
		}
	}
	if writes := w.writes(); len(writes) != 0 {
		t.Errorf("%d writes", len(writes))
	}
	rows[1] = deal(2, "200", "other", "CRM-2", "")
	results := w.imports(0, w.sheet("deals.csv", rows...))
	writes := w.writes()
	if len(writes) != 1 || compact(t, writes[0].body) != `[{"op":"replace","path":"/details/notes","value":"other"}]` {
		t.Errorf("%+v", writes)
	}
	if results[1]["Outcome"] != "updated" || results[1]["Message"] != "changed: Notes" {
		t.Errorf("%v", results[1])
	}
}

// A row that is known by nothing but its names is not silently updated.
func TestARowKnownByItsNamesIsHeldWhenItDiffers(t *testing.T) {
	w := newTenant(t)
	w.imports(0, w.sheet("deals.csv", deal(3, "300", "three", "", "")))
	w.writes()
	row := w.imports(3, w.sheet("deals.csv", deal(3, "301", "three", "", "")))[0]
	if row["Outcome"] != "held" || len(w.writes()) != 0 || !strings.Contains(row["Message"], "300 → 301") {
		t.Errorf("%v", row)
	}
	id := w.live()["Deal 3"]["id"].(string)
	if row := w.imports(0, w.sheet("deals.csv", deal(3, "301", "three", "", id)))[0]; row["Outcome"] != "updated" {
		t.Errorf("with its Referral ID: %v", row)
	}
}

// Modes and the Action column: what is found and what is not.
func TestModes(t *testing.T) {
	t.Parallel()
	w := newTenant(t)
	w.imports(0, w.sheet("deals.csv", deal(1, "100", "one", "CRM-1", "")))
	w.writes()
	const missing = "11111111-1111-4111-8111-111111111111"
	for _, test := range []struct {
		name, row, word string
		args            []string
		code, writes    int
	}{
		{"create leaves what is found", deal(1, "111", "one", "CRM-1", ""), "already-exists", []string{"--mode", "create"}, 0, 0},
		{"so does the action", deal(1, "111", "one", "CRM-1", ",,create"), "already-exists", nil, 0, 0},
		{"update changes what is found", deal(1, "112", "one", "CRM-1", ""), "updated", []string{"--mode", "update"}, 0, 1},
		{"update refuses what is not found", deal(9, "1", "", "CRM-9", ""), "rejected", []string{"--mode", "update"}, 3, 0},
		{"so does the action", deal(9, "1", "", "CRM-9", ",,update"), "rejected", nil, 3, 0},
		{"an unknown Referral ID is rejected", deal(9, "1", "", "", missing), "rejected", nil, 3, 0},
		{"skip skips", deal(1, "113", "one", "CRM-1", ",,skip"), "skipped", nil, 0, 0},
		{"upsert creates what is not found", deal(9, "1", "", "CRM-9", ""), "created", nil, 0, 1},
	} {
		row := w.imports(test.code, w.sheet("deals.csv", test.row), test.args...)[0]
		if writes := len(w.writes()); row["Outcome"] != test.word || writes != test.writes {
			t.Errorf("%s: %s with %d writes: %s", test.name, row["Outcome"], writes, row["Message"])
		}
	}
}

// In mode update a row need not say what a new referral must have.
func TestUpdateNeedsNoMore(t *testing.T) {
	w := newTenant(t)
	w.imports(0, w.sheet("deals.csv", deal(1, "100", "one", "CRM-1", "")))
	file := writeFile(t, w.folder, "values.csv", "CRM ID,Estimated Deal Value\nCRM-1,150\n")
	if row := w.imports(0, file, "--mode", "update")[0]; row["Outcome"] != "updated" {
		t.Errorf("%v", row)
	}
	w.imports(5, file)
}

// A changed address is read-only beside a changed value: the value is sent, the address a note.
func TestReadOnlyPropertiesAreNotes(t *testing.T) {
	w := newTenant(t)
	w.seed(handMade(1, `"externalReferenceId":"CRM-1",`))
	file := writeFile(t, w.folder, "address.csv", "Referral ID,Customer City,Estimated Deal Value\n"+w.live()["Deal 1"]["id"].(string)+",Seattle,150\n")
	row := w.imports(0, file)[0]
	if row["Outcome"] != "updated" || !strings.Contains(row["Message"], "read-only now: Customer City") {
		t.Errorf("%v", row)
	}
	live := w.live()["Deal 1"]
	if city := live["customerProfile"].(map[string]any)["address"].(map[string]any)["city"]; city != "Redmond" || fmt.Sprint(live["details"].(map[string]any)["dealValue"]) != "150" {
		t.Errorf("%v, %v", city, live["details"])
	}
}

// The note of a read-only field has both values where personal values are the product, in the plan and the
// results, also of a row that changes nothing. What import prints has neither.
func TestTheNoteOfAReadOnlyFieldHasBothValues(t *testing.T) {
	w := newTenant(t)
	w.seed(handMade(1, `"externalReferenceId":"CRM-1",`))
	const note = `read-only now: Customer City (sheet "Seattle", service "Redmond")`
	for value, outcome := range map[string]string{"150": "updated", "100": "unchanged"} {
		w.Edit(w.live()["Deal 1"]["id"].(string), func(d map[string]any) { d["details"].(map[string]any)["dealValue"] = json.Number("100") })
		file := writeFile(t, w.folder, "address.csv", "Referral ID,Customer City,Estimated Deal Value\n"+w.live()["Deal 1"]["id"].(string)+",Seattle,"+value+"\n")
		if _, stdout, _ := w.run("plan", file, "--verbose"); !strings.Contains(stdout, note) {
			t.Errorf("%s: no note in the plan\n%s", outcome, stdout)
		}
		out := w.folder + "/values.csv"
		for _, args := range [][]string{{"--verbose"}, {"--json"}} {
			code, stdout, stderr := w.run("import", append([]string{file, "--yes", "--results", out}, args...)...)
			if printed := stdout + stderr; code != 0 || strings.Contains(printed, "Seattle") || strings.Contains(printed, "Redmond") {
				t.Errorf("%s, %v: exit %d\n%s", outcome, args, code, printed)
			}
			if row := readCSV(t, out)[0]; row["Outcome"] != outcome || !strings.Contains(row["Message"], note) {
				t.Errorf("%v", row)
			}
			outcome = "unchanged"
		}
	}
}

// A sheet with the version it was made from does not write over a newer one.
func TestASheetWithETagsUpdatesThatVersionOnly(t *testing.T) {
	w := newTenant(t)
	w.seed(handMade(1, ""))
	live := w.live()["Deal 1"]
	quoted := `"""` + strings.Trim(live["eTag"].(string), `"`) + `"""`
	id := live["id"].(string)
	w.Edit(id, func(document map[string]any) { document["campaignId"] = "theirs" })
	row := w.imports(3, w.sheet("deals.csv", deal(1, "150", "by hand", "", id+","+quoted)))[0]
	if row["Outcome"] != "conflict" || len(w.writes()) != 0 || !strings.Contains(row["Message"], "Estimated Deal Value: 100 → 150") {
		t.Errorf("%v", row)
	}
	if row := w.imports(0, w.sheet("deals.csv", deal(1, "100", "by hand", "", id+","+quoted)))[0]; row["Outcome"] != "unchanged" {
		t.Errorf("what is there already: %v", row)
	}
}

// exported exports the tenant to a CSV and returns it with some texts replaced.
func (w *tenant) exported(replacements ...string) string {
	w.t.Helper()
	path := w.folder + "/exported.csv"
	if code, stdout, stderr := w.run("export", "-o", path); code != 0 {
		w.t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		w.t.Fatal(err)
	}
	return writeFile(w.t, w.folder, "edited.csv", strings.NewReplacer(replacements...).Replace(string(data)))
}

// An exported sheet that nobody touched sends nothing, whatever the service holds now; one edited
// cell is one operation.
func TestAnExportedSheetComesBack(t *testing.T) {
	w := newTenant(t)
	w.seed(handMade(1, `"externalReferenceId":"CRM-1",`), handMade(2, ""), documentedResource)
	untouched := w.exported()
	w.Edit(w.live()["Deal 1"]["id"].(string), func(d map[string]any) { d["campaignId"] = "theirs" })
	for _, row := range w.imports(0, untouched) {
		if row["Outcome"] != "unchanged" {
			t.Errorf("%v", row)
		}
	}
	w.imports(0, w.exported(",by hand,", ",by Bob,"))
	for _, write := range w.writes() {
		if compact(t, write.body) != `[{"op":"replace","path":"/details/notes","value":"by Bob"}]` {
			t.Errorf("%s", write.body)
		}
	}
}

// Two people edit one deal: different fields are a conflict, or with --merge-disjoint both stay;
// the same field is always a conflict that shows base, yours and theirs.
func TestTwoPeopleEditAnExportedDeal(t *testing.T) {
	w := newTenant(t)
	w.seed(handMade(1, ""))
	id := w.live()["Deal 1"]["id"].(string)
	file := w.exported(",by hand,", ",by me,")
	w.Edit(id, func(d map[string]any) { d["details"].(map[string]any)["dealValue"] = json.Number("5") })
	row := w.imports(3, file)[0]
	if row["Outcome"] != "conflict" || !strings.Contains(row["Message"], `Estimated Deal Value: was 100, is now 5; Notes: is "by hand", the row wants "by me"`) || !strings.Contains(row["Hint"], "--merge-disjoint") || len(w.writes()) != 0 {
		t.Errorf("other fields: %v", row)
	}
	if row := w.imports(0, file, "--merge-disjoint")[0]; row["Outcome"] != "updated" || len(w.writes()) != 1 {
		t.Errorf("merged: %v", row)
	}
	details := w.live()["Deal 1"]["details"].(map[string]any)
	if details["notes"] != "by me" || fmt.Sprint(details["dealValue"]) != "5" {
		t.Errorf("%v", details)
	}
	file = w.exported(",by me,", ",by me again,")
	w.Edit(id, func(d map[string]any) { d["details"].(map[string]any)["notes"] = "by them" })
	for _, args := range [][]string{nil, {"--merge-disjoint"}} {
		row := w.imports(3, file, args...)[0]
		if row["Outcome"] != "conflict" || !strings.Contains(row["Message"], `Notes: was "by me", is now "by them", the row wants "by me again"`) || len(w.writes()) != 0 {
			t.Errorf("the same field, %v: %v", args, row)
		}
	}
}

// The results of an update are a valid input: an edit back to what it was is a change again.
func TestResultsForgetWhatWasExported(t *testing.T) {
	w := newTenant(t)
	w.seed(handMade(1, ""))
	out := w.folder + "/out.csv"
	w.imports(0, w.exported(",by hand,", ",by me,"))
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	back := writeFile(t, w.folder, "back.csv", strings.ReplaceAll(string(data), ",by me,", ",by hand,"))
	if row := w.imports(0, back)[0]; row["Outcome"] != "updated" || w.live()["Deal 1"]["details"].(map[string]any)["notes"] != "by hand" {
		t.Errorf("%v", row)
	}
}

// One row names a referral by its id, another one by its CRM ID: nobody knows which is right, and
// neither is sent.
func TestTwoRowsOfOneReferral(t *testing.T) {
	w := newTenant(t)
	w.seed(handMade(1, `"externalReferenceId":"CRM-1",`), handMade(2, `"externalReferenceId":"CRM-2",`))
	id := w.live()["Deal 1"]["id"].(string)
	file := writeFile(t, w.folder, "two.csv", "Referral ID,CRM ID,Notes\n"+id+",,by id\n,CRM-1,by CRM ID\n,CRM-2,another\n")
	rows := w.imports(3, file, "--mode", "update")
	if rows[0]["Outcome"] != "duplicate" || rows[1]["Outcome"] != "duplicate" || rows[2]["Outcome"] != "updated" || len(w.writes()) != 1 {
		t.Errorf("%v", rows)
	}
}

// A CRM ID that stands on another referral than the one that the row names is a conflict.
func TestACRMIDOfAnotherReferral(t *testing.T) {
	w := newTenant(t)
	w.seed(handMade(1, `"externalReferenceId":"CRM-1",`), handMade(2, `"externalReferenceId":"CRM-2",`))
	file := writeFile(t, w.folder, "other.csv", "Referral ID,CRM ID,Notes\n"+w.live()["Deal 1"]["id"].(string)+",CRM-2,mine\n")
	row := w.imports(3, file)[0]
	if row["Outcome"] != "conflict" || !strings.Contains(row["Message"], w.live()["Deal 2"]["id"].(string)) || len(w.writes()) != 0 {
		t.Errorf("%v", row)
	}
}
