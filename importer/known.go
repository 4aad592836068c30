package importer

import (
	"strings"

	"refload/importer/journal"
	"refload/internal/listing"
	"refload/internal/run"
	"refload/internal/sheet"
)

// recall reads what persons have said and earlier runs have done. What is learned now is kept where keeps is set,
// which needs the lock.
func (r *runner) recall(keeps bool) (err error) {
	key := r.options.Home.SavedKey()
	if r.keeps = keeps; keeps {
		if err := r.takeKey(); err != nil {
			return err
		}
		key = r.hashKey
	}
	r.known, err = r.options.Home.Known(key)
	return err
}

// upgraded says of earlier runs whether what they made and changed is taken for right without a person's word: those
// of a file of this name before such things were kept, once. It is nil for of none.
func (r *runner) upgraded() func(*run.Folder, journal.Header) bool {
	if r.known == nil || r.known.Has(r.first()...) {
		return nil
	}
	series := seriesOf(r.options.Name)
	return func(folder *run.Folder, header journal.Header) bool {
		return seriesOf(header.Input) == series && (r.known.Began.IsZero() || folder.Before(r.known.Began))
	}
}

// first is known of a file that was imported since such things are kept.
func (r *runner) first() fact { return fact{"first", seriesOf(r.options.Name)} }

// tell keeps what a decision about a row has told.
func (r *runner) tell(d decision) error {
	facts := d.facts
	if d.op != nil {
		facts = d.op.facts
	}
	return r.keepFacts(facts...)
}

func (r *runner) keepFacts(facts ...fact) error {
	if !r.keeps {
		return nil
	}
	for _, f := range facts {
		if err := r.known.Keep(r.options.Now(), f...); err != nil {
			return err
		}
	}
	return nil
}

// acquainted keeps under which customer a referral was made or changed. What cannot be kept is asked.
func (r *runner) acquainted(id, customer string) {
	if customer != "" {
		r.keepFacts(fact{"customer", strings.ToLower(id), customer})
	}
}

// foreseeSkip keeps that a person has said skip of a row that would have waited for one.
func (r *runner) foreseeSkip(n int, row sheet.Row) error {
	state := &r.states[n]
	of, made := r.past.made[state.marker]
	gone := made && !listing.Has(r.index.ByMarker, state.marker) && !r.listHides()
	if !r.keeps || !gone && !listing.Has(r.index.ByNear, state.near) && !listing.Has(r.index.ByLook, state.look) {
		return nil
	}
	record, _ := r.in.columns.Decode(row, r.options.Today())
	if record.ReferralID != "" {
		return nil
	}
	o := &op{n: n, record: record, marker: markerOf(r.options.Target, r.in.columns, record, row)}
	alike, _, err := r.near(o)
	if err != nil {
		return err
	}
	looks, err := r.index.LookAlikes(record.Doc)
	if err != nil {
		return err
	}
	ids := idsOf(append(alike, r.notOfThisFile(looks)...))
	if gone {
		ids = append(ids, of.id.String())
	}
	return r.keepFacts(r.wordsOn("skip", o, ids)...)
}
