package listing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"refload/api"
)

// Reason is the word by which reports call a list that is not shown to be complete.
const Reason = "list-incomplete"

// Gap is why nobody can tell whether a list is complete; "" for none.
type Gap string

// The gaps.
const (
	Endless  Gap = "endless"
	Unnamed  Gap = "unnamed"
	Disorder Gap = "disorder"
	Untimed  Gap = "untimed"
	OneEnd   Gap = "one-end"
	Missed   Gap = "missed"
	Differs  Gap = "differs"
	Unlisted Gap = "unlisted"
)

// gapWords are the gaps in words; %d is a number of referrals.
var gapWords = map[Gap]string{
	Endless:  "it leads in circles and has no end",
	Unnamed:  "it shows referrals without an id",
	Disorder: "it does not keep the order of creation, so what is made meanwhile can move others past the place of reading",
	Untimed:  "it does not say when each referral was made, so nobody can tell whether it keeps an order",
	OneEnd:   "it cannot be read from its newest end, so nobody can tell whether it ends too early",
	Missed:   "it left out some of the newest referrals, %d, which it shows when it is read from its newest end",
	Differs:  "read from its two ends it does not show the same: %d in one reading only",
	Unlisted: "it leaves out referrals that refload has made and that are there: %d",
}

// Verdict says whether a list is complete, and if not, why. The zero Verdict is that of a complete one.
type Verdict struct {
	Gap   Gap
	Count int
	// Aligned says of a complete one that its pages, read from both ends, end at the same places: what it leaves out
	// there, if it does, neither reading shows. A list of round numbers is so by chance.
	Aligned bool
}

// Complete reports whether nothing is missing, as far as can be known.
func (v Verdict) Complete() bool { return v.Gap == "" }

// Or returns the verdict, or, where it finds nothing wrong, another one.
func (v Verdict) Or(other Verdict) Verdict {
	if v.Complete() {
		return other
	}
	return v
}

// String says in words what is wrong with the list, "" for a complete one.
func (v Verdict) String() string {
	words := gapWords[v.Gap]
	if strings.Contains(words, "%d") {
		return fmt.Sprintf(words, v.Count)
	}
	return words
}

// peekPages is how many pages are read from the newest end before the list is begun. Two of them hold a border
// between pages of the list for certain, wherever it is.
const peekPages = 2

// peek is the newest end of the list as it was before the list was read.
type peek struct {
	referrals []*api.Referral
	pages     map[Key]int // the page that showed a referral first, counted from 1
	order     order
	refused   bool
	loops     bool
}

// Whole reads the list once and returns a verdict. The newest pages are read first: whatever they show was there, so
// that the list has to show it too.
func (l *List) Whole(ctx context.Context) (Verdict, error) {
	before, err := l.peek(ctx)
	if err != nil {
		return Verdict{}, err
	}
	if err := l.Pass(ctx, Oldest, ""); err != nil {
		return Verdict{}, err
	}
	verdict := l.judge(before)
	if verdict.Aligned {
		if verdict, err = l.shifted(ctx); err != nil {
			return Verdict{}, err
		}
	}
	return verdict, l.unite(before)
}

// shifted asks for what is around the newest border between two pages in one page: for all that was changed since the middle of
// the page before it. A service need not know the question; only what it shows counts.
//
// Source: the "Get a list of referrals" page, which names updatedDateTime among the parameters to filter by.
func (l *List) shifted(ctx context.Context) (Verdict, error) {
	b := l.borders[len(l.borders)-1]
	query := l.Query(Oldest)
	filter := "updatedDateTime ge " + b.middle.UTC().Format(time.RFC3339Nano)
	if query.Filter != "" {
		filter = "(" + query.Filter + ") and " + filter
	}
	query.Filter = filter
	for page, err := range l.o.Client.Walk(ctx, query, "") {
		switch {
		case Refused(err):
			return Verdict{Aligned: true}, nil
		case err != nil:
			return Verdict{}, err
		}
		return l.around(b, page.Referrals), nil
	}
	return Verdict{Aligned: true}, ctx.Err()
}

