package importer

import (
	"context"
	"fmt"
	"strings"
	"time"

	"refload/api"
	"refload/internal/run"
)

// waitForLate lets the list catch up where nothing here tells of an earlier run: the state folder may have been lost in the
// middle of one, or another machine may have imported the same rows just now, and the list may not show yet what they made.
// It waits until the youngest referral that could be a row of this file is older than --settle, and lists again. Where
// there is none the canary looks.
func (r *runner) waitForLate(ctx context.Context, summary *Summary) error {
	if r.past.known || r.options.Target.Sandbox || r.options.DryRun || !r.mayCreate() {
		return nil
	}
	age, found, err := r.youngest()
	if err != nil {
		return err
	}
	r.lost = !found
	wait := r.options.Settle - age
	if !found || wait <= 0 {
		return nil
	}
	r.observe(run.Event{Kind: run.Said, Text: fmt.Sprintf("nothing in the state folder tells of an earlier import into %s, and a deal that could be a row of %s was made there %s ago: "+
		"waiting %s, until the list shows all that was made then", r.options.Target.Name, r.options.Name, age.Round(time.Second), wait.Round(time.Second))})
	if r.countdown(ctx, "waiting for the list", wait) != nil {
		return &StopError{Reason: reasonOfEnd(ctx)}
	}
	r.index.close()
	return r.survey(ctx, summary)
}

// mayCreate reports whether a row may create a referral, by what is listed.
func (r *runner) mayCreate() bool {
	if r.options.Mode == Update || r.blind {
		return false
	}
	for n := range r.states {
		if state := &r.states[n]; state.outcome == 0 && !state.byID && !has(r.index.byMarker, state.marker) {
			return true
		}
	}
	return false
}

// youngest returns how old the youngest listed referral is that could be a row of this file: one with its marker, with any
// marker of refload's making, since its key cells may have been other ones, or with its names.
func (r *runner) youngest() (age time.Duration, found bool, err error) {
	markers, looks := r.ownRows(), []entry(nil)
	for n := range r.states {
		if state := &r.states[n]; state.look != 0 && state.outcome == 0 {
			looks = append(looks, entry{state.look, int64(n)})
		}
	}
	sortEntries(looks)
	now, _ := r.meter.serverTime(time.Now())
	for referral, err := range r.index.all() {
		if err != nil {
			return 0, false, err
		}
		marker := foldMarker(referral.ExternalReferenceID())
		if !strings.HasPrefix(marker, markerPrefix) && !(marker != "" && has(markers, hashText(marker))) && !has(looks, lookOf(referral)) {
			continue
		}
		created, known := createdTime(referral)
		if !known {
			created = now // nobody knows how old it is
		}
		if young := max(0, now.Sub(created)); !found || young < age {
			age, found = young, true
		}
	}
	return age, found, nil
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
