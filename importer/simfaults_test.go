package importer_test

import (
	"errors"
	"net/http"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"refload/api"
	"refload/api/sandbox"
	"refload/importer"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/run"
)

// lossy is a service that resets after executing, answers 500 after executing, cuts bodies,
// answers HTML, 429 and 503: three writes in ten go wrong.
func lossy() *sandbox.Plan {
	writes := []string{"POST"}
	return &sandbox.Plan{Seed: 11, Rules: []sandbox.Rule{
		{Fault: "F08", On: writes, P: 0.06}, {Fault: "F31", On: writes, P: 0.06}, {Fault: "F10", On: writes, P: 0.05},
		{Fault: "F47", On: writes, P: 0.05}, {Fault: "F25", P: 0.04, Delay: 2 * time.Second}, {Fault: "F33", P: 0.04, Kind: "html"},
	}}
}

// withPlan runs one import in fake time against a service with the given faults.
func withPlan(t *testing.T, plan *sandbox.Plan, change func(*importer.Options)) (*world, attempt, []time.Time) {
	w := newWorldWith(t, 5, t.TempDir(), plan)
	defer w.stop()
	order := make([]int, simRows)
	for i := range order {
		order[i] = i
	}
	var starts []time.Time
	w.change = func(o *importer.Options) {
		o.API.OnAttempt = func(a api.Attempt) {
			w.store.mu.Lock()
			starts = append(starts, a.Start)
			w.store.mu.Unlock()
		}
		change(o)
	}
	a := w.run(0, w.file("deals.csv", order), 0, importer.Resend)
	w.judge(a, map[string]int{})
	return w, a, starts
}

// What the list of a run's end leaves out at a border between its pages is not sent again, though the list of its start had no
// border: the tenant was empty then.
func TestAResendAndABorder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan := lossy()
		plan.Rules = append(plan.Rules, sandbox.Rule{Fault: "F76", Size: 25}, sandbox.Rule{Fault: "F72"})
		w, a, _ := withPlan(t, plan, func(o *importer.Options) {
			o.MaxSends, o.Settle, o.ResendAfter = 10, 10*time.Second, 10*time.Second
		})
		if a.err != nil || len(w.doubles()) > 0 || a.summary.Counts[run.Unknown] == 0 {
			t.Errorf("%v, %v, twice: %v", a.err, a.summary.Counts, w.doubles())
		}
	})
}

// In one run every row ends created, none twice, and the results name every referral's id.
func TestALossyServiceIsServedInOneRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, a, _ := withPlan(t, lossy(), func(o *importer.Options) {
			o.MaxSends, o.Settle, o.ResendAfter = 10, 10*time.Second, 10*time.Second
		})
		if a.err != nil || a.summary.Counts[run.Created] != simRows {
			t.Fatalf("%v: %v", a.err, a.summary.Counts)
		}
		if a.summary.Weight.Creates != simRows { // those too that only a listing has shown
			t.Errorf("%d rows cannot be taken back, %d were created", a.summary.Weight.Creates, simRows)
		}
		for _, row := range a.results {
			if !api.ValidGUID(row["Referral ID"]) {
				t.Errorf("%s has no id: %v", row["CRM ID"], row)
			}
		}
		if created := len(w.emulator.Created()); created != simRows {
			t.Errorf("%d referrals for %d rows", created, simRows)
		}
	})
}

// Listings, creates and repeats together never exceed the rate in any second.
func TestNoWindowOfARunExceedsTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, starts := withPlan(t, lossy(), func(o *importer.Options) {
			o.API.Pacer = api.NewPacer(api.FixedRate(10))
			o.MaxSends, o.Settle, o.ResendAfter = 10, 10*time.Second, 10*time.Second
		})
		if a.err != nil || len(starts) < simRows {
			t.Fatalf("%v, %d requests", a.err, len(starts))
		}
		for i := 10; i < len(starts); i++ {
			if window := starts[i].Sub(starts[i-10]); window < time.Second {
				t.Fatalf("11 requests within %s", window)
			}
		}
	})
}

// After a 429 with Retry-After nobody starts before its time is over.
func TestOne429StopsEveryWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan := &sandbox.Plan{Rules: []sandbox.Rule{{Fault: "F25", On: []string{"POST"}, Key: "SIM-5-30", Nth: 1, Delay: 57 * time.Second}}}
		var held time.Time
		_, a, starts := withPlan(t, plan, func(o *importer.Options) {
			o.API.Pacer = api.NewPacer(api.FixedRate(10)) // without, all rows start in the same moment of fake time
			note := o.API.OnAttempt
			o.API.OnAttempt = func(at api.Attempt) {
				note(at)
				if at.Status == http.StatusTooManyRequests {
					held = at.Start.Add(at.Latency)
				}
			}
		})
		if a.err != nil || held.IsZero() {
			t.Fatalf("%v, throttled at %v", a.err, held)
		}
		late := 0
		for _, start := range starts {
			if start.After(held) && start.Before(held.Add(57*time.Second)) {
				t.Errorf("a start %s after the answer that asked to wait 57 s", start.Sub(held))
			}
			if !start.Before(held.Add(57 * time.Second)) {
				late++
			}
		}
		if late == 0 {
			t.Error("nothing was sent after the wait")
		}
	})
}

