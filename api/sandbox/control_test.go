package sandbox

import (
	"crypto/tls"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
)

// The control paths answer in JSON lines that can be read back, and take no token.
func TestControlPaths(t *testing.T) {
	w := newWorld(t, Options{RequireIssued: true})
	w.signIn()
	w.do("GET", collection, "") // with a word that is no token here
	w.do("DELETE", collection, "")
	ledger := w.with("Authorization", "", headerCallID, "").want(200, "GET", controlRoot+"ledger", "")
	var entries []Entry
	for line := range strings.Lines(ledger.body) {
		var entry Entry
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		entries = append(entries, entry)
	}
	kept := w.Ledger()
	if len(entries) != len(kept) || len(entries) != 4 {
		t.Fatalf("%d lines, %d entries", len(entries), len(kept))
	}
	for i, entry := range entries {
		if !entry.Time.Equal(kept[i].Time) {
			t.Errorf("line %d: %v, want %v", i+1, entry.Time, kept[i].Time)
		}
		if entry.Time, entry.ExecutedAt = kept[i].Time, kept[i].ExecutedAt; entry != kept[i] {
			t.Errorf("line %d: %+v, want %+v", i+1, entry, kept[i])
		}
	}
	violations := w.want(200, "GET", controlRoot+"violations", "")
	var sentence string
	if err := json.Unmarshal([]byte(violations.body), &sentence); err != nil || sentence != w.Violations()[0] {
		t.Errorf("%v: %s", err, violations.body)
	}
	if got := w.want(200, "GET", controlRoot+"referrals/count", ""); got.body != "{\"count\":0}\n" {
		t.Errorf("count %s", got.body)
	}
	for _, request := range []string{"POST ledger", "GET reset", "GET ", "GET other", "DELETE approve"} {
		method, path, _ := strings.Cut(request, " ")
		w.want(404, method, controlRoot+path, "")
	}
	if len(w.Ledger()) != 4 {
		t.Error("the control paths are in the ledger")
	}
}

// The page that a person opens is where the client found the sandbox.
func TestVerificationPage(t *testing.T) {
	w := newWorld(t, Options{})
	for _, secured := range []bool{false, true} {
		request := w.asForm().request("POST", "http://sandbox.example.com:8443"+authorityRoot+"devicecode", formOf("client_id", appID, "scope", apiScope))
		want := "http://sandbox.example.com:8443/__sandbox/approve"
		if secured {
			request.TLS, want = &tls.ConnectionState{}, strings.Replace(want, "http", "https", 1)
		}
		recorder := httptest.NewRecorder()
		w.ServeHTTP(recorder, request)
		if got := text(parse(t, recorder.Body.String()), "verification_uri"); got != want {
			t.Errorf("the page is %s, want %s", got, want)
		}
	}
}

// A body that is too large is no form, and a call to the authority that cannot be read is
// refused like any other.
func TestHugeForms(t *testing.T) {
	w := newWorld(t, Options{})
	w.asForm().want(413, "POST", authorityRoot+"token", "grant_type="+strings.Repeat("x", maxBody))
	if entry := w.Ledger()[0]; entry.Grant != "" || entry.BodyHash != "" || entry.Status != 413 {
		t.Errorf("ledger %+v", entry)
	}
	if len(w.Violations()) != 1 {
		t.Errorf("violations %q", w.Violations())
	}
}

// A reset forgets what tokens were used for and who said what, not who has signed in.
func TestResetAndSignIn(t *testing.T) {
	w := newWorld(t, Options{TokenUses: 1, RequireIssued: true})
	token := text(w.signIn(), "access_token")
	if first, second := w.list(token), w.list(token); first != 200 || second != 401 {
		t.Errorf("statuses %d and %d", first, second)
	}
	w.want(204, "POST", controlRoot+"reset", "")
	if got := w.list(token); got != 200 || len(w.Ledger()) != 1 {
		t.Errorf("status %d after a reset, %d lines in the ledger", got, len(w.Ledger()))
	}
}
