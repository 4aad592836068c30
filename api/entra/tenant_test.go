package entra

import (
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/api/sandbox"
	"refload/internal/files"
)

const domain = "contoso.example.com"

// ofDomain names the tenant by a domain, whose warnings go to told.
func ofDomain(told *[]string) func(*Settings) {
	return func(s *Settings) {
		s.Tenant = domain
		s.Warn = func(text string) { *told = append(*told, text) }
	}
}

// lookups counts how often the authority was asked for the tenant of a domain.
func (w *world) lookups() int {
	n := 0
	for _, entry := range w.Ledger() {
		if strings.HasSuffix(entry.Path, "/openid-configuration") {
			n++
		}
	}
	return n
}

// outOfOrder is an authority that does not answer for its tenants.
func outOfOrder(key string) sandbox.Options {
	return sandbox.Options{RequireIssued: true, Faults: &sandbox.Plan{Rules: []sandbox.Rule{{Fault: "F66", Kind: "503", Key: key}}}}
}

const noLookup = "openid-configuration"

// The tenant of a domain is looked up at the sign-in, and not again.
func TestTheTenantOfADomainIsLookedUpOnce(t *testing.T) {
	inBubble(t, sandbox.Options{RequireIssued: true}, func(t *testing.T, w *world) {
		var told []string
		source, file := w.source(ofDomain(&told))
		if err := source.Renew(t.Context(), source.Session().Access); err != nil {
			t.Fatal(err)
		}
		kept, _ := file.Load()
		if !kept.TenantChecked || kept.TenantID == "" || w.lookups() != 1 || len(told) > 0 {
			t.Errorf("checked %v, %d lookups, told %q", kept.TenantChecked, w.lookups(), told)
		}
		if err := source.CheckTenant(t.Context()); err != nil || w.lookups() != 1 {
			t.Errorf("%v, %d lookups", err, w.lookups())
		}
	})
}

// A ready token is held against the profile's tenant, however that is named; what cannot be compared
// is told, and is not good enough where the settings are strict.
func TestReadyTokensAreHeldAgainstTheTenant(t *testing.T) {
	var own string // the tenant that the sandbox's domains belong to
	inBubble(t, sandbox.Options{}, func(t *testing.T, w *world) {
		source, _ := w.source(func(s *Settings) { s.Tenant = domain })
		own = source.Session().TenantID
	})
	const other = "22222222-2222-4222-8222-222222222222"
	of := func(tenant string) string { return tokenOf(map[string]any{"tid": tenant}) }
	for name, test := range map[string]struct {
		tenant, token string
		broken        string // the endpoint that is out of order
		strict        bool
		want          Reason
		warns         string
		hint          string
	}{
		"of the tenant":                  {tenantID, of(strings.ToUpper(tenantID)), "", true, "", "", ""},
		"of another":                     {tenantID, of(other), noLookup, false, OtherTenant, "", "tenant of the profile"},
		"of the domain":                  {domain, of(own), "", true, "", "", ""},
		"of another than the domain":     {domain, of(other), "", false, OtherTenant, "", "tenant of the profile"},
		"no such domain":                 {"contoso.invalid", of(own), "", false, OtherTenant, "", "tenant of the profile"},
		"a domain without an answer":     {domain, of(other), noLookup, false, "", "was not compared", ""},
		"strict, without an answer":      {domain, of(own), noLookup, true, Untrusted, "", "GUID"},
		"opaque":                         {domain, "opaque", "", true, "", "does not say of which tenant", ""},
		"without a tenant":               {tenantID, tokenOf(map[string]any{"upn": "kim@example.com"}), "", true, "", "does not say of which tenant", ""},
		"a profile that names no tenant": {"", of(other), noLookup, true, "", "", ""},
	} {
		options := sandbox.Options{}
		if test.broken != "" {
			options = outOfOrder(test.broken)
		}
		inBubble(t, options, func(t *testing.T, w *world) {
			var told []string
			client, began := w.client(ofDomain(&told), func(s *Settings) { s.Tenant, s.Strict = test.tenant, test.strict }), time.Now()
			err := client.checkToken(t.Context(), test.token)
			if test.want != "" {
				if failed := failure(t, err); failed.Reason != test.want || !strings.Contains(failed.Hint(), test.hint) {
					t.Errorf("%s: %s, %v; %s", name, failed.Reason, failed, failed.Hint())
				}
			} else if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if text := strings.Join(told, "; "); (text != "") != (test.warns != "") || !strings.Contains(text, test.warns) || time.Since(began) > discoveryTime {
				t.Errorf("%s: told %q after %s", name, text, time.Since(began))
			}
		})
	}
}

// saying answers with a page, whatever is asked.
type saying struct {
	status int
	page   string
}

// RoundTrip answers.
func (s saying) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: s.status, Header: http.Header{"Location": {"http://elsewhere.example.com/"}}, Body: io.NopCloser(strings.NewReader(s.page))}, nil
}

// Only an issuer with a GUID names a tenant; anything else is no answer.
func TestAnswersThatNameNoTenant(t *testing.T) {
	for name, test := range map[string]struct {
		next http.RoundTripper
		want string
	}{
		"a tenant":         {saying{200, `{"issuer":"https://login.example.com/` + strings.ToUpper(tenantID) + `/v2.0"}`}, tenantID},
		"any tenant":       {saying{200, `{"issuer":"https://login.example.com/{tenantid}/v2.0"}`}, ""},
		"no issuer":        {saying{200, `{"token_endpoint":"https://login.example.com/` + tenantID + `"}`}, ""},
		"a page of HTML":   {saying{200, "<p>sign in to this network"}, ""},
		"a redirect":       {saying{302, ""}, ""},
		"a page too long":  {saying{200, `{"issuer":"` + tenantID + `","x":"` + strings.Repeat("x", longestAnswer) + `"}`}, ""},
		"no answer at all": {&hanging{}, ""},
	} {
		inBubble(t, sandbox.Options{}, func(t *testing.T, w *world) {
			client, began := w.client(func(s *Settings) { s.Tenant = domain }), time.Now()
			client.http.Transport.(*exchanger).next = test.next
			got, err := client.discover(t.Context())
			if got != test.want || (err == nil) != (test.want != "") || time.Since(began) > discoveryTime {
				t.Errorf("%s: %q, %v after %s", name, got, err, time.Since(began))
			}
		})
	}
}

