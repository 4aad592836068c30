package cli_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"refload/internal/sheet"
)

// verified is what one verification said.
type verified struct {
	code     int
	findings []map[string]any
	summary  map[string]any
	stderr   string
}

// verifies verifies a file and reads the JSON lines: findings, and one summary at the end.
func (w *tenant) verifies(file string, args ...string) verified {
	w.t.Helper()
	code, stdout, stderr := w.run("verify", append([]string{file, "--json", "-o", filepath.Join(w.folder, "verdict.xlsx")}, args...)...)
	v := verified{code: code, stderr: stderr}
	for line := range strings.Lines(stdout) {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			w.t.Fatalf("%v: %s", err, line)
		}
		if v.summary != nil {
			w.t.Errorf("a line behind the summary: %s", line)
		}
		switch object["event"] {
		case "finding":
			v.findings = append(v.findings, object["finding"].(map[string]any))
		case "summary":
			v.summary = object
		}
	}
	return v
}

// brief lists findings as "different 2 Notes".
func (v verified) brief() string {
	var list []string
	for _, f := range v.findings {
		text := fmt.Sprint(f["kind"])
		for _, name := range []string{"row", "field"} {
			if f[name] != nil {
				text += " " + fmt.Sprint(f[name])
			}
		}
		list = append(list, text)
	}
	return strings.Join(list, "; ")
}

// complainer is a test, or one draw of a property test.
type complainer interface {
	Helper()
	Errorf(format string, values ...any)
}

// wants holds a verification against what it should find.
func (v verified) wants(t complainer, name string, code int, brief string) {
	t.Helper()
	if v.code != code || v.brief() != brief || v.summary["complete"] != (code == 0) {
		t.Errorf("%s: exit %d, want %d\n got %s\nwant %s\n%v\n%s", name, v.code, code, v.brief(), brief, v.summary, v.stderr)
	}
}

// verdictSheets reads a verdict: the names of its sheets, and all texts of the first.
func verdictSheets(t *testing.T, path string) (names []string, page string) {
	t.Helper()
	book, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for _, info := range book.Sheets() {
		names = append(names, info.Name)
	}
	for row, err := range book.Rows(names[0]) {
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range row.Cells {
			page += cell.Shown + "|"
		}
		page += "\n"
	}
	return names, page
}

func TestVerifyAfterAnImport(t *testing.T) {
	w := newTenant(t)
	file := w.sheet("deals.csv", deal(1, "100", "one", "CRM-1", ""), deal(2, "200.50", "two", "", ""), deal(3, "300", "three", "CRM-3", ",,,Closed,Lost,2"), deal(4, "1", "", "CRM-4", ",,skip,,,"))
	w.imports(0, file)
	w.writes()
	v := w.verifies(file)
	v.wants(t, "at once", 0, "")
	if v.summary["rows"] != 4.0 || v.summary["as_the_sheet_says"] != 3.0 || v.summary["skipped"] != 1.0 || len(v.summary["hash"].(string)) != 64 {
		t.Errorf("%v", v.summary)
	}
	if got := fmt.Sprint(v.summary["sums"], v.summary["statuses"]); got !=
		"[map[currency:USD difference:0.00 service:600.50 service_deals:3 sheet:600.50 sheet_deals:3]] [map[service:2 sheet:2 status:Active: Accepted] map[service:1 sheet:1 status:Closed: Lost]]" {
		t.Error(got)
	}
	names, page := verdictSheets(t, filepath.Join(w.folder, "verdict.xlsx"))
	if strings.Join(names, " ") != "Verdict" {
		t.Errorf("sheets %v", names)
	}
	for _, line := range []string{"Verification of deals.csv|", "\ncomplete|", "as the sheet says|3|", "missing|0|", "not judged, as asked|1|",
		"USD, 3 deals|600.5|600.5|0|", "Closed: Lost|1|1|0|", "SHA-256 of the file|" + v.summary["hash"].(string), "service|" + w.url, "signed-in account|"} {
		if !strings.Contains(page, line) {
			t.Errorf("the page does not say %q:\n%s", line, page)
		}
	}
	if n := len(w.writes()); n != 0 {
		t.Errorf("verify wrote %d times", n)
	}
	if err := os.RemoveAll(filepath.Join(w.folder, "state")); err != nil {
		t.Fatal(err)
	}
	w.verifies(file).wants(t, "without journals", 0, "")
	w.verifies(filepath.Join(w.folder, "out.csv")).wants(t, "of the results", 0, "")
}

