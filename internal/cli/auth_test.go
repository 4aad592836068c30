//go:build unix

package cli_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"refload/api/sandbox"
	"refload/internal/cli"
	"refload/internal/effort"
)

// From the sign-in to the sign-out: a profile is enough from then on, and the account that signed in
// stands in the results.
func TestSignInForAWhile(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	for _, how := range [][]string{{"--device-code"}, nil} {
		c := newSignIn(t, sandbox.Options{PollEvery: time.Millisecond})
		deals := c.deals(3)
		c.run(4, "refload auth login --profile contoso", "auth", "status", "--profile", "contoso")
		c.run(4, "refload auth login --profile contoso", "import", deals, "--profile", "contoso", "--yes")
		c.run(0, "signed in as ada@contoso.example.com, tenant "+signInTenant, append([]string{"auth", "login", "--profile", "contoso"}, how...)...)
		c.run(0, "(0 days ago)", "auth", "status", "--profile", "contoso")
		c.run(0, `"account":"ada@contoso.example.com"`, "auth", "status", "--profile", "contoso", "--json")
		out := filepath.Join(t.TempDir(), "out.csv")
		c.run(0, "created 3", "import", deals, "--profile", "contoso", "--yes", "--results", out)
		c.run(0, "nothing is left", "runs", "resume")
		info, err := os.Stat(c.signInFile())
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
		c.run(0, "https://mysignins.microsoft.com", "auth", "logout", "--profile", "contoso")
		c.run(0, "nobody was signed in", "auth", "logout", "--profile", "contoso")
		c.run(4, "nobody is signed in", "import", deals, "--profile", "contoso", "--yes")
		if violations := c.emulator.Violations(); len(violations) > 0 {
			t.Errorf("violations %q", violations)
		}
	}
}

// What a sign-in is not for, and what it needs.
func TestSignInNeedsAProfile(t *testing.T) {
	c := newSignIn(t, sandbox.Options{})
	more := "  bare: {base-url: \"" + c.url + "\"}\n  odd: {base-url: \"" + c.url + "\", client-id: " + signInApp + ", authority: \"http://login.example.com\"}\n"
	writeFile(t, filepath.Join(c.environment["XDG_CONFIG_HOME"], "refload"), "refload.yaml", c.profile(more))
	for _, command := range []string{"login", "status", "logout"} {
		c.run(2, "belongs to a profile", "auth", command)
		c.run(2, "needs no sign-in", "auth", command, "--sandbox")
		c.run(4, "names no client-id", "auth", command, "--profile", "bare")
		c.run(2, "only https", "auth", command, "--profile", "odd")
	}
	c.run(4, "names no client-id", "import", c.deals(1), "--profile", "bare", "--yes")
	c.run(4, "refload auth login", "import", c.deals(1), "--base-url", c.url, "--yes")
}

// A folder that came from elsewhere leads no sign-in to an authority of its own.
func TestAFoldersAuthorityIsNotTaken(t *testing.T) {
	t.Chdir(t.TempDir())
	c := newSignIn(t, sandbox.Options{})
	writeFile(t, ".", "refload.yaml", "default-profile: x\nprofiles:\n  x: {tenant: contoso.example.com, client-id: "+signInApp+", authority: \"https://login.example.com\"}\n")
	for _, command := range []string{"login", "status", "logout"} {
		c.run(2, "--config refload.yaml", "auth", command)
		c.run(2, "--config refload.yaml", "auth", command, "--profile", "x")
	}
	c.run(4, "nobody is signed in", "auth", "status", "--profile", "x", "--config", "refload.yaml")
}

// A ready token goes before a refresh token, and that before the saved sign-in.
func TestWhichSignInCounts(t *testing.T) {
	t.Parallel()
	c := newSignIn(t, sandbox.Options{})
	deals := c.deals(1)
	path := writeFile(t, t.TempDir(), "token", c.refreshToken())
	c.environment["REFLOAD_REFRESH_TOKEN_FILE"] = path
	c.run(0, "created 1", "import", deals, "--profile", "contoso", "--yes")
	if done, _ := c.refreshes(); done != 1 {
		t.Errorf("%d refreshes", done)
	}
	c.run(0, "unchanged 1", "import", deals, "--profile", "contoso", "--yes") // by the token that was written back
	c.environment["REFLOAD_REFRESH_TOKEN"] = "CANARY"
	c.run(2, "both set", "import", deals, "--profile", "contoso", "--yes")
	c.environment["REFLOAD_REFRESH_TOKEN_FILE"] = ""
	c.run(4, "put a new refresh token into REFLOAD_REFRESH_TOKEN", "import", deals, "--profile", "contoso", "--yes")
	c.environment["REFLOAD_REFRESH_TOKEN"] = c.refreshToken()
	c.run(0, "unchanged 1", "import", deals, "--profile", "contoso", "--yes")
	c.environment["REFLOAD_ACCESS_TOKEN"] = "CANARY"
	c.run(4, "sign-in", "import", deals, "--profile", "contoso", "--yes")
	c.environment["REFLOAD_ACCESS_TOKEN"] = "e30.eyJ0aWQiOiIxMTExMTExMS0yMjIyLTQzMzMtODQ0NC01NTU1NTU1NTU1NTUifQ.CANARY" // of another tenant
	c.run(4, "not of ", "import", deals, "--profile", "contoso", "--yes")
}

