package cli_test

import (
	"encoding/csv"
	"fmt"
	"maps"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// idWorld is a strict service with one state folder and one file that is imported again and again.
type idWorld struct {
	t       *testing.T
	strict  *strictService
	url     string
	folder  string
	profile string // further keys of the profile
	args    []string
}

func newIDWorld(t *testing.T, referrals ...string) *idWorld {
	t.Helper()
	strict, err := newStrict([]byte("[" + strings.Join(referrals, ",") + "]"))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(strict)
	t.Cleanup(server.Close)
	return &idWorld{t: t, strict: strict, url: server.URL, folder: t.TempDir()}
}

// there is a referral that is on the service already: its name, customer, CRM ID and value.
func there(deal, customer, crm string, value int) string {
	return fmt.Sprintf(`{"name":%q,"externalReferenceId":%q,"customerProfile":{"name":%q},"type":"Independent","qualification":"SalesQualified","consent":{"consentToToShareInfoWithOthers":true},"details":{"dealValue":%d,"currency":"USD"}}`,
		deal, crm, customer, value)
}

const idHeader = "Deal Name,Customer Name,Referral Type,Consent to share Customer/Partner contact,Estimated Deal Value,Currency,CRM ID,Referral ID,Action\n"

// idRow is a row of the file.
func idRow(deal, customer, crm, id, action string, value int) string {
	return fmt.Sprintf("%s,%s,Independent,Yes,%d,USD,%s,%s,%s\n", deal, customer, value, crm, id, action)
}

// run runs a command against the service.
func (w *idWorld) run(args ...string) (code int, stdout, stderr string) {
	w.t.Helper()
	config := writeFile(w.t, w.folder, "refload.yaml", "profiles:\n  p:\n    base-url: "+w.url+"\n"+w.profile)
	environment := map[string]string{"REFLOAD_ACCESS_TOKEN": "any", "HOME": w.folder, "XDG_STATE_HOME": filepath.Join(w.folder, "state")}
	return call(w.t, environment, slices.Concat(args, []string{"--profile", "p", "--config", config, "--rate", "0"}, w.args)...)
}

// imports imports rows and returns the results.
func (w *idWorld) imports(want int, rows ...string) []map[string]string {
	w.t.Helper()
	return w.importsFile(want, idHeader+strings.Join(rows, ""))
}

func (w *idWorld) importsFile(want int, text string, args ...string) []map[string]string {
	w.t.Helper()
	out := filepath.Join(w.folder, "out.csv")
	code, stdout, stderr := w.run(append([]string{"import", writeFile(w.t, w.folder, "deals.csv", text), "--yes", "--results", out, "--settle", "1s", "--resend-after", "1s"}, args...)...)
	if code != want {
		w.t.Fatalf("exit %d, want %d\n%s%s", code, want, stdout, stderr)
	}
	return readCSV(w.t, out)
}

// outcomes wants one outcome a row.
func outcomes(t *testing.T, rows []map[string]string, want ...string) {
	t.Helper()
	var got []string
	for _, row := range rows {
		got = append(got, row["Outcome"])
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%v, want %v: %v", got, want, rows)
	}
}

// writes returns what was written since it was last asked.
func (w *idWorld) writes() []string {
	list := w.strict.lines("POST", "PATCH", "PUT")
	w.strict.mu.Lock()
	w.strict.ledger = nil
	w.strict.mu.Unlock()
	return list
}

func (w *idWorld) doc(n int) *strictDoc {
	w.strict.mu.Lock()
	defer w.strict.mu.Unlock()
	return w.strict.docs[n]
}

func (w *idWorld) rename(n int, customer string) {
	doc := w.doc(n)
	w.strict.mu.Lock()
	defer w.strict.mu.Unlock()
	profile := maps.Clone(doc.body["customerProfile"].(map[string]any))
	profile["name"] = customer
	doc.body["customerProfile"] = profile
	w.strict.version(doc, time.Now())
}

// cellsOf reads the cells of a CSV.
func cellsOf(t *testing.T, path string) [][]string {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(read(t, path), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// csvOf writes them again.
func csvOf(t *testing.T, lines [][]string) string {
	t.Helper()
	var b strings.Builder
	if err := csv.NewWriter(&b).WriteAll(lines); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Two ids of Salesforce's that differ by case alone are two deals, in a file, on the service and in a journal.
func TestIDsThatDifferByCaseAreTwoDeals(t *testing.T) {
	t.Parallel()
	const lower, upper = "0065g00000Abcde", "0065g00000ABCDE"
	w := newIDWorld(t, there("Theirs", "Contoso", lower, 100))
	outcomes(t, w.imports(0, idRow("Ours", "Contoso", upper, "", "", 200)), "created")
	outcomes(t, w.imports(0, idRow("Theirs", "Contoso", lower, "", "", 100), idRow("Ours", "Contoso", upper, "", "", 300)), "unchanged", "updated")
	if got := w.writes(); len(got) != 2 || w.doc(0).body["details"].(map[string]any)["dealValue"] == w.doc(1).body["details"].(map[string]any)["dealValue"] {
		t.Errorf("%v", got)
	}
	w = newIDWorld(t)
	outcomes(t, w.imports(0, idRow("One", "Contoso", "crm-a", "", "", 1), idRow("Two", "Contoso", "CRM-A", "", "", 2), idRow("Three", "Contoso", "CRM-a", "", "", 3)), "created", "created", "created")
	outcomes(t, w.imports(0, idRow("One", "Contoso", "crm-a", "", "", 1), idRow("Two", "Contoso", "CRM-A", "", "", 2), idRow("Three", "Contoso", "CRM-a", "", "", 3)), "unchanged", "unchanged", "unchanged")
}

// An open send of one id does not bind another that differs by case.
func TestAnOpenSendBindsItsOwnID(t *testing.T) {
	t.Parallel()
	w := newIDWorld(t)
	w.strict.loses, w.strict.lag = true, 1<<40
	outcomes(t, w.imports(3, idRow("One", "Contoso", "abc-1", "", "", 1)), "unknown")
	w.strict.loses = false
	w.strict.lag = 0
	outcomes(t, w.imports(0, idRow("Two", "Fabrikam", "ABC-1", "", "", 2)), "created")
}

// The customer under which a create was sent is known although no answer came: where the service has another name for it
// by the next run, the deal is the row's. A row that names a third customer by then is held.
func TestAnOpenSendKnowsItsCustomer(t *testing.T) {
	t.Parallel()
	for _, next := range []struct {
		customer, outcome string
		exit              int
	}{{"Contoso", "created", 0}, {"Litware", "held", 3}} {
		w := newIDWorld(t)
		w.strict.loses, w.strict.lag = true, 1<<40
		outcomes(t, w.imports(3, idRow("One", "Contoso", "CRM-1", "", "", 1)), "unknown")
		w.rename(0, "Fabrikam")
		w.doc(0).listed = time.Now()
		outcomes(t, w.imports(next.exit, idRow("One", next.customer, "CRM-1", "", "", 1)), next.outcome)
		if list := w.strict.lines("POST"); len(list) != 1 {
			t.Errorf("%v", list)
		}
	}
}

// A CRM ID that is only near is held where the customer is the referral's, and goes on with a note where it is not.
func TestNearIDs(t *testing.T) {
	t.Parallel()
	for _, near := range [][2]string{{"CRM-1", "crm-1"}, {"00042", "42"}, {"42", "42.0"}, {"CRM 1", "CRM1"}, {"0065g00000AbCdE", "0065g00000AbCdEAAV"}} {
		w := newIDWorld(t, there("Old", "Contoso GmbH", near[0], 100))
		rows := w.imports(3, idRow("New", "CONTOSO AG", near[1], "", "", 200))
		outcomes(t, rows, "held")
		for _, want := range []string{near[0], near[1], w.doc(0).text("id")} {
			if !strings.Contains(rows[0]["Hint"], want) {
				t.Errorf("the hint of %v has no %q: %s", near, want, rows[0]["Hint"])
			}
		}
		outcomes(t, w.imports(0, idRow("New", "Fabrikam", near[1], "", "", 200)), "created")
	}
	w := newIDWorld(t, there("Old", "Contoso", "CRM-1", 100))
	if rows := w.imports(0, idRow("New", "Fabrikam", "crm-1", "", "", 200)); !strings.Contains(rows[0]["Message"], w.doc(0).text("id")) {
		t.Errorf("no note: %v", rows)
	}
	// What has a row of its own, here or in an earlier file, is nobody's near match.
	outcomes(t, w.imports(0, idRow("Old", "Contoso", "CRM-1", "", "", 100), idRow("Newer", "Contoso", "Crm-1", "", "", 300)), "unchanged", "created")
	outcomes(t, w.imports(0, idRow("Newest", "Contoso", "cRM-1", "", "", 300)), "created")
}

// verify compares ids exactly too, and names a referral that has nearly the row's.
func TestVerifyOfNearIDs(t *testing.T) {
	w := newIDWorld(t, there("Old", "Contoso", "CRM-1", 100), there("Old", "Contoso", "CRM-2", 100))
	_, stdout, stderr := w.run("verify", writeFile(t, w.folder, "deals.csv", idHeader+idRow("New", "Contoso", "crm-1", "", "", 100)+idRow("Old", "Contoso", "CRM-2", "", "", 100)), "--json")
	if !strings.Contains(stdout, `"missing":1`) || !strings.Contains(stdout, w.doc(0).text("id")+" nearly") {
		t.Errorf("%s%s", stdout, stderr)
	}
}

// Action: update makes a near referral the row's, with the sheet's spelling, and skip and create are not asked again.
func TestAWordOnANearID(t *testing.T) {
	t.Parallel()
	w := newIDWorld(t, there("Old", "Contoso", "CRM-1", 100))
	outcomes(t, w.imports(0, idRow("Old", "Contoso", "crm-1", "", "update", 200)), "updated")
	if got := w.doc(0).text("externalReferenceId"); got != "crm-1" {
		t.Errorf("the CRM ID is %q", got)
	}
	outcomes(t, w.imports(0, idRow("Old", "Contoso", "crm-1", "", "", 200)), "unchanged")

	w = newIDWorld(t, there("Old", "Contoso", "CRM-1", 100))
	outcomes(t, w.imports(0, idRow("New", "Contoso", "crm-1", "", "skip", 200)), "skipped")
	rows := w.imports(0, idRow("New", "Contoso", "crm-1", "", "", 200))
	if outcomes(t, rows, "skipped"); !strings.Contains(rows[0]["Message"], "skip") {
		t.Errorf("%v", rows)
	}
	outcomes(t, w.imports(3, idRow("Other", "Contoso", "CrM-1", "", "", 200)), "held")

	w = newIDWorld(t, there("Old", "Contoso", "CRM-9", 100)) // a look-alike
	outcomes(t, w.imports(3, idRow("Old", "Contoso", "OTHER", "", "", 200)), "held")
	outcomes(t, w.imports(0, idRow("Old", "Contoso", "OTHER", "", "skip", 200)), "skipped")
	outcomes(t, w.imports(0, idRow("Old", "Contoso", "OTHER", "", "", 200)), "skipped")
	outcomes(t, w.imports(0, idRow("Old", "Contoso", "OTHER", "", "create", 200)), "created")
	if got := w.writes(); len(got) != 1 {
		t.Errorf("%v", got)
	}
}

// A service that changes the case of ids is learned from its first create: the same run goes on, and later ones find
// what they made. Ids that it takes for one are refused.
func TestAServiceThatChangesCase(t *testing.T) {
	t.Parallel()
	for _, echoes := range []bool{false, true} {
		w := newIDWorld(t)
		w.strict.keeps, w.strict.echoes = strings.ToUpper, echoes
		file := []string{idRow("One", "Contoso", "crm-a", "", "", 1), idRow("Two", "Fabrikam", "crm-b", "", "", 2), idRow("Three", "Litware", "crm-c", "", "", 3)}
		outcomes(t, w.imports(0, file...), "created", "created", "created")
		outcomes(t, w.imports(0, file...), "unchanged", "unchanged", "unchanged")
		if got := w.writes(); len(got) != 3 {
			t.Fatalf("%v", got)
		}
		w.imports(5, append(file, idRow("Four", "Adatum", "CRM-C", "", "", 3))...)
		if _, stdout, stderr := w.run("doctor"); !strings.Contains(stdout, "changes their case") {
			t.Errorf("%s%s", stdout, stderr)
		}
		if _, stdout, stderr := w.run("doctor", "--recheck"); !strings.Contains(stdout, "forgotten") {
			t.Errorf("%s%s", stdout, stderr)
		}
		w.strict.keeps = nil
		outcomes(t, w.imports(0, idRow("Five", "Adatum", "crm-x", "", "", 3), idRow("Six", "Woodgrove", "CRM-X", "", "", 3)), "created", "created")
	}
}

// An answer with somebody else's referral, whose id differs by case, tells nothing of what the service makes of ids.
func TestAForeignAnswerTeachesNothing(t *testing.T) {
	w := newIDWorld(t, there("Old", "Contoso", "crm-1", 100))
	w.strict.foreign = true
	file := []string{idRow("New", "Fabrikam", "CRM-1", "", "", 200)}
	w.imports(6, file...)
	w.strict.foreign = false
	if _, stdout, _ := w.run("doctor"); strings.Contains(stdout, "learned") {
		t.Error(stdout)
	}
	outcomes(t, w.imports(0, file...), "created")
	if got := w.writes(); len(got) != 1 || w.doc(0).text("externalReferenceId") != "crm-1" {
		t.Errorf("%v", got)
	}
}

// A service that cuts ids off is learned from its first create. Longer ids are held from then on, and no deal is made
// twice.
func TestAServiceThatCutsIDs(t *testing.T) {
	t.Parallel()
	for _, echoes := range []bool{false, true} {
		w := newIDWorld(t)
		w.strict.keeps, w.strict.echoes = func(id string) string { return id[:min(len(id), 6)] }, echoes
		file := []string{idRow("One", "Contoso", "crm-00001", "", "", 1), idRow("Two", "Fabrikam", "crm-00002", "", "", 2), idRow("Three", "Litware", "crm-3", "", "", 3)}
		outcomes(t, w.imports(6, file...), "created", "not-attempted", "not-attempted")
		outcomes(t, w.imports(3, file...), "unchanged", "held", "created")
		if got := w.writes(); len(got) != 2 {
			t.Fatalf("%v", got)
		}
		if _, stdout, _ := w.run("doctor"); !strings.Contains(stdout, "keeps 6 characters") {
			t.Errorf("%s", stdout)
		}
		w.run("doctor", "--recheck")
		w.strict.keeps = nil
		outcomes(t, w.imports(0, idRow("Two", "Fabrikam", "crm-00002", "", "", 2)), "created")
	}
}
