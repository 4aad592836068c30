package cli_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"refload/internal/effort"
)

// hooked puts a handler before the tenant.
func (w *tenant) hooked(hook func(answer http.ResponseWriter, request *http.Request) bool) {
	server := httptest.NewServer(http.HandlerFunc(func(a http.ResponseWriter, r *http.Request) {
		if !hook(a, r) {
			w.serve(a, r)
		}
	}))
	w.t.Cleanup(server.Close)
	w.url = server.URL
}

func lostAnswer() { panic(http.ErrAbortHandler) }

// Row of an export, somebody changes the same field between compare and PATCH.
func TestSameFieldAfterCompare(t *testing.T) {
	w := newTenant(t)
	w.seed(handMade(1, ""))
	id := w.live()["Deal 1"]["id"].(string)
	file := w.exported(",by hand,", ",by me,")
	edited := false
	w.hooked(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == "PATCH" && !edited {
			edited = true
			w.Edit(id, func(d map[string]any) { d["details"].(map[string]any)["notes"] = "by them" })
		}
		return false
	})
	out := filepath.Join(w.folder, "o.csv")
	code, _, stderr := w.run("import", file, "--yes", "--results", out)
	row := readCSV(t, out)[0]
	notes := w.live()["Deal 1"]["details"].(map[string]any)["notes"]
	if row["Outcome"] != "conflict" {
		t.Errorf("exit %d: %s (%s) while live notes are %q\n%s", code, row["Outcome"], row["Message"], notes, stderr)
	}
}

// Long notes, merge-disjoint.
func TestLongNotesMergeDisjoint(t *testing.T) {
	w := newTenant(t)
	long := strings.Repeat("long words ", 20)
	w.seed(strings.Replace(handMade(1, ""), "by hand", long+"base", 1))
	id := w.live()["Deal 1"]["id"].(string)
	file := w.exported(long+"base", long+"mine")
	w.Edit(id, func(d map[string]any) { d["details"].(map[string]any)["notes"] = long + "theirs" })
	out := filepath.Join(w.folder, "o.csv")
	w.run("import", file, "--yes", "--results", out, "--merge-disjoint")
	row := readCSV(t, out)[0]
	if row["Outcome"] != "conflict" {
		t.Errorf("%s (%s); live ends %v", row["Outcome"], row["Message"], w.live()["Deal 1"]["details"])
	}
}

// Packed team cell, merge-disjoint.
func TestTeamMergeDisjoint(t *testing.T) {
	w := newTenant(t)
	w.seed(handMade(1, ""))
	id := w.live()["Deal 1"]["id"].(string)
	w.Edit(id, func(d map[string]any) {
		d["team"] = append(d["team"].([]any), map[string]any{"firstName": "Bob", "lastName": "Roe", "email": "bob@example.com"})
	})
	file := w.exported(",bob@example.com,", ",carl@example.com,", ",Bob,", ",Carl,")
	rvdata, _ := os.ReadFile(file)
	_ = rvdata
	w.Edit(id, func(d map[string]any) {
		d["team"].([]any)[1] = map[string]any{"firstName": "Zoe", "lastName": "Poe", "email": "zoe@example.com"}
	})
	out := filepath.Join(w.folder, "o.csv")
	w.run("import", file, "--yes", "--results", out, "--merge-disjoint")
	row := readCSV(t, out)[0]
	if row["Outcome"] != "conflict" || !strings.Contains(fmt.Sprint(w.live()["Deal 1"]["team"]), "zoe") {
		t.Errorf("%s (%s); live %v", row["Outcome"], row["Message"], w.live()["Deal 1"]["team"])
	}
}

