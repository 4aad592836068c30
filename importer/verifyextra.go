package importer

import (
	"context"
	"strings"

	"refload/api"
	"refload/importer/outcome"
	"refload/internal/listing"
	"refload/mapping"
)

// extras tells of every referral of ours that no row has.
func (v *verifier) extras(ctx context.Context) error {
	for referral, err := range v.index.All() {
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return &outcome.StopError{Reason: outcome.ReasonInterrupted}
		}
		if _, known := v.rowOf[digestOf(referral.ID())]; known || listing.Invited(referral.Referral) {
			continue
		}
		v.rowOf[digestOf(referral.ID())] = 0
		v.sums.extra(referral.Referral)
		list := []Finding{extraOf(referral.Referral)}
		twin, err := v.twinOutside(referral.Referral)
		if err != nil {
			return err
		}
		for _, f := range append(list, twin...) {
			v.verdict.Counts[f.Kind]++
			if err := v.found.add(f); err != nil {
				return err
			}
		}
	}
	return nil
}

// twinOutside tells once of each key that several referrals carry and no row.
func (v *verifier) twinOutside(referral *api.Referral) ([]Finding, error) {
	marker := referral.ExternalReferenceID()
	key := digestOf(v.ids.Key(marker))
	if marker == "" || v.told[key] {
		return nil, nil
	}
	list, err := v.index.WithMarker(marker)
	if err != nil || len(list) < 2 {
		return nil, err
	}
	v.told[key] = true
	return []Finding{twinsOf(Finding{}, list)}, nil
}

// extraOf is the finding of a referral that no row has.
func extraOf(referral *api.Referral) Finding {
	f := Finding{Kind: FoundExtra, Status: statusWords(referral.State())}
	f.name(referral, &mapping.Record{Doc: api.NewReferral()})
	f.Value, _ = referral.Get("details.dealValue")
	f.Currency, f.Created = referral.Text("details.currency"), strings.TrimSpace(referral.Text("createdDateTime"))
	return f
}
