package cli_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"refload/internal/effort"
)

// An exported sheet is judged by every cell, not by what was changed in it: neither the Snapshot nor
// the ETag excuses a cell.
func TestVerifyOfAnExportCountsEveryCell(t *testing.T) {
	w := newTenant(t)
	w.seed(handMade(1, `"externalReferenceId":"CRM-1",`), strings.Replace(handMade(2, ""), `"status":"Active","substatus":"Accepted"`, `"status":"Closed","substatus":"Expired"`, 1))
	for _, name := range []string{"all.xlsx", "all.csv"} {
		file := filepath.Join(w.folder, name)
		if code, _, stderr := w.run("export", "-o", file); code != 0 {
			t.Fatal(stderr)
		}
		w.verifies(file).wants(t, name, 0, "")
	}
	id := w.live()["Deal 1"]["id"].(string)
	w.Edit(id, func(d map[string]any) { d["details"].(map[string]any)["notes"] = "changed since" })
	for _, name := range []string{"all.xlsx", "all.csv"} {
		w.verifies(filepath.Join(w.folder, name)).wants(t, name+" after a change", 3, "different 2 Notes")
	}
}

// helpRow is a row of the portal's columns that asks for Microsoft's help.
func helpRow(i int, help string) string {
	return fmt.Sprintf(`Deal %d,Contoso,1 Way,Redmond,US,Kim,Lee,+1 555 0100,kim@example.com,New,Accepted,1000,USD,1/30/2031,CRM-%d,%s,Yes,Yes,Yes,Security,Data Security,SOL-12345-ABC,"Sam,Roe,+1 555 0101,sam@example.com"`, i, i, help)
}

const helpHeader = "Deal Name,Customer Name,Customer Address Line 1,Customer City,Customer Country,Customer Contact First Name,Customer Contact Last Name,Customer Contact Phone number,Customer Contact Email Address," +
	"Partner Referral Status,Partner Referral Substatus,Estimated Deal Value,Currency,Estimated Close Date,CRM ID,Microsoft help required?,What specific help from Microsoft?,Consent to share Customer/Partner contact,Marketplace Purchase Intent,Solution Area,Solution Play,Solution 1,Team member 1\n"

// A row that asks for help has its invited referral, once; the deal counts once all the same.
func TestVerifyOfInvitations(t *testing.T) {
	w := newTenant(t)
	sheetOf := func(name, help string) string {
		row := strings.Replace(helpRow(1, help), help+",Yes", help+",2", 1)
		return writeFile(t, w.folder, name, helpHeader+row+"\n")
	}
	w.imports(0, sheetOf("help.csv", "Yes"))
	v := w.verifies(sheetOf("help.csv", "Yes"), "--scope", "tenant")
	v.wants(t, "invited", 0, "")
	if got := fmt.Sprint(v.summary["listed"], v.summary["sums"]); got != "2 [map[currency:USD difference:0.00 service:1000.00 service_deals:1 sheet:1000.00 sheet_deals:1]]" {
		t.Error(got)
	}
	own := w.live()["Deal 1"]
	again := decode(t, []byte(encode(t, own)))
	again["id"], again["target"] = "00000000-0000-4000-8000-0000000000aa", []any{map[string]any{"type": "BusinessProfileLocation", "id": "msft"}}
	w.seed(encode(t, again))
	v = w.verifies(sheetOf("help.csv", "Yes"))
	v.wants(t, "invited twice", 3, "twice 2")
	if v.findings[0]["remark"] != "Microsoft is invited to the deal 2 times" {
		t.Errorf("%v", v.findings[0])
	}

	other := newTenant(t)
	own["externalReferenceId"] = "CRM-1"
	other.seed(encode(t, own))
	other.verifies(sheetOf("help.csv", "Yes")).wants(t, "not invited", 3, "different 2 Microsoft help required?")
}

// Problems stop at the gate; --skip-invalid judges the rest, and the verdict says that it is not whole.
func TestVerifyOfBadInput(t *testing.T) {
	w := newTenant(t)
	good := w.sheet("deals.csv", deal(1, "100", "one", "CRM-1", ""))
	w.imports(0, good)
	bad := w.sheet("bad.csv", deal(1, "100", "one", "CRM-1", ""), deal(2, "a lot", "two", "CRM-2", ""))
	v := w.verifies(bad)
	v.wants(t, "one bad row", 5, "")
	v = w.verifies(bad, "--skip-invalid")
	v.wants(t, "the good rows", 3, "")
	if v.summary["not_judged"] != 1.0 || v.summary["as_the_sheet_says"] != 1.0 {
		t.Errorf("%v", v.summary)
	}
	w.verifies(w.sheet("bad.csv", deal(1, "100", "one", "CRM-1", ""), deal(2, "a lot", "two", "CRM-2", "")), "--rows", "2").wants(t, "the bad row is left out", 0, "")
	for _, test := range []struct {
		code int
		says string
		args []string
	}{
		{2, "takes one file", nil}, {2, "takes one file", []string{good, good}}, {2, "--scope", []string{good, "--scope", "world"}},
		{2, "a workbook", []string{good, "-o", "x.csv"}}, {2, "no place", []string{"-"}}, {9, "no data rows", []string{w.sheet("none.csv")}},
		{5, "nobody.csv", []string{"nobody.csv"}}, {2, "the file that is read", []string{copyTo(t, w.folder, "deals.xlsx"), "-o", filepath.Join(w.folder, "deals.xlsx")}},
	} {
		code, _, stderr := w.run("verify", test.args...)
		if code != test.code || !strings.Contains(stderr, test.says) || !strings.Contains(stderr, "hint: ") {
			t.Errorf("%v: exit %d, want %d with %q\n%s", test.args, code, test.code, test.says, stderr)
		}
	}
}

