package importer_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"refload/api/sandbox"
	"refload/importer"
	"refload/internal/effort"
)

// lostRows is how many rows a file of these simulations has.
const lostRows = 12

// lagging is a service whose lists are behind, and which answers one request in five late: in order of creation, as far as
// ordered says, else by a time that is drawn for each referral.
func lagging(seed uint64, ordered bool, lag time.Duration) *sandbox.Plan {
	rule := sandbox.Rule{Fault: "F54", Max: lag}
	if ordered {
		rule = sandbox.Rule{Fault: "F54", Delay: lag}
	}
	return &sandbox.Plan{Seed: seed, Rules: []sandbox.Rule{rule, {Fault: "F13", P: 0.2, Max: 2 * time.Second}}}
}

// beside is another machine that imports into the same service, or this one with a new state folder.
func (w *world) beside(name string) *world {
	folder := filepath.Join(w.folder, name)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		w.t.Fatal(err)
	}
	other := &world{t: w.t, seed: w.seed, random: rand.New(rand.NewPCG(w.seed, uint64(len(name))+7)), folder: folder,
		emulator: w.emulator, pipes: w.pipes, store: newLossyStore(), change: w.change}
	other.store.onStep = other.step
	return other
}

// others is a file with rows of other deals.
func (w *world) others(name string) string {
	path := w.file(name, inOrder()[:lostRows])
	text, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, []byte(strings.NewReplacer("\nDeal ", "\nOlder ", "SIM-", "OLD-").Replace(string(text))), 0o600)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return path
}

// doubles returns the ids of the referrals of each marker that stands there more than once.
func (w *world) doubles() map[string][]string {
	all := map[string][]string{}
	for referral := range w.emulator.Referrals() {
		marker := fmt.Sprint(referral["externalReferenceId"])
		all[marker] = append(all[marker], fmt.Sprint(referral["id"]))
	}
	for marker, ids := range all {
		if len(ids) < 2 {
			delete(all, marker)
		}
	}
	return all
}

// named reports whether the results of a start name a double: as a conflict, with all of its ids.
func (a attempt) named(marker string, ids []string) bool {
	return slices.ContainsFunc(a.results, func(row map[string]string) bool {
		said := row["Referral ID"] + " " + row["Message"]
		return row["CRM ID"] == marker && row["Outcome"] == "conflict" && !slices.ContainsFunc(ids, func(id string) bool { return !strings.Contains(said, id) })
	})
}

// silent reports whether a start ended as if all were well.
func (a attempt) silent() bool { return a.err == nil && a.summary.Counts.Bad() == 0 }

// judgeDoubles wants every double named by one of the starts, no start silent that made the later one of a double, and no
// row called a conflict that is none.
func (w *world) judgeDoubles(starts ...attempt) {
	doubles := w.doubles()
	for marker, ids := range doubles {
		if !slices.ContainsFunc(starts, func(a attempt) bool { return a.named(marker, ids) }) {
			w.t.Fatalf("seed %d: %s stands there as %v, and no run names it", w.seed, marker, ids)
		}
	}
	for i, a := range starts {
		for _, row := range a.results {
			if _, double := doubles[row["CRM ID"]]; row["Outcome"] == "conflict" && !double {
				w.t.Fatalf("seed %d, start %d: %s is called a conflict: %s", w.seed, i, row["CRM ID"], row["Message"])
			}
		}
	}
}

// ends runs a machine until nothing is left to do and wants every row there, and no further double.
func (w *world) ends(file string) {
	before := len(w.doubles())
	for n := 100; ; n++ {
		time.Sleep(10 * time.Minute)
		a := w.run(n, file, 0, importer.NextRun)
		w.judgeDoubles(a)
		if a.err == nil && a.summary.Counts.Bad() == before {
			break
		}
		if n == 110 {
			w.t.Fatalf("seed %d: %v, %v", w.seed, a.err, a.summary.Counts)
		}
	}
	created := w.emulator.Created()
	for i := range lostRows {
		if created[fmt.Sprintf("SIM-%d-%d", w.seed, i)] == 0 {
			w.t.Fatalf("seed %d: row %d is not there", w.seed, i)
		}
	}
	if after := len(w.doubles()); after != before {
		w.t.Fatalf("seed %d: %d doubles became %d", w.seed, before, after)
	}
}

// seeds runs a simulation for many seeds.
func seeds(t *testing.T, simulate func(t *testing.T, seed uint64, folder string)) {
	if *oneSeed != 0 {
		synctest.Test(t, func(t *testing.T) { simulate(t, *oneSeed, t.TempDir()) })
		return
	}
	defer debug.SetGCPercent(debug.SetGCPercent(1200)) // memory is there, time is short
	var next atomic.Int64
	first, total := effort.FirstSeed(), int64(effort.Of(2*fewSeeds, usualSeeds, 2000))
	t.Run("seeds", func(t *testing.T) {
		for range runtime.GOMAXPROCS(0) {
			t.Run("worker", func(t *testing.T) {
				t.Parallel()
				for n := next.Add(1) - 1; n < total && !t.Failed(); n = next.Add(1) - 1 {
					seed := first + uint64(n)
					folder := scratch(t, seed)
					synctest.Test(t, func(t *testing.T) { simulate(t, seed, folder) })
					os.RemoveAll(folder)
				}
			})
		}
	})
}

