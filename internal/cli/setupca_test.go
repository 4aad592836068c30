package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/api/sandbox"
)

// What setup trusts for its own test of the sign-in stands in the profile: otherwise the first import
// would fail where setup succeeded. In the user's own file the path is a whole one, because it is seen
// from there.
func TestSetupWritesTheCAFile(t *testing.T) {
	_, url, caFile := tlsSandbox(t, sandbox.Options{}, identityAt(t, time.Now(), "127.0.0.1"))
	data, err := os.ReadFile(caFile)
	if err != nil {
		t.Fatal(err)
	}
	const name = "our proxy's.pem"
	for where, path := range map[string]string{"--user=false": name, "--user=true": string(filepath.Separator) + name} {
		environment := inFolder(t, "", "")
		writeFile(t, ".", name, string(data))
		setup := []string{"setup", "--profile", "contoso", "--tenant", "contoso.example.com", "--base-url", url, where, "--ca-file"}
		if code, _, stderr := call(t, environment, append(setup, "missing.pem")...); code != 2 || !strings.Contains(stderr, "missing.pem") {
			t.Errorf("a file that is missing: exit %d\n%s", code, stderr)
		}
		if code, _, stderr := call(t, environment, append(setup, name)...); code != 0 {
			t.Fatalf("%s: exit %d\n%s", where, code, stderr)
		}
		if shown := shown(t, environment, "--profile", "contoso")["ca-file"]; !strings.Contains(shown, path) {
			t.Errorf("%s: ca-file is %s", where, shown)
		}
		environment["REFLOAD_ACCESS_TOKEN"] = "ready"
		out := filepath.Join(t.TempDir(), "out.csv")
		if code, _, stderr := call(t, environment, "import", manyDeals(t, 1), "--profile", "contoso", "--yes", "--rate", "0", "--results", out); code != 0 {
			t.Errorf("%s: the profile does not reach the service: exit %d\n%s", where, code, stderr)
		}
	}
}
