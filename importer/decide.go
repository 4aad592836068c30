package importer

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/listing"
	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

// decideFreely says what is to become of a row: by its Referral ID, by its marker, by an open send of
// an earlier run, by deals that look alike; else it is created. It changes nothing.
func (r *runner) decideFreely(ctx context.Context, n int, record *mapping.Record, row sheet.Row) (decision, error) {
	if r.states[n].deal == mapping.Sent {
		return settledAs(journal.Record{Outcome: string(run.Invalid), Reason: outcome.ReasonProblems}), nil
	}
	if again, known := r.again[n]; known && again.kind == journal.StepInvite {
		return decision{op: again.inviteAgain(&op{n: n, record: record})}, nil
	}
	if record.ReferralID != "" {
		return r.decideByID(ctx, n, record)
	}
	o := &op{n: n, record: record, marker: markerOf(r.options.Target, r.in.columns, record, row)}
	if isInvitation(record) {
		return r.decideInvitation(ctx, o)
	}
	if again, known := r.again[n]; known && again.found == nil {
		o.sends = again.sends
		return r.decideAgain(ctx, o, again.earlier)
	}
	return r.decideByMarker(ctx, o)
}

// decideAgain decides a row whose create may be sent again. One that an earlier run sent is held to
// what holds for any new row: meanwhile a person may have made the deal, or the row may only
// update.
func (r *runner) decideAgain(ctx context.Context, o *op, earlier bool) (decision, error) {
	if r.listHides() {
		return r.heldByList(), nil
	}
	if !earlier {
		return r.creation(o), nil
	}
	d, err := r.decideNew(ctx, o)
	if d.op == nil && d.settled.Outcome == string(run.Rejected) {
		d.settled = journal.Record{Outcome: string(run.Unknown), Reason: outcome.ReasonNotSeen}
	}
	return d, err
}

// decideByMarker decides a row that names no Referral ID.
func (r *runner) decideByMarker(ctx context.Context, o *op) (decision, error) {
	listed, err := r.listed(o)
	if err != nil {
		return decision{}, err
	}
	key := r.ids.Key(o.marker)
	before, wasOpen := r.past.open[key]
	of, wasMade := r.past.made[listing.HashText(key)]
	refused, wasRefused := r.past.refused[listing.HashText(key)]
	switch {
	case len(listed) > 1:
		record := outcomeOfListed(listed, wasOpen)
		record.Marker = o.marker
		return settledAs(record), nil
	case len(listed) == 1:
		o.live = listed[0]
		o.madeBefore(r.past, wasOpen || r.again[o.n].found != nil)
		return r.compare(ctx, o)
	case wasOpen:
		if d, learned, err := r.learnOpen(o); learned || err != nil {
			return d, err
		}
		return r.openCreate(o, before), nil
	case wasMade && !r.options.Target.Sandbox:
		return r.decideMade(ctx, o, of)
	case wasRefused && o.record.Action != "create":
		refused.Marker = o.marker
		return settledAs(refused), nil
	}
	if d, decided, err := r.decideNear(ctx, o); decided || err != nil {
		return d, err
	}
	return r.decideNew(ctx, o)
}

// openAgain is what an earlier run sent for a row without a trustworthy answer: the listing before the first write was
// the first that did not show it.
func (r *runner) openAgain(o *op, kind, key string, before openIntent) openRow {
	return openRow{n: o.n, kind: kind, key: key, sends: before.sends, last: r.meter.Since(before.last), refused: before.refused, scans: 1, earlier: true}
}

// openCreate is the decision on a row whose own referral is looked for.
func (r *runner) openCreate(o *op, before openIntent) decision {
	row := r.openAgain(o, journal.StepCreate, r.ids.Key(o.marker), before)
	row.marker, row.more, row.customer = o.marker, o.more(), o.customer()
	return decision{open: &row}
}

// unread is the decision on a row about which the service could not be asked; the run stops.
func (r *runner) unread(err error) decision {
	r.stop(reasonOfRead(err), readDetail(err))
	return settledAs(journal.Record{Outcome: string(run.NotAttempted), Reason: reasonOfRead(err)})
}

// unreadOne is the decision on a row whose referral could not be read. What the service refuses of it alone is the row's outcome.
func (r *runner) unreadOne(err error) decision {
	if failed := refusedRead(err); failed != nil {
		return settledAs(refusal(failed))
	}
	return r.unread(err)
}

// madeBefore says whether a create of this row, of this run or an earlier one, made the referral
// and left something to do.
func (o *op) madeBefore(p *past, open bool) {
	waits, begun := p.begun[listing.HashText(p.ids.Key(o.marker))]
	begun = begun && o.marker != ""
	o.made, o.waited = open || begun, begun && waits && !open
}

