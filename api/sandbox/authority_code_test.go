package sandbox

import (
	"crypto/rand"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const (
	verifier = "a-verifier-of-at-least-forty-three-characters"
	callback = "http://localhost:49152/callback"
)

// browse opens the authorize page with a good request and changes; an empty value leaves a
// parameter out. It returns the answer and the query that the browser is led back with.
func (w *world) browse(pairs ...string) (answer, url.Values) {
	w.t.Helper()
	form := formOf(append([]string{
		"client_id", appID, "response_type", "code", "redirect_uri", callback, "scope", allScopes, "state", "a state",
		"code_challenge", challengeOf(verifier), "code_challenge_method", "S256",
	}, pairs...)...)
	got := w.asForm().do("GET", authorityRoot+"authorize?"+form, "")
	back, err := url.Parse(got.header.Get("Location"))
	if err != nil {
		w.t.Fatal(err)
	}
	return got, back.Query()
}

// redeem exchanges a code with a good request and changes.
func (w *world) redeem(code string, pairs ...string) answer {
	w.t.Helper()
	return w.post("token", append([]string{
		"grant_type", "authorization_code", "client_id", appID, "code", code, "redirect_uri", callback, "code_verifier", verifier,
	}, pairs...)...)
}

func TestCodeFlow(t *testing.T) {
	w := newWorld(t, Options{RequireIssued: true})
	got, back := w.browse()
	if got.status != 302 || !strings.HasPrefix(got.header.Get("Location"), callback+"?") || back.Get("state") != "a state" || back.Get("code") == "" {
		t.Fatalf("%d to %s", got.status, got.header.Get("Location"))
	}
	tokens := w.redeem(back.Get("code"))
	if tokens.status != 200 || w.list(text(tokens.doc, "access_token")) != 200 {
		t.Fatalf("%d %s", tokens.status, tokens.body)
	}
	if got := w.renew(text(tokens.doc, "refresh_token")); got.status != 200 {
		t.Errorf("refreshing: %s", got.body)
	}
	if len(w.Violations()) != 0 {
		t.Errorf("violations %q", w.Violations())
	}
	if again := w.redeem(back.Get("code")); again.doc["error"] != "invalid_grant" || len(w.Violations()) != 1 {
		t.Errorf("a code works twice: %s", again.body)
	}
	entry := w.Ledger()[0]
	if entry.Query != "" || entry.Status != 302 || entry.Path != authorityRoot+"authorize" {
		t.Errorf("ledger %+v", entry)
	}
	_, back = w.browse("redirect_uri", "http://127.0.0.1:1/?kept=yes", "scope", apiScope, "state", "")
	if back.Get("kept") != "yes" || back.Get("code") == "" || back.Has("state") {
		t.Errorf("back with %v", back)
	}
	if got := w.redeem(back.Get("code"), "redirect_uri", "http://127.0.0.1:1/?kept=yes"); got.status != 200 || got.doc["refresh_token"] != nil || got.doc["id_token"] != nil {
		t.Errorf("tokens that nobody asked for: %s", got.body)
	}
}

// What is wrong with the application is never sent to an address.
func TestForeignRedirects(t *testing.T) {
	for _, target := range []string{"", "https://localhost/x", "http://elsewhere.example.com/", "http://localhost.example.com/", "http://127.0.0.1@elsewhere.example.com/",
		"http://x@localhost/", "http://localhost/#x", "http://10.0.0.1/", "javascript:alert(1)", "%", "//localhost/"} {
		w := newWorld(t, Options{})
		got, _ := w.browse("redirect_uri", target)
		if got.status != 400 || got.header.Get("Location") != "" || got.doc["error"] != "invalid_request" || len(w.Violations()) != 1 {
			t.Errorf("%q: %d to %q, %s", target, got.status, got.header.Get("Location"), got.body)
		}
	}
	for _, target := range []string{"http://localhost", "http://127.0.0.1:5/x", "http://[::1]:5/x", "http://127.8.8.8/"} {
		if got, back := newWorld(t, Options{}).browse("redirect_uri", target); got.status != 302 || back.Get("code") == "" {
			t.Errorf("%q: %d %s", target, got.status, got.body)
		}
	}
}

// What is wrong with the rest is told to the application.
func TestMistakesInTheBrowser(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"response_type", "token", "unsupported_response_type"}, {"response_type", "", "unsupported_response_type"},
		{"scope", "", "invalid_request"}, {"scope", "openid", "invalid_scope"},
		{"code_challenge", "", "invalid_request"}, {"code_challenge_method", "plain", "invalid_request"}, {"code_challenge_method", "", "invalid_request"},
	} {
		w := newWorld(t, Options{})
		got, back := w.browse(c.name, c.value)
		if got.status != 302 || back.Get("error") != c.want || back.Get("state") != "a state" || back.Has("code") || len(w.Violations()) != 1 {
			t.Errorf("%s=%q: %d, back with %v", c.name, c.value, got.status, back)
		}
	}
}

func TestCodesAreBound(t *testing.T) {
	clock := newStopped()
	w := newWorld(t, Options{Now: clock.Now})
	_, back := w.browse()
	code := back.Get("code")
	for _, c := range []struct{ name, value string }{
		{"client_id", someGUID[:35] + "0"}, {"redirect_uri", callback + "x"}, {"code_verifier", verifier + "x"}, {"code_verifier", "short"}, {"code", "other"},
	} {
		if got := w.redeem(code, c.name, c.value); got.status != 400 || got.doc["error"] != "invalid_grant" {
			t.Errorf("%s=%q: %d %s", c.name, c.value, got.status, got.body)
		}
	}
	if got := w.redeem(code); got.status != 200 {
		t.Errorf("in the end: %s", got.body)
	}
	_, back = w.browse()
	clock.pass(codeLife)
	if got := w.redeem(back.Get("code")); got.doc["error"] != "invalid_grant" {
		t.Errorf("an old code: %s", got.body)
	}
	clock.pass(2 * codeLife)
	if w.browse(); len(w.authority.codes) != 1 {
		t.Errorf("%d codes are kept", len(w.authority.codes))
	}
}

// The example of the standard.
//
// Source: RFC 7636, appendix B.
func TestChallenge(t *testing.T) {
	if got := challengeOf("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"); got != "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" {
		t.Errorf("challenge %s", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		verifier := rapid.StringMatching(`[A-Za-z0-9._~-]{0,140}`).Draw(t, "verifier")
		other := verifier + rand.Text()[:1]
		if fits := len(verifier) >= 43 && len(verifier) <= 128; (challengeOf(verifier) != "") != fits || fits && challengeOf(verifier) == challengeOf(other) {
			t.Fatalf("%q: %q", verifier, challengeOf(verifier))
		}
	})
}

// Two who redeem the same code or refresh token at once do not both succeed.
func TestRacesForAGrant(t *testing.T) {
	w := newWorld(t, Options{Now: time.Now})
	_, back := w.browse()
	refresh := text(w.signIn(), "refresh_token")
	for name, redeem := range map[string]func() answer{
		"code": func() answer { return w.redeem(back.Get("code")) }, "refresh token": func() answer { return w.renew(refresh) },
	} {
		results := make(chan int)
		for range 8 {
			go func() { results <- redeem().status }()
		}
		good := 0
		for range 8 {
			if <-results == 200 {
				good++
			}
		}
		if good != 1 {
			t.Errorf("a %s was redeemed %d times", name, good)
		}
	}
}
