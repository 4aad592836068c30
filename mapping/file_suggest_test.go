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
// was without it: what is a guess decides nothing.
func TestASuggestionChangesNothing(t *testing.T) {
	odd := rapid.OneOf(rapid.SampledFrom([]string{"Deal Name", "Custmer Name", "details.dealValue", "id", "Kunde", "Solution 1", "customerProfile.team[0].email", "ignore", "#", "a: b", "\"", "yes", "Straße", "- x", "\\", "{a}", "Value\tUSD", "*"}), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		headers := rapid.SliceOfNDistinct(odd, 1, 8, rapid.ID[string]).Draw(t, "headers")
		text, plain := suggested(t, headers...)
		file, err := mapping.ParseFile("s.yaml", []byte(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		under, _ := mapping.Match(headerRow(headers...), mapping.MatchOptions{File: file})
		for i, col := range under.Headers() {
			if before := plain.Headers()[i]; col.Path != before.Path || col.Ignored {
				t.Fatalf("%q is %q (ignored %t), without the file %q\n%s", col.Header, col.Path, col.Ignored, before.Path, text)
			}
		}
	})
}

// The comments become lines by taking away their #.
func TestASuggestionCanBeTaken(t *testing.T) {
	text, _ := suggested(t, "Deal Name", "Custmer Name", "Kunde")
	for _, want := range []string{`  "Deal Name": "Deal Name"`, `  # "Custmer Name": "Customer Name"`, `  # "Kunde": ignore`, `#   "Consent to share Customer/Partner contact":`} {
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
	if file.Columns["Custmer Name"] != "Customer Name" || file.Columns["Kunde"] != mapping.Ignore || file.Constants["Referral Type"] != "Independent" {
		t.Errorf("%+v", file)
	}
}
