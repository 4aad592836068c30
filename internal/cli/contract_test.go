package cli_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// importInto imports a file into a recorder, with a state folder of its own.
func importInto(t *testing.T, r *recorder, state string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	environment := map[string]string{"REFLOAD_ACCESS_TOKEN": "ready-token", "REFLOAD_STATE": state}
	return call(t, environment, append([]string{"import", "--base-url", r.URL, "--yes", "--rate", "0"}, args...)...)
}

// writeFile writes a file into a folder of the test and returns its path.
func writeFile(t *testing.T, folder, name, content string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// readCSV reads a table as one map a row.
func readCSV(t testing.TB, path string) []map[string]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(data), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var list []map[string]string
	for _, row := range rows[1:] {
		record := map[string]string{}
		for i, header := range rows[0] {
			record[header] = row[i]
		}
		list = append(list, record)
	}
	return list
}

func decode(t *testing.T, data []byte) map[string]any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	decoder.UseNumber()
	var value map[string]any
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// The documentation's own create example, one row with JSON paths as headers, reaches the
// server as exactly the documented body and a marker.
func TestTheDocumentedExampleReachesTheServerAsItIs(t *testing.T) {
	r, folder := newRecorder(t), t.TempDir()
	out := filepath.Join(folder, "out.csv")
	code, stdout, stderr := importInto(t, r, folder, filepath.Join(root, "samples", "documented-create.csv"), "--results", out)
	if code != 0 {
		t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
	}
	data, err := os.ReadFile(filepath.Join(root, "samples", "documented-create.json"))
	if err != nil {
		t.Fatal(err)
	}
	want := decode(t, data)
	writes := r.writes()
	if len(writes) != 1 {
		t.Fatalf("%d writes, expected one", len(writes))
	}
	marker, _ := writes[0].body["externalReferenceId"].(string)
	if !strings.HasPrefix(marker, "refload-") {
		t.Errorf("marker %q", marker)
	}
	delete(writes[0].body, "externalReferenceId")
	if diff := cmp.Diff(want, writes[0].body); diff != "" {
		t.Errorf("the body is not the documented one (-documented +sent):\n%s", diff)
	}
	if rows := readCSV(t, out); rows[0]["Outcome"] != "created" || rows[0]["Referral ID"] != "00000000-0000-4000-8000-000000000001" {
		t.Errorf("results: %v", rows)
	}
}

// The same deal from the portal's columns has the same values as far as those columns reach,
// and what they imply.
func TestThePortalsColumnsGiveTheSameDeal(t *testing.T) {
	const portal = `Deal Name,Customer Name,Customer Address Line 1,Customer Address Line 2,Customer City,Customer State,Customer Postal code,Customer Country,Customer Contact First Name,Customer Contact Last Name,Customer Contact Phone number,Customer Contact Email Address,Partner Referral Status,Partner Referral Substatus,Estimated Deal Value,Currency,Estimated Close Date,Notes,Microsoft help required?,Share with Microsoft sales team,Consent to share Customer/Partner contact,Marketplace Purchase Intent,Solution 1,Team member 1
Contoso cloud deal,Contoso,1 Contoso Way,Building 2,Redmond,WA,98052,US,Kim,Lee,1234567890,kim.lee@example.com,New,Accepted,10000,USD,7/20/2031,Interested in a move to the cloud,No,No,Yes,Have not decided,SOL-12345-ABC,"Sam, O'Neil, 1234567890, sam.oneil@example.net"
`
	r, folder := newRecorder(t), t.TempDir()
	code, stdout, stderr := importInto(t, r, folder, writeFile(t, folder, "portal.csv", portal))
	if code != 0 || len(r.writes()) != 1 {
		t.Fatalf("exit %d, %d writes\n%s%s", code, len(r.writes()), stdout, stderr)
	}
	data, err := os.ReadFile(filepath.Join(root, "samples", "documented-create.json"))
	if err != nil {
		t.Fatal(err)
	}
	want := decode(t, data)
	// What the portal's columns do not reach.
	delete(want["customerProfile"].(map[string]any), "size")
	delete(want["consent"].(map[string]any), "consentToMicrosoftToContactSpecificPartners")
	requirements := want["details"].(map[string]any)["requirements"].(map[string]any)
	requirements["solutions"] = []any{map[string]any{"id": "SOL-12345-ABC"}}
	delete(requirements["additionalRequirements"].(map[string]any), "iot")
	body := r.writes()[0].body
	delete(body, "externalReferenceId")
	solution := body["details"].(map[string]any)["requirements"].(map[string]any)["solutions"].([]any)[0].(map[string]any)
	if solution["id"] != "SOL-12345-ABC" {
		t.Errorf("solution %v", solution)
	}
	delete(solution, "type") // implied: a solution of the portal is named by its id
	if diff := cmp.Diff(want, body); diff != "" {
		t.Errorf("-documented +sent:\n%s", diff)
	}
}

