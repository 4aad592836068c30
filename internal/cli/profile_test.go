package cli_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"refload/importer"
	"refload/internal/config"
)

// shown runs config show and returns value and origin of each key.
func shown(t *testing.T, environment map[string]string, args ...string) map[string]string {
	t.Helper()
	code, stdout, stderr := call(t, environment, append([]string{"config", "show", "--json"}, args...)...)
	if code != 0 {
		t.Fatalf("exit %d\n%s", code, stderr)
	}
	all := map[string]string{}
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	for i, line := range lines {
		var object struct{ Event, Key, Value, Origin string }
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			t.Fatal(err)
		}
		if last := i == len(lines)-1; (object.Event == "summary") != last {
			t.Errorf("line %d of %d: %s", i+1, len(lines), line)
		}
		all[object.Key] = object.Value + " | " + object.Origin
	}
	return all
}

// inFolder makes a folder with a file that is named and the user's own the place where the test runs, and
// returns the environment that both are found by.
func inFolder(t *testing.T, named, user string) map[string]string {
	t.Helper()
	t.Chdir(t.TempDir())
	environment := withOwnFile(t, user)
	if named != "" {
		writeFile(t, ".", config.FileName, named)
		environment["REFLOAD_CONFIG"] = config.FileName
	}
	return environment
}

// withOwnFile returns the environment of a user with a file of their own, and a state folder.
func withOwnFile(t *testing.T, user string) map[string]string {
	t.Helper()
	own := t.TempDir()
	environment := map[string]string{"XDG_CONFIG_HOME": own, "REFLOAD_STATE": filepath.Join(own, "state")}
	if user != "" {
		if err := os.Mkdir(filepath.Join(own, "refload"), 0o700); err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(own, "refload"), config.FileName, user)
	}
	return environment
}

const namedFile = `default-profile: contoso
profiles:
  contoso:
    tenant: contoso.example.com
    rate: 3
    mapping: crm.yaml
    key: [Deal Name, Owner]
    max-creates: 100
  rehearsal:
    base-url: http://127.0.0.1:9
    mode: create
`

const userFile = `profiles:
  contoso:
    tenant: contoso.example.com
    rate: 7
    settle: 10m
    on-unknown: hold
`

// Flags go before the environment, that before the file of --config, that before the user's own, that
// before the defaults; and each value knows where it comes from.
func TestWhereValuesComeFrom(t *testing.T) {
	environment := inFolder(t, namedFile, userFile)
	own := filepath.Join(environment["XDG_CONFIG_HOME"], "refload", config.FileName)
	environment["REFLOAD_RESEND_AFTER"], environment["REFLOAD_RATE"], environment["REFLOAD_MAX_CREATES"] = "2h", "4", "9"
	environment["REFLOAD_ACCESS_TOKEN"] = "s3cr3t"
	for _, test := range []struct {
		name string
		args []string
		want map[string]string
	}{
		{"by default", nil, map[string]string{
			"profile": "contoso | refload.yaml:1", "base-url": "https://api.partner.microsoft.com | default", "tenant": "contoso.example.com | refload.yaml:4",
			"rate": "4 | REFLOAD_RATE", "mapping": "crm.yaml | refload.yaml:6", "key": "Deal Name, Owner | refload.yaml:7", "max-creates": "9 | REFLOAD_MAX_CREATES",
			"settle": "10m0s | " + own + ":5", "on-unknown": "hold | " + own + ":6", "resend-after": "2h0m0s | REFLOAD_RESEND_AFTER",
			"mode": "upsert | default", "concurrency": "4 | default", "production": "no | default", "min-rows": " | not set",
			"access-token": "(not shown) | REFLOAD_ACCESS_TOKEN", "state": environment["REFLOAD_STATE"] + " | REFLOAD_STATE",
		}},
		{"flags first", []string{"--rate", "1", "--key", "CRM ID", "--settle", "7m"}, map[string]string{
			"rate": "1 | --rate", "key": "CRM ID | --key", "settle": "7m0s | --settle", "mapping": "crm.yaml | refload.yaml:6",
		}},
		{"another profile", []string{"--profile", "rehearsal"}, map[string]string{
			"profile": "rehearsal | --profile", "base-url": "http://127.0.0.1:9 | refload.yaml:10", "mode": "create | refload.yaml:11",
			"tenant": " | not set", "mapping": " | not set", "settle": "5m0s | default",
		}},
		{"the sandbox takes what is not the service's", []string{"--sandbox"}, map[string]string{
			"sandbox": "true | --sandbox", "base-url": " | not set", "tenant": " | not set", "mapping": "crm.yaml | refload.yaml:6", "rate": "4 | REFLOAD_RATE",
		}},
		{"so does another service", []string{"--base-url", "https://kim:s3cr3t@api.example.com"}, map[string]string{
			"base-url": "https://kim:xxxxx@api.example.com | --base-url", "tenant": " | not set", "mapping": "crm.yaml | refload.yaml:6",
		}},
		{"a named profile keeps its tenant there", []string{"--profile", "contoso", "--base-url", "https://api.example.com"}, map[string]string{
			"base-url": "https://api.example.com | --base-url", "tenant": "contoso.example.com | refload.yaml:4",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			all := shown(t, environment, test.args...)
			for key, want := range test.want {
				if all[key] != want {
					t.Errorf("%s: %s, want %s", key, all[key], want)
				}
			}
			for key, value := range all {
				if strings.Contains(value, "s3cr3t") {
					t.Errorf("%s shows a secret: %s", key, value)
				}
			}
			if _, stdout, _ := call(t, environment, append([]string{"config", "show"}, test.args...)...); strings.Contains(stdout, "s3cr3t") || !strings.Contains(stdout, "on-unknown") {
				t.Errorf("as a table:\n%s", stdout)
			}
		})
	}
}

