package mapping

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const dateHeader = "Estimated Close Date"

// column reads one column of texts and returns what was said of it and what became of each.
func readColumn(o MatchOptions, header []string, at int, texts ...string) ([]Problem, []string) {
	var rows [][]string
	for _, text := range texts {
		row := make([]string, len(header))
		row[at] = text
		rows = append(rows, row)
	}
	s := readSample(o, header, rows...)
	var values []string
	path := s.columns.Headers()[at].Path
	for i := range s.rows {
		rec, problems := s.decode(i)
		value, _ := rec.Doc.Get(path)
		switch {
		case len(problems) > 0 && problems[0].Severity == Fault:
			values = append(values, problems[0].Rule)
		default:
			values = append(values, strings.TrimSuffix(text(value), "T00:00:00Z"))
		}
	}
	return s.settled, values
}

func text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case interface{ String() string }:
		return v.String()
	}
	return "-"
}

// portalHeader is a header row that bears the portal's set; its last column is the date.
var portalHeader = []string{"Deal Name", "Customer Name", "Customer Address Line 1", "Customer City", "Customer Country",
	"Partner Referral Status", "Partner Referral Substatus", "Estimated Deal Value", "Currency", "Microsoft help required?",
	"Share with Microsoft sales team", "Consent to share Customer/Partner contact", "Marketplace Purchase Intent",
	"Solution 1", "Team member 1", dateHeader}

func TestDateColumns(t *testing.T) {
	const ambiguous = "VAL-DATE"
	comma := MatchOptions{CommaCSV: true}
	tests := []struct {
		name    string
		options MatchOptions
		header  []string
		texts   []string
		want    []string
		said    Severity // of the problem that Settle adds, "" for none
		word    string
	}{
		{"ISO needs no order", MatchOptions{}, nil, []string{"2026-04-03"}, []string{"2026-04-03"}, "", ""},
		{"one reading each", MatchOptions{}, nil, []string{"31.12.2026", "30/1/2026"}, []string{"2026-12-31", "2026-01-30"}, "", ""},
		{"nothing decides", MatchOptions{}, nil, []string{"3/4/2026"}, []string{ambiguous}, Warning, "two ways"},
		{"day first decides", MatchOptions{}, nil, []string{"3/4/2026", "30/1/2026"}, []string{"2026-04-03", "2026-01-30"}, Note, "the day first"},
		{"month first decides", MatchOptions{}, nil, []string{"3/4/2026", "1/30/2026"}, []string{"2026-03-04", "2026-01-30"}, Note, "the month first"},
		{"a mixture", MatchOptions{}, nil, []string{"3/4/2026", "1/30/2026", "30/1/2026"}, []string{ambiguous, "2026-01-30", "2026-01-30"}, Fault, "1 can be read both ways"},
		{"the same day both ways", MatchOptions{}, nil, []string{"3/3/2026"}, []string{"2026-03-03"}, "", ""},
		{"mapping says day first", MatchOptions{File: &File{Dates: map[string]string{"": dayFirst}}}, nil, []string{"3/4/2026", "1/30/2026"}, []string{"2026-04-03", ambiguous}, "", ""},
		{"mapping names the column", MatchOptions{File: &File{Dates: map[string]string{"": dayFirst, "close date": monthFirst}}}, []string{"Close Date"}, []string{"3/4/2026"}, []string{"2026-03-04"}, "", ""},
		{"mapping names the field", MatchOptions{File: &File{Dates: map[string]string{"details.closingDateTime": monthFirst}}}, []string{"Close Date"}, []string{"3/4/2026"}, []string{"2026-03-04"}, "", ""},
		{"mapping has a layout", MatchOptions{File: &File{Dates: map[string]string{dateHeader: "02-01-2006"}}}, nil, []string{"03-04-2026", "2026-04-03", "3/4/2026"}, []string{"2026-04-03", "2026-04-03", ambiguous}, "", ""},
		{"the portal's file", comma, portalHeader, []string{"3/4/2026", "1/30/2026"}, []string{"2026-03-04", "2026-01-30"}, Note, "1 could be read both ways"},
		{"the portal's file with one reading", comma, portalHeader, []string{"3/3/2026", "1/30/2026"}, []string{"2026-03-03", "2026-01-30"}, "", ""},
		{"the portal's file with a day first", comma, portalHeader, []string{"3/4/2026", "30/1/2026"}, []string{"2026-04-03", "2026-01-30"}, Note, "the day first"},
		{"the portal's file with days first alone", comma, portalHeader, []string{"30/1/2026"}, []string{"2026-01-30"}, "", ""},
		{"the portal's file with both orders", comma, portalHeader, []string{"3/4/2026", "30/1/2026", "1/30/2026"}, []string{ambiguous, "2026-01-30", "2026-01-30"}, Fault, "some dates"},
		{"the portal's file with dots", comma, portalHeader, []string{"03.04.2026"}, []string{"2026-04-03"}, Note, "with the day first, as dates with dots"},
		{"the portal's file with dashes", comma, portalHeader, []string{"03-04-2026", "05-04-2026 00:00"}, []string{"2026-04-03", "2026-04-05"}, Note, "2 could be read both ways"},
		{"the portal's file with dots that tell", comma, portalHeader, []string{"03.04.2026", "30.01.2026"}, []string{"2026-04-03", "2026-01-30"}, Note, "allows nothing else"},
		{"the portal's file with dashes that tell otherwise", comma, portalHeader, []string{"03-04-2026", "01-30-2026"}, []string{"2026-03-04", "2026-01-30"}, Note, "allows nothing else"},
		{"the portal's file with slashes and dots", comma, portalHeader, []string{"3/4/2026", "03.04.2026"}, []string{ambiguous, ambiguous}, Fault, "with dots or dashes"},
		{"the portal's file with slashes and dots, the month told", comma, portalHeader, []string{"1/30/2026", "03.04.2026"}, []string{"2026-01-30", ambiguous}, Fault, "with dots or dashes"},
		{"the portal's file with slashes and dots, the day told", comma, portalHeader, []string{"3/4/2026", "03.04.2026", "30.01.2026"}, []string{"2026-04-03", "2026-04-03", "2026-01-30"}, Note, "the day first"},
		{"the portal's file, and somebody says the order", MatchOptions{CommaCSV: true, File: &File{Dates: map[string]string{"": monthFirst}}}, portalHeader, []string{"03.04.2026"}, []string{"2026-03-04"}, "", ""},
		{"dots, and nothing decides", MatchOptions{}, nil, []string{"03.04.2026"}, []string{ambiguous}, Warning, "two ways"},
		{"dots beside slashes with the month first", MatchOptions{}, nil, []string{"1/30/2026", "03.04.2026"}, []string{"2026-01-30", ambiguous}, Fault, "with dots or dashes"},
		{"slashes beside dots with the day first", MatchOptions{}, nil, []string{"3/4/2026", "30.01.2026"}, []string{"2026-04-03", "2026-01-30"}, Note, "the day first"},
		{"a bare path among the portal's headers", comma, append([]string{"name"}, portalHeader[1:]...), []string{"3/4/2026"}, []string{ambiguous}, Warning, "two ways"},
		{"the portal's headers without commas", MatchOptions{}, portalHeader, []string{"3/4/2026"}, []string{ambiguous}, Warning, "two ways"},
		{"not all of the portal's headers", comma, portalHeader[1:], []string{"3/4/2026"}, []string{ambiguous}, Warning, "two ways"},
	}
	for _, test := range tests {
		header, at := test.header, 0
		if header == nil {
			header = []string{dateHeader}
		}
		if len(header) > 1 {
			at = len(header) - 1
		}
		said, values := readColumn(test.options, header, at, test.texts...)
		if strings.Join(values, " ") != strings.Join(test.want, " ") {
			t.Errorf("%s: got %v, want %v", test.name, values, test.want)
		}
		checkSaid(t, test.name, said, "DATE-ORDER", test.said, test.word)
	}
}

