package importer_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"refload/api/sandbox"
	"refload/importer"
	"refload/internal/effort"
	"refload/internal/run"
)

// coSellRows is how many rows a simulated file of pairs has; every third is a deal of the past.
const coSellRows = 9

// badForPairs is a night in which every second write goes wrong in some way.
func badForPairs(seed uint64) *sandbox.Plan {
	writes := []string{"POST", "PATCH"}
	return &sandbox.Plan{Seed: seed, Rules: []sandbox.Rule{
		{Fault: "F08", On: writes, P: 0.12}, {Fault: "F31", On: writes, P: 0.1}, {Fault: "F07", On: writes, P: 0.08}, {Fault: "F10", On: writes, P: 0.06},
		{Fault: "F47", On: writes, P: 0.05}, {Fault: "F30", On: writes, P: 0.05}, {Fault: "F25", P: 0.04, Delay: time.Second},
		{Fault: "F54", Max: 20 * time.Second}, {Fault: "F55", On: []string{"POST"}, P: 0.05, Max: 20 * time.Second},
	}}
}

// pairs is a file of deals for which Microsoft's help is asked, and of deals of the past.
func (w *world) pairs() string {
	var b strings.Builder
	b.WriteString("Deal Name,Customer Name,Customer Address Line 1,Customer City,Customer Country,Customer Contact First Name,Customer Contact Last Name,Customer Contact Phone number,Customer Contact Email Address," +
		"Partner Referral Status,Partner Referral Substatus,Declined/Lost/Error reason,Estimated Deal Value,Currency,Estimated Close Date,CRM ID,Microsoft help required?,What specific help from Microsoft?,Share with Microsoft sales team,Consent to share Customer/Partner contact,Marketplace Purchase Intent,Solution Area,Solution Play,Solution 1,Team member 1\n")
	for i := range coSellRows {
		state, help := "New,Accepted,", "Yes,2"
		if i%3 == 2 {
			state, help = "Closed,Lost,1", "No,"
		}
		fmt.Fprintf(&b, "Deal %d,Contoso,1 Way,Redmond,US,Sue,Example,5550100,sue@example.com,%s,1000,USD,12/30/2031,PAIR-%d,%s,Yes,Yes,Yes,Security,Data Security,SOL-1-AAA,\"Ann,Lee,5550101,ann@example.com\"\n", i, state, i, help)
	}
	name := filepath.Join(w.folder, "pairs.csv")
	if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return name
}

// Kills and faults at every point of the pair: no engagement has two referrals for Microsoft,
// no deal is made twice, none is left half done without a word, and a later start finishes it.
func TestCoSellPairs(t *testing.T) {
	if *oneSeed != 0 {
		synctest.Test(t, func(t *testing.T) { pairNight(t, *oneSeed, t.TempDir()) })
		return
	}
	var next, kills atomic.Int64
	first, total := effort.FirstSeed(), int64(effort.Asked("TEST_PAIRS", fewSeeds, usualSeeds))
	t.Run("nights", func(t *testing.T) {
		for range runtime.GOMAXPROCS(0) {
			t.Run("worker", func(t *testing.T) {
				t.Parallel()
				for n := next.Add(1) - 1; n < total && !t.Failed(); n = next.Add(1) - 1 {
					seed := first + uint64(n)
					folder := scratch(t, seed)
					synctest.Test(t, func(t *testing.T) { kills.Add(int64(pairNight(t, seed, folder))) })
					os.RemoveAll(folder)
				}
			})
		}
	})
	t.Logf("%d nights from %d, of %d rows: %d kills", total, first, coSellRows, kills.Load())
	if kills.Load() < total {
		t.Error("the nights saw too few kills")
	}
}

// pairNight imports the pairs until every row is done, by further imports and resumes.
func pairNight(t *testing.T, seed uint64, folder string) int {
	w := newWorldWith(t, seed, folder, badForPairs(seed))
	defer w.stop()
	file := w.pairs()
	policies := []importer.OnUnknown{importer.NextRun, importer.Resend}
	for n := 0; ; n++ {
		if n == mostAttempts {
			t.Fatalf("seed %d: not settled after %d starts", seed, n)
		}
		killAt := int64(0)
		if w.kills < 8 && w.random.IntN(5) > 0 {
			killAt = 1 + w.random.Int64N(70)
		}
		a := w.pairAttempt(n, file, killAt, policies[w.random.IntN(2)])
		w.judgePairs(a)
		if *oneSeed != 0 && !a.killed {
			t.Logf("start %d: error %v, outcomes %v", n, a.err, a.summary.Counts)
		}
		if !a.killed && a.err == nil && a.summary.Counts.Bad() == 0 {
			break
		}
		time.Sleep(w.restart())
	}
	w.judgePairsEnd(file)
	return w.kills
}

