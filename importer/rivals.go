package importer

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"refload/api"
	"refload/internal/listing"
	"refload/internal/run"
)

// errOthersID says that the answer to a create names a referral that another row has.
var errOthersID = errors.New("the answer is of another referral: another row has its id")

// takes gives the referral that a create made to its row, and reports whether no other row had it. An answer with the
// id of another row's referral is of that one, whatever marker it repeats.
func (r *runner) takes(created *api.Referral) bool {
	id := listing.IDHash(created.ID())
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.knowsID(id) || listing.Has(r.index.ByID, id) {
		return false
	}
	r.learnMade(created)
	return true
}

// isTaken reports whether a referral was made for a row already.
func (r *runner) isTaken(referral *api.Referral) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.knowsID(listing.IDHash(referral.ID()))
}

// knowsID reports whether this run, or an earlier one of late, made the referral. The caller holds the lock.
func (r *runner) knowsID(id uint64) bool {
	if len(r.before) != len(r.past.made) {
		r.before = make([]uint64, 0, len(r.past.made))
		for _, made := range r.past.made {
			r.before = append(r.before, listing.IDHash(made.id.String()))
		}
		slices.Sort(r.before)
	}
	_, found := slices.BinarySearch(r.before, id)
	return found || r.taken[id]
}

// learnMade takes down that a referral was made for a row of this run, and when. The caller holds the lock.
func (r *runner) learnMade(made *api.Referral) {
	r.taken[listing.IDHash(made.ID())] = true
	r.lastOne = time.Now()
	if created, known := createdTime(made); known && (r.oldest.IsZero() || created.Before(r.oldest)) {
		r.oldest = created
	}
}

// learnFound takes down that a listing shows what the run made without a trustworthy answer.
func (r *runner) learnFound(made *api.Referral) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.learnMade(made)
}

// ownRows returns the rows that this run may create a referral for, or has, by the hash of their marker.
func (r *runner) ownRows() []listing.Entry {
	r.mu.Lock() // updates are sent beside the first create
	defer r.mu.Unlock()
	return r.rowsBy(func(state *rowState) (uint64, bool) {
		return state.marker, state.marker != 0 && (state.outcome == 0 || state.offset != 0)
	})
}

// rowsBy returns the rows that pick chooses, by the hash that it gives.
func (r *runner) rowsBy(pick func(*rowState) (hash uint64, is bool)) []listing.Entry {
	var rows []listing.Entry
	for n := range r.states {
		if hash, is := pick(&r.states[n]); is {
			rows = append(rows, listing.Entry{Hash: hash, Offset: int64(n)})
		}
	}
	listing.SortEntries(rows)
	return rows
}

// rivals are referrals of rows of this run that neither the run nor an earlier one of this machine has made: somebody
// else is importing the same rows.
type rivals struct {
	*runner
	rows   []listing.Entry
	marked map[string]map[string]*api.Referral // by the key of the marker and id, those that were not listed before the first write
	young  map[string]bool                     // ids of those that were, and were made shortly before
	again  map[string]int                      // how often this run sent a create again, by the key of its marker
}

func newRivals(r *runner) *rivals {
	v := &rivals{runner: r, again: map[string]int{}}
	if !r.options.Target.Sandbox { // nobody else can reach the embedded one
		v.rows = r.ownRows()
	}
	v.clear()
	return v
}

func (v *rivals) clear() {
	v.marked, v.young = map[string]map[string]*api.Referral{}, map[string]bool{}
}

// since returns from when on rivals are looked for. What was made earlier was listed before the first write, unless
// nothing was.
func (v *rivals) since() time.Time {
	if v.index.Referrals == 0 {
		return time.Time{}
	}
	return v.seen.Add(-v.options.Settle)
}

// add takes a listed referral into account.
func (v *rivals) add(referral *api.Referral) {
	marker := v.keyOfListed(referral)
	if marker == "" || !listing.Has(v.rows, listing.HashText(marker)) {
		return
	}
	switch {
	case v.isTaken(referral):
	case !listing.Has(v.index.ByID, listing.IDHash(referral.ID())):
		if v.marked[marker] == nil {
			v.marked[marker] = map[string]*api.Referral{}
		}
		v.marked[marker][referral.ID()] = referral
	case v.isYoung(referral) && !v.isSent(marker):
		v.young[referral.ID()] = true
	}
}

// isYoung reports whether a referral was made within --settle before the listing that came before the first write, and not
// before what that listing waited for: who made it may be at work.
func (v *rivals) isYoung(referral *api.Referral) bool {
	since, _ := v.meter.AtLeast(v.since())
	created, known := createdTime(referral)
	return known && created.After(since) && created.After(v.theirs)
}

// isSent reports whether this machine sent a create with a marker: what is listed may be its, though no answer tells of it.
func (v *rivals) isSent(marker string) bool {
	if v.past.sent(marker) {
		return true
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.ContainsFunc(v.open, func(row openRow) bool { return row.key == marker })
}

// list returns the ids of the rivals.
func (v *rivals) list() []string {
	var ids []string
	for marker, these := range v.marked {
		if len(these) <= v.again[marker] || len(these) == 1 && v.isSent(marker) {
			continue
		}
		for id := range these {
			ids = append(ids, id)
		}
	}
	for id := range v.young {
		ids = append(ids, id)
	}
	return ids
}

// late returns what is no rival: what this machine sent and the list has shown since.
func (v *rivals) late() map[string]*api.Referral {
	late := map[string]*api.Referral{}
	for marker, these := range v.marked {
		for _, referral := range these {
			late[marker] = referral
		}
	}
	return late
}

func (v *rivals) found() bool { return len(v.list()) > 0 }

// String says how many there are, and names one.
func (v *rivals) String() string {
	ids := v.list()
	return fmt.Sprintf("the service lists %s of this file that this machine has not made, such as %s", run.Counted(len(ids), "deal"), slices.Min(ids))
}
