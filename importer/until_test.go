package importer_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"refload/api"
	"refload/api/sandbox"
	"refload/importer"
	"refload/importer/outcome"
	"refload/internal/run"
)

// timeUpAfter imports a file whose time is up when n rows have their outcome, or at once after
// the given number of requests where that is less.
func timeUpAfter(w *world, n int, rows, requests int64) attempt {
	var done, sent atomic.Int64
	order := make([]int, simRows)
	for i := range order {
		order[i] = i
	}
	file := w.file("deals.csv", order)
	return w.start(n, file, 0, importer.NextRun, func(_ context.Context, o importer.Options) (*importer.Summary, error) {
		ctx, cancel := context.WithCancelCause(context.Background())
		end := func() { cancel(importer.TimeUp{Until: time.Now()}) }
		o.Observe = func(event run.Event) {
			if event.Kind == run.RowDone && done.Add(1) == rows {
				end()
			}
		}
		o.API.OnAttempt = func(api.Attempt) {
			if sent.Add(1) == requests {
				end()
			}
		}
		summary, err := importer.Import(ctx, o)
		return summary, importer.TimeIsUp(ctx, err)
	})
}

// When its time is up a run ends like an interrupted one, says why, and the next one goes on; no
// row is lost and none made twice, wherever the time was up.
func TestTimeUp(t *testing.T) {
	for _, test := range []struct {
		name           string
		rows, requests int64
	}{
		{"while listing", 0, 1}, {"at the canary", 0, 2}, {"early", 3, 0}, {"halfway", 30, 0}, {"late", 45, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorldWith(t, 5, t.TempDir(), &sandbox.Plan{Rules: []sandbox.Rule{{Fault: "F13", Delay: time.Second}}})
				defer w.stop()
				a := timeUpAfter(w, 0, test.rows, test.requests)
				var stopped *outcome.StopError
				if !errors.As(a.err, &stopped) || stopped.Reason != "until" || stopped.Kind() != outcome.StoppedByService {
					t.Fatalf("ended with %v", a.err)
				}
				left := a.summary.Counts.TimeSettles()
				if left == 0 || a.summary.Counts.Total() != simRows || a.summary.Counts[run.Created] != len(w.emulator.Created()) {
					t.Errorf("%v, the service has %d", a.summary.Counts, len(w.emulator.Created()))
				}
				if last := a.results[simRows-1]; last["Outcome"] != "not-attempted" || !strings.Contains(last["Message"], "--until") {
					t.Errorf("the last row is %s: %s", last["Outcome"], last["Message"])
				}
				again := timeUpAfter(w, 1, 0, 0)
				if again.err != nil || again.summary.Counts.Bad() != 0 || len(w.emulator.Created()) != simRows {
					t.Errorf("the next run: %v, %v, the service has %d", again.err, again.summary.Counts, len(w.emulator.Created()))
				}
			})
		})
	}
}

// Requests that nobody answers are given up half a minute after the time was up, as after an interruption.
func TestTimeUpDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorldWith(t, 5, t.TempDir(), &sandbox.Plan{Rules: []sandbox.Rule{{Fault: "F13", On: []string{"POST"}, Nth: 4, Delay: 95 * time.Second}}})
		defer w.stop()
		began := time.Now()
		a := timeUpAfter(w, 0, 2, 0)
		var stopped *outcome.StopError
		if !errors.As(a.err, &stopped) || stopped.Reason != "until" || time.Since(began) > time.Minute {
			t.Errorf("%v after %s", a.err, time.Since(began))
		}
	})
}

func TestOnlyTimeIsTimeUp(t *testing.T) {
	up, endUp := context.WithCancelCause(context.Background())
	endUp(importer.TimeUp{})
	ended, end := context.WithCancel(context.Background())
	end()
	other := errors.New("other")
	for _, test := range []struct {
		ctx  context.Context
		err  error
		same bool
	}{
		{up, context.Canceled, false}, {up, other, true}, {up, nil, true}, {up, &outcome.StopError{Reason: "storage"}, true},
		{up, &outcome.StopError{Reason: "interrupted"}, false}, {ended, context.Canceled, true}, {context.Background(), context.Canceled, true},
	} {
		if got := importer.TimeIsUp(test.ctx, test.err); (got == test.err) != test.same {
			t.Errorf("%v became %v", test.err, got)
		}
	}
}
