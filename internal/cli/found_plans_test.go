package cli_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"refload/internal/effort"
)

// Apply; the answer to the create is lost and the listing lags; resume; import.
func TestResumeUnderPlanForgetsOpenSend(t *testing.T) {
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
			body := rec.Body.String()
			if strings.Contains(body, `"Deal 1"`) { // the list lags
				a.Header().Set("Content-Type", "application/json")
				a.Write([]byte(`{"value":[]}`))
				return true
			}
		}
		return false
	})
	file := w.sheet("d.csv", deal(1, "100", "n", "CRM-1", ""))
	plan := filepath.Join(w.folder, "plan.json")
	w.run("plan", file, "-o", plan)
	out := filepath.Join(w.folder, "o.csv")
	code, _, _ := w.run("apply", plan, "--yes", "--results", out, "--settle", "1s", "--resend-after", "10m")
	row := readCSV(t, out)[0]
	t.Logf("apply: exit %d %s (%s)", code, row["Outcome"], row["Message"])
	code, so, se := w.run("runs resume", "--yes", "--results", out, "--settle", "1s", "--resend-after", "10m")
	row = readCSV(t, out)[0]
	t.Logf("resume: exit %d %s (%s)\n%s%s", code, row["Outcome"], row["Message"], so, se)
	code, _, se = w.run("import", file, "--yes", "--results", out, "--settle", "1s", "--resend-after", "10m")
	row = readCSV(t, out)[0]
	t.Logf("import: exit %d %s (%s)\n%s", code, row["Outcome"], row["Message"], se)
	if w.Count() != 2 {
		t.Errorf("%d referrals instead of 2", w.Count())
	}
}

// Apply of a co-sell row stops between create and invite; resume does not finish it.
func TestResumeUnderPlanOfAPair(t *testing.T) {
	w := newTenant(t)
	posts := 0
	down := true
	w.hooked(func(a http.ResponseWriter, r *http.Request) bool {
		if r.Method == "POST" {
			posts++
			if posts == 2 && down {
				a.WriteHeader(401)
				return true
			}
		}
		return false
	})
	file := writeFile(t, w.folder, "pair.csv", "Deal Name,Customer Name,Customer Address Line 1,Customer City,Customer Country,Customer Contact First Name,Customer Contact Last Name,Customer Contact Phone number,Customer Contact Email Address,"+
		"Partner Referral Status,Partner Referral Substatus,Declined/Lost/Error reason,Estimated Deal Value,Currency,Estimated Close Date,CRM ID,Microsoft help required?,What specific help from Microsoft?,Share with Microsoft sales team,Consent to share Customer/Partner contact,Marketplace Purchase Intent,Solution Area,Solution Play,Solution 1,Team member 1\n"+
		"Deal 1,Contoso,1 Way,Redmond,US,Sue,Example,5550100,sue@example.com,New,Accepted,,1000,USD,12/30/2031,PAIR-1,Yes,2,Yes,Yes,Yes,Security,Data Security,SOL-1-AAA,\"Ann,Lee,5550101,ann@example.com\"\n")
	plan := filepath.Join(w.folder, "plan.json")
	w.run("plan", file, "-o", plan)
	out := filepath.Join(w.folder, "o.csv")
	code, _, se := w.run("apply", plan, "--yes", "--results", out)
	row := readCSV(t, out)[0]
	t.Logf("apply: exit %d %s (%s) %s", code, row["Outcome"], row["Message"], se)
	down = false
	code, _, se = w.run("runs resume", "--yes", "--results", out)
	row = readCSV(t, out)[0]
	if row["Outcome"] != "created" {
		t.Errorf("resume: exit %d %s (%s)\n%s", code, row["Outcome"], row["Message"], se)
	}
	for _, command := range [][]string{{"runs resume"}, {"apply", plan}} {
		code, _, se = w.run(command[0], append(command[1:], "--yes", "--results", out)...)
		if word := readCSV(t, out)[0]["Outcome"]; code != 0 || word != "created" && word != "unchanged" {
			t.Errorf("%v again: exit %d %s\n%s", command, code, word, se)
		}
	}
}

