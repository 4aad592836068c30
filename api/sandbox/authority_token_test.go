package sandbox

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestClaims(t *testing.T) {
	clock := newStopped()
	w := newWorld(t, Options{Now: clock.Now, TokenLife: 90 * time.Second, Account: "lead@contoso.example.com"})
	tokens := w.signIn()
	access, id := claimsIn(t, text(tokens, "access_token")), claimsIn(t, text(tokens, "id_token"))
	want := claims{
		Audience: audience, Issuer: "https://sandbox.refload.example/" + organizationID + "/v2.0", IssuedAt: clock.now.Unix(), NotBefore: clock.now.Unix(),
		Expires: clock.now.Unix() + 90, Client: appID, Account: "lead@contoso.example.com", Preferred: "lead@contoso.example.com",
		Object: access.Object, Tenant: organizationID, Scope: "user_impersonation", ID: access.ID, Version: "2.0",
	}
	if access != want || !isGUID(access.Object) || !isGUID(access.ID) {
		t.Errorf("access token %+v, want %+v", access, want)
	}
	if want.Audience, want.Scope = appID, ""; id != want {
		t.Errorf("id token %+v, want %+v", id, want)
	}
	if fromMicrosoft(text(tokens, "access_token")) {
		t.Error("the token looks like Microsoft's")
	}
	if says := claimsIn(t, text(newWorld(t, Options{}).signIn(), "access_token")); says.Account != usualAccount {
		t.Errorf("signed in as %s", says.Account)
	}
}

func TestTenants(t *testing.T) {
	const other = "9C0FFEE0-5CA1-4B1E-8000-C0DE00000009"
	for path, want := range map[string]string{"common": organizationID, "contoso.example.com": organizationID, other: strings.ToLower(other)} {
		w := newWorld(t, Options{})
		refresh := text(w.signIn(), "refresh_token")
		got := w.asForm().do("POST", "/"+path+"/oauth2/v2.0/token", formOf("grant_type", "refresh_token", "client_id", appID, "refresh_token", refresh))
		if says := claimsIn(t, text(got.doc, "access_token")); says.Tenant != want || says.Issuer != issuer+want+"/v2.0" {
			t.Errorf("%s: %+v", path, says)
		}
		again := w.renew(text(got.doc, "refresh_token"))
		if says := claimsIn(t, text(again.doc, "access_token")); says.Tenant != want {
			t.Errorf("%s: then %+v", path, says)
		}
	}
}

func TestTokensExpire(t *testing.T) {
	for _, require := range []bool{false, true} {
		clock := newStopped()
		w := newWorld(t, Options{Now: clock.Now, TokenLife: 3 * time.Second, RequireIssued: require})
		tokens := w.signIn()
		clock.pass(3*time.Second - time.Millisecond)
		if got := w.list(text(tokens, "access_token")); got != 200 {
			t.Errorf("within its life: %d", got)
		}
		clock.pass(time.Millisecond)
		got := w.bearer(text(tokens, "access_token")).do("POST", collection, sample())
		if got.status != 401 || text(got.doc, "error", "code") != "unauthenticated" || got.header.Get("WWW-Authenticate") == "" || w.Count() != 0 {
			t.Errorf("after it: %d %s", got.status, got.body)
		}
		fresh := w.renew(text(tokens, "refresh_token"))
		if got := w.list(text(fresh.doc, "access_token")); got != 200 {
			t.Errorf("a fresh one: %d", got)
		}
		if len(w.Violations()) != 0 {
			t.Errorf("violations %q", w.Violations())
		}
	}
}

func TestRequireIssued(t *testing.T) {
	options := Options{RequireIssued: true, Seed: 4}
	w := newWorld(t, options)
	token := text(w.signIn(), "access_token")
	elsewhere := text(newWorld(t, Options{Seed: 5}).signIn(), "access_token")
	for name, c := range map[string]struct {
		token string
		want  int
	}{
		"issued": {token, 200}, "a word": {"word", 401}, "of another sandbox": {elsewhere, 401},
		"bent": {token[:len(token)-4] + "AAAA", 401}, "without signature": {token[:strings.LastIndex(token, ".")+1], 401},
		"another's form": {jwt(`{"aud":"` + audience + `"}`), 401}, "two parts": {"a.b", 401}, "no base64": {"a.!.!", 401},
	} {
		if got := w.list(c.token); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	if got := newWorld(t, options).list(token); got != 200 {
		t.Errorf("after a new start: %d", got)
	}
	if got := newWorld(t, Options{}).list(elsewhere); got != 200 {
		t.Errorf("where any word is a token: %d", got)
	}
}

// A token is read back as it was signed, and no changed letter of it passes.
func TestSigning(t *testing.T) {
	a := newWorld(t, Options{Seed: 9}).authority
	rapid.Check(t, func(t *rapid.T) {
		says := claims{Audience: rapid.String().Draw(t, "aud"), Tenant: newGUID(), Expires: rapid.Int64().Draw(t, "exp")}
		token := a.sign(says)
		got, ok := a.read(token)
		if says.Issuer = issuer + says.Tenant + "/v2.0"; !ok || got.Expires != says.Expires || got.Issuer != says.Issuer {
			t.Fatalf("%+v, %v; want %+v", got, ok, says)
		}
		end := strings.LastIndex(token, ".")
		at := rapid.IntRange(0, end-1).Draw(t, "at")
		bent := token[:at] + string(token[at]^1) + token[at+1:]
		if _, ok := a.read(bent); ok {
			t.Fatalf("%q passes with letter %d changed", token, at)
		}
	})
}

// A token that wears out costs a refresh, and the next one works again.
func TestTokenUses(t *testing.T) {
	shared := &Plan{Seed: 1, Rules: []Rule{{Fault: "F30", Key: "never"}}}
	w := newWorld(t, Options{TokenUses: 7, RequireIssued: true, Faults: shared})
	tokens := w.signIn()
	refreshes := 0
	for i := range 50 {
		status := w.list(text(tokens, "access_token"))
		if worn := i > 0 && i%7 == 0; (status == 401) != worn {
			t.Fatalf("call %d: %d", i+1, status)
		}
		if status == 401 {
			tokens = w.renew(text(tokens, "refresh_token")).doc
			refreshes++
			if status = w.list(text(tokens, "access_token")); status != 200 {
				t.Fatalf("call %d with a fresh token: %d", i+1, status)
			}
		}
	}
	if refreshes != 7 || len(shared.Rules) != 1 {
		t.Errorf("%d refreshes; the plan has %d rules", refreshes, len(shared.Rules))
	}
}

// By F34 a token ages from when it was given out, not from its first use.
func TestIssuedTokensAgeUnused(t *testing.T) {
	clock := newStopped()
	options := plan(Rule{Fault: "F34", Delay: time.Minute})
	options.Now = clock.Now
	w := newWorld(t, options)
	token := text(w.signIn(), "access_token")
	clock.pass(time.Minute)
	if issued, word := w.list(token), w.list("word"); issued != 401 || word != 200 {
		t.Errorf("an issued token %d, any other word %d", issued, word)
	}
}