// Taking a person away by the number of a column alone would take away the next one when the
// file is imported again: without the version that it was made from the row is refused.
func TestClearingAMemberNeedsTheVersion(t *testing.T) {
	w := newTenant(t)
	w.seed(strings.Replace(handMade(1, ""), `"email":"ann@example.com"}`, `"email":"ann@example.com"},{"firstName":"Bob","email":"bob@example.com"},{"firstName":"Zoe","email":"zoe@example.com"}`, 1))
	live := w.live()["Deal 1"]
	id, etag := live["id"].(string), `"""`+strings.Trim(live["eTag"].(string), `"`)+`"""`
	w.imports(5, writeFile(t, w.folder, "c.csv", "Referral ID,Team member 2\n"+id+",<clear>\n"))
	file := writeFile(t, w.folder, "c.csv", "Referral ID,Team member 2,ETag\n"+id+",<clear>,"+etag+"\n")
	for i, word := range []string{"updated", "conflict"} {
		if row := w.imports(3*i, file)[0]; row["Outcome"] != word || len(w.live()["Deal 1"]["team"].([]any)) != 2 {
			t.Errorf("%d: %v, %v", i, row, w.live()["Deal 1"]["team"])
		}
	}
}

// Second column alone, no e-mail.
func TestSecondMemberWithoutEmail(t *testing.T) {
	w := newTenant(t)
	file := writeFile(t, w.folder, "c.csv", "Deal Name,Customer Name,Referral Type,Consent to share Customer/Partner contact,Estimated Deal Value,Currency,CRM ID,Team member 1,Team member 2\nDeal 1,Contoso,Independent,Yes,100,USD,C-1,,\"Bob,Roe,5550101\"\n")
	w.imports(0, file)
	row := w.imports(0, file)[0]
	if row["Outcome"] != "unchanged" {
		t.Errorf("%s (%s): %v", row["Outcome"], row["Message"], w.live()["Deal 1"]["team"])
	}
}

// CRM ID changed elsewhere within a day.
func TestCRMIDChangedElsewhere(t *testing.T) {
	t.Parallel()
	w := newTenant(t)
	file := w.sheet("d.csv", deal(1, "100", "n", "CRM-1", ""))
	w.imports(0, file)
	w.Edit(w.live()["Deal 1"]["id"].(string), func(d map[string]any) { d["externalReferenceId"] = "CRM-2" })
	out := filepath.Join(w.folder, "o.csv")
	w.run("import", file, "--yes", "--results", out, "--settle", "1s", "--resend-after", "1s")
	row := readCSV(t, out)[0]
	if w.Count() != 1 {
		t.Errorf("%s (%s): %d referrals", row["Outcome"], row["Message"], w.Count())
	}
}

// A plan of a file with a skipped row or an invalid one.
func TestPlanWithSkippedRow(t *testing.T) {
	w := newTenant(t)
	file := w.sheet("d.csv", deal(1, "100", "n", "CRM-1", ",,skip"), deal(2, "100", "n", "CRM-2", ""))
	code, stdout, stderr := w.run("plan", file)
	if code != 0 || !strings.Contains(stdout, "+ 1 create  ~ 0 update  = 0 as it is  ! 0 needs a person  x 0 cannot be done  - 1 left out as asked (2 rows)") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
}

// A deal of its own cannot have Microsoft as its target: that is the second referral of a deal.
func TestMicrosoftIsNoTargetOfANewDeal(t *testing.T) {
	w := newTenant(t)
	file := writeFile(t, w.folder, "c.csv", "Deal Name,Customer Name,Referral Type,Consent to share Customer/Partner contact,Share with Microsoft sales team,Estimated Deal Value,Currency,CRM ID,Target 1 Type,Target 1 ID\nDeal 1,Contoso,Shared,Yes,Yes,100,USD,C-1,BusinessProfileLocation,msft\n")
	out := filepath.Join(w.folder, "o.csv")
	code, _, stderr := w.run("import", file, "--yes", "--results", out)
	if code != 5 || !strings.Contains(stderr, "J2 (Target 1 ID): Microsoft is the target of a deal's second referral only") || readCSV(t, out)[0]["Outcome"] != "invalid" || len(w.live()) > 0 {
		t.Errorf("exit %d, %v\n%s", code, w.live(), stderr)
	}
}

