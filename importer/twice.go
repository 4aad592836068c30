package importer

import (
	"fmt"
	"strings"
	"time"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/listing"
	"refload/internal/run"
)

// lookForTwice lists, at the end of a run that made referrals, what is newer than its start, until that shows what the run
// has made, and names the rows that stand there more than once: another machine may have imported them at the same time.
func (r *runner) lookForTwice() error {
	once, goes := r.endsWith()
	if !goes || r.lastOne.IsZero() && !r.resumed || r.options.Target.Sandbox {
		return nil
	}
	r.observe(run.Event{Kind: run.PhaseStarted, Phase: "looking for duplicates"})
	t := &twice{runner: r, rows: r.settledRows()}
	pause := min(time.Second, r.options.Settle/4)
	for {
		asked := time.Now()
		if err := t.look(); err != nil {
			return r.cannotRead(err)
		}
		missing := t.missing()
		if once || !t.mustLookAgain(asked, missing) || api.Sleep(r.outer, pause) != nil {
			t.tell(missing)
			return t.settle()
		}
		pause = min(2*pause, 15*time.Second)
	}
}

// endsWith reports whether the run ends with a look at what it has made, and whether one look is enough. A run that somebody
// ends, or that could not reach the service, has none; the next run looks.
func (r *runner) endsWith() (once, goes bool) {
	if r.outer.Err() != nil {
		return false, false
	}
	stopped := r.stopError()
	if stopped == nil {
		return false, true
	}
	switch stop := stopped.(*outcome.StopError); stop.Kind() {
	case outcome.StoppedByDoubt:
		return stop.Reason != outcome.ReasonOtherMachine, true
	case outcome.StoppedByRows, outcome.StoppedByInput:
		return true, true
	}
	return false, false
}

// settledRows returns the rows that have an outcome in the journal, by the hash of their marker.
func (r *runner) settledRows() []listing.Entry {
	return r.rowsBy(func(state *rowState) (uint64, bool) { return state.marker, state.offset != 0 })
}

// twice is what the list shows of the rows of a run.
type twice struct {
	*runner
	rows   []listing.Entry
	shown  map[int]bool            // the row's referral is listed, as its outcome has it
	others map[int][]*api.Referral // what else is listed with the row's marker
}

// tell says that the list does not show all that the run made.
func (t *twice) tell(missing int) {
	if missing > 0 {
		t.observe(run.Event{Kind: run.Said, Text: fmt.Sprintf("the list of the service does not show %d of the deals that this run made", missing)})
	}
}

// look lists once.
func (t *twice) look() error {
	t.shown, t.others = map[int]bool{}, map[int][]*api.Referral{}
	_, err := t.eachSince(t.began, func(referral *api.Referral) error {
		key := t.keyOfListed(referral)
		for _, row := range listing.EntriesOf(t.rows, listing.HashText(key)) {
			if err := t.add(int(row.Offset), key, referral); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// keyOfOutcome returns by what the referral of a row is found, by its outcome: that of a row which is an invitation itself has
// no marker.
func (r *runner) keyOfOutcome(record journal.Record) string {
	if record.Step == journal.StepInvite && record.Marker == "" {
		return listing.InviteKey(record.EngagementID)
	}
	return r.ids.Key(record.Marker)
}

// add takes a referral into account that is listed by the key of a row.
func (t *twice) add(n int, key string, referral *api.Referral) error {
	record, err := t.journal.At(t.states[n].offset)
	known := run.Outcome(record.Outcome).Word().Good || record.Reason == outcome.ReasonHalf
	if err != nil || t.keyOfOutcome(record) != key || record.ReferralID == "" || !known {
		return err
	}
	if strings.EqualFold(record.ReferralID, referral.ID()) {
		t.shown[n] = true
		return nil
	}
	t.others[n] = append(t.others[n], referral)
	return nil
}

// mustLookAgain reports whether a look that began then is not the last one: it does not show all that the run made, and less
// than --settle has passed since the last create. Where no state tells of an earlier run and the list is seen to lag, what
// others made before the run began has its time too.
func (t *twice) mustLookAgain(asked time.Time, missing int) bool {
	if missing > 0 {
		t.lag = max(t.lag, time.Since(t.lastOne))
	}
	if t.lost && t.lag > 0 && asked.Before(t.began.Add(min(t.options.Settle, max(leastLag, 3*t.lag)))) {
		return true
	}
	return missing > 0 && asked.Before(t.lastOne.Add(t.options.Settle))
}

// leastLag is for how long at least a list that lags is not believed to be complete.
const leastLag = time.Minute

// missing returns how many referrals that this run made are not listed. What was listed before the first write need not be.
func (t *twice) missing() int {
	n := 0
	for _, row := range t.rows {
		if !t.shown[int(row.Offset)] && t.states[row.Offset].word() == run.Created && !listing.Has(t.index.ByMarker, row.Hash) {
			n++
		}
	}
	return n
}

// settle gives the rows that stand there twice their outcome.
func (t *twice) settle() error {
	for n, others := range t.others {
		record, err := t.journal.At(t.states[n].offset)
		if err != nil {
			return err
		}
		if !t.shown[n] && len(others) == 1 && !t.isOf(record) {
			record.ReferralID, record.EngagementID, record.ETag = others[0].ID(), others[0].EngagementID(), others[0].ETag()
			record.Reason = outcome.ReasonConfirmed
		} else {
			if run.Outcome(record.Outcome) == run.Created {
				t.weight.Creates += min(len(others), max(record.Attempts-1, 0)) // an answer said that it was not executed
			}
			record.Outcome, record.Reason, record.Others = string(run.Conflict), outcome.ReasonTwice, idsOf(others)
		}
		if err := t.restate(n, record); err != nil {
			return err
		}
	}
	return nil
}

// isOf reports whether the referral that an outcome names is the row's: the answer to its create may have named another row's.
func (t *twice) isOf(record journal.Record) bool {
	referral, err := t.client.Get(t.work, record.ReferralID)
	if err != nil {
		return !isNotFound(err)
	}
	return t.keyOfListed(referral) == t.keyOfOutcome(record)
}

// restate gives a row that has an outcome another one: what the list shows goes before what was answered.
func (r *runner) restate(n int, record journal.Record) error {
	offset, err := r.journal.Append(record)
	if err != nil {
		r.stop(outcome.ReasonStorage, err.Error())
		return err
	}
	outcome := run.Outcome(record.Outcome)
	r.mu.Lock()
	r.states[n].outcome, r.states[n].offset = numberOf(outcome), offset
	r.mu.Unlock()
	r.observe(run.Event{Kind: run.RowDone, Row: record.Row, Outcome: outcome})
	return nil
}