// TestExitCodesOfVerify has what a verification ends with when the service does not list: no verdict,
// and a hint that speaks of none of an import's doings. A list that leads in circles is not complete, and so is the verdict.
func TestExitCodesOfVerify(t *testing.T) {
	for _, test := range []struct {
		status int
		body   string
		code   int
	}{
		{200, `{"value":[]}`, 3}, {401, `{"error":{"code":"no","message":"No."}}`, 4}, {403, `{"error":{"code":"no","message":"No."}}`, 7},
		{404, `{}`, 7}, {200, `<html>`, 7}, {200, `{"value":[{"id":"1"}],"@odata.nextLink":"?$skiptoken=1"}`, 3},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(test.status)
			fmt.Fprint(w, test.body)
		}))
		w := newTenant(t)
		w.url = server.URL
		v := w.verifies(w.sheet("one.csv", deal(1, "100", "by hand", "CRM-1", "")))
		_, err := os.Stat(filepath.Join(w.folder, "verdict.xlsx"))
		if v.code != test.code || v.summary["complete"] != false || (err == nil) != (test.code == 3) {
			t.Errorf("%d %s: exit %d, want %d; the verdict: %v; %v", test.status, test.body, v.code, test.code, err, v.summary)
		}
		if test.code != 3 && (!strings.Contains(v.stderr, "no verdict: ") || !strings.Contains(v.stderr, "hint: nothing was sent") || strings.Contains(v.stderr, "same import")) {
			t.Errorf("%d %s: %s", test.status, test.body, v.stderr)
		}
		server.Close()
	}
}

// copyTo copies a sample into a folder and returns its path.
func copyTo(t *testing.T, folder, sample string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, "samples", sample))
	if err != nil {
		t.Fatal(err)
	}
	return writeFile(t, folder, sample, string(data))
}

// The verdict on the screen, beside the input, and what is left alone.
func TestVerifyTellsPeople(t *testing.T) {
	w := newTenant(t)
	file := w.sheet("deals.csv", deal(1, "100", "one", "CRM-1", ""))
	w.imports(0, file)
	code, stdout, stderr := w.run("verify", file)
	if code != 0 || !strings.Contains(stdout, "complete: the service holds what the sheet says, rows: 1") || !strings.Contains(stdout, "USD: sheet 100.00, service 100.00, difference 0.00") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	beside := filepath.Join(w.folder, "deals-verified.xlsx")
	if names, _ := verdictSheets(t, beside); len(names) != 1 {
		t.Errorf("%v", names)
	}
	writeFile(t, w.folder, "deals-verified.xlsx", "a person's")
	file = w.sheet("deals.csv", deal(1, "\x1b[31m", "one", "CRM-1", ""))
	if code, stdout, stderr = w.run("verify", file); code != 5 || strings.Contains(stdout+stderr, "\x1b") {
		t.Errorf("exit %d: %q", code, stdout+stderr)
	}
	file = w.sheet("deals.csv", deal(1, "101", "one", "CRM-1", ""))
	code, stdout, stderr = w.run("verify", file)
	if code != 3 || !strings.Contains(stdout, "different  row 2  Estimated Deal Value: sheet 101, service 100  CRM-1") || !strings.Contains(stderr, "left alone") ||
		!strings.Contains(stdout, "deals-verified-2.xlsx") || !strings.Contains(stdout, "not complete: as the sheet says 0 of 1 row; different: 1") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	if data, _ := os.ReadFile(beside); string(data) != "a person's" {
		t.Error("a file that is not ours was replaced")
	}
}

// An account that is in the team of every deal that it sees may not see all of them.
func TestVerifyTellsOfAPartialView(t *testing.T) {
	w := newTenant(t)
	w.seed(handMade(1, `"externalReferenceId":"CRM-1",`))
	w.token = jwt("ann@example.com")
	v := w.verifies(w.sheet("one.csv", deal(1, "100", "by hand", "CRM-1", "")))
	v.wants(t, "partial", 0, "")
	if !strings.Contains(fmt.Sprint(v.summary["notes"]), "Referrals admin") || v.summary["account"] != "ann@example.com" {
		t.Errorf("%v", v.summary)
	}
}

// tamper is a change that somebody else makes to an open deal, and the field by which it is found.
type tamper struct {
	field string
	edit  func(document map[string]any)
}

