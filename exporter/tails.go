package exporter

import (
	"context"
	"errors"
	"slices"

	"refload/api"
	"refload/internal/listing"
)

// latestChange is the order of looks at what was changed last.
//
// Source: the "Get a list of referrals" page ($orderby on updatedDateTime).
const latestChange = "updatedDateTime desc"

// furtherPasses reads the list from its other end, and again from end to end until two readings one after the other
// have shown the same. One reading alone proves nothing: it may end early, and swallow what stands between two pages.
func (l *lister) furtherPasses(ctx context.Context) error {
	l.later = true
	verdict := listing.Verdict{Gap: listing.OneEnd}
	for pass := 1; pass < listing.MostPasses; pass++ {
		if pass > 1 {
			l.options.say("read from its two ends, the list does not show the same; it is read again")
		}
		l.spool.list.Begin()
		err := l.pass(ctx, listing.End(pass%2), "")
		if listing.Refused(err) {
			break // an end that the service does not offer
		}
		if err != nil {
			return err
		}
		if verdict = l.agreed(ctx); verdict.Complete() {
			return nil
		}
		if verdict.Gap != listing.Differs {
			break
		}
	}
	return &IncompleteError{verdict}
}

// agreed compares the last two passes. With a filter, what was changed meanwhile may not meet it any more: then it is
// in one of them only, and what it was changed to explains that.
func (l *lister) agreed(ctx context.Context) listing.Verdict {
	verdict := l.spool.list.Agree(l.spool.head.Mark)
	if verdict.Gap != listing.Differs || l.spool.head.Filter == "" || l.freshen(ctx) != nil {
		return verdict // what cannot be explained stays unexplained; the way to the service is the next pass's business
	}
	return l.spool.list.Agree(l.spool.head.Mark)
}

// bringUpToDate reads what was changed since an interrupted export was begun, so that no row is older than the end of
// the list.
func (l *lister) bringUpToDate(ctx context.Context) error {
	if !l.resumed {
		return nil
	}
	return l.freshen(ctx)
}

// freshen reads what was changed since the export was begun. It is asked for without a filter, to see also what meets it
// no more; so nothing in it can be taken on trust.
func (l *lister) freshen(ctx context.Context) error {
	for page, err := range listing.Part(ctx, l.options.Client, api.Query{OrderBy: latestChange}) {
		switch {
		case listing.Refused(err) || errors.Is(err, api.ErrEndless):
			return errStale
		case err != nil:
			return err
		case slices.ContainsFunc(page, l.plan.takesOnTrust):
			return errStale
		}
		for _, r := range page {
			if _, err := l.spool.list.Add(r); err != nil {
				return err
			}
		}
		if err := l.endPage(""); err != nil {
			return err
		}
		if len(page) == 0 {
			continue
		}
		if oldest, ok := page[len(page)-1].Time("updatedDateTime"); !ok || !oldest.After(l.spool.head.Mark) {
			return nil
		}
	}
	return ctx.Err()
}