// Undo; somebody changes the field between the undo's look and its PATCH.
func TestUndoRace(t *testing.T) {
	w := newTenant(t)
	w.seed(handMade(1, `"externalReferenceId":"CRM-1",`))
	id := w.live()["Deal 1"]["id"].(string)
	w.imports(0, w.sheet("d.csv", deal(1, "100", "mine", "CRM-1", "")))
	n := 0
	w.hooked(func(a http.ResponseWriter, r *http.Request) bool {
		if r.Method == "PATCH" {
			n++
			if n == 1 {
				w.Edit(id, func(d map[string]any) { d["details"].(map[string]any)["notes"] = "by them" })
			}
		}
		return false
	})
	out := filepath.Join(w.folder, "o.csv")
	code, so, se := w.run("runs undo", "--yes", "--results", out, "--base-url", w.url)
	data, _ := os.ReadFile(out)
	t.Logf("exit %d\n%s%s\n%s; live %v", code, so, se, data, w.live()["Deal 1"]["details"].(map[string]any)["notes"])
}

// Two deals of one name and customer, interrupted after the first.
func TestSameNameInterrupted(t *testing.T) {
	w := newTenant(t)
	posts := 0
	w.hooked(func(a http.ResponseWriter, r *http.Request) bool {
		if r.Method == "POST" {
			if posts++; posts == 2 {
				a.WriteHeader(401)
				return true
			}
		}
		return false
	})
	file := w.sheet("d.csv", deal(1, "100", "n", "CRM-1", ""), deal(1, "200", "n", "CRM-2", ""))
	w.importsSoon(file)
	out := filepath.Join(w.folder, "o.csv")
	w.run("runs resume", "--yes", "--results", out)
	rows := readCSV(t, out)
	if rows[1]["Outcome"] != "created" {
		t.Errorf("%s (%s)", rows[1]["Outcome"], rows[1]["Message"])
	}
}

// Close-after with PUT sends the reason now.
func TestCloseAfterPut(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"put", "patch"} {
		w := newTenant(t)
		w.imports(0, w.sheet("d.csv", deal(1, "100", "n", "CRM-1", "")))
		w.writes()
		w.imports(0, w.sheet("d.csv", deal(1, "150", "n", "CRM-1", ",,,Closed,Lost,2")), "--close-after", "72h", "--update-method", method)
		for _, x := range w.writes() {
			if strings.Contains(string(x.body), `did not respond`) {
				t.Errorf("%s: sent the reason on an open deal: %s", method, x.body)
			}
		}
	}
}

// A plan; then somebody removes a property.
func TestPlanAndRemovedProperty(t *testing.T) {
	w := newTenant(t)
	w.seed(handMade(1, `"externalReferenceId":"CRM-1","campaignId":"C",`))
	file := w.sheet("d.csv", deal(1, "150", "by hand", "CRM-1", ""))
	plan := w.plan(file, "p.json")
	w.Edit(w.live()["Deal 1"]["id"].(string), func(d map[string]any) { d["campaignId"] = nil })
	out := filepath.Join(w.folder, "o.csv")
	code, _, _ := w.run("apply", plan, "--yes", "--results", out)
	row := readCSV(t, out)[0]
	if row["Outcome"] != "conflict" {
		t.Errorf("exit %d: %s (%s)", code, row["Outcome"], row["Message"])
	}
}

// Odd documents.
func TestOddDocuments(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	for name, change := range map[string]func(map[string]any){
		"team object":        func(d map[string]any) { d["team"] = map[string]any{"firstName": "Ann"} },
		"team nulls":         func(d map[string]any) { d["team"] = []any{nil, "x"} },
		"details null":       func(d map[string]any) { d["details"] = nil },
		"customer null":      func(d map[string]any) { d["customerProfile"] = nil },
		"ids object":         func(d map[string]any) { d["customerProfile"].(map[string]any)["ids"] = map[string]any{} },
		"consent text":       func(d map[string]any) { d["consent"] = "yes" },
		"value text":         func(d map[string]any) { d["details"].(map[string]any)["dealValue"] = "100" },
		"target null elem":   func(d map[string]any) { d["target"] = []any{nil} },
		"status missing":     func(d map[string]any) { delete(d, "status"); delete(d, "substatus") },
		"eTag missing":       func(d map[string]any) { delete(d, "eTag") },
		"requirements text":  func(d map[string]any) { d["details"].(map[string]any)["requirements"] = "x" },
		"engagement missing": func(d map[string]any) { delete(d, "engagementId") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newTenant(t)
			w.seed(handMade(1, `"externalReferenceId":"CRM-1",`))
			w.Edit(w.live()["Deal 1"]["id"].(string), change)
			file := writeFile(t, w.folder, "d.csv", "Deal Name,Customer Name,Referral Type,Consent to share Customer/Partner contact,Estimated Deal Value,Currency,CRM ID,Team member 1,Solution 1,Customer D-U-N-S ID,Share with Microsoft sales team\nDeal 1,Contoso,Independent,Yes,100,USD,CRM-1,\"Ann,Lee,,ann@example.com\",SOL-1-AAA,795986822,Yes\n")
			out := filepath.Join(w.folder, "o.csv")
			for i := range 2 {
				code, _, se := w.run("import", file, "--yes", "--results", out, "--settle", "1s")
				rows := readCSV(t, out)
				t.Logf("%d: exit %d %s (%s)", i, code, rows[0]["Outcome"], rows[0]["Message"])
				if code == 1 {
					t.Errorf("%s", se)
				}
			}
		})
	}
}