// pairAttempt starts the program again: import, or now and then a resume of the last run.
func (w *world) pairAttempt(n int, file string, killAt int64, policy importer.OnUnknown) attempt {
	folders, err := w.home().Folders()
	if err != nil || len(folders) == 0 || w.random.IntN(3) > 0 {
		return w.run(n, file, killAt, policy)
	}
	last := folders[len(folders)-1]
	return w.start(n, file, killAt, policy, func(ctx context.Context, o importer.Options) (*importer.Summary, error) {
		summary, err := importer.Resume(ctx, o, last)
		if summary == nil { // the run recorded nothing
			return importer.Import(ctx, o)
		}
		return summary, err
	})
}

func (w *world) home() *run.Home {
	home, err := run.OpenHome(filepath.Join(w.folder, "state"), "service")
	if err != nil {
		w.t.Fatal(err)
	}
	return home
}

// pairState is what the service holds of one row.
type pairState struct {
	own, invited int
	state        string
	id           string
}

// states returns what the service holds, by CRM ID.
func (w *world) states() map[string]*pairState {
	all := map[string]*pairState{}
	for document := range w.emulator.Referrals() {
		marker := fmt.Sprint(document["externalReferenceId"])
		if all[marker] == nil {
			all[marker] = &pairState{}
		}
		if strings.Contains(fmt.Sprint(document["target"]), "msft") {
			all[marker].invited++
			continue
		}
		all[marker].own++
		all[marker].id = fmt.Sprint(document["id"])
		all[marker].state = fmt.Sprint(document["status"], "/", document["substatus"])
	}
	return all
}

// judgePairs holds the words of one start against the service.
func (w *world) judgePairs(a attempt) {
	states := w.states()
	for marker, s := range states {
		if s.own > 1 || s.invited > 1 {
			w.t.Fatalf("seed %d: %s has %d referrals of ours and %d for Microsoft", w.seed, marker, s.own, s.invited)
		}
	}
	// The emulator refuses to invite Microsoft twice; the service does not promise to.
	for _, entry := range w.emulator.Ledger() {
		if entry.Method == "POST" && entry.Status == 409 {
			w.t.Fatalf("seed %d: Microsoft was invited to %s a second time", w.seed, entry.Marker)
		}
	}
	for _, row := range a.results {
		s, word := states[row["CRM ID"]], row["Outcome"]
		if s == nil {
			s = &pairState{}
		}
		done := s.own == 1 && (row["Microsoft help required?"] == "No" || s.invited == 1) && (row["Partner Referral Status"] != "Closed" || s.state == "Closed/Lost")
		switch {
		case (word == "created" || word == "unchanged" || word == "updated") && !done:
			w.t.Fatalf("seed %d: %s is called %s and is %+v: %s", w.seed, row["CRM ID"], word, *s, row["Message"])
		case word == "rejected" || word == "blocked" || word == "conflict" || word == "invalid":
			w.t.Fatalf("seed %d: %s is called %s: %s", w.seed, row["CRM ID"], word, row["Message"])
		case word == "held" && s.own == 0:
			w.t.Fatalf("seed %d: %s is called held and nothing of it is there: %s", w.seed, row["CRM ID"], row["Message"])
		}
	}
}

// judgePairsEnd wants every row as the sheet says, and no write from one more run.
func (w *world) judgePairsEnd(file string) {
	time.Sleep(10 * time.Minute)
	before := len(w.emulator.Ledger())
	for n := 1000; n < 1020; n++ {
		a := w.run(n, file, 0, importer.NextRun)
		w.judgePairs(a)
		if a.err != nil {
			continue
		}
		for _, row := range a.results {
			if row["Outcome"] != "unchanged" && row["Outcome"] != "created" || row["Referral ID"] != w.states()[row["CRM ID"]].id {
				w.t.Fatalf("seed %d: %s ends %s (%s)", w.seed, row["CRM ID"], row["Outcome"], row["Message"])
			}
		}
		break
	}
	for _, entry := range w.emulator.Ledger()[before:] {
		if entry.Method != "GET" {
			w.t.Fatalf("seed %d: one more run sent %s %s", w.seed, entry.Method, entry.Path)
		}
	}
}
