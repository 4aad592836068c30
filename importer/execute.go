package importer

import (
	"golang.org/x/sync/errgroup"

	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/sheet"
)

// sendRows goes through the file once more and works on the rows that pick chooses, as many
// at a time as --concurrency says. It is the only place that starts goroutines for rows. An
// error of a row never ends the others: it is the row's outcome; what is returned here ended
// the run.
func (r *runner) sendRows(pick func(n int) bool) error {
	group := r.crew()
	n := -1
	for row, err := range r.in.rows() {
		n++
		if err != nil || n >= len(r.states) || r.in.columns.Hash(row) != r.states[n].hash {
			r.stop(outcome.ReasonChanged, "")
			break
		}
		if r.intake.Err() != nil {
			break
		}
		if !pick(n) {
			continue
		}
		if err := outcome.Contained(func() error { return r.start(group, n, row) }); err != nil {
			r.stop(outcome.ReasonStorage, err.Error())
			return firstError(err, group.Wait())
		}
	}
	if r.intake.Err() == nil && n < len(r.states)-1 {
		r.stop(outcome.ReasonChanged, "")
	}
	return group.Wait()
}

// start settles a row that needs no request, puts it among the open ones, or begins to work on
// it. The first create of a run is awaited: see sendCanary.
func (r *runner) start(group *errgroup.Group, n int, row sheet.Row) error {
	record, _ := r.in.columns.Decode(row, r.options.Today())
	d, err := r.decide(r.work, n, record, row)
	if err == nil {
		err = r.tell(d)
	}
	switch {
	case err != nil:
		return err
	case d.open != nil:
		r.leaveOpen(*d.open)
	case d.op == nil:
		r.rememberWords(record.Row, d.words)
		r.weighSettled(d)
		return r.settle(n, d.settled)
	case d.op.live == nil && d.op.steps[0].kind == journal.StepCreate && r.canary == "":
		// No other create runs beside the canary, so reading it here races with nobody.
		if err := r.sendCanary(d.op); err != nil {
			r.stop(outcome.ReasonInternal, err.Error())
			return err
		}
	case d.op.live == nil && joins(record) && !r.joined:
		r.joined = true // awaited too: a service that ignores engagements is to make one referral astray, not as many as are in flight
		return r.performOrStop(d.op)
	default:
		group.Go(func() error { return r.performOrStop(d.op) })
	}
	return nil
}

// crew returns the group in which rows are worked on, as many at a time as --concurrency says.
func (r *runner) crew() *errgroup.Group {
	group := &errgroup.Group{}
	group.SetLimit(max(1, r.options.Concurrency))
	return group
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