func nested(document map[string]any, names ...string) map[string]any {
	for _, name := range names {
		document = document[name].(map[string]any)
	}
	return document
}

var tampers = []tamper{
	{"Estimated Deal Value", func(d map[string]any) { nested(d, "details")["dealValue"] = json.Number("0.01") }},
	{"Currency", func(d map[string]any) { nested(d, "details")["currency"] = "SEK" }},
	{"Estimated Close Date", func(d map[string]any) { nested(d, "details")["closingDateTime"] = "2040-01-01T00:00:00Z" }},
	{"Deal Name", func(d map[string]any) { d["name"] = "renamed" }},
	{"Customer City", func(d map[string]any) { nested(d, "customerProfile", "address")["city"] = "Elsewhere" }},
	{"Customer Country", func(d map[string]any) { nested(d, "customerProfile", "address")["country"] = "SE" }},
	{"Partner Referral Status", func(d map[string]any) { d["status"], d["substatus"] = "Closed", "Declined" }},
	{"Solution 1 Price", func(d map[string]any) {
		nested(d, "details", "requirements")["solutions"].([]any)[0].(map[string]any)["price"] = json.Number("7.5")
	}},
	{"Team member 1 Phone number", func(d map[string]any) { d["team"].([]any)[0].(map[string]any)["phoneNumber"] = "0" }},
}

const drawnHeader = "Deal Name,Customer Name,Customer Address Line 1,Customer City,Customer Country,Partner Referral Status,Partner Referral Substatus,Declined/Lost/Error reason,Estimated Deal Value,Currency,Estimated Close Date,CRM ID,Notes," +
	"Microsoft help required?,Share with Microsoft sales team,Consent to share Customer/Partner contact,Marketplace Purchase Intent,Solution 1,Team member 1\n"

// drawRows draws rows with names of their own. It returns which of them stay open, by row number.
func drawRows(t *rapid.T, batch int) (text string, open map[int]string) {
	text, open = drawnHeader, map[int]string{}
	states := []string{"Active,Accepted,", "Closed,Won,", "Closed,Lost,2"}
	for i := range rapid.IntRange(1, 6).Draw(t, "rows") {
		name := fmt.Sprintf("Deal %d of %d", i, batch)
		state := rapid.SampledFrom(states).Draw(t, "state")
		if strings.HasPrefix(state, "Active") {
			open[i+2] = name
		}
		crm := ""
		if rapid.Bool().Draw(t, "has CRM ID") {
			crm = fmt.Sprintf("CRM-%d-%d", batch, i)
		}
		text += fmt.Sprintf("%s,Contoso,1 Way,Redmond,US,%s,%d.%02d,%s,%d/%d/2031,%s,%s,No,%s,Yes,%s,\"SOL-12345-ABC, USD, %d, 1\",\"Sam,Roe,+1 555 0101,sam@example.com\"\n",
			name, state, rapid.IntRange(1, 999_999).Draw(t, "value"), rapid.IntRange(0, 99).Draw(t, "cents"), rapid.SampledFrom([]string{"USD", "EUR", "JPY"}).Draw(t, "currency"),
			rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day"), crm, rapid.StringMatching(`[A-Za-zäöü&<>]([A-Za-zäöü&<> ]{0,30}[A-Za-zäöü&<>])?`).Draw(t, "notes"),
			rapid.SampledFrom([]string{"Yes", "No"}).Draw(t, "shared"), rapid.SampledFrom([]string{"Yes", "No", "Have not decided"}).Draw(t, "intent"), rapid.IntRange(1, 99).Draw(t, "price"))
	}
	return text, open
}

// After an import every generated sheet verifies; after one change by somebody else, or a second
// referral with the same key, exactly that row is named, and the field.
func TestVerifyNamesExactlyWhatWasChanged(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	w := newTenant(t)
	batch := 0
	if err := flag.Set("rapid.checks", strconv.Itoa(effort.Of(10, 30, 100))); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		batch++
		text, open := drawRows(t, batch)
		file := writeFile(w.t, w.folder, "drawn.csv", text)
		w.imports(0, file)
		w.verifies(file).wants(t, text, 0, "")
		if len(open) == 0 {
			return
		}
		var rows []int
		for row := 2; row < 8; row++ {
			if open[row] != "" {
				rows = append(rows, row)
			}
		}
		row := rapid.SampledFrom(rows).Draw(t, "row")
		deal := w.live()[open[row]]
		if rapid.IntRange(0, 5).Draw(t, "twin") == 0 {
			deal["id"], deal["engagementId"] = fmt.Sprintf("00000000-0000-4000-8000-%012x", batch), fmt.Sprintf("00000000-0000-4000-9000-%012x", batch)
			w.seed(encode(w.t, deal))
			w.verifies(file).wants(t, text, 3, fmt.Sprintf("twice %d", row))
			return
		}
		change := rapid.SampledFrom(tampers).Draw(t, "change")
		w.Edit(deal["id"].(string), change.edit)
		w.verifies(file).wants(t, text, 3, fmt.Sprintf("different %d %s", row, change.field))
	})
}
