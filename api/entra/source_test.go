package entra

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"refload/api/sandbox"
)

// An access token is replaced five minutes before its end; the refresh token that came with the
// new one is in the file then.
func TestRefreshAheadOfTime(t *testing.T) {
	inBubble(t, sandbox.Options{RequireIssued: true}, func(t *testing.T, w *world) {
		source, file := w.source()
		before, _ := file.Load()
		first, err := source.Token(t.Context())
		if err != nil || first == "" {
			t.Fatal(err)
		}
		time.Sleep(54 * time.Minute)
		if same, err := source.Token(t.Context()); same != first || err != nil {
			t.Errorf("replaced after 54 minutes: %v", err)
		}
		time.Sleep(time.Minute)
		second, err := source.Token(t.Context())
		if err != nil || second == first || w.refreshes() != 1 {
			t.Fatalf("not replaced after 55 minutes, %d refreshes, %v", w.refreshes(), err)
		}
		kept, err := file.Load()
		if err != nil || kept.Access != second || kept.Refresh == before.Refresh || kept.Refresh == "" || kept.Account != "ada@contoso.example.com" ||
			kept.TenantID != tenantID || !kept.Used.Equal(time.Now()) || !kept.Expires.Equal(time.Now().Add(time.Hour)) || !kept.SignedIn.Equal(before.SignedIn) {
			t.Errorf("%v, %v", kept, err)
		}
		if len(w.Violations()) > 0 {
			t.Errorf("violations %q", w.Violations())
		}
	})
}

// However many wait, in however many processes with the same file: one refresh, one exchange at a
// time, and nobody is left with the old token.
func TestOneRefreshForAll(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		processes, workers := rapid.IntRange(1, 4).Draw(rt, "processes"), rapid.IntRange(1, 8).Draw(rt, "workers")
		refused := rapid.Bool().Draw(rt, "refused")
		synctest.Test(t, func(t *testing.T) { oneRefresh(t, processes, workers, refused) })
	})
}

func oneRefresh(t *testing.T, processes, workers int, refused bool) {
	w := newWorld(t, sandbox.Options{RequireIssued: true})
	source, file := w.source()
	old := source.Session().Access
	sources := []*Source{source}
	for len(sources) < processes {
		other, err := w.client().Source(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, other)
	}
	if !refused {
		w.expire(file, sources)
	}
	var workersDone sync.WaitGroup
	for _, source := range sources {
		for range workers {
			workersDone.Go(func() {
				if refused {
					if err := source.Renew(context.Background(), old); err != nil {
						t.Errorf("%v", err)
					}
				}
				if token, err := source.Token(context.Background()); err != nil || token == old {
					t.Errorf("still the old token, %v", err)
				}
			})
		}
	}
	workersDone.Wait()
	if w.refreshes() != 1 || w.most != 1 {
		t.Errorf("%d refreshes, %d exchanges at once", w.refreshes(), w.most)
	}
}

// expire lets the access token be at its end.
func (w *world) expire(file *File, sources []*Source) {
	kept, err := file.Load()
	if err != nil {
		w.t.Fatal(err)
	}
	kept.Expires = time.Now()
	if err := file.Save(kept); err != nil {
		w.t.Fatal(err)
	}
	for _, source := range sources {
		source.session = kept
	}
}

// A token that was replaced meanwhile is not renewed.
func TestRenewOfAnOldToken(t *testing.T) {
	inBubble(t, sandbox.Options{RequireIssued: true}, func(t *testing.T, w *world) {
		source, _ := w.source()
		first := source.Session().Access
		for range 3 {
			if err := source.Renew(t.Context(), first); err != nil {
				t.Fatal(err)
			}
		}
		if w.refreshes() != 1 || source.Session().Access == first {
			t.Errorf("%d refreshes", w.refreshes())
		}
	})
}

// broken is a store that cannot keep what it is given.
type broken struct{ *Memory }

