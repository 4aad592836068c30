package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"refload/internal/effort"
)

// signedIn is a client of many workers that share one sign-in: on a 401 one of them refreshes,
// and the same request goes out once more.
type signedIn struct {
	w    *world
	over *http.Client

	lock            chan struct{} // no mutex: who waits for one keeps the fake time from passing
	access, refresh string
	refreshes       int
	lost            error // why there are no tokens any more
}

func (w *world) shareSignIn(over *http.Client) *signedIn {
	tokens := parse(w.t, w.trySignIn(over).body)
	return &signedIn{w: w, over: over, lock: make(chan struct{}, 1), access: text(tokens, "access_token"), refresh: text(tokens, "refresh_token")}
}

// renew replaces a token that was refused, unless somebody else has done so.
func (c *signedIn) renew(refused string) (string, error) {
	c.lock <- struct{}{}
	defer func() { <-c.lock }()
	for tries := 0; c.access == refused && c.lost == nil; tries++ {
		got := c.w.renewOver(c.over, c.refresh)
		switch {
		case got.err == nil && got.status == 200:
			doc := parse(c.w.t, got.body)
			c.access, c.refresh = text(doc, "access_token"), text(doc, "refresh_token")
			c.refreshes++
		case got.status == 400 || tries > 50:
			c.lost = fmt.Errorf("refreshing: %d, %v", got.status, got.err)
		default:
			time.Sleep(time.Second)
		}
	}
	return c.access, c.lost
}

// send sends a request with the shared token and returns the last status.
func (c *signedIn) send(method, path, body string) int {
	c.lock <- struct{}{}
	token := c.access
	<-c.lock
	status := c.w.bearer(token).send(c.over, method, path, body).status
	if status != 401 {
		return status
	}
	token, err := c.renew(token)
	if err != nil {
		return 401
	}
	return c.w.bearer(token).send(c.over, method, path, body).status
}

// createAll creates n referrals with 16 workers and counts the answers.
func (c *signedIn) createAll(n int) map[int]int {
	jobs, answers := make(chan int), make(chan int)
	ctx, cancel := context.WithCancel(c.w.t.Context())
	defer cancel()
	for range 16 {
		go func() {
			for i := range jobs {
				status := c.send("POST", collection, sample("externalReferenceId", fmt.Sprintf(`"CRM-%d"`, i)))
				time.Sleep(100 * time.Millisecond)
				select {
				case answers <- status:
				case <-ctx.Done():
				}
			}
		}()
	}
	go func() {
		defer close(jobs)
		for i := range n {
			jobs <- i
		}
	}()
	counts := map[int]int{}
	for range n {
		counts[<-answers]++
	}
	return counts
}

// Tokens that age cost a client that shares its refreshes nothing: each row is created once, by
// as few refreshes as there were tokens worn out.
func TestManyWorkersShareASignIn(t *testing.T) {
	effort.NotShort(t)
	cases := map[string]Options{
		"by uses":     {TokenUses: 40, RequireIssued: true},
		"by life":     {TokenLife: time.Second, RequireIssued: true},
		"by age":      {Faults: &Plan{Rules: []Rule{{Fault: "F34", Delay: time.Second}}}},
		"troubled":    {TokenUses: 40, Faults: &Plan{Seed: 2, Rules: []Rule{{Fault: "F66", P: 0.5, Kind: "503", Key: "refresh_token"}}}},
		"slow":        {TokenUses: 40, Faults: &Plan{Rules: []Rule{{Fault: "F66", Kind: "slow", Delay: 20 * time.Second, Key: "refresh_token"}}}},
		"with a lost": {TokenUses: 40, RefreshGrace: 1, Faults: &Plan{Rules: []Rule{{Fault: "F66", Kind: "lost answer", Key: "refresh_token", Nth: 2}}}},
	}
	for name, options := range cases {
		t.Run(name, func(t *testing.T) {
			options.KeepLedger = true
			served(t, options, func(w *world, client *http.Client) {
				const n = 400
				c := w.shareSignIn(client)
				if counts := c.createAll(n); counts[201] != n || c.lost != nil {
					t.Errorf("answers %v, %v", counts, c.lost)
				}
				if len(w.Created()) != n || w.Count() != n {
					t.Errorf("%d markers, %d referrals", len(w.Created()), w.Count())
				}
				w.checkRefreshes(c.refreshes)
			})
		})
	}
}

// checkRefreshes compares what the ledger says of refreshes with what the client did.
func (w *world) checkRefreshes(refreshes int) {
	w.t.Helper()
	refused, issued, rotations := map[string]bool{}, map[string]bool{}, 0
	for _, entry := range w.Ledger() {
		switch {
		case entry.Grant != "" && entry.NewRefreshID != "":
			issued[entry.TokenID] = true
			if entry.Grant == "refresh_token" && entry.Response == ResponseFull {
				rotations++
			}
		case entry.Grant == "" && entry.Status == 401:
			refused[entry.TokenID] = true
		}
		if entry.Status == 401 && entry.Executed {
			w.t.Errorf("a refused request was executed: %+v", entry)
		}
	}
	if refreshes == 0 || rotations != refreshes || refreshes > len(refused) || len(issued) < refreshes+1 {
		w.t.Errorf("%d refreshes, %d by the ledger, for %d worn out of %d tokens", refreshes, rotations, len(refused), len(issued))
	}
}

// Where the authority wants a person, a client can only stop: no request is executed any more,
// and none is sent twice.
func TestARevokedSignInEndsIt(t *testing.T) {
	for _, kind := range []string{"invalid_grant", "mfa", "consent", "conditional access", "insufficient_claims"} {
		options := Options{TokenUses: 50, RequireIssued: true, KeepLedger: true,
			Faults: &Plan{Rules: []Rule{{Fault: "F66", Kind: kind, Key: "refresh_token"}}}}
		served(t, options, func(w *world, client *http.Client) {
			c := w.shareSignIn(client)
			counts := c.createAll(200)
			if counts[201] != 50 || counts[401] != 150 || w.Count() != 50 || c.lost == nil {
				t.Errorf("%s: answers %v, %d referrals, %v", kind, counts, w.Count(), c.lost)
			}
			asked := 0
			for _, entry := range w.Ledger() {
				if entry.Grant == "refresh_token" {
					asked++
				}
			}
			if asked != 1 {
				t.Errorf("%s: the authority was asked %d times", kind, asked)
			}
		})
	}
}
