package importer

import (
	"testing"

	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/run"
	"refload/mapping"
)

func rejected(status int, code string) journal.Record {
	return journal.Record{Outcome: string(run.Rejected), Reason: outcome.ReasonRefused, HTTPStatus: status, Code: code}
}

func TestAlikeGuard(t *testing.T) {
	created := journal.Record{Outcome: string(run.Created)}
	repeat := func(record journal.Record, n int) []journal.Record {
		var list []journal.Record
		for range n {
			list = append(list, record)
		}
		return list
	}
	for _, test := range []struct {
		name    string
		records []journal.Record
		stops   bool
	}{
		{"nine alike", repeat(rejected(400, "invalidRequest"), 9), false},
		{"ten alike", repeat(rejected(400, "invalidRequest"), 10), true},
		{"five times forbidden", repeat(rejected(403, "accessDenied"), 5), true},
		{"four times forbidden", repeat(rejected(403, "accessDenied"), 4), false},
		{"three times locked", repeat(rejected(423, "Locked"), 3), true},
		{"twice locked", repeat(rejected(423, "Locked"), 2), false},
		{"a success, then locked", append([]journal.Record{created}, repeat(rejected(423, "Locked"), 20)...), false},
		{"a success first", append([]journal.Record{created}, repeat(rejected(400, "invalidRequest"), 20)...), false},
		{"another error between", append(append(repeat(rejected(400, "a"), 5), rejected(400, "b")), repeat(rejected(400, "a"), 20)...), false},
		{"rows that are there do not count", append([]journal.Record{{Outcome: string(run.AlreadyExists)}}, repeat(rejected(400, "a"), 10)...), true},
		{"our own refusals do not count", repeat(journal.Record{Outcome: string(run.Rejected), Reason: outcome.ReasonNoSuchID}, 20), false},
	} {
		var guard alikeGuard
		stopped := false
		for _, record := range test.records {
			stop, _ := guard.learn(run.Outcome(record.Outcome), record)
			stopped = stopped || stop
		}
		if stopped != test.stops {
			t.Errorf("%s: stopped %v, expected %v", test.name, stopped, test.stops)
		}
	}
}

// What a journal tells of a marker binds later runs until it is settled.
func TestPast(t *testing.T) {
	intent := func(send int) journal.Record {
		return journal.Record{Kind: journal.Intent, Row: 2, Step: journal.StepCreate, Marker: "CRM-1", Send: send}
	}
	answer := func(word string) journal.Record {
		return journal.Record{Kind: journal.Answer, Row: 2, Outcome: word}
	}
	outcome := func(word run.Outcome) journal.Record {
		return journal.Record{Kind: journal.Outcome, Row: 2, Outcome: string(word)}
	}
	for _, test := range []struct {
		name    string
		records []journal.Record
		sends   int
	}{
		{"an intent alone is open", []journal.Record{intent(1)}, 1},
		{"an ambiguous answer leaves it open", []journal.Record{intent(1), answer(journal.Ambiguous)}, 1},
		{"unknown leaves it open", []journal.Record{intent(1), answer(journal.Ambiguous), outcome(run.Unknown)}, 1},
		{"created closes it", []journal.Record{intent(1), outcome(run.Created)}, 0},
		{"rejected closes it", []journal.Record{intent(1), outcome(run.Rejected)}, 0},
		{"not executed takes it back", []journal.Record{intent(1), answer(journal.NotExecuted)}, 0},
		{"not executed takes only the last send back", []journal.Record{intent(1), answer(journal.Ambiguous), intent(2), answer(journal.NotExecuted), outcome(run.Unknown)}, 1},
		{"sends add up", []journal.Record{intent(1), answer(journal.Ambiguous), intent(2), answer(journal.Ambiguous)}, 2},
		{"not attempted after an open intent leaves it open", []journal.Record{intent(1), outcome(run.NotAttempted)}, 1},
	} {
		earlier := newPast(mapping.IDs{})
		rows := map[int]sent{}
		for _, record := range test.records {
			earlier.take("run", record, rows)
		}
		if got := earlier.open["CRM-1"].sends; got != test.sends {
			t.Errorf("%s: %d sends, expected %d", test.name, got, test.sends)
		}
	}
}

func TestBound(t *testing.T) {
	for _, test := range []struct {
		bound Bound
		rows  int
		want  int
	}{
		{Bound{}, 100, -1}, {Bound{Set: true}, 100, 0}, {Bound{Set: true, Rows: 7}, 100, 7},
		{Bound{Set: true, Percent: 5}, 200, 10}, {Bound{Set: true, Percent: 2.5}, 30, 0},
		{Bound{Set: true, Percent: 5, Rows: 50}, 200, 50}, {Bound{Set: true, Percent: 5, Rows: 50}, 2000, 100},
	} {
		if got := test.bound.of(test.rows); got != test.want {
			t.Errorf("%+v of %d rows is %d, expected %d", test.bound, test.rows, got, test.want)
		}
	}
}
