package mapping

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"refload/internal/sheet"
)

// enough has the columns that every new referral needs.
var enough = []string{"Deal Name", "Customer Name", "Referral Type", "Consent to share"}

func TestHeaderProblems(t *testing.T) {
	tests := []struct {
		name    string
		options MatchOptions
		header  []string
		want    []string // rules of at least a warning
		says    []string // in message or hint of the first problem
	}{
		{"everything there", MatchOptions{}, enough, nil, nil},
		{"a slip", MatchOptions{}, append([]string{"Dael value"}, enough...), []string{"HDR-UNKNOWN"}, []string{`"Dael value"`, `did you mean "Deal Value"?`, "Dael value: ignore"}},
		{"nothing near", MatchOptions{}, append([]string{"Kunde"}, enough...), []string{"HDR-UNKNOWN"}, []string{`"Kunde"`, "not sent"}},
		{"one field, other spacing", MatchOptions{}, append([]string{"Contact Email", "contact  email "}, enough...), []string{"HDR-DUP"}, []string{`A ("Contact Email")`, `B ("contact  email")`, "Customer Contact Email Address"}},
		{"one field, two aliases", MatchOptions{}, append([]string{"Amount", "Est. Revenue"}, enough...), []string{"HDR-DUP"}, []string{"A", "B", "Estimated Deal Value"}},
		{"header and path", MatchOptions{}, append([]string{"details.currency", "Currency"}, enough...), []string{"HDR-DUP"}, []string{"Currency"}},
		{"unknown header twice", MatchOptions{}, append([]string{"Kunde", "kunde "}, enough...), []string{"HDR-UNKNOWN", "HDR-UNKNOWN"}, nil},
		{"never sent, twice", MatchOptions{}, append([]string{"(Do Not Modify) Row Checksum", "(Do Not Modify) Modified On", "Outcome", "outcome"}, enough...), nil, nil},
		{"key twice", MatchOptions{Key: []string{"Order"}}, append([]string{"Order", "order "}, enough...), []string{"HDR-UNKNOWN", "HDR-UNKNOWN", "HDR-DUP"}, nil},
		{"packed and its part", MatchOptions{}, append([]string{"Solution 2", "Solution 2 ID"}, enough...), []string{"HDR-DUP"}, []string{"Solution 2"}},
		{"packed and another part", MatchOptions{}, append([]string{"Solution 2", "Solution 2 Name", "Solution 3 ID"}, enough...), nil, nil},
		{"list and its element", MatchOptions{}, append([]string{"details.requirements.products[1].id", "Products"}, enough...), []string{"HDR-DUP"}, []string{"Products"}},
		{"empty list and elements", MatchOptions{}, append([]string{"target", "target[0].id"}, enough...), nil, nil},
		{"three of one field", MatchOptions{}, append([]string{"City", "Town", "Customer City"}, enough...), []string{"HDR-DUP", "HDR-DUP"}, nil},
		{"required ones missing", MatchOptions{}, []string{"Currency", "Customer Name"}, []string{"HDR-MISSING"},
			[]string{`"Deal Name"`, `"Referral Type"`, `"Consent to share Customer/Partner contact"`, "Microsoft help required?"}},
		{"help says the type", MatchOptions{}, []string{"Deal Name", "Customer Name", "Microsoft help required?", "Consent to share"}, nil, nil},
		{"an update file", MatchOptions{}, []string{"Referral ID", "Notes"}, nil, nil},
		{"key of the file", MatchOptions{Key: []string{"deal name", "Order"}}, append([]string{"Order"}, enough...), []string{"HDR-UNKNOWN"}, nil},
		{"key by path", MatchOptions{Key: []string{"customerProfile.name"}}, enough, nil, nil},
		{"key that is not there", MatchOptions{Key: []string{"Deal Name", "Order"}}, enough, []string{"HDR-KEY"}, []string{`"Order"`}},
	}
	for _, test := range tests {
		_, problems := Match(textRow(1, test.header...), test.options)
		if got := codes(problems); !slices.Equal(got, append([]string{}, test.want...)) {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
			continue
		}
		for _, word := range test.says {
			if said := problems[0].Message + problems[0].Hint; !strings.Contains(said, word) {
				t.Errorf("%s: %q is not in %q", test.name, word, said)
			}
		}
	}
}

