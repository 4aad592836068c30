package importer

import (
	"errors"
	"fmt"

	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/run"
)

// Brakes stop a run before its first write when it is about to do more of what cannot be taken
// back than was expected. The zero value stops nothing.
type Brakes struct {
	Creates Bound // referrals that are made: deals, and those that invite Microsoft
	Closes  Bound
	Shares  Bound   // deals opened to Microsoft's sellers, and those to which Microsoft is invited, each once
	MinRows float64 // of the rows of the last run of a file of this name or its series, in percent; 0 for none
}

// And returns the brakes of which each is the stricter one of two.
func (b Brakes) And(other Brakes) Brakes {
	return Brakes{b.Creates.And(other.Creates), b.Closes.And(other.Closes), b.Shares.And(other.Shares), max(b.MinRows, other.MinRows)}
}

// brake returns why a run must not start, "" where it may.
func (r *runner) brake(weight Irreversible) string {
	b := r.options.Brakes
	for _, check := range []struct {
		flag, what, noun string
		bound            Bound
		planned          int
	}{
		{"--max-creates", "create %s", "referral", b.Creates, weight.Creates + weight.Invites},
		{"--max-closes", "close %s", "deal", b.Closes, weight.Closes},
		{"--max-shares", "open %s to Microsoft's sellers", "deal", b.Shares, r.opened()},
	} {
		if most := check.bound.of(len(r.states)); most >= 0 && check.planned > most {
			return fmt.Sprintf("the file would "+check.what+" and %s allows %d", run.Counted(check.planned, check.noun), check.flag, most)
		}
	}
	return r.brakeOnRows()
}

// brakeOnRows stops a file that has far fewer rows than the one of the last run.
func (r *runner) brakeOnRows() string {
	if len(r.states) == 0 {
		return "" // only --allow-empty lets it come this far, and it can do no harm
	}
	last := r.past.lastSize(r.options.Name, r.options.Began).rows
	if least := r.options.Brakes.MinRows * float64(last) / 100; float64(len(r.states)) < least {
		return fmt.Sprintf("the file has %s, the one of the last run had %d, and --min-rows asks for %g%% of that", run.Counted(len(r.states), "row"), last, r.options.Brakes.MinRows)
	}
	return ""
}

// weigh sums what of the planned rows cannot be taken back.
func (r *runner) weigh() Irreversible {
	var sum Irreversible
	for i := range r.states {
		if r.states[i].outcome == 0 {
			sum.add(r.states[i].planned.weight())
		}
	}
	return sum
}

// opened returns how many deals Microsoft is to see, or is invited to: an invitation opens a deal once more.
func (r *runner) opened() int {
	n := 0
	for i := range r.states {
		w := r.states[i].planned.weight()
		n += one(r.states[i].outcome == 0 && w.Shares+w.Invites > 0)
	}
	return n
}

// braked reports whether a brake stopped the run, and why.
func braked(err error) (*outcome.StopError, bool) {
	var stopped *outcome.StopError
	return stopped, errors.As(err, &stopped) && heldBack[stopped.Reason]
}

// heldBack are the reasons for which a run stops before its first write and holds its rows. Such a run is no measure
// for the next.
var heldBack = map[string]bool{outcome.ReasonBrake: true, outcome.ReasonSorted: true}

// runHeld writes a run that a brake stopped before its first write: rows for which something
// would have been sent are held, the others have the outcome that they would have had.
func (r *runner) runHeld(results resultFile, summary *Summary, why *outcome.StopError) error {
	r.braked = true
	if err := r.begin(); err != nil {
		return err
	}
	defer r.journal.Close()
	r.settleChecked()
	r.options.MaxErrors = Bound{} // the brake is why; what it holds did not fail
	err := r.holdRows(why)
	return firstError(r.finish(results, summary, err), why)
}

// holdRows settles every row without sending anything.
func (r *runner) holdRows(why *outcome.StopError) error {
	n := -1
	for row, err := range r.in.rows() {
		n++
		if err != nil || n >= len(r.states) || r.in.columns.Hash(row) != r.states[n].hash {
			return &outcome.StopError{Reason: outcome.ReasonChanged}
		}
		if r.states[n].outcome != 0 {
			continue
		}
		record, _ := r.in.columns.Decode(row, r.options.Today())
		d, err := r.decide(r.work, n, record, row)
		if err != nil {
			return err
		}
		if d.op != nil || d.open != nil {
			d = decision{settled: journal.Record{Outcome: string(run.Held), Reason: why.Reason, Code: why.Detail}, live: d.live}
		}
		r.rememberWords(record.Row, d.words)
		if err := r.settle(n, d.settled); err != nil {
			return err
		}
	}
	if n < len(r.states)-1 {
		return &outcome.StopError{Reason: outcome.ReasonChanged}
	}
	return nil
}