// What somebody else changed, field by field, with both values.
func TestVerifyFindsWhatDiffers(t *testing.T) {
	t.Parallel()
	w := newTenant(t)
	file := w.sheet("deals.csv", deal(1, "100", "one", "CRM-1", ""), deal(2, "200", "R&D", "CRM-2", ",,,Active,Accepted"))
	w.imports(0, file)
	original := w.live()["Deal 2"]
	id := original["id"].(string)
	for _, test := range []struct {
		name  string
		edit  func(map[string]any)
		brief string
		says  string
	}{
		{"a value", func(d map[string]any) { d["details"].(map[string]any)["dealValue"] = json.Number("201") }, "different 3 Estimated Deal Value", "E3 200 201"},
		{"a value as text", func(d map[string]any) { d["details"].(map[string]any)["dealValue"] = "200.00" }, "", ""},
		{"a text", func(d map[string]any) { d["details"].(map[string]any)["notes"] = "other" }, "different 3 Notes", "G3 true"},
		{"a text that came back escaped", func(d map[string]any) { d["details"].(map[string]any)["notes"] = "R&amp;D" }, "", ""},
		{"what the sheet does not speak of", func(d map[string]any) { d["campaignId"] = "spring" }, "", ""},
		{"what is read-only", func(d map[string]any) { d["customerProfile"].(map[string]any)["name"] = "Fabrikam" }, "different 3 Customer Name", "B3 true read-only"},
		{"only the case of what is read-only", func(d map[string]any) { d["customerProfile"].(map[string]any)["name"] = "CONTOSO" }, "", ""},
		{"two fields", func(d map[string]any) {
			d["name"] = "Another"
			d["details"].(map[string]any)["currency"] = "EUR"
		}, "different 3 Currency; different 3 Deal Name", "F3 USD EUR"},
		{"the state", func(d map[string]any) { d["status"], d["substatus"] = "Closed", "Won" }, "different 3 Partner Referral Status", "L3 Active: Accepted Closed: Won cannot get there"},
	} {
		w.Edit(id, func(d map[string]any) {
			for name, value := range decode(t, []byte(encode(t, original))) {
				d[name] = value
			}
			delete(d, "campaignId")
			test.edit(d)
		})
		v := w.verifies(file)
		code := 3
		if test.brief == "" {
			code = 0
		}
		v.wants(t, test.name, code, test.brief)
		if len(v.findings) == 0 {
			continue
		}
		f := v.findings[0]
		said := fmt.Sprint(f["cell"], f["sheet"], f["service"], f["remark"], f["referral_id"], f["withheld"])
		for part := range strings.FieldsSeq(test.says) {
			if !strings.Contains(said, part) || f["referral_id"] != id {
				t.Errorf("%s: %q is not in %s", test.name, part, said)
			}
		}
	}
}

func encode(t *testing.T, value any) string {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The portal's New is no wish for an active deal, New with Accepted is none at all; other states are
// destinations.
func TestVerifyOfStates(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ live, row, brief string }{
		{`"status":"Active","substatus":"Accepted"`, "New,Accepted", ""},
		{`"status":"Closed","substatus":"Won"`, "New,Accepted", ""},
		{`"status":"Active","substatus":"Accepted"`, "New,Pending", ""},
		{`"status":"Closed","substatus":"Won"`, "New,Pending", "different 2 Partner Referral Status"},
		{`"status":"New","substatus":"Pending"`, "Active,Accepted", "different 2 Partner Referral Status"},
		{`"status":"Active","substatus":"Accepted"`, "Closed,Won", "different 2 Partner Referral Status"},
		{`"status":"Closed","substatus":"Won"`, "Closed,Won", ""},
		{`"status":"Closed","substatus":"Lost"`, "Closed,Won", "different 2 Partner Referral Status"},
		{`"status":"New","substatus":"Received"`, "New,Pending", "different 2 Partner Referral Status"},
		{`"status":"New","substatus":"Received"`, ",", ""},
	} {
		w := newTenant(t)
		w.seed(strings.Replace(handMade(1, `"externalReferenceId":"CRM-1",`), `"status":"Active","substatus":"Accepted"`, test.live, 1))
		code := 3
		if test.brief == "" {
			code = 0
		}
		w.verifies(w.sheet("one.csv", deal(1, "100", "by hand", "CRM-1", ",,,"+test.row))).wants(t, test.live+" for "+test.row, code, test.brief)
	}
}

// Rows without a referral, by each way of looking, and what looks like them.
func TestVerifyFindsWhatIsMissing(t *testing.T) {
	w := newTenant(t)
	w.seed(handMade(9, `"externalReferenceId":"CRM-9",`), handMade(3, ""))
	const nobody = "11111111-1111-4111-8111-111111111111"
	v := w.verifies(w.sheet("deals.csv", deal(9, "100", "by hand", "CRM-9", ""), deal(1, "100", "", "CRM-1", ""), deal(2, "100", "", "CRM-9b", nobody), deal(3, "100", "", "", "")))
	v.wants(t, "missing", 3, "missing 3; missing 4; missing 5")
	for i, remark := range []string{"no referral has this CRM ID", "no referral has this Referral ID", "no referral has the marker of the row's key cells; a deal of the same name and customer is there"} {
		if v.findings[i]["remark"] != remark {
			t.Errorf("%v, want %s", v.findings[i], remark)
		}
	}
	if !strings.Contains(fmt.Sprint(v.findings[2]["referral_ids"]), "000000000003") || !strings.HasPrefix(fmt.Sprint(v.findings[2]["crm_id"]), "refload-") {
		t.Errorf("%v", v.findings[2])
	}
	if got := fmt.Sprint(v.summary["sums"]); got != "[map[currency:USD difference:-300.00 service:100.00 service_deals:1 sheet:400.00 sheet_deals:4]]" {
		t.Error(got)
	}
	names, _ := verdictSheets(t, filepath.Join(w.folder, "verdict.xlsx"))
	if strings.Join(names, " ") != "Verdict Missing" || !strings.Contains(fmt.Sprint(v.summary["notes"]), "minutes behind") {
		t.Errorf("sheets %v, notes %v", names, v.summary["notes"])
	}
}

