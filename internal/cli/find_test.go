package cli_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tokenOf is a token whose claims name an account.
func tokenOf(account string) string {
	return "e30." + base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"upn":%q}`, account)) + ".e30"
}

// found returns the lines of `runs find ID --json` without the summary.
func (w *tenant) found(id string) []map[string]any {
	w.t.Helper()
	code, stdout, stderr := w.run("runs find", id, "--json")
	if code != 0 {
		w.t.Fatalf("exit %d: %s", code, stderr)
	}
	var list []map[string]any
	for line := range strings.Lines(stdout) {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			w.t.Fatalf("%q: %v", line, err)
		}
		list = append(list, object)
	}
	last := list[len(list)-1]
	if last["event"] != "summary" || last["found"] != float64(len(list)-1) {
		w.t.Errorf("the last line is %v", last)
	}
	return list[:len(list)-1]
}

// runFile returns path and content of a file of the only run, or the first.
func runFile(t *testing.T, w *tenant, name string) (path, content string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(w.folder, "state", "*", "runs", "*", name))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no %s: %v", name, err)
	}
	data, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	return paths[0], string(data)
}

// latestRun returns the name of the latest run in a state folder, of whatever target.
func latestRun(t *testing.T, state string) string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(state, "*", "runs", "*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no run: %v", err)
	}
	return filepath.Base(slices.MaxFunc(paths, func(a, b string) int { return strings.Compare(filepath.Base(a), filepath.Base(b)) }))
}

// A deal is made, changed by another person, and changed back: find shows all three, by each of
// its ids, with who it was and which fields, and no value.
func TestFindShowsEveryRunOfADeal(t *testing.T) {
	w := newTenant(t)
	w.token = tokenOf("ann@contoso.example.com")
	rows := w.imports(0, w.sheet("deals.csv", deal(1, "100", "secret one", "CRM-1", ""), deal(2, "200", "two", "CRM-2", "")))
	w.token = tokenOf("bob@contoso.example.com")
	w.imports(0, w.sheet("deals.csv", deal(1, "987654321", "secret two", "CRM-1", ""), deal(2, "200", "two", "CRM-2", "")))
	if code, _, stderr := w.run("runs undo", "--yes"); code != 0 {
		t.Fatalf("undo: exit %d: %s", code, stderr)
	}
	for _, id := range []string{rows[0]["Referral ID"], strings.ToUpper(rows[0]["Referral ID"]), rows[0]["Engagement ID"], "crm-1"} {
		found := w.found(id)
		if len(found) < 2 {
			t.Fatalf("%s: %d lines", id, len(found))
		}
		made := found[0]
		if made["command"] != "import" || made["account"] != "ann@contoso.example.com" || made["row"] != 2.0 || made["outcome"] != "created" || made["machine"] == "" {
			t.Errorf("%s: made by %v", id, made)
		}
	}
	found := w.found(rows[0]["Referral ID"])
	if len(found) != 3 {
		t.Fatalf("%d lines: %v", len(found), found)
	}
	changed, undone := found[1], found[2]
	if changed["account"] != "bob@contoso.example.com" || changed["outcome"] != "updated" || fmt.Sprint(changed["fields"]) != "[details.dealValue details.notes]" {
		t.Errorf("changed: %v", changed)
	}
	if undone["command"] != "runs undo" || undone["outcome"] != "updated" {
		t.Errorf("undone: %v", undone)
	}
	code, stdout, _ := w.run("runs find", rows[0]["Referral ID"])
	if code != 0 || !strings.Contains(stdout, "Estimated Deal Value, Notes") || strings.Contains(stdout, "secret") || strings.Contains(stdout, "987654321") {
		t.Errorf("exit %d:\n%s", code, stdout)
	}
}

// A resume is somebody's work too.
func TestFindNamesWhoResumed(t *testing.T) {
	w := newTenant(t)
	w.token = tokenOf("ann@contoso.example.com")
	w.imports(0, w.sheet("deals.csv", deal(1, "100", "one", "CRM-1", "")))
	w.token = tokenOf("bob@contoso.example.com")
	if code, _, stderr := w.run("runs resume "+latestRun(t, filepath.Join(w.folder, "state")), "--yes"); code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	if found := w.found("CRM-1"); len(found) != 1 || found[0]["account"] != "ann@contoso.example.com" {
		t.Errorf("the resume sent nothing, and is named: %v", found)
	}
	_, manifest := runFile(t, w, "run.json")
	if strings.Count(manifest, `"since"`) != 2 || !strings.Contains(manifest, "bob@contoso.example.com") || strings.Contains(manifest, w.token) {
		t.Errorf("run.json:\n%s", manifest)
	}
}

func TestFindFindsNothing(t *testing.T) {
	w := newTenant(t)
	w.imports(0, w.sheet("deals.csv", deal(1, "100", "one", "CRM-1", "")))
	for _, args := range [][]string{{"CRM-2"}, {""}, {"CRM-1", "CRM-2"}, nil} {
		if code, _, stderr := w.run("runs find", args...); code != 2 || !strings.Contains(stderr, "hint: ") {
			t.Errorf("%v: exit %d: %s", args, code, stderr)
		}
	}
	if found := w.found("CRM-2"); len(found) != 0 {
		t.Errorf("%v", found)
	}
}
