package importer_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"refload/api/sandbox"
	"refload/importer"
	"refload/internal/run"
)

// stopOf is why an attempt was stopped, "" where it was not.
func stopOf(err error) string {
	var stop *importer.StopError
	if errors.As(err, &stop) {
		return stop.Reason
	}
	return ""
}

// from are rules by which a fault strikes the creates of the rows from one on.
func from(first int, rule sandbox.Rule) *sandbox.Plan {
	plan := &sandbox.Plan{}
	for i := first; i < simRows; i++ {
		rule.On, rule.Key = []string{"POST"}, fmt.Sprintf("SIM-5-%d", i)
		plan.Rules = append(plan.Rules, rule)
	}
	return plan
}

// A service that answers creates with something else is sent three of them, not a whole file: from the
// first row on, where no other is sent beside, and after it answered well. Then those in flight come on
// top, twice: when the last good answer comes, and when the third bad one does.
func TestAnswersThatCannotBeTrustedStopARun(t *testing.T) {
	for _, fault := range []sandbox.Rule{{Fault: "F47", Kind: "text/html"}, {Fault: "F44", Kind: "empty object"}, {Fault: "F44", Kind: "no id"},
		{Fault: "F43", Kind: "not executed"}, {Fault: "F46", Kind: "204"}} {
		for _, first := range []int{0, 20} {
			synctest.Test(t, func(t *testing.T) {
				const inFlight = 6
				w, a, _ := withPlan(t, from(first, fault), func(o *importer.Options) { o.Concurrency = inFlight })
				least, most := 3, 3
				if first > 0 {
					least, most = first+3-inFlight, first+3+2*inFlight
				}
				if posts := w.writes(); stopOf(a.err) != "nonsense" || posts < least || posts > most {
					t.Errorf("%s %s from row %d on: %d creates, %d to %d were expected; %v", fault.Fault, fault.Kind, first, posts, least, most, a.err)
				}
				if counts := a.summary.Counts; counts[run.Unknown] == 0 || counts[run.NotAttempted] == 0 {
					t.Errorf("%s %s from row %d on: %v", fault.Fault, fault.Kind, first, counts)
				}
			})
		}
	}
}

// A service that takes creates for later execution is none that answers nonsense.
func TestAcceptedIsNoNonsense(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, a, _ := withPlan(t, from(0, sandbox.Rule{Fault: "F45", Delay: 10 * time.Second}), func(*importer.Options) {})
		if a.err != nil || a.summary.Counts[run.Created] != simRows || w.writes() != simRows {
			t.Errorf("%v, %v, %d creates", a.err, a.summary.Counts, w.writes())
		}
	})
}

// What stops a run at its first refusal, and what only when nothing else is answered.
func TestRefusalsThatConcernEveryRow(t *testing.T) {
	for _, test := range []struct {
		name   string
		plan   *sandbox.Plan
		reason string
		posts  int
	}{
		{"a stronger sign-in from the first row on", from(0, sandbox.Rule{Fault: "F36", Kind: "claims"}), "sign-in", 1},
		{"a stronger sign-in at the end", from(simRows-1, sandbox.Rule{Fault: "F36", Kind: "claims"}), "sign-in", simRows},
		{"forbidden from the first row on", from(0, sandbox.Rule{Fault: "F36", Kind: "role"}), "alike", 5},
		{"forbidden at the end", from(simRows-20, sandbox.Rule{Fault: "F36", Kind: "role"}), "", simRows},
	} {
		synctest.Test(t, func(t *testing.T) {
			w, a, _ := withPlan(t, test.plan, func(o *importer.Options) { o.Concurrency = 1 })
			if reason := stopOf(a.err); reason != test.reason || w.writes() != test.posts {
				t.Errorf("%s: %q after %d creates, expected %q after %d", test.name, reason, w.writes(), test.reason, test.posts)
			}
		})
	}
}

// A conflict is no open question: 409 says that nothing was executed. What the list does not show is
// rejected at once, without the waits of a lost answer.
func TestAConflictIsSettledAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, a, _ := withPlan(t, from(simRows-3, sandbox.Rule{Fault: "F38"}), func(o *importer.Options) { o.Settle = time.Hour })
		if a.err != nil || a.summary.Counts[run.Rejected] != 3 || a.summary.Counts[run.Created] != simRows-3 || w.writes() != simRows {
			t.Errorf("%v, %v, %d creates", a.err, a.summary.Counts, w.writes())
		}
		if took := a.summary.Took(); took > 10*time.Minute {
			t.Errorf("it took %s", took)
		}
	})
}

// What stays locked is refused after a few repeats; the service can be reached, and the run goes on.
func TestWhatStaysLockedIsRejected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, a, _ := withPlan(t, from(simRows-2, sandbox.Rule{Fault: "F40", Code: 423}), func(*importer.Options) {})
		if a.err != nil || a.summary.Counts[run.Rejected] != 2 || w.writes() != simRows-2+2*6 {
			t.Errorf("%v, %v, %d creates", a.err, a.summary.Counts, w.writes())
		}
	})
}
