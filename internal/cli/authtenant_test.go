//go:build unix

package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/api/sandbox"
	"refload/internal/effort"
	"refload/internal/files"
)

// ofDomain gives the user profiles whose tenant is a domain: contoso, and nightly, which is marked
// production. The sandbox's tokens of that domain are of a tenant of their own, not of signInTenant.
func (c *signInWorld) ofDomain() *signInWorld {
	var b strings.Builder
	b.WriteString("profiles:\n")
	for name, more := range map[string]string{"contoso": "", "nightly": ", production: yes", "nobody": ""} {
		domain := map[string]string{"nobody": "contoso.invalid"}[name]
		if domain == "" {
			domain = signInDomain
		}
		fmt.Fprintf(&b, "  %s: {base-url: %q, authority: %q, tenant: %s, client-id: %q, rate: 0%s}\n", name, c.url, c.url, domain, signInApp, more)
	}
	fmt.Fprintf(&b, "  fabrikam: {base-url: %q, authority: %q, tenant: %s, client-id: %q, rate: 0}\n", c.url, c.url, signInTenant, signInApp)
	writeFile(c.t, filepath.Join(c.environment["XDG_CONFIG_HOME"], "refload"), "refload.yaml", b.String())
	return c
}

const signInDomain = "contoso.example.com"

// noDiscovery is an authority that does not say which tenant a domain belongs to.
func noDiscovery() sandbox.Options {
	return sandbox.Options{Faults: &sandbox.Plan{Rules: []sandbox.Rule{{Fault: "F66", Kind: "503", Key: "openid-configuration", Delay: time.Minute}}}}
}

// A ready token of another tenant than the profile's is refused before anything is sent, also where
// the profile names its tenant by a domain.
func TestReadyTokensOfAnotherTenant(t *testing.T) {
	t.Parallel()
	const notCompared = "was not compared"
	for _, test := range []struct {
		name, profile, tenant string // of the token; "" for one that cannot be read
		options               sandbox.Options
		code                  int
		want                  string
	}{
		{"its own", "contoso", signInDomain, sandbox.Options{}, 0, "created 1"},
		{"another", "contoso", signInTenant, sandbox.Options{}, 4, "not of "},
		{"of a domain that nobody has", "nobody", signInDomain, sandbox.Options{}, 4, "there is no such tenant"},
		{"without an answer", "contoso", signInTenant, noDiscovery(), 0, notCompared},
		{"without an answer, in production", "nightly", signInDomain, noDiscovery(), 4, "write the tenant's id, a GUID"},
		{"its own, in production", "nightly", signInDomain, sandbox.Options{}, 0, "created 1"},
		{"a GUID, without an answer", "fabrikam", signInTenant, noDiscovery(), 0, "created 1"},
		{"opaque", "contoso", "", sandbox.Options{}, 4, "does not say of which tenant"},
	} {
		c := newSignIn(t, test.options).ofDomain()
		token := "opaque"
		if test.tenant != "" {
			token, _ = c.tokens(test.tenant)
		}
		c.environment["REFLOAD_ACCESS_TOKEN"] = token
		text := c.run(test.code, test.want, "import", c.deals(1), "--profile", test.profile, "--yes")
		if created := len(c.emulator.Created()); created != 0 && test.code != 0 {
			t.Errorf("%s: %d created", test.name, created)
		}
		if warns := strings.Contains(text, notCompared); warns != (test.want == notCompared || test.tenant == "") {
			t.Errorf("%s: warned %v\n%s", test.name, warns, text)
		}
	}
}

// So are tokens of a sign-in of ours: at the sign-in, and of a refresh token from elsewhere, which is
// not lost by having been tried with the wrong profile.
func TestOwnSignInsAreHeldAgainstTheDomain(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	c := newSignIn(t, sandbox.Options{PollEvery: time.Millisecond}).ofDomain()
	c.run(0, "signed in", "auth", "login", "--profile", "contoso", "--device-code")
	c.run(4, "no such tenant", "auth", "login", "--profile", "nobody", "--device-code")
	path := writeFile(t, t.TempDir(), "token", c.refreshToken())
	c.environment["REFLOAD_REFRESH_TOKEN_FILE"] = path
	c.run(4, "not of ", "import", c.deals(1), "--profile", "contoso", "--yes")
	if created := len(c.emulator.Created()); created > 0 {
		t.Errorf("%d created", created)
	}
	c.run(0, "created 1", "import", c.deals(1), "--profile", "fabrikam", "--yes")
}

func TestASignInWithoutAnAnswerAboutTheDomain(t *testing.T) {
	c := newSignIn(t, noDiscovery()).ofDomain()
	c.run(4, "write the tenant's id, a GUID", "auth", "login", "--profile", "nightly", "--device-code")
	c.run(4, "nobody is signed in", "auth", "status", "--profile", "nightly")
}

// A refresh token of a variable that was replaced: the new one is kept nowhere, and that is told.
func TestAReplacedTokenOfAVariableIsToldOf(t *testing.T) {
	c := newSignIn(t, sandbox.Options{})
	c.environment["REFLOAD_REFRESH_TOKEN"] = c.refreshToken()
	text := c.run(0, "created 1", "import", c.deals(1), "--profile", "contoso", "--yes")
	if n := strings.Count(text, "is kept nowhere"); n != 1 || !strings.Contains(text, "90 days after it was issued") {
		t.Errorf("told %d times\n%s", n, text)
	}
	c.environment["REFLOAD_REFRESH_TOKEN_FILE"] = writeFile(t, t.TempDir(), "token", c.refreshToken())
	delete(c.environment, "REFLOAD_REFRESH_TOKEN")
	if text := c.run(0, "unchanged 1", "import", c.deals(1), "--profile", "contoso", "--yes"); strings.Contains(text, "kept nowhere") {
		t.Errorf("told of a token that was written back\n%s", text)
	}
	c.run(0, "90 days after it was", "help", "environment")
}

// The sign-out takes with it what a killed process left of the tokens.
func TestLogoutRemovesWhatAKilledProcessLeft(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	c := newSignIn(t, sandbox.Options{PollEvery: time.Millisecond})
	c.run(0, "signed in", "auth", "login", "--profile", "contoso", "--device-code")
	left, err := files.Create(c.signInFile())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := left.Write([]byte(c.refreshToken())); err != nil {
		t.Fatal(err)
	}
	c.run(0, "removed", "auth", "logout", "--profile", "contoso")
	entries, err := os.ReadDir(filepath.Join(c.environment["REFLOAD_STATE"], "sign-in"))
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".lock") {
			t.Errorf("%s is left", entry.Name())
		}
	}
	if err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
}
