package importer

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"refload/api"
	"refload/internal/listing"
	"refload/internal/sheet"
	"refload/mapping"
)

// digest is half of a SHA-256: what it tells apart is not compared again. It is kept for each
// referral, so it is no longer than it must be.
type digest [16]byte

func digestOf(text string) digest {
	sum := sha256.Sum256([]byte(strings.ToLower(text)))
	return digest(sum[:16])
}

// match is a row and what of the service belongs to it.
type match struct {
	record *mapping.Record
	marker string          // by which it was looked for, where it names no Referral ID
	unread string          // why the referral that it names could not be read, where that is of this one alone
	live   []*api.Referral // none where it is missing, several where nobody can tell which it is
	twins  []*api.Referral // referrals of ours that carry the same key, where there are several
}

// match finds the referral of a row: by its Referral ID, or by its CRM ID, or by the marker of its
// key cells.
func (v *verifier) match(ctx context.Context, record *mapping.Record, row sheet.Row) (match, error) {
	m := match{record: record, marker: markerOf(v.options.Target, v.in.columns, record, row)}
	if record.ReferralID == "" {
		return v.matchUnnamed(ctx, m)
	}
	live, err := v.liveOf(ctx, record.ReferralID)
	if failed := refusedRead(err); failed != nil {
		m.unread = keptBack(failed)
		return m, nil
	}
	if live == nil || err != nil {
		return m, err
	}
	m.live = []*api.Referral{live}
	if key := live.ExternalReferenceID(); key != "" && !listing.Invited(live) {
		twins, err := v.index.WithMarker(key)
		if len(twins) > 1 {
			m.twins = twins
		}
		return m, err
	}
	return m, nil
}

// matchUnnamed finds the referral of a row that names none: by its CRM ID or the marker of its key cells, or within
// the engagement that it names.
func (v *verifier) matchUnnamed(ctx context.Context, m match) (match, error) {
	var err error
	if !isInvitation(m.record) {
		m.live, err = v.index.WithMarker(m.marker)
	}
	switch {
	case err != nil:
		return m, err
	case len(m.live) > 1:
		m.twins = m.live
		return m, nil
	case len(m.live) == 1:
		m.live[0], err = v.upToDate(ctx, m.live[0])
		return m, err
	}
	if !isInvitation(m.record) {
		if made, err := v.madeEarlier(ctx, m.marker); err != nil {
			return m, err
		} else if made != nil {
			m.live = []*api.Referral{made}
			return m, nil
		}
	}
	if !joins(m.record) {
		return m, nil
	}
	members, err := v.members(ctx, m.record.EngagementID)
	theirs, ours := parted(members)
	if isInvitation(m.record) {
		m.live = theirs[:min(1, len(theirs))] // that there are several is told of the deal
		return m, err
	}
	m.live = slices.DeleteFunc(ours, func(member *api.Referral) bool { return !sameDeal(v.ids, m.record, member) })
	return m, err
}

// madeEarlier returns the referral that an earlier run made for a marker and the list does not show, nil where there is
// none.
func (v *verifier) madeEarlier(ctx context.Context, marker string) (*api.Referral, error) {
	of, isMade := v.past.made[listing.HashText(v.ids.Key(marker))]
	if !isMade || v.options.Target.Sandbox || !v.mayAsk(of.id) {
		return nil, nil
	}
	answer, err := v.askFor(ctx, of.id)
	if r := answer.referral; err != nil || r == nil || v.ids.Key(r.ExternalReferenceID()) != v.ids.Key(marker) {
		return nil, err
	}
	return answer.referral, nil
}

// judgeMatch returns what is wrong with a row, nothing where all is as it says, and adds it to the sums.
func (v *verifier) judgeMatch(ctx context.Context, m match) ([]Finding, error) {
	if len(m.live) == 0 {
		v.sums.missing(m.record)
		f, err := v.missing(m)
		return []Finding{f}, err
	}
	list := v.claim(m)
	if m.twins != nil {
		list = append(list, twinsOf(m.finding(), m.twins))
	}
	if len(m.live) > 1 {
		v.sums.compared(m.record, m.record.Merge(m.live[0]), m.live)
		return list, nil
	}
	fields, err := v.differences(ctx, &m)
	if err != nil {
		return nil, err
	}
	invites, err := v.invitation(m)
	return append(append(list, fields...), invites...), err
}

