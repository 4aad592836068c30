package importer

import (
	"slices"
	"testing"

	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

func headersOf(l layout) []string { return l.headers() }

func TestLayoutKeepsTheInputFirst(t *testing.T) {
	l := newLayout([]mapping.ColumnInfo{{Index: 0, Header: "Deal Name", Path: "name"}, {Index: 1, Header: "Mine", Path: ""}})
	want := []string{"Deal Name", "Mine", "Outcome", "Referral ID", "Engagement ID", "ETag", "Message", "Hint", "Request ID", "Attempts"}
	if got := headersOf(l); !slices.Equal(got, want) {
		t.Errorf("headers %q", got)
	}
}

func TestLayoutFillsInPlaceAndReplacesResultColumns(t *testing.T) {
	l := newLayout([]mapping.ColumnInfo{
		{Index: 0, Header: "Referral ID", Path: "id"}, {Index: 1, Header: "Outcome", Path: "@outcome"},
		{Index: 2, Header: "Deal Name", Path: "name"}, {Index: 3, Header: "Message", Path: "@message"},
	})
	want := []string{"Referral ID", "Deal Name", "Outcome", "Engagement ID", "ETag", "Message", "Hint", "Request ID", "Attempts"}
	if got := headersOf(l); !slices.Equal(got, want) {
		t.Fatalf("headers %q", got)
	}
	cells := l.row(textRow(7, "", "old outcome", "Cloud move", "old message"), nil,
		run.Result{Row: 7, Outcome: run.Created, ReferralID: "the-id", Message: "new message"})
	if cells[0].Text != "the-id" || cells[1].Text != "Cloud move" || cells[2].Text != "created" || cells[5].Text != "new message" {
		t.Errorf("cells %+v", cells)
	}
	kept := l.row(textRow(8, "typed-id", "", "Deal"), nil, run.Result{Row: 8, Outcome: run.Rejected})
	if kept[0].Text != "typed-id" {
		t.Errorf("a Referral ID of the input was lost: %+v", kept[0])
	}
}

func TestCellsAtFaultAreMarked(t *testing.T) {
	l := newLayout([]mapping.ColumnInfo{{Index: 0, Header: "Deal Name"}, {Index: 1, Header: "Status"}})
	problems := []mapping.Problem{
		{Row: 3, Cell: "B3", Severity: mapping.Warning, Message: "odd", Hint: "look"},
		{Row: 3, Cell: "B3", Severity: mapping.Fault, Message: "wrong", Hint: "fix"},
	}
	cells := l.row(textRow(3, "Deal", "Actve"), problems, run.Result{Outcome: run.Invalid})
	if cells[0].Style != sheet.Plain || cells[1].Style != sheet.Bad || cells[1].Note != "odd. look\nwrong. fix" {
		t.Errorf("cells %+v", cells[:2])
	}
}

func TestTextStaysText(t *testing.T) {
	for _, test := range []struct {
		cell sheet.Cell
		want sheet.Out
	}{
		{sheet.Cell{Kind: sheet.Text, Stored: "=1+1", Shown: "=1+1"}, sheet.Out{Kind: sheet.Text, Text: "=1+1"}},
		{sheet.Cell{Kind: sheet.Text, Stored: "00501", Shown: "00501"}, sheet.Out{Kind: sheet.Text, Text: "00501"}},
		{sheet.Cell{Kind: sheet.Number, Stored: "501", Shown: "00501"}, sheet.Out{Kind: sheet.Text, Text: "00501"}},
		{sheet.Cell{Kind: sheet.Number, Stored: "1200.50", Shown: "1200.50"}, sheet.Out{Kind: sheet.Number, Text: "1200.50"}},
		{sheet.Cell{Kind: sheet.Date, Stored: "47878", Shown: "2031-01-30"}, sheet.Out{Kind: sheet.Date, Text: "2031-01-30"}},
		{sheet.Cell{Kind: sheet.Error, Stored: "#REF!", Shown: "#REF!"}, sheet.Out{Kind: sheet.Error, Text: "#REF!"}},
	} {
		if got := copyCell(test.cell); got != test.want {
			t.Errorf("%+v became %+v", test.cell, got)
		}
	}
}

func TestResultOfRecord(t *testing.T) {
	column := func(path string) string {
		if path == "details.currency" {
			return "Currency"
		}
		return ""
	}
	refused := resultOfRecord(journal.Record{Row: 5, Outcome: string(run.Rejected), Reason: outcome.ReasonRefused, HTTPStatus: 400,
		Code: "invalidRequest", Target: "details.currency"}, "not a currency", column)
	want := `the service refused it: not a currency (HTTP 400 invalidRequest details.currency), column "Currency"`
	if refused.Message != want || refused.Hint == "" {
		t.Errorf("message %q, hint %q", refused.Message, refused.Hint)
	}
	created := resultOfRecord(journal.Record{Row: 5, Outcome: string(run.Created), ReferralID: "x"}, "", column)
	if created.Message != "" || created.Hint != "" || created.ReferralID != "x" {
		t.Errorf("created: %+v", created)
	}
}
