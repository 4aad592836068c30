package importer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"refload/api"
	"refload/api/sandbox"
	"refload/importer"
	"refload/importer/outcome"
	"refload/internal/run"
)

// stopOf is why an attempt was stopped, "" where it was not.
func stopOf(err error) string {
	var stop *outcome.StopError
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

// A create that is refused as there already, and that no list shows, is looked for like one without an answer: rejected is
// the word when two listings do not show it. It is never sent again by itself, in no later run either.
func TestAConflictThatNoListShows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorldWith(t, 5, t.TempDir(), from(simRows-3, sandbox.Rule{Fault: "F38"}))
		defer w.stop()
		a := w.run(0, w.file("deals.csv", inOrder()), 0, importer.NextRun)
		if a.err != nil || a.summary.Counts[run.Rejected] != 3 || a.summary.Counts[run.Created] != simRows-3 || w.writes() != simRows {
			t.Errorf("%v, %v, %d creates", a.err, a.summary.Counts, w.writes())
		}
		if took := a.summary.Took(); took < time.Minute || took > 5*time.Minute {
			t.Errorf("it took %s", took)
		}
		for _, row := range a.results {
			if row["Outcome"] == "rejected" && !strings.Contains(row["Message"], "HTTP 409") {
				t.Errorf("%s: %s", row["CRM ID"], row["Message"])
			}
		}
		time.Sleep(24 * time.Hour)
		again := w.run(1, filepath.Join(w.folder, "deals.csv"), 0, importer.NextRun)
		if again.summary.Counts[run.Rejected] != 3 || again.summary.Counts[run.Unchanged] != simRows-3 || w.writes() != simRows {
			t.Errorf("the next night: %v, %v, %d creates", again.err, again.summary.Counts, w.writes())
		}
	})
}

// A run that ends after such an answer, before it could look, leaves the same knowledge: the next one looks, and does not
// send.
func TestAConflictIsRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorldWith(t, 5, t.TempDir(), from(simRows-3, sandbox.Rule{Fault: "F38"}))
		defer w.stop()
		file := w.file("deals.csv", inOrder())
		ctx, cancel := context.WithCancel(context.Background())
		w.change = func(o *importer.Options) {
			o.API.OnAttempt = func(a api.Attempt) {
				if a.Status == http.StatusConflict {
					cancel()
				}
			}
		}
		a := w.start(0, file, 0, importer.NextRun, func(_ context.Context, o importer.Options) (*importer.Summary, error) {
			o.Concurrency = 1
			return importer.Import(ctx, o)
		})
		if a.summary.Counts[run.Unknown] != 1 || w.writes() != simRows-2 {
			t.Fatalf("%v, %v, %d creates", a.err, a.summary.Counts, w.writes())
		}
		w.change = nil
		time.Sleep(time.Hour)
		a = w.run(1, file, 0, importer.NextRun)
		if a.err != nil || a.summary.Counts[run.Rejected] != 3 || w.writes() != simRows {
			t.Errorf("%v, %v, %d creates", a.err, a.summary.Counts, w.writes())
		}
	})
}

// swaps gives some answers to creates another status or another id than the service gave them.
type swaps struct {
	next   http.RoundTripper
	change func(marker string, answer *http.Response)
}

// RoundTrip sends the request and changes the answer.
func (s swaps) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Method != http.MethodPost {
		return s.next.RoundTrip(request)
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	request.Body = io.NopCloser(bytes.NewReader(body))
	answer, err := s.next.RoundTrip(request)
	if err == nil {
		document, _ := api.ParseReferral(body)
		s.change(document.ExternalReferenceID(), answer)
	}
	return answer, err
}

// says replaces the body of an answer.
func says(answer *http.Response, status int, body string) {
	answer.Body.Close()
	answer.StatusCode, answer.Body, answer.ContentLength = status, io.NopCloser(strings.NewReader(body)), int64(len(body))
}

// noLag is for a list that shows at once what was made.
const noLag = -time.Second

// swapped runs one import whose answers to creates are changed.
func swapped(t *testing.T, lag time.Duration, change func(marker string, answer *http.Response)) (*world, attempt) {
	var mu sync.Mutex
	plan := &sandbox.Plan{Rules: []sandbox.Rule{{Fault: "F54", Delay: lag}}}
	if lag == noLag {
		plan.Rules = nil
	}
	w, a, _ := withPlan(t, plan, func(o *importer.Options) {
		o.API.Transport = swaps{o.API.Transport, func(marker string, answer *http.Response) {
			mu.Lock()
			defer mu.Unlock()
			change(marker, answer)
		}}
	})
	return w, a
}

// A service that makes the deal and then answers 409, while its list is behind: it is found, and not made twice.
func TestAConflictAfterExecution(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, a := swapped(t, 10*time.Second, func(marker string, answer *http.Response) {
			if strings.HasSuffix(marker, "7") {
				says(answer, http.StatusConflict, `{"error":{"code":"conflict","message":"It is there."}}`)
			}
		})
		if a.err != nil || a.summary.Counts[run.AlreadyExists] != 6 || a.summary.Counts[run.Created] != simRows-6 || w.writes() != simRows || len(w.doubles()) > 0 {
			t.Errorf("%v, %v, %d creates", a.err, a.summary.Counts, w.writes())
		}
	})
}

