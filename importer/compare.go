package importer

import (
	"context"
	"slices"
	"strings"
	"time"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/listing"
	"refload/internal/run"
	"refload/mapping"
)

// compare decides a row whose referral is on the service.
func (r *runner) compare(ctx context.Context, o *op) (decision, error) {
	if d, held := r.otherCustomer(o); held && !r.states[o.n].clash {
		d.of = o.live.ID()
		return d, nil
	}
	switch {
	case o.astray(o.live):
		return settledAs(journal.Record{Outcome: string(run.Conflict), Reason: outcome.ReasonOtherEngagement, Others: []string{o.live.ID()}}), nil
	case !o.made && (r.options.Mode == Create || o.record.Action == "create"):
		return settledAs(found(run.AlreadyExists, reasonFound(o), o.live, 0)), nil
	case r.states[o.n].clash:
		return settledAs(found(run.Duplicate, outcome.ReasonClaimed, o.live, 0)), nil
	}
	switch now, err := r.current(ctx, o.live); {
	case err != nil:
		return r.unreadOne(err), nil
	case now == nil:
		return settledAs(found(run.NotAttempted, outcome.ReasonOldVersion, o.live, 0)), nil
	default:
		o.live = now
	}
	o.merged = o.record.Merge(o.live)
	if o.stale() && len(o.merged.Changes)+len(o.merged.Clashes) > 0 {
		if err := r.refresh(ctx, o); err != nil {
			return r.unreadOne(err), nil
		}
	}
	o.others, o.base = o.stale(), o.live.ETag()
	d, err := r.judge(o)
	d.live, d.merged, d.facts = o.live, o.merged, o.facts
	return d, err
}

// stale reports whether the sheet was made from another version than the listed one.
func (o *op) stale() bool { return o.record.ETag != "" && o.record.ETag != o.live.ETag() }

// refresh reads the referral anew: the list may lag behind the sheet.
func (r *runner) refresh(ctx context.Context, o *op) error {
	referral, err := r.client.Get(ctx, o.live.ID())
	if err != nil {
		return err
	}
	o.live, o.merged = referral, o.record.Merge(referral)
	return nil
}

// judge holds what the row wants against what the referral allows, and makes the steps.
func (r *runner) judge(o *op) (decision, error) {
	route, reason := r.route(o)
	invites, err := r.mustInvite(o)
	if err != nil {
		return decision{}, err
	}
	refused, wasRefused := r.past.refused[listing.HashText(listing.InviteKey(o.live.EngagementID()))]
	wasRefused = wasRefused && invites
	invites = invites && !wasRefused
	if invites && !o.keepsToItself() {
		o.openToSellers()
	}
	wants := len(o.merged.Changes)+len(route)+len(o.merged.Clashes) > 0
	switch {
	case invites && o.keepsToItself():
		return o.refusal(run.Invalid, outcome.ReasonUnshared, []string{sellersPath}), nil
	case listing.Invited(o.live) && (wants || invites):
		return o.refusal(run.Blocked, outcome.ReasonMicrosofts, nil), nil
	case len(o.merged.OneWay) > 0:
		return o.refusal(run.Blocked, outcome.ReasonOneWay, pathsOf(o.merged.OneWay)), nil
	case reason != "":
		return o.refusal(run.Blocked, reason, []string{"status"}), nil
	case wasRefused && !wants:
		return o.refusedInvitation(refused), nil
	case !wants && !invites:
		return decision{settled: r.nothingToDo(o), words: lockedValues(o.merged.Locked)}, nil
	case o.live.State().Status == statusClosed:
		return o.refusal(run.Blocked, outcome.ReasonTerminal, pathsOf(o.merged.Changes)), nil
	case invites && r.listHides():
		d := r.heldByList()
		d.settled.ReferralID, d.settled.EngagementID = o.live.ID(), o.live.EngagementID()
		return d, nil
	case invites && !complete(o.merged.Doc):
		return o.refusal(run.Blocked, outcome.ReasonNoContact, nil), nil
	case len(o.merged.Clashes) > 0, wants && o.stale() && !r.mayMerge(o):
		return o.staleConflict(), nil
	case !o.made && o.weaklyKnown():
		return o.refusal(run.Held, outcome.ReasonDiffers, pathsOf(o.merged.Changes)), nil
	}
	o.plan(wants, route, invites, r.options.UpdateMethod)
	return decision{op: o}, nil
}

// weaklyKnown reports whether the row and its referral have nothing but names in common: a
// marker of refload's own, made of the key cells, and no engagement that the row names.
func (o *op) weaklyKnown() bool {
	return o.record.ReferralID == "" && o.record.EngagementID == "" && strings.HasPrefix(o.marker, mapping.MadePrefix)
}

// plan makes the steps of an update: all changes and the first state in one, the further states,
// the invitation.
func (o *op) plan(wants bool, route []api.State, invites bool, method string) {
	kind := journal.StepPatch
	if method == UpdatePut {
		kind = journal.StepPut
	}
	for i, state := range route {
		o.steps = append(o.steps, step{kind: kind, row: i == 0, state: state})
	}
	if wants && len(route) == 0 {
		o.steps = append(o.steps, step{kind: kind, row: true})
	}
	if invites {
		o.steps = append(o.steps, step{kind: journal.StepInvite})
	}
}

