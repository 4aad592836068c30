package mapping

import (
	"strings"
	"testing"

	"refload/api"
)

// The errors of a row weigh less together or not at all.
func TestGrade(t *testing.T) {
	country := Problem{Severity: Fault, Cell: "C2", Path: "customerProfile.address.country", Message: "no country"}
	mail := Problem{Severity: Fault, Cell: "D2", Path: "customerProfile.team[0].email", Message: "no mail"}
	value := Problem{Severity: Fault, Cell: "E2", Path: "details.dealValue", Message: "no value"}
	customer := Problem{Severity: Fault, Cell: "B2", Path: "customerProfile.name", Message: "no name"}
	missing := Problem{Severity: Fault, Cell: "B2", Message: "is missing"}
	constant := Problem{Severity: Fault, Path: "customerProfile.address.country", Message: "no country"}
	warning := Problem{Severity: Warning, Cell: "F2", Path: "details.notes", Message: "odd"}
	tests := []struct {
		name     string
		problems []Problem
		known    Known
		want     []Severity
	}{
		{"nobody has looked", []Problem{country, mail, warning}, Unlisted, []Severity{Pending, Pending, Warning}},
		{"the deal exists", []Problem{country, warning}, Unsent, []Severity{Warning, Warning}},
		{"the row creates", []Problem{country, warning}, Sent, []Severity{Fault, Warning}},
		{"beside what is sent", []Problem{country, value}, Unlisted, []Severity{Fault, Fault}},
		{"which deal it is", []Problem{customer}, Unlisted, []Severity{Fault}},
		{"what is missing", []Problem{missing, country}, Unlisted, []Severity{Fault, Fault}},
		{"a constant", []Problem{constant}, Unlisted, []Severity{Fault}},
		{"warnings alone", []Problem{warning}, Unlisted, []Severity{Warning}},
		{"a state", []Problem{{Severity: Fault, Message: "no reason", subject: ofState}, country}, Unlisted, []Severity{Pending, Pending}},
		{"a state that is", []Problem{{Severity: Fault, Message: "no reason", subject: ofState}}, Unsent, []Severity{Warning}},
		{"a new state", []Problem{{Severity: Fault, Message: "no reason", subject: ofState}}, Sent, []Severity{Fault}},
		{"nothing", nil, Unlisted, nil},
	}
	for _, test := range tests {
		got := Grade(test.problems, test.known)
		for i, p := range got {
			if p.Severity != test.want[i] || !strings.HasPrefix(p.Message, test.problems[i].Message) {
				t.Errorf("%s: %+v", test.name, p)
			}
		}
		if len(got) != len(test.want) || Waits(got) != (len(got) > 0 && got[0].Severity == Pending) {
			t.Errorf("%s: %+v", test.name, got)
		}
	}
	personal := Grade([]Problem{{Severity: Fault, Cell: "D2", Path: mail.Path, Rule: "VAL-EMAIL", Value: "kim", Message: "no mail", Personal: true}}, Unlisted)[0].Discreet()
	if !strings.Contains(personal.Message, "unless the deal exists") || strings.Contains(personal.Message, "no mail") {
		t.Errorf("without the value it says %q", personal.Message)
	}
}

// What may be filled in until the deal is shared matters as long as it can be sent.
func TestMatters(t *testing.T) {
	record := &Record{}
	for _, test := range []struct {
		path   string
		shared bool
		help   Answer
		want   bool
	}{
		{"customerProfile.address.country", false, Unsaid, true},
		{"customerProfile.team[0].email", false, Unsaid, false},
		{"customerProfile.team[0].email", true, Unsaid, true},
		{"customerProfile.team[0].email", true, Yes, false}, // blank, and help needs it
		{"details.dealValue", true, Unsaid, false},
		{"nothing", true, Unsaid, false},
	} {
		live := api.NewReferral()
		live.Set(sellersPath, test.shared)
		record.Help = test.help
		if got := record.Matters(Problem{Path: test.path}, live, false); got == test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
	lost := &Record{Doc: api.NewReferral()}
	lost.Doc.Set("status", "Closed")
	lost.Doc.Set("substatus", "Lost")
	for substatus, want := range map[string]bool{"Lost": false, "Won": true} {
		live := lost.Doc.Clone()
		live.Set("substatus", substatus)
		if got := lost.Matters(Problem{subject: ofState}, live, false); got != want {
			t.Errorf("a row that says Lost and a deal that is %s: %v", substatus, got)
		}
	}
}
