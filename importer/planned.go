package importer

import (
	"cmp"
	"context"
	"slices"

	"refload/importer/outcome"
	"refload/internal/listing"
	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

// plannedRow is what is remembered of what an import is about to do with a row: the outcome that
// is expected, and what of it cannot be taken back.
type plannedRow struct {
	outcome                         uint8 // as rowState.outcome
	creates, closes, shares, invite bool
}

func (p plannedRow) weight() Irreversible {
	return Irreversible{one(p.creates), one(p.closes), one(p.shares), one(p.invite)}
}

// plannedNew is what is planned for a row if it creates a referral.
func plannedNew(record *mapping.Record) plannedRow {
	o := &op{record: record}
	return plannedRow{
		outcome: numberOf(run.Created), creates: true, closes: o.closes(),
		shares: sharedWithSellers(record.Doc), invite: o.invites(),
	}
}

// foresee decides every row that may have a referral on the service already, before anything
// is sent: so that the question, the brakes and the plan know what will happen. Rows of which
// the index knows nothing keep what the check has seen. look is given every decision and may
// be nil; with it all rows are decided.
func (r *runner) foresee(ctx context.Context, look func(n int, row sheet.Row, d decision, record *mapping.Record) error) error {
	if look == nil {
		return r.countMatches(func() error { return r.foreseeRows(ctx, nil) })
	}
	return r.foreseeRows(ctx, look)
}

// foreseeRows is foresee, once.
func (r *runner) foreseeRows(ctx context.Context, look func(n int, row sheet.Row, d decision, record *mapping.Record) error) error {
	var claims []listing.Entry
	n := -1
	for row, err := range r.in.rows() {
		n++
		if err != nil || n >= len(r.states) || r.in.columns.Hash(row) != r.states[n].hash {
			return &outcome.StopError{Reason: outcome.ReasonChanged}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		state := &r.states[n]
		if state.outcome != 0 && look != nil {
			if err := look(n, row, decision{}, nil); err != nil {
				return err
			}
		}
		if state.asked && look == nil {
			if err := r.foreseeSkip(n, row); err != nil {
				return err
			}
		}
		if state.outcome == 0 && state.pending && state.deal == mapping.Unlisted && !r.mayExist(state) {
			r.grade(n, row, mapping.Sent)
		}
		if state.outcome != 0 || look == nil && r.options.Plan == nil && !r.mayExist(state) {
			continue
		}
		d, err := r.foreseeRow(ctx, n, row, look)
		if err != nil {
			return err
		}
		claims = append(claims, d.claims(int64(n))...)
	}
	if n < len(r.states)-1 {
		return &outcome.StopError{Reason: outcome.ReasonChanged}
	}
	r.settleClaims(claims)
	return nil
}

// foreseeRow decides one row.
func (r *runner) foreseeRow(ctx context.Context, n int, row sheet.Row, look func(int, sheet.Row, decision, *mapping.Record) error) (decision, error) {
	record, _ := r.in.columns.Decode(row, r.options.Today())
	d, err := r.decide(ctx, n, record, row)
	if err != nil {
		return d, err
	}
	if stopped := r.stopError(); stopped != nil {
		return d, stopped
	}
	if state := &r.states[n]; state.pending && state.deal == mapping.Unlisted {
		if r.grade(n, row, r.dealKnown(n, row, record, d)); state.deal == mapping.Sent {
			d, err = r.decide(ctx, n, record, row)
		}
	}
	r.states[n].planned = d.planned()
	if d.settled.Reason == outcome.ReasonUnshared {
		r.foundAtFault(n, row)
	}
	if look != nil && err == nil {
		err = look(n, row, d, record)
	}
	return d, err
}

// foundAtFault takes down a row whose problem only the listing has shown. It counts as the problems do
// that the check has found.
func (r *runner) foundAtFault(n int, row sheet.Row) {
	state := &r.states[n]
	if state.shares {
		return
	}
	state.shares, state.flagged = true, true
	_, problems, _ := r.in.judge(row, n, state.learned())
	for _, problem := range problems {
		if problem.Severity == mapping.Fault { // the check let the row pass, so it had none
			r.problems.Add(problem)
		}
	}
}

// planned returns what a decision is about to do.
func (d decision) planned() plannedRow {
	switch {
	case d.open != nil:
		return plannedRow{outcome: numberOf(run.Unknown)}
	case d.op == nil:
		return plannedRow{outcome: numberOf(run.Outcome(d.settled.Outcome))}
	}
	w := d.op.weigh()
	p := plannedRow{numberOf(run.Updated), w.Creates > 0, w.Closes > 0, w.Shares > 0, w.Invites > 0}
	if p.creates {
		p.outcome = numberOf(run.Created)
	}
	return p
}

// mayExist reports whether the service may have the row's referral, or one that looks like it.
func (r *runner) mayExist(state *rowState) bool {
	_, isMade := r.past.made[state.marker]
	_, isRefused := r.past.refused[state.marker]
	return state.named || listing.Has(r.index.ByMarker, state.marker) || state.near != 0 && listing.Has(r.index.ByNear, state.near) || isMade || isRefused || r.past.openHashes[state.marker] ||
		state.look != 0 && listing.Has(r.index.ByLook, state.look) || r.options.Mode == Update
}

// claims returns by what a row clashes with another one: the referral that it is, and the
// engagement to which it invites Microsoft.
func (d decision) claims(n int64) []listing.Entry {
	live := d.live
	if d.op != nil && d.op.live != nil {
		live = d.op.live
	}
	if live == nil && d.op != nil && isInvitation(d.op.record) {
		return []listing.Entry{{Hash: listing.HashText(listing.InviteKey(d.op.engagement())), Offset: n}}
	}
	if live == nil && d.of != "" {
		return []listing.Entry{{Hash: listing.HashText(d.of), Offset: n}}
	}
	if live == nil {
		return nil
	}
	list := []listing.Entry{{Hash: listing.HashText(live.ID()), Offset: n}}
	if d.op != nil && d.op.weigh().Invites > 0 {
		list = append(list, listing.Entry{Hash: listing.HashText(listing.InviteKey(live.EngagementID())), Offset: n})
	}
	return list
}

// settleClaims marks the rows that are the same referral as another row.
func (r *runner) settleClaims(claims []listing.Entry) {
	slices.SortFunc(claims, func(a, b listing.Entry) int { return cmp.Compare(a.Hash, b.Hash) })
	for i := 1; i < len(claims); i++ {
		if claims[i].Hash != claims[i-1].Hash {
			continue
		}
		if claims[i].Offset == claims[i-1].Offset {
			continue
		}
		for _, n := range []int64{claims[i-1].Offset, claims[i].Offset} {
			r.states[n].clash = true
			r.states[n].planned = plannedRow{outcome: numberOf(run.Duplicate)}
		}
	}
}
