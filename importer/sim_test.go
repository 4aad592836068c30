package importer_test

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"refload/importer"
	"refload/internal/effort"
	"refload/internal/run"
)

var oneSeed = flag.Uint64("seed", 0, "run this seed of the simulation alone")

// How many seeds are run where the environment says nothing, and with -short.
const usualSeeds, fewSeeds = 60, 10

// The bars for a run of 10,000 seeds: with fewer of these the simulation has seen too little.
const (
	fullRun      = 10_000
	mustAmbigous = 50_000
	mustKills    = 10_000
)

// TestSimulation imports sixty rows into a service in a bad night, kills the process again and
// again, starts it again, and holds what the results say against what the service executed.
func TestSimulation(t *testing.T) {
	if *oneSeed != 0 {
		synctest.Test(t, func(t *testing.T) { simulate(t, *oneSeed, t.TempDir()) })
		return
	}
	defer debug.SetGCPercent(debug.SetGCPercent(1200)) // memory is there, time is short
	var next, ambiguous, kills atomic.Int64
	first, total := effort.FirstSeed(), int64(effort.Asked("TEST_NIGHTS", fewSeeds, usualSeeds))
	t.Run("seeds", func(t *testing.T) {
		for range runtime.GOMAXPROCS(0) {
			t.Run("worker", func(t *testing.T) {
				t.Parallel()
				for n := next.Add(1) - 1; n < total && !t.Failed(); n = next.Add(1) - 1 {
					seed := first + uint64(n)
					folder := scratch(t, seed)
					synctest.Test(t, func(t *testing.T) {
						w := simulate(t, seed, folder)
						ambiguous.Add(int64(w.ambiguous))
						kills.Add(int64(w.kills))
					})
					os.RemoveAll(folder)
				}
			})
		}
	})
	t.Logf("%d seeds from %d: %d creates without a clear answer, %d kills", total, first, ambiguous.Load(), kills.Load())
	if total >= fullRun && (ambiguous.Load() < mustAmbigous || kills.Load() < mustKills) {
		t.Errorf("the simulation saw too little: at least %d and %d are asked for", mustAmbigous, mustKills)
	}
}

