package cli_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// changedDeals is canaryDeals with other canaries, and another amount.
var changedDeals = strings.NewReplacer("CANARY note", "CANARY of the second run", "canary@example.com", "canary2@example.com",
	"+1 555 0101", "+1 555 0109", ",1000,", ",1234,").Replace(canaryDeals)

// refusal is how requests of a method are answered.
type refusal struct {
	method string
	status int
}

// indiscreetTenant is a tenant that answers as is stored, with words that quote the row.
func indiscreetTenant(t *testing.T) (w *tenant, refuse *atomic.Value) {
	t.Helper()
	w, refuse = newTenant(t), &atomic.Value{}
	w.hooked(func(answer http.ResponseWriter, r *http.Request) bool {
		how, _ := refuse.Load().(refusal)
		if how.method != r.Method {
			return false
		}
		answer.WriteHeader(how.status)
		answer.Write([]byte(`{"error":{"code":"CANARY code","message":"CANARY Lee, canary@example.com, is unknown","target":"CANARY target"}}`))
		return true
	})
	w.imports(0, writeFile(t, w.folder, "deals.csv", canaryDeals))
	return w, refuse
}

// discreet runs a command, holds it to an exit code and to words that it must say, and
// wants no canary in what it prints, logs or keeps outside prior/ and spool/.
func (w *tenant) discreet(wantCode int, command string, args, words []string) {
	w.t.Helper()
	log := filepath.Join(w.t.TempDir(), "log")
	code, stdout, stderr := w.run(command, append(args, "--log-file", log)...)
	if code != wantCode {
		w.t.Fatalf("%s %v: exit %d, expected %d\n%s%s", command, args, code, wantCode, stdout, stderr)
	}
	written := allOf(w.t, filepath.Join(w.folder, "state"))
	written["standard output"], written["standard error"], written["the log"] = stdout, stderr, read(w.t, log)
	for name, text := range written {
		for _, leak := range leaks(text) {
			w.t.Errorf("%s %v: %s: %s", command, args, name, leak)
		}
	}
	for _, word := range words {
		if !strings.Contains(stdout, word) {
			w.t.Errorf("%s %v does not say %q:\n%s%s", command, args, word, stdout, stderr)
		}
	}
}

// What an undo prints names row, referral and field, and values only where they are not personal: it runs in the
// night too. The file of --output has all values, and what goes back is whole.
func TestAnUndoTellsWithoutTheValues(t *testing.T) {
	t.Parallel()
	w, _ := indiscreetTenant(t)
	w.imports(0, writeFile(t, w.folder, "deals.csv", changedDeals))
	fields := []string{"Notes", "Customer Contact Phone number", "Team member 1 Email", "1000", "1234", "restore"}
	w.discreet(0, "runs undo", []string{"--dry-run"}, append(fields, "Customer Contact Phone number: (not printed)", "Notes: (not printed)", "Estimated Deal Value: 1234 → 1000", "-o undo.xlsx lists them"))
	w.discreet(0, "runs undo", []string{"--dry-run", "--verbose"}, fields)
	w.discreet(0, "runs undo", []string{"--dry-run", "--json"}, append(fields, `"withheld":true`, `"event":"planned"`))
	for _, name := range []string{"undo.xlsx", "undo.csv"} {
		list := filepath.Join(w.folder, name)
		w.discreet(0, "runs undo", []string{"--dry-run", "-o", list}, []string{"all values: " + list})
		text := read(t, list)
		if name == "undo.xlsx" {
			text = textOf(t, list)
			if code, _, stderr := w.run("import", list, "--yes"); code != 5 {
				t.Errorf("the list is imported: exit %d\n%s", code, stderr)
			}
			if code, _, stderr := w.run("apply", list, "--yes"); code != 5 {
				t.Errorf("the list is applied: exit %d\n%s", code, stderr)
			}
		}
		for _, want := range []string{"CANARY deal", "CANARY note", "CANARY of the second run", "canary2@example.com", "+1 555 0101"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not hold %q:\n%s", name, want, text)
			}
		}
	}
	if code, stdout, stderr := w.run("runs forget", "--email", "canary2@example.com"); code != 0 || !strings.Contains(stdout, "undo.xlsx") || !strings.Contains(stdout, "undo.csv") {
		t.Errorf("lists of an undo are not known to name a person: exit %d\n%s%s", code, stdout, stderr)
	}
	w.discreet(0, "runs undo", []string{"--yes", "--json"}, append(fields, `"updated":2`))
	if notes := w.live()["CANARY deal"]["details"].(map[string]any)["notes"]; notes != "CANARY note" {
		t.Errorf("the notes are %q after the undo", notes)
	}
}

