package mapping

import (
	"encoding/json"
	"strings"
	"testing"

	"refload/internal/sheet"
)

// A sign or code of money beside a number counts where it agrees with the currency that the row has.
func TestMoneyBesideItsCurrency(t *testing.T) {
	comma, point := &File{Decimal: "comma"}, &File{Decimal: "point"}
	tests := []struct {
		file           *File
		currency, text string
		want           string // "" for a fault
		says           string
	}{
		{comma, "EUR", "12.345,67 €", "12345.67", "as the row's currency is"},
		{nil, "EUR", "12.345,67 €", "12345.67", "as the row's currency is"},
		{comma, "Euro", "EUR 12.345,67", "12345.67", ""},
		{comma, "EUR", "12.345,67 Euro", "12345.67", ""},
		{point, "USD", "$5,000", "5000", "is read as a number in USD"},
		{point, "CAD", "$5,000", "5000", "in CAD"},
		{point, "USD", "US$ 5,000.50", "5000.50", ""},
		{point, "USD", "+$5", "", "not a number"},
		{point, "USD", "$+5", "5", ""},
		{point, "USD", "$5,000 USD", "5000", ""},
		{point, "CAD", "$5,000 USD", "", "USD, and the row's currency is CAD"},
		{point, "USD", "€5", "", `"€5" is EUR, and the row's currency is USD`},
		{point, "EUR", "$5", "", "is money of another country, and the row's currency is EUR"},
		{point, "SEK", "500 kr", "500", ""},
		{point, "GBP", "500 kr", "", "another country"},
		{nil, "EUR", "50.000 €", "", "two ways"},
		{point, "", "€5", "", "not a number"},
		{point, "EURX", "€5", "", "not a number"},
		{point, "EUR", "-€5", "", "not negative"},
		{point, "EUR", "€-5", "", "not a number"},
		{point, "EUR", "(€5)", "", "not negative"},
		{point, "EUR", "5 T€", "", "not a number"},
		{point, "EUR", "5k €", "", "not a number"},
		{point, "EUR", "€5/month", "", "not a number"},
		{point, "USD", "5 EUR 6", "", "not a number"},
	}
	for _, test := range tests {
		for _, headers := range [][]string{{"Currency", "Deal Value"}, {"Deal Value", "Currency"}} {
			texts := []string{test.currency, test.text}
			if headers[1] == "Currency" {
				texts = []string{test.text, test.currency}
			}
			columns, _ := Match(textRow(1, headers...), MatchOptions{File: test.file})
			row := textRow(2, texts...)
			columns.Observe(row)
			columns.Settle()
			rec, problems := columns.Decode(row, today)
			value, _ := rec.Doc.Get("details.dealValue")
			digits, _ := value.(json.Number)
			said := ""
			for _, p := range problems {
				said += p.Message + " | " + p.Hint + "; "
			}
			if string(digits) != test.want || !strings.Contains(said, test.says) {
				t.Errorf("%q beside %q in %v: %q with %q, want %q with %q", test.text, test.currency, headers, digits, said, test.want, test.says)
			}
		}
	}
}

// The currency may stand in a constant, or in the same packed cell.
func TestMoneyBesideOtherCurrencies(t *testing.T) {
	file := &File{Constants: map[string]string{"Currency": "EUR"}, Decimal: "comma"}
	columns, _ := Match(textRow(1, "Deal Value"), MatchOptions{File: file})
	rec, problems := columns.Decode(textRow(2, "1.234,50 €"), today)
	if value, _ := rec.Doc.Get("details.dealValue"); value != json.Number("1234.50") || len(problems) != 1 || problems[0].Severity != Note {
		t.Errorf("beside a constant: %v with %+v", value, problems)
	}
	rec, problems = decodeOne([]string{"Solution 1"}, []string{"SOL-1-ABC, USD, $10, 5"})
	if value, _ := rec.Doc.Get("details.requirements.solutions[0].price"); value != json.Number("10") || len(problems) != 1 {
		t.Errorf("in a packed cell: %v with %+v", value, problems)
	}
	rec, problems = decodeOne([]string{"Solution 1 Price", "Solution 1 Currency"}, []string{"€10", "USD"})
	if value, there := rec.Doc.Get("details.requirements.solutions[0].price"); there || len(problems) != 1 || problems[0].Severity != Fault {
		t.Errorf("beside another currency: %v with %+v", value, problems)
	}
}

// A sign of money that stands in the format of a number is held to the row's currency; one that changes with the
// machine is a warning.
func TestMoneyInAFormat(t *testing.T) {
	for _, test := range []struct {
		currency string
		cell     sheet.Cell
		want     Severity
	}{
		{"USD", sheet.Cell{Seen: "$5,000"}, ""},
		{"EUR", sheet.Cell{Seen: "$5,000"}, Fault},
		{"EUR", sheet.Cell{Seen: "$5,000", Local: true}, Warning},
		{"EUR", sheet.Cell{Seen: "5,000 licences"}, ""},
	} {
		test.cell.Kind, test.cell.Stored, test.cell.Shown = sheet.Number, "5000", "5000"
		columns, _ := Match(textRow(1, "Currency", "Deal Value"), MatchOptions{})
		row := textRow(2, test.currency, "")
		row.Cells[1] = test.cell
		rec, problems := columns.Decode(row, today)
		_, sent := rec.Doc.Get("details.dealValue")
		var said Severity
		if len(problems) > 0 {
			said = problems[0].Severity
		}
		if said != test.want || sent != (test.want != Fault) {
			t.Errorf("%+v beside %s: %q, sent %v: %+v", test.cell, test.currency, said, sent, problems)
		}
	}
}
