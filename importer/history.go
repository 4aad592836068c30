package importer

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/run"
)

// History is what the journal of a run tells.
type History struct {
	Folder *run.Folder
	Header journal.Header
	Counts run.Counts // of the rows that have an outcome, those of the check included
	Open   int        // rows that were sent and have no outcome
	More   int        // rows with an outcome of which something is left to do
	Later  int        // rows whose rest waits for --close-after
	silent int        // rows of which the journal says nothing yet
	Ended  bool       // the run came to its end
	First  time.Time
	Last   time.Time // of the last record
	Torn   int64     // bytes of an unfinished last line

	rows map[int]rowHistory // by row number
}

// rowHistory is the last word of the journal on a row.
type rowHistory struct {
	outcome run.Outcome // "" while a send is open
	offset  int64
	more    bool // something of the row is left to do
	later   bool // when --close-after has passed
	made    bool // the referral was, by refload
	invited bool // Microsoft was invited to its deal
	closed  bool // its deal was made and closed
}

// goesOn are the reasons of outcomes with which a resume goes on.
var goesOn = map[string]bool{outcome.ReasonHalf: true, outcome.ReasonCloseLater: true}

// ReadHistory reads the journal of a run. It returns journal.ErrNoRun for a folder that
// recorded nothing.
func ReadHistory(store journal.Store, folder *run.Folder) (*History, error) {
	file, err := store.Open(folder.Journal())
	if errors.Is(err, os.ErrNotExist) {
		return nil, journal.ErrNoRun
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	h := &History{Folder: folder, rows: map[int]rowHistory{}}
	found, err := journal.Read(file, h.take)
	if err != nil {
		return nil, fmt.Errorf("run %s: %w", folder.Run, err)
	}
	h.Header, h.Torn = found.Header, found.Torn
	h.count()
	return h, nil
}

// take takes one record into account.
func (h *History) take(record journal.Record, offset int64) error {
	if h.First.IsZero() {
		h.First = record.Time
	}
	h.Last = record.Time
	h.Ended = record.Kind == journal.RunEnd
	switch {
	case record.Kind == journal.Outcome && run.Outcome(record.Outcome).Word() == (run.Word{}):
		return &journal.DamagedError{Offset: offset, Reason: fmt.Sprintf("%q is not an outcome", record.Outcome)}
	case record.Kind == journal.Intent:
		h.rows[record.Row] = rowHistory{}
	case record.Kind == journal.Answer && record.Outcome == journal.NotExecuted:
		h.rows[record.Row] = rowHistory{outcome: run.NotAttempted}
	case record.Kind == journal.Outcome:
		h.rows[record.Row] = rowHistoryOf(record, offset)
	}
	return nil
}

func (h *History) count() {
	h.Counts = run.Counts{}
	for _, row := range h.rows {
		if row.later {
			h.Later++
		} else if row.more {
			h.More++
		}
		if row.outcome == "" {
			h.Open++
			continue
		}
		h.Counts[row.outcome]++
	}
	h.silent = max(0, h.Header.Rows-len(h.rows))
	for _, word := range run.Words() {
		n := min(h.silent, h.Header.Checked[string(word.Outcome)]) // a later session may have judged a row anew
		if n > 0 {
			h.Counts[word.Outcome] += n
			h.silent -= n
		}
	}
	if h.Ended {
		h.silent = 0 // the check gave them their outcome, in a journal of a version that did not count those
	}
}

// Unfinished returns how many rows a resume can go on with now: those that are open, unknown, not attempted, or of which the journal
// says nothing yet. Rows that were left out as asked are none, and neither are those that wait for --close-after.
func (h *History) Unfinished() int {
	return h.Open + h.More + h.Counts[run.Unknown] + h.Counts[run.NotAttempted] + h.silent
}

// Finished reports whether nothing of the run is left, now or later.
func (h *History) Finished() bool { return h.Unfinished()+h.Later == 0 }

// Binding returns how many rows of the run still bind later runs: sent, and never seen.
func (h *History) Binding() int { return h.Open + h.Counts[run.Unknown] }

// restore gives rows their outcome of an earlier session of the run. Rows that are to be
// gone on with stay without one. It returns what of the others cannot be taken back, as far as their outcomes say it.
func (h *History) restore(states []rowState) (weight Irreversible) {
	for n := range states {
		past, known := h.rows[int(states[n].number)]
		if !known || past.offset == 0 || past.more || past.outcome == run.Unknown || past.outcome == run.NotAttempted {
			continue
		}
		states[n].outcome, states[n].offset = numberOf(past.outcome), past.offset
		weight.add(Irreversible{Creates: one(past.made), Closes: one(past.closed), Invites: one(past.invited)})
		if states[n].pending {
			states[n].deal = dealOf(past.outcome)
		}
	}
	return weight
}

func rowHistoryOf(record journal.Record, offset int64) rowHistory {
	became := run.Outcome(record.Outcome)
	return rowHistory{outcome: became, offset: offset, more: goesOn[record.Reason], later: record.Reason == outcome.ReasonCloseLater, made: madeByRefload(record),
		invited: record.Step == journal.StepInvite && became.Word().Good,
		closed:  became == run.Created && strings.HasPrefix(record.Code, statusClosed+"/")}
}
