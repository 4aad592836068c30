package listing

import (
	"context"
	"errors"
	"iter"
	"time"

	"refload/api"
)

// Part yields pages of the list as they come, for looks that end early: what they show is there, and from what they
// do not show nothing follows.
func Part(ctx context.Context, client *api.Client, query api.Query) iter.Seq2[[]*api.Referral, error] {
	return client.Pages(ctx, query)
}

// Back reads the list from its newest end until what follows was made before a moment, and gives each referral to
// see, once. Without a moment it reads to the end, as it does where the list keeps no order. The verdict is on
// what was read: whether something that was made since could be hidden.
func Back(ctx context.Context, client *api.Client, until time.Time, see func(*api.Referral)) (Verdict, error) {
	var order order
	unnamed, seen := false, map[Key]struct{}{}
	for page, err := range Part(ctx, client, api.Query{OrderBy: Newest.Order()}) {
		if errors.Is(err, api.ErrEndless) {
			return Verdict{Gap: Endless}, nil
		}
		if err != nil {
			return Verdict{}, err
		}
		order.pages++
		known := len(seen)
		for _, r := range page {
			key := KeyOf(r.ID())
			if _, again := seen[key]; again {
				continue // others made some meanwhile, and moved it over the end of a page
			}
			seen[key] = struct{}{}
			unnamed = unnamed || r.ID() == ""
			order.add(SightOf(r).Created)
			see(r)
		}
		if order.idles(len(page), known) == mostIdle {
			return Verdict{Gap: Endless}, nil
		}
		if order.isBefore(until) {
			break
		}
	}
	if unnamed {
		return Verdict{Gap: Unnamed}, ctx.Err()
	}
	return Verdict{Gap: order.gap()}, ctx.Err()
}

// isBefore reports whether all that follows in a list of the newest first was made before a moment.
func (o *order) isBefore(until time.Time) bool {
	return !until.IsZero() && !o.rises && !o.untimed && o.last != 0 && o.last < until.UnixNano()
}

// Refused reports whether the service did not take a question as it was put.
func Refused(err error) bool {
	var failed *api.Error
	return errors.As(err, &failed) && (failed.HTTPStatus == 400 || failed.HTTPStatus == 501)
}