// The service lists a referral without its eTag.
func TestNoETag(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	w := newTenant(t)
	w.seed(handMade(1, `"externalReferenceId":"CRM-1",`))
	w.hooked(func(a http.ResponseWriter, r *http.Request) bool {
		if r.Method == "GET" {
			rec := httptest.NewRecorder()
			w.serve(rec, r)
			for k, v := range rec.Header() {
				a.Header()[k] = v
			}
			a.Header().Del("Content-Length")
			a.WriteHeader(rec.Code)
			a.Write(regexp.MustCompile(`"eTag":"(\\"|[^"])*",`).ReplaceAll(rec.Body.Bytes(), nil))
			return true
		}
		return false
	})
	row := w.importsSoon(w.sheet("d.csv", deal(1, "150", "by hand", "CRM-1", "")))
	for _, x := range w.writes() {
		if x.ifMatch == "" {
			t.Errorf("%s without If-Match: %s (%s)", x.method, row["Outcome"], row["Message"])
		}
	}
}

// Both changed the status, --merge-disjoint.
func TestStatusMergeDisjoint(t *testing.T) {
	w := newTenant(t)
	w.seed(strings.Replace(handMade(1, ""), `"status":"Active","substatus":"Accepted"`, `"status":"New","substatus":"Pending"`, 1))
	id := w.live()["Deal 1"]["id"].(string)
	file := w.exported(",New,Pending,,,,", ",Closed,Declined,,,2,")
	w.Edit(id, func(d map[string]any) { d["status"], d["substatus"] = "Active", "Accepted" })
	row := w.importsSoon(file, "--merge-disjoint")
	if row["Outcome"] != "conflict" {
		t.Errorf("%s (%s), live %v/%v", row["Outcome"], row["Message"], w.live()["Deal 1"]["status"], w.live()["Deal 1"]["substatus"])
	}
}

// The row takes effect on a field that somebody locks meanwhile.
func TestLockedMeanwhile(t *testing.T) {
	w := newTenant(t)
	w.seed(handMade(1, `"externalReferenceId":"CRM-1","inviteContext":{"notes":"old"},`))
	id := w.live()["Deal 1"]["id"].(string)
	n := 0
	w.hooked(func(a http.ResponseWriter, r *http.Request) bool {
		if r.Method == "PATCH" {
			if n++; n == 1 {
				w.Edit(id, func(d map[string]any) {
					d["consent"].(map[string]any)["consentToShareReferralWithMicrosoftSellers"] = true
				})
			}
		}
		return false
	})
	row := w.importsSoon(writeFile(t, w.folder, "d.csv", "Referral ID,Notes to Microsoft\n"+id+",new\n"))
	if row["Outcome"] == "updated" {
		t.Errorf("%s (%s), live %v", row["Outcome"], row["Message"], w.live()["Deal 1"]["inviteContext"])
	}
}

