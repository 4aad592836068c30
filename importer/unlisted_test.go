package importer_test

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/importer"
	"refload/internal/effort"
	"refload/internal/run"
)

// A list that hides what refload has made shows by that that it may hide anything: what it does not show is asked for by
// the id that a journal knows, and nothing is created.
func TestAListThatHidesCreatesNothing(t *testing.T) {
	inWorld(t, func(t *testing.T, v *veil) {
		if a := v.w.run(0, v.rows("deals.csv", 0, 5), 0, importer.NextRun); a.err != nil || a.summary.Counts[run.Created] != 5 {
			t.Fatalf("%v %v", a.err, a.summary.Counts)
		}
		time.Sleep(20 * 24 * time.Hour)
		hidden := v.ids(v.marker(0), v.marker(1))
		v.hides = func(d map[string]any) bool { return d["id"] == hidden[v.marker(0)] || d["id"] == hidden[v.marker(1)] }
		began := time.Now()
		a := v.w.run(1, v.rows("more.csv", 1, 8), 0, importer.Resend)
		words := a.outcomes()
		if a.err != nil || words[v.marker(1)] != "unchanged" || words[v.marker(4)] != "unchanged" || words[v.marker(5)] != "held" || words[v.marker(7)] != "held" {
			t.Errorf("%v %v", a.err, words)
		}
		if a.summary.Reason() != "list-incomplete" || !strings.Contains(a.summary.ListWords(), "made and that are there: 2") {
			t.Errorf("%q %q", a.summary.Reason(), a.summary.ListWords())
		}
		if len(v.w.emulator.Created()) != 5 || time.Since(began) > time.Minute {
			t.Errorf("%d creates, %s", len(v.w.emulator.Created()), time.Since(began))
		}
		v.with(func(o *importer.Options) { o.AcceptListHides = true })
		a = v.w.run(2, v.rows("more.csv", 1, 8), 0, importer.Resend)
		if a.err != nil || a.summary.Counts[run.Created] != 3 || !strings.Contains(a.summary.ListWords(), "list-hides: accepted") {
			t.Errorf("accepted: %v %v %q", a.err, a.summary.Counts, a.summary.ListWords())
		}
		v.once()
	})
}

// What a journal made long ago is asked for by its id too, beyond the days for which the list is held against it.
func TestAnOldReferralIsAskedForByItsID(t *testing.T) {
	inWorld(t, func(t *testing.T, v *veil) {
		v.w.run(0, v.rows("deals.csv", 0, 3), 0, importer.NextRun)
		time.Sleep(60 * 24 * time.Hour)
		v.hides = func(map[string]any) bool { return true }
		a := v.w.run(1, v.rows("deals.csv", 0, 3), 0, importer.NextRun)
		if a.err != nil || a.summary.Counts[run.Unchanged] != 3 || a.summary.ListGap != "" {
			t.Errorf("%v %v %q", a.err, a.summary.Counts, a.summary.ListGap)
		}
		v.once()
	})
}

// More than 200 that are not listed prove the matter without a question; rows of the file are still asked for, up to a
// bound, the newest first.
func TestManyHiddenAreNotAskedFor(t *testing.T) {
	effort.NotShort(t)
	inWorld(t, func(t *testing.T, v *veil) {
		v.w.run(0, v.rows("old.csv", 0, 600), 0, importer.NextRun)
		time.Sleep(time.Hour)
		v.w.run(1, v.rows("new.csv", 600, 1250), 0, importer.NextRun)
		time.Sleep(time.Hour)
		v.hides = func(map[string]any) bool { return true }
		before := v.asked["GET true"]
		a := v.w.run(2, v.rows("other.csv", 2000, 2002), 0, importer.NextRun)
		if a.err != nil || a.summary.Counts[run.Held] != 2 || v.asked["GET true"] != before || !strings.Contains(a.summary.ListGap, "there: 1250") {
			t.Errorf("%v %v, %d reads, %q", a.err, a.summary.Counts, v.asked["GET true"]-before, a.summary.ListGap)
		}
		before = v.asked["GET true"]
		a = v.w.run(3, v.rows("all.csv", 0, 1250), 0, importer.NextRun)
		words := a.outcomes()
		if a.summary.Counts[run.Unchanged] != 1000 || a.summary.Counts[run.Held] != 250 || v.asked["GET true"]-before != 1000 || words[v.marker(700)] != "unchanged" {
			t.Errorf("%v %v, %d reads", a.err, a.summary.Counts, v.asked["GET true"]-before)
		}
		v.once()
	})
}

// hidesYoung hides what was made less than so long ago.
func (v *veil) hidesYoung(lag time.Duration) {
	v.hides = func(d map[string]any) bool {
		made, err := time.Parse(time.RFC3339Nano, d["createdDateTime"].(string))
		return err != nil || time.Since(made) < lag
	}
}

