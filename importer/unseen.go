package importer

import (
	"time"

	"refload/api"
)

// unseen are the referrals that the listing before the first write showed, and a later one has not shown yet. One
// that goes through the whole list has to show them all.
type unseen struct {
	index *index
	shown []bool // by the place in byID
	left  int
}

// unseen returns what a listing since a moment has to show: nothing where it does not go through the whole list.
func (ix *index) unseen(since time.Time) *unseen {
	if !since.IsZero() {
		return &unseen{}
	}
	return &unseen{ix, make([]bool, len(ix.byID)), len(ix.byID)}
}

func (u *unseen) see(referral *api.Referral) {
	if u.left == 0 {
		return
	}
	if n, found := place(u.index.byID, idHash(referral.ID())); found && !u.shown[n] {
		u.shown[n] = true
		u.left--
	}
}
