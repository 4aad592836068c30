package cli_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"refload/internal/effort"
	"refload/internal/sheet"
)

// kim is in the team of every deal of these sheets; joakim is somebody else.
const (
	kim    = "kim@example.com"
	joakim = "joakim@example.com"
)

// teamSheet writes a sheet of deals with Kim in their team.
func teamSheet(t *testing.T, folder, name, value string) string {
	t.Helper()
	var rows strings.Builder
	rows.WriteString("Deal Name,Customer Name,Referral Type,Consent to share Customer/Partner contact,Estimated Deal Value,Currency,Notes,CRM ID,Team member 1,Team member 2\n")
	for i := range 3 {
		fmt.Fprintf(&rows, "Deal %d,Contoso,Independent,Yes,%s%d,USD,ask Kim@Example.com,CRM-%d,\"Kim,Lee,+1 555 0100,%s\",\"Jo,Akim,+1 555 0101,%s\"\n", i, value, i, i, kim, joakim)
	}
	return writeFile(t, folder, name, rows.String())
}

// naming returns the files below a folder that name somebody, by their path below it.
func naming(t *testing.T, folder, mail string) []string {
	t.Helper()
	var list []string
	filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		named, err := sheet.Mentions(path, func(stretch []byte) bool {
			return strings.Contains(strings.ToLower(string(stretch)), mail) && !onlyAsPart(string(stretch), mail)
		})
		if err != nil {
			t.Error(err)
		}
		if named {
			relative, _ := filepath.Rel(folder, path)
			list = append(list, filepath.ToSlash(relative))
		}
		return nil
	})
	return list
}

// onlyAsPart reports whether a mail address stands only inside a longer one.
func onlyAsPart(text, mail string) bool {
	text = strings.ToLower(text)
	return strings.Count(text, mail) == strings.Count(text, "joa"+mail)
}

// forgets runs `runs forget --json` and returns the duty of each file by its base name.
func forgets(t *testing.T, environment map[string]string, args ...string) (duties map[string]string, summary map[string]any) {
	t.Helper()
	code, stdout, stderr := call(t, environment, append([]string{"runs", "forget", "--json", "--email"}, args...)...)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	duties = map[string]string{}
	for line := range strings.Lines(stdout) {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			t.Fatal(err)
		}
		if summary = object; object["event"] == "trace" {
			duties[filepath.Base(object["path"].(string))] = object["duty"].(string)
		}
	}
	return duties, summary
}

// A tenant's night: deals are made, a plan is saved and applied, an export written. Then Kim asks to
// be forgotten: listed first, with nothing changed; then gone from everything that is refload's.
func TestForgetAPerson(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	folder := t.TempDir()
	state := filepath.Join(folder, "state")
	environment := map[string]string{"REFLOAD_STATE": state}
	must := func(args ...string) {
		t.Helper()
		if code, stdout, stderr := call(t, environment, append(args, "--sandbox")...); code != 0 {
			t.Fatalf("%v: exit %d\n%s%s", args, code, stdout, stderr)
		}
	}
	plan := filepath.Join(folder, "plan.json")
	must("import", teamSheet(t, folder, "deals.csv", "10"))
	must("plan", teamSheet(t, folder, "changed.csv", "20"), "-o", plan)
	if code, _, stderr := call(t, environment, "apply", plan); code != 0 {
		t.Fatalf("apply: exit %d: %s", code, stderr)
	}
	must("import", writeFile(t, folder, "out.csv", "CRM ID,Notes,Team member 1\nCRM-1,other,\"Ann,Lee,+1 555 0100,ann@example.com\"\n"), "--mode", "update")
	must("export", "-o", filepath.Join(folder, "all.csv"))
	before := naming(t, state, kim)
	if len(before) < 3 {
		t.Fatalf("only %q name her, the test shows nothing", before)
	}

	duties, summary := forgets(t, environment, "KIM@example.com")
	if fmt.Sprint(naming(t, state, kim)) != fmt.Sprint(before) || summary["done"] != false {
		t.Error("a list has changed something")
	}
	for name, want := range map[string]string{"states.jsonl": "blank", "sandbox.jsonl": "blank", "deals.csv": "hand", "deals-results.xlsx": "hand", "all.csv": "hand", "changed-results.xlsx": "hand"} {
		if duties[name] != want {
			t.Errorf("%s: %q, want %q", name, duties[name], want)
		}
	}

	if _, summary = forgets(t, environment, kim, "--yes"); summary["done"] != true {
		t.Error(summary)
	}
	if left := naming(t, state, kim); len(left) > 0 {
		t.Errorf("%q still name her", left)
	}
	if others := naming(t, state, joakim); len(others) < 2 {
		t.Errorf("somebody else was forgotten too: %q", others)
	}
	_, summary = forgets(t, environment, kim)
	if summary["ours"] != 0.0 || summary["by_hand"] == 0.0 {
		t.Errorf("after it: %v", summary)
	}
	stillWorks(t, environment, folder)
}

