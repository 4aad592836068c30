package importer

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"refload/api"
	"refload/importer/outcome"
)

// sendCanary sends the first create of a run alone. When its create is done, prove looks whether
// the service keeps and lists its marker, before anything else is sent. A canary without a
// trustworthy answer proves nothing: the next row is the canary then.
func (r *runner) sendCanary(o *op) error {
	o.canary = true
	return r.perform(o)
}

// prove stops the run where the service does not keep the marker of a referral or does not list it: protection
// against duplicates is not possible then; and where somebody else is making referrals of the same rows.
func (r *runner) prove(created *api.Referral, marker string, tries int) {
	c := &canary{runner: r, id: created.ID(), marker: marker, rivals: newRivals(r)}
	c.rivals.again[r.ids.Key(marker)] = tries - 1
	switch err := c.watch(); {
	case err != nil && r.work.Err() == nil:
		r.stop(reasonOfRead(err), readDetail(err))
	case err != nil, c.stopped, r.learned():
	case c.read && !c.kept:
		r.stop(outcome.ReasonNoMarker, "")
	case !c.listed && !(c.kept && c.options.AcceptListHides): // by a list that hides it nothing is sent again
		r.stop(outcome.ReasonListIncomplete, c.missing())
	case c.rivals.found():
		r.stop(outcome.ReasonOtherMachine, c.rivals.String())
	default:
		r.late = c.rivals.late()
	}
}

// canary is what the service shows of the first referral that a run made.
type canary struct {
	*runner
	id, marker string
	read       bool // it was read by its id
	kept       bool // and has its marker
	listed     bool
	stopped    bool // the run was, so that nobody looked to the end
	rivals     *rivals
}

// watch looks until the referral can be read by its id and is found in the list, for as long as --settle: both may lag.
func (c *canary) watch() error {
	made := time.Now()
	deadline := made.Add(c.options.Settle)
	pause := min(time.Second, c.options.Settle/4) // a short --settle asks several times too
	for {
		asked := time.Now() // a look may take long: the last one begins when the time is over
		if err := c.look(); err != nil || c.listed || c.learned() || !asked.Before(deadline) {
			return err
		}
		if err := api.Sleep(c.intake, min(pause, max(time.Until(deadline), 0))); err != nil {
			c.stopped = true // nothing else will be sent
			return nil
		}
		c.lag = time.Since(made)
		pause = min(2*pause, 15*time.Second)
	}
}

// look reads the referral by its id, until that shows its marker, and then lists the newest ones.
func (c *canary) look() error {
	if !c.kept {
		referral, err := c.client.Get(c.work, c.id)
		if isNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		kept := referral.ExternalReferenceID()
		if c.read, c.kept = true, c.ids.Key(kept) == c.ids.Key(c.marker); !c.kept {
			return c.learnFrom(c.marker, kept)
		}
	}
	c.rivals.clear()
	_, err := c.eachSince(c.rivals.since(), func(referral *api.Referral) error {
		c.listed = c.listed || strings.EqualFold(referral.ID(), c.id)
		c.rivals.add(referral)
		return nil
	})
	return err
}

// missing says how the service hides the referral.
func (c *canary) missing() string {
	where := "is there by its id, and is not listed"
	if !c.read {
		where = "is shown neither by its id nor in the list"
	}
	return fmt.Sprintf("the first deal of this run (%s) %s %s after it was made", c.id, where, c.options.Settle)
}

// isNotFound reports whether the service knows no such referral.
func isNotFound(err error) bool {
	var failed *api.Error
	return errors.As(err, &failed) && failed.HTTPStatus == http.StatusNotFound
}