// A process is killed and its state folder lost, while the list is behind what it made: what the next run, with a new
// state folder, makes a second time is one deal at most while the list keeps the order of creation, and is named by it.
func TestALostState(t *testing.T) {
	seeds(t, func(t *testing.T, seed uint64, folder string) {
		ordered := seed%2 == 0
		w := newWorldWith(t, seed, folder, lagging(seed, ordered, 5*time.Second+time.Duration(seed%16)*time.Second))
		defer w.stop()
		order := w.random.Perm(lostRows)
		first := w.beside("first")
		if a := first.run(0, first.file("deals.csv", order), 1+w.random.Int64N(80), importer.NextRun); !a.killed {
			return
		}
		time.Sleep(w.restart())
		second := w.beside("second")
		if w.random.IntN(3) == 0 {
			order = w.random.Perm(lostRows)
		}
		file := second.file("deals.csv", order)
		began := time.Now()
		a := second.run(1, file, 0, importer.NextRun)
		if n := len(w.doubles()); ordered && n > 1 {
			t.Fatalf("seed %d: %d deals were made twice: %v, %v", seed, n, a.err, a.summary.Counts)
		}
		if n := len(w.doubles()); n > 0 && a.silent() {
			t.Fatalf("seed %d: %d deals were made twice, in silence", seed, n)
		}
		if took := time.Since(began); took > 5*time.Minute {
			t.Errorf("seed %d: it took %s", seed, took)
		}
		w.judgeDoubles(a)
		second.ends(file)
	})
}

// Two machines import the same rows at the same time, with or without runs before that.
func TestTwoMachines(t *testing.T) {
	seeds(t, func(t *testing.T, seed uint64, folder string) {
		ordered := seed%2 == 0
		w := newWorldWith(t, seed, folder, lagging(seed, ordered, 5*time.Second+time.Duration(seed%16)*time.Second))
		defer w.stop()
		order := w.random.Perm(lostRows)
		machines, starts := []*world{w.beside("one"), w.beside("other")}, make([]attempt, 2)
		for i, m := range machines {
			if seed%3 == uint64(i) {
				if a := m.run(0, m.others("before.csv"), 0, importer.NextRun); !a.silent() {
					t.Fatalf("seed %d: %v, %v", seed, a.err, a.summary.Counts)
				}
				time.Sleep(time.Hour)
			}
		}
		var group sync.WaitGroup
		later := time.Duration(w.random.IntN(2)*w.random.IntN(20_000)) * time.Millisecond
		for i, m := range machines {
			file := m.file("deals.csv", order)
			group.Go(func() {
				time.Sleep(time.Duration(i) * later)
				starts[i] = m.run(1, file, 0, importer.NextRun)
			})
		}
		group.Wait()
		doubles := len(w.doubles())
		if ordered && doubles > 1 {
			t.Fatalf("seed %d: %d deals were made twice: %v %v", seed, doubles, starts[0].summary.Counts, starts[1].summary.Counts)
		}
		if doubles > 0 && starts[0].silent() && starts[1].silent() {
			t.Fatalf("seed %d: %d deals were made twice, in silence", seed, doubles)
		}
		w.judgeDoubles(starts...)
		machines[seed%2].ends(filepath.Join(machines[seed%2].folder, "deals.csv"))
	})
}

// A machine whose clock is set forward by an hour between two runs does not send again what the service made minutes ago
// and does not list yet; nor does one whose clock went back wait for ever.
func TestAClockThatIsSetBetweenRuns(t *testing.T) {
	for _, jump := range []time.Duration{time.Hour, 0} {
		synctest.Test(t, func(t *testing.T) {
			var offset time.Duration
			plan := &sandbox.Plan{Rules: []sandbox.Rule{{Fault: "F31", On: []string{"POST"}}, {Fault: "F54", Delay: 20 * time.Minute}}}
			w := newWorldAt(t, 5, t.TempDir(), plan, func() time.Time { return time.Now().Add(-offset) })
			defer w.stop()
			w.change = func(o *importer.Options) { o.ResendAfter = 30 * time.Minute }
			file := w.file("deals.csv", w.random.Perm(simRows))
			w.run(0, file, 0, importer.NextRun)
			time.Sleep(jump) // and the service's clock does not move
			offset += jump
			a := w.run(1, file, 0, importer.NextRun)
			if n := len(w.doubles()); n > 0 || a.summary.Counts["unknown"] != simRows {
				t.Fatalf("after a jump of %s %d deals were made twice: %v, %v", jump, n, a.err, a.summary.Counts)
			}
			time.Sleep(time.Hour)
			if a := w.run(2, file, 0, importer.NextRun); a.err != nil || a.summary.Counts["created"] != simRows || w.writes() != simRows {
				t.Errorf("after a jump of %s: %v, %v, %d creates", jump, a.err, a.summary.Counts, w.writes())
			}
		})
	}
}
