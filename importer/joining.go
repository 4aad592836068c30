package importer

import (
	"context"
	"slices"
	"strings"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/listing"
	"refload/internal/run"
	"refload/mapping"
)

// joins reports whether a row is the second of the two documented steps: a referral that becomes part of an
// engagement that is there already.
//
// Source: the "Create a referral" page, shared referrals.
func joins(record *mapping.Record) bool {
	return record.EngagementID != "" && record.ReferralID == ""
}

// isInvitation reports whether the row itself is the referral that invites Microsoft to an engagement.
func isInvitation(record *mapping.Record) bool {
	return joins(record) && record.Doc.TargetsMicrosoft()
}

// engagement is the engagement of the op's deal.
func (o *op) engagement() string {
	if joins(o.record) {
		return o.record.EngagementID
	}
	return o.live.EngagementID()
}

// astray reports whether the row's referral is part of another engagement than the row names.
func (o *op) astray(referral *api.Referral) bool {
	is := referral.EngagementID()
	return o.record.EngagementID != "" && is != "" && !strings.EqualFold(is, o.record.EngagementID)
}

// members returns the referrals of an engagement: those that were listed or, where none was, those that the service
// shows when it is asked for this engagement alone, since a list may lag.
func (r *runner) members(ctx context.Context, engagement string) ([]*api.Referral, error) {
	list, err := r.index.Engagement(engagement)
	if len(list) > 0 || err != nil {
		return list, err
	}
	query := api.Query{OrderBy: listing.Oldest.Order(), Filter: "engagementId eq '" + engagement + "'"}
	for page, err := range listing.Part(ctx, r.client, query) {
		if listing.Refused(err) {
			return nil, nil // the list alone has to do
		}
		if err != nil {
			return nil, err
		}
		for _, referral := range page {
			if strings.EqualFold(referral.EngagementID(), engagement) {
				list = append(list, referral)
			}
		}
	}
	return list, nil
}

// decideInvitation decides a row that invites Microsoft to an engagement. There is at most one such referral in it.
func (r *runner) decideInvitation(ctx context.Context, o *op) (decision, error) {
	members, err := r.members(ctx, o.record.EngagementID)
	if err != nil {
		return r.unread(err), nil
	}
	elsewhere, err := r.ownElsewhere(o, members)
	if err != nil {
		return decision{}, err
	}
	theirs, ours := parted(members)
	key := listing.InviteKey(o.record.EngagementID)
	before, open := r.past.open[key]
	of, made := r.past.made[listing.HashText(key)]
	refused, wasRefused := r.past.refused[listing.HashText(key)]
	switch {
	case r.states[o.n].clash:
		return settledAs(journal.Record{Outcome: string(run.Duplicate), Reason: outcome.ReasonClaimed}), nil
	case len(members) == 0:
		return settledAs(journal.Record{Outcome: string(run.Blocked), Reason: outcome.ReasonNoEngagement}), nil
	case len(elsewhere) > 0:
		return settledAs(journal.Record{Outcome: string(run.Conflict), Reason: outcome.ReasonOtherEngagement, Others: elsewhere}), nil
	case len(theirs) > 0 && open:
		return settledAs(openRow{outcome: run.Created}.invited(theirs)), nil
	case len(theirs) > 0:
		return settledAs(found(run.AlreadyExists, outcome.ReasonInvited, theirs[0], 0)), nil
	case open:
		row := r.openAgain(o, journal.StepInvite, key, before)
		row.outcome = run.Created
		return decision{open: &row}, nil
	case made && !r.options.Target.Sandbox:
		return r.decideInvited(ctx, o, of), nil
	case wasRefused && o.record.Action != "create":
		refused.Step, refused.EngagementID = journal.StepInvite, o.record.EngagementID
		return settledAs(refused), nil
	case r.updatesOnly(o):
		return settledAs(journal.Record{Outcome: string(run.Rejected), Reason: outcome.ReasonNotFound}), nil
	case len(ours) > 0 && !slices.ContainsFunc(ours, isOpen):
		return settledAs(journal.Record{Outcome: string(run.Blocked), Reason: outcome.ReasonClosedDeal, Others: idsOf(ours)}), nil
	case r.listHides():
		return r.heldByList(), nil
	}
	if len(ours) > 0 {
		if d, held := r.othersDeal(o, ours[0]); held { // Microsoft is invited to this deal
			return d, nil
		}
	}
	return decision{op: o.inviting()}, nil
}

// decideInvited decides a row whose invitation an earlier run made and the list does not show.
func (r *runner) decideInvited(ctx context.Context, o *op, of made) decision {
	referral, anew, d := r.askMade(ctx, o, of)
	switch {
	case anew:
		return decision{op: o.inviting()}
	case referral == nil:
		return d
	}
	return settledAs(found(run.AlreadyExists, outcome.ReasonInvited, referral, 0))
}

// isOpen reports whether a deal is not closed.
func isOpen(referral *api.Referral) bool { return referral.State().Status != statusClosed }