// Names and values in journal, run.json, stdout and --json.
func TestPersonal(t *testing.T) {
	w := newTenant(t)
	w.seed(strings.ReplaceAll(handMade(1, ""), "Contoso", "Fabrikam-secret"), handMade(2, `"externalReferenceId":"CRM-2",`))
	rows := []string{strings.Replace(deal(1, "150", "secretnote", "CRM-1", ""), "Contoso", "Fabrikam-secret", 1), deal(2, "777123", "secretnote", "CRM-2", ""), deal(3, "100", "secretnote", "", "")}
	file := w.sheet("d.csv", rows...)
	out := filepath.Join(w.folder, "o.csv")
	_, so, _ := w.run("import", file, "--yes", "--results", out, "--json")
	rows[2] = deal(3, "101", "secretnote2", "", "")
	file = w.sheet("d.csv", rows...)
	_, so2, _ := w.run("import", file, "--yes", "--results", out, "--json", "--max-creates", "0")
	for _, word := range []string{"secret", "777123", "ann@example"} {
		if strings.Contains(so+so2, word) {
			t.Errorf("stdout has %s:\n%s%s", word, so, so2)
		}
	}
}

// Two rows of one referral in a plan.
func TestPlanClash(t *testing.T) {
	w := newTenant(t)
	w.seed(handMade(1, `"externalReferenceId":"CRM-1",`))
	id := w.live()["Deal 1"]["id"].(string)
	file := w.sheet("d.csv", deal(1, "150", "by hand", "CRM-1", ""), deal(1, "160", "by hand", "", id))
	code, so, se := w.run("plan", file, "--detailed-exit-code")
	if code != 3 || strings.Count(so, "duplicate") < 2 || !strings.Contains(so, "! 2 needs a person") {
		t.Errorf("exit %d\n%s%s", code, so, se)
	}
}

// A help row second import, upgraded; a co-sell deal lost: full sheet twice.
func TestTwice(t *testing.T) {
	t.Parallel()
	header := "Deal Name,Customer Name,Customer Address Line 1,Customer City,Customer Country,Customer Contact First Name,Customer Contact Last Name,Customer Contact Phone number,Customer Contact Email Address," +
		"Partner Referral Status,Partner Referral Substatus,Declined/Lost/Error reason,Sales Stage,Estimated Deal Value,Currency,Estimated Close Date,CRM ID,Microsoft help required?,What specific help from Microsoft?,Share with Microsoft sales team,Notes to Microsoft,Consent to share Customer/Partner contact,Marketplace Purchase Intent,Solution Area,Solution Play,Solution 1,Solution 2,Team member 1,Team member 2,Tags,Industries,Products,Customer D-U-N-S ID\n"
	for i, row := range []string{
		"New,Accepted,,40,1000.50,USD,12/30/2031,P-1,Yes,2,Yes,Hello,Yes,Yes,Security,Data Security,\"SOL-1-AAA, USD, 10, 100\",SOL-2-BBB,\"Ann,Lee,5550101,ann@example.com\",\"Bob,Roe,,\",b;a,,,795986822",
		"Closed,Won,,100,1000,USD,12/30/2031,P-1,Yes,2,Yes,Hello,Yes,Yes,Security,Data Security,SOL-1-AAA,SOL-1-AAA,\"Ann,Lee,5550101,ann@example.com\",\"Ann,Lee,5550101,ann@example.com\",,,,",
		"Closed,Declined,3,100,1000,USD,12/30/2031,P-1,No,,Yes,,Yes,No,,,SOL-1-AAA,,\"Ann,Lee,5550101,\",\"Ann,Roe,5550101,\",,,,",
	} {
		w := newTenant(t)
		file := writeFile(t, w.folder, "t.csv", header+"Deal & <1>,Contoso,1 Way,Redmond,US,Sue,Example,5550100,sue@example.com,"+row+"\n")
		for n := range 2 {
			r := w.importsSoon(file)
			if writes := w.writes(); n == 1 && (r["Outcome"] != "unchanged" || len(writes) > 0) {
				t.Errorf("%d, again: %s (%s), %d writes", i, r["Outcome"], r["Message"], len(writes))
			}
		}
		if i == 0 {
			file = strings.Replace(file, "t.csv", "u.csv", 1)
			os.WriteFile(file, []byte(header+"Deal & <1>,Contoso,1 Way,Redmond,US,Sue,Example,5550100,sue@example.com,"+strings.Replace(row, "New,Accepted,,", "Closed,Lost,2,", 1)+"\n"), 0o600)
			for n := range 2 {
				r := w.importsSoon(file)
				if writes := w.writes(); n == 1 && (r["Outcome"] != "unchanged" || len(writes) > 0) {
					t.Errorf("lost, again: %s (%s), %d writes", r["Outcome"], r["Message"], len(writes))
				}
			}
		}
	}
}
