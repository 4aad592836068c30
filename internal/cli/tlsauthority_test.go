package cli_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/api/sandbox"
)

// Neither a refresh token nor the wish to sign in is sent to an authority whose certificate is not to be trusted.
func TestAuthoritiesWithCertificatesThatAreRefused(t *testing.T) {
	now := time.Now()
	for why, identity := range map[string]*sandbox.Identity{"unknown authority": identityAt(t, now), "expired": identityAt(t, now.AddDate(-2, 0, 0))} {
		emulator, url, own := tlsSandbox(t, sandbox.Options{KeepLedger: true}, identity)
		if why == "unknown authority" {
			own = ""
		}
		environment := inFolder(t, "", fmt.Sprintf("profiles: {contoso: {base-url: %q, authority: %q, tenant: %q, client-id: %q}}\n", url, url, signInTenant, signInApp))
		environment["REFLOAD_CA_FILE"] = own
		for _, args := range [][]string{{"auth", "login", "--device-code"}, {"export", "-o", filepath.Join(t.TempDir(), "out.csv")}} {
			environment["REFLOAD_REFRESH_TOKEN"] = map[bool]string{true: "CANARY-refresh"}[args[0] == "export"]
			code, stdout, stderr := call(t, environment, append(args, "--profile", "contoso")...)
			if code != 4 || !strings.Contains(stderr, "the certificate of the sign-in's authority is not to be trusted") || strings.Contains(stdout+stderr, "CANARY") || !strings.Contains(stderr, "hint: ") {
				t.Errorf("%s, %v: exit %d\n%s%s", why, args, code, stdout, stderr)
			}
		}
		if n := len(emulator.Ledger()); n != 0 {
			t.Errorf("%s: %d requests came through", why, n)
		}
	}
}