func TestProblemsNameTheirHeader(t *testing.T) {
	header := textRow(3, append(slices.Clone(enough), "Dael value")...)
	_, problems := Match(header, MatchOptions{})
	p := problemOf(t, problems, "HDR-UNKNOWN")
	if p.Row != 3 || p.Cell != "E3" || p.Column != "Dael value" || p.Value != "Dael value" {
		t.Errorf("got %+v", p)
	}
	for _, place := range []string{"E3", "row 3", "column E"} {
		if strings.Contains(p.Message, place) {
			t.Errorf("the message %q repeats the place", p.Message)
		}
	}
}

// TestUnknownColumns: what nothing is near to is listed, and stops only those who do not look.
func TestUnknownColumns(t *testing.T) {
	tests := []struct {
		name       string
		header     string
		unattended bool
		want       Severity
	}{
		{"unlike anything", "Kunde", false, Warning},
		{"unlike anything, nobody looking", "Kunde", true, Fault},
		{"a slip", "Dael Value", false, Fault},
		{"like a column that is there", "Deal Age", false, Warning},
		{"like a column that is there, nobody looking", "Deal Age", true, Fault},
	}
	for _, test := range tests {
		_, problems := Match(textRow(1, append([]string{test.header}, enough...)...), MatchOptions{Unattended: test.unattended})
		if p := problemOf(t, problems, "HDR-UNKNOWN"); p.Severity != test.want {
			t.Errorf("%s: severity %s, want %s", test.name, p.Severity, test.want)
		}
	}
	ignored := &File{Columns: map[string]string{"kunde": Ignore, "DAEL VALUE": Ignore}}
	columns, problems := Match(textRow(1, append([]string{"Kunde", "Dael Value"}, enough...)...), MatchOptions{File: ignored, Unattended: true})
	if len(problems) > 0 || !columns.Headers()[0].Ignored || columns.Headers()[0].Path != "" {
		t.Errorf("ignored columns are spoken of: %+v", problems)
	}
}

func TestHeaders(t *testing.T) {
	columns, _ := Match(textRow(1, " Deal Name ", "Kunde", "team[1].email", "", "Solution 2"), MatchOptions{})
	want := []ColumnInfo{
		{Index: 0, Letter: "A", Header: "Deal Name", Path: "name"},
		{Index: 1, Letter: "B", Header: "Kunde"},
		{Index: 2, Letter: "C", Header: "team[1].email", Path: "team[1].email"},
		{Index: 3, Letter: "D"},
		{Index: 4, Letter: "E", Header: "Solution 2", Path: "details.requirements.solutions[1]"},
	}
	for i, got := range columns.Headers() {
		if (got.Field != nil) != (want[i].Path != "") {
			t.Errorf("column %s has the field %v", got.Letter, got.Field)
		}
		got.Field = nil
		if !reflect.DeepEqual(got, want[i]) {
			t.Errorf("got %+v, want %+v", got, want[i])
		}
	}
}

func TestInvisibleCharactersInHeadersAreSaid(t *testing.T) {
	_, problems := Match(textRow(1, append([]string{"Customer\u00a0Ci\u200bty"}, enough...)...), MatchOptions{})
	p := problemOf(t, problems, "HDR-CLEANED")
	if p.Severity != Note || !strings.Contains(p.Message, "Customer City") || strings.Contains(p.Value, "\u200b") {
		t.Errorf("got %+v", p)
	}
}