// scratch makes the folder of a seed, in memory where the system has a place for that.
func scratch(t *testing.T, seed uint64) string {
	base := ""
	if _, err := os.Stat("/dev/shm"); err == nil {
		base = "/dev/shm"
	}
	folder, err := os.MkdirTemp(base, fmt.Sprintf("refload-sim-%d-", seed))
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// againEvery is of how many seeds one ends with one more import of everything. It is a fifth of a
// seed's time; the nights with the real process do it every time.
const againEvery = 2

// mostAttempts bounds the starts of one seed.
const mostAttempts = 80

// stillAfter is after how many starts with the same outcomes a seed ends whose lists are never complete: what such a
// list does not show waits for a person, for ever.
const stillAfter = 3

// simulate runs one seed.
func simulate(t *testing.T, seed uint64, folder string) *world {
	w := newWorld(t, seed, folder)
	defer w.stop()
	order := w.random.Perm(simRows)
	policies := []importer.OnUnknown{importer.NextRun, importer.Resend}
	still, last := 0, ""
	for n := 0; ; n++ {
		if n == mostAttempts {
			t.Fatalf("seed %d: not settled after %d starts; character %q", seed, n, w.character)
		}
		killAt := int64(0)
		if w.kills < 12 && w.random.IntN(5) > 0 {
			killAt = 1 + w.random.Int64N(160)
		}
		name := "deals.csv"
		if w.random.IntN(5) == 0 {
			name = fmt.Sprintf("copy-%d.csv", n)
		}
		if w.random.IntN(5) == 0 {
			order = w.random.Perm(simRows)
		}
		before := w.emulator.Created()
		a := w.run(n, w.file(name, order), killAt, policies[w.random.IntN(2)])
		w.judge(a, before)
		if *oneSeed != 0 {
			t.Logf("start %d of character %q: killed %v, error %v, outcomes %v", n, w.character, a.killed, a.err, a.summary.Counts)
		}
		if a.settled() {
			break
		}
		if still, last = w.stands(a, still, last); w.hides() && still == stillAfter {
			return w
		}
		time.Sleep(w.restart())
	}
	if seed%againEvery == 0 || *oneSeed != 0 {
		w.judgeEnd(order)
	}
	return w
}

// stands counts how often in a row the attempts before this one, and this one, ended with the same outcomes.
func (w *world) stands(a attempt, still int, last string) (int, string) {
	if a.killed || a.err != nil || a.summary == nil {
		return 0, ""
	}
	now := fmt.Sprint(a.summary.Counts)
	if now != last {
		still = 0
	}
	return still + 1, now
}

// restart draws the time until the next start: a scheduler's, or at once, while what was sent
// last is still on its way or not listed yet.
func (w *world) restart() time.Duration {
	if w.random.IntN(2) == 0 {
		return time.Duration(w.random.IntN(3000)) * time.Millisecond
	}
	return time.Duration(w.random.IntN(150)) * time.Second
}

// settled reports whether every row of an attempt has its referral.
func (a attempt) settled() bool {
	if a.killed || a.err != nil || a.summary == nil {
		return false
	}
	return a.summary.Counts[run.Created]+a.summary.Counts[run.Unchanged] == simRows
}

// judge holds the words of one attempt against what the service executed.
func (w *world) judge(a attempt, before map[string]int) {
	created := w.emulator.Created()
	for marker, n := range created {
		if n > 1 {
			w.t.Fatalf("seed %d: %s was created %d times; character %q", w.seed, marker, n, w.character)
		}
	}
	if a.killed {
		return
	}
	if a.summary != nil && a.results != nil && a.summary.Counts.Total() != simRows {
		w.t.Fatalf("seed %d: %d outcomes for %d rows", w.seed, a.summary.Counts.Total(), simRows)
	}
	for _, row := range a.results {
		marker, word := w.kept(row["CRM ID"]), row["Outcome"]
		exists := created[marker] > 0
		fresh := exists && before[marker] == 0
		switch {
		case (word == "created" || word == "unchanged") && !exists:
			w.t.Fatalf("seed %d: %s is called %s and does not exist; character %q", w.seed, marker, word, w.character)
		case (word == "rejected" || word == "invalid") && exists, word == "not-attempted" && fresh:
			w.t.Fatalf("seed %d: %s is called %s and exists; character %q", w.seed, marker, word, w.character)
		}
	}
}

// judgeEnd wants every row created once, with its own id in the results, and no write from
// one more run.
func (w *world) judgeEnd(order []int) {
	ids := map[string]string{}
	for referral := range w.emulator.Referrals() {
		marker, _ := referral["externalReferenceId"].(string)
		ids[marker], _ = referral["id"].(string)
	}
	if len(ids) != simRows {
		w.t.Fatalf("seed %d: %d referrals for %d rows", w.seed, len(ids), simRows)
	}
	time.Sleep(10 * time.Minute) // whatever is late has happened by now
	writes := w.writes()
	for n := 1000; ; n++ {
		a := w.run(n, w.file("deals.csv", order), 0, importer.NextRun)
		w.judge(a, w.emulator.Created())
		if a.err != nil && n < 1020 {
			continue // the list could not be had
		}
		for _, row := range a.results {
			id := ids[w.kept(row["CRM ID"])]
			if row["Outcome"] != "unchanged" && row["Outcome"] != "created" || row["Referral ID"] != id {
				w.t.Fatalf("seed %d: %s ends %s with id %s, the service has %s; character %q", w.seed, row["CRM ID"], row["Outcome"], row["Referral ID"], id, w.character)
			}
		}
		break
	}
	if after := w.writes(); after != writes {
		w.t.Fatalf("seed %d: one more run sent %d writes", w.seed, after-writes)
	}
}

// writes returns how many creates reached the service.
func (w *world) writes() int {
	n := 0
	for _, entry := range w.emulator.Ledger() {
		if entry.Method == "POST" {
			n++
		}
	}
	return n
}