const twoDeals = `Deal Name,Customer Name,Customer Address Line 1,Customer City,Customer Country,Partner Referral Status,Partner Referral Substatus,Estimated Deal Value,Currency,Estimated Close Date,CRM ID,Microsoft help required?,Share with Microsoft sales team,Consent to share Customer/Partner contact,Marketplace Purchase Intent,Solution 1,Team member 1
Cloud move,Contoso,1 Main Street,Redmond,US,New,Accepted,1000,USD,1/30/2031,CRM-1,No,No,Yes,Have not decided,SOL-12345-ABC,"Kim,Lee,+1 555 0100,kim@example.com"
Data estate,Fabrikam,2 Main Street,Seattle,US,New,Accepted,VALUE,USD,1/30/2031,CRM-2,No,Yes,Yes,Yes,SOL-12345-ABC,"Kim,Lee,+1 555 0100,kim@example.com"
`

func TestOneBadRowSendsNothing(t *testing.T) {
	r, folder := newRecorder(t), t.TempDir()
	path := writeFile(t, folder, "deals.csv", strings.Replace(twoDeals, "VALUE", "lots", 1))
	out := filepath.Join(folder, "out.csv")
	code, _, stderr := importInto(t, r, folder, path, "--results", out)
	if code != 5 || len(r.writes()) != 0 {
		t.Fatalf("exit %d, %d writes\n%s", code, len(r.writes()), stderr)
	}
	for _, part := range []string{"deals.csv", "H3", "Estimated Deal Value", `"lots"`, "hint:"} {
		if !strings.Contains(stderr, part) {
			t.Errorf("the problem does not name %s:\n%s", part, stderr)
		}
	}
	if rows := readCSV(t, out); rows[0]["Outcome"] != "not-attempted" || rows[1]["Outcome"] != "invalid" {
		t.Errorf("results: %v", rows)
	}
	code, _, stderr = importInto(t, r, folder, path, "--results", out, "--skip-invalid")
	if code != 3 || len(r.writes()) != 1 || r.writes()[0].body["externalReferenceId"] != "CRM-1" {
		t.Errorf("with --skip-invalid: exit %d, writes %v\n%s", code, r.writes(), stderr)
	}
}

func TestASecondRunAndAnotherMachineCreateNothing(t *testing.T) {
	r, folder := newRecorder(t), t.TempDir()
	path := writeFile(t, folder, "deals.csv", strings.Replace(twoDeals, "VALUE", "2000", 1)+
		`No CRM ID,Litware,3 Main Street,Boston,US,New,Accepted,10,USD,1/30/2031,,No,No,Yes,No,SOL-12345-ABC,"Kim,Lee,+1 555 0100,kim@example.com"`+"\n")
	for i, state := range []string{"one", "one", "two"} {
		out := filepath.Join(folder, "out"+state+string(rune('0'+i))+".csv")
		code, _, stderr := importInto(t, r, filepath.Join(folder, state), path, "--results", out)
		if code != 0 || len(r.writes()) != 3 {
			t.Fatalf("run %d: exit %d, %d writes in all, expected 3\n%s", i, code, len(r.writes()), stderr)
		}
		want := "unchanged"
		if i == 0 {
			want = "created"
		}
		for n, row := range readCSV(t, out) {
			if row["Outcome"] != want || row["Referral ID"] == "" {
				t.Errorf("run %d, row %d: %s %s", i, n, row["Outcome"], row["Referral ID"])
			}
		}
	}
}

// The results are a valid input: what was created is not created again, a fixed row is.
func TestFixedResultsCreateOnlyWhatIsMissing(t *testing.T) {
	r, folder := newRecorder(t), t.TempDir()
	path := writeFile(t, folder, "deals.csv", strings.Replace(twoDeals, "VALUE", "lots", 1))
	out := filepath.Join(folder, "deals-results.csv")
	if code, _, stderr := importInto(t, r, folder, path, "--results", out, "--skip-invalid"); code != 3 {
		t.Fatalf("exit %d\n%s", code, stderr)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, folder, "deals-results.csv", strings.Replace(string(data), "lots", "2000", 1))
	code, stdout, stderr := importInto(t, r, folder, out, "--results", out)
	if code != 0 || len(r.writes()) != 2 || !strings.Contains(stdout, "created 1, unchanged 1") {
		t.Fatalf("exit %d, %d writes\n%s%s", code, len(r.writes()), stdout, stderr)
	}
	for _, row := range readCSV(t, out) {
		if row["Referral ID"] == "" {
			t.Errorf("a row without Referral ID: %v", row)
		}
	}
}
