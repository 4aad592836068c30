package cli_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"refload/internal/sheet"
)

// What verify prints of a difference names row, field and referral, and no value that may be personal: a scheduler
// mails it. The workbook, which is the product, has both values, and the screen says so.
func TestVerifyTellsDifferencesWithoutTheValue(t *testing.T) {
	w := newTenant(t)
	crm := `"externalReferenceId":"CRM-1",`
	w.seed(handMade(1, crm), strings.ReplaceAll(handMade(2, `"externalReferenceId":"CRM-2",`), "Deal 2", "CANARY extra"))
	w.Edit("00000000-0000-4000-8000-000000000001", func(d map[string]any) {
		d["name"] = "CANARY deal"
		d["customerProfile"].(map[string]any)["name"] = "CANARY company"
		d["details"].(map[string]any)["notes"] = "CANARY of the service"
		d["details"].(map[string]any)["dealValue"] = json.Number("4711")
	})
	file := w.sheet("deals.csv", deal(1, "1234", "CANARY of the sheet", "CRM-1", ""), strings.Replace(deal(3, "1", "", "CRM-3", ""), "Deal 3", "CANARY missing", 1))
	book := filepath.Join(w.folder, "verdict.xlsx")
	for _, more := range [][]string{nil, {"--json"}, {"--verbose"}} {
		code, stdout, stderr := w.run("verify", append([]string{file, "--scope", "tenant", "-o", book}, more...)...)
		if code != 3 {
			t.Fatalf("%v: exit %d\n%s%s", more, code, stdout, stderr)
		}
		for _, leak := range leaks(stdout + stderr) {
			t.Errorf("%v: %s", more, leak)
		}
		for _, want := range []string{"Notes", "Deal Name", "Customer Name", "1234", "4711", "-000000000001", "CRM-3", "-000000000002"} {
			if !strings.Contains(stdout, want) {
				t.Errorf("%v does not say %q:\n%s", more, want, stdout)
			}
		}
		if more == nil && !strings.Contains(stdout, "are not printed: they stand in "+book) {
			t.Errorf("the screen does not say where the values stand:\n%s", stdout)
		}
	}
	text := textOf(t, book)
	for _, want := range []string{"CANARY deal", "CANARY company", "CANARY of the sheet", "CANARY of the service", "CANARY missing", "CANARY extra"} {
		if !strings.Contains(text, want) {
			t.Errorf("the workbook does not hold %q", want)
		}
	}
}

// textOf returns all texts of a workbook.
func textOf(t *testing.T, path string) string {
	t.Helper()
	book, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	var text strings.Builder
	for _, info := range book.Sheets() {
		for row, err := range book.Rows(info.Name) {
			if err != nil {
				t.Fatal(err)
			}
			for _, cell := range row.Cells {
				text.WriteString(cell.Shown + "|")
			}
		}
	}
	return text.String()
}
