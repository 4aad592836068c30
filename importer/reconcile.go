package importer

import (
	"strings"
	"time"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/listing"
	"refload/internal/run"
)

// OnUnknown says what becomes of a create without a trustworthy answer that no listing shows.
type OnUnknown string

// What --on-unknown can say.
const (
	NextRun OnUnknown = "next-run" // a later run may send it again, when enough time has passed
	Resend  OnUnknown = "resend"   // this run may send it again, when enough time has passed
	Hold    OnUnknown = "hold"     // it is never sent again without a person
)

// secondScan is the longest time between the two listings that must not show a row before it
// may be sent again.
const secondScan = time.Minute

// reconcile finds out by listing what became of the open rows, goes on with those that were
// found and are not all done, and sends again what may be sent again, until nothing is open or
// the rest must wait for a later run.
func (r *runner) reconcile() error {
	for len(r.open) > 0 && r.intake.Err() == nil {
		if err := r.scanTwice(); err != nil {
			return err
		}
		again, err := r.mayResend()
		if err != nil || !again {
			return err
		}
		if err := r.sendRows(func(n int) bool { return r.goesOn(n) }); err != nil {
			return err
		}
	}
	return nil
}

// goesOn reports whether a row is to be worked on again.
func (r *runner) goesOn(n int) bool {
	_, again := r.again[n]
	return again && r.states[n].outcome == 0
}

// scanTwice lists until two listings after the settle time have not shown an open row, and a third one
// that began after --resend-after a row that may be sent again: what a list shows late would come twice.
// For a row of an earlier run the listing before the first write was the first.
func (r *runner) scanTwice() error {
	for {
		wait, rows := r.untilScan()
		if !rows {
			return nil
		}
		r.observe(run.Event{Kind: run.PhaseStarted, Phase: "looking for answers", Total: len(r.open)})
		if api.Sleep(r.intake, wait) != nil {
			return nil
		}
		if err := r.scan(); err != nil {
			return r.cannotRead(err)
		}
	}
}

// untilScan returns how long to wait for the next listing, and whether any row needs one.
func (r *runner) untilScan() (wait time.Duration, rows bool) {
	now := time.Now()
	for i := range r.open {
		row := &r.open[i]
		if row.last.After(now) {
			row.last = now // the clock went backwards: wait the full time again
		}
		if due, needed := r.nextScan(row); needed {
			rows, wait = true, max(wait, due.Sub(now))
		}
	}
	return wait, rows
}

// nextScan returns when the next listing for an open row is due, and whether it needs one.
func (r *runner) nextScan(row *openRow) (due time.Time, needed bool) {
	switch {
	case row.scans == 0:
		return row.last.Add(r.options.Settle), true
	case row.scans == 1:
		return latestOf(row.last.Add(r.options.Settle), r.seen.Add(min(r.options.Settle, secondScan))), true
	case r.lacksLook(row):
		return row.last.Add(r.options.ResendAfter), true
	}
	return due, false
}

// lacksLook reports whether a row would be sent again of which no listing was begun late enough.
func (r *runner) lacksLook(row *openRow) bool {
	if row.found != nil {
		return false
	}
	reason, _ := r.judgeOpen(*row)
	return reason == "" && row.looked.Before(row.last.Add(r.options.ResendAfter))
}

// scan lists the referrals that can be the open rows' and settles those that it shows.
func (r *runner) scan() error {
	r.seen = time.Now()
	since, wanted := r.earliest(), map[string]bool{r.canary: true}
	for _, row := range r.open {
		wanted[row.key] = true
		if row.refused != nil || !r.seen.Before(row.last.Add(r.options.ResendAfter)) {
			since = time.Time{} // it may be sent again by this look, or be refused for good: the whole list is gone through then
		}
	}
	seen, verdict, err := r.listSince(since, wanted)
	if err != nil {
		return err
	}
	trusted := verdict.Complete() && !verdict.Aligned && (r.canary == "" || len(seen[r.canary]) > 0)
	open := r.open
	r.open = nil
	for _, row := range open {
		listed := seen[row.key]
		if len(listed) > 0 {
			if err := r.shown(row, listed); err != nil {
				return err
			}
			continue
		}
		row.scans, row.looked = row.scans+1, r.seen
		row.distrusted = !trusted
		r.open = append(r.open, row)
	}
	return nil
}

// shown takes down that a listing shows what an open row sent. A row of which more is to be done is gone on with, and
// one that an earlier run sent: its cells, and its customer, may be others by now.
func (r *runner) shown(row openRow, listed []*api.Referral) error {
	if !row.earlier {
		r.acquainted(listed[0].ID(), row.customer)
		if row.kind == journal.StepCreate {
			r.learnFound(listed[0])
		}
	}
	switch {
	case row.kind == journal.StepInvite:
		r.weighShown(row, listed[0])
		return r.settle(row.n, row.invited(listed))
	case !row.more && !row.earlier || len(listed) > 1 || row.refused != nil:
		if row.refused == nil {
			r.weighShown(row, listed[0])
		}
		record := outcomeOfListed(listed, row.refused == nil)
		record.Marker = row.marker
		return r.settle(row.n, record)
	}
	row.found, row.scans = listed[0], 2
	r.weighShown(row, row.found)
	r.leaveOpen(row)
	_, err := r.journal.Append(journal.Record{
		Kind: journal.Answer, Row: int(r.states[row.n].number), Step: row.kind, Outcome: journal.StepWasDone,
		ReferralID: row.found.ID(), EngagementID: row.found.EngagementID(), ETag: row.found.ETag(),
	})
	return err
}

