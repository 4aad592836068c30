package importer

import (
	"context"
	"strings"

	"refload/api"
	"refload/mapping"
)

// mostReread bounds how many referrals are read again by their id.
const mostReread = 1000

// differences returns the fields in which a row and its referral differ. What differs is looked at
// again in the referral itself, since the list may be behind.
func (v *verifier) differences(ctx context.Context, m *match) ([]Finding, error) {
	merged := m.record.Merge(m.live[0])
	list := m.differing(merged)
	if len(list) > 0 && v.reread < mostReread {
		v.reread++
		live, err := v.client.Get(ctx, m.live[0].ID())
		switch {
		case err == nil:
			m.live[0], merged = live, m.record.Merge(live)
			list = m.differing(merged)
		case !isNotFound(err):
			return nil, err
		}
	}
	v.sums.compared(m.record, merged, m.live)
	return list, nil
}

// The remarks on differences that an import cannot fix.
const (
	remarkLocked = "read-only since the referral was made or shared: an import cannot change it"
	remarkMoved  = "a referral stays in the engagement that it was made in"
	remarkOneWay = "sharing with Microsoft cannot be taken back"
)

// differing returns what a row says otherwise than its referral.
func (m match) differing(merged *mapping.Merged) []Finding {
	var list []Finding
	for _, group := range []struct {
		changes []api.Change
		remark  string
	}{{merged.Changes, ""}, {merged.Locked, remarkLocked}, {merged.OneWay, remarkOneWay}} {
		for _, change := range group.changes {
			f := m.finding()
			f.Kind, f.Path, f.Sheet, f.Service, f.Remark = FoundDifferent, change.Path, change.New, change.Old, group.remark
			f.place(m.record)
			list = append(list, f)
		}
	}
	if (&op{record: m.record}).astray(m.live[0]) {
		f := m.finding()
		f.Kind, f.Path, f.Sheet, f.Service, f.Remark = FoundDifferent, "engagementId", m.record.EngagementID, m.live[0].EngagementID(), remarkMoved
		f.place(m.record)
		list = append(list, f)
	}
	wanted, is := m.record.Destination(), m.live[0].State()
	if expected(wanted, is) != is {
		f := m.finding()
		f.Kind, f.Path, f.Sheet, f.Service = FoundDifferent, "status", statusWords(wanted), statusWords(is)
		if _, possible := api.Route(is, wanted); !possible {
			f.Remark = "the deal cannot get there any more"
		}
		f.place(m.record)
		list = append(list, f)
	}
	return list
}

// expected is the state that a referral should have, by what its row wants and where it is: a row may
// have no wish, and New is none for a deal that somebody took up already.
func expected(wanted, is api.State) api.State {
	if wanted == (api.State{}) || wanted.Status == "New" && is.Status == "Active" {
		return is
	}
	return wanted
}

// statusWords are status and substatus as the verdict counts them: "Closed: Won".
func statusWords(state api.State) string {
	switch {
	case state.Status == "":
		return "no status"
	case state.Substatus == "" || state.Substatus == "None":
		return state.Status
	}
	return state.Status + ": " + state.Substatus
}

// place fills in which field, and which cell of the row, a path is. Parts of numbered columns are
// matched by what they hold, not by their number, so that no cell is named for them.
func (f *Finding) place(record *mapping.Record) {
	f.Field = mapping.HeaderOf(f.Path)
	if strings.Contains(f.Path, "[") {
		return
	}
	ref := record.Cells[f.Path]
	f.Cell, f.Column = ref.Cell, ref.Column
}

// name fills in which deal a finding is about: as the service has it, or else the row.
func (f *Finding) name(live *api.Referral, record *mapping.Record) {
	f.Deal, f.Customer, f.CRMID = record.Doc.Text("name"), record.Doc.Text("customerProfile.name"), record.Doc.ExternalReferenceID()
	if live == nil {
		return
	}
	f.ReferralID = live.ID()
	for _, part := range []struct {
		into *string
		path string
	}{{&f.Deal, "name"}, {&f.Customer, "customerProfile.name"}, {&f.CRMID, "externalReferenceId"}} {
		if *part.into == "" {
			*part.into = live.Text(part.path)
		}
	}
}
