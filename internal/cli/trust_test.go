package cli_test

import (
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"refload/api"
	"refload/api/entra"
	"refload/internal/cli"
)

// On whose word a token goes where: the real service and the real authority need nobody's, any other host that
// of the person, and this machine is a host as any other.
func TestOnWhoseWordTokensGo(t *testing.T) {
	known := map[string][]string{
		api.DefaultBaseURL:     {api.DefaultBaseURL, api.DefaultBaseURL + "/", api.DefaultBaseURL + ":443/v1.0", "https://API.partner.microsoft.com."},
		entra.DefaultAuthority: {entra.DefaultAuthority, entra.DefaultAuthority + ":443"},
	}
	others := []string{
		"http://127.0.0.1:8080", "https://127.0.0.1:8443", "http://localhost:8080", "http://[::1]:8080", "http://127.1.2.3", "http://0.0.0.0:80", "http://[::ffff:127.0.0.1]:80",
		"https://api.example.com", "http://api.partner.microsoft.com", "https://api.partner.microsoft.com:8443", "https://api.partner.microsoft.com.evil.example.net",
		"https://evil.example.net/api.partner.microsoft.com", "https://api.partner.microsoft.com@evil.example.net", "//api.partner.microsoft.com", "api.partner.microsoft.com", "", ":", "https://",
	}
	for who, person := range map[string]bool{"flag": true, "variable": true, "file": true, "record": false, "nobody": false} {
		for real, spellings := range known {
			for _, address := range spellings {
				if !cli.MayHaveTokens(address, real, who) {
					t.Errorf("%s by %s: refused", address, who)
				}
			}
			for _, address := range others {
				if cli.MayHaveTokens(address, real, who) != person {
					t.Errorf("%s by %s: %v", address, who, !person)
				}
			}
		}
	}
	if cli.MayHaveTokens(entra.DefaultAuthority, api.DefaultBaseURL, "record") {
		t.Error("the authority counts as the service")
	}
}

// What an interrupted run says to go on with is enough to go on: it names again what its record does not vouch for.
func TestWhatIsSaidGoesOn(t *testing.T) {
	for name, how := range map[string]struct{ named, service string }{
		"by --base-url": {"", "--base-url"},
		"by --config":   {"profiles: {contoso: {base-url: OURS, tenant: contoso.example.com}}\n", "--profile contoso"},
	} {
		t.Run(name, func(t *testing.T) {
			w, file := newTenant(t), manyDeals(t, 3)
			posts := 0
			w.hooked(func(answer http.ResponseWriter, request *http.Request) bool {
				if request.Method != http.MethodPost {
					return false
				}
				if posts++; posts == 2 {
					answer.WriteHeader(http.StatusUnauthorized)
				}
				return posts == 2
			})
			environment := inFolder(t, strings.ReplaceAll(how.named, "OURS", w.url), "")
			environment["REFLOAD_ACCESS_TOKEN"] = "ready-token"
			args := strings.Fields(how.service)
			if how.named == "" {
				args = append(args, w.url)
			}
			args = append(args, "import", file, "--yes", "--rate", "0", "--concurrency", "1", "--results", filepath.Join(t.TempDir(), "out.csv"))
			code, stdout, stderr := call(t, environment, args...)
			said := regexp.MustCompile(`(?m)^go on with: refload (.*)$`).FindStringSubmatch(stdout)
			if code != 4 || said == nil {
				t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
			}
			delete(environment, "REFLOAD_CONFIG")
			t.Chdir(t.TempDir())
			if code, stdout, stderr = call(t, environment, strings.Fields(said[1])...); code != 0 || !strings.Contains(stdout, "created 3") {
				t.Errorf("%s: exit %d\n%s%s", said[1], code, stdout, stderr)
			}
		})
	}
}