// An intent that was written before a long wait is written again before the request leaves: later
// runs count --settle and --resend-after from the last send, and know it from the journal alone.
func TestIntentsAreAsYoungAsTheirSends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const wait = 10 * time.Minute
		plan := &sandbox.Plan{Rules: []sandbox.Rule{{Fault: "F25", On: []string{"POST"}, Key: "SIM-5-30", Nth: 1, Delay: wait}}}
		w, a, _ := withPlan(t, plan, func(*importer.Options) {})
		if a.err != nil || a.summary.Took() < wait {
			t.Fatalf("%v, after %s", a.err, a.summary.Took())
		}
		intents := w.intents()
		posts := 0
		for _, entry := range w.emulator.Ledger() {
			if entry.Method != "POST" {
				continue
			}
			posts++
			age := wait
			for _, when := range intents[entry.Marker] {
				if !when.After(entry.Time) {
					age = min(age, entry.Time.Sub(when))
				}
			}
			if age > 10*time.Second {
				t.Errorf("%s was sent %s after its last intent", entry.Marker, age)
			}
		}
		if posts != simRows+1 {
			t.Errorf("%d creates", posts)
		}
	})
}

// intents returns when each marker was announced, by all journals.
func (w *world) intents() map[string][]time.Time {
	all := map[string][]time.Time{}
	w.records(func(record journal.Record) {
		if record.Kind == journal.Intent {
			all[record.Marker] = append(all[record.Marker], record.Time)
		}
	})
	return all
}

// outcomesWith counts the outcomes in all journals that name a referral.
func (w *world) outcomesWith(id string) (n int) {
	w.records(func(record journal.Record) {
		if record.Kind == journal.Outcome && record.ReferralID == id {
			n++
		}
	})
	return n
}

// records goes through all journals.
func (w *world) records(yield func(journal.Record)) {
	for path := range w.store.files {
		file, err := w.store.Open(path)
		if err != nil {
			w.t.Fatal(err)
		}
		if _, err := journal.Read(file, func(record journal.Record, _ int64) error {
			yield(record)
			return nil
		}); err != nil {
			w.t.Fatal(err)
		}
	}
}

// A refused change of input, and a resume that goes on.
func TestResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorldWith(t, 9, t.TempDir(), &sandbox.Plan{})
		defer w.stop()
		order := make([]int, simRows)
		for i := range order {
			order[i] = i
		}
		file := w.file("deals.csv", order)
		if a := w.run(0, file, 90, importer.NextRun); !a.killed {
			t.Fatal("the process was not killed")
		}
		home, err := run.OpenHome(filepath.Join(w.folder, "state"), "service")
		if err != nil {
			t.Fatal(err)
		}
		folders, err := home.Folders()
		if err != nil || len(folders) != 1 {
			t.Fatalf("%d runs, %v", len(folders), err)
		}
		w.file("deals.csv", order[1:])
		if a := w.resume(1, file, folders[0]); a.err == nil {
			t.Error("a changed file was resumed")
		}
		w.file("deals.csv", order)
		time.Sleep(2 * time.Minute)
		a := w.resume(2, file, folders[0])
		if a.err != nil || a.summary.Counts[run.Created] != simRows || len(w.emulator.Created()) != simRows {
			t.Fatalf("%v, %v, %d referrals", a.err, a.summary.Counts, len(w.emulator.Created()))
		}
		posts := w.writes()
		if again := w.resume(3, file, folders[0]); again.err != nil || again.summary.Counts[run.Created] != simRows || w.writes() != posts {
			t.Errorf("a finished run: %v, %v, %d further writes", again.err, again.summary.Counts, w.writes()-posts)
		}
	})
}

// Who asks to wait for longer than a run waits is not asked again before, whatever the status and
// whatever was asked: the run stops and says why.
func TestALongRetryAfterStopsTheRun(t *testing.T) {
	for _, rule := range []sandbox.Rule{
		{Fault: "F33", On: []string{"POST"}, P: 1, Kind: "json", Delay: time.Hour},
		{Fault: "F33", On: []string{"GET"}, P: 1, Kind: "json", Delay: time.Hour},
		{Fault: "F25", On: []string{"POST"}, P: 1, Delay: time.Hour},
		{Fault: "F25", On: []string{"GET"}, P: 1, Delay: time.Hour},
	} {
		t.Run(rule.On[0]+" "+rule.Fault, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, a, starts := withPlan(t, &sandbox.Plan{Rules: []sandbox.Rule{rule}}, func(*importer.Options) {})
				var stop *outcome.StopError
				if !errors.As(a.err, &stop) || stop.Reason != "throttled" {
					t.Errorf("%v", a.err)
				}
				if len(starts) > 0 && starts[len(starts)-1].Sub(starts[0]) > time.Minute {
					t.Errorf("a request %s after the first", starts[len(starts)-1].Sub(starts[0]))
				}
			})
		})
	}
}
