package cli_test

import (
	"encoding/csv"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mistaken is a sheet in which every value that may name a person, say how to reach one, or be a note is wrong, one
// in each row.
func mistaken(t *testing.T) string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(canaryDeals)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	wrong := [][]string{rows[0]}
	for _, cell := range [][2]string{
		{"Customer contact email", "CANARY has no address"}, {"Customer contact email", "canary@example.com; canary@example.com"}, {"Customer contact phone number", "CANARY"},
		{"Customer contact first name", "CANARY\a"}, {"Customer contact last name", "CANARY\x00"}, {"Team member 1", "CANARY,Lee,CANARY,CANARY"},
		{"Team member 1", "canary@example.com,CANARY"}, {"Notes", "CANARY\v" + strings.Repeat("x", 100)}, {"Deal Name", "CANARY\nDeal"}, {"Customer Name", "CANARY\tcompany"},
		{"Customer Address Line 1", "CANARY\nstreet"}, {"Customer City", "CANARY\ncity"}, {"Customer contact first name", "4.20778E+11"},
	} {
		row := slices.Clone(rows[1])
		row[slices.Index(rows[0], cell[0])] = cell[1]
		row[slices.Index(rows[0], "CRM ID")] = "CRM-" + string(rune('A'+len(wrong)))
		wrong = append(wrong, row)
	}
	var text strings.Builder
	if err := csv.NewWriter(&text).WriteAll(wrong); err != nil {
		t.Fatal(err)
	}
	return writeFile(t, t.TempDir(), "wrong.csv", text.String())
}

// What import and verify print of a mistake names the cell and the rule, never the value: a scheduler
// mails it, a log collector keeps it. check and plan are there to show.
func TestMistakesAreToldWithoutTheValue(t *testing.T) {
	t.Parallel()
	sheet, state := mistaken(t), t.TempDir()
	for _, command := range [][]string{{"import", "--sandbox"}, {"import", "--sandbox", "--json"}, {"import", "--sandbox", "--dry-run"}, {"import", "--sandbox", "--skip-invalid"},
		{"import", "--sandbox", manyDeals(t, 1)}, {"verify", "--sandbox"}} {
		args := append(command, sheet, "--state", state)
		if !slices.Contains(args, "verify") && len(command) < 3 {
			args = append(args, "--results", filepath.Join(t.TempDir(), "out.csv"))
		}
		code, stdout, stderr := call(t, nil, args...)
		if code == 0 || code == 2 {
			t.Fatalf("%v: exit %d\n%s%s", command, code, stdout, stderr)
		}
		for _, want := range []string{"VAL-EMAIL", "VAL-PHONE", "VAL-CONTROL", "VAL-PACKED"} {
			if !strings.Contains(stdout+stderr, want) {
				t.Errorf("%v does not name %s:\n%s%s", command, want, stdout, stderr)
			}
		}
		for _, leak := range append(leaks(strings.ReplaceAll(stdout, "ann@example.com", "")), leaks(strings.ReplaceAll(stderr, "ann@example.com", ""))...) {
			t.Errorf("%v: %s", command, leak)
		}
	}
	if _, _, stderr := call(t, nil, "check", sheet, "--state", state); !strings.Contains(stderr, "CANARY has no address") {
		t.Errorf("check does not show the value:\n%s", stderr)
	}
}
