package importer

import (
	"fmt"
	"strings"
	"testing"

	"refload/mapping"
)

func problem(row int, rule, message string, severity mapping.Severity) mapping.Problem {
	return mapping.Problem{Row: row, Cell: fmt.Sprintf("F%d", row), Column: "Status", Rule: rule, Message: message, Severity: severity}
}

func TestAlikeProblemsAreGroupedWithExactTotals(t *testing.T) {
	var p Problems
	for row := 2; row <= 11; row++ {
		p.Add(problem(row, "VAL-ENUM", `"Actve" is not a status`, mapping.Fault))
	}
	p.Add(problem(12, "DATE-PAST", "the date is past", mapping.Warning), problem(12, "VAL-ENUM", "another message", mapping.Fault))
	groups := p.Groups()
	if len(groups) != 3 || groups[0].Count != 10 || groups[0].Row != 2 {
		t.Fatalf("groups: %+v", groups)
	}
	if len(groups[0].More) != mostSpots || groups[0].More[0] != (Spot{3, "F3"}) {
		t.Errorf("spots: %+v", groups[0].More)
	}
	if p.Errors != 11 || p.Warnings != 1 || p.Rows != 11 {
		t.Errorf("errors %d, warnings %d, rows %d; expected 11, 1, 11", p.Errors, p.Warnings, p.Rows)
	}
}

func TestTotalsStayExactBeyondWhatIsKept(t *testing.T) {
	var p Problems
	for n := range mostGroups + 500 {
		p.Add(problem(n+2, "VAL-NUMBER", fmt.Sprintf("message %d", n), mapping.Fault))
	}
	if len(p.Groups()) != mostGroups || p.Dropped != 500 || p.Errors != mostGroups+500 {
		t.Errorf("groups %d, dropped %d, errors %d", len(p.Groups()), p.Dropped, p.Errors)
	}
}

func TestOutcomeOfProblems(t *testing.T) {
	duplicate := problem(2, ruleDuplicate, "twice", mapping.Fault)
	invalid := problem(2, "VAL-DATE", "no date", mapping.Fault)
	warning := problem(2, "DATE-PAST", "past", mapping.Warning)
	for _, test := range []struct {
		name     string
		problems []mapping.Problem
		want     string
	}{
		{"none", nil, ""},
		{"a warning stops nothing", []mapping.Problem{warning}, ""},
		{"a duplicate", []mapping.Problem{warning, duplicate}, "duplicate"},
		{"a duplicate with an error is invalid", []mapping.Problem{duplicate, invalid}, "invalid"},
		{"the order does not matter", []mapping.Problem{invalid, duplicate}, "invalid"},
	} {
		if got := outcomeOf(test.problems); string(got) != test.want {
			t.Errorf("%s: %q, expected %q", test.name, got, test.want)
		}
	}
}

// Two persons whose addresses are wrong are one group that shows neither.
func TestDiscreetGroups(t *testing.T) {
	var p Problems
	for row := 2; row <= 8; row++ {
		value := fmt.Sprintf("kim%d@", row)
		p.Add(mapping.Problem{Row: row, Cell: fmt.Sprintf("F%d", row), Column: "Email", Value: value, Rule: "VAL-EMAIL", Severity: mapping.Fault,
			Message: `"` + value + `" is not an e-mail address`, Hint: "without " + value, Personal: true}, problem(row, "VAL-ENUM", `"Actve" is not a status`, mapping.Fault))
	}
	groups := p.Discreet()
	if len(groups) != 2 || groups[0].Count != 7 || len(groups[0].More) != mostSpots || groups[0].More[0] != (Spot{3, "F3"}) || groups[1].Count != 7 {
		t.Fatalf("%+v", groups)
	}
	if shown := fmt.Sprint(groups[0]); strings.Contains(shown, "kim") || !strings.Contains(groups[1].Message, "Actve") {
		t.Errorf("%+v", groups)
	}
}

// A pending problem becomes another; the totals stay exact, also of a group that several rows share.
func TestPendingProblemsAreReplaced(t *testing.T) {
	var p Problems
	for row := 2; row <= 4; row++ {
		p.Add(problem(row, "VAL-COUNTRY", "no country; pending", mapping.Pending))
	}
	p.Replace(problem(2, "VAL-COUNTRY", "no country; pending", mapping.Pending), problem(2, "VAL-COUNTRY", "no country", mapping.Fault))
	p.Replace(problem(4, "VAL-COUNTRY", "no country; pending", mapping.Pending), problem(4, "VAL-COUNTRY", "no country; not sent", mapping.Warning))
	if p.Errors != 1 || p.Pending != 1 || p.Warnings != 1 || p.Rows != 1 {
		t.Errorf("errors %d, pending %d, warnings %d, rows %d", p.Errors, p.Pending, p.Warnings, p.Rows)
	}
	groups := p.Groups()
	if len(groups) != 3 || groups[0].Row != 3 || groups[0].Count != 1 {
		t.Fatalf("groups: %+v", groups)
	}
	p.Replace(problem(3, "VAL-COUNTRY", "no country; pending", mapping.Pending), problem(3, "VAL-COUNTRY", "no country", mapping.Fault))
	groups = p.Groups()
	if p.Pending != 0 || len(groups) != 2 || groups[0].Count != 2 || groups[0].Severity != mapping.Fault {
		t.Errorf("pending %d, groups: %+v", p.Pending, groups)
	}
}

// How cells of a column are read is told once for the column, whatever they hold.
func TestNotesOfAColumnAreOne(t *testing.T) {
	var p Problems
	for row := 2; row <= 40; row++ {
		p.Add(problem(row, "VAL-COUNTRY", fmt.Sprintf("value %d is read as US", row), mapping.Note))
	}
	if groups := p.Groups(); len(groups) != 1 || groups[0].Count != 39 || p.Notes != 39 {
		t.Errorf("%d notes in groups %+v", p.Notes, groups)
	}
}
