package cli_test

import (
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"refload/internal/effort"
)

// movedAnyway are names of files that are removed while they are open, where a system lets that be done: where it does not,
// the file stays for a while and does no harm.
var movedAnyway = []string{
	"remove /state/written/*.lock", // a lock that stays is taken again
	"remove /state/plan-*.jsonl",   // removed once more after it was closed
}

// TestNothingHeldIsMoved goes through the commands that write files and holds them to what Windows asks: what a program
// has open it neither removes nor renames nor renames over.
func TestNothingHeldIsMoved(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	program, err := binary()
	if err != nil {
		t.Fatalf("%v: %s", err, program)
	}
	s, err := newStrict([]byte("[]"))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	folder := t.TempDir()
	deals := "Deal Name,Customer Name,Customer Address Line 1,Customer City,Customer Country,Partner Referral Status,Partner Referral Substatus,Estimated Deal Value,Currency," +
		"Estimated Close Date,CRM ID,Microsoft help required?,Share with Microsoft sales team,Consent to share Customer/Partner contact,Marketplace Purchase Intent,Solution 1,Team member 1\n"
	for i, value := range []string{"1000", "1500", "1700"} {
		row := "Cloud move,Contoso,1 Main Street,Redmond,US,New,Accepted," + value + `,USD,1/30/2031,CRM-1,No,No,Yes,Have not decided,SOL-12345-ABC,"Kim,Roe,+1 425 555 0101,kim@example.com"` + "\n"
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("deals%d.csv", i)), []byte(deals+row), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name string
		args []string
	}{
		{"import", []string{"import", "deals0.csv", "--yes", "--results", "deals-results.xlsx"}},
		{"import of results, which are written over", []string{"import", "deals-results.xlsx", "--yes"}},
		{"import again to results in CSV", []string{"import", "deals0.csv", "--yes", "--results", "deals-results.csv"}},
		{"import of results in CSV", []string{"import", "deals-results.csv", "--yes", "--results", "deals-results.csv"}},
		{"plan", []string{"plan", "deals1.csv", "-o", "plan.xlsx"}},
		{"apply", []string{"apply", "plan.xlsx", "--yes"}},
		{"plan for programs", []string{"plan", "deals2.csv", "-o", "plan.json"}},
		{"apply it", []string{"apply", "plan.json", "--yes"}},
		{"verify", []string{"verify", "deals2.csv", "-o", "verdict.xlsx"}},
		{"undo", []string{"runs", "undo", "--yes"}},
		{"export", []string{"export", "-o", "all.xlsx"}},
		{"export over the last one", []string{"export", "-o", "all.xlsx"}},
		{"export as CSV", []string{"export", "-o", "all.csv"}},
		{"export to standard output", []string{"export", "-o", "-"}},
		{"one more import", []string{"import", "deals1.csv", "--yes", "--results", "deals-results.xlsx"}},
		{"results again", []string{"runs", "results"}},
	} {
		args := append(c.args, "--base-url", server.URL, "--state", filepath.Join(folder, "state"))
		cmd := exec.Command(program, args...)
		cmd.Dir = folder
		cmd.Env = append(os.Environ(), "REFLOAD_ACCESS_TOKEN=any", "HOME="+folder)
		ended := trace(t, cmd, folder, strike{})
		if ended.code != 0 {
			t.Errorf("%s: exit %d\n%s", c.name, ended.code, ended.output)
		}
		for _, call := range ended.held {
			if slices.ContainsFunc(movedAnyway, func(pattern string) bool { known, _ := filepath.Match(pattern, call); return known }) {
				continue
			}
			t.Errorf("%s: %s, which it holds open", c.name, call)
		}
	}
}
