package importer

import (
	"strings"
	"testing"
	"time"

	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

// matched is an input with the columns that every deal needs.
func matched(t *testing.T, source Source) *input {
	t.Helper()
	source.Today = func() time.Time { return time.Date(2026, time.November, 20, 0, 0, 0, 0, time.UTC) }
	header := textRow(1, "Deal Name", "Customer Name", "Referral Type", "Consent to share Customer/Partner contact", "Notes", "Action")
	columns, problems := mapping.Match(header, mapping.MatchOptions{})
	if faults(problems) {
		t.Fatal(problems)
	}
	in := &input{source: source, header: header, columns: columns}
	columns.Settle()
	return in
}

func good(number int) sheet.Row {
	return textRow(number, "Deal", "Contoso", "Independent", "Yes", "note", "")
}

func TestHiddenRowsAreAQuestion(t *testing.T) {
	for policy, want := range map[string]int{"": 1, "include": 0, "skip": 0} {
		found := matched(t, Source{Hidden: policy}).hidden([]int{5, 7, 9, 11, 13, 15})
		if len(found) != want {
			t.Errorf("--hidden %q: %d problems, expected %d", policy, len(found), want)
		}
		if want > 0 && (found[0].Severity != mapping.Fault || !strings.Contains(found[0].Message, "6 rows") || !strings.Contains(found[0].Message, "5 7 9 11 13 …")) {
			t.Errorf("%+v", found[0])
		}
	}
	if found := matched(t, Source{}).hidden(nil); found != nil {
		t.Errorf("without hidden rows: %v", found)
	}
}

func TestWhichRowsAreLeftOut(t *testing.T) {
	hidden := good(5)
	hidden.Hidden = true
	skipped := textRow(6, "Deal", "Contoso", "Independent", "Yes", "note", "skip")
	for _, test := range []struct {
		name   string
		source Source
		row    sheet.Row
		n      int
		want   run.Outcome
	}{
		{"a good row", Source{}, good(2), 0, ""},
		{"before --rows", Source{First: 3}, good(2), 0, run.Skipped},
		{"after --rows", Source{Last: 4}, good(5), 3, run.Skipped},
		{"within --rows", Source{First: 2, Last: 5}, good(5), 3, ""},
		{"beyond --limit", Source{Limit: 3}, good(5), 3, run.Skipped},
		{"within --limit", Source{Limit: 4}, good(5), 3, ""},
		{"hidden, to be skipped", Source{Hidden: "skip"}, hidden, 3, run.Skipped},
		{"hidden, to be included", Source{Hidden: "include"}, hidden, 3, ""},
		{"Action skip", Source{}, skipped, 4, run.Skipped},
		{"at fault", Source{}, textRow(7, "", "Contoso", "Independent", "Yes"), 5, run.Invalid},
	} {
		if _, problems, got := matched(t, test.source).judge(test.row, test.n, learned{}); got != test.want {
			t.Errorf("%s: %q, expected %q (%v)", test.name, got, test.want, problems)
		}
	}
}

// A row that nothing tells apart from others gets no marker, and is not sent.
func TestARowWithoutKeyCellsIsAFault(t *testing.T) {
	in := matched(t, Source{})
	record, _ := in.columns.Decode(textRow(3, "", "", "Independent", "Yes"), in.source.Today())
	if found := in.unmarked(record, textRow(3, "", "", "Independent", "Yes")); len(found) != 1 {
		t.Errorf("%v", found)
	}
	record, _ = in.columns.Decode(good(3), in.source.Today())
	if found := in.unmarked(record, good(3)); found != nil {
		t.Errorf("%v", found)
	}
}
