package cli_test

import (
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
