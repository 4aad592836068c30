package importer

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"refload/importer/journal"
	"refload/internal/run"
	"refload/mapping"
)

// Touched is what a run did about one row of a deal.
type Touched struct {
	Row          int
	When         time.Time // of the last record of the row
	Steps        []string  // that were sent, in order, each once: "create", "invite", "patch", "put"
	Outcome      string    // run.Outcome; "" while a send is open
	Reason       string    // our own word, where there is one
	ReferralID   string
	EngagementID string
	Marker       string
	Fields       []string // paths of what was changed, or is in conflict
}

// FindDeal returns what a run did about a deal: every row of its journal that names the id as
// a Referral ID, an engagement or a marker (a CRM ID is one). It returns journal.ErrNoRun for a
// folder that recorded nothing.
func FindDeal(store journal.Store, folder *run.Folder, id string) ([]Touched, error) {
	rows, hits := map[int]*Touched{}, map[int]bool{}
	err := readRecords(store, folder.Journal(), func(record journal.Record) error {
		if record.Row == 0 {
			return nil
		}
		if rows[record.Row] == nil {
			rows[record.Row] = &Touched{Row: record.Row}
		}
		rows[record.Row].take(record)
		hits[record.Row] = hits[record.Row] || namesDeal(record, id)
		return nil
	})
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, journal.ErrNoRun
	case err != nil:
		return nil, fmt.Errorf("run %s: %w", folder.Run, err)
	}
	var list []Touched
	for row, touched := range rows {
		if hits[row] {
			list = append(list, *touched)
		}
	}
	slices.SortFunc(list, func(a, b Touched) int { return a.Row - b.Row })
	return list, nil
}

// namesDeal reports whether a record names a deal by an id, or one that looks like it: a person has typed it.
func namesDeal(record journal.Record, id string) bool {
	known := append([]string{record.ReferralID, record.EngagementID}, record.Others...)
	return record.Marker != "" && mapping.IDs{}.Near(record.Marker) == mapping.IDs{}.Near(id) ||
		slices.ContainsFunc(known, func(name string) bool { return name != "" && strings.EqualFold(name, strings.TrimSpace(id)) })
}

// take takes a record of the row down.
func (t *Touched) take(record journal.Record) {
	t.When = record.Time
	switch record.Kind {
	case journal.Intent:
		if !slices.Contains(t.Steps, record.Step) {
			t.Steps = append(t.Steps, record.Step)
		}
		t.Outcome, t.Reason = "", ""
	case journal.Outcome:
		t.Outcome, t.Reason = record.Outcome, record.Reason
	}
	for _, known := range []struct {
		to   *string
		said string
	}{{&t.ReferralID, record.ReferralID}, {&t.EngagementID, record.EngagementID}, {&t.Marker, record.Marker}} {
		if known.said != "" {
			*known.to = known.said
		}
	}
	for _, path := range record.Fields {
		if !slices.Contains(t.Fields, path) {
			t.Fields = append(t.Fields, path)
		}
	}
}

// Done says in words what was done.
func (t Touched) Done() string {
	outcome := t.Outcome
	if outcome == "" {
		outcome = "sent, no answer recorded"
	}
	if t.Reason != "" {
		outcome += " (" + t.Reason + ")"
	}
	if len(t.Steps) == 0 {
		return outcome
	}
	return strings.Join(t.Steps, ", ") + ": " + outcome
}