// A list that lags is waited for, once, no longer than needed, and only where something is to be created.
func TestALagIsWaitedForOnce(t *testing.T) {
	inWorld(t, func(t *testing.T, v *veil) {
		v.w.run(0, v.rows("first.csv", 0, 3), 0, importer.NextRun)
		v.hidesYoung(40 * time.Second)
		took := func(n int, from, to int, created int, least, most time.Duration) {
			t.Helper()
			began := time.Now()
			a := v.w.run(n, v.rows("deals.csv", from, to), 0, importer.NextRun)
			if a.err != nil || a.summary.Counts[run.Created] != created || a.summary.ListGap != "" {
				t.Errorf("start %d: %v %v %q", n, a.err, a.summary.Counts, a.summary.ListGap)
			}
			if d := time.Since(began); d < least || d > most {
				t.Errorf("start %d took %s, expected %s to %s", n, d, least, most)
			}
		}
		took(1, 0, 3, 0, 0, time.Second)                   // all of it is known by id
		took(2, 2, 6, 3, 130*time.Second, 150*time.Second) // the first deal and the end of the run wait for what was made, too
		v.hides = nil
		took(3, 3, 8, 2, 0, time.Second)
		v.hidesYoung(time.Hour)
		a := v.w.run(4, v.rows("deals.csv", 8, 9), 0, importer.NextRun)
		if a.summary.Counts[run.Held] != 1 || a.summary.Reason() != "list-incomplete" {
			t.Errorf("after --settle: %v %v", a.err, a.summary.Counts)
		}
		v.once()
	})
}

// What the service does not show by its id is gone from view: its row waits for a person, whose word releases it unless
// the account may not see it.
func TestGoneAndHidden(t *testing.T) {
	inWorld(t, func(t *testing.T, v *veil) {
		v.w.run(0, v.rows("deals.csv", 0, 3), 0, importer.NextRun)
		time.Sleep(48 * time.Hour)
		ids := v.ids()
		v.gets[ids[v.marker(0)]], v.gets[ids[v.marker(1)]] = http.StatusNotFound, http.StatusForbidden
		v.hides = func(d map[string]any) bool { return v.gets[d["id"].(string)] != 0 }
		file := v.rows("deals.csv", 0, 4)
		a := v.w.run(1, file, 0, importer.NextRun)
		words := a.outcomes()
		if a.err != nil || words[v.marker(0)] != "held" || words[v.marker(1)] != "held" || words[v.marker(2)] != "unchanged" || words[v.marker(3)] != "created" || a.summary.Gone != 2 {
			t.Fatalf("%v %v, %d gone", a.err, words, a.summary.Gone)
		}
		for _, row := range a.results[:2] {
			if !strings.Contains(row["Message"], "created as "+ids[row["CRM ID"]]+" on ") || row["Referral ID"] != "" {
				t.Errorf("%q, %q", row["Message"], row["Referral ID"])
			}
		}
		say := func(word string) string {
			return strings.ReplaceAll("Action,"+readFile(t, file), "\nDeal", "\n"+word+",Deal")
		}
		for nth, night := range []struct{ file, gone, hidden string }{
			{v.write("skipped.csv", say("skip")), "skipped", "skipped"},
			{file, "skipped", "skipped"}, // the word was said, and nothing is asked again
			{v.write("released.csv", say("create")), "created", "held"},
			{file, "unchanged", "skipped"},
		} {
			a = v.w.run(2+nth, night.file, 0, importer.NextRun)
			words = a.outcomes()
			if words[v.marker(0)] != night.gone || words[v.marker(1)] != night.hidden {
				t.Errorf("night %d: %v %v", 2+nth, a.err, words)
			}
		}
	})
}

// A plan and a dry run ask by id and never wait.
func TestAPlanNeverWaits(t *testing.T) {
	inWorld(t, func(t *testing.T, v *veil) {
		v.w.run(0, v.rows("deals.csv", 0, 3), 0, importer.NextRun)
		v.hidesYoung(40 * time.Second)
		began := time.Now()
		v.with(func(o *importer.Options) { o.DryRun = true })
		v.w.run(1, v.rows("deals.csv", 0, 5), 0, importer.NextRun)
		var planned []string
		v.w.start(2, v.rows("deals.csv", 0, 5), 0, importer.NextRun, func(ctx context.Context, o importer.Options) (*importer.Summary, error) {
			summary, _, err := importer.Plan(ctx, o, func(importer.PlanHeader) error { return nil }, func(row importer.PlanRow) error {
				planned = append(planned, row.Action)
				return nil
			})
			return summary, err
		})
		if time.Since(began) > time.Second || strings.Join(planned, " ") != "unchanged unchanged unchanged create create" {
			t.Errorf("%s, %v", time.Since(began), planned)
		}
	})
}

// A verification asks by id for what the list hides, and proves nothing by a list that hides what is old.
func TestVerifyAndAListThatHides(t *testing.T) {
	inWorld(t, func(t *testing.T, v *veil) {
		v.w.run(0, v.rows("deals.csv", 0, 3), 0, importer.NextRun)
		hidden := v.ids(v.marker(1))[v.marker(1)]
		v.hides = func(d map[string]any) bool { return d["id"] == hidden }
		for _, test := range []struct {
			age  time.Duration
			good bool
			says string
		}{{0, true, "complete: the service holds"}, {time.Hour, false, "as the sheet says 3 of 3 rows; the list of the service is not complete"}} {
			time.Sleep(test.age)
			var verdict *importer.Verdict
			a := v.w.start(1, v.rows("deals.csv", 0, 3), 0, importer.NextRun, func(ctx context.Context, o importer.Options) (*importer.Summary, error) {
				var err error
				o.Results = filepath.Join(t.TempDir(), "verdict.xlsx")
				verdict, err = importer.Verify(ctx, o, importer.ScopeFile, nil)
				return nil, err
			})
			if a.err != nil || verdict.Complete() != test.good || !strings.Contains(verdict.Words(), test.says) {
				t.Errorf("after %s: %v, %s", test.age, a.err, verdict.Words())
			}
		}
	})
}