// around is the verdict on a border by a page that may hold what is on both sides of it.
func (l *List) around(b border, page []*api.Referral) Verdict {
	place := func(key Key) int {
		return slices.IndexFunc(page, func(r *api.Referral) bool { return KeyOf(r.ID()) == key })
	}
	from, to := place(b.before), place(b.behind)
	if from < 0 || to < from {
		return Verdict{Aligned: true}
	}
	if missed := l.missed(page[from:to]); missed > 0 {
		return Verdict{Gap: Missed, Count: missed}
	}
	return Verdict{}
}

// missed counts the referrals that the pass has not shown.
func (l *List) missed(list []*api.Referral) int {
	missed := 0
	for _, r := range list {
		if !l.showed(KeyOf(r.ID())) {
			missed++
		}
	}
	return missed
}

func (l *List) peek(ctx context.Context) (*peek, error) {
	p := &peek{pages: map[Key]int{}}
	for page, err := range l.o.Client.Walk(ctx, l.Query(Newest), "") {
		switch {
		case Refused(err):
			p.refused = true
			return p, nil
		case errors.Is(err, api.ErrEndless):
			p.loops = true
			return p, nil
		case err != nil:
			return nil, err
		}
		p.order.pages++
		for _, r := range page.Referrals {
			if key := KeyOf(r.ID()); p.pages[key] == 0 { // others make some meanwhile, and move it over the end of a page
				p.pages[key] = p.order.pages
				p.order.add(SightOf(r).Created)
				p.referrals = append(p.referrals, r)
			}
		}
		if p.order.pages == peekPages {
			break
		}
	}
	return p, ctx.Err()
}

// judge is the verdict on one pass by what was seen before it.
func (l *List) judge(before *peek) Verdict {
	missed, verdict := l.missed(before.referrals), l.Judge()
	switch {
	case before.loops:
		return Verdict{Gap: Endless}
	case !verdict.Complete():
		return verdict
	case missed > 0:
		return Verdict{Gap: Missed, Count: missed}
	case l.order.pages > 1 && (before.refused || !l.order.against(&before.order)):
		return Verdict{Gap: OneEnd}
	}
	return Verdict{Aligned: !l.witnessed(before)}
}

// witnessed reports whether the newest end has shown, within one of its pages, what is around a border between two pages of
// the pass; there are no borders in a list of one page.
func (l *List) witnessed(before *peek) bool {
	for _, b := range l.borders {
		if page := before.pages[b.before]; page > 0 && page == before.pages[b.behind] {
			return true
		}
	}
	return len(l.borders) == 0
}

// showed reports whether the pass has shown a referral.
func (l *List) showed(key Key) bool {
	n, known := l.numbers[key]
	return known && l.seen[n].passes&(1<<l.pass) != 0
}

// unite takes in what only the newest end has shown.
func (l *List) unite(before *peek) error {
	for _, r := range before.referrals {
		if l.showed(KeyOf(r.ID())) {
			continue
		}
		if err := l.take(r, false); err != nil {
			return err
		}
	}
	return nil
}

// Judge is the verdict on the last pass alone: whether it kept an order and came to an end.
func (l *List) Judge() Verdict {
	switch {
	case l.loops:
		return Verdict{Gap: Endless}
	case l.unnamed:
		return Verdict{Gap: Unnamed}
	}
	return Verdict{Gap: l.order.gap()}
}

// Agree is the verdict on the last two passes, which began at the two ends: both have shown what was there at a
// moment and was not changed since. What is made or changed later may stand in one of them only.
func (l *List) Agree(mark time.Time) Verdict {
	verdict := l.Judge()
	switch {
	case !verdict.Complete():
		return verdict
	case l.order.pages > 1 && !l.order.against(&l.before):
		return Verdict{Gap: OneEnd}
	case mark.IsZero():
		return Verdict{} // nothing was there
	}
	last, before := uint8(1)<<l.pass, uint8(1)<<(l.pass-1)
	differing := 0
	for i := range l.seen {
		s := &l.seen[i]
		shown := s.passes & (last | before)
		if shown != 0 && shown != last|before && s.Created <= mark.UnixNano() && s.Updated <= mark.UnixNano() {
			differing++
		}
	}
	if differing > 0 {
		return Verdict{Gap: Differs, Count: differing}
	}
	return Verdict{}
}
