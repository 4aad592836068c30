package sandbox

import (
	"strings"
	"testing"
)

// discover asks who gives out the tokens of a tenant.
func (w *world) discover(tenant string) answer {
	w.t.Helper()
	return w.asForm().do("GET", "/"+tenant+"/v2.0/.well-known/openid-configuration", "")
}

// The issuer of a domain holds the tenant that the tokens of that domain name.
func TestDiscoveryNamesTheTenantOfTheTokens(t *testing.T) {
	w := newWorld(t, Options{})
	token := text(w.signIn(), "access_token")
	for tenant, want := range map[string]string{
		"contoso.example.com":                  claimsIn(t, token).Tenant,
		"99999999-8888-4777-8666-55555555555A": "99999999-8888-4777-8666-55555555555a",
		"organizations":                        "{tenantid}",
	} {
		got := w.discover(tenant)
		if got.status != 200 || text(got.doc, "issuer") != issuer+want+"/v2.0" || !strings.HasSuffix(text(got.doc, "token_endpoint"), "/"+tenant+"/oauth2/v2.0/token") {
			t.Errorf("%s: %d %s", tenant, got.status, got.body)
		}
	}
	if got := w.discover("contoso.invalid"); got.status != 400 || text(got.doc, "error") != "invalid_tenant" {
		t.Errorf("a tenant of nobody: %d %s", got.status, got.body)
	}
	if violations := w.Violations(); len(violations) > 0 {
		t.Errorf("violations %q", violations)
	}
}

// An authority that is out of order describes nothing, and nothing but an outage strikes there.
func TestFaultsOfDiscovery(t *testing.T) {
	for kind, want := range map[string]int{"503": 503, "429": 429, "mfa": 200, "wrong tenant": 200, "lost answer": 200} {
		w := newWorld(t, Options{Faults: &Plan{Rules: []Rule{{Fault: "F66", Kind: kind, Key: endpointDiscovery}}}})
		if got := w.discover("contoso.example.com"); got.status != want {
			t.Errorf("%s: %d %s", kind, got.status, got.body)
		}
	}
}