// inviting makes the op one whose only step is the referral that the row is.
func (o *op) inviting() *op {
	o.steps = []step{{kind: journal.StepInvite}}
	return o
}

// connected returns the referral that such a row is.
func (o *op) connected() (*api.Referral, error) {
	document := o.record.Doc.Clone()
	for path, value := range map[string]any{"engagementId": o.record.EngagementID, "externalReferenceId": o.marker} {
		if err := document.Set(path, value); err != nil {
			return nil, &outcome.InternalError{What: err.Error()}
		}
	}
	return document, nil
}

// parted parts the referrals that invite Microsoft from the others.
func parted(members []*api.Referral) (theirs, ours []*api.Referral) {
	for _, referral := range members {
		if listing.Invited(referral) {
			theirs = append(theirs, referral)
		} else {
			ours = append(ours, referral)
		}
	}
	return theirs, ours
}

// ownElsewhere returns the referrals that carry the row's CRM ID where all of them are part of other engagements.
func (r *runner) ownElsewhere(o *op, members []*api.Referral) ([]string, error) {
	crm := o.record.Doc.ExternalReferenceID()
	if crm == "" {
		return nil, nil
	}
	listed, err := r.index.WithMarker(crm)
	here := slices.ContainsFunc(listed, func(referral *api.Referral) bool {
		return slices.ContainsFunc(members, func(m *api.Referral) bool { return m.ID() == referral.ID() })
	})
	if here || err != nil {
		return nil, err
	}
	return idsOf(listed), nil
}

// decideMember decides a row that names an engagement, none of whose referrals its ids name: it is one of them
// where the deal's name agrees and nothing contradicts. A row that becomes a further referral of the engagement is
// not decided here.
func (r *runner) decideMember(ctx context.Context, o *op) (d decision, decided bool, err error) {
	members, err := r.members(ctx, o.record.EngagementID)
	if err != nil {
		return r.unread(err), true, nil
	}
	_, ours := parted(members)
	same := slices.DeleteFunc(slices.Clone(ours), func(m *api.Referral) bool { return !sameDeal(r.ids, o.record, m) })
	settled := journal.Record{}
	switch {
	case len(members) == 0:
		settled = journal.Record{Outcome: string(run.Blocked), Reason: outcome.ReasonNoEngagement}
	case len(same) == 1:
		o.live = same[0]
		d, err = r.compare(ctx, o)
		return d, true, err
	case len(same) > 1:
		settled = journal.Record{Outcome: string(run.Conflict), Reason: outcome.ReasonSeveralIn, Others: idsOf(same)}
	case len(ours) > 0 && o.record.Action != "create":
		settled = journal.Record{Outcome: string(run.Held), Reason: outcome.ReasonOtherMember, Others: idsOf(ours)}
	default:
		d, held := r.othersDeal(o, members[0])
		return d, held, nil
	}
	return settledAs(settled), true, nil
}

// othersDeal holds a row that would become part of the engagement of another customer's deal. No word on the row releases
// it: both referrals of an engagement name one customer.
func (r *runner) othersDeal(o *op, member *api.Referral) (decision, bool) {
	own := *o
	own.live, own.joins = member, true
	if d, held := r.otherCustomer(&own); held {
		d.settled.Reason = outcome.ReasonOthersDeal
		return d, true
	}
	o.facts, o.remark = own.facts, own.remark
	return decision{}, false
}

// sameDeal reports whether a row can be the referral of its engagement: the deal's name agrees, and neither a CRM ID
// nor a partner whom the row names as its target contradicts.
func sameDeal(ids mapping.IDs, record *mapping.Record, member *api.Referral) bool {
	crm, theirs := record.Doc.ExternalReferenceID(), member.ExternalReferenceID()
	contradicts := crm != "" && theirs != "" && !strings.HasPrefix(theirs, mapping.MadePrefix) && ids.Key(crm) != ids.Key(theirs)
	name := listing.BareText(record.Doc.Text("name"))
	return !contradicts && name != "" && name == listing.BareText(member.Text("name")) && within(partners(record.Doc), partners(member))
}

// partners returns the partners who are targets of a referral.
func partners(referral *api.Referral) []string {
	value, _ := referral.Get("target")
	targets, _ := value.([]any)
	var ids []string
	for _, target := range targets {
		object, _ := target.(map[string]any)
		if id, _ := object["id"].(string); object["type"] == "BusinessProfileLocation" {
			ids = append(ids, strings.ToLower(id))
		}
	}
	return ids
}

// within reports whether every text of one list is in the other.
func within(some, all []string) bool {
	return !slices.ContainsFunc(some, func(text string) bool { return !slices.Contains(all, text) })
}

// strayed settles a row whose new referral the service made part of another engagement than the row names. The
// next one would go astray as well, so the run stops.
func (r *runner) strayed(o *op, s step, after *api.Referral) error {
	o.advance(s, after)
	o.live = after
	if err := r.stepDone(o, s); err != nil {
		return err
	}
	r.stop(outcome.ReasonStrayed, "")
	return r.settle(o.n, found(run.Conflict, outcome.ReasonStrayed, after, o.tries))
}