// An undo in the night, of a deal that somebody changed since, and where the service refuses in words that quote.
func TestAnUndoInTheNightTellsWithoutTheValues(t *testing.T) {
	w, refuse := indiscreetTenant(t)
	w.imports(0, writeFile(t, w.folder, "deals.csv", changedDeals))
	w.Edit(w.live()["CANARY other"]["id"].(string), func(d map[string]any) {
		d["details"].(map[string]any)["notes"], d["name"] = "CANARY of somebody else", "CANARY renamed"
	})
	refuse.Store(refusal{http.MethodPatch, http.StatusBadRequest})
	w.discreet(3, "runs undo", []string{"--yes"}, []string{"Notes: (not printed)", "rejected", "changed by somebody else since"})
}

// A list of what goes back that cannot be written stops the undo before anything is sent.
func TestAnUndoWithoutItsList(t *testing.T) {
	w, _ := indiscreetTenant(t)
	w.imports(0, writeFile(t, w.folder, "deals.csv", changedDeals))
	w.writes()
	for path, code := range map[string]int{"undo.json": 2, filepath.Join(w.folder, "missing", "undo.xlsx"): 12} {
		if got, stdout, stderr := w.run("runs undo", "--yes", "-o", path); got != code || len(w.writes()) > 0 || !strings.Contains(stderr, "hint: ") {
			t.Errorf("%s: exit %d, expected %d\n%s%s", path, got, code, stdout, stderr)
		}
	}
}

// Applying a plan, and what becomes of rows that somebody changed since, is told without values.
func TestApplyTellsWithoutTheValues(t *testing.T) {
	t.Parallel()
	w, refuse := indiscreetTenant(t)
	w.writes()
	plan := w.plan(writeFile(t, w.folder, "deals.csv", changedDeals), "plan.xlsx")
	w.Edit(w.live()["CANARY other"]["id"].(string), func(d map[string]any) {
		d["details"].(map[string]any)["notes"] = "CANARY of somebody else"
	})
	w.discreet(8, "apply", []string{plan, "--yes", "--all-or-nothing"}, nil)
	w.discreet(8, "apply", []string{plan, "--yes", "--all-or-nothing", "--json"}, []string{`"exit_code":8`})
	refuse.Store(refusal{http.MethodPatch, http.StatusBadRequest})
	w.discreet(3, "apply", []string{plan, "--yes", "--verbose", "--results", filepath.Join(w.folder, "out.csv")}, []string{"rejected 1", "conflict 1"})
	w.discreet(3, "apply", []string{plan, "--yes", "--json", "--results", filepath.Join(w.folder, "out.csv")}, []string{`"outcome":"rejected"`, `"outcome":"conflict"`})
}

// Going on with a run, and writing its results again, is told without values, also where the service refuses in
// words that quote the row.
func TestResumeAndResultsTellWithoutTheValues(t *testing.T) {
	t.Parallel()
	w, refuse := indiscreetTenant(t)
	out := filepath.Join(w.folder, "out.csv")
	refuse.Store(refusal{http.MethodPatch, http.StatusUnauthorized})
	w.discreet(4, "import", []string{writeFile(t, w.folder, "changed.csv", changedDeals), "--yes", "--results", out}, nil)
	refuse.Store(refusal{http.MethodPatch, http.StatusBadRequest})
	w.discreet(3, "runs resume", []string{"--yes", "--verbose", "--results", out}, []string{"rejected 2"})
	for _, command := range []string{"runs results", "runs resume " + latestRun(t, filepath.Join(w.folder, "state"))} {
		for _, more := range [][]string{nil, {"--json"}} {
			w.discreet(3, command, append([]string{"--yes", "--results", out}, more...), []string{"rejected"})
		}
	}
}