// Half done deal without a CRM ID makes all rows without one "made".
func TestEmptyMarker(t *testing.T) {
	w := newTenant(t)
	contact := `"externalReferenceId":"",`
	doc := strings.Replace(handMade(1, contact), `"customerProfile":{`, `"customerProfile":{"team":[{"firstName":"Sue","lastName":"E","phoneNumber":"5550100","email":"sue@example.com"}],`, 1)
	w.seed(doc, handMade(2, ""))
	id1, id2 := w.live()["Deal 1"]["id"].(string), w.live()["Deal 2"]["id"].(string)
	w.hooked(func(a http.ResponseWriter, r *http.Request) bool {
		if r.Method == "POST" {
			a.Header().Set("Content-Type", "application/json")
			a.WriteHeader(400)
			a.Write([]byte(`{"error":{"code":"400","message":"no"}}`))
			return true
		}
		return false
	})
	file := writeFile(t, w.folder, "a.csv", "Referral ID,Microsoft help required?,What specific help from Microsoft?\n"+id1+",Yes,2\n")
	row := w.importsSoon(file)
	t.Logf("first: %s %s", row["Outcome"], row["Message"])
	file = writeFile(t, w.folder, "b.csv", "Referral ID,Notes\n"+id2+",new notes\n")
	row = w.importsSoon(file)
	if row["Outcome"] != "updated" {
		t.Errorf("%s (%s)", row["Outcome"], row["Message"])
	}
	file = writeFile(t, w.folder, "b.csv", "Referral ID,Notes\n"+id2+",newer notes\n")
	row = w.importsSoon(file, "--mode", "create")
	if row["Outcome"] != "already-exists" {
		t.Errorf("mode create: %s (%s)", row["Outcome"], row["Message"])
	}
}

func (w *tenant) importsSoon(file string, args ...string) map[string]string {
	out := filepath.Join(w.folder, "o.csv")
	code, stdout, stderr := w.run("import", append([]string{file, "--yes", "--results", out, "--settle", "1s", "--resend-after", "2s"}, args...)...)
	rows := readCSV(w.t, out)
	if len(rows) == 0 {
		w.t.Fatalf("exit %d %s%s", code, stdout, stderr)
	}
	return rows[0]
}

// Two referrals of ours in one engagement.
func TestTwoOwnInOneEngagement(t *testing.T) {
	w := newTenant(t)
	const engagement = `"engagementId":"11111111-2222-4333-8444-555555555555",`
	for i := 1; i <= 2; i++ {
		w.seed(strings.Replace(handMade(i, engagement), `"customerProfile":{`, `"customerProfile":{"team":[{"firstName":"Sue","lastName":"E","phoneNumber":"5550100","email":"sue@example.com"}],`, 1))
	}
	file := writeFile(t, w.folder, "a.csv", fmt.Sprintf("Referral ID,Microsoft help required?,What specific help from Microsoft?\n%s,Yes,2\n%s,Yes,2\n", w.live()["Deal 1"]["id"], w.live()["Deal 2"]["id"]))
	w.importsSoon(file)
	posts := 0
	for _, write := range w.writes() {
		if write.method == "POST" {
			posts++
		}
	}
	if posts > 1 {
		t.Errorf("%d invitations", posts)
	}
}

// One cell of an exported person: the e-mail address is corrected.
func TestEmailOfAnExportedPerson(t *testing.T) {
	w := newTenant(t)
	w.seed(handMade(1, ""))
	file := w.exported(",ann@example.com,", ",anne@example.com,")
	row := w.importsSoon(file)
	for _, x := range w.writes() {
		t.Logf("%s %s", x.method, x.body)
	}
	person := w.live()["Deal 1"]["team"].([]any)[0].(map[string]any)
	if person["firstName"] != "Ann" || person["lastName"] != "Lee" {
		t.Errorf("%s (%s): %v", row["Outcome"], row["Message"], person)
	}
	r2 := w.importsSoon(filepath.Join(w.folder, "o.csv"))
	t.Logf("its results imported: %s (%s) %v", r2["Outcome"], r2["Message"], w.live()["Deal 1"]["team"])
}