// Two referrals with one CRM ID or one marker, two rows with one referral, two invitations.
func TestVerifyFindsWhatIsThereTwice(t *testing.T) {
	w := newTenant(t)
	file := w.sheet("deals.csv", deal(1, "100", "by hand", "CRM-1", ""), deal(2, "100", "by hand", "", ""))
	w.imports(0, file)
	w.seed(handMade(11, `"externalReferenceId":" CRM-1",`))
	v := w.verifies(file)
	v.wants(t, "a CRM ID", 3, "twice 2")
	if ids := v.findings[0]["referral_ids"].([]any); len(ids) != 2 || v.findings[0]["remark"] != "2 referrals carry this CRM ID" {
		t.Errorf("%v", v.findings[0])
	}
	if got := fmt.Sprint(v.summary["sums"]); !strings.Contains(got, "difference:100.00") {
		t.Errorf("the sums do not show it: %s", got)
	}
	marker := w.live()["Deal 2"]["externalReferenceId"]
	w.seed(handMade(12, fmt.Sprintf(`"externalReferenceId":%q,`, marker)))
	w.verifies(file).wants(t, "a marker", 3, "twice 2; twice 3")
	id := w.live()["Deal 2"]["id"].(string)
	w.verifies(w.sheet("by-id.csv", deal(2, "100", "by hand", "", id))).wants(t, "by its Referral ID", 3, "twice 2")

	other := newTenant(t)
	other.seed(handMade(1, `"externalReferenceId":"CRM-1",`))
	rows := other.sheet("same.csv", deal(1, "100", "by hand", "CRM-1", ""), deal(1, "100", "by hand", "", "00000000-0000-4000-8000-000000000001"))
	v = other.verifies(rows)
	v.wants(t, "one referral of two rows", 3, "twice 3")
	if v.findings[0]["remark"] != "row 2 of the sheet is the same referral" {
		t.Errorf("%v", v.findings[0])
	}
}

// What no row has is told in the scope of the tenant only, pairs among it included.
func TestVerifyFindsWhatIsExtra(t *testing.T) {
	w := newTenant(t)
	file := w.sheet("deals.csv", deal(1, "100", "by hand", "CRM-1", ""))
	w.seed(handMade(1, `"externalReferenceId":"CRM-1",`))
	w.verifies(file, "--scope", "tenant").wants(t, "nothing else", 0, "")
	w.seed(handMade(2, `"externalReferenceId":"CRM-2",`), handMade(3, ""), handMade(4, `"externalReferenceId":"CRM-2 ",`))
	w.verifies(file).wants(t, "of the file", 0, "")
	v := w.verifies(file, "--scope", "tenant")
	v.wants(t, "of the tenant", 3, "extra; twice; extra; extra")
	if v.summary["extra"] != 3.0 || v.summary["twice"] != 1.0 || v.summary["as_the_sheet_says"] != 1.0 {
		t.Errorf("%v", v.summary)
	}
	f := v.findings[2]
	if f["deal"] != nil || f["referral_id"] != "00000000-0000-4000-8000-000000000003" || f["status"] != "Active: Accepted" || f["value"] != 100.0 || f["currency"] != "USD" || f["created"] == nil {
		t.Errorf("%v", f)
	}
	names, page := verdictSheets(t, filepath.Join(w.folder, "verdict.xlsx"))
	if strings.Join(names, " ") != "Verdict Twice Extra" || !strings.Contains(page, "USD, 1 deal and 4|100|400|300|") {
		t.Errorf("sheets %v\n%s", names, page)
	}
}

// A list that is behind does not make a difference: what differs is read again by its id.
func TestVerifyReadsAgainWhatDiffers(t *testing.T) {
	old, now := handMade(1, `"externalReferenceId":"CRM-1",`), strings.Replace(handMade(1, `"externalReferenceId":"CRM-1",`), "by hand", "new", 1)
	server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		if strings.HasSuffix(request.URL.Path, "/referrals") {
			fmt.Fprintf(answer, `{"value":[%s]}`, old)
			return
		}
		fmt.Fprint(answer, now)
	}))
	defer server.Close()
	w := newTenant(t)
	w.url = server.URL
	w.verifies(w.sheet("one.csv", deal(1, "100", "new", "CRM-1", ""))).wants(t, "the list is behind", 0, "")
	v := w.verifies(w.sheet("one.csv", deal(1, "100", "by hand", "CRM-1", "")))
	v.wants(t, "the list says what the sheet says", 0, "")
	w.verifies(w.sheet("one.csv", deal(1, "100", "newest", "CRM-1", ""))).wants(t, "neither", 3, "different 2 Notes")
}
