package listing

import (
	"time"

	"refload/api"
)

// unseen are the referrals that the listing before the first write showed, and a later one has not shown yet. One
// that goes through the whole list has to show them all.
type unseen struct {
	index *Index
	shown []bool // by the place in byID
	Left  int
}

// Unseen returns what a listing since a moment has to show: nothing where it does not go through the whole list.
func (ix *Index) Unseen(since time.Time) *unseen {
	if !since.IsZero() {
		return &unseen{}
	}
	return &unseen{ix, make([]bool, len(ix.ByID)), len(ix.ByID)}
}

func (u *unseen) See(referral *api.Referral) {
	if u.Left == 0 {
		return
	}
	if n, found := place(u.index.ByID, IDHash(referral.ID())); found && !u.shown[n] {
		u.shown[n] = true
		u.Left--
	}
}
