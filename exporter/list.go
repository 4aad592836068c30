package exporter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"refload/api"
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
	repeats int // how often a referral came again before the end of the list
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
		if l.resumed, err = false, l.start(ctx); err == nil {
			err = l.steps(ctx)
		}
	}
	return l, err
}

// errStale says that an interrupted export cannot be brought up to date.
var errStale = errors.New("what was listed before the interruption cannot be brought up to date")

// steps makes the passes that are still to be made.
func (l *lister) steps(ctx context.Context) error {
	steps := []func(context.Context) error{l.firstPass, l.furtherPasses, l.newest, l.freshen}
	if l.spool.end.Done {
		steps = steps[3:]
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return l.spool.endPage("", true)
}

// open finds the spool of an interrupted export, or starts one.
func (l *lister) open(ctx context.Context) error {
	if !l.options.Fresh {
		if s := reopenSpool(l.path, l.plan); s != nil && l.options.Now().Sub(s.head.Started) < freshFor {
			l.spool, l.resumed = s, true
			if s.head.Filter == "" {
				l.plan.compareHere()
			}
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
	if head.Filter == "" {
		l.plan.compareHere()
	}
	l.spool, err = createSpool(l.path, head, l.plan)
	return err
}

// mark returns the time of the last change before the list is begun, by the service's clock:
// what changes later may be in the list or not, and the next incremental export has it again.
func (l *lister) mark(ctx context.Context) (time.Time, error) {
	for page, err := range l.options.Client.Walk(ctx, api.Query{OrderBy: "updatedDateTime desc", Top: 1}, "") {
		if refused(err) {
			return l.options.Now().Add(-time.Hour), nil // not documented ground: better an hour twice than a minute not
		}
		if err != nil {
			return time.Time{}, err
		}
		if len(page.Referrals) == 0 {
			continue
		}
		at, _ := timeAt(page.Referrals[0], "updatedDateTime")
		return at, nil
	}
	return time.Time{}, nil
}

// refused reports whether the service did not take the question as it was put.
func refused(err error) bool {
	var failed *api.Error
	return errors.As(err, &failed) && (failed.HTTPStatus == 400 || failed.HTTPStatus == 501)
}

// firstPass reads page after page. Where the service does not take the filter, or does not
// know any more where an interrupted list was, it begins again without.
func (l *lister) firstPass(ctx context.Context) error {
	next := l.spool.end.Next
	if l.resumed && next == "" && l.spool.end.Listed > 0 {
		return nil
	}
	err := l.pass(ctx, next)
	if refused(err) && l.resumed {
		l.options.say("the service does not go on where the list was interrupted; it is read from the beginning, nothing is lost")
		err = l.pass(ctx, "")
	}
	if refused(err) && l.plan.Query.Filter != "" {
		l.options.say("the service does not take the filter; everything is listed and compared here")
		if err = l.begin(spoolHead{Started: l.spool.head.Started, Mark: l.spool.head.Mark}); err == nil {
			err = l.pass(ctx, "")
		}
	}
	return err
}

// pass reads pages to the end and ends each of them in the spool.
func (l *lister) pass(ctx context.Context, from string) error {
	if from == "" {
		l.spool.newest = 0
	}
	for page, err := range l.options.Client.Walk(ctx, l.plan.Query, from) {
		if err != nil {
			return err
		}
		for _, r := range page.Referrals {
			l.spool.inOrder(r)
			fresh, err := l.spool.add(r)
			if err != nil {
				return err
			}
			if !fresh {
				l.repeats++
			}
		}
		if err := l.endPage(page.Next); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (l *lister) endPage(next string) error {
	l.options.tell(run.Event{Kind: run.Progressed, Done: len(l.spool.entries)})
	return l.spool.endPage(next, false)
}
