package importer

import (
	"testing"
	"time"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/run"
)

func waiting(rows ...openRow) *runner {
	return &runner{options: Options{Settle: 5 * time.Minute, ResendAfter: 30 * time.Minute, MaxSends: 3}, open: rows, seen: time.Now()}
}

// near compares durations up to the time that the test itself takes.
func near(a, b time.Duration) bool { return a-b < time.Second && b-a < time.Second }

func TestWhenAListingIsBelieved(t *testing.T) {
	now := time.Now()
	for _, test := range []struct {
		name string
		row  openRow
		want time.Duration
	}{
		{"just sent", openRow{last: now}, 5 * time.Minute},
		{"sent four minutes ago", openRow{last: now.Add(-4 * time.Minute)}, time.Minute},
		{"sent long ago", openRow{last: now.Add(-time.Hour)}, 0},
		{"seen by one listing", openRow{last: now.Add(-time.Hour), scans: 1}, time.Minute},
	} {
		wait, rows := waiting(test.row).untilScan()
		if !rows || !near(wait, test.want) {
			t.Errorf("%s: wait %s, expected %s", test.name, wait, test.want)
		}
	}
}

// Only a row that may be sent again needs a third listing, and only where none began after --resend-after.
func TestTheLastLookBeforeAResend(t *testing.T) {
	now := time.Now()
	for _, test := range []struct {
		name   string
		policy OnUnknown
		row    openRow
		want   time.Duration // -1 for no listing
	}{
		{"it waits for a later run", NextRun, openRow{last: now, looked: now, scans: 2, sends: 1}, -1},
		{"it waits for a person", Hold, openRow{last: now.Add(-time.Hour), looked: now.Add(-time.Hour), scans: 2, sends: 1}, -1},
		{"it was sent as often as allowed", Resend, openRow{last: now, looked: now, scans: 2, sends: 3}, -1},
		{"it was found", Resend, openRow{last: now, looked: now, scans: 2, sends: 1, found: api.NewReferral()}, -1},
		{"it may be sent again in half an hour", Resend, openRow{last: now, looked: now, scans: 2, sends: 1}, 30 * time.Minute},
		{"the last listing began too early", Resend, openRow{last: now.Add(-time.Hour), looked: now.Add(-31 * time.Minute), scans: 2, sends: 1}, 0},
		{"the last listing began late enough", Resend, openRow{last: now.Add(-time.Hour), looked: now.Add(-29 * time.Minute), scans: 2, sends: 1}, -1},
		{"an earlier run sent it, and no listing began late enough", NextRun, openRow{last: now.Add(-time.Hour), looked: now.Add(-31 * time.Minute), scans: 2, sends: 1, earlier: true}, 0},
	} {
		r := waiting(test.row)
		r.options.OnUnknown = test.policy
		wait, rows := r.untilScan()
		if rows != (test.want >= 0) || rows && !near(max(0, wait), test.want) {
			t.Errorf("%s: a listing %v after %s, expected after %s", test.name, rows, wait, test.want)
		}
	}
}

// A send that lies in the future by the clock of today: wait the full time again.
func TestAClockThatWentBackwards(t *testing.T) {
	wait, _ := waiting(openRow{last: time.Now().Add(10 * 365 * 24 * time.Hour)}).untilScan()
	if !near(wait, 5*time.Minute) {
		t.Errorf("wait %s, expected 5m", wait)
	}
}

func TestWhatMayBeSentAgain(t *testing.T) {
	now := time.Now()
	old, young := now.Add(-time.Hour), now.Add(-10*time.Minute)
	for _, test := range []struct {
		name   string
		policy OnUnknown
		row    openRow
		reason string
		wait   time.Duration
	}{
		{"next-run, sent by this run", NextRun, openRow{last: old, sends: 1}, outcome.ReasonNotSeen, 0},
		{"next-run, sent by an earlier run long ago", NextRun, openRow{last: old, sends: 1, earlier: true}, "", 0},
		{"next-run, sent by an earlier run of late", NextRun, openRow{last: young, sends: 1, earlier: true}, outcome.ReasonNotSeen, 0},
		{"resend, of late", Resend, openRow{last: young, sends: 1}, "", 20 * time.Minute},
		{"resend, long ago", Resend, openRow{last: old, sends: 2}, "", 0},
		{"as often as allowed", Resend, openRow{last: old, sends: 3}, outcome.ReasonSpent, 0},
		{"a listing that cannot be trusted", Resend, openRow{last: old, sends: 1, distrusted: true}, outcome.ReasonNotSeen, 0},
		{"resend, sent in ten years by a clock that went backwards", Resend, openRow{last: now.Add(10 * 365 * 24 * time.Hour), sends: 1}, "", 30 * time.Minute},
		{"hold", Hold, openRow{last: old, sends: 1, earlier: true}, outcome.ReasonHeld, 0},
	} {
		r := waiting()
		r.options.OnUnknown = test.policy
		reason, wait := r.judgeOpen(test.row)
		if reason != test.reason || reason == "" && !near(wait, test.wait) {
			t.Errorf("%s: %q after %s, expected %q after %s", test.name, reason, wait, test.reason, test.wait)
		}
	}
}

// What stands there twice was made all the same, and cannot be taken back; an invitation that does is no create.
func TestWhatStandsThereTwiceWasMade(t *testing.T) {
	twice := journal.Record{Outcome: string(run.Conflict), Reason: outcome.ReasonTwice}
	invited := twice
	invited.Step = journal.StepInvite
	for _, test := range []struct {
		record journal.Record
		made   int
	}{
		{journal.Record{Outcome: string(run.Created)}, 1}, {twice, 1}, {invited, 0},
		{journal.Record{Outcome: string(run.Conflict), Reason: outcome.ReasonSeveral}, 0}, {journal.Record{Outcome: string(run.AlreadyExists)}, 0},
	} {
		h := &History{rows: map[int]rowHistory{2: rowHistoryOf(test.record, 1)}}
		if weight := h.restore([]rowState{{number: 2}}); weight.Creates != test.made || madeByRefload(test.record) != (test.made == 1) {
			t.Errorf("%v: %d", test.record, weight.Creates)
		}
	}
}