// stillWorks holds that the sandbox and the journals are whole afterwards, and that an undo refuses
// the rows whose state was blanked.
func stillWorks(t *testing.T, environment map[string]string, folder string) {
	t.Helper()
	after := filepath.Join(folder, "after.jsonl")
	if code, _, stderr := call(t, environment, "export", "-o", after, "--sandbox"); code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	data, err := os.ReadFile(after)
	if err != nil || strings.Count(string(data), "(forgotten)") == 0 || strings.Count(string(data), joakim) != 3 {
		t.Errorf("%v\n%s", err, data)
	}
	if code, _, stderr := call(t, environment, "runs", "list"); code != 0 || stderr != "" {
		t.Errorf("runs list: exit %d: %s", code, stderr)
	}
	code, stdout, stderr := call(t, environment, "runs", "undo", "--dry-run")
	if !strings.Contains(stdout, "a person who was forgotten") {
		t.Errorf("undo: exit %d\n%s%s", code, stdout, stderr)
	}
}

// What an unfinished run needs stays; what it needs no more goes.
func TestForgetCopiesOfInputs(t *testing.T) {
	w := newTenant(t)
	environment := map[string]string{"REFLOAD_STATE": filepath.Join(w.folder, "state")}
	w.imports(0, teamSheet(t, w.folder, "deals.csv", "10"))
	path, _ := runFile(t, w, "run.json")
	for name, text := range map[string]string{"input-deals.csv": kim, "stdin.csv": "x;" + kim, "input-other.csv": joakim} {
		writeFile(t, filepath.Dir(path), name, text)
	}
	stdin := filepath.Join(w.folder, "state", "stdin")
	if err := os.MkdirAll(stdin, 0o700); err != nil {
		t.Fatal(err)
	}
	writeFile(t, stdin, "123.csv", kim)
	duties, _ := forgets(t, environment, kim)
	if duties["input-deals.csv"] != "remove" || duties["stdin.csv"] != "remove" || duties["123.csv"] != "remove" || duties["input-other.csv"] != "" {
		t.Errorf("%v", duties)
	}
	journal, text := runFile(t, w, "journal.jsonl")
	lines := strings.SplitAfter(text, "\n")
	writeFile(t, filepath.Dir(journal), "journal.jsonl", strings.Join(lines[:3], ""))
	if duties, _ = forgets(t, environment, kim, "--yes"); duties["input-deals.csv"] != "stays" || duties["stdin.csv"] != "stays" {
		t.Errorf("unfinished: %v", duties)
	}
	writeFile(t, filepath.Dir(journal), "journal.jsonl", text)
	forgets(t, environment, kim, "--yes")
	if left := naming(t, filepath.Join(w.folder, "state"), kim); len(left) > 0 {
		t.Errorf("%q", left)
	}
	if others := naming(t, filepath.Join(w.folder, "state"), joakim); len(others) != 1 {
		t.Errorf("%q", others)
	}
}

// The journals of a run never had anything to forget.
func TestJournalsNameNobody(t *testing.T) {
	w := newTenant(t)
	w.imports(0, teamSheet(t, w.folder, "deals.csv", "10"))
	w.imports(0, teamSheet(t, w.folder, "deals.csv", "30"))
	journals, err := filepath.Glob(filepath.Join(w.folder, "state", "*", "runs", "*", "journal.jsonl"))
	if err != nil || len(journals) != 2 {
		t.Fatal(journals, err)
	}
	for _, path := range journals {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"example.com", "Kim", "+1 555", "Contoso", "Deal 1", "ask Kim"} {
			if strings.Contains(string(data), secret) {
				t.Errorf("%s holds %q", path, secret)
			}
		}
	}
}

func TestForgetRefuses(t *testing.T) {
	environment := map[string]string{"REFLOAD_STATE": t.TempDir()}
	for _, args := range [][]string{nil, {"--email", "kim"}, {"--email", kim, "more"}} {
		if code, _, stderr := call(t, environment, append([]string{"runs", "forget"}, args...)...); code != 2 || !strings.Contains(stderr, "hint: ") {
			t.Errorf("%v: exit %d: %s", args, code, stderr)
		}
	}
	if code, stdout, _ := call(t, environment, "runs", "forget", "--email", kim); code != 0 || !strings.Contains(stdout, "nothing that refload keeps") {
		t.Errorf("exit %d: %s", code, stdout)
	}
}
