package exporter

import (
	"context"
	"fmt"
	"slices"

	"refload/api"
)

// mostPasses bounds how often a list without order is read.
const mostPasses = 5

// furtherPasses reads the list again where the service does not keep the order that was asked
// for: then a new referral may have moved others past the place of reading. It goes on until
// a pass brings nothing that was there before the export was begun.
func (l *lister) furtherPasses(ctx context.Context) error {
	if !l.spool.disorder {
		return nil
	}
	l.options.say("the service does not list in the order of creation; the list is read again until nothing is missing")
	defer func(before int) { l.repeats = before }(l.repeats)
	for range mostPasses {
		known := len(l.spool.entries)
		if err := l.pass(ctx, ""); err != nil {
			return err
		}
		if !l.missed(known) {
			return nil
		}
	}
	return fmt.Errorf("the service lists in no order, and after reading its list %d times there was still something new", mostPasses+1)
}

// missed reports whether one of the referrals behind the first ones was there before the export
// was begun. What has no time of creation may have been.
func (l *lister) missed(known int) bool {
	if l.spool.head.Mark.IsZero() {
		return false // nothing was there
	}
	return slices.ContainsFunc(l.spool.entries[known:], func(e entry) bool { return e.created <= l.spool.head.Mark.UnixNano() })
}

// newest reads the list from its other end, until a page brings nothing new: what was created
// while the last pages were read.
func (l *lister) newest(ctx context.Context) error {
	query := l.plan.Query
	query.OrderBy = "createdDateTime desc"
	err := l.tail(ctx, query, func(page []*api.Referral, fresh int) bool { return fresh > 0 || len(page) == 0 })
	if refused(err) {
		return nil // a look from the other end that the service does not offer; the list itself was read
	}
	return err
}

// freshen reads what was changed since an interrupted export was begun, so that no row is older
// than the end of the list. It is asked for without a filter, to see also what meets it no more; so
// nothing in it can be taken on trust.
func (l *lister) freshen(ctx context.Context) error {
	if !l.resumed {
		return nil
	}
	blind := false
	err := l.tail(ctx, api.Query{OrderBy: "updatedDateTime desc"}, func(page []*api.Referral, _ int) bool {
		if blind = slices.ContainsFunc(page, l.plan.takesOnTrust); len(page) == 0 || blind {
			return !blind
		}
		oldest, ok := timeAt(page[len(page)-1], "updatedDateTime")
		return ok && oldest.After(l.spool.head.Mark)
	})
	if refused(err) || blind {
		return errStale
	}
	return err
}

// tail reads pages as long as each says that there is more to find: worth is told the page, and
// how many of its referrals were new.
func (l *lister) tail(ctx context.Context, query api.Query, worth func(page []*api.Referral, fresh int) bool) error {
	for page, err := range l.options.Client.Walk(ctx, query, "") {
		if err != nil {
			return err
		}
		known := len(l.spool.entries)
		for _, r := range page.Referrals {
			if _, err := l.spool.add(r); err != nil {
				return err
			}
		}
		if err := l.endPage(""); err != nil {
			return err
		}
		if !worth(page.Referrals, len(l.spool.entries)-known) {
			return nil
		}
	}
	return ctx.Err()
}