// A sign-in that was saved before anybody compared tenants is compared at the next start and, when it
// is renewed, for good.
func TestASavedSignInIsHeldAgainstItsDomain(t *testing.T) {
	inBubble(t, sandbox.Options{RequireIssued: true}, func(t *testing.T, w *world) {
		var told []string
		source, file := w.source(ofDomain(&told))
		kept := source.Session()
		kept.TenantChecked = false
		for tenant, want := range map[string]Reason{kept.TenantID: "", tenantID: OtherTenant} {
			kept.TenantID = tenant
			if err := file.Save(kept); err != nil {
				t.Fatal(err)
			}
			again, err := source.client.Source(file)
			if err != nil {
				t.Fatal(err)
			}
			if err = again.CheckTenant(t.Context()); (err != nil) != (want != "") || err != nil && failure(t, err).Reason != want {
				t.Errorf("%s: %v", tenant, err)
			}
		}
	})
}

// Where it is strict and the domain cannot be looked up, nothing is exchanged: the refresh token is as
// good as before. Elsewhere the refresh goes on, and the next one looks again.
func TestARefreshWithoutAnAnswerAboutTheDomain(t *testing.T) {
	for _, strict := range []bool{true, false} {
		inBubble(t, outOfOrder(noLookup), func(t *testing.T, w *world) {
			var told []string
			memory := NewMemory("")
			given := w.signIn(w.client(), memory).Refresh
			source, err := w.client(ofDomain(&told), func(s *Settings) { s.Strict = strict }).Source(NewMemory(given))
			if err != nil {
				t.Fatal(err)
			}
			_, err = source.Token(t.Context())
			if strict && (failure(t, err).Reason != Untrusted || w.refreshes() != 0 || source.Session().Refresh != given) {
				t.Errorf("strict: %v, %d refreshes", err, w.refreshes())
			}
			if !strict && (err != nil || w.refreshes() != 1 || source.Session().TenantChecked || len(told) != 1) {
				t.Errorf("%v, %d refreshes, told %q", err, w.refreshes(), told)
			}
		})
	}
}

// A refresh token that came with an access token which is refused is kept where it is the same
// sign-in's: the one before is dead.
func TestARefusedAnswerLosesNoRefreshToken(t *testing.T) {
	for kind, want := range map[string]Reason{"wrong tenant": OtherTenant, "wrong audience": Untrusted, "wrong account": OtherAccount} {
		rule := sandbox.Rule{Fault: "F66", Kind: kind, Key: "refresh_token", First: 1}
		inBubble(t, sandbox.Options{RequireIssued: true, Faults: &sandbox.Plan{Rules: []sandbox.Rule{rule}}}, func(t *testing.T, w *world) {
			source, file := w.source()
			old := source.Session()
			if failed := failure(t, source.Renew(t.Context(), old.Access)); failed.Reason != want {
				t.Errorf("%s: %v", kind, failed)
			}
			kept, err := file.Load()
			sameAccount := kind != "wrong account"
			if err != nil || (kept.Refresh != old.Refresh) != sameAccount || kept.Access != old.Access || kept.TenantID != old.TenantID {
				t.Errorf("%s: another session is kept, %v", kind, err)
			}
			if err := source.Renew(t.Context(), old.Access); (err == nil) != sameAccount {
				t.Errorf("%s: the next refresh: %v", kind, err)
			}
		})
	}
}

// The same for the file of an operator, whose account nobody knows yet: with the right profile the
// token that was written back still works.
func TestARefusedAnswerLosesNoTokenOfAnOperator(t *testing.T) {
	inBubble(t, sandbox.Options{RequireIssued: true}, func(t *testing.T, w *world) {
		path := filepath.Join(t.TempDir(), "token")
		if err := files.WriteFile(path, []byte(w.signIn(w.client(), NewMemory("")).Refresh)); err != nil {
			t.Fatal(err)
		}
		try := func(change ...func(*Settings)) error {
			source, err := w.client(change...).Source(NewTokenFile(path))
			if err == nil {
				_, err = source.Token(t.Context())
			}
			return err
		}
		if failed := failure(t, try(func(s *Settings) { s.Tenant = domain })); failed.Reason != OtherTenant {
			t.Errorf("%v", failed)
		}
		if err := try(); err != nil {
			t.Errorf("with the right profile: %v", err)
		}
	})
}

// What memory alone keeps is told of once, when it first differs from what was given.
func TestAReplacedTokenThatIsKeptNowhere(t *testing.T) {
	inBubble(t, sandbox.Options{RequireIssued: true}, func(t *testing.T, w *world) {
		told, memory := 0, NewMemory(w.signIn(w.client(), NewMemory("")).Refresh)
		memory.Replaced = func() { told++ }
		source, err := w.client().Source(memory)
		if err != nil {
			t.Fatal(err)
		}
		for want := range 2 {
			if told != min(want, 1) {
				t.Errorf("told %d times after %d refreshes", told, want)
			}
			if _, err := source.Token(t.Context()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Hour)
		}
		if w.refreshes() != 2 || told != 1 {
			t.Errorf("told %d times after %d refreshes", told, w.refreshes())
		}
	})
}
