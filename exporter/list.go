package exporter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"refload/api"
	"refload/internal/listing"
	"refload/internal/run"
)

// freshFor is how long an interrupted export can be gone on with; after that, listing anew is
// the better answer.
const freshFor = 24 * time.Hour

// lister reads the list of the service into a spool.
type lister struct {
	options *Options
	plan    *Plan
	path    string
	spool   *spool
	resumed bool
	later   bool // the first pass is through
}

// list reads the whole list, or goes on with an interrupted one, until every referral that was
// there all the time is in the spool.
func (o *Options) list(ctx context.Context, folder *run.ExportFolder, plan *Plan) (*lister, error) {
	l := &lister{options: o, plan: plan, path: folder.Spool()}
	err := l.open(ctx)
	if err == nil {
		err = l.steps(ctx)
	}
	if errors.Is(err, errStale) {
		o.say("the service does not tell what was changed since; the list is read from the beginning")
		l.resumed, l.later = false, false
		if err = l.start(ctx); err == nil {
			err = l.steps(ctx)
		}
	}
	return l, err
}

// errStale says that an interrupted export cannot be brought up to date.
var errStale = errors.New("what was listed before the interruption cannot be brought up to date")

// steps makes the passes that are still to be made.
func (l *lister) steps(ctx context.Context) error {
	steps := []func(context.Context) error{l.firstPass, l.furtherPasses, l.bringUpToDate}
	if l.spool.end.Done {
		steps = steps[2:]
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return l.spool.endPage(pageEnd{Later: true, Done: true})
}

// open finds the spool of an interrupted export, or starts one.
func (l *lister) open(ctx context.Context) error {
	if !l.options.Fresh {
		if s := reopenSpool(l.path, l.plan, l.listed); s != nil && l.options.Now().Sub(s.head.Started) < freshFor {
			l.spool, l.resumed, l.later = s, true, s.end.Later
			l.options.say(fmt.Sprintf("going on with the export that was begun at %s and interrupted: %d referrals are here",
				s.head.Started.Local().Format("2006-01-02 15:04:05"), len(s.entries)))
			l.options.tell(run.Event{Kind: run.Progressed, Done: len(s.entries)})
			return nil
		} else if s != nil {
			s.close()
		}
	}
	return l.start(ctx)
}

// start begins a list that nothing is known of.
func (l *lister) start(ctx context.Context) error {
	mark, err := l.mark(ctx)
	if err != nil {
		return err
	}
	return l.begin(spoolHead{Started: l.options.Now(), Mark: mark, Filter: l.plan.Query.Filter})
}

// begin starts an empty spool.
func (l *lister) begin(head spoolHead) (err error) {
	if l.spool != nil {
		l.spool.close()
	}
	l.spool, err = createSpool(l.path, head, l.plan, l.listed)
	return err
}

// listed gives a spool the list of which it keeps what is shown.
func (l *lister) listed(s *spool) {
	if s.head.Filter == "" {
		l.plan.compareHere()
	}
	s.list = listing.New(listing.Options{Client: l.options.Client, Filter: s.head.Filter, Take: s.take, Page: l.endPage})
}

// mark returns the time of the last change before the list is begun, by the service's clock:
// what changes later may be in the list or not, and the next incremental export has it again.
func (l *lister) mark(ctx context.Context) (time.Time, error) {
	for page, err := range listing.Part(ctx, l.options.Client, api.Query{OrderBy: latestChange, Top: 1}) {
		if listing.Refused(err) {
			return l.options.Now().Add(-time.Hour), nil // not documented ground: better an hour twice than a minute not
		}
		if err != nil {
			return time.Time{}, err
		}
		if len(page) == 0 {
			continue
		}
		at, _ := page[0].Time("updatedDateTime")
		return at, nil
	}
	return time.Time{}, nil
}

// firstPass reads page after page. Where the service does not take the filter, or does not
// know any more where an interrupted list was, it begins again without.
func (l *lister) firstPass(ctx context.Context) error {
	next := l.spool.end.Next
	if l.later || l.resumed && next == "" && l.spool.end.Listed > 0 {
		return nil
	}
	err := l.pass(ctx, listing.Oldest, next)
	if listing.Refused(err) && l.resumed {
		l.options.say("the service does not go on where the list was interrupted; it is read from the beginning, nothing is lost")
		l.spool.list.Restart()
		err = l.pass(ctx, listing.Oldest, "")
	}
	if listing.Refused(err) && l.plan.Query.Filter != "" {
		l.options.say("the service does not take the filter; everything is listed and compared here")
		if err = l.begin(spoolHead{Started: l.spool.head.Started, Mark: l.spool.head.Mark}); err == nil {
			err = l.pass(ctx, listing.Oldest, "")
		}
	}
	return err
}

// pass reads the list once, from one of its ends.
func (l *lister) pass(ctx context.Context, end listing.End, from string) error {
	if err := l.spool.list.Pass(ctx, end, from); err != nil {
		return err
	}
	if verdict := l.spool.list.Judge(); !verdict.Complete() {
		return &IncompleteError{verdict}
	}
	return nil
}

// endPage keeps what was listed up to here.
func (l *lister) endPage(next string) error {
	l.options.tell(run.Event{Kind: run.Progressed, Done: len(l.spool.entries)})
	if l.later {
		next = "" // a later pass is begun again
	}
	return l.spool.endPage(pageEnd{Next: next, Later: l.later})
}
