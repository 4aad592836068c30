package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// onRefresh strikes the first request for a refresh.
func onRefresh(kind string) Rule {
	return Rule{Fault: "F66", Kind: kind, Key: "refresh_token", First: 1, Delay: 4 * time.Second}
}

// What each kind of trouble makes of the first refresh, and that the second one is well.
func TestTroubleAtTheAuthority(t *testing.T) {
	cases := []struct {
		kind   string
		status int // 0 means that the exchange ends in an error
		error  string
		number int
		after  string // Retry-After
	}{
		{"429", 429, "temporarily_unavailable", 90033, "4"},
		{"500", 500, "server_error", 0, "4"},
		{"503", 503, "temporarily_unavailable", 90033, "4"},
		{"slow", 200, "", 0, ""},
		{"lost answer", 0, "", 0, ""},
		{"invalid_grant", 400, "invalid_grant", 50173, ""},
		{"mfa", 400, "interaction_required", 50076, ""},
		{"consent", 400, "consent_required", 65001, ""},
		{"conditional access", 400, "interaction_required", 53003, ""},
		{"insufficient_claims", 400, "insufficient_claims", 50158, ""},
		{"wrong audience", 200, "", 0, ""}, {"wrong tenant", 200, "", 0, ""}, {"wrong account", 200, "", 0, ""},
		{"expires_in 0", 200, "", 0, ""}, {"no expires_in", 200, "", 0, ""}, {"huge expires_in", 200, "", 0, ""},
	}
	var kinds []string
	for _, c := range cases {
		kinds = append(kinds, c.kind)
		t.Run(c.kind, func(t *testing.T) {
			withFaults(t, []Rule{onRefresh(c.kind)}, func(w *world, client *http.Client) {
				token := text(parse(t, w.trySignIn(client).body), "refresh_token")
				got := w.renewOver(client, token)
				if got.status != c.status || (got.err != nil) != (c.status == 0) || got.header.Get("Retry-After") != c.after {
					t.Fatalf("%d %v %s, error %v", got.status, got.header, got.body, got.err)
				}
				synctest.Wait()
				entry := w.Ledger()[2]
				if entry.Fault != "F66" || entry.Status != c.status && c.status != 0 || (entry.Response == ResponseNone) != (c.status == 0) {
					t.Errorf("ledger %+v", entry)
				}
				if rotated := entry.NewRefreshID != ""; rotated != (c.status == 200 || c.status == 0) {
					t.Errorf("rotated: %v", rotated)
				}
				if c.error != "" {
					checkTrouble(t, parse(t, got.body), c.error, c.number)
				}
				if got.status/100 > 2 {
					if second := w.renewOver(client, token); second.status != 200 {
						t.Errorf("then %d %s", second.status, second.body)
					}
				}
			})
		})
	}
	if slices.Sort(kinds); !slices.Equal(kinds, slices.Sorted(slices.Values(authorityKinds))) {
		t.Errorf("the cases are %q", kinds)
	}
}

func checkTrouble(t *testing.T, doc map[string]any, code string, number int) {
	t.Helper()
	if doc["error"] != code || text(doc, "error_description") == "" || number != 0 && fmt.Sprint(elements(doc["error_codes"])) != fmt.Sprint([]int{number}) {
		t.Errorf("error %v, want %s and AADSTS%d", doc, code, number)
	}
	if _, err := decode([]byte(text(doc, "claims"))); (err == nil) != (number == 53003 || number == 50158) {
		t.Errorf("claims %q", text(doc, "claims"))
	}
}

// refreshed signs in and refreshes once under a kind of trouble.
func refreshed(t *testing.T, kind string) (*world, map[string]any) {
	t.Helper()
	w := newWorld(t, plan(onRefresh(kind)))
	got := w.renew(text(w.signIn(), "refresh_token"))
	if got.status != 200 {
		t.Fatalf("%s: %d %s", kind, got.status, got.body)
	}
	return w, got.doc
}

