package importer

import (
	"golang.org/x/sync/errgroup"

	"refload/importer/journal"
	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

// sendRows goes through the file once more and works on the rows that pick chooses, as many
// at a time as --concurrency says. It is the only place that starts goroutines for rows. An
// error of a row never ends the others: it is the row's outcome; what is returned here ended
// the run.
func (r *runner) sendRows(pick func(n int) bool) error {
	var group errgroup.Group
	group.SetLimit(max(1, r.options.Concurrency))
	n := -1
	for row, err := range r.in.rows() {
		n++
		if err != nil || n >= len(r.states) || r.in.columns.Hash(row) != r.states[n].hash {
			r.stop(reasonChanged, "")
			break
		}
		if r.intake.Err() != nil {
			break
		}
		if !pick(n) {
			continue
		}
		record, _ := r.in.columns.Decode(row, r.options.Today())
		next, todo, err := r.decide(n, record, row)
		switch {
		case err != nil:
			r.stop(reasonStorage, err.Error())
			return firstError(err, group.Wait())
		case !todo:
		case r.canary == "":
			// Nothing runs beside the canary, so reading it here races with nobody.
			if err := r.sendCanary(next); err != nil {
				r.stop(reasonInternal, err.Error())
				return err
			}
		default:
			group.Go(func() error { return r.createOrStop(next) })
		}
	}
	return group.Wait()
}

// createOrStop is create; what ends the run also ends the intake.
func (r *runner) createOrStop(o op) error {
	err := r.create(o)
	if err != nil {
		r.stop(reasonInternal, err.Error())
	}
	return err
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// decide settles a row that needs no request, puts it among the open ones, or returns what
// is to be done for it.
func (r *runner) decide(n int, record *mapping.Record, row sheet.Row) (op, bool, error) {
	if record.ReferralID != "" {
		return op{}, false, r.decideByID(n, record.ReferralID)
	}
	o := op{n: n, record: record, marker: markerOf(r.options.Target, r.in.columns, record, row)}
	if o.sends = r.resend[n]; o.sends > 0 {
		return o, true, nil
	}
	listed, err := r.index.withMarker(o.marker)
	if err != nil {
		return op{}, false, err
	}
	before, wasOpen := r.past.open[foldMarker(o.marker)]
	of, wasMade := r.past.made[hashText(foldMarker(o.marker))]
	switch {
	case len(listed) > 0:
		return op{}, false, r.settle(n, outcomeOfListed(listed, wasOpen))
	case wasOpen:
		r.leaveOpen(openRow{n: n, marker: o.marker, sends: before.sends, last: before.last, scans: 1, earlier: true})
		return op{}, false, nil
	case wasMade && !r.options.Target.Sandbox:
		return op{}, false, r.decideMade(o, of)
	case record.Action == "update" || r.options.Mode == Update:
		return op{}, false, r.settle(n, journal.Record{Outcome: string(run.Rejected), Reason: reasonNotFound})
	}
	return o, true, nil
}

// decideMade decides a row whose referral an earlier run made and the list does not show. It
// is asked for by its id; where that does not show it either, the row counts as open.
func (r *runner) decideMade(o op, of made) error {
	referral, err := r.client.Get(r.work, of.id)
	if err == nil && foldMarker(referral.ExternalReferenceID()) == foldMarker(o.marker) {
		return r.settle(o.n, found(run.AlreadyExists, reasonNotListed, referral, 0))
	}
	if err != nil && !isNotFound(err) {
		r.stop(reasonOfRead(err), readDetail(err))
	}
	r.leaveOpen(openRow{n: o.n, marker: o.marker, sends: 1, last: of.when, scans: 1, earlier: true})
	return nil
}

func (r *runner) decideByID(n int, id string) error {
	referral, err := r.index.withID(id)
	if err != nil {
		return err
	}
	if referral == nil {
		return r.settle(n, journal.Record{Outcome: string(run.Rejected), Reason: reasonNoSuchID})
	}
	return r.settle(n, found(run.AlreadyExists, reasonFoundByID, referral, 0))
}
