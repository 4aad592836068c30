package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"refload/api"
)

// wearing is a token source that counts: tokens are named t1, t2 and so on.
type wearing struct {
	mu       sync.Mutex
	n        int            // the token in force
	renewals map[string]int // by the old token
	refuse   error          // of a renewal
	expired  bool           // there is no token at all
}

// Token gives the token in force.
func (w *wearing) Token(context.Context) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.expired {
		return "", w.refuse
	}
	return fmt.Sprint("t", w.n), nil
}

// Renew makes a token where old is still in force.
func (w *wearing) Renew(_ context.Context, old string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.refuse != nil || fmt.Sprint("t", w.n) != old {
		return w.refuse
	}
	w.n++
	if w.renewals == nil {
		w.renewals = map[string]int{}
	}
	w.renewals[old]++
	return nil
}

// bearerOf returns the token of a request.
func bearerOf(r *http.Request) string {
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
}

// wornAfter answers well to the first uses of each token, and 401 from then on.
func wornAfter(uses int) http.HandlerFunc {
	var mu sync.Mutex
	used := map[string]int{}
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		used[bearerOf(r)]++
		worn := used[bearerOf(r)] > uses
		mu.Unlock()
		if worn {
			answer(401, `{}`)(w, r)
			return
		}
		answer(201, `{"id":"`+someID+`"}`)(w, r)
	}
}

// After a 401 the same request is sent once more: same body, same intent, a new id of its own, a
// turn and a report of its own.
func TestA401IsAnsweredWithANewToken(t *testing.T) {
	s := serve(t, wornAfter(1))
	source, turns, attempts := &wearing{}, 0, 0
	client := s.client(t, func(c *api.Config) {
		c.Token, c.OnAttempt = source, func(api.Attempt) { attempts++ }
	})
	ctx := api.WithTurn(api.WithIntent(context.Background(), someID), func() error { turns++; return nil })
	referral := api.NewReferral()
	if err := referral.Set("name", "Cloud move"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := client.Create(ctx, referral); err != nil {
			t.Fatal(err)
		}
	}
	if s.count() != 3 || turns != 3 || attempts != 3 || source.renewals["t0"] != 1 {
		t.Fatalf("%d requests, %d turns, %d attempts, renewals %v", s.count(), turns, attempts, source.renewals)
	}
	refused, again := s.requests[1], s.requests[2]
	if bearerOf(refused) != "t0" || bearerOf(again) != "t1" || s.bodies[1] != s.bodies[2] || !strings.Contains(s.bodies[2], "Cloud move") {
		t.Errorf("%q with %s, then %q with %s", s.bodies[1], bearerOf(refused), s.bodies[2], bearerOf(again))
	}
	if refused.Header.Get("MS-RequestId") != someID || again.Header.Get("MS-RequestId") != someID {
		t.Error("the intent changed")
	}
	if refused.Header.Get("client-request-id") == again.Header.Get("client-request-id") {
		t.Error("both attempts have one client-request-id")
	}
}

// A second 401 with a token that nobody else had is the answer.
func TestASecond401IsTheLast(t *testing.T) {
	for _, test := range []struct {
		source api.TokenSource
		want   int
	}{{&wearing{}, 2}, {api.StaticToken("x"), 1}} {
		for name, call := range map[string]func(*api.Client) error{
			"create": func(c *api.Client) error { _, err := c.Create(context.Background(), api.NewReferral()); return err },
			"get":    func(c *api.Client) error { _, err := c.Get(context.Background(), someID); return err },
			"list":   list,
		} {
			s := serve(t, answer(401, `{}`))
			err := call(s.client(t, func(c *api.Config) { c.Token = test.source }))
			if failed := failure(t, err); failed.HTTPStatus != 401 || s.count() != test.want {
				t.Errorf("%s with %T: %v after %d requests", name, test.source, err, s.count())
			}
			if test.want == 2 {
				test.source = &wearing{}
			}
		}
	}
}

