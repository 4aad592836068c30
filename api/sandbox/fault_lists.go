package sandbox

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// listFaults change what a list shows. The documentation promises an order and a link to the next
// page; it does not say how the service keeps either while others write.
var listFaults = []fault{
	{code: "F70", title: "lists come in an order of their own", only: isList, arrive: ignoreOrder},
	{code: "F71", title: "the referrals of a page are shuffled", only: isList, meddle: shufflePage},
	{code: "F72", title: "referrals between two pages are on neither", only: isList, meddle: swallow},
	{code: "F73", title: "a list ends early, as if there were no more", only: isList, arrive: capList},
	{code: "F74", title: "a page begins with the end of the one before", only: isList, meddle: repeatEnd},
	{code: "F75", title: "lists show a referral as it was before its last write", only: isList, arrive: listStale},
	{code: "F76", title: "a page holds fewer referrals", only: isList, arrive: shortenPages},
}

// view is how faults bend what a list shows. The zero view bends nothing.
type view struct {
	order string             // instead of the one that is asked for
	most  int                // how many the whole list shows; 0 for all
	size  int                // how many a page holds; 0 for as many as usual
	stale func(*record) bool // whether the version before is shown; nil for never
}

// bend makes of a question the one that is answered. What bends a whole list does so where the list
// begins; its links carry it on.
func (v view) bend(query listing) listing {
	if query.ID != "" {
		return query
	}
	if v.order != "" {
		query.Order, query.Desc = v.order, false
	}
	if v.most > 0 && (query.Top < 0 || query.Top > v.most) {
		query.Top = v.most
	}
	return query
}

// pageSize returns how many referrals a page holds.
func (v view) pageSize() int {
	if v.size == 0 {
		return pageSize
	}
	return min(v.size, pageSize)
}

// versions returns an ordered list with the versions that are shown, each where it belongs.
func (v view) versions(list []*record, place func(*record) position) []*record {
	if v.stale == nil {
		return list
	}
	shown := slices.Clone(list)
	for i, r := range shown {
		if r.previous != nil && v.stale(r) {
			shown[i] = r.previous
		}
	}
	slices.SortFunc(shown, func(a, b *record) int { return comparePositions(place(a), place(b)) })
	return shown
}

// orderID is the order that nobody can ask for.
const orderID = "id"

// listByID returns all referrals by their ids, which say nothing of their age.
func listByID(s *store) []*record {
	return slices.SortedFunc(maps.Values(s.byID), func(a, b *record) int { return strings.Compare(a.id, b.id) })
}

func recordID(r *record) position { return position{0, r.id} }

func ignoreOrder(x *exchange) { x.call.view.order = orderID }

// usualCap is where F73 ends a list when the rule says nothing.
const usualCap = 40

func capList(x *exchange) { x.call.view.most = x.size(usualCap) }

// usualPage is how many referrals a page holds by F76 when the rule says nothing.
const usualPage = 25

func shortenPages(x *exchange) { x.call.view.size = x.size(usualPage) }

// size returns the rule's Size, or the usual one.
func (s strike) size(usual int) int {
	if s.rule.Size > 0 {
		return s.rule.Size
	}
	return usual
}

// listStale makes lists show the version before the last while the last is young. Each version has a
// time of its own, so they come to light in another order than they were written.
func listStale(x *exchange) {
	s, f := x.strike, x.sandbox.faults
	now := ticks(x.sandbox.clock())
	x.call.view.stale = func(r *record) bool {
		s.draw = func(salt string) float64 { return f.draw(s.index, "LIST", r.id, 1, r.etag+salt) }
		return now < r.updated+int64(s.duration(usualLag)/tick)
	}
}

// shufflePage leaves no referral of the page in its place.
func shufflePage(x *exchange) {
	document := x.parsed()
	list := elements(document["value"])
	if !x.succeeded() || len(list) < 2 {
		x.spare()
		return
	}
	random := rand.New(rand.NewPCG(math.Float64bits(x.draw("order")), 0))
	for i := len(list) - 1; i > 0; i-- {
		j := random.IntN(i)
		list[i], list[j] = list[j], list[i]
	}
	x.answer.rewrite(encode(document))
}

// swallow makes the next page begin behind some referrals that were on no page.
func swallow(x *exchange) {
	x.turn(func(next listing, _ int) (listing, bool) {
		lost := x.peek(next, 1+int(x.draw("swallowed")*3))
		if len(lost) > 0 {
			next = next.after(lost)
		}
		return next, next.Top != 0 && len(x.peek(next, 1)) > 0
	})
}

// repeatEnd makes the next page begin with the last referrals of this one; at least one is new on each.
func repeatEnd(x *exchange) {
	x.turn(func(next listing, shown int) (listing, bool) {
		back := next
		back.Desc = !next.Desc
		again := x.peek(back, min(1+int(x.draw("repeated")*3), shown-1))
		if len(again) == 0 {
			x.spare()
			return next, true
		}
		left := next.Top
		if next = next.after(again); left >= 0 {
			next.Top = left + len(again)
		}
		return next, true
	})
}

// peek returns the first of what a question leads to. Its caller holds the lock.
func (x *exchange) peek(query listing, most int) []*record {
	query.Top = max(most, 0)
	return x.sandbox.page(query, view{stale: x.call.view.stale}).records
}

// turn moves the place where the next page begins, and drops the link where nothing follows. move gets
// that place and how many referrals this page shows.
func (x *exchange) turn(move func(next listing, shown int) (listing, bool)) {
	document := x.parsed()
	_, query, more := strings.Cut(text(document, "@odata.nextLink"), "?")
	next, bad := parseListing(query)
	if !x.succeeded() || !more || bad != nil || next.ID == "" {
		x.spare()
		return
	}
	x.sandbox.mu.RLock()
	next, more = move(next, len(elements(document["value"])))
	x.sandbox.mu.RUnlock()
	if more {
		document["@odata.nextLink"] = nextLink(next)
	} else {
		delete(document, "@odata.nextLink")
	}
	x.answer.rewrite(encode(document))
}

// historic are the faults for which the store keeps the version before the last.
var historic = []string{"F65", "F75"}

// keepsHistory reports whether the plan shows earlier versions.
func (f *faultState) keepsHistory() bool { return slices.ContainsFunc(historic, f.uses) }
