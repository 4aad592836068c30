package importer

import (
	"fmt"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/run"
	"refload/mapping"
)

// settleChecked tells of the rows whose outcome the check gave already.
func (r *runner) settleChecked() {
	for _, state := range r.states {
		if state.outcome != 0 {
			r.observe(run.Event{Kind: run.RowDone, Row: int(state.number), Outcome: state.word()})
		}
	}
}

// finish gives every row its outcome, makes them durable, and writes the results. A storage
// error of the run stays the first error; everything that can still be told is told.
func (r *runner) finish(results resultFile, summary *Summary, err error) error {
	err = firstError(err, r.settleRest())
	err = firstError(err, r.journal.Sync())
	err = firstError(err, r.known.Close())
	r.index.Close()
	r.count(summary)
	summary.Weight, summary.Later = r.weight, r.later
	summary.askedBy(r.meter)
	summary.end(r.options.Now)
	r.folder.ClearSpool() // on a full disk it is room for what is still to be written
	if stop := r.stopError(); stop != nil {
		summary.cause = stop.Error()
	}
	r.observe(run.Event{Kind: run.PhaseStarted, Phase: "results"})
	if writeErr := r.writeResults(results, summary); err == nil {
		err = writeErr
	}
	if err == nil {
		_, err = r.journal.Commit(journal.Record{Kind: journal.RunEnd})
	}
	if err == nil && summary.Counts.Total() != len(r.states) {
		err = &outcome.InternalError{What: fmt.Sprintf("%d rows were read and %d have an outcome", len(r.states), summary.Counts.Total())}
	}
	return firstError(err, r.stopError())
}

// stopError returns why the run was stopped, nil where it was not.
func (r *runner) stopError() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped == nil && r.intake.Err() != nil {
		return &outcome.StopError{Reason: reasonOfEnd(r.intake)}
	}
	if r.stopped == nil {
		return nil
	}
	return r.stopped
}

// nothingSent writes the results of a run that ended before its first write. There is no run to go on with, and after
// a dry run no results.
func (r *runner) nothingSent(results resultFile, summary *Summary, cause error) error {
	for n := range r.states {
		switch state := &r.states[n]; {
		case state.outcome != 0:
		case state.shares, state.deal == mapping.Sent:
			state.outcome = numberOf(run.Invalid)
		case r.sentBefore(n):
			state.outcome = numberOf(run.Unknown)
		}
	}
	leaveOut(r.states)
	r.count(summary)
	summary.end(r.options.Now)
	summary.askedBy(r.meter)
	if r.options.DryRun {
		return cause
	}
	summary.cause, summary.hint = cause.Error(), api.HintOf(cause)
	none := func(int) (run.Result, error) { return run.Result{}, nil }
	return unwritten(writeResultFile(r.in, r.states, results, r.options, summary, none), cause, r.observe)
}

// leaveOut makes the rows without an outcome not attempted.
func leaveOut(states []rowState) {
	for n := range states {
		if states[n].outcome == 0 {
			states[n].outcome = numberOf(run.NotAttempted)
		}
	}
}

// settleRest gives an outcome to the rows that have none: what is known of those for which something was sent, not
// attempted otherwise. Where the journal takes nothing more the results still say what is known.
func (r *runner) settleRest() error {
	reason := r.reasonOfStop()
	var failed error
	for n := range r.states {
		if r.states[n].outcome != 0 {
			continue
		}
		record, sent := r.leftAt(n, reason)
		if failed != nil && !sent {
			r.states[n].outcome = numberOf(run.Outcome(record.Outcome)) // the summary's cause says why
			continue
		}
		failed = firstError(failed, r.settle(n, record))
	}
	return failed
}

// sentBefore reports whether an earlier run sent the row's create and nobody knows what became of
// it: such a row is unknown, also when this run does not come to it.
func (r *runner) sentBefore(n int) bool {
	return r.past != nil && r.past.openHashes[r.states[n].marker]
}

// left is the outcome of an open row with which the run did not go on.
func (row openRow) left() journal.Record {
	if row.found == nil || !row.more { // the latter was found and not held against its row
		return row.unknown(outcome.ReasonNotSeen)
	}
	record := found(run.Held, outcome.ReasonHalf, row.found, 0)
	record.Step = journal.StepInvite
	return record
}

// count fills the summary's counts from the rows.
func (r *runner) count(summary *Summary) {
	summary.Counts = countStates(r.states)
}

func countStates(states []rowState) run.Counts {
	counts := run.Counts{}
	for i := range states {
		counts[states[i].word()]++
	}
	return counts
}