// 11, control: the same without a plan keeps the open send.
func TestControlWithoutPlan(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	w := newTenant(t)
	w.seed(handMade(7, ""))
	var lost, lag atomic.Bool
	w.hooked(func(a http.ResponseWriter, r *http.Request) bool {
		if r.Method == "POST" && !lost.Swap(true) {
			lag.Store(true)
			w.serve(httptest.NewRecorder(), r)
			lostAnswer()
		}
		if r.Method == "GET" && lag.Load() && !strings.Contains(r.URL.Path, "0000") {
			rec := httptest.NewRecorder()
			w.serve(rec, r)
			if strings.Contains(rec.Body.String(), `"Deal 1"`) {
				a.Header().Set("Content-Type", "application/json")
				a.Write([]byte(`{"value":[]}`))
				return true
			}
		}
		return false
	})
	file := w.sheet("d.csv", deal(1, "100", "n", "CRM-1", ""))
	out := filepath.Join(w.folder, "o.csv")
	w.run("import", file, "--yes", "--results", out, "--settle", "1s", "--resend-after", "10m")
	for range 2 {
		w.run("runs resume", "--yes", "--results", out)
		row := readCSV(t, out)[0]
		t.Logf("%s %d", row["Outcome"], w.Count())
	}
	w.run("import", file, "--yes", "--results", out, "--settle", "1s", "--resend-after", "10m")
	if w.Count() != 2 {
		t.Errorf("%d referrals", w.Count())
	}
}

// Contact's e-mail of the customer, as an ordinary sheet (not exported), first column e-mail only.
func TestEmailOnlyColumn(t *testing.T) {
	w := newTenant(t)
	w.seed(strings.Replace(handMade(1, ""), `"customerProfile":{`, `"customerProfile":{"team":[{"firstName":"Sue","lastName":"E","phoneNumber":"5550100","email":"sue@example.com"}],`, 1))
	id := w.live()["Deal 1"]["id"].(string)
	row := w.importsSoon(writeFile(t, w.folder, "d.csv", "Referral ID,Customer Contact Email Address\n"+id+",susan@example.com\n"))
	t.Logf("%s (%s) %v", row["Outcome"], row["Message"], w.live()["Deal 1"]["customerProfile"].(map[string]any)["team"])
}

// An open create of an earlier run, and a run that may only update; or a row whose look-alike
// somebody has made by hand meanwhile.
func TestOpenSendInModeUpdate(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	for _, test := range []string{"mode update", "made by hand meanwhile"} {
		t.Run(test, func(t *testing.T) {
			w := newTenant(t)
			lost := false
			w.hooked(func(a http.ResponseWriter, r *http.Request) bool {
				if r.Method == "POST" && !lost {
					lost = true
					panic(http.ErrAbortHandler) // never executed
				}
				return false
			})
			file := w.sheet("d.csv", deal(1, "100", "n", "CRM-1", ""))
			out := filepath.Join(w.folder, "o.csv")
			w.run("import", file, "--yes", "--results", out, "--settle", "1s", "--resend-after", "2s")
			t.Logf("first: %s", readCSV(t, out)[0]["Outcome"])
			args := []string{file, "--yes", "--results", out, "--settle", "1s", "--resend-after", "1s"}
			before := 0
			if test == "mode update" {
				args = append(args, "--mode", "update")
			} else {
				w.seed(handMade(1, "")) // the person saw "unknown", looked, and made the deal
				before = 1
			}
			w.run("import", args...)
			row := readCSV(t, out)[0]
			if w.Count() != before {
				t.Errorf("%s (%s): %d referrals", row["Outcome"], row["Message"], w.Count())
			}
		})
	}
}

// A row that an earlier run sent without an answer is unknown also when this run stops before it
// comes to it: not attempted would deny what may exist.
func TestARowThatWasSentBeforeStaysUnknown(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	w := newTenant(t)
	var lost, refuses atomic.Bool
	w.hooked(func(a http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost && !lost.Swap(true) {
			lostAnswer()
		}
		if refuses.Load() {
			a.WriteHeader(http.StatusUnauthorized)
		}
		return refuses.Load()
	})
	file := w.sheet("d.csv", deal(1, "100", "n", "CRM-1", ""), deal(2, "100", "n", "CRM-2", ""))
	if row := w.importsSoon(file, "--concurrency", "1", "--on-unknown", "hold"); row["Outcome"] != "unknown" {
		t.Fatalf("%v", row)
	}
	refuses.Store(true)
	if row := w.importsSoon(file); row["Outcome"] != "unknown" {
		t.Errorf("%s: %s", row["Outcome"], row["Message"])
	}
}