// invited is the outcome of a row whose invitation is listed.
func (row openRow) invited(listed []*api.Referral) journal.Record {
	ours := row.live
	if ours == nil {
		ours = listed[0] // the row is the invitation
	}
	record := found(row.outcome, outcome.ReasonConfirmed, ours, 0)
	record.Step, record.Marker = journal.StepInvite, row.marker
	for _, referral := range listed[1:] {
		record.Outcome, record.Reason = string(run.Conflict), outcome.ReasonTwice
		record.Others = append(record.Others, referral.ID())
	}
	return record
}

// outcomeOfListed is the outcome of a row whose marker the service lists: already there, or
// made by a send of ours that had no trustworthy answer.
func outcomeOfListed(listed []*api.Referral, ours bool) journal.Record {
	var others []string
	for _, referral := range listed[1:] {
		others = append(others, referral.ID())
	}
	record := found(run.AlreadyExists, outcome.ReasonFoundByMarker, listed[0], 0)
	switch {
	case ours && others != nil:
		record = found(run.Conflict, outcome.ReasonTwice, listed[0], 0)
	case ours:
		record = found(run.Created, outcome.ReasonConfirmed, listed[0], 0)
	case others != nil:
		record = journal.Record{Outcome: string(run.Conflict), Reason: outcome.ReasonSeveral}
		others = append([]string{listed[0].ID()}, others...)
	}
	record.Others = others
	return record
}

// madeByRefload reports whether an outcome says that refload made the row's own referral, even if it stands there twice.
func madeByRefload(record journal.Record) bool {
	return run.Outcome(record.Outcome) == run.Created || record.Reason == outcome.ReasonTwice && record.Step == ""
}

// earliest returns when the first of the open rows was sent.
func (r *runner) earliest() time.Time {
	first := time.Now()
	for _, row := range r.open {
		if row.last.Before(first) {
			first = row.last
		}
	}
	return first
}

// mayResend marks the open rows that this run goes on with, waits until it may, and gives the
// others their outcome. It reports whether there are any.
func (r *runner) mayResend() (bool, error) {
	open := r.open
	r.open, r.again = nil, map[int]openRow{}
	var wait time.Duration
	for _, row := range open {
		if row.found != nil {
			r.again[row.n] = row
			continue
		}
		reason, due := r.judgeOpen(row)
		if reason != "" {
			if err := r.settle(row.n, row.ended(reason)); err != nil {
				return false, err
			}
			continue
		}
		wait = max(wait, due)
		r.again[row.n] = row
	}
	return len(r.again) > 0 && api.Sleep(r.intake, wait) == nil, nil
}

// ended is the outcome of a row with which this run does not go on.
func (row openRow) ended(reason string) journal.Record {
	if reason != outcome.ReasonThere {
		return row.unknown(reason)
	}
	record := *row.refused
	record.Step, record.Marker = row.kind, row.marker
	if row.kind == journal.StepInvite {
		record.EngagementID = strings.TrimPrefix(row.key, listing.InviteKey(""))
	}
	if row.live != nil {
		record.ReferralID, record.EngagementID, record.ETag = row.live.ID(), row.live.EngagementID(), row.live.ETag()
	}
	if row.kind == journal.StepInvite && row.outcome == run.Created {
		record.Outcome, record.Reason = string(run.Held), outcome.ReasonHalf
	}
	return record
}

// unknown is the outcome of a row of which nothing was found.
func (row openRow) unknown(reason string) journal.Record {
	record := journal.Record{Outcome: string(run.Unknown), Reason: reason, Step: row.kind}
	if row.live != nil {
		record.ReferralID, record.EngagementID = row.live.ID(), row.live.EngagementID()
	}
	return record
}

// judgeOpen returns why an open row stays unknown, or "" and how long to wait before it may
// be sent again.
func (r *runner) judgeOpen(row openRow) (reason string, wait time.Duration) {
	age := max(0, time.Since(row.last))
	wait = max(0, r.options.ResendAfter-age)
	switch {
	case row.refused != nil && !row.distrusted:
		return outcome.ReasonThere, 0
	case row.refused != nil:
		return outcome.ReasonNotSeen, 0
	case r.options.OnUnknown == Hold:
		return outcome.ReasonHeld, 0
	case row.sends >= r.options.MaxSends:
		return outcome.ReasonSpent, 0
	case row.distrusted:
		return outcome.ReasonNotSeen, 0
	case r.options.OnUnknown == NextRun && (!row.earlier || wait > 0):
		return outcome.ReasonNotSeen, 0
	}
	return "", wait
}