func TestHeadersThatAreNone(t *testing.T) {
	header := textRow(1, enough...)
	header.Cells = append(header.Cells,
		sheet.Cell{},
		sheet.Cell{Kind: sheet.Number, Stored: "2026", Shown: "2026"},
		sheet.Cell{Kind: sheet.Formula, Stored: "=A1"},
		sheet.Cell{Kind: sheet.Date, Stored: "46000", Shown: "2025-12-09"},
		sheet.Cell{})
	data := textRow(2, "Deal", "Contoso", "Shared", "Yes", "x", "1", "2", "3", "", "beyond")
	columns, problems := Match(header, MatchOptions{})
	if len(problems) > 0 {
		t.Errorf("before any data: %+v", problems)
	}
	columns.Observe(textRow(2, "Deal"))
	columns.Observe(sheet.Row{Number: 3, Cells: data.Cells})
	got := columns.Settle()
	if want := []string{"HDR-EMPTY", "HDR-KIND", "HDR-KIND", "HDR-KIND", "HDR-EMPTY"}; !slices.Equal(codes(got), want) {
		t.Fatalf("got %v, want %v", codes(got), want)
	}
	for i, place := range []string{"column E", "column F", "column G", "column H", "column J"} {
		if !strings.Contains(got[i].Message, place) || !strings.Contains(got[i].Message, string(place[7])+"3") {
			t.Errorf("%q names neither %s nor its first value", got[i].Message, place)
		}
	}
	if rec, _ := columns.Decode(data, today); len(rec.Cells) != 4 {
		t.Errorf("values without header are read: %v", rec.Cells)
	}
	ignored := &File{Columns: map[string]string{"2026": Ignore}}
	columns, _ = Match(header, MatchOptions{File: ignored})
	columns.Observe(textRow(2, "", "", "", "", "", "1"))
	if got := columns.Settle(); len(got) > 0 {
		t.Errorf("an ignored header is spoken of: %+v", got)
	}
}

func TestMappingFileColumns(t *testing.T) {
	file := &File{
		Columns:   map[string]string{"Kunde": "Customer Name", "Betrag": "details.dealValue", "Notes": Ignore, "Fehlt": "Currency"},
		Constants: map[string]string{"Referral Type": "Independent", "Consent to share": "yes"},
		Defaults:  map[string]string{"Deal Name": "Unnamed"},
	}
	columns, problems := Match(textRow(1, "KUNDE", "betrag", "Notes"), MatchOptions{File: file})
	if got := codes(problems); !slices.Equal(got, []string{"HDR-UNUSED"}) || problems[0].Column != "Fehlt" || problems[0].Severity != Warning {
		t.Errorf("got %+v", problems)
	}
	paths := []string{}
	for _, info := range columns.Headers() {
		paths = append(paths, info.Path)
	}
	if want := []string{"customerProfile.name", "details.dealValue", ""}; !slices.Equal(paths, want) {
		t.Errorf("got %v, want %v", paths, want)
	}
	_, problems = Match(textRow(1, "Kunde", "Betrag"), MatchOptions{File: file, Unattended: true})
	if p := problemOf(t, problems, "HDR-UNUSED"); p.Severity != Fault {
		t.Errorf("a column that the mapping file names and the file lacks is a %s where nobody looks", p.Severity)
	}
	packed := &File{Constants: map[string]string{"Solution 1": "SOL-1-ABC"}}
	_, problems = Match(textRow(1, append([]string{"Solution 1 ID"}, enough...)...), MatchOptions{File: packed})
	if p := problemOf(t, problems, "HDR-DUP"); !strings.Contains(p.Message, "constant for Solution 1") {
		t.Errorf("a packed constant beside a column of its part: %+v", p)
	}
	_, problems = Match(textRow(1, "Kunde", "Betrag", "Fehlt", "Type of Referral"), MatchOptions{File: file})
	if p := problemOf(t, problems, "HDR-DUP"); !strings.Contains(p.Message, "constant for Referral Type") {
		t.Errorf("a constant beside a column: %+v", p)
	}
}