// Nothing but a 401 lets a write be sent again, whatever the source could do.
func TestOnlyA401IsAnsweredWithANewToken(t *testing.T) {
	for _, status := range []int{201, 202, 302, 400, 402, 403, 404, 407, 408, 409, 412, 423, 429, 500, 502, 503, 504, 511} {
		s, source := serve(t, answer(status, `{"value":"nonsense"}`)), &wearing{}
		client := s.client(t, func(c *api.Config) { c.Token = source })
		if _, err := client.Create(context.Background(), api.NewReferral()); err == nil || s.count() != 1 || source.n > 0 {
			t.Errorf("%d: %d requests, %d renewals, %v", status, s.count(), source.n, err)
		}
	}
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) })
	source := &wearing{}
	client := s.client(t, func(c *api.Config) { c.Token = source })
	if _, err := client.Create(context.Background(), api.NewReferral()); err == nil || s.count() != 1 || source.n > 0 {
		t.Errorf("a broken connection: %d requests, %d renewals, %v", s.count(), source.n, err)
	}
}

// Where no new token can be had, the reason is told, and its hint.
func TestARenewalThatFails(t *testing.T) {
	s := serve(t, answer(401, `{}`))
	client := s.client(t, func(c *api.Config) { c.Token = &wearing{refuse: revoked{}} })
	_, err := client.Create(context.Background(), api.NewReferral())
	var signIn *api.SignInError
	if !errors.As(err, &signIn) || signIn.Hint() != "ask Ada" || failure(t, err).Outcome != api.NotExecuted || s.count() != 1 {
		t.Errorf("%v after %d requests", err, s.count())
	}
	if api.PolicyFor(failure(t, err)).Create != api.Halt {
		t.Error("the run goes on")
	}
	plain := &api.SignInError{Err: errors.New("no token")}
	if !strings.Contains(plain.Hint(), "REFLOAD_ACCESS_TOKEN") {
		t.Errorf("hint %q", plain.Hint())
	}
}

type revoked struct{}

func (revoked) Error() string { return "revoked" }
func (revoked) Hint() string  { return "ask Ada" }

// A caller who goes away while a token is renewed is no matter of sign-in.
func TestARenewalThatIsNotWantedAnyMore(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { answer(401, `{}`)(w, r) })
	client := s.client(t, func(c *api.Config) { c.Token = leaving{cancel} })
	_, err := client.Create(ctx, api.NewReferral())
	var signIn *api.SignInError
	if errors.As(err, &signIn) || !errors.Is(err, context.Canceled) || failure(t, err).Outcome != api.NotExecuted {
		t.Errorf("%v", err)
	}
}

type leaving struct{ cancel func() }

func (leaving) Token(context.Context) (string, error) { return "x", nil }
func (l leaving) Renew(ctx context.Context, _ string) error {
	l.cancel()
	return ctx.Err()
}

// However fast tokens wear out and however many share them, every request gets through, each
// token is renewed once, and one that still works is never renewed.
func TestTokensThatWearOut(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		uses, workers := rapid.IntRange(1, 9).Draw(rt, "uses"), rapid.IntRange(1, 20).Draw(rt, "workers")
		s := serve(t, wornAfter(uses))
		defer s.Close()
		source := &wearing{}
		client := s.client(t, func(c *api.Config) { c.Token, c.Timeout = source, 20*time.Second })
		const each = 4
		errs := make(chan error)
		for range workers {
			go func() {
				for range each {
					_, err := client.Create(context.Background(), api.NewReferral())
					errs <- err
				}
			}()
		}
		for range workers * each {
			if err := <-errs; err != nil {
				rt.Errorf("a request did not get through: %v", err)
			}
		}
		if least := (workers*each - 1) / uses; source.n < least || source.n > workers*each {
			rt.Errorf("%d renewals for %d requests of %d a token", source.n, workers*each, uses)
		}
		for old, n := range source.renewals {
			if n != 1 {
				rt.Errorf("%s was renewed %d times", old, n)
			}
		}
	})
}

// A service that refuses writes alone, however good the token, is not asked without end.
func TestWritesThatAreAlwaysRefused(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			answer(401, `{}`)(w, r)
			return
		}
		answer(200, `{"id":"`+someID+`"}`)(w, r)
	})
	client := s.client(t, func(c *api.Config) { c.Token = &wearing{} })
	reading, stop := context.WithCancel(context.Background())
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for reading.Err() == nil {
				client.Get(reading, someID)
			}
		})
	}
	const writes = 8
	for range writes {
		if _, err := client.Create(context.Background(), api.NewReferral()); failure(t, err).HTTPStatus != 401 {
			t.Errorf("%v", err)
		}
	}
	stop()
	readers.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	posts := 0
	for _, request := range s.requests {
		if request.Method == http.MethodPost {
			posts++
		}
	}
	if posts > 4*writes {
		t.Errorf("%d requests for %d writes", posts, writes)
	}
}
