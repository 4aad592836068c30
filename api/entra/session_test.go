package entra

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"pgregory.net/rapid"

	"refload/api/sandbox"
)

// tokenOf makes a token that says something of itself.
func tokenOf(claims map[string]any) string {
	data, _ := json.Marshal(claims)
	return "e30." + base64.RawURLEncoding.EncodeToString(data) + ".x"
}

// When an access token is due: never more than five minutes before its end, never after it, and
// for one that lives for long enough, five minutes before.
func TestWhenATokenIsDue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		begin := time.Unix(1_700_000_000, 0)
		life := time.Duration(rapid.Int64Range(1, 86400).Draw(t, "life")) * time.Second
		s := Session{Access: "x", Obtained: begin, Expires: begin.Add(life)}
		at := begin.Add(time.Duration(rapid.Int64Range(0, 2*int64(life)).Draw(t, "at")))
		left := s.Expires.Sub(at)
		switch due := s.due(at); {
		case left <= 0 && !due, left > renewBefore && due, life >= 2*renewBefore && left <= renewBefore && !due:
			t.Fatalf("life %s, %s before the end: due %v", life, left, due)
		case due && left > life/2:
			t.Fatalf("life %s: due with %s left", life, left)
		}
		if s.usable(at) != (left > 0) {
			t.Fatalf("usable with %s left", left)
		}
	})
	if unknown := (Session{Access: "x"}); unknown.due(time.Now()) || !unknown.usable(time.Now()) {
		t.Error("a token of unknown life is not used")
	}
	if none := (Session{}); !none.due(time.Now()) || none.usable(time.Now()) {
		t.Error("no token is taken for one")
	}
}

func TestLifeOfATokenOfAnyKind(t *testing.T) {
	hour := Claims{Life: time.Hour}
	for _, test := range []struct {
		told   int64
		claims Claims
		want   time.Duration
	}{
		{3599, hour, 3599 * time.Second}, {0, hour, time.Hour}, {-5, hour, time.Hour}, {1 << 31, hour, time.Hour},
		{1 << 31, Claims{}, longestLife}, {0, Claims{}, 0}, {60, Claims{}, time.Minute}, {86400, hour, longestLife},
	} {
		if got := lifeOfToken(&oauth2.Token{ExpiresIn: test.told}, test.claims); got != test.want {
			t.Errorf("expires_in %d, %v: %s", test.told, test.claims, got)
		}
	}
}

// Whose tokens are taken.
func TestWhoseTokensAreTaken(t *testing.T) {
	const other = "22222222-2222-4222-8222-222222222222"
	mine := map[string]any{"tid": strings.ToUpper(tenantID), "upn": "ada@contoso.example.com", "aud": Resource + "/"}
	changed := func(name string, value any) string {
		claims := map[string]any{}
		for k, v := range mine {
			claims[k] = v
		}
		claims[name] = value
		return tokenOf(claims)
	}
	ada := Session{TenantID: tenantID, Account: "Ada@contoso.example.com"}
	for name, test := range map[string]struct {
		tenant string
		before Session
		token  string
		want   Reason
	}{
		"the first of a tenant":              {tenantID, Session{}, tokenOf(mine), ""},
		"the next one":                       {tenantID, ada, tokenOf(mine), ""},
		"an audience that is an application": {tenantID, ada, changed("aud", other), ""},
		"another tenant":                     {tenantID, Session{}, changed("tid", other), OtherTenant},
		"a tenant that is no GUID":           {tenantID, Session{}, changed("tid", "canary"), OtherTenant},
		"no tenant":                          {tenantID, Session{}, changed("tid", ""), OtherTenant},
		"the first of a domain":              {"contoso.example.com", Session{}, tokenOf(mine), ""},
		"another tenant than at sign-in":     {"contoso.example.com", ada, changed("tid", other), OtherTenant},
		"another account":                    {tenantID, ada, changed("upn", "eve@contoso.example.com"), OtherAccount},
		"another service":                    {tenantID, ada, changed("aud", "https://graph.example.com"), Untrusted},
		"no claims, but a tenant":            {tenantID, Session{}, "opaque", Untrusted},
		"no claims, but a domain":            {"contoso.example.com", Session{}, "opaque", Untrusted},
		"no claims where there were some":    {"", ada, "opaque", Untrusted},
		"no claims and no tenant":            {"", Session{}, "opaque", ""},
	} {
		client := newWorld(t, sandbox.Options{}).client(func(s *Settings) { s.Tenant = test.tenant })
		want := expectation{tenant: test.before.TenantID} // of a domain that could not be looked up
		if guid.MatchString(test.tenant) {
			want = expectation{tenantID, true}
		}
		after, err := client.next(test.before, want, &oauth2.Token{AccessToken: test.token, RefreshToken: "r"})
		if test.want == "" {
			if err != nil || after.Access != test.token || after.Refresh != "r" || client.fits(after) != nil {
				t.Errorf("%s: %v, %v", name, after, err)
			}
			continue
		}
		if failed := failure(t, err); failed.Reason != test.want || after != (Session{}) || strings.Contains(failed.Error(), "canary") {
			t.Errorf("%s: %s, %v", name, failed.Reason, err)
		}
	}
}

// A sign-in is used for nothing but what it was made for.
func TestASignInFitsItsSettings(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	client := w.client()
	kept, err := client.next(Session{}, expectation{tenantID, true}, &oauth2.Token{AccessToken: tokenOf(map[string]any{"tid": tenantID}), RefreshToken: "r"})
	if err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string]func(*Settings){
		"authority": func(s *Settings) { s.Authority = "https://login.example.com" }, "service": func(s *Settings) { s.Service = "https://api.example.com" },
		"tenant": func(s *Settings) { s.Tenant = "fabrikam.example.com" }, "client-id": func(s *Settings) { s.Client = tenantID },
	} {
		store := NewMemory("")
		store.Save(kept)
		_, err := w.client(change).Source(store)
		if failed := failure(t, err); failed.Reason != NoSignIn || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
		if _, err := client.Source(store); err != nil {
			t.Errorf("%s as it was: %v", what, err)
		}
	}
}

// Printing a session gives nothing away.
func TestSessionsArePrintedWithoutTokens(t *testing.T) {
	s := Session{Account: "ada@contoso.example.com", Access: "canary", Refresh: "canary"}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(format, s); strings.Contains(text, "canary") || !strings.Contains(text, "ada@") {
			t.Errorf("%s: %s", format, text)
		}
	}
}

func TestClaims(t *testing.T) {
	full, ok := ReadClaims(tokenOf(map[string]any{"tid": "ABC", "preferred_username": "kim@example.com", "aud": []string{"x"}, "iat": 1e9, "exp": 1e9 + 600}))
	if !ok || full != (Claims{Tenant: "abc", Account: "kim@example.com", Life: 10 * time.Minute, Expires: time.Unix(1e9+600, 0)}) {
		t.Errorf("%+v", full)
	}
	both, _ := ReadClaims(tokenOf(map[string]any{"upn": "a", "email": "b", "iat": 1, "exp": 1e300}))
	if both.Account != "a" || both.Life != longestLife || !both.Expires.IsZero() {
		t.Errorf("%+v", both)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Za-z0-9_-]{0,20}\.[A-Za-z0-9_=-]{0,40}\.x`)).Draw(t, "token")
		if claims, ok := ReadClaims(text); !ok && claims != (Claims{}) {
			t.Fatalf("%q: %+v", text, claims)
		}
	})
}
