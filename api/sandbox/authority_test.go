package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDeviceCodeFlow(t *testing.T) {
	clock := newStopped()
	w := newWorld(t, Options{Now: clock.Now, RequireIssued: true})
	begun := w.post("devicecode", "client_id", appID, "scope", allScopes)
	if begun.status != 200 || fmt.Sprint(begun.doc["interval"], "/", begun.doc["expires_in"]) != "5/900" ||
		!strings.Contains(text(begun.doc, "message"), text(begun.doc, "user_code")) ||
		text(begun.doc, "verification_uri") != "http://example.com/__sandbox/approve" {
		t.Fatalf("begun with %s", begun.body)
	}
	code := text(begun.doc, "device_code")
	for _, step := range []struct {
		wait time.Duration
		want string
	}{{0, "authorization_pending"}, {5 * time.Second, "authorization_pending"}, {4 * time.Second, "slow_down"},
		{9 * time.Second, "slow_down"}, {15 * time.Second, "authorization_pending"}} {
		clock.pass(step.wait)
		if got := w.poll(code); got.status != 400 || got.doc["error"] != step.want {
			t.Errorf("after %v: %d %s, want %s", step.wait, got.status, got.body, step.want)
		}
	}
	typed := strings.ToLower(text(begun.doc, "user_code"))
	w.want(200, "GET", controlRoot+"approve?user_code="+typed[:4]+"-"+typed[4:], "")
	clock.pass(time.Minute)
	tokens := w.poll(code)
	if tokens.status != 200 || tokens.doc["token_type"] != "Bearer" || tokens.doc["scope"] != apiScope ||
		fmt.Sprint(tokens.doc["expires_in"]) != "3600" || tokens.header.Get("Cache-Control") != "no-store" {
		t.Errorf("tokens %v %s", tokens.header, tokens.body)
	}
	if got := w.list(text(tokens.doc, "access_token")); got != 200 {
		t.Errorf("the API answers %d", got)
	}
	if again := w.poll(code); again.doc["error"] != "bad_verification_code" {
		t.Errorf("a device code works twice: %s", again.body)
	}
	if n := len(w.Violations()); n != 3 { // twice too fast, once too often
		t.Errorf("violations %q", w.Violations())
	}
}

func TestDeviceCodesEnd(t *testing.T) {
	clock := newStopped()
	w := newWorld(t, Options{Now: clock.Now, PollEvery: time.Second})
	begin := func() (device, user string) {
		begun := w.post("devicecode", "client_id", appID, "scope", apiScope).doc
		return text(begun, "device_code"), text(begun, "user_code")
	}
	refused, refusedUser := begin()
	w.want(200, "GET", controlRoot+"decline?user_code="+refusedUser, "")
	for range 2 {
		if got := w.poll(refused); got.doc["error"] != "authorization_declined" {
			t.Errorf("declined: %s", got.body)
		}
		clock.pass(time.Second)
	}
	late, lateUser := begin()
	clock.pass(deviceLife)
	w.want(404, "POST", controlRoot+"approve?user_code="+lateUser, "")
	if got := w.poll(late); got.doc["error"] != "expired_token" {
		t.Errorf("expired: %s", got.body)
	}
	clock.pass(2 * deviceLife)
	begin()
	if n := len(w.authority.devices); n != 1 {
		t.Errorf("%d device codes are kept", n)
	}
	if len(w.Violations()) != 0 {
		t.Errorf("violations %q", w.Violations())
	}
}

func TestApproving(t *testing.T) {
	w := newWorld(t, Options{})
	page := w.want(200, "GET", controlRoot+"approve", "")
	if !strings.HasPrefix(page.header.Get("Content-Type"), "text/html") || !strings.Contains(page.body, `name="user_code"`) {
		t.Errorf("the page is %s", page.body)
	}
	w.want(404, "GET", controlRoot+"approve?user_code=BCDFGHJK", "")
	w.want(404, "POST", controlRoot+"approve", "")
	for range 3 {
		w.post("devicecode", "client_id", appID, "scope", apiScope)
	}
	if got := w.want(200, "POST", controlRoot+"approve", ""); got.body != "{\"decided\":3}\n" {
		t.Errorf("all that wait: %s", got.body)
	}
	w.want(404, "POST", controlRoot+"decline", "")
}

func TestUserCodes(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		code := newUserCode()
		if len(code) != 8 || strings.ContainsAny(code, "AEIOUY0123456789") || seen[code] {
			t.Fatalf("code %q", code)
		}
		seen[code] = true
	}
}

