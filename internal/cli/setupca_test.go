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
// would fail where setup succeeded. The path is a whole one, because it is seen from the file's folder.
func TestSetupWritesTheCAFile(t *testing.T) {
	_, url, caFile := tlsSandbox(t, sandbox.Options{}, identityAt(t, time.Now(), "127.0.0.1"))
	data, err := os.ReadFile(caFile)
	if err != nil {
		t.Fatal(err)
	}
	const name = "our proxy's.pem"
	for where, written := range map[string]string{"": "", "--config=conf/ours.yaml": "conf/ours.yaml"} {
		environment := inFolder(t, "", "")
		writeFile(t, ".", name, string(data))
		setup := []string{"setup", "--profile", "contoso", "--tenant", "contoso.example.com", "--base-url", url}
		if where != "" {
			setup = append(setup, where)
		}
		setup = append(setup, "--ca-file")
		if code, _, stderr := call(t, environment, append(setup, "missing.pem")...); code != 2 || !strings.Contains(stderr, "missing.pem") {
			t.Errorf("a file that is missing: exit %d\n%s", code, stderr)
		}
		if code, _, stderr := call(t, environment, append(setup, name)...); code != 0 {
			t.Fatalf("%s: exit %d\n%s", where, code, stderr)
		}
		if written != "" {
			environment["REFLOAD_CONFIG"] = written
		}
		if shown := shown(t, environment, "--profile", "contoso")["ca-file"]; !strings.Contains(shown, string(filepath.Separator)+name+" | ") || !strings.Contains(shown, filepath.FromSlash(written)) {
			t.Errorf("%s: ca-file is %s", where, shown)
		}
		environment["REFLOAD_ACCESS_TOKEN"] = "ready"
		out := filepath.Join(t.TempDir(), "out.csv")
		if code, _, stderr := call(t, environment, "import", manyDeals(t, 1), "--profile", "contoso", "--yes", "--rate", "0", "--results", out); code != 0 {
			t.Errorf("%s: the profile does not reach the service: exit %d\n%s", where, code, stderr)
		}
	}
}
