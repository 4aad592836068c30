package importer

import (
	"cmp"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/run"
)

// performOrStop is perform, whose panic is an error; what ends the run also ends the intake.
func (r *runner) performOrStop(o *op) error {
	err := outcome.Contained(func() error { return r.perform(o) })
	if err != nil {
		r.stop(outcome.ReasonInternal, err.Error())
	}
	return err
}

// perform carries out the steps of an op, one after the other, and settles the row, or leaves
// it among the open ones. The error is one that ends the run.
func (r *runner) perform(o *op) error {
	for o.done < len(o.steps) {
		s := o.steps[o.done]
		after, err := r.carryOut(o, s)
		if after == nil {
			return err
		}
		r.weighStep(o, s, after)
		if err == nil && joins(o.record) && o.live == nil && o.astray(after) {
			return r.strayed(o, s, after)
		}
		o.advance(s, after)
		r.noteDone(o)
		if err != nil { // what became of it could not be recorded
			return err
		}
		proves := o.canary && s.kind == journal.StepCreate
		if o.done < len(o.steps) || proves {
			if err := r.stepDone(o, s); err != nil {
				return err
			}
		}
		if proves {
			r.prove(after, o.marker, o.tries)
		}
	}
	if o.merged != nil {
		r.rememberWords(o.record.Row, lockedValues(o.merged.Locked))
	}
	r.acquainted(o.live.ID(), o.customer())
	return r.settle(o.n, r.performed(o))
}

// carryOut makes one step. It returns the referral as the service then has it, nil when the row
// was settled or left open.
func (r *runner) carryOut(o *op, s step) (*api.Referral, error) {
	r.inFlight.Add(1)
	defer r.inFlight.Add(-1)
	switch s.kind {
	case journal.StepCreate:
		return r.create(o, s)
	case journal.StepInvite:
		return r.invite(o, s)
	}
	return r.change(o, s)
}

// advance takes a step that was carried out down. After a create the way to the deal's state is
// known, as far as it leads further than the service began.
func (o *op) advance(s step, after *api.Referral) {
	o.done++
	o.sends = 0
	switch s.kind {
	case journal.StepInvite:
		if o.live == nil {
			o.live = after // the row is the invitation
		}
		return
	case journal.StepCreate:
		o.made = true
		if o.closes() {
			states, _ := api.Route(after.State(), o.record.Destination())
			for _, state := range states {
				o.steps = append(o.steps, step{kind: journal.StepPatch, state: state})
			}
		}
	}
	o.live = after
}

// weighStep counts what of a step that was carried out cannot be taken back.
func (r *runner) weighStep(o *op, s step, after *api.Referral) {
	before := o.live != nil && sharedWithSellers(o.live)
	own := s.kind != journal.StepInvite || o.live == nil // of the row's own referral
	r.mu.Lock()
	defer r.mu.Unlock()
	r.weight.add(Irreversible{
		Creates: r.makes(o.n, own && o.live == nil), Invites: one(s.kind == journal.StepInvite), Closes: one(s.state.Status == statusClosed),
		Shares: one(own && !before && sharedWithSellers(after)),
	})
}

// stepDone records a step that was carried out before the row is settled.
func (r *runner) stepDone(o *op, s step) error {
	_, err := r.journal.Append(journal.Record{
		Kind: journal.Answer, Row: o.record.Row, Step: s.kind, Outcome: journal.StepWasDone,
		ReferralID: o.live.ID(), EngagementID: o.live.EngagementID(), ETag: o.live.ETag(), Updated: updatedTime(o.live),
	})
	if err != nil {
		r.stop(outcome.ReasonStorage, err.Error())
	}
	return err
}

// performed is the outcome of a row whose steps were all carried out.
func (r *runner) performed(o *op) journal.Record {
	record := found(run.Updated, o.remark, o.live, o.tries)
	record.Marker, record.Others = o.marker, o.alike
	first := o.steps[0].kind
	switch {
	case isInvitation(o.record):
		record.Outcome, record.Marker = string(run.Created), "" // the marker is that of the deal's own referral too
	case first == journal.StepCreate:
		record.Outcome, record.Reason = string(run.Created), cmp.Or(o.remark, o.uninvited())
	case o.made && !o.waited:
		record.Outcome, record.Reason = string(run.Created), outcome.ReasonFinished
	}
	if o.merged != nil {
		record.Fields, record.Locked = pathsOf(o.merged.Changes), pathsOf(o.merged.Locked)
	}
	for _, s := range o.steps {
		if s.state != (api.State{}) {
			record.Fields = append(record.Fields, "status")
			break
		}
	}
	if o.later {
		record.Reason = outcome.ReasonCloseLater
	}
	if o.others && record.ETag != "" { // the row's cells are of an older version: imported again they must not count as of this one
		record.ETag = cmp.Or(o.record.ETag, o.base)
	}
	record.Code = closedAs(record, o.live)
	if o.steps[len(o.steps)-1].kind == journal.StepInvite {
		record.Step = journal.StepInvite
	}
	return record
}

// uninvited is the note on a new Shared referral that Microsoft is not invited by it, "" for any other.
//
// Source: the "Create a referral" page: Microsoft is invited by a second referral.
func (o *op) uninvited() string {
	if o.record.Doc.Text("type") != "Shared" || o.record.Private || o.invites() || o.record.Doc.TargetsMicrosoft() {
		return ""
	}
	return outcome.ReasonUninvited
}

// closedAs returns the closed state of a referral that the row has created, "" where it is open or
// was there before.
func closedAs(record journal.Record, live *api.Referral) string {
	if record.Outcome != string(run.Created) || live.State().Status != statusClosed {
		return ""
	}
	return live.State().String()
}

// halfDone is the outcome of a row of which a referral is on the service, and the rest is not
// done: the next import goes on with it.
func (o *op) halfDone(record journal.Record) journal.Record {
	record.Outcome, record.Reason = string(run.Held), outcome.ReasonHalf
	record.Step = o.steps[min(o.done, len(o.steps)-1)].kind
	record.ReferralID, record.EngagementID, record.ETag = o.live.ID(), o.live.EngagementID(), o.live.ETag()
	return record
}

// begun reports whether something of the row is on the service already that is not all.
func (o *op) begun() bool { return o.live != nil && (o.done > 0 || o.made && !o.waited) }

// giveBack settles a row for which no send is open in this run.
func (r *runner) giveBack(o *op, reason string) error { return r.settle(o.n, o.left(reason)) }
