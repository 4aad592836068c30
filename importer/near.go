package importer

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/listing"
	"refload/internal/names"
	"refload/internal/run"
	"refload/mapping"
)

// decideNear decides a row whose CRM ID nobody has, but a referral of the same customer one that looks like it: only
// a person knows whether it is one deal. A row that goes on bears a note where the referral is another customer's.
func (r *runner) decideNear(ctx context.Context, o *op) (d decision, decided bool, err error) {
	alike, others, err := r.near(o)
	switch {
	case err != nil || len(alike)+len(others) == 0:
		return decision{}, false, err
	case len(alike) == 0 && r.updatesOnly(o):
		return settledAs(journal.Record{Outcome: string(run.Rejected), Reason: outcome.ReasonNearOther, Others: idsOf(others)}), true, nil
	case len(alike) == 0:
		o.remark, o.alike = outcome.ReasonNearOther, idsOf(others)
		return decision{}, false, nil
	case len(alike) == 1 && r.isOne(o, alike[0]):
		o.live = alike[0]
		d, err = r.compare(ctx, o)
		return d, true, err
	}
	waits := r.waitsFor(o, reasonOfNear(alike), idsOf(alike))
	return decision{settled: waits, words: nearWords(o, alike)}, waits.Outcome != "", nil
}

func reasonOfNear(alike []*api.Referral) string {
	if len(alike) > 1 {
		return outcome.ReasonNearSeveral
	}
	return outcome.ReasonNear
}

// near returns the referrals that have nearly the CRM ID of a row: those of its customer, and those of others. What
// has its own row in the file, or had one in an earlier one, is nobody else's: programs give ids that differ by case.
func (r *runner) near(o *op) (alike, others []*api.Referral, err error) {
	if o.record.Doc.ExternalReferenceID() == "" {
		return nil, nil, nil
	}
	list, err := r.index.NearTo(o.marker)
	for _, referral := range list {
		if r.inFile(referral) || r.past.owns(referral.ExternalReferenceID()) {
			continue
		}
		if names.Compare(o.record.Doc.Text(customerPath), referral.Text(customerPath)) == names.Same {
			alike = append(alike, referral)
		} else {
			others = append(others, referral)
		}
	}
	return alike, others, err
}

// isOne reports whether a person has said, now or before, that a referral with nearly the row's CRM ID is its own.
func (r *runner) isOne(o *op, referral *api.Referral) bool {
	is := fact{"near", r.ids.Key(o.marker), strings.ToLower(referral.ID())}
	if r.releases(o) {
		o.facts = append(o.facts, is)
		return true
	}
	return o.record.Action == "" && r.known.Has(is...)
}

func nearWords(o *op, alike []*api.Referral) string {
	var texts []string
	for _, referral := range alike {
		texts = append(texts, fmt.Sprintf("%s of %s", mapping.ShowValue(referral.ExternalReferenceID()), referral.ID()))
	}
	return strings.Join(texts, ", ") + ", the row has " + mapping.ShowValue(o.marker)
}

// waitsFor is the outcome of a row that waits for a person, because referrals may be its own; the zero Record for one
// that does not. What was said of the same row and the same referrals is not asked again.
func (r *runner) waitsFor(o *op, reason string, ids []string) journal.Record {
	apart := r.wordsOn("apart", o, ids)
	switch {
	case o.record.Action == ActionCreate:
		if says(o.record, ActionCreate) {
			o.facts = append(o.facts, apart...)
		}
		return journal.Record{}
	case r.wereSaid(apart):
		return journal.Record{}
	case r.wereSaid(r.wordsOn("skip", o, ids)):
		return journal.Record{Outcome: string(run.Skipped), Reason: outcome.ReasonSkipped, Others: ids}
	}
	return journal.Record{Outcome: string(run.Held), Reason: reason, Marker: o.marker, Others: ids}
}

// wordsOn is a person's word on a row and each of the referrals that may be its own.
func (r *runner) wordsOn(word string, o *op, ids []string) []fact {
	var facts []fact
	for _, id := range ids {
		facts = append(facts, fact{word, r.ids.Key(o.marker), strings.ToLower(id)})
	}
	return facts
}

// wereSaid reports whether all of it was said in an earlier run.
func (r *runner) wereSaid(facts []fact) bool {
	return !slices.ContainsFunc(facts, func(f fact) bool { return !r.known.Has(f...) })
}

// inFile reports whether a row of the file has the CRM ID or marker of a referral and is of its customer: another customer's
// row has a wrong CRM ID, and knows nothing of the referral.
func (r *runner) inFile(referral *api.Referral) bool {
	if !r.sorted {
		r.sorted = true
		for i := range r.states {
			r.owners = append(r.owners, claim{r.states[i].marker, r.states[i].customer})
		}
		slices.SortFunc(r.owners, func(a, b claim) int { return cmp.Compare(a.id, b.id) })
	}
	id := referral.ExternalReferenceID()
	if id == "" {
		return false
	}
	hash, customer := listing.HashText(r.ids.Key(id)), customerOf(referral)
	first, _ := slices.BinarySearchFunc(r.owners, hash, func(c claim, hash uint64) int { return cmp.Compare(c.id, hash) })
	for _, c := range r.owners[first:] {
		if c.id != hash {
			break
		}
		if c.customer == 0 || c.customer == customer {
			return true
		}
	}
	return false
}

// owns reports whether a row of an earlier run had a CRM ID.
func (p *past) owns(id string) bool {
	_, found := slices.BinarySearch(p.owned, listing.HashText(p.ids.Key(id)))
	return found
}
