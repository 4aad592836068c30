package listing

import (
	"context"
	"errors"
	"time"

	"refload/api"
)

// End is an end of the list.
type End uint8

// The ends at which a pass can begin.
const (
	Oldest End = iota // what others create meanwhile comes last, and moves nothing
	Newest
)

// Order returns the order that a pass from this end asks for.
//
// Source: the "Get a list of referrals" page ($orderby on createdDateTime).
func (e End) Order() string {
	if e == Newest {
		return "createdDateTime desc"
	}
	return "createdDateTime asc"
}

// MostPasses bounds how often a list is read: a pass has a bit in memory.
const MostPasses = 6

// mostIdle is how many pages one after the other may show nothing that the pass has not shown before. Referrals
// that are made meanwhile push others over the end of a page; a list that repeats itself goes on without end.
const mostIdle = 20

// order watches the times of creation in one pass. A list may keep the order of the other end: what matters is that
// it keeps one, because then nothing can move past the place of reading.
type order struct {
	pages   int
	count   int // referrals, each once
	rises   bool
	falls   bool
	untimed bool // the service did not say when a referral was made
	last    int64
	idle    int // pages one after the other that showed nothing new
}

func (o *order) add(created int64) {
	o.count++
	switch {
	case created == 0:
		o.untimed = true
		return
	case o.last != 0 && created > o.last:
		o.rises = true
	case created < o.last:
		o.falls = true
	}
	o.last = created
}

// idles takes down whether a page has shown anything new, and returns how many have not, one after the other. A page
// without a referral only leads on to others.
func (o *order) idles(referrals, known int) int {
	switch {
	case o.count > known:
		o.idle = 0
	case referrals > 0:
		o.idle++
	}
	return o.idle
}

// gap returns why nothing follows from the order. What came in one page needs none.
func (o *order) gap() Gap {
	switch {
	case o.pages < 2:
	case o.rises && o.falls:
		return Disorder
	case o.untimed:
		return Untimed
	}
	return ""
}

// against reports whether two readings came from the two ends, as far as that can be seen.
func (o *order) against(other *order) bool {
	return !(o.rises && other.rises || o.falls && other.falls)
}

// border is a place between two pages, and when what is in the middle of the page before it was made.
type border struct {
	before, behind Key
	middle         time.Time
}

// Begin starts the next pass: what it shows is told apart from what those before it have shown.
func (l *List) Begin() {
	l.pass++
	l.before, l.order, l.borders = l.order, order{}, nil
}

// Pass reads the list from one of its ends to the other, or goes on from where a process before was interrupted. A
// list that leads in circles ends the pass; the verdict has it then. The error is one of the way to the service.
func (l *List) Pass(ctx context.Context, end End, from string) error {
	for page, err := range l.o.Client.Walk(ctx, l.Query(end), from) {
		if errors.Is(err, api.ErrEndless) {
			l.loops = true
			return nil
		}
		if err != nil {
			return err
		}
		known := l.order.count
		if err := l.takePage(page); err != nil {
			return err
		}
		if l.order.idles(len(page.Referrals), known) == mostIdle {
			l.loops = true
			return nil
		}
	}
	return ctx.Err()
}

// takePage takes the referrals of a page, and tells of its end.
func (l *List) takePage(page api.Page) error {
	l.order.pages++
	if n := len(page.Referrals); n > 0 {
		if l.order.pages > 1 {
			l.borders = append(l.borders, border{l.end, KeyOf(page.Referrals[0].ID()), l.middle})
		}
		l.end = KeyOf(page.Referrals[n-1].ID())
		l.middle, _ = page.Referrals[n/2].Time("createdDateTime")
	}
	for _, r := range page.Referrals {
		if err := l.take(r, true); err != nil {
			return err
		}
	}
	if l.o.Page == nil {
		return nil
	}
	return l.o.Page(page.Next)
}

// Query is the question of a pass.
func (l *List) Query(end End) api.Query {
	return api.Query{OrderBy: end.Order(), Filter: l.o.Filter}
}