func checkSaid(t *testing.T, name string, said []Problem, rule string, want Severity, word string) {
	t.Helper()
	if want == "" {
		if len(said) > 0 {
			t.Errorf("%s: %+v is said", name, said)
		}
		return
	}
	if len(said) != 1 || said[0].Rule != rule || said[0].Severity != want || !strings.Contains(said[0].Message, word) {
		t.Errorf("%s: %+v is said, want a %s with %q", name, said, want, word)
	}
}

func TestNumberColumns(t *testing.T) {
	tests := []struct {
		name    string
		options MatchOptions
		texts   []string
		want    []string
		said    Severity
	}{
		{"plain", MatchOptions{}, []string{"50000", "1234.56"}, []string{"50000", "1234.56"}, ""},
		{"nothing decides", MatchOptions{}, []string{"50.000"}, []string{"VAL-NUMBER"}, Warning},
		{"comma decides", MatchOptions{}, []string{"50.000", "1.234,56"}, []string{"50000", "1234.56"}, Note},
		{"point decides", MatchOptions{}, []string{"50,000", "1234.5"}, []string{"50000", "1234.5"}, Note},
		{"a mixture", MatchOptions{}, []string{"50.000", "1.234,56", "1,234.56"}, []string{"VAL-NUMBER", "1234.56", "1234.56"}, Fault},
		{"mapping says comma", MatchOptions{File: &File{Decimal: "comma"}}, []string{"50.000"}, []string{"50000"}, ""},
		{"mapping says point", MatchOptions{File: &File{Decimal: "point"}}, []string{"50,000"}, []string{"50000"}, ""},
	}
	for _, test := range tests {
		said, values := readColumn(test.options, []string{"Deal Value"}, 0, test.texts...)
		if strings.Join(values, " ") != strings.Join(test.want, " ") {
			t.Errorf("%s: got %v, want %v", test.name, values, test.want)
		}
		checkSaid(t, test.name, said, "NUM-NOTATION", test.said, "")
	}
}

// TestOrderIsNeverGuessed: whatever a column holds, a date that could be two days is read as
// one of them only if some other date of the column, or somebody, says which.
func TestOrderIsNeverGuessed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var texts []string
		for range rapid.IntRange(1, 6).Draw(t, "rows") {
			a, b := rapid.IntRange(1, 12).Draw(t, "a"), rapid.IntRange(1, 12).Draw(t, "b")
			texts = append(texts, strings.Join([]string{itoa(a), itoa(b), "2026"}, "/"))
		}
		_, values := readColumn(MatchOptions{}, []string{dateHeader}, 0, texts...)
		for i, value := range values {
			a, b, _ := strings.Cut(texts[i], "/")
			if b, _, _ := strings.Cut(b, "/"); a != b && value != "VAL-DATE" {
				t.Fatalf("%s of %v is read as %s", texts[i], texts, value)
			}
		}
	})
}
