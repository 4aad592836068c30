package exporter

import (
	"crypto/sha256"
	"strings"

	"refload/api"
)

// key is an id in the form in which ids are compared: a hash, since nobody promises what ids
// look like.
type key [16]byte

func keyOf(id string) key {
	sum := sha256.Sum256([]byte(strings.ToLower(id)))
	return key(sum[:16])
}

// entry is what memory holds of a listed referral: where it is in the spool, and what the order
// of rows depends on.
type entry struct {
	offset     int64 // of its line in the spool
	length     int32
	matches    bool // it meets the filter
	microsoft  bool // it is Microsoft's referral of the deal
	invites    bool // Microsoft is its target
	created    int64
	updated    int64
	engagement key // the zero key where it has none
}

// kept reports whether the referral is in the spool.
func (e *entry) kept() bool { return e.length > 0 }

// index is every referral that was listed, each id once, in the order of first sight.
type index struct {
	entries []entry
	byID    map[key]int32
}

func newIndex() *index { return &index{byID: map[key]int32{}} }

// entryOf makes the entry of a referral that is not in the spool yet.
func entryOf(r *api.Referral, plan *Plan) entry {
	e := entry{matches: plan.matches(r), microsoft: isMicrosofts(r), invites: r.TargetsMicrosoft()}
	if at, ok := timeAt(r, "createdDateTime"); ok {
		e.created = at.UnixNano()
	}
	if at, ok := timeAt(r, "updatedDateTime"); ok {
		e.updated = at.UnixNano()
	}
	if id := r.EngagementID(); id != "" {
		e.engagement = keyOf(id)
	}
	return e
}

// put takes an entry in, and reports whether its id is new, and whether it stands now: an older
// version of a referral that is known does not.
func (ix *index) put(id string, e entry) (fresh, stands bool) {
	k := keyOf(id)
	at, known := ix.byID[k]
	if !known {
		ix.byID[k] = int32(len(ix.entries))
		ix.entries = append(ix.entries, e)
		return true, true
	}
	if e.updated < ix.entries[at].updated {
		return false, false
	}
	ix.entries[at] = e
	return false, true
}

// isMicrosofts reports whether a referral is Microsoft's side of a deal: the one that invites
// Microsoft, or one that Microsoft owns.
func isMicrosofts(r *api.Referral) bool {
	return strings.EqualFold(r.Text("organizationId"), api.Microsoft) || r.TargetsMicrosoft()
}
