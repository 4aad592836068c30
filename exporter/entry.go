package exporter

import (
	"strings"

	"refload/api"
	"refload/internal/listing"
)

// key is an id in the form in which ids are compared.
type key = listing.Key

func keyOf(id string) key { return listing.KeyOf(id) }

// entry is what memory holds of a listed referral: where it is in the spool, and what the order
// of rows depends on.
type entry struct {
	offset     int64 // of its line in the spool
	length     int32
	matches    bool // it meets the filter
	microsoft  bool // it is Microsoft's referral of the deal
	invites    bool // Microsoft is its target
	engagement key  // the zero key where it has none
}

// kept reports whether the referral is in the spool.
func (e *entry) kept() bool { return e.length > 0 }

// entryOf makes the entry of a referral that is not in the spool yet.
func entryOf(r *api.Referral, plan *Plan) entry {
	e := entry{matches: plan.matches(r), microsoft: isMicrosofts(r), invites: r.TargetsMicrosoft()}
	if id := r.EngagementID(); id != "" {
		e.engagement = keyOf(id)
	}
	return e
}

// isMicrosofts reports whether a referral is Microsoft's side of a deal: the one that invites
// Microsoft, or one that Microsoft owns.
func isMicrosofts(r *api.Referral) bool {
	return strings.EqualFold(r.Text("organizationId"), api.Microsoft) || r.TargetsMicrosoft()
}