// finding is the beginning of one on the row.
func (m match) finding() Finding {
	f := Finding{Row: m.record.Row}
	var live *api.Referral
	if len(m.live) > 0 {
		live = m.live[0]
	}
	f.name(live, m.record)
	if f.CRMID == "" {
		f.CRMID = m.marker
	}
	return f
}

// claim takes down whose the referrals are, and tells of rows that are the same one.
func (v *verifier) claim(m match) []Finding {
	var list []Finding
	for _, live := range m.live {
		id := digestOf(live.ID())
		if other := v.rowOf[id]; other != 0 {
			f := m.finding()
			f.Kind, f.Others = FoundTwice, []string{live.ID()}
			f.Remark = fmt.Sprintf("row %d of the sheet is the same referral", other)
			list = append(list, f)
			continue
		}
		v.rowOf[id] = int32(m.record.Row)
	}
	return list
}

// twinsOf tells of several referrals of ours with one key.
func twinsOf(f Finding, twins []*api.Referral) Finding {
	f.Kind, f.Others = FoundTwice, idsOf(twins)
	if f.Row == 0 {
		f.name(twins[0], &mapping.Record{Doc: api.NewReferral()})
	}
	f.CRMID = twins[0].ExternalReferenceID()
	f.Remark = fmt.Sprintf("%d referrals carry this CRM ID", len(twins))
	if strings.HasPrefix(f.CRMID, mapping.MadePrefix) {
		f.Remark = fmt.Sprintf("%d referrals carry the marker that refload made of the row's key cells", len(twins))
	}
	return f
}

// missing tells of a row without a referral, and of deals that look like it.
func (v *verifier) missing(m match) (Finding, error) {
	f := m.finding()
	f.Kind, f.ReferralID = FoundMissing, m.record.ReferralID
	switch {
	case m.unread != "":
		f.Remark = m.unread
	case f.ReferralID != "":
		f.Remark = "no referral has this Referral ID"
	case isInvitation(m.record):
		f.Remark = "no referral of this engagement invites Microsoft"
	case m.record.Doc.ExternalReferenceID() != "":
		f.Remark = "no referral has this CRM ID"
		near, err := v.index.NearTo(m.marker)
		if err != nil {
			return f, err
		}
		if len(near) > 0 {
			f.Remark += ", and " + near[0].ID() + " nearly: " + mapping.ShowValue(near[0].ExternalReferenceID())
		}
	default:
		f.Remark = "no referral has the marker of the row's key cells"
	}
	alike, err := v.index.LookAlikes(m.record.Doc)
	if len(alike) > 0 {
		f.Others = idsOf(alike)
		f.Remark += "; a deal of the same name and customer is there"
	}
	return f, err
}

// invitation holds the row's wish for help against the referral that invites Microsoft.
func (v *verifier) invitation(m match) ([]Finding, error) {
	engagement := m.live[0].EngagementID()
	list, err := v.index.Find(v.index.Invites, listing.HashText(listing.InviteKey(engagement)), func(r *api.Referral) bool {
		return engagement != "" && strings.EqualFold(r.EngagementID(), engagement)
	})
	wanted := &op{record: m.record}
	f := m.finding()
	switch {
	case err != nil:
		return nil, err
	case len(list) > 1:
		f.Kind, f.Others, f.Remark = FoundTwice, idsOf(list), fmt.Sprintf("Microsoft is invited to the deal %d times", len(list))
	case len(list) == 0 && wanted.invites():
		f.Kind, f.Path, f.Sheet, f.Service = FoundDifferent, "@help", true, false
		f.place(m.record)
		f.Remark = "no referral of the deal invites Microsoft"
	default:
		return nil, nil
	}
	return []Finding{f}, nil
}