// A variable that takes effect in an import is shown, whichever flag it is that of; one that does not is not.
func TestVariablesThatTakeEffectAreShown(t *testing.T) {
	environment := inFolder(t, namedFile, userFile)
	for name, value := range map[string]string{
		"LIMIT": "5", "DRY_RUN": "true", "SKIP_INVALID": "true", "MAX_ERRORS": "3%", "METRICS_FILE": "refload.prom", "LOG_FILE": "refload.log", "UNTIL": "06:00",
		"NOTIFY": "https://hooks.example.com/x?sig=s3cr3t", "NOTIFY_FORMAT": "teams", "HIDDEN": "skip", "DONE": "archive", "RESULTS": "out.csv", "QUIET": "true", "DEBUG": "1",
		"YES": "true", "MAX_CLOSES": "9", "ON_UNKNOWN": "resend", "RATE": "4", "NO_SUCH_FLAG": "x",
	} {
		environment["REFLOAD_"+name] = value
	}
	all := shown(t, environment, "--limit", "6", "--rows", "2-9")
	for key, want := range map[string]string{
		"limit": "6 | --limit", "rows": "2-9 | --rows", "dry-run": "true | REFLOAD_DRY_RUN", "skip-invalid": "true | REFLOAD_SKIP_INVALID", "max-errors": "3% | REFLOAD_MAX_ERRORS",
		"metrics-file": "refload.prom | REFLOAD_METRICS_FILE", "log-file": "refload.log | REFLOAD_LOG_FILE", "until": "06:00 | REFLOAD_UNTIL",
		"notify": "(not shown) | REFLOAD_NOTIFY", "notify-format": "teams | REFLOAD_NOTIFY_FORMAT", "hidden": "skip | REFLOAD_HIDDEN", "done": "archive | REFLOAD_DONE",
		"results": "out.csv | REFLOAD_RESULTS", "quiet": "true | REFLOAD_QUIET", "debug": "1 | REFLOAD_DEBUG", "rate": "4 | REFLOAD_RATE",
		"max-closes": "9 | REFLOAD_MAX_CLOSES", "on-unknown": "hold | " + filepath.Join(environment["XDG_CONFIG_HOME"], "refload", config.FileName) + ":6",
	} {
		if all[key] != want {
			t.Errorf("%s: %s, want %s", key, all[key], want)
		}
	}
	for key, value := range all {
		if key == "yes" || strings.Contains(value, "NO_SUCH") || strings.Contains(value, "s3cr3t") {
			t.Errorf("%s is shown: %s", key, value)
		}
	}
	if plain := shown(t, inFolder(t, "", "")); plain["limit"] != "" || plain["notify"] != "" {
		t.Errorf("what nobody set: %v", plain)
	}
}

// Every key is shown once, with the default that its flag has.
func TestEveryKeyIsShown(t *testing.T) {
	all := shown(t, inFolder(t, "", ""))
	for _, key := range config.Keys() {
		want := key.Default + " | default"
		if key.Default == "" {
			want = " | not set"
		}
		if all[key.Name] != want {
			t.Errorf("%s: %q, want %q", key.Name, all[key.Name], want)
		}
	}
	mode, _ := config.Lookup("mode")
	unknown, _ := config.Lookup("on-unknown")
	words := []string{string(importer.NextRun), string(importer.Resend), string(importer.Hold)}
	if !cmp.Equal(mode.Allowed, importer.Modes()) || !cmp.Equal(unknown.Allowed, words) {
		t.Errorf("words of the table: %v, %v", mode.Allowed, unknown.Allowed)
	}
	_, help, _ := call(t, nil, "import", "--help")
	for _, text := range []string{"(default 4)", "(default 5m0s)", "(default 30m0s)", `(default "upsert")`, `(default "next-run")`} {
		if !strings.Contains(help, text) {
			t.Errorf("import --help has no %s", text)
		}
	}
}