// A file that others can read is refused, and so is a link: exit 4, with what to do.
func TestSecretsThatOthersCanRead(t *testing.T) {
	c := newSignIn(t, sandbox.Options{})
	path := writeFile(t, t.TempDir(), "token", c.refreshToken())
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	c.environment["REFLOAD_REFRESH_TOKEN_FILE"] = path
	c.run(4, "chmod 600", "import", c.deals(1), "--profile", "contoso", "--yes")
	delete(c.environment, "REFLOAD_REFRESH_TOKEN_FILE")
	c.run(0, "signed in", "auth", "login", "--profile", "contoso")
	file := c.signInFile()
	if err := os.Rename(file, file+"x"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file+"x", file); err != nil {
		t.Fatal(err)
	}
	c.run(4, "symbolic link", "import", c.deals(1), "--profile", "contoso", "--yes")
	for _, path := range []string{file, file + "x"} { // the canary reads everything that is left
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// A refresh token that nobody uses dies after 90 days, and that is told in time.
func TestASignInThatIsNotUsed(t *testing.T) {
	c := newSignIn(t, sandbox.Options{})
	c.run(0, "signed in", "auth", "login", "--profile", "contoso")
	for _, test := range []struct {
		days, code int
		want       string
		warns      bool
	}{{59, 0, "(59 days ago)", false}, {60, 0, "ends in 30", true}, {89, 0, "ends in 1", true}, {90, 4, "sign in again: 'refload auth login --profile contoso --state ", false}} {
		c.now = func() time.Time { return time.Now().Add(time.Duration(test.days)*24*time.Hour + time.Second) }
		if text := c.run(test.code, test.want, "auth", "status", "--profile", "contoso"); strings.Contains(text, "warning:") != test.warns {
			t.Errorf("%d days: %s", test.days, text)
		}
	}
}

// Every refusal of the authority is told in words, with what to do next and exit code 4.
func TestRefusalsInWords(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string][]string{
		"mfa":                 {"a second factor (MFA) is needed", "refload auth login --profile contoso"},
		"consent":             {"nobody has allowed the application", "/adminconsent?client_id=" + signInApp},
		"conditional access":  {"conditional access", "administrator"},
		"insufficient_claims": {"second factor", "refload auth login"},
		"invalid_grant":       {"not valid any more", "refload auth login --profile contoso"},
		"wrong tenant":        {"not of " + signInTenant, "tenant of the profile"},
		"wrong account":       {"another account", "refload auth login"},
		"wrong audience":      {"another service than Partner Center", "refload auth login"},
	} {
		t.Run(kind, func(t *testing.T) {
			rule := sandbox.Rule{Fault: "F66", Kind: kind, Key: "refresh_token"}
			c := newSignIn(t, sandbox.Options{TokenLife: 2 * time.Second, Faults: &sandbox.Plan{Rules: []sandbox.Rule{rule}}})
			c.run(0, "signed in", "auth", "login", "--profile", "contoso")
			c.now = func() time.Time { return time.Now().Add(time.Hour) } // the access token is at its end
			text := c.run(4, "hint: ", "import", c.deals(1), "--profile", "contoso", "--yes")
			for _, part := range want {
				if !strings.Contains(text, part) {
					t.Errorf("%q is missing:\n%s", part, text)
				}
			}
			if created := len(c.emulator.Created()); created > 0 {
				t.Errorf("%d created", created)
			}
		})
	}
}

// A service that refuses every token stops the run after one new token; nothing is lost.
func TestAServiceThatRefusesEveryToken(t *testing.T) {
	plan := &sandbox.Plan{Rules: []sandbox.Rule{{Fault: "F35", On: []string{"POST"}}}}
	c := newSignIn(t, sandbox.Options{Faults: plan})
	c.environment["REFLOAD_REFRESH_TOKEN"] = c.refreshToken()
	c.run(4, "not-attempted 5", "import", c.deals(5), "--profile", "contoso", "--yes")
	if done, refused := c.refreshes(); done != 2 || refused != 2 {
		t.Errorf("%d refreshes (the first is the start), %d refusals", done, refused)
	}
}

// Tokens that last for seven requests, shared by sixteen workers: every row is created once, no row
// is rejected, and there are never two refreshes at once, nor more than tokens wore out.
func TestTokensThatWearOutUnderManyWorkers(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	const uses = 7
	rows := effort.Of(300, 500, 2000)
	c := newSignIn(t, sandbox.Options{TokenUses: uses})
	c.environment["REFLOAD_REFRESH_TOKEN"] = c.refreshToken()
	out := filepath.Join(t.TempDir(), "out.csv")
	c.run(0, fmt.Sprintf("created %d", rows), "import", c.deals(rows), "--profile", "contoso", "--yes", "--concurrency", "16", "--results", out)
	created := c.emulator.Created()
	for marker, n := range created {
		if n != 1 {
			t.Errorf("%s was created %d times", marker, n)
		}
	}
	accepted, posts, counted := 0, 0, 0
	for _, row := range readCSV(t, out) {
		n, _ := strconv.Atoi(row["Attempts"])
		counted += n
	}
	for _, entry := range c.emulator.Ledger() {
		if entry.Method == "POST" && entry.Grant == "" && entry.TokenID != "" {
			posts++
		}
		if entry.Grant == "" && entry.TokenID != "" && entry.Status < 300 {
			accepted++
		}
	}
	done, refused := c.refreshes()
	t.Logf("%d requests accepted, %d refused with 401, %d refreshes", accepted, refused, done)
	if counted != posts {
		t.Errorf("%d attempts in the results, %d requests", counted, posts)
	}
	if worn := accepted/uses + 1; len(created) != rows || c.most != 1 || refused == 0 || done > worn+1 {
		t.Errorf("%d created, %d exchanges at once, %d refreshes for %d worn tokens", len(created), c.most, done, worn)
	}
}

// An authority that is unreliable costs time and no row.
func TestAnUnreliableAuthority(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	var rules []sandbox.Rule
	for _, kind := range []string{"503", "slow", "expires_in 0", "no expires_in", "huge expires_in"} {
		rules = append(rules, sandbox.Rule{Fault: "F66", Kind: kind, P: 0.15, Max: 20 * time.Millisecond})
	}
	c := newSignIn(t, sandbox.Options{TokenUses: 30, Seed: 5, Faults: &sandbox.Plan{Seed: 5, Rules: rules}, PollEvery: time.Millisecond})
	c.run(0, "signed in", "auth", "login", "--profile", "contoso", "--device-code")
	c.run(0, "created 300", "import", c.deals(300), "--profile", "contoso", "--yes", "--concurrency", "8")
	if done, _ := c.refreshes(); len(c.emulator.Created()) != 300 || c.most != 1 || done > 300/30+2 {
		t.Errorf("%d created, %d exchanges at once, %d refreshes", len(c.emulator.Created()), c.most, done)
	}
}

// Ctrl-C while a person is waited for is no fault of the sign-in.
func TestASignInThatIsInterrupted(t *testing.T) {
	c := newSignIn(t, sandbox.Options{})
	ctx, stop := context.WithCancelCause(context.Background())
	c.context, c.interrupt = ctx, func() { stop(cli.Interrupted{Signal: os.Interrupt}) }
	for _, how := range []string{"--device-code=true", "--device-code=false"} {
		c.run(130, "nothing was saved", "auth", "login", "--profile", "contoso", how)
	}
}

// A sign-in that leads nowhere is told in words too, and leaves nothing behind.
func TestSignInsThatLeadNowhere(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	const grant = "urn:ietf:params:oauth:grant-type:device_code"
	for _, test := range []struct{ kind, person, want, hint string }{
		{"", "decline", "the sign-in was declined", "if that was not meant"},
		{"mfa", "approve", "a second factor (MFA)", "refload auth login --profile contoso"},
		{"consent", "approve", "nobody has allowed the application", "/adminconsent?client_id=" + signInApp},
		{"wrong tenant", "approve", "not of " + signInTenant, "tenant of the profile"},
	} {
		t.Run(test.want, func(t *testing.T) {
			options := sandbox.Options{PollEvery: time.Millisecond}
			if test.kind != "" {
				options.Faults = &sandbox.Plan{Rules: []sandbox.Rule{{Fault: "F66", Kind: test.kind, Key: grant}}}
			}
			c := newSignIn(t, options)
			c.person = test.person
			text := c.run(4, test.want, "auth", "login", "--profile", "contoso", "--device-code")
			if _, hint, _ := strings.Cut(text, "hint: "); !strings.Contains(hint, test.hint) {
				t.Errorf("hint %q", hint)
			}
			c.run(4, "nobody is signed in", "auth", "status", "--profile", "contoso")
		})
	}
}
