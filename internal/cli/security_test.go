package cli_test

import (
	"encoding/base64"
	"go/ast"
	"go/token"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"refload/internal/cli"
	"refload/internal/effort"
)

var testFunction = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)

// everyTest returns the names of all tests of the project.
func everyTest(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		data, err := os.ReadFile(path)
		for _, match := range testFunction.FindAllSubmatch(data, -1) {
			names[string(match[1])] = true
		}
		return err
	})
	if err != nil || len(names) < 100 {
		t.Fatalf("%d tests, %v", len(names), err)
	}
	return names
}

// The table of docs/security.md has every item once, and every test that it names is there.
func TestSecurityTableNamesItsTests(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root, "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	tests, item, named := everyTest(t), 0, regexp.MustCompile("`((?:Test|Fuzz)\\w+)`")
	for line := range strings.Lines(string(data)) {
		cells := strings.Split(line, "|")
		if !strings.HasPrefix(line, "| S") {
			continue
		}
		item++
		number, err := strconv.Atoi(strings.TrimPrefix(strings.TrimSpace(cells[1]), "S"))
		if err != nil || number != item || len(cells) != 6 {
			t.Fatalf("item %d stands in the line %q", item, line)
		}
		found := named.FindAllStringSubmatch(cells[3], -1)
		for _, match := range found {
			if !tests[match[1]] {
				t.Errorf("S%02d names %s, and there is no such test", item, match[1])
			}
		}
		if open := strings.TrimSpace(cells[3]) == "open"; open == (len(found) > 0) {
			t.Errorf("S%02d names no test and does not say open", item)
		}
	}
	if item != 31 {
		t.Errorf("%d items, want 31", item)
	}
}

// everyNode visits all code that is no test.
func everyNode(t *testing.T, visit func(where string, node ast.Node)) {
	t.Helper()
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(node ast.Node) bool {
			visit(s.folder+"/"+s.name, node)
			return true
		})
	}
}

func TestVerificationCannotBeTurnedOff(t *testing.T) {
	t.Parallel()
	everyNode(t, func(where string, node ast.Node) {
		if name, ok := node.(*ast.Ident); ok && slices.Contains([]string{"InsecureSkipVerify", "VerifyPeerCertificate", "VerifyConnection"}, name.Name) {
			t.Errorf("%s speaks of %s", where, name.Name)
		}
	})
}

// knownHosts may be named in the code: the service, the sign-in, and names of XML that nobody asks.
// The sandbox, which asks nobody, may name others.
var knownHosts = []string{"api.partner.microsoft.com", "login.microsoftonline.com", "schemas.openxmlformats.org", "purl.oclc.org", "learn.microsoft.com", "mysignins.microsoft.com", "adaptivecards.io", ""}

func TestNoOtherHostIsNamed(t *testing.T) {
	t.Parallel()
	seen := 0
	everyNode(t, func(where string, node ast.Node) {
		literal, ok := node.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING || strings.HasPrefix(where, "api/sandbox/") {
			return
		}
		for _, found := range regexp.MustCompile("https?://[^\\s\"`'()]*").FindAllString(literal.Value, -1) {
			address, err := url.Parse(strings.TrimRight(found, `\n.,;`))
			if err != nil {
				continue
			}
			seen++
			if host := address.Hostname(); !slices.Contains(knownHosts, host) && host != "127.0.0.1" && host != "localhost" {
				t.Errorf("%s names %s", where, host)
			}
		}
	})
	if seen < 5 {
		t.Errorf("only %d addresses were seen", seen)
	}
}

// A flag stands in the list of processes for everybody to read. --client-id is no secret; --notify is warned of.
func TestNoFlagTakesASecret(t *testing.T) {
	secret, seen := regexp.MustCompile(`token|secret|password|passwd|credential|bearer|assertion|api-?key|private-key`), map[string]bool{}
	cli.EveryFlag(func(command string, flag *pflag.Flag) {
		seen[command+" --"+flag.Name] = true
		if secret.MatchString(flag.Name) {
			t.Errorf("%s has the flag --%s", command, flag.Name)
		}
	})
	for _, want := range []string{"refload --profile", "refload import --notify", "refload auth login --device-code", "refload runs undo --yes"} {
		if !seen[want] {
			t.Errorf("%s was not looked at", want)
		}
	}
}

// A webhook with a secret in it is warned of on the command line, and nowhere else.
func TestAWebhookOnTheCommandLineIsWarnedOf(t *testing.T) {
	hook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer hook.Close()
	sheet := writeFile(t, t.TempDir(), "deals.csv", strings.ReplaceAll(twoDeals, "VALUE", "100"))
	for _, test := range []struct {
		more, variable string
		warned         bool
	}{{"", "", false}, {"/hook?sig=CANARY", "", true}, {"", "/hook?sig=CANARY", false}} {
		environment := inFolder(t, "", "profiles:\n  contoso: {base-url: \"http://127.0.0.1:1\", rate: 0, notify-hosts: \""+strings.TrimPrefix(hook.URL, "http://")+"\"}\n")
		environment["REFLOAD_ACCESS_TOKEN"] = "ready-token"
		args := []string{"import", sheet, "--profile", "contoso", "--sandbox", "--yes"}
		if test.variable != "" {
			environment["REFLOAD_NOTIFY"] = hook.URL + test.variable
		} else {
			args = append(args, "--notify", hook.URL+test.more)
		}
		code, stdout, stderr := call(t, environment, args...)
		if warned := strings.Contains(stderr, "give it as REFLOAD_NOTIFY"); code != 0 || warned != test.warned || strings.Contains(stdout+stderr, "CANARY") {
			t.Errorf("%+v: exit %d\n%s%s", test, code, stdout, stderr)
		}
	}
}

