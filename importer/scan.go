package importer

import (
	"errors"
	"slices"
	"time"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/listing"
)

// scanMargin is how much older than the first send a listed referral must be before a scan
// believes that it has gone back far enough.
const scanMargin = 10 * time.Minute

// listSince lists referrals, the newest first, back to a moment, and returns those of ours whose key is wanted. The
// keys are those of markers and inviteKeys. The verdict says whether one of them can be hidden.
func (r *runner) listSince(since time.Time, wanted map[string]bool) (map[string][]*api.Referral, listing.Verdict, error) {
	seen, still, open := map[string][]*api.Referral{}, r.index.Unseen(since), r.openRows()
	verdict, err := r.eachSince(since, func(referral *api.Referral) error {
		r.collect(seen, referral, wanted)
		still.See(referral)
		return r.learnOf(open, referral)
	})
	if verdict.Complete() && still.Left > 0 {
		verdict = listing.Verdict{Gap: listing.Missed, Count: still.Left}
	}
	return seen, verdict, err
}

// eachSince lists referrals, the newest first, back to a moment of our clock, and lets each be visited, once. It stops
// early only while the list keeps the order that was asked for and the service's clock is known, never before what this
// run has made itself. The verdict says whether something that was made since can be hidden.
func (r *runner) eachSince(since time.Time, visit func(*api.Referral) error) (listing.Verdict, error) {
	until, known := r.meter.AtLeast(since)
	if until = r.notAfterOurs(until).Add(-scanMargin); !known || since.IsZero() {
		until = time.Time{}
	}
	if until.IsZero() {
		return r.eachOne(visit)
	}
	var failed error
	verdict, err := listing.Back(r.work, r.client, until, func(referral *api.Referral) {
		if failed == nil {
			failed = visit(referral)
		}
	})
	return verdict, errors.Join(err, failed)
}

// eachOne lists all referrals and lets each be visited, once. A list of more than one page is held against its newest
// end, as at the start of a run: what was made since may have given it its first border between pages.
func (r *runner) eachOne(visit func(*api.Referral) error) (listing.Verdict, error) {
	return listing.New(listing.Options{Client: r.client, Take: func(_ int, fresh bool, referral *api.Referral) error {
		if !fresh {
			return nil
		}
		return visit(referral)
	}}).Whole(r.work)
}

// notAfterOurs returns a moment of the service's, or the creation of the oldest referral that this run made, whichever is
// earlier: the times of creation may be of a clock that is behind the one of the answers.
func (r *runner) notAfterOurs(moment time.Time) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.oldest.IsZero() && r.oldest.Before(moment) {
		return r.oldest
	}
	return moment
}

// openRows returns the rows that are open now.
func (r *runner) openRows() []openRow {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.open)
}

// learnOf learns from a listed referral that can be what an open row has sent.
func (r *runner) learnOf(open []openRow, referral *api.Referral) error {
	look := listing.LookOf(referral)
	for _, row := range open {
		if look != 0 && row.kind == journal.StepCreate && r.states[row.n].look == look {
			if _, err := r.learnAs(row.marker, look, referral); err != nil {
				return err
			}
		}
	}
	return nil
}

// keyOfListed returns by what a listed referral is found: the key of its marker, or inviteKey; "" for none.
func (r *runner) keyOfListed(referral *api.Referral) string {
	if listing.Invited(referral) {
		return listing.InviteKey(referral.EngagementID())
	}
	return r.ids.Key(referral.ExternalReferenceID())
}

func (r *runner) collect(seen map[string][]*api.Referral, referral *api.Referral, wanted map[string]bool) {
	key := r.keyOfListed(referral)
	if key == "" || !wanted[key] {
		return
	}
	seen[key] = append(seen[key], referral)
}

// createdTime reads createdDateTime.
func createdTime(referral *api.Referral) (time.Time, bool) {
	return referral.Time("createdDateTime")
}

// cannotRead stops the run when the list cannot be had; the open rows stay open for a later
// run.
func (r *runner) cannotRead(err error) error {
	if r.work.Err() != nil {
		return nil
	}
	r.stop(reasonOfRead(err), readDetail(err))
	return nil
}

// reasonOfRead says why a run stops that cannot read from the service.
func reasonOfRead(err error) string {
	var failed *api.Error
	if !errors.As(err, &failed) {
		return outcome.ReasonUnreachable
	}
	if failed.RetryAfter > maxWait {
		return outcome.ReasonThrottled
	}
	switch api.PolicyFor(failed).Read {
	case api.Wait:
		return outcome.ReasonThrottled
	case api.Refuse:
		if failed.HTTPStatus == 404 {
			return outcome.ReasonWrongPath
		}
		return outcome.ReasonRefused
	case api.Repeat, api.Halt, api.Renew:
		if failed.HTTPStatus >= 200 && failed.HTTPStatus < 400 {
			return outcome.ReasonNonsense
		}
	}
	return haltReason(failed)
}

// refusedRead returns what the service said where it refused to give one referral: that says nothing of any other. It is nil for
// what would end any other request too.
func refusedRead(err error) *api.Error {
	var failed *api.Error
	if errors.As(err, &failed) && api.PolicyFor(failed).Read == api.Refuse && failed.RetryAfter <= maxWait {
		return failed
	}
	return nil
}

// keptBack says what a refusal to give one referral means.
func keptBack(failed *api.Error) string {
	return "the service refuses to give the referral to this account (" + describe(failed) + ")"
}

// readDetail says what a read met, without quoting the service.
func readDetail(err error) string {
	var failed *api.Error
	if errors.As(err, &failed) {
		return describe(failed)
	}
	return err.Error()
}

func latestOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
