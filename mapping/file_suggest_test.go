package mapping_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"refload/internal/sheet"
	"refload/mapping"
)

// headerRow is a header row of texts.
func headerRow(headers ...string) sheet.Row {
	row := sheet.Row{Number: 1}
	for _, h := range headers {
		row.Cells = append(row.Cells, sheet.Cell{Kind: sheet.Text, Stored: h, Shown: h})
	}
	return row
}

// suggested writes the suggestion for headers.
func suggested(t interface{ Fatal(...any) }, headers ...string) (text string, matched *mapping.Columns) {
	columns, _ := mapping.Match(headerRow(headers...), mapping.MatchOptions{})
	var b strings.Builder
	s := mapping.Suggestion{Name: "deals.csv", Columns: columns.Headers(), Missing: columns.Missing(), Notes: []string{"a note\nof two lines: and a # in it"}}
	if err := s.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String(), columns
}

// A suggestion is a mapping file, whatever the headers are, and under it every column is what it
// was without it, or what its header means for sure in another language: what is a guess decides nothing.
func TestASuggestionDecidesNoGuess(t *testing.T) {
	sure := map[string]string{"Kunde": "customerProfile.name", "Straße": "customerProfile.address.addressLine1", "Devise": "details.currency"}
	odd := rapid.OneOf(rapid.SampledFrom([]string{"Deal Name", "Custmer Name", "details.dealValue", "id", "Kunde", "Devise", "Stage", "Phase", "Estado", "Solution 1", "customerProfile.team[0].email", "ignore", "#", "a: b", "\"", "yes", "Straße", "- x", "\\", "{a}", "Value\tUSD", "*"}), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		headers := rapid.SliceOfNDistinct(odd, 1, 8, rapid.ID[string]).Draw(t, "headers")
		text, plain := suggested(t, headers...)
		file, err := mapping.ParseFile("s.yaml", []byte(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		under, _ := mapping.Match(headerRow(headers...), mapping.MatchOptions{File: file})
		for i, col := range under.Headers() {
			before := plain.Headers()[i]
			if before.Path == "" && col.Path == sure[col.Header] {
				continue
			}
			if col.Path != before.Path || col.Ignored {
				t.Fatalf("%q is %q (ignored %t), without the file %q\n%s", col.Header, col.Path, col.Ignored, before.Path, text)
			}
		}
	})
}

// The comments become lines by taking away their #.
func TestASuggestionCanBeTaken(t *testing.T) {
	text, _ := suggested(t, "Deal Name", "Custmer Name", "Kundin")
	for _, want := range []string{`  "Deal Name": "Deal Name"`, `  # "Custmer Name": "Customer Name"`, `  # "Kundin": ignore`, `#   "Consent to share Customer/Partner contact":`} {
		if !strings.Contains(text, want) {
			t.Errorf("no line %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, `#   "Deal Name"`) {
		t.Errorf("Deal Name is called missing:\n%s", text)
	}
	taken := strings.NewReplacer(`  # "`, `  "`, "# constants:", "constants:", `#   "Customer Name":`, `#`, `#   "Referral Type":`, `  "Referral Type": Independent`,
		`#   "Consent to share Customer/Partner contact":`, `  "Consent to share Customer/Partner contact": yes`).Replace(text)
	file, err := mapping.ParseFile("s.yaml", []byte(taken))
	if err != nil {
		t.Fatalf("%v\n%s", err, taken)
	}
	if file.Columns["Custmer Name"] != "Customer Name" || file.Columns["Kundin"] != mapping.Ignore || file.Constants["Referral Type"] != "Independent" {
		t.Errorf("%+v", file)
	}
}

// suggestedFor writes the suggestion for a sheet with rows.
func suggestedFor(t *testing.T, headers []string, rows ...[]string) string {
	t.Helper()
	columns, _ := mapping.Match(headerRow(headers...), mapping.MatchOptions{})
	var tally mapping.Tally
	for _, row := range rows {
		tally.Observe(headerRow(row...))
	}
	var b strings.Builder
	if err := (mapping.Suggestion{Name: "deals.csv", Columns: columns.Headers(), Values: &tally, Missing: columns.Missing()}).Write(&b); err != nil {
		t.Fatal(err)
	}
	if _, err := mapping.ParseFile("s.yaml", []byte(b.String())); err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	for _, row := range rows {
		for _, value := range row {
			if len(value) > 3 && strings.Contains(b.String(), value) {
				t.Errorf("the suggestion tells the value %q:\n%s", value, b.String())
			}
		}
	}
	return b.String()
}

// Headers of other languages are lines where they mean one field and the values do not contradict it; values alone
// make a guess.
func TestSuggestionsLookAtValues(t *testing.T) {
	tests := []struct {
		name    string
		headers []string
		rows    [][]string
		want    []string
		not     []string
	}{
		{"German", []string{"Kunde", "Betrag", "Währung", "Voraussichtliches Abschlussdatum", "PLZ", "Land", "Strasse"},
			[][]string{{"Contoso", "1.000,50", "EUR", "30.01.2031", "12345", "Deutschland", "Hauptweg 1"}},
			[]string{`  "Kunde": "Customer Name"`, `  "Betrag": "Estimated Deal Value"`, `  "Währung": "Currency"`, `  "Voraussichtliches Abschlussdatum": "Estimated Close Date"`,
				`  "PLZ": "Customer Postal code"`, `  "Land": "Customer Country"`, `  "Strasse": "Customer Address Line 1"`}, []string{`#   "Customer Name"`}},
		{"French", []string{"Société", "Montant", "Devise", "Date de clôture", "Ville", "Pays"},
			[][]string{{"Contoso", "1 000,50", "euro", "30/01/2031", "Lyon", "France"}},
			[]string{`  "Société": "Customer Name"`, `  "Montant": "Estimated Deal Value"`, `  "Devise": "Currency"`, `  "Date de clôture": "Estimated Close Date"`, `  "Ville": "Customer City"`, `  "Pays": "Customer Country"`}, nil},
		{"Spanish", []string{"Oportunidad", "Empresa", "Importe", "Fecha de cierre", "Ciudad", "País", "Moneda"},
			[][]string{{"Migración", "Contoso", "1.000,50", "30/01/2031", "Madrid", "España", "EUR"}},
			[]string{`  "Oportunidad": "Deal Name"`, `  "Empresa": "Customer Name"`, `  "Importe": "Estimated Deal Value"`, `  "Fecha de cierre": "Estimated Close Date"`, `  "Ciudad": "Customer City"`, `  "País": "Customer Country"`, `  "Moneda": "Currency"`}, nil},
		{"values that contradict the header", []string{"Kunde", "Land", "Betrag", "Währung"}, [][]string{{"kim@example.com", "Bayern", "hoch", "Deutschland"}, {"lee@example.com", "Hessen", "mittel", "Frankreich"}},
			[]string{`  # "Kunde": "Customer Contact Email Address"   # column A: a guess, by its values: e-mail addresses`, `  # "Land": ignore`, `  # "Betrag": ignore`,
				`  # "Währung": "Customer Country"   # column D: a guess, by its values: countries`}, []string{`"Kunde": "Customer Name"`, `: "Estimated Deal Value"`, `: "Currency"`}},
		{"Stage is not State", []string{"Stage"}, [][]string{{"Contract Sent"}, {"Closed Won"}},
			[]string{`  # "Stage": ["Partner Referral Status", "Partner Referral Substatus", "Sales Stage"]   # column A: one column may be all three, see below`, "# values:"}, []string{`"Customer State"`, `: "State"`}},
		{"a stage beside a status", []string{"Stage", "Status"}, [][]string{{"Contract Sent", "Active"}}, []string{`  # "Stage": ignore`, `  "Status": "Partner Referral Status"`}, []string{"# values:", "State\""}},
		{"stages that are ours", []string{"Phase"}, [][]string{{"20"}, {"Proposed"}}, []string{`  # "Phase": "Sales Stage"   # column A: a guess, by the meaning of the header`}, []string{"# values:"}},
		{"stages by their values", []string{"Wie weit"}, [][]string{{"Angebot gesendet"}, {"Verloren"}}, []string{`  # "Wie weit": ["Partner Referral Status"`}, nil},
		{"Estado of a deal", []string{"Estado"}, [][]string{{"Abierto"}, {"Ganado"}}, []string{`  # "Estado": [`}, []string{`"Estado": "Customer State"`}},
		{"Estado of a country", []string{"Estado"}, [][]string{{"Jalisco"}, {"Oaxaca"}}, []string{`  # "Estado": "Customer State"   # column A: a guess`}, nil},
		{"likeness that values contradict", []string{"Custmer Name", "Curency"}, [][]string{{"2031-01-30", "Contoso"}}, []string{`  # "Custmer Name": "Estimated Close Date"   # column A: a guess, by its values: dates`, `  # "Curency": ignore`}, nil},
		{"a known header whose values contradict it", []string{"Status", "Currency"}, [][]string{{"Closed Won", "Contoso"}},
			[]string{`  "Status": "Partner Referral Status"   # column A: its values do not look like ones of this field`, `  "Currency": "Currency"   # column B: its values do not`, "# values:"}, nil},
		{"two columns of one sort", []string{"Contact", "Owner mail"}, [][]string{{"kim@example.com", "lee@example.com"}}, []string{`  # "Contact": "Customer Contact Email Address"`, `  # "Owner mail": ignore`}, nil},
		{"consent is never decided", []string{"Einwilligung"}, [][]string{{"Ja"}}, []string{`  # "Einwilligung": "Consent to share Customer/Partner contact"   # column A: a guess`}, nil},
	}
	for _, test := range tests {
		text := suggestedFor(t, test.headers, test.rows...)
		for _, want := range test.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", test.name, want, text)
			}
		}
		for _, not := range test.not {
			if strings.Contains(text, not) {
				t.Errorf("%s: %q is in\n%s", test.name, not, text)
			}
		}
	}
}
