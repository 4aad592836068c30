package importer

import (
	"errors"
	"slices"
	"time"

	"refload/api"
)

// scanMargin is how much older than the first send a listed referral must be before a scan
// believes that it has gone back far enough.
const scanMargin = 10 * time.Minute

// listSince lists referrals, the newest first, back to a moment, and returns those of ours
// whose key is wanted. It stops early only while the list keeps the order that was
// asked for and the service's clock is known. The keys are those of markers and inviteKeys.
func (r *runner) listSince(since time.Time, wanted map[string]bool) (map[string][]*api.Referral, error) {
	seen := map[string][]*api.Referral{}
	bound, bounded := r.meter.serverTime(since)
	bound = bound.Add(-scanMargin)
	last := time.Time{}
	for page, err := range r.client.Pages(r.work, newest) {
		if err != nil {
			return nil, err
		}
		for _, referral := range page {
			created, ok := createdTime(referral)
			bounded = bounded && ok && (last.IsZero() || !created.After(last))
			last = created
			r.collect(seen, referral, wanted)
		}
		if bounded && !last.IsZero() && last.Before(bound) {
			break
		}
	}
	return seen, nil
}

func (r *runner) collect(seen map[string][]*api.Referral, referral *api.Referral, wanted map[string]bool) {
	key := r.ids.Key(referral.ExternalReferenceID())
	if invited(referral) {
		key = inviteKey(referral.EngagementID())
	}
	if key == "" || !wanted[key] {
		return
	}
	known := slices.ContainsFunc(seen[key], func(other *api.Referral) bool { return other.ID() == referral.ID() })
	if !known {
		seen[key] = append(seen[key], referral)
	}
}

// createdTime reads createdDateTime.
func createdTime(referral *api.Referral) (time.Time, bool) {
	created, err := time.Parse(time.RFC3339Nano, referral.Text("createdDateTime"))
	return created, err == nil
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
		return reasonUnreachable
	}
	if failed.RetryAfter > maxWait {
		return reasonThrottled
	}
	switch api.PolicyFor(failed).Read {
	case api.Wait:
		return reasonThrottled
	case api.Refuse:
		if failed.HTTPStatus == 404 {
			return reasonWrongPath
		}
		return reasonRefused
	case api.Repeat, api.Halt, api.Renew:
		if failed.HTTPStatus >= 200 && failed.HTTPStatus < 400 {
			return reasonNonsense
		}
	}
	return haltReason(failed)
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
