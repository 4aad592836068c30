package cli_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"refload/internal/config"
	"refload/internal/effort"
	"refload/internal/run"
)

// stranger is a server that nobody has named by hand, and the requests that came to it. It is on this machine,
// where everybody may listen.
func stranger(t *testing.T) (url string, requests *atomic.Int64) {
	requests = &atomic.Int64{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(server.Close)
	return server.URL, requests
}

// forgery changes a recorded start; theirs is the address of a stranger.
type forgery struct {
	name    string
	change  map[string]any // members of the record, THEIRS standing for the stranger
	folder  string         // refload.yaml of the folder, likewise, which nobody has named
	user    string         // the user's own refload.yaml, OURS standing for the service that is meant
	message string
}

var forgeries = []forgery{
	{"another service", map[string]any{"base_url": "THEIRS", "yes": true, "by_hand": true}, "", "", "no profile of yours names"},
	{"another service and its authorities", map[string]any{"base_url": "THEIRS", "ca_file": "/evil/ca.pem"}, "", "", "no profile of yours names"},
	{"this machine by its name", map[string]any{"base_url": "http://localhost:9"}, "", "", "no profile of yours names"},
	{"this machine by another number", map[string]any{"base_url": "http://[::1]:9"}, "", "", "no profile of yours names"},
	{"authorities for the real service", map[string]any{"base_url": "https://api.partner.microsoft.com", "ca_file": "/evil/ca.pem"}, "", "",
		"trusts the certificate authorities of /evil/ca.pem, which only it names"},
	{"another service than the user's own profile", map[string]any{"base_url": "THEIRS", "other_service": false, "profile": "contoso", "by_hand": true},
		"", "profiles: {contoso: {base-url: OURS, tenant: contoso.example.com}}\n", "which profile contoso does not name"},
	{"a profile that does not count", map[string]any{"base_url": "THEIRS", "profile": "contoso", "other_service": true},
		"", "profiles: {contoso: {base-url: OURS, tenant: contoso.example.com}}\n", "no profile of yours names"},
	{"a profile that came along", map[string]any{"base_url": "THEIRS", "other_service": false, "profile": "evil", "by_hand": true},
		"profiles: {evil: {base-url: THEIRS}}\n", "", "refload.yaml:1: profiles is not for a file that merely lies in this folder"},
	{"a profile that came along for one of the user's own", map[string]any{"other_service": false, "profile": "contoso"},
		"profiles: {contoso: {authority: THEIRS, max-creates: 100%}}\n", "profiles: {contoso: {base-url: OURS, tenant: contoso.example.com}}\n", "refload.yaml:1: profiles is not for"},
	{"a sign-in that came along", map[string]any{"other_service": false, "profile": "evil"},
		"profiles: {evil: {base-url: OURS, authority: THEIRS, tenant: contoso.example.com, client-id: 11111111-2222-3333-4444-555555555555}}\n", "", "refload.yaml:1: profiles is not for"},
	{"authorities of certificates", map[string]any{"other_service": false, "profile": "contoso", "ca_file": "/evil/ca.pem"},
		"", "profiles: {contoso: {base-url: OURS, tenant: contoso.example.com}}\n", "trusts the certificate authorities of /evil/ca.pem, which profile contoso does not name"},
}

// forge writes members of a JSON object anew; inside names the object in the file.
func (f forgery) forge(t *testing.T, path, theirs string, inside ...string) {
	t.Helper()
	var whole map[string]any
	if err := json.Unmarshal([]byte(read(t, path)), &whole); err != nil {
		t.Fatal(err)
	}
	object := whole
	for _, name := range inside {
		object = object[name].(map[string]any)
	}
	for name, value := range f.change {
		if value == "THEIRS" {
			value = theirs
		}
		object[name] = value
	}
	if header, plan := whole["plan"].(map[string]any); plan && f.change["base_url"] != nil {
		header["target"] = theirs
	}
	data, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// refused calls a command with a ready token and with a refresh token: it is wrong usage, which is said, and
// neither server is asked for anything.
func (f forgery) refused(t *testing.T, w *tenant, theirs string, requests *atomic.Int64, args ...string) {
	t.Helper()
	named := strings.NewReplacer("THEIRS", theirs, "OURS", w.url)
	environment, hint := inFolder(t, "", named.Replace(f.user)), "hint: if that is meant, say so: --"
	if f.folder != "" {
		writeFile(t, ".", config.FileName, named.Replace(f.folder))
		hint = "hint: if the file is yours, name it: --config refload.yaml"
	}
	environment["REFLOAD_STATE"] = filepath.Join(w.folder, "state")
	for _, token := range []string{"REFLOAD_ACCESS_TOKEN", "REFLOAD_REFRESH_TOKEN"} {
		environment["REFLOAD_ACCESS_TOKEN"], environment["REFLOAD_REFRESH_TOKEN"] = "", ""
		environment[token] = "ready-token"
		before := len(w.Ledger())
		code, stdout, stderr := call(t, environment, args...)
		if code != 2 || !strings.Contains(stderr, f.message) || !strings.Contains(stderr, hint) {
			t.Errorf("%v, %s: exit %d, expected 2 with %q\n%s%s", args, token, code, f.message, stdout, stderr)
		}
		if requests.Load() != 0 || len(w.Ledger()) != before {
			t.Errorf("%v, %s: %d requests reached the stranger, %d the service", args, token, requests.Load(), len(w.Ledger())-before)
		}
	}
}

// A plan that somebody else wrote does not choose where the token goes.
func TestAForgedPlanLeadsNoTokenAway(t *testing.T) {
	for _, f := range forgeries {
		t.Run(f.name, func(t *testing.T) {
			w, file := threeDeals(t)
			theirs, requests := stranger(t)
			plan := w.plan(file, "plan.json")
			f.forge(t, plan, theirs, "plan", "settings")
			f.refused(t, w, theirs, requests, "apply", plan, "--yes")
		})
	}
}

// Nor does a run's folder from another machine, whichever command goes on with it.
func TestAForgedRunLeadsNoTokenAway(t *testing.T) {
	effort.NotShort(t)
	for _, f := range forgeries {
		t.Run(f.name, func(t *testing.T) {
			w, file := threeDeals(t)
			theirs, requests := stranger(t)
			w.imports(0, file)
			_, folder := oneRun(t, filepath.Join(w.folder, "state"))
			f.forge(t, filepath.Join(folder, "run.json"), theirs)
			for _, command := range []string{"resume", "results", "undo"} {
				f.refused(t, w, theirs, requests, "runs", command, filepath.Base(folder), "--yes")
			}
		})
	}
}

// Whoever wrote a plan does not say yes for whoever applies it where nobody can be asked.
func TestAPlanDoesNotSayYes(t *testing.T) {
	w, file := threeDeals(t)
	plan := w.plan(file, "plan.json")
	forgery{change: map[string]any{"yes": true, "by_hand": true}}.forge(t, plan, "", "plan", "settings")
	code, stdout, stderr := w.run("apply", plan)
	if code != 2 || !strings.Contains(stderr, "--yes was not given") || len(w.writes()) != 0 {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
}

// What the operator says by hand, or keeps in a file of their own, is meant: a run goes on there.
func TestAServiceThatIsMeant(t *testing.T) {
	w, file := threeDeals(t)
	ours := strings.Replace(w.url, "127.0.0.1", "localhost", 1)
	profile := fmt.Sprintf("profiles: {contoso: {base-url: %s, tenant: contoso.example.com}}\n", ours)
	for name, how := range map[string]struct {
		named, user  string
		imported, by []string
	}{
		"by --base-url":          {"", "", []string{"--base-url", ours}, []string{"--base-url", ours}},
		"by their own file":      {"", profile, []string{"--profile", "contoso"}, nil},
		"by --profile":           {profile, "", []string{"--profile", "contoso"}, []string{"--profile", "contoso"}},
		"by --config":            {profile, "", []string{"--profile", "contoso"}, nil},
		"in other spelling":      {"", strings.Replace(profile, "localhost", "LOCALHOST", 1), []string{"--profile", "contoso", "--base-url", ours}, nil},
		"by --base-url, loosely": {"", "", []string{"--base-url", ours}, []string{"--base-url", strings.ToUpper(ours[:4]) + ours[4:] + "/"}},
	} {
		environment := inFolder(t, how.named, how.user)
		environment["REFLOAD_ACCESS_TOKEN"] = "ready-token"
		for _, args := range [][]string{append([]string{"import", file, "--results", filepath.Join(t.TempDir(), "out.csv")}, how.imported...), append([]string{"runs", "resume"}, how.by...)} {
			if code, stdout, stderr := call(t, environment, append(args, "--yes", "--rate", "0")...); code != 0 {
				t.Errorf("%s: %v: exit %d\n%s%s", name, args, code, stdout, stderr)
			}
		}
	}
}

// oneRun returns the only home below a state folder, and its only run.
func oneRun(t *testing.T, state string) (home, folder string) {
	t.Helper()
	homes, err := run.Homes(state)
	if err != nil || len(homes) != 1 {
		t.Fatalf("%v, %v", homes, err)
	}
	folders, err := homes[0].Folders()
	if err != nil || len(folders) != 1 {
		t.Fatalf("%v, %v", folders, err)
	}
	folder = folders[0].Path()
	return filepath.Dir(filepath.Dir(folder)), folder
}

// The folder of a run that lies among the runs of another tenant, or of another service, is not believed:
// nothing is sent on the ground of it, and nothing is restored.
func TestARunOfAnotherTenantIsNotBelieved(t *testing.T) {
	for name, target := range map[string]string{"another tenant": "OURS, tenant: fabrikam.example.com", "another service": "THEIRS, tenant: contoso.example.com"} {
		t.Run(name, func(t *testing.T) {
			w, file := threeDeals(t)
			other := newTenant(t)
			profiles := "profiles:\n  contoso: {base-url: OURS, tenant: contoso.example.com, rate: 0}\n  fabrikam: {base-url: " + target + ", rate: 0}\n"
			environment := inFolder(t, "", strings.NewReplacer("OURS", w.url, "THEIRS", other.url).Replace(profiles))
			environment["REFLOAD_ACCESS_TOKEN"] = "ready-token"
			as := func(want int, message string, args ...string) {
				t.Helper()
				code, stdout, stderr := call(t, environment, append(args, "--yes", "--results", filepath.Join(t.TempDir(), "out.csv"))...)
				if code != want || !strings.Contains(stderr, message) {
					t.Errorf("%v: exit %d, expected %d with %q\n%s%s", args, code, want, message, stdout, stderr)
				}
			}
			as(0, "", "import", file, "--profile", "contoso")
			contoso, folder := oneRun(t, environment["REFLOAD_STATE"])
			w.writes()
			as(0, "", "import", file, "--profile", "fabrikam")
			w.writes()
			other.writes()
			copied := "20010101-000000.000-aaaaa"
			homes, err := filepath.Glob(filepath.Join(environment["REFLOAD_STATE"], "127.0.0.1*", "runs"))
			if err != nil || len(homes) != 2 {
				t.Fatalf("%v, %v", homes, err)
			}
			fabrikam := homes[0]
			if strings.HasPrefix(fabrikam, contoso) {
				fabrikam = homes[1]
			}
			if err := os.CopyFS(filepath.Join(fabrikam, copied), os.DirFS(folder)); err != nil {
				t.Fatal(err)
			}
			for _, command := range []string{"resume", "results", "undo"} {
				as(2, "was against another tenant or service", "runs", command, copied)
				as(12, "lies in", "runs", command, copied, "--profile", "fabrikam")
			}
			as(12, "move "+filepath.Join(fabrikam, copied), "import", file, "--profile", "fabrikam")
			if ours, theirs := len(w.writes()), len(other.writes()); ours+theirs != 0 {
				t.Errorf("%d and %d writes", ours, theirs)
			}
			as(0, "", "import", file, "--profile", "contoso")
		})
	}
}

// firstRun returns the first of the runs that a state folder has.
func firstRun(t *testing.T, state string) string {
	t.Helper()
	runs, err := filepath.Glob(filepath.Join(state, "*", "runs", "*"))
	if err != nil || len(runs) == 0 {
		t.Fatalf("%v, %v", runs, err)
	}
	return filepath.Base(slices.Min(runs))
}
