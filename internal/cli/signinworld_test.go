package cli_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"refload/api/sandbox"
	"refload/internal/cli"
)

const (
	signInTenant = "99999999-8888-4777-8666-555555555555"
	signInApp    = "11111111-2222-4333-8444-555555555555"
)

// signInWorld is a service with an authority of its own, a person's folder, and a profile that names both.
type signInWorld struct {
	t           *testing.T
	emulator    *sandbox.Sandbox
	url         string
	environment map[string]string
	now         func() time.Time
	said        strings.Builder // everything that was printed
	person      string          // approve or decline
	context     context.Context // of the program
	interrupt   func()          // what the person does instead, where it is set

	mu       sync.Mutex
	inFlight int
	most     int // exchanges for tokens at once
}

func newSignIn(t *testing.T, options sandbox.Options) *signInWorld {
	t.Helper()
	options.RequireIssued, options.KeepLedger = true, true
	options.PollEvery = cmp.Or(options.PollEvery, time.Millisecond) // nobody is waited for
	emulator, err := sandbox.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	c := &signInWorld{t: t, emulator: emulator, now: time.Now, person: "approve", context: context.Background()}
	server := httptest.NewServer(http.HandlerFunc(c.serve))
	c.url = server.URL
	t.Cleanup(func() {
		server.Close()
		emulator.Close()
	})
	c.environment = withOwnFile(t, c.profile(""))
	t.Cleanup(c.checkSecrets) // before the folders are removed
	return c
}

// profile is the user's file, with more in it.
func (c *signInWorld) profile(more string) string {
	return fmt.Sprintf("profiles:\n  contoso: {base-url: %q, authority: %q, tenant: %q, client-id: %q, rate: 0}\n%s", c.url, c.url, signInTenant, signInApp, more)
}

// serve answers, and counts how many exchanges for tokens there are at once.
func (c *signInWorld) serve(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/token") {
		c.count(1)
		defer c.count(-1)
	}
	c.emulator.ServeHTTP(w, r)
}

func (c *signInWorld) count(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inFlight += n
	c.most = max(c.most, c.inFlight)
}

// run runs the program and holds it to an exit code and a part of what it prints.
func (c *signInWorld) run(want int, part string, args ...string) string {
	c.t.Helper()
	var out bytes.Buffer
	stderr := &watched{see: c.follow}
	code := cli.Main(c.context, cli.Env{
		Args: args, Stdin: strings.NewReader(""), Stdout: &out, Stderr: stderr, Now: c.now,
		Getenv: func(name string) string { return c.environment[name] },
	})
	text := out.String() + stderr.String()
	c.said.WriteString(text)
	if code != want || !strings.Contains(text, part) {
		c.t.Errorf("%v: exit %d, expected %d with %q\n%s", args, code, want, part, text)
	}
	return text
}

// watched is standard error with somebody who reads along.
type watched struct {
	bytes.Buffer
	see func(line string)
}

// Write shows what is written to the reader.
func (w *watched) Write(p []byte) (int, error) {
	w.see(string(p))
	return w.Buffer.Write(p)
}

// follow is the person: it enters a code, or opens an address in the browser.
func (c *signInWorld) follow(text string) {
	if c.interrupt != nil {
		c.interrupt()
		return
	}
	if _, code, found := strings.Cut(text, "enter the code "); found {
		http.Post(c.url+"/__sandbox/"+c.person+"?user_code="+strings.TrimSpace(code), "", nil)
	}
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, c.url+"/"+signInTenant+"/oauth2/v2.0/authorize?") {
			go http.Get(line)
		}
	}
}

// refreshToken signs in beside the program and returns a refresh token.
func (c *signInWorld) refreshToken() string {
	c.t.Helper()
	_, refresh := c.tokens(signInTenant)
	return refresh
}

// tokens signs in to a tenant beside the program and returns the tokens.
func (c *signInWorld) tokens(tenant string) (access, refresh string) {
	c.t.Helper()
	authority := c.url + "/" + tenant + "/oauth2/v2.0/"
	begun := ask(c.t, authority+"devicecode", url.Values{"client_id": {signInApp}, "scope": {"https://api.partner.microsoft.com/user_impersonation offline_access"}})
	code, _ := begun["device_code"].(string)
	ask(c.t, c.url+"/__sandbox/approve", nil)
	tokens := ask(c.t, authority+"token", url.Values{"client_id": {signInApp}, "device_code": {code}, "grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}})
	access, _ = tokens["access_token"].(string)
	refresh, _ = tokens["refresh_token"].(string)
	if access == "" || refresh == "" {
		c.t.Fatalf("no tokens: %v", tokens["error"])
	}
	return access, refresh
}

// refreshes counts the refreshes that the authority carried out, and the calls that it refused a
// token for.
func (c *signInWorld) refreshes() (done, refused int) {
	for _, entry := range c.emulator.Ledger() {
		switch {
		case entry.Grant == "refresh_token" && entry.NewRefreshID != "":
			done++
		case entry.Status == http.StatusUnauthorized:
			refused++
		}
	}
	return done, refused
}

// signInFile returns the file of the saved sign-in.
func (c *signInWorld) signInFile() string {
	found, err := filepath.Glob(filepath.Join(c.environment["REFLOAD_STATE"], "sign-in", "*.json"))
	if err != nil || len(found) != 1 {
		c.t.Fatalf("%v, %v", found, err)
	}
	return found[0]
}

// checkSecrets holds everything that was printed or kept, but the file of the sign-in, against the
// looks of a token.
func (c *signInWorld) checkSecrets() {
	c.holdsNone("what was printed", c.said.String())
	err := filepath.WalkDir(c.environment["XDG_CONFIG_HOME"], func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if filepath.Base(filepath.Dir(path)) != "sign-in" || filepath.Ext(path) != ".json" {
			c.holdsNone(path, string(data))
		}
		return err
	})
	if err != nil {
		c.t.Error(err)
	}
}

func (c *signInWorld) holdsNone(where, text string) {
	for _, secret := range []string{"sandbox-refresh-", "sandbox-code-", "eyJ", "CANARY"} {
		if i := strings.Index(text, secret); i >= 0 {
			c.t.Errorf("%s holds a token: %q", where, text[i:min(len(text), i+20)])
		}
	}
}

// deals writes a sheet of n good rows and returns its path.
func (c *signInWorld) deals(n int) string {
	c.t.Helper()
	var b strings.Builder
	header, row, _ := strings.Cut(twoDeals, "\n")
	row, _, _ = strings.Cut(row, "\n")
	fmt.Fprintln(&b, header)
	for i := range n {
		fmt.Fprintln(&b, strings.ReplaceAll(strings.Replace(row, "CRM-1", fmt.Sprintf("CRM-%d", i+1), 1), "Cloud move,Contoso", fmt.Sprintf("Cloud move %d,Contoso %d", i, i)))
	}
	return writeFile(c.t, c.t.TempDir(), "deals.csv", b.String())
}
