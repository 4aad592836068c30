//go:build unix

package cli_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"refload/api/sandbox"
	"refload/internal/effort"
)

// lister is a service that answers each listing with a status and a body, with one page after the other.
func lister(t *testing.T, status int, pages ...string) string {
	t.Helper()
	var url string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" || status != http.StatusOK {
			w.WriteHeader(max(status, http.StatusUnauthorized))
			return
		}
		var at int
		fmt.Sscan(r.URL.Query().Get("page"), &at)
		next := ""
		if at+1 < len(pages) {
			next = fmt.Sprintf(`,"@odata.nextLink":"%s%s?page=%d"`, url, r.URL.Path, at+1)
		}
		io.WriteString(w, `{"value":[`+pages[at]+`]`+next+`}`)
	}))
	t.Cleanup(server.Close)
	url = server.URL
	return url
}

// The doctor says how much the account sees, and what to do where that is not all.
func TestDoctorOfTheView(t *testing.T) {
	const mine, theirs = `{"id":"1","team":[{"email":"Ann@contoso.example.com"}]}`, `{"id":"2","team":[{"email":"bob@contoso.example.com"}]}`
	ann := tokenOf("ann@contoso.example.com")
	for name, test := range map[string]struct {
		status  int
		token   string
		profile string
		pages   []string
		code    int
		wants   []string
	}{
		"nothing is there":   {200, ann, "", []string{""}, 0, []string{`role and view +ok +whole`, `no referral yet`}},
		"a deal of another":  {200, ann, "", []string{mine, theirs}, 0, []string{`role and view +ok +whole`}},
		"own deals alone":    {200, ann, "", []string{mine, mine}, 0, []string{`role and view +note +may be partial: all 2`, `fix: +.*Referrals admin`, `partial-view: accepted`}},
		"it is accepted":     {200, ann, ", partial-view: accepted", []string{mine}, 0, []string{`role and view +ok +may be partial`}},
		"a token of nobody":  {200, "word", "", []string{mine}, 0, []string{`role and view +note .*whose it is`, `fix: .*refload auth login --profile contoso`}},
		"the account has no": {403, ann, "", []string{mine}, 4, []string{`role and view +wrong .*403`, `fix: .*ann@contoso.example.com the role Referrals admin`, `consent`}},
		"the token is dead":  {401, ann, "", []string{mine}, 4, []string{`role and view +wrong `, `fix: .*refload auth login --profile contoso`}},
		"no such address":    {404, ann, "", []string{mine}, 7, []string{`role and view +wrong `, `fix: +check the base URL`}},
	} {
		t.Run(name, func(t *testing.T) {
			environment := inFolder(t, "", "profiles:\n  contoso: {base-url: \""+lister(t, test.status, test.pages...)+"\", rate: 0"+test.profile+"}\n")
			environment["REFLOAD_ACCESS_TOKEN"] = test.token
			code, stdout, stderr := call(t, environment, "doctor", "--profile", "contoso")
			for _, want := range test.wants {
				if code != test.code || !regexp.MustCompile(want).MatchString(stdout) {
					t.Errorf("exit %d, expected %d with %s\n%s%s", code, test.code, want, stdout, stderr)
				}
			}
		})
	}
}

// A saved sign-in is known to the doctor, with its age.
func TestDoctorOfASavedSignIn(t *testing.T) {
	c := newSignIn(t, sandbox.Options{})
	c.run(4, "refload auth login --profile contoso", "doctor", "--profile", "contoso")
	c.run(0, "signed in", "auth", "login", "--profile", "contoso")
	c.run(0, "as ada@contoso.example.com, last used 0 days ago", "doctor", "--profile", "contoso")
}

// setupOf is the command that makes a profile of the world's service, of which the user's file knows nothing.
func setupOf(c *signInWorld, more ...string) []string {
	if err := os.Remove(filepath.Join(c.environment["XDG_CONFIG_HOME"], "refload", "refload.yaml")); err != nil {
		c.t.Fatal(err)
	}
	return append([]string{"setup", "--profile", "contoso", "--tenant", signInTenant, "--base-url", c.url, "--authority", c.url}, more...)
}

// setup ends with a sign-in that was tried, or says how to try it.
func TestSetupTriesTheSignIn(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	const asked = "role and view"
	for _, way := range []string{"browser", "device-code"} {
		c := newSignIn(t, sandbox.Options{})
		text := c.run(0, "the sign-in works", setupOf(c, "--client-id", signInApp, "--sign-in", way)...)
		if !strings.Contains(text, "signed in as ada@contoso.example.com, tenant "+signInTenant) || !regexp.MustCompile(asked+` +ok +whole`).MatchString(text) {
			t.Errorf("%s:\n%s", way, text)
		}
		c.run(0, "ada@contoso.example.com", "auth", "status", "--profile", "contoso")
	}
	later := "the sign-in was not tried. Next: 'refload auth login --profile contoso --state "
	for _, more := range [][]string{{"--client-id", signInApp}, {"--client-id", signInApp, "--sign-in", "no"}} {
		c := newSignIn(t, sandbox.Options{})
		if text := c.run(0, later, setupOf(c, more...)...); strings.Contains(text, asked) {
			t.Errorf("it asked the service:\n%s", text)
		}
	}
	c := newSignIn(t, sandbox.Options{})
	c.run(0, "no client-id yet", setupOf(c, "--sign-in", "browser")...)
	c.run(2, "browser, device-code or no", "setup", "--sign-in", "never")
}

// What stands in the way of a new profile is said in words, and the profile stays for the next try.
func TestSetupSaysWhatToFix(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	const device = "urn:ietf:params:oauth:grant-type:device_code"
	for _, test := range []struct {
		rule sandbox.Rule
		want []string
	}{
		{sandbox.Rule{Fault: "F66", Kind: "consent", Key: device}, []string{"nobody has allowed the application", "/adminconsent?client_id=" + signInApp}},
		{sandbox.Rule{Fault: "F66", Kind: "wrong tenant", Key: device}, []string{"not of " + signInTenant, "tenant of the profile"}},
		{sandbox.Rule{Fault: "F36", On: []string{"GET"}}, []string{"403", "the role Referrals admin"}},
	} {
		c := newSignIn(t, sandbox.Options{Faults: &sandbox.Plan{Rules: []sandbox.Rule{test.rule}}})
		text := c.run(4, test.want[0], setupOf(c, "--client-id", signInApp, "--sign-in", "device-code")...)
		if !strings.Contains(text, test.want[1]) || strings.Contains(text, "the sign-in works") {
			t.Errorf("%q is missing:\n%s", test.want[1], text)
		}
		c.run(0, signInApp, "config", "show", "--profile", "contoso")
	}
}