// listed returns the referrals that carry the row's marker: from the listing, or from a later
// look for an open send.
func (r *runner) listed(o *op) ([]*api.Referral, error) {
	if found := r.again[o.n].found; found != nil {
		return []*api.Referral{found}, nil
	}
	listed, err := r.index.WithMarker(o.marker)
	if late := r.late[r.ids.Key(o.marker)]; late != nil && len(listed) == 0 {
		listed = append(listed, late)
	}
	return listed, err
}

// decideNew decides a row that no referral belongs to.
func (r *runner) decideNew(ctx context.Context, o *op) (decision, error) {
	if joins(o.record) {
		if d, decided, err := r.decideMember(ctx, o); decided || err != nil {
			return d, err
		}
	}
	if r.updatesOnly(o) {
		return settledAs(journal.Record{Outcome: string(run.Rejected), Reason: outcome.ReasonNotFound}), nil
	}
	if r.listHides() {
		return r.heldByList(), nil
	}
	if r.blind {
		return settledAs(journal.Record{Outcome: string(run.Held), Reason: outcome.ReasonPartialView}), nil
	}
	if r.options.habits.TooLong(o.marker) {
		return settledAs(journal.Record{Outcome: string(run.Held), Reason: outcome.ReasonTooLong, Code: strconv.Itoa(r.options.habits.Keeps)}), nil
	}
	alike, err := r.index.LookAlikes(o.record.Doc)
	if err != nil {
		return decision{}, err
	}
	if alike = r.notOfThisFile(alike); len(alike) > 0 {
		if waits := r.waitsFor(o, outcome.ReasonLookAlike, idsOf(alike)); waits.Outcome != "" {
			return settledAs(waits), nil
		}
	}
	return r.creation(o), nil
}

// updatesOnly reports whether a row may make nothing, by its Action or by that of the run.
func (r *runner) updatesOnly(o *op) bool {
	return o.record.Action == ActionUpdate || r.options.Mode == Update
}

// notOfThisFile leaves out the look-alikes that are other rows of the file: the sheet knows both
// deals.
func (r *runner) notOfThisFile(alike []*api.Referral) []*api.Referral {
	return slices.DeleteFunc(alike, func(referral *api.Referral) bool { return r.inFile(referral) })
}

func idsOf(referrals []*api.Referral) []string {
	ids := make([]string, len(referrals))
	for i, referral := range referrals {
		ids[i] = referral.ID()
	}
	return ids
}

// creation is the op that creates the row's referral. What follows on the create, closing a deal
// of the past, is known when the service says in which state it began.
func (r *runner) creation(o *op) decision {
	o.steps = []step{{kind: journal.StepCreate}}
	o.facts = append(o.facts, r.sentAs(o, o.customer()))
	if o.invites() {
		o.steps = append(o.steps, step{kind: journal.StepInvite})
	}
	o.later = o.record.Destination().Status == statusClosed && r.options.CloseAfter > 0
	return decision{op: o}
}

// invites reports whether the row asks for Microsoft's help. A deal that ends closed invites
// nobody.
func (o *op) invites() bool {
	return o.record.Help == mapping.Yes && !o.record.Cells["@help"].Kept && !o.record.Private && !o.record.Doc.TargetsMicrosoft() && o.record.Destination().Status != statusClosed
}

// more reports whether creating the referral is not all that the row asks for.
func (o *op) more() bool {
	return o.invites() || o.record.Destination().Status == statusClosed
}

// decideByID decides a row that names its referral. One that is not listed is asked for: the
// list may lag.
func (r *runner) decideByID(ctx context.Context, n int, record *mapping.Record) (decision, error) {
	referral, err := r.index.WithID(record.ReferralID)
	if err != nil {
		return decision{}, err
	}
	if referral == nil {
		referral, err = r.client.Get(ctx, record.ReferralID)
		switch {
		case isNotFound(err):
			return settledAs(journal.Record{Outcome: string(run.Rejected), Reason: outcome.ReasonNoSuchID}), nil
		case err != nil:
			return r.unreadOne(err), nil
		}
	}
	o := &op{n: n, record: record, marker: referral.ExternalReferenceID(), live: referral}
	o.madeBefore(r.past, false)
	if other, err := r.otherOwner(record, referral); err != nil || other != "" {
		return settledAs(journal.Record{Outcome: string(run.Conflict), Reason: outcome.ReasonOtherOwner, Others: []string{other}}), err
	}
	return r.compare(ctx, o)
}

// otherOwner returns the id of another referral of ours that carries the CRM ID of the row.
func (r *runner) otherOwner(record *mapping.Record, referral *api.Referral) (string, error) {
	crm := record.Doc.ExternalReferenceID()
	if crm == "" || r.ids.Key(crm) == r.ids.Key(referral.ExternalReferenceID()) {
		return "", nil
	}
	listed, err := r.index.WithMarker(crm)
	for _, other := range listed {
		if !strings.EqualFold(other.ID(), referral.ID()) {
			return other.ID(), err
		}
	}
	return "", err
}
