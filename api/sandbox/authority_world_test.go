package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const (
	authorityRoot = "/organizations/oauth2/v2.0/"
	deviceGrant   = "urn:ietf:params:oauth:grant-type:device_code"
	appID         = "11111111-2222-4333-8444-555555555555"
	apiScope      = audience + "/user_impersonation"
	allScopes     = apiScope + " offline_access openid"
)

// stopped is a clock that a test sets on.
type stopped struct{ now time.Time }

func newStopped() *stopped { return &stopped{time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)} }

func (c *stopped) Now() time.Time       { return c.now }
func (c *stopped) pass(d time.Duration) { c.now = c.now.Add(d) }

// formOf makes a form of pairs; an empty value leaves the parameter out.
func formOf(pairs ...string) string {
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Del(pairs[i])
		if pairs[i+1] != "" {
			form.Set(pairs[i], pairs[i+1])
		}
	}
	return form.Encode()
}

func (w *world) asForm() *world {
	return w.with("Authorization", "", headerCallID, "", "Content-Type", "application/x-www-form-urlencoded")
}

// post sends a form to the authority.
func (w *world) post(endpoint string, pairs ...string) answer {
	w.t.Helper()
	return w.asForm().do("POST", authorityRoot+endpoint, formOf(pairs...))
}

// poll asks for the tokens of a device code.
func (w *world) poll(deviceCode string) answer {
	w.t.Helper()
	return w.post("token", "grant_type", deviceGrant, "client_id", appID, "device_code", deviceCode)
}

func (w *world) renew(token string) answer {
	w.t.Helper()
	return w.post("token", "grant_type", "refresh_token", "client_id", appID, "refresh_token", token)
}

// signIn signs in by a device code that is approved, and returns the tokens.
func (w *world) signIn() map[string]any {
	w.t.Helper()
	begun := w.post("devicecode", "client_id", appID, "scope", allScopes).doc
	w.want(200, "POST", controlRoot+"approve?user_code="+text(begun, "user_code"), "")
	got := w.poll(text(begun, "device_code"))
	if got.status != 200 || text(got.doc, "access_token") == "" {
		w.t.Fatalf("signing in: %d %s", got.status, got.body)
	}
	return got.doc
}

// list asks the API with a token and returns the status.
func (w *world) list(token string) int { return w.bearer(token).do("GET", collection, "").status }

// claimsIn decodes the claims of a token, as a client would: without the key.
func claimsIn(t *testing.T, token string) claims {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("%d parts in a token", len(parts))
	}
	data, err := base64.RawURLEncoding.DecodeString(parts[1])
	var says claims
	if err != nil || json.Unmarshal(data, &says) != nil {
		t.Fatalf("claims %q: %v", data, err)
	}
	return says
}

// trySignIn signs in over a connection as far as it gets, and returns the last answer.
func (w *world) trySignIn(over *http.Client) sent {
	w.t.Helper()
	begun := w.asForm().send(over, "POST", authorityRoot+"devicecode", formOf("client_id", appID, "scope", allScopes))
	code := "none"
	if doc, err := decode([]byte(begun.body)); err == nil && begun.status == 200 {
		code = text(doc, "device_code")
	}
	w.send(over, "POST", controlRoot+"approve", "")
	return w.asForm().send(over, "POST", authorityRoot+"token", formOf("grant_type", deviceGrant, "client_id", appID, "device_code", code))
}

// renewOver exchanges a refresh token over a connection.
func (w *world) renewOver(over *http.Client, token string) sent {
	w.t.Helper()
	return w.asForm().send(over, "POST", authorityRoot+"token", formOf("grant_type", "refresh_token", "client_id", appID, "refresh_token", token))
}
