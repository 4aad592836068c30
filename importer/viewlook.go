package importer

import (
	"context"

	"refload/api"
	"refload/internal/listing"
)

// View is how much of the tenant the account sees, as listing tells it: who starts an import needs no more of that.
type View = listing.View

// The views that somebody is told of, see listing.View.
const (
	ViewUnknown = listing.ViewUnknown
	ViewPartial = listing.ViewPartial
)

// Look asks the service for referrals until it is certain how much of the tenant the account sees,
// and returns that and how many it looked at. Nothing is kept and nothing changed.
func Look(ctx context.Context, client *api.Client, account string) (View, int, error) {
	seen := listing.ViewCount{Account: account}
	for page, err := range listing.Part(ctx, client, api.Query{OrderBy: listing.Oldest.Order()}) {
		if err != nil {
			return ViewUnknown, seen.All, readError(ctx, err)
		}
		for _, referral := range page {
			seen.Add(referral)
		}
		if seen.All > 0 && seen.View() != ViewPartial {
			break // what follows cannot change it
		}
	}
	return seen.View(), seen.All, nil
}
