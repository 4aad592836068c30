package cli_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A number that a workbook shows as a share, or in thousands, is sent as it is stored, and a person hears of it: the cell, what
// it shows and what is sent. A sign of money in its format has to be that of the row's currency.
func TestNumbersAreShownOtherwise(t *testing.T) {
	for _, test := range []struct {
		name, currency, format string // format: the code of a format, "" for the one of id
		id                     int
		value                  float64
		says                   string // "" where nothing is said of the cell
		refused                bool
	}{
		{"no format", "EUR", "", 0, 5000, "", false},
		{"digits", "EUR", "#,##0.00", 0, 5000, "", false},
		{"a share", "EUR", "", 9, 0.5, `warning: deals.xlsx, sheet "Sheet1", F2 (Estimated Deal Value): the cell shows "50%", and 0.5 is sent [VAL-SHOWN]`, false},
		{"a share with digits", "EUR", "0.0%", 0, 0.125, `the cell shows "12.5%", and 0.125 is sent`, false},
		{"thousands", "EUR", `#,##0.0,"k"`, 0, 5250, `the cell shows "5.3k", and 5250 is sent`, false},
		{"the row's money", "USD", "$#,##0", 0, 5000, "", false},
		{"the row's money, by its code", "EUR", `[$€-407] #,##0.00`, 0, 5000, "", false},
		{"a sign of several, of which the row has one", "CAD", `"$"#,##0`, 0, 5000, "", false},
		{"other money", "EUR", "$#,##0", 0, 5000, `error: deals.xlsx, sheet "Sheet1", F2 (Estimated Deal Value): the cell shows "$5,000", and the row's currency is EUR [VAL-NUMBER]`, true},
		{"other money behind", "USD", `#,##0.00\ "€"`, 0, 5000, `the cell shows "5,000.00 €", and the row's currency is USD`, true},
		{"a word that is no money", "EUR", `0" licences"`, 0, 5000, "", false},
	} {
		book := excelize.NewFile()
		header := []any{"Deal Name", "Customer Name", "CRM ID", "Referral Type", "Consent to share", "Estimated Deal Value", "Currency"}
		row := []any{"Cloud move", "Contoso", "C-1", "Independent", "Yes", test.value, test.currency}
		style := &excelize.Style{NumFmt: test.id}
		if test.format != "" {
			style = &excelize.Style{CustomNumFmt: &test.format}
		}
		path := filepath.Join(t.TempDir(), "deals.xlsx")
		id, err := book.NewStyle(style)
		for _, err := range []error{err, book.SetSheetRow("Sheet1", "A1", &header), book.SetSheetRow("Sheet1", "A2", &row), book.SetCellStyle("Sheet1", "F2", "F2", id), book.SaveAs(path)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		code, stdout, stderr := call(t, nil, "check", path)
		if (code != 0) != test.refused || !strings.Contains(stderr, test.says) || test.says == "" && strings.Contains(stderr, "F2") {
			t.Errorf("%s: exit %d, want %q\n%s%s", test.name, code, test.says, stdout, stderr)
		}
	}
}