// What a client may do wrong, and what it is told.
func TestMistakesAtTheAuthority(t *testing.T) {
	device := []string{"grant_type", deviceGrant, "client_id", appID, "device_code", "x"}
	cases := []struct {
		endpoint string
		form     []string
		want     string
		number   int
	}{
		{"devicecode", []string{"scope", apiScope}, "invalid_request", 900144},
		{"devicecode", []string{"client_id", appID}, "invalid_request", 900144},
		{"devicecode", []string{"client_id", appID, "scope", "openid offline_access"}, "invalid_scope", 70011},
		{"devicecode", []string{"client_id", appID, "scope", "user_impersonation"}, "invalid_scope", 70011},
		{"devicecode", []string{"client_id", appID, "scope", apiScope + " https://elsewhere.example.com/.default"}, "invalid_scope", 70011},
		{"token", []string{"client_id", appID}, "invalid_request", 900144},
		{"token", []string{"grant_type", "refresh_token", "refresh_token", "x"}, "invalid_request", 900144},
		{"token", []string{"grant_type", "refresh_token", "client_id", appID}, "invalid_request", 900144},
		{"token", []string{"grant_type", "password", "client_id", appID}, "unsupported_grant_type", 70003},
		{"token", []string{"grant_type", "authorization_code", "client_id", appID, "code", "x", "redirect_uri", "x"}, "invalid_request", 900144},
		{"token", device, "bad_verification_code", 70018},
	}
	for _, c := range cases {
		w := newWorld(t, Options{})
		got := w.post(c.endpoint, c.form...)
		description := text(got.doc, "error_description")
		if got.status != 400 || got.doc["error"] != c.want || fmt.Sprint(elements(got.doc["error_codes"])) != fmt.Sprint([]int{c.number}) ||
			!strings.HasPrefix(description, fmt.Sprintf("AADSTS%d: ", c.number)) || !strings.Contains(description, text(got.doc, "trace_id")) {
			t.Errorf("%s %v: %d %s, want %s", c.endpoint, c.form, got.status, got.body, c.want)
		}
		if len(w.Violations()) != 1 {
			t.Errorf("%s %v: violations %q", c.endpoint, c.form, w.Violations())
		}
	}
	w := newWorld(t, Options{})
	if got := w.do("POST", authorityRoot+"token", `{"grant_type":"refresh_token"}`); got.doc["error"] != "invalid_request" {
		t.Errorf("JSON instead of a form: %s", got.body)
	}
	for _, request := range []string{"GET token", "POST authorize", "GET devicecode", "POST other"} {
		method, endpoint, _ := strings.Cut(request, " ")
		w.want(404, method, authorityRoot+endpoint, "")
	}
	if got := w.with(headerCallID, someGUID).do("POST", authorityRoot+"token", ""); text(got.doc, "correlation_id") != someGUID {
		t.Errorf("the correlation id is not the client's: %s", got.body)
	}
}

func TestRefreshTokensRotate(t *testing.T) {
	for _, grace := range []int{0, 1, 3, -1} {
		w := newWorld(t, Options{RefreshGrace: grace})
		first := text(w.signIn(), "refresh_token")
		second := w.renew(first)
		if second.status != 200 || text(second.doc, "refresh_token") == first {
			t.Fatalf("grace %d: %d %s", grace, second.status, second.body)
		}
		worked := 0
		for range 10 {
			if got := w.renew(first); got.status == 200 {
				worked++
			} else if got.doc["error"] != "invalid_grant" {
				t.Errorf("grace %d: %s", grace, got.body)
			}
		}
		if want := map[int]int{0: 0, 1: 1, 3: 3, -1: 10}[grace]; worked != want {
			t.Errorf("grace %d: the old token worked %d times more, want %d", grace, worked, want)
		}
		if got := w.renew(text(second.doc, "refresh_token")); got.status != 200 {
			t.Errorf("grace %d: the new token: %s", grace, got.body)
		}
		if len(w.Violations()) != 0 {
			t.Errorf("violations %q", w.Violations())
		}
	}
}

// Whatever refresh tokens are used in whatever order: each works once, and then as often as
// the grace says; each success gives out a new one.
func TestRefreshTokensFollowTheirModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		grace := rapid.IntRange(0, 2).Draw(rt, "grace")
		w := newWorld(t, Options{RefreshGrace: grace})
		tokens, used := []string{text(w.signIn(), "refresh_token")}, []int{0}
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			i := rapid.IntRange(0, len(tokens)-1).Draw(rt, "token")
			got := w.renew(tokens[i])
			if used[i]++; (got.status == 200) != (used[i] <= 1+grace) {
				rt.Fatalf("use %d with a grace of %d: %d", used[i], grace, got.status)
			}
			if fresh := text(got.doc, "refresh_token"); fresh != "" {
				if slices.Contains(tokens, fresh) {
					rt.Fatal("a refresh token was given out twice")
				}
				tokens, used = append(tokens, fresh), append(used, 0)
			}
		}
	})
}