func (broken) Save(Session) error { return errors.New("disk full") }

// What cannot be kept is not used: the next process would stand there with a dead refresh token.
func TestATokenThatCannotBeKeptIsNotUsed(t *testing.T) {
	inBubble(t, sandbox.Options{RequireIssued: true}, func(t *testing.T, w *world) {
		client := w.client()
		kept := NewMemory("")
		w.signIn(client, kept)
		source, err := client.Source(broken{kept})
		if err != nil {
			t.Fatal(err)
		}
		old := source.Session()
		if err := source.Renew(t.Context(), old.Access); err == nil || err.Error() != "disk full" {
			t.Errorf("%v", err)
		}
		if source.Session() != old {
			t.Error("a token is used that is kept nowhere")
		}
	})
}

// While the authority is out of order the old token does, and the authority is not pestered; when
// that has ended the reason is told.
func TestAnOutageOfTheAuthority(t *testing.T) {
	rule := sandbox.Rule{Fault: "F66", Kind: "503", Key: "refresh_token"}
	inBubble(t, sandbox.Options{RequireIssued: true, Faults: &sandbox.Plan{Rules: []sandbox.Rule{rule}}}, func(t *testing.T, w *world) {
		source, _ := w.source()
		first := source.Session().Access
		time.Sleep(55 * time.Minute)
		before := w.asked
		for range 20 {
			if token, err := source.Token(t.Context()); token != first || err != nil {
				t.Fatalf("no token before its end: %v", err)
			}
		}
		if asked := w.asked - before; asked != 1+repeats {
			t.Errorf("asked %d times at once", asked)
		}
		time.Sleep(5 * time.Minute)
		_, err := source.Token(t.Context())
		if failed := failure(t, err); failed.Reason != Unavailable || failed.Hint() == "" {
			t.Errorf("%v", err)
		}
	})
}

// A caller who goes away while others refresh leaves at once.
func TestACallerWhoGoesAway(t *testing.T) {
	rule := sandbox.Rule{Fault: "F66", Kind: "slow", Key: "refresh_token", Delay: 20 * time.Second}
	inBubble(t, sandbox.Options{RequireIssued: true, Faults: &sandbox.Plan{Rules: []sandbox.Rule{rule}}}, func(t *testing.T, w *world) {
		source, file := w.source()
		old, done := source.Session().Access, make(chan error)
		leaving, leave := context.WithCancel(t.Context())
		go func() { done <- source.Renew(leaving, old) }() // has begun the exchange and brings it to its end
		time.Sleep(time.Second)
		leave()
		began := time.Now()
		if err := source.Renew(leaving, old); !errors.Is(err, context.Canceled) || time.Since(began) > 0 {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		err := <-done
		if kept, _ := file.Load(); w.refreshes() != 1 || kept.Access == old || kept.Access != source.Session().Access {
			t.Errorf("the answer of an exchange was lost: %v", err)
		}
	})
}

// Who signs out, or in as another, is noticed at the next refresh.
func TestTheFileChangesHands(t *testing.T) {
	inBubble(t, sandbox.Options{RequireIssued: true}, func(t *testing.T, w *world) {
		source, file := w.source()
		kept := source.Session()
		kept.Account, kept.Access = "eve@contoso.example.com", "another"
		if err := file.Save(kept); err != nil {
			t.Fatal(err)
		}
		if failed := failure(t, source.Renew(t.Context(), source.Session().Access)); failed.Reason != OtherAccount {
			t.Errorf("%v", failed)
		}
		if removed, err := file.Remove(t.Context()); !removed || err != nil {
			t.Fatal(removed, err)
		}
		if failed := failure(t, source.Renew(t.Context(), source.Session().Access)); failed.Reason != NoSignIn || w.refreshes() > 0 {
			t.Errorf("%v, %d refreshes", failed, w.refreshes())
		}
	})
}