// plainElsewhere are addresses without TLS that do not lead to this machine, or do not say so in a way that
// everybody reads alike.
var plainElsewhere = []string{"http://api.partner.microsoft.com", "http://example.com:8080", "http://127.0.0.1.example.com", "http://[2001:db8::1]",
	"http://127.0.0.1.", "http://0.0.0.0", "http://127.1", "http://2130706433", "http://localhost."}

// No command speaks to such an address, wherever it stands: on the command line, in a variable, in a profile as
// the service, or as where to sign in.
func TestPlainHTTPIsForLoopback(t *testing.T) {
	effort.NotShort(t)
	deals, out := manyDeals(t, 1), filepath.Join(t.TempDir(), "out.csv")
	commands := [][]string{{"export", "-o", out}, {"doctor"}, {"import", deals, "--yes", "--results", out}, {"verify", deals, "-o", out + ".xlsx"}, {"plan", deals}}
	for _, base := range plainElsewhere {
		named := "profiles:\n  service: {base-url: '" + base + "', tenant: contoso.example.com}\n" +
			"  authority: {base-url: 'http://127.0.0.1:9', authority: '" + base + "', tenant: contoso.example.com, client-id: 11111111-2222-3333-4444-555555555555}\n"
		environment := inFolder(t, named, "")
		for _, command := range commands {
			for name, how := range map[string]struct {
				args      []string
				variables map[string]string
			}{
				"--base-url": {[]string{"--base-url", base}, map[string]string{tokenName: "ready-token"}}, "REFLOAD_BASE_URL": {nil, map[string]string{tokenName: "ready-token", "REFLOAD_BASE_URL": base}},
				"base-url": {[]string{"--profile", "service"}, map[string]string{tokenName: "ready-token"}}, "authority": {[]string{"--profile", "authority"}, map[string]string{"REFLOAD_REFRESH_TOKEN": "ready-token"}},
			} {
				variables := maps.Clone(environment)
				maps.Copy(variables, how.variables)
				want := 2
				if command[0] == "doctor" && name == "authority" {
					want = 7 // its finding beside the worse one, that nobody is at the service's port
				}
				if code, stdout, stderr := call(t, variables, slices.Concat(command, how.args)...); code != want || !strings.Contains(stdout+stderr, "only https is allowed") {
					t.Errorf("%s by %s to %s: exit %d: %s%s", command[0], name, base, code, stdout, stderr)
				}
			}
		}
	}
}

const tokenName = "REFLOAD_ACCESS_TOKEN"

// A real token is not sent to the embedded sandbox, which refuses one.
func TestARealTokenStaysAway(t *testing.T) {
	real := "eyJhbGciOiJub25lIn0." + base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"https://sts.windows.net/11111111-2222-3333-4444-555555555555/","upn":"kim@contoso.example.com"}`)) + ".c2lnbmVk"
	url := serveSandbox(t)
	folder := t.TempDir()
	environment := map[string]string{tokenName: real, "REFLOAD_STATE": filepath.Join(folder, "state")}
	bodies := filepath.Join(folder, "bodies")
	code, stdout, stderr := call(t, environment, "import", manyDeals(t, 2), "--sandbox", "--yes", "--results", filepath.Join(folder, "out.csv"), "--debug-bodies", bodies)
	if code != 0 || !strings.Contains(stdout, "created 2") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	if sent := read(t, bodies); !strings.Contains(sent, "POST ") || strings.Contains(sent, real[:20]) {
		t.Errorf("it was sent, or nothing was:\n%.500s", sent)
	}
	// Otherwise the emulator would not have refused it, and the above would prove nothing.
	if code, _, stderr := call(t, environment, "export", "-o", filepath.Join(folder, "all.csv"), "--base-url", url); code != 4 {
		t.Errorf("the emulator takes a real token: exit %d\n%s", code, stderr)
	}
}

// The page asks for the delegated permissions and the role, and for nothing more.
func TestThePageForTheAdministrator(t *testing.T) {
	code, page, stderr := call(t, inFolder(t, "", ""), "setup", "--profile", "contoso", "--tenant", "contoso.example.com")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	for _, want := range []string{"delegated permission", "user_impersonation", "No application permission", "Referrals admin", "It has no secret"} {
		if !strings.Contains(page, want) {
			t.Errorf("it does not say %q:\n%s", want, page)
		}
	}
}