func TestRefreshingInDetail(t *testing.T) {
	w := newWorld(t, Options{})
	token := text(w.signIn(), "refresh_token")
	if got := w.post("token", "grant_type", "refresh_token", "client_id", someGUID[:35]+"0", "refresh_token", token); got.doc["error"] != "invalid_grant" {
		t.Errorf("another application: %s", got.body)
	}
	if got := w.post("token", "grant_type", "refresh_token", "client_id", appID, "refresh_token", token, "scope", "openid"); got.doc["error"] != "invalid_scope" {
		t.Errorf("a scope without resource: %s", got.body)
	}
	other := w.post("token", "grant_type", "refresh_token", "client_id", appID, "refresh_token", token, "scope", "https://elsewhere.example.com/.default")
	if says := claimsIn(t, text(other.doc, "access_token")); says.Audience != "https://elsewhere.example.com" || other.doc["id_token"] != nil {
		t.Errorf("another resource: %+v", says)
	}
	if got := w.list(text(other.doc, "access_token")); got != 401 {
		t.Errorf("the API takes a token for another resource: %d", got)
	}
	if err := w.Reset(); err != nil {
		t.Fatal(err)
	}
	if got := w.renew(text(other.doc, "refresh_token")); got.status != 200 {
		t.Errorf("a reset has signed out: %s", got.body)
	}
}

func TestScopes(t *testing.T) {
	cases := []struct {
		scope, resource, scopes string
		ok                      bool
	}{
		{apiScope, audience, apiScope, true},
		{"openid " + apiScope + " profile", audience, apiScope, true},
		{audience + "/.default offline_access", audience, audience + "/.default", true},
		{audience + "//.default", audience, audience + "//.default", true},
		{audience + "/a " + audience + "/b", audience, audience + "/a " + audience + "/b", true},
		{"", "", "", false}, {"openid", "", "", false}, {"word", "", "", false}, {"/", "", "", false},
		{apiScope + " https://elsewhere.example.com/a", "", "", false},
	}
	for _, c := range cases {
		if resource, scopes, ok := (session{scope: c.scope}).resource(); resource != c.resource || scopes != c.scopes || ok != c.ok {
			t.Errorf("%q: %q, %q, %v", c.scope, resource, scopes, ok)
		}
	}
	if (session{scope: "openid_x"}).wants("openid") {
		t.Error("a longer word was taken for openid")
	}
}

func TestEndpoints(t *testing.T) {
	for path, want := range map[string][2]string{
		"/organizations/oauth2/v2.0/token": {"organizations", "token"}, "/x/oauth2/v2.0/": {"x", ""},
		"//oauth2/v2.0/token": {}, "/x/oauth2/token": {}, "/x/oauth2/v2.0/token/y": {}, collection: {}, "/": {}, "": {},
	} {
		if tenant, endpoint := endpointOf(path); tenant != want[0] || endpoint != want[1] {
			t.Errorf("%s: %q, %q", path, tenant, endpoint)
		}
	}
}

// Nobody can read a token, a code or who asked for what out of the ledger.
func TestTheLedgerHoldsNoSecrets(t *testing.T) {
	w := newWorld(t, Options{})
	tokens := w.signIn()
	renewed := w.renew(text(tokens, "refresh_token"))
	w.list(text(renewed.doc, "access_token"))
	entries := w.Ledger()
	if len(entries) != 4 || entries[1].Grant != deviceGrant || entries[2].Grant != "refresh_token" {
		t.Fatalf("ledger %+v", entries)
	}
	if entries[1].NewRefreshID != entries[2].RefreshID || entries[2].TokenID != entries[3].TokenID || entries[2].NewRefreshID == "" ||
		entries[1].TokenID != tokenID(text(tokens, "access_token")) || entries[2].Time.IsZero() || entries[2].Status != 200 {
		t.Errorf("ledger %+v", entries)
	}
	ledger := w.do("GET", controlRoot+"ledger", "").body
	for _, doc := range []map[string]any{tokens, renewed.doc} {
		for _, name := range []string{"access_token", "refresh_token", "id_token"} {
			if secret := text(doc, name); secret == "" || strings.Contains(ledger, secret) {
				t.Errorf("%s %q in the ledger %s", name, secret, ledger)
			}
		}
	}
	for _, entry := range entries[:3] {
		if entry.Query+entry.BodyHash+entry.Marker != "" || entry.Executed {
			t.Errorf("entry %+v", entry)
		}
	}
}

func TestSignInOverAConnection(t *testing.T) {
	served(t, Options{RequireIssued: true}, func(w *world, client *http.Client) {
		tokens := parse(t, w.trySignIn(client).body)
		if got := w.bearer(text(tokens, "access_token")).send(client, "POST", collection, sample()); got.status != 201 {
			t.Errorf("%d %s", got.status, got.body)
		}
		time.Sleep(time.Hour)
		if got := w.bearer(text(tokens, "access_token")).send(client, "GET", collection, ""); got.status != 401 {
			t.Errorf("an hour later %d %s", got.status, got.body)
		}
	})
}