// route returns the states through which the deal has to go, or the reason for which it cannot.
// New is no wish for a deal that somebody took up already.
func (r *runner) route(o *op) ([]api.State, string) {
	from, to := o.live.State(), o.record.Destination()
	if to == (api.State{}) || to.Status == "New" && from.Status == "Active" {
		return nil, ""
	}
	if to.Status == statusClosed && from.Status != statusClosed && r.closesLater(o.live) {
		o.later = true
		o.withhold("statusReason")
		return nil, ""
	}
	states, ok := api.Route(from, to)
	switch {
	case ok:
		return states, ""
	case from.Status == statusClosed:
		return nil, outcome.ReasonTerminal
	}
	return nil, outcome.ReasonNoRoute
}

// withhold takes a change back.
func (o *op) withhold(path string) {
	for i, change := range o.merged.Changes {
		if change.Path == path {
			o.merged.Doc.Set(path, change.Old) // where there was a value, one can be written
			o.merged.Changes = slices.Delete(o.merged.Changes, i, i+1)
			return
		}
	}
}

// closesLater reports whether --close-after keeps a deal open for now.
func (r *runner) closesLater(live *api.Referral) bool {
	created, known := createdTime(live)
	now, _ := r.meter.AtLeast(time.Now())
	return r.options.CloseAfter > 0 && known && now.Before(created.Add(r.options.CloseAfter))
}

// mustInvite reports whether Microsoft is still to be invited to the row's deal.
func (r *runner) mustInvite(o *op) (bool, error) {
	if !o.invites() || o.live.State().Status == statusClosed {
		return false, nil
	}
	engagement := o.live.EngagementID()
	if _, made := r.past.made[listing.HashText(listing.InviteKey(engagement))]; made && !r.options.Target.Sandbox {
		return false, nil
	}
	listed, err := r.index.Invite(engagement)
	return listed == nil, err
}

// keepsToItself reports whether the row says that its deal is not to be shared with Microsoft's sellers.
func (o *op) keepsToItself() bool {
	shared, said := o.record.Doc.Get(sellersPath)
	return said && shared == false
}

// openToSellers makes the deal visible to Microsoft's sellers, which an invitation needs.
func (o *op) openToSellers() {
	if sharedWithSellers(o.merged.Doc) {
		return
	}
	old, _ := o.live.Get(sellersPath)
	o.merged.Doc.Set(sellersPath, true) // a path of the resource always fits
	o.merged.Changes = append(o.merged.Changes, api.Change{Path: sellersPath, Old: old, New: true})
}

// complete reports whether somebody at the customer can be called, and the help is named.
//
// Source: the bulk operations page, columns that are needed when Microsoft's help is asked.
func complete(document *api.Referral) bool {
	for _, path := range []string{
		"customerProfile.team[0].firstName", "customerProfile.team[0].lastName", "customerProfile.team[0].phoneNumber",
		"customerProfile.team[0].email", "inviteContext.assistanceRequestCode",
	} {
		if document.Text(path) == "" {
			return false
		}
	}
	return true
}

// nothingToDo is the outcome of a row whose referral is as it wants it.
func (r *runner) nothingToDo(o *op) journal.Record {
	record := found(run.Unchanged, "", o.live, 0)
	if _, open := r.past.open[r.ids.Key(o.marker)]; open || r.again[o.n].found != nil {
		record = found(run.Created, outcome.ReasonConfirmed, o.live, 0)
	}
	switch {
	case o.later && record.Outcome == string(run.Unchanged):
		record.Outcome, record.Reason = string(run.Waits), outcome.ReasonCloseLater
	case o.later:
		record.Reason = outcome.ReasonCloseLater
	case record.Reason == "" && o.record.Destination().Status == "New" && o.live.State().Status == "Active":
		record.Reason = outcome.ReasonTakenUp
	case record.Reason == "":
		record.Reason = o.remark
	}
	record.Marker, record.Locked, record.Code = o.marker, pathsOf(o.merged.Locked), closedAs(record, o.live)
	return record
}

// refusal is the outcome of a row that the live referral does not allow, or that waits for
// a person.
func (o *op) refusal(outcome run.Outcome, reason string, paths []string) decision {
	record := found(outcome, reason, o.live, 0)
	record.Fields, record.Marker = paths, o.marker
	record.Code = o.live.State().String()
	return decision{settled: record, words: valuesOf(append(o.merged.Changes, o.merged.OneWay...))}
}

// refusedInvitation is the outcome of a row whose invitation the service refused as there already, though no listing
// shows it.
func (o *op) refusedInvitation(refused journal.Record) decision {
	d := o.refusal(run.Held, outcome.ReasonThere, nil)
	d.settled.Step, d.settled.HTTPStatus, d.settled.Code = journal.StepInvite, refused.HTTPStatus, refused.Code
	return d
}

// pathsOf returns the paths of changes.
func pathsOf(changes []api.Change) []string {
	var paths []string
	for _, change := range changes {
		paths = append(paths, change.Path)
	}
	return paths
}

// valuesOf shows changes with their values, for results and plans only.
func valuesOf(changes []api.Change) string {
	var texts []string
	for _, change := range changes {
		texts = append(texts, mapping.HeaderOf(change.Path)+": "+mapping.ShowValue(change.Old)+" → "+mapping.ShowValue(change.New))
	}
	return strings.Join(texts, "; ")
}

// reasonFound says how a row's referral was found.
func reasonFound(o *op) string {
	if o.record.ReferralID != "" {
		return outcome.ReasonFoundByID
	}
	return outcome.ReasonFoundByMarker
}