// A create that is executed and told to come later is looked for: with a list that does not lag nothing is made twice,
// however often it happens.
func TestThrottledAfterExecution(t *testing.T) {
	for name, throttles := range map[string]func(marker string) bool{
		"all":         func(string) bool { return true },
		"one":         func(marker string) bool { return marker == "SIM-5-7" },
		"every tenth": func(marker string) bool { return strings.HasSuffix(marker, "7") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, a := swapped(t, noLag, func(marker string, answer *http.Response) {
					if throttles(marker) {
						answer.Header.Set("Retry-After", "1")
						says(answer, http.StatusTooManyRequests, "")
					}
				})
				if a.err != nil || a.summary.Counts[run.Created] != simRows || w.writes() != simRows || len(w.doubles()) > 0 || a.summary.Weight.Creates != simRows {
					t.Errorf("%v, %v, %d creates, %d cannot be taken back", a.err, a.summary.Counts, w.writes(), a.summary.Weight.Creates)
				}
			})
		})
	}
}

// An answer that repeats the row's marker and names the referral of another row is not believed: the row is looked for.
func TestAnAnswerWithTheIdOfAnotherRow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := ""
		w, a := swapped(t, 0, func(marker string, answer *http.Response) {
			body, _ := io.ReadAll(answer.Body)
			document, _ := api.ParseReferral(body)
			switch {
			case first == "":
				first = document.ID()
			case marker == "SIM-5-20", marker == "SIM-5-40":
				document.Set("id", first)
				body, _ = document.MarshalJSON()
			}
			says(answer, answer.StatusCode, string(body))
		})
		w.wantOwnIDs(a)
		if n := w.outcomesWith(first); n != 1 {
			t.Errorf("%d outcomes have the id of the first row", n)
		}
	})
}

// The same where the id is of no row that is known by then: the look at the end of the run corrects it.
func TestAnAnswerWithAForeignId(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, a := swapped(t, 0, func(marker string, answer *http.Response) {
			body, _ := io.ReadAll(answer.Body)
			document, _ := api.ParseReferral(body)
			if marker == "SIM-5-20" {
				document.Set("id", "11111111-2222-4333-8444-555555555555")
				body, _ = document.MarshalJSON()
			}
			says(answer, answer.StatusCode, string(body))
		})
		w.wantOwnIDs(a)
	})
}

// wantOwnIDs wants every row created, once, and named by its own id.
func (w *world) wantOwnIDs(a attempt) {
	w.t.Helper()
	ids := map[string]string{}
	for referral := range w.emulator.Referrals() {
		ids[fmt.Sprint(referral["externalReferenceId"])] = fmt.Sprint(referral["id"])
	}
	if a.err != nil || a.summary.Counts[run.Created] != simRows || w.writes() != simRows {
		w.t.Errorf("%v, %v, %d creates", a.err, a.summary.Counts, w.writes())
	}
	for _, row := range a.results {
		if row["Referral ID"] != ids[row["CRM ID"]] {
			w.t.Errorf("%s is said to be %s (%s), and is %s", row["CRM ID"], row["Referral ID"], row["Message"], ids[row["CRM ID"]])
		}
	}
}

// A first create that is there by its id, and that the list does not show for as long as --settle, is no sign that the
// service does not keep the marker: the list is not complete.
func TestAFirstDealThatIsNotListed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, a, _ := withPlan(t, &sandbox.Plan{Rules: []sandbox.Rule{{Fault: "F54", Delay: time.Hour}}}, func(*importer.Options) {})
		if stopOf(a.err) != "list-incomplete" || w.writes() != 1 || a.summary.Counts[run.Created] != 1 || a.summary.Counts[run.NotAttempted] != simRows-1 {
			t.Errorf("%v, %v, %d creates", a.err, a.summary.Counts, w.writes())
		}
	})
}

// Where the first rows stay locked, every row would: the run stops, and says at the first answer why it takes its time.
func TestATenantThatIsLocked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said []string
		w, a, _ := withPlan(t, from(0, sandbox.Rule{Fault: "F40", Code: 423}), func(o *importer.Options) {
			o.Concurrency = 1
			o.Observe = func(e run.Event) {
				if e.Kind == run.Said && strings.Contains(e.Text, "423") {
					said = append(said, e.Text)
				}
			}
		})
		if stopOf(a.err) != "alike" || a.summary.Counts[run.Rejected] != 3 || a.summary.Counts[run.NotAttempted] != simRows-3 || w.writes() != 3*6 {
			t.Errorf("%v, %v, %d creates", a.err, a.summary.Counts, w.writes())
		}
		if len(said) != 1 || !strings.Contains(said[0], "up to 5 times") {
			t.Errorf("said %q", said)
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
