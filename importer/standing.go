package importer

import (
	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/run"
)

// standing is what is known of a row for which something was sent and that has no outcome yet. However the run ends, and
// whether or not its journal still takes anything, such a row is not one that was never tried.
type standing struct {
	record journal.Record // the outcome of the row, should the run end now
	made   bool           // its create is counted among what cannot be taken back
}

// note takes down how a row stands.
func (r *runner) note(n int, record journal.Record) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.standing[n] = standing{record, r.standing[n].made}
}

// noteSent takes down that a request of the row may reach the service from now on.
func (r *runner) noteSent(o *op, s step) {
	record := journal.Record{Outcome: string(run.Unknown), Reason: outcome.ReasonUnrecorded, Step: s.kind}
	if o.live != nil {
		record.ReferralID, record.EngagementID = o.live.ID(), o.live.EngagementID()
	}
	r.note(o.n, record)
}

// noteDone takes down that a step of the row was carried out.
func (r *runner) noteDone(o *op) {
	if o.done == len(o.steps) {
		r.note(o.n, r.performed(o))
		return
	}
	r.note(o.n, o.left(""))
}

// leftAt returns the outcome of a row to which the run does not come any more, and whether something was sent for it, by
// this run or an earlier one.
func (r *runner) leftAt(n int, reason string) (record journal.Record, sent bool) {
	switch row, known := r.standing[n]; {
	case known && row.record.Outcome != string(run.NotAttempted):
		return row.record, true
	case r.sentBefore(n):
		return journal.Record{Outcome: string(run.Unknown), Reason: outcome.ReasonNotSeen}, true
	}
	return journal.Record{Outcome: string(run.NotAttempted), Reason: reason}, false
}

// left is the outcome of a row for which no send of this run is open: not attempted; unknown when an earlier run left
// one open; half done when steps before it were carried out.
func (o *op) left(reason string) journal.Record {
	switch {
	case o.sends > 0:
		record := journal.Record{Outcome: string(run.Unknown), Reason: outcome.ReasonNotSeen}
		if o.live != nil {
			record.ReferralID, record.EngagementID = o.live.ID(), o.live.EngagementID()
		}
		return record
	case o.begun():
		return o.halfDone(journal.Record{})
	}
	return journal.Record{Outcome: string(run.NotAttempted), Reason: reason}
}

// makes returns 1 where a row's create is to be counted among what cannot be taken back, 0 where it is counted or there
// is none. r.mu is held.
func (r *runner) makes(n int, created bool) int {
	row := r.standing[n]
	if !created || row.made {
		return 0
	}
	row.made = true
	r.standing[n] = row
	return 1
}

// weighShown counts what a listing shows of an open row's send: it was carried out, though no answer said so.
func (r *runner) weighShown(row openRow, listed *api.Referral) {
	r.mu.Lock()
	defer r.mu.Unlock()
	invites := row.kind == journal.StepInvite
	own := !invites || row.live == nil // the row may be the invitation itself
	r.weight.add(Irreversible{Creates: r.makes(row.n, own), Shares: one(own && sharedWithSellers(listed)), Invites: one(invites)})
}

// weighSettled counts what a row that needs no request was found to have done: a create of an earlier run that is listed
// now. The create itself is counted with the outcome.
func (r *runner) weighSettled(d decision) {
	if d.settled.Outcome != string(run.Created) || d.live == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.weight.Shares += one(sharedWithSellers(d.live))
}
