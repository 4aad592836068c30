package importer

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"refload/importer/journal"
	"refload/internal/listing"
	"refload/internal/run"
	"refload/mapping"
)

// Whatever earlier runs sent: what is open, not listed and not in this file is counted once, for
// the run that sent it last.
func TestElsewhereCountsWhatNobodyElseSettles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := &runner{past: newPast(mapping.IDs{}), index: &listing.Index{}}
		want := map[string]int{}
		for n := range rapid.IntRange(0, 30).Draw(t, "markers") {
			marker := fmt.Sprintf("crm-%d", n)
			name := fmt.Sprintf("run-%d", rapid.IntRange(1, 3).Draw(t, "run"))
			rows := map[int]sent{}
			r.past.take("run-0", journal.Record{Kind: journal.Intent, Step: journal.StepCreate, Row: n, Marker: marker, Send: 1}, rows)
			r.past.take(name, journal.Record{Kind: journal.Intent, Step: journal.StepCreate, Row: n, Marker: marker, Send: 2}, rows)
			switch rapid.SampledFrom([]string{"open", "settled", "unknown", "here", "listed"}).Draw(t, "what") {
			case "open":
				want[name]++
			case "unknown":
				r.past.take(name, journal.Record{Kind: journal.Outcome, Row: n, Outcome: string(run.Unknown)}, rows)
				want[name]++
			case "settled":
				r.past.take(name, journal.Record{Kind: journal.Outcome, Row: n, Outcome: string(run.Created)}, rows)
			case "here":
				r.states = append(r.states, rowState{marker: listing.HashText(mapping.IDs{}.Key(marker))})
			case "listed":
				r.index.ByMarker = append(r.index.ByMarker, listing.Entry{Hash: listing.HashText(mapping.IDs{}.Key(marker))})
			}
		}
		listing.SortEntries(r.index.ByMarker)
		got := r.elsewhere()
		if len(got) != len(want) {
			t.Fatalf("%v, want %v", got, want)
		}
		for i, e := range got {
			if e.Rows != want[e.Run] || i > 0 && got[i-1].Run >= e.Run {
				t.Fatalf("%v, want %v", got, want)
			}
		}
	})
}

func TestOpenElsewhereInWords(t *testing.T) {
	if words := (&Summary{}).OpenElsewhere(); words != "" {
		t.Errorf("of nothing: %q", words)
	}
	s := &Summary{Elsewhere: []Elsewhere{{"a", 2}, {"b", 1}}}
	want := "sent by earlier runs without an answer, and not in this file: 3 rows: 2 in run a, 1 in run b"
	if words := s.OpenElsewhere(); words != want {
		t.Errorf("%q", words)
	}
}
