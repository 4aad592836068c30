package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// calls calls the program and wants it to end with a code.
func calls(t *testing.T, environment map[string]string, want int, args ...string) {
	t.Helper()
	if code, stdout, stderr := call(t, environment, args...); code != want {
		t.Fatalf("%v: exit %d\n%s%s", args, code, stdout, stderr)
	}
}

// Whatever refload wrote or moved is known, wherever it was put, also when no run knows of it any more. Plans that
// nobody has written into go; what is a person's own is named.
func TestForgetKnowsEveryFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	environment := map[string]string{"REFLOAD_STATE": filepath.Join(folder, "state")}
	at := func(name string) string { return filepath.Join(folder, name) }
	inbox, done := at("inbox"), at("archive")
	if err := os.Mkdir(inbox, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(teamSheet(t, inbox, "deals.csv", "10"), time.Time{}, time.Now().Add(-time.Minute)); err != nil {
		t.Fatal(err)
	}
	calls(t, environment, 0, "import", inbox, "--done", done, "--sandbox", "--debug-bodies", at("bodies.txt"))
	team := teamSheet(t, folder, "team.csv", "10")
	other := writeFile(t, folder, "other.csv", strings.ReplaceAll(strings.ReplaceAll(read(t, team), "CRM-", "NEW-"), ",Contoso,", ",Litware,"))
	writeFile(t, folder, "team.csv", strings.ReplaceAll(read(t, team), "ask Kim", "call Kim"))
	calls(t, environment, 0, "plan", other, "-o", at("plan.xlsx"), "--sandbox")
	calls(t, environment, 0, "plan", other, "-o", at("plan.json"), "--sandbox")
	calls(t, environment, 0, "plan", other, "-o", at("marked.json"), "--sandbox")
	writeFile(t, folder, "marked.json", read(t, at("marked.json"))+" ")
	calls(t, environment, 3, "verify", at("team.csv"), "--sandbox")
	for _, name := range []string{"one.csv", "two.csv", "gone.csv"} {
		calls(t, environment, 0, "export", "-o", at(name), "--sandbox")
	}
	if err := os.Remove(at("gone.csv")); err != nil {
		t.Fatal(err)
	}
	calls(t, environment, 0, "runs", "purge", "--older-than", "0")
	if runs, err := filepath.Glob(at("state/*/runs/*")); err != nil || len(runs) > 0 {
		t.Fatalf("%v, %v", runs, err)
	}

	duties, _ := forgets(t, environment, kim)
	want := map[string]string{"plan.xlsx": "remove", "plan.json": "remove", "marked.json": "hand", "bodies.txt": "hand", "team-verified.xlsx": "hand",
		"one.csv": "hand", "two.csv": "hand", "other.csv": "hand", "team.csv": "hand", "sandbox.jsonl": "blank"}
	archived := namesIn(t, done)
	for _, name := range archived {
		want[name] = "hand"
	}
	if len(archived) != 2 || fmt.Sprint(duties) != fmt.Sprint(want) {
		t.Errorf("%v\nexpected %v", duties, want)
	}
	forgets(t, environment, kim, "--yes")
	for _, name := range []string{"plan.xlsx", "plan.json"} {
		if _, err := os.Stat(at(name)); err == nil {
			t.Errorf("%s is still there", name)
		}
	}
	if left := naming(t, at("state"), kim); len(left) > 0 {
		t.Errorf("%q", left)
	}
	records, err := filepath.Glob(at("state/written/*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records {
		if text := read(t, record); strings.Contains(text, "plan.xlsx") || strings.Contains(text, "gone.csv") {
			t.Errorf("a file that is gone is remembered: %s", text)
		}
	}

	// What cannot be read is said, be it a file or what is remembered of one.
	if err := os.Remove(at("one.csv")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(at("one.csv"), 0o700); err != nil {
		t.Fatal(err)
	}
	broken := strings.Repeat("0", 32)
	writeFile(t, at("state/written"), broken, "{")
	if duties, _ = forgets(t, environment, kim); duties["one.csv"] != "hand" || duties[broken] != "hand" || duties["plan.xlsx"] != "" {
		t.Errorf("%v", duties)
	}
}

// The data of a sandbox that lies elsewhere is refload's to blank.
func TestForgetDataOfASandbox(t *testing.T) {
	folder := t.TempDir()
	state, data := filepath.Join(folder, "state"), filepath.Join(folder, "rehearsal.jsonl")
	environment := map[string]string{"REFLOAD_STATE": state, "REFLOAD_ACCESS_TOKEN": "word"}
	t.Run("rehearsal", func(t *testing.T) { // the server ends with it
		base := serveSandbox(t, "--data", data, "--state", state)
		calls(t, environment, 0, "import", teamSheet(t, folder, "deals.csv", "10"), "--base-url", base, "--rate", "0", "--yes")
	})
	if duties, _ := forgets(t, environment, kim); duties["rehearsal.jsonl"] != "blank" {
		t.Errorf("%v", duties)
	}
	forgets(t, environment, kim, "--yes")
	if text := read(t, data); strings.Contains(strings.ReplaceAll(strings.ToLower(text), joakim, ""), kim) || !strings.Contains(text, joakim) {
		t.Errorf("%s", text)
	}
	if duties, _ := forgets(t, environment, kim); duties["rehearsal.jsonl"] != "" {
		t.Errorf("%v", duties)
	}
}
