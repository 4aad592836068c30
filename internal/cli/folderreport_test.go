package cli_test

import (
	"path/filepath"
	"strings"
	"testing"

	"refload/internal/monitor"
)

// A folder of which one file is imported, one has problems and one cannot be read: whoever reads the summary, the report,
// the metrics or the card learns which file is the worst, how each fared, and what only a person can do; and nobody says
// beside creates that nothing was sent.
func TestAFolderNamesItsWorstFile(t *testing.T) {
	w := newTenant(t)
	bad := dealsOf("Fabrikam") + strings.Replace(strings.SplitN(dealsOf("Litware"), "\n", 2)[1], "Independent", "perhaps", 1)
	inbox, done := inboxOf(t, map[string]string{"a.csv": dealsOf("Contoso"), "b.csv": bad, "c.xlsx": "no workbook", "d.csv": dealsOf("Northwind")})
	metrics := filepath.Join(w.folder, "refload.prom")
	stdout, stderr := w.inboxNight(5, inbox, done, "--metrics-file", metrics)
	if text := stdout + stderr; strings.Contains(text, "nothing was sent") {
		t.Errorf("%s", text)
	}
	for _, want := range []string{"4 files, the worst is b.csv:\n", "  a.csv   exit code 0  created 1\n", "  b.csv   exit code 5  invalid 1, not-attempted 1\n",
		"  c.xlsx  exit code 5  no rows\n", "  d.csv   exit code 0  created 1\n"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in\n%s%s", want, stdout, stderr)
		}
	}
	r := lastRunIn(t, filepath.Join(w.folder, "state"))
	if r.File != "b.csv" || r.Files != 4 || r.Rows != 4 || r.NeedsHands != 2 || r.Later != 0 || r.Resumable || r.ExitCode != 5 || strings.Contains(r.Meaning, "nothing was sent") {
		t.Errorf("%+v", r)
	}
	want := []monitor.Input{{File: "a.csv", Rows: 1}, {File: "b.csv", Rows: 2, NeedsHands: 2, NeedsPerson: true, ExitCode: 5}, {File: "c.xlsx", NeedsPerson: true, ExitCode: 5}, {File: "d.csv", Rows: 1}}
	for i, in := range r.Inputs {
		in.Run, in.Counts = "", nil
		if in.File != want[i].File || in.Rows != want[i].Rows || in.NeedsHands != want[i].NeedsHands || in.NeedsPerson != want[i].NeedsPerson || in.ExitCode != want[i].ExitCode {
			t.Errorf("%+v, expected %+v", in, want[i])
		}
	}
	text := read(t, metrics)
	for _, line := range []string{`file="b.csv",worst="true"} 5`, `file="a.csv",worst="false"} 0`, `refload_file_needs_hands_rows{target=`, `refload_needs_hands_rows{target=`} {
		if !strings.Contains(text, line) {
			t.Errorf("no %s in\n%s", line, text)
		}
	}
}

// What a later run takes again is counted apart from what needs a person.
func TestAFolderCountsWhatComesLater(t *testing.T) {
	w := newTenant(t)
	header, rest, _ := strings.Cut(dealsOf("Fabrikam"), "\n")
	row, _, _ := strings.Cut(rest, "\n")
	won := header + ",Partner Referral Status,Partner Referral Sub Status\n" + row + ",Closed,Won\n"
	inbox, done := inboxOf(t, map[string]string{"a.csv": dealsOf("Contoso"), "b.csv": won})
	for night, word := range []string{"created", "waiting"} {
		stdout, _ := w.inboxNight(0, inbox, done, "--close-after", "72h", "--allow-empty")
		r := lastRunIn(t, filepath.Join(w.folder, "state"))
		if !strings.Contains(stdout, word+" 1") || r.Later != 1 || r.NeedsHands != 0 || !r.OK {
			t.Errorf("night %d: %+v\n%s", night, r, stdout)
		}
	}
}
