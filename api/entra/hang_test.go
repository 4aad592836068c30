package entra

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"refload/api/sandbox"
)

// hanging takes every request and never answers.
type hanging struct {
	mu    sync.Mutex
	asked int
}

// RoundTrip waits until nobody else does.
func (h *hanging) RoundTrip(request *http.Request) (*http.Response, error) {
	h.mu.Lock()
	h.asked++
	h.mu.Unlock()
	<-request.Context().Done()
	return nil, request.Context().Err()
}

// hang makes a client's authority hang.
func hang(client *Client) *hanging {
	h := &hanging{}
	client.http.Transport.(*exchanger).next = h
	return h
}

// An exchange with an authority that hangs ends, repeats included.
func TestAnExchangeEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next, began := &hanging{}, time.Now()
		_, err := post(t.Context(), next, tokenPage)
		if took := time.Since(began); err == nil || took > longestExchange || next.asked < 3 {
			t.Errorf("asked %d times in %s, %v", next.asked, took, err)
		}
	})
}

// While the authority hangs, the old token does as long as it lasts: in the process that asks, in
// another that waits for the lock, and for all workers of both; and the work is not held up.
func TestTheOldTokenDoesWhileTheAuthorityHangs(t *testing.T) {
	inBubble(t, sandbox.Options{RequireIssued: true}, func(t *testing.T, w *world) {
		first, file := w.source()
		second, err := w.client().Source(file)
		if err != nil {
			t.Fatal(err)
		}
		hang(first.client)
		hang(second.client)
		ends, old := first.Session().Expires, first.Session().Access
		time.Sleep(time.Until(ends.Add(-renewBefore)))
		var workers sync.WaitGroup
		for _, source := range []*Source{first, second, first, second} {
			workers.Go(func() { useUntil(t, source, old, ends) })
		}
		workers.Wait()
	})
}

// useUntil asks for a token every second until it has ended.
func useUntil(t *testing.T, source *Source, old string, ends time.Time) {
	given := 0
	for {
		began := time.Now()
		token, err := source.Token(context.Background())
		took := time.Since(began)
		if !time.Now().Before(ends) {
			break
		}
		if token != old || err != nil || took > aheadTime+exchangeTime {
			t.Errorf("%s before its end, after %s: %v", time.Until(ends), took, err)
			return
		}
		given++
		time.Sleep(time.Second)
	}
	if given < 60 {
		t.Errorf("the token was given %d times in five minutes: the work was held up", given)
	}
}

// All workers share what came of an exchange that they waited for: an authority that hangs is asked
// for the first of them only.
func TestWorkersShareAFailure(t *testing.T) {
	inBubble(t, sandbox.Options{RequireIssued: true}, func(t *testing.T, w *world) {
		source, _ := w.source()
		authority := hang(source.client)
		time.Sleep(2 * time.Hour)
		old, began := source.Session().Access, time.Now()
		var workers sync.WaitGroup
		for i := range 16 {
			workers.Go(func() {
				ask := func() error { _, err := source.Token(context.Background()); return err }
				if i%2 == 0 {
					ask = func() error { return source.Renew(context.Background(), old) }
				}
				if failed := failure(t, ask()); failed.Reason != Unavailable {
					t.Errorf("%v", failed)
				}
			})
		}
		workers.Wait()
		if took := time.Since(began); took > longestExchange || authority.asked > 1+repeats {
			t.Errorf("asked %d times in %s", authority.asked, took)
		}
	})
}

// Whoever has a token that does is not held up by the one who replaces it.
func TestNobodyWaitsForARefreshAheadOfTime(t *testing.T) {
	inBubble(t, sandbox.Options{RequireIssued: true}, func(t *testing.T, w *world) {
		source, _ := w.source()
		hang(source.client)
		old := source.Session().Access
		time.Sleep(55 * time.Minute)
		first := make(chan error)
		go func() {
			_, err := source.Token(context.Background())
			first <- err
		}()
		synctest.Wait() // it asks the authority
		began := time.Now()
		if token, err := source.Token(t.Context()); token != old || err != nil || time.Since(began) > 0 {
			t.Errorf("held up for %s, %v", time.Since(began), err)
		}
		if err := <-first; err != nil {
			t.Errorf("the one who asked: %v", err)
		}
	})
}
