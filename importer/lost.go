package importer

import (
	"context"
	"fmt"
	"strings"
	"time"

	"refload/api"
	"refload/importer/outcome"
	"refload/internal/listing"
	"refload/internal/run"
	"refload/mapping"
)

// waitForLate lets the list catch up before a first create where somebody else may be making referrals of the same rows: the
// list may not show yet what he made last. It waits until the youngest referral that could be a row of this file, and that
// nothing here tells of, is older than --settle, and lists again. Where nothing here tells of any earlier run, because the state
// folder was lost in the middle of one or this is another machine, more could be a row of the file, and where nothing of late
// is listed then the canary looks harder.
func (r *runner) waitForLate(ctx context.Context, summary *Summary) error {
	if r.options.Target.Sandbox || r.options.DryRun || r.blind || !r.mayCreate() {
		return nil
	}
	created, found, err := r.youngest()
	if err != nil {
		return err
	}
	r.lost, r.theirs = !found && !r.past.known, created
	now, _ := r.meter.AtLeast(time.Now())
	age := max(0, now.Sub(created))
	wait := r.options.Settle - age
	if !found || wait <= 0 {
		return nil
	}
	r.observe(run.Event{Kind: run.Said, Text: fmt.Sprintf("a deal that could be a row of %s was made %s ago, and nothing in the state folder tells of it: waiting %s, until the list shows all that was made then",
		r.options.Name, age.Round(time.Second), wait.Round(time.Second))})
	if r.countdown(ctx, "waiting for the list", wait) != nil {
		return &outcome.StopError{Reason: reasonOfEnd(ctx)}
	}
	r.index.Close()
	r.asked = nil
	return r.survey(ctx, summary)
}

// youngest returns when the youngest listed referral was made that could be a row of this file and that nothing here tells of, by
// the service's clock.
func (r *runner) youngest() (created time.Time, found bool, err error) {
	alike := r.alikeRows()
	now, _ := r.meter.AtLeast(time.Now())
	listed := r.index.All()
	if r.past.known { // all that counts then are the rows' own markers
		listed = r.index.Marked(r.ownRows())
	}
	for at, err := range listed {
		if err != nil {
			return created, false, err
		}
		if r.tellsOf(at.Referral) || !alike(at.Referral) {
			continue
		}
		made, known := createdTime(at.Referral)
		if !known {
			made = now // nobody knows how old it is
		}
		if !found || made.After(created) {
			created, found = made, true
		}
	}
	return created, found, nil
}

// tellsOf reports whether a journal here tells of a referral: that it was made, or that a create with its marker was sent.
func (r *runner) tellsOf(referral *api.Referral) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.knowsID(listing.IDHash(referral.ID())) || r.past.sent(r.keyOfListed(referral))
}

// alikeRows returns what tells whether a referral could be a row of this file: one with its marker; where nothing tells of any
// earlier run also one with a marker of refload's making, since its key cells may have been other ones, or with a row's names.
func (r *runner) alikeRows() func(*api.Referral) bool {
	markers := r.ownRows()
	looks := r.rowsBy(func(state *rowState) (uint64, bool) {
		return state.look, !r.past.known && state.look != 0 && state.outcome == 0
	})
	return func(referral *api.Referral) bool {
		marker := r.keyOfListed(referral)
		return marker != "" && listing.Has(markers, listing.HashText(marker)) || listing.Has(looks, listing.LookOf(referral)) || !r.past.known && strings.HasPrefix(marker, mapping.MadePrefix)
	}
}

// countdown waits, and tells every second how far it is.
func (r *runner) countdown(ctx context.Context, phase string, wait time.Duration) error {
	end, total := time.Now().Add(wait), int(wait.Round(time.Second)/time.Second)
	r.observe(run.Event{Kind: run.PhaseStarted, Phase: phase, Total: total})
	for left := wait; left > 0; left = time.Until(end) {
		r.observe(run.Event{Kind: run.Progressed, Phase: phase, Done: max(0, total-int(left/time.Second))})
		if err := api.Sleep(ctx, min(left, time.Second)); err != nil {
			return err
		}
	}
	return nil
}
