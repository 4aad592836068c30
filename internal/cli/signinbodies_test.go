//go:build unix

package cli_test

import (
	"path/filepath"
	"strings"
	"testing"

	"refload/api/sandbox"
)

// The file of --debug-bodies holds what is sent and answered, and no token of a sign-in: neither the one that is
// saved, nor one of the environment or a file, not even where it is renewed in the middle of a run. Nothing else that
// is printed or kept holds one either, see checkSecrets.
func TestDebugBodiesHaveNoTokenOfASignIn(t *testing.T) {
	t.Parallel()
	c := newSignIn(t, sandbox.Options{TokenUses: 4})
	bodies := filepath.Join(t.TempDir(), "bodies")
	run := func(want int, part string, args ...string) {
		t.Helper()
		c.run(want, part, append(args, "--profile", "contoso", "--debug-bodies", bodies, "--verbose")...)
	}
	deals, out := c.deals(9), filepath.Join(t.TempDir(), "out.csv")
	run(0, "signed in", "auth", "login")
	var secrets []string
	keep := func() { secrets = append(secrets, quoted(read(t, c.signInFile()))...) }
	keep()
	run(0, "created 9", "import", deals, "--yes", "--results", out)
	keep()
	run(0, "whole", "doctor")
	fromFile := writeFile(t, t.TempDir(), "token", c.refreshToken())
	c.environment["REFLOAD_REFRESH_TOKEN_FILE"] = fromFile
	secrets = append(secrets, read(t, fromFile))
	run(0, "unchanged 9", "import", deals, "--yes", "--results", out)
	secrets = append(secrets, strings.TrimSpace(read(t, fromFile)))
	delete(c.environment, "REFLOAD_REFRESH_TOKEN_FILE")
	c.environment["REFLOAD_REFRESH_TOKEN"] = c.refreshToken()
	secrets = append(secrets, c.environment["REFLOAD_REFRESH_TOKEN"])
	run(0, "unchanged 9", "import", deals, "--yes", "--results", out)
	if done, _ := c.refreshes(); done < 4 {
		t.Errorf("only %d refreshes", done)
	}
	if len(secrets) < 7 { // two tokens each time that the saved sign-in was looked at
		t.Errorf("only %d secrets to look for", len(secrets))
	}
	text := read(t, bodies)
	if strings.Count(text, "POST /v1.0/engagements/referrals") < 9 || !strings.Contains(text, "Cloud move") || !strings.Contains(text, "Authorization: (not shown)") {
		t.Errorf("--debug-bodies has not what it is for:\n%.2000s", text)
	}
	c.holdsNone("the file of --debug-bodies", text)
	for _, secret := range secrets {
		if strings.Contains(text, secret) || strings.Contains(c.said.String(), secret) {
			t.Errorf("the bodies, or what was printed, hold a secret of %d characters", len(secret))
		}
	}
}

// quoted returns the long texts between quotes of a JSON file: the tokens are among them.
func quoted(text string) []string {
	var list []string
	for _, part := range strings.Split(text, `"`) {
		if len(part) > 40 {
			list = append(list, part)
		}
	}
	return list
}
