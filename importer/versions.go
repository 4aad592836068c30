package importer

import (
	"context"
	"time"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/listing"
	"refload/internal/run"
)

// versions are what journals know of the versions of referrals. A list may show one that was replaced; a row that is
// compared with it looks as if it were done.
type versions struct {
	latest   map[uint64]int64    // when the last version was made that a journal has seen, by listing.IDHash
	replaced map[uint64]struct{} // versions over which a change of ours was made, see versionHash
}

func newVersions() versions { return versions{map[uint64]int64{}, map[uint64]struct{}{}} }

// versionHash names a version of a referral, 0 for none.
func versionHash(record journal.Record) uint64 {
	if record.ReferralID == "" || record.ETag == "" {
		return 0
	}
	return listing.HashText(record.ReferralID + "\x00" + record.ETag)
}

// take takes a record into account; row is what was sent last for its row.
func (v versions) take(record journal.Record, row sent) {
	if record.Kind != journal.Answer && record.Kind != journal.Outcome {
		return
	}
	// A create makes the first version, which is older than no other; and its answer may name another row's referral.
	if id := listing.IDHash(record.ReferralID); !record.Updated.IsZero() && row.key == "" {
		v.latest[id] = max(v.latest[id], record.Updated.UnixNano())
	}
	done := record.Kind == journal.Answer && record.Outcome == journal.StepWasDone || record.Kind == journal.Outcome && run.Outcome(record.Outcome).Word().Good
	if done && row.key == "" && row.from != 0 {
		v.replaced[row.from] = struct{}{}
	}
}

// behind reports whether a version is older than what a journal knows.
func (v versions) behind(referral *api.Referral) bool {
	_, replaced := v.replaced[versionHash(journal.Record{ReferralID: referral.ID(), ETag: referral.ETag()})]
	return replaced || v.older(referral)
}

// older reports whether a version was made before one that a journal has seen.
func (v versions) older(referral *api.Referral) bool {
	made, seen := updatedTime(referral), v.latest[listing.IDHash(referral.ID())]
	return !made.IsZero() && made.UnixNano() < seen
}

// updatedTime reads updatedDateTime; the zero time where it cannot be read.
func updatedTime(referral *api.Referral) time.Time {
	at, _ := referral.Time("updatedDateTime")
	return at.UTC()
}

// current returns the referral as it is to be compared: as it was listed, or, where a journal knows a later version, as
// it is read by its id. It is nil where that one is older too.
func (r *runner) current(ctx context.Context, listed *api.Referral) (*api.Referral, error) {
	if r.past == nil || !r.past.behind(listed) {
		return listed, nil
	}
	now, err := r.client.Get(ctx, listed.ID())
	switch {
	case isNotFound(err):
		return nil, nil
	case err != nil:
		return nil, err
	case r.past.older(now):
		return nil, nil
	}
	return now, nil
}

// upToDate is current, which must know a version to compare with.
func (r *runner) upToDate(ctx context.Context, listed *api.Referral) (*api.Referral, error) {
	live, err := r.current(ctx, listed)
	if live == nil && err == nil {
		err = &outcome.StopError{Reason: outcome.ReasonOldVersion}
	}
	return live, err
}

// liveOf returns a referral by its id, nil where there is none: as it is listed, or as it is read where the list does
// not show it or shows an older version than a journal knows.
func (r *runner) liveOf(ctx context.Context, id string) (*api.Referral, error) {
	live, err := r.index.WithID(id)
	if live != nil && err == nil {
		return r.upToDate(ctx, live)
	}
	if err != nil {
		return nil, err
	}
	live, err = r.client.Get(ctx, id)
	if isNotFound(err) {
		return nil, nil
	}
	return live, err
}
