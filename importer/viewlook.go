package importer

import (
	"context"

	"refload/api"
	"refload/internal/listing"
)

// Look asks the service for referrals until it is certain how much of the tenant the account sees,
// and returns that and how many it looked at. Nothing is kept and nothing changed.
func Look(ctx context.Context, client *api.Client, account string) (View, int, error) {
	seen := viewCount{account: account}
	for page, err := range listing.Part(ctx, client, api.Query{OrderBy: listing.Oldest.Order()}) {
		if err != nil {
			return ViewUnknown, seen.all, readError(ctx, err)
		}
		for _, referral := range page {
			seen.add(referral)
		}
		if seen.all > 0 && seen.view() != ViewPartial {
			break // what follows cannot change it
		}
	}
	return seen.view(), seen.all, nil
}