func TestLiesAboutTokens(t *testing.T) {
	cases := map[string]struct {
		holds  func(claims) bool
		status int // of the API
	}{
		"wrong audience": {func(c claims) bool { return c.Audience == "https://elsewhere.example.com" }, 401},
		"wrong tenant":   {func(c claims) bool { return c.Tenant != organizationID && isGUID(c.Tenant) }, 200},
		"wrong account":  {func(c claims) bool { return c.Account != usualAccount && c.Preferred == c.Account }, 200},
	}
	for kind, c := range cases {
		w, doc := refreshed(t, kind)
		if says := claimsIn(t, text(doc, "access_token")); !c.holds(says) {
			t.Errorf("%s: %+v", kind, says)
		}
		if got := w.list(text(doc, "access_token")); got != c.status {
			t.Errorf("%s: the API answers %d", kind, got)
		}
		next := w.renew(text(doc, "refresh_token"))
		if says := claimsIn(t, text(next.doc, "access_token")); c.holds(says) {
			t.Errorf("%s: the next token lies too: %+v", kind, says)
		}
	}
}

func TestLiesAboutLifetimes(t *testing.T) {
	for kind, want := range map[string]string{"expires_in 0": "0", "no expires_in": "<nil>", "huge expires_in": "1000000000000"} {
		w, doc := refreshed(t, kind)
		if got := fmt.Sprint(doc["expires_in"]); got != want {
			t.Errorf("%s: %s", kind, got)
		}
		if got := w.list(text(doc, "access_token")); got != 200 {
			t.Errorf("%s: the API answers %d", kind, got)
		}
	}
}

// An answer that is lost has rotated the refresh token: the old one is dead, unless the
// authority is lenient.
func TestALostAnswerRotates(t *testing.T) {
	for grace, want := range []int{400, 200} {
		options := plan(onRefresh("lost answer"))
		options.RefreshGrace = grace
		served(t, options, func(w *world, client *http.Client) {
			token := text(parse(t, w.trySignIn(client).body), "refresh_token")
			if got := w.renewOver(client, token); got.err == nil {
				t.Errorf("an answer: %s", got.body)
			}
			if got := w.renewOver(client, token); got.status != want {
				t.Errorf("grace %d: then %d %s", grace, got.status, got.body)
			}
		})
	}
}

func TestSlowAuthority(t *testing.T) {
	withFaults(t, []Rule{onRefresh("slow")}, func(w *world, client *http.Client) {
		token := text(parse(t, w.trySignIn(client).body), "refresh_token")
		if got := w.renewOver(client, token); got.status != 200 || got.took != 4*time.Second {
			t.Errorf("%d after %v", got.status, got.took)
		}
	})
	withFaults(t, []Rule{{Fault: "F66", Kind: "slow", Delay: time.Hour}}, func(w *world, client *http.Client) {
		if got := w.trySignIn(client); got.err == nil {
			t.Errorf("an answer after an hour: %s", got.body)
		}
		synctest.Wait()
		if entry := w.Ledger()[0]; entry.Response != ResponseNone || entry.Status != 0 {
			t.Errorf("ledger %+v", entry)
		}
	})
}

// Outages strike the beginning of a sign-in too; what needs tokens does not.
func TestTroubleAtTheBeginning(t *testing.T) {
	for _, kind := range authorityKinds {
		withFaults(t, []Rule{{Fault: "F66", Kind: kind, Key: "devicecode", Max: time.Second}}, func(w *world, client *http.Client) {
			got := w.trySignIn(client)
			troubled := slices.Contains([]string{"429", "500", "503"}, kind)
			if (got.status == 200) == troubled {
				t.Errorf("%s: %d %s", kind, got.status, got.body)
			}
			synctest.Wait()
			if struck := w.Ledger()[0].Fault == "F66"; struck != (troubled || kind == "slow") {
				t.Errorf("%s: ledger %+v", kind, w.Ledger()[0])
			}
		})
	}
}

// The faults of the API leave the authority alone, and its faults the API.
func TestFaultsKeepToTheirPart(t *testing.T) {
	w := newWorld(t, plan(Rule{Fault: "F30"}, Rule{Fault: "F35"}, Rule{Fault: "F25"}))
	tokens := w.signIn()
	if got := w.list(text(tokens, "access_token")); got != 500 {
		t.Errorf("the API answers %d", got)
	}
	w = newWorld(t, plan(Rule{Fault: "F66", Kind: "503"}))
	if got := w.list("word"); got != 200 {
		t.Errorf("the API answers %d", got)
	}
	if got, back := w.browse(); got.status != 302 || back.Get("code") == "" {
		t.Errorf("the browser got %d", got.status)
	}
	var bad *PlanError
	if _, err := Open(plan(Rule{Fault: "F66", Kind: "teapot"})); !errors.As(err, &bad) {
		t.Errorf("error %v", err)
	}
}
