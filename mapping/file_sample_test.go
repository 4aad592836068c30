package mapping

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"refload/internal/sheet"
)

// today is the day on which the tests read their files.
var today = time.Date(2026, time.November, 20, 9, 0, 0, 0, time.UTC)

// textRow makes a row of a CSV file.
func textRow(number int, texts ...string) sheet.Row {
	row := sheet.Row{Number: number}
	for _, text := range texts {
		cell := sheet.Cell{}
		if text != "" {
			cell = sheet.Cell{Kind: sheet.Text, Stored: text, Shown: text}
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}

// sample is a file with a header in row 1 and data from row 2 on.
type sample struct {
	columns *Columns
	header  []Problem // what Match said
	settled []Problem // what Settle said
	rows    []sheet.Row
}

func readSample(o MatchOptions, header []string, rows ...[]string) sample {
	s := sample{}
	s.columns, s.header = Match(textRow(1, header...), o)
	for i, texts := range rows {
		s.rows = append(s.rows, textRow(i+2, texts...))
		s.columns.Observe(s.rows[i])
	}
	s.settled = s.columns.Settle()
	return s
}

// decode decodes the row of an index.
func (s sample) decode(index int) (*Record, []Problem) { return s.columns.Decode(s.rows[index], today) }

// decodeOne decodes one row of texts below a header.
func decodeOne(header, texts []string) (*Record, []Problem) {
	return readSample(MatchOptions{}, header, texts).decode(0)
}

// mustJSON returns the document of a record.
func mustJSON(t *testing.T, rec *Record) string {
	t.Helper()
	data, err := json.Marshal(rec.Doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// sameJSON compares two documents whatever the order of their properties.
func sameJSON(t *testing.T, got, want string) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		t.Fatal(err)
	}
	a, _ := json.MarshalIndent(g, "", " ")
	b, _ := json.MarshalIndent(w, "", " ")
	if string(a) != string(b) {
		t.Errorf("got %s\nwant %s", a, b)
	}
}

// codes returns the rules of problems of at least a warning, in order.
func codes(problems []Problem) []string {
	found := []string{}
	for _, p := range problems {
		if p.Severity != Note {
			found = append(found, p.Rule)
		}
	}
	return found
}

// problemOf returns the first problem of a rule.
func problemOf(t *testing.T, problems []Problem, rule string) Problem {
	t.Helper()
	for _, p := range problems {
		if p.Rule == rule {
			return p
		}
	}
	t.Fatalf("no problem %s in %+v", rule, problems)
	return Problem{}
}

func itoa(n int) string { return strconv.Itoa(n) }
