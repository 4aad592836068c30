package importer

import (
	"fmt"
	"slices"
	"strings"

	"refload/internal/listing"
	"refload/internal/run"
)

// Elsewhere is what an earlier run against the same target left open and this run cannot settle.
type Elsewhere struct {
	Run  string `json:"run"`
	Rows int    `json:"rows"` // sent without an answer, not listed, and not among the rows of this run
}

// elsewhere counts the open creates of earlier runs that no row of this run carries and that
// the listing does not show, by run.
func (r *runner) elsewhere() []Elsewhere {
	open := map[uint64]string{}
	for key, intent := range r.past.open {
		if hash := listing.HashText(key); !listing.Has(r.index.ByMarker, hash) && !listing.Has(r.index.Invites, hash) {
			open[listing.HashText(r.ids.Key(intent.marker))] = intent.run
		}
	}
	for i := range r.states {
		if state := &r.states[i]; !state.asked {
			delete(open, state.marker)
		}
	}
	rows := map[string]int{}
	for _, run := range open {
		rows[run]++
	}
	var list []Elsewhere
	for run, n := range rows {
		list = append(list, Elsewhere{run, n})
	}
	slices.SortFunc(list, func(a, b Elsewhere) int { return strings.Compare(a.Run, b.Run) })
	return list
}

// OpenElsewhere says in words how many rows earlier runs left open and in which runs; "" where
// there are none.
func (s *Summary) OpenElsewhere() string {
	rows := 0
	var runs []string
	for _, e := range s.Elsewhere {
		rows += e.Rows
		runs = append(runs, fmt.Sprintf("%d in run %s", e.Rows, e.Run))
	}
	if rows == 0 {
		return ""
	}
	return fmt.Sprintf("sent by earlier runs without an answer, and not in this file: %s: %s", run.Counted(rows, "row"), strings.Join(runs, ", "))
}