// What is refused before anything is sent, and the way out that is shown.
func TestProfilesThatAreRefused(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	defer service.Close()
	production := "default-profile: live\nprofiles:\n  live:\n    base-url: " + service.URL + "\n    production: true\n  bare: {rate: 1}\n"
	for _, test := range []struct {
		name, named   string
		variables     map[string]string
		args          []string
		code          int
		message, hint string
	}{
		{"no service at all", "", nil, nil, 2, "no service was named", "--sandbox, or name the service: --profile NAME"},
		{"no service, but profiles", "profiles: {a: {rate: 1}, b: {rate: 2}}\n", nil, nil, 2, "no service was named", "--profile with one of a, b"},
		{"a profile without service", production, nil, []string{"--profile", "bare"}, 2, "profile bare (refload.yaml:6) names no service", "--sandbox"},
		{"unknown", production, nil, []string{"--profile", "lve"}, 2, `there is no profile "lve"`, `did you mean "live"? the profiles are bare, live`},
		{"unknown, and no file", "", nil, []string{"--profile", "live"}, 2, `there is no profile "live"`, "refload setup --profile live"},
		{"production without a word", production, nil, nil, 2, "profile live is marked production (refload.yaml:5)", "--yes --profile live"},
		{"production with --yes alone", production, nil, []string{"--yes"}, 2, "is marked production", "--yes --profile live"},
		{"production with --profile alone", production, nil, []string{"--profile", "live"}, 2, "is marked production", "--yes --profile live"},
		{"production by a variable", production, map[string]string{"REFLOAD_PROFILE": "live"}, []string{"--yes"}, 2, "is marked production", "--yes --profile live"},
		{"production, said outright", production, nil, []string{"--yes", "--profile", "live"}, 4, "", ""},
		{"production, looked at only", production, nil, []string{"--dry-run"}, 4, "", ""},
		{"no production", strings.Replace(production, "true", "no", 1), nil, []string{"--yes"}, 4, "", ""},
		{"no production, no --yes", strings.Replace(production, "true", "no", 1), nil, nil, 2, "--yes was not given", "add --yes"},
		{"a file that is not there", "", map[string]string{"REFLOAD_CONFIG": "missing.yaml"}, []string{"--sandbox"}, 2, "missing.yaml: ", "check the name"},
		{"a name that is none", production, nil, []string{"--config", "", "--yes"}, 2, "--config says nothing", "leave it out"},
		{"a broken file", "profiles: [", nil, []string{"--sandbox"}, 2, "refload.yaml:1: this is not YAML", "refload help configuration"},
		{"an unknown key", "profiles: {a: {rte: 5}}\n", nil, []string{"--sandbox"}, 2, `refload.yaml:1: "rte" is not a key`, `did you mean "rate"?`},
	} {
		t.Run(test.name, func(t *testing.T) {
			environment := inFolder(t, test.named, "")
			environment["REFLOAD_ACCESS_TOKEN"] = "x"
			for name, value := range test.variables {
				environment[name] = value
			}
			args := append([]string{"import", manyDeals(t, 1), "--results", filepath.Join(t.TempDir(), "out.csv")}, test.args...)
			code, stdout, stderr := call(t, environment, args...)
			if code != test.code || !strings.Contains(stderr, test.message) || !strings.Contains(stderr, test.hint) || !strings.Contains(stderr, "hint: ") {
				t.Errorf("exit %d, expected %d\n%s%s", code, test.code, stdout, stderr)
			}
		})
	}
}

// Commands that have no use for a profile work beside a broken file.
func TestABrokenFileDoesNotBreakHelp(t *testing.T) {
	environment := inFolder(t, "profiles: [", "")
	for _, args := range [][]string{{"version"}, {"fields"}, {"runs", "list"}, {"help", "configuration"}, {"help", "exit-codes"}, {"completion", "bash"}, {}} {
		if code, _, stderr := call(t, environment, args...); code != 0 {
			t.Errorf("%v: exit %d\n%s", args, code, stderr)
		}
	}
}
