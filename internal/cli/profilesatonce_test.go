//go:build unix

package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"refload/internal/config"
	"refload/internal/effort"
)

// together is a project with two profiles, each for a tenant of its own.
type together struct {
	t       *testing.T
	program string
	folder  string
	tenants map[string]*tenant // by the name of the profile
}

func newTogether(t *testing.T, more string) *together {
	t.Helper()
	program, err := binary()
	if err != nil {
		t.Fatalf("%v: %s", err, program)
	}
	w := &together{t, program, t.TempDir(), map[string]*tenant{"contoso": newTenant(t), "fabrikam": newTenant(t)}}
	w.configure(more)
	return w
}

// configure writes the file that is named.
func (w *together) configure(more string) {
	w.t.Helper()
	file := "profiles:\n"
	for _, name := range []string{"contoso", "fabrikam"} {
		file += fmt.Sprintf("  %s: {base-url: %q, tenant: %s.example.com, rate: 0%s}\n", name, w.tenants[name].url, name, more)
	}
	writeFile(w.t, w.folder, config.FileName, file)
}

// importing is a process that imports a file as a profile says.
func (w *together) importing(profile, file string) *exec.Cmd {
	cmd := exec.Command(w.program, "import", file, "--profile", profile, "--yes", "--json")
	cmd.Dir = w.folder
	cmd.Env = append(os.Environ(), "REFLOAD_ACCESS_TOKEN=ready-token", "REFLOAD_CONFIG="+config.FileName, "REFLOAD_STATE="+filepath.Join(w.folder, "state"), "XDG_CONFIG_HOME="+w.folder)
	return cmd
}

// starts starts a process and returns who waits for its summary.
func (w *together) starts(cmd *exec.Cmd) func() map[string]any {
	w.t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	return func() map[string]any {
		w.t.Helper()
		cmd.Wait() // the summary has the exit code
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		var summary map[string]any
		if err := json.Unmarshal([]byte(lines[len(lines)-1]), &summary); err != nil || summary["event"] != "summary" {
			w.t.Fatalf("%v\n%s%s", err, out.String(), errs.String())
		}
		return summary
	}
}

// atOnce starts two processes at the same moment and returns the summary of each.
func (w *together) atOnce(one, other *exec.Cmd) [2]map[string]any {
	w.t.Helper()
	first, second := w.starts(one), w.starts(other)
	return [2]map[string]any{first(), second()}
}

// holds wants that a profile's import ended well, that its tenant has exactly the deals of the file, and that its
// results name exactly those referrals.
func (w *together) holds(profile string, summary map[string]any, rows int) string {
	w.t.Helper()
	path, _ := summary["results"].(string)
	if summary["exit_code"] != 0.0 || path == "" {
		w.t.Fatalf("%s: %v", profile, summary)
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(w.folder, path)
	}
	text := sheetText(w.t, path, "Results")
	live := w.tenants[profile].live()
	if len(live) != rows {
		w.t.Errorf("%s has %d deals, the file %d", profile, len(live), rows)
	}
	for name, referral := range live {
		if !strings.Contains(text, fmt.Sprint(referral["id"])) {
			w.t.Errorf("%s: %s does not name the referral of %s", profile, path, name)
		}
	}
	return path
}

// ofDeals writes a sheet of deals that are all new.
func (w *together) ofDeals(folder string, rows, value int) string {
	w.t.Helper()
	text := "Deal Name,Customer Name,Referral Type,Consent to share Customer/Partner contact,Estimated Deal Value,Currency,CRM ID\n"
	for i := range rows {
		text += fmt.Sprintf("Deal %d,Contoso,Independent,Yes,%d,USD,CRM-%d\n", i, value, i)
	}
	if err := os.MkdirAll(filepath.Join(w.folder, folder), 0o700); err != nil {
		w.t.Fatal(err)
	}
	return writeFile(w.t, filepath.Join(w.folder, folder), "deals.csv", text)
}

// timesAtOnce is how often two processes are started at the same moment.
func timesAtOnce() int { return effort.Of(4, 12, 25) }

// Two profiles import one file, or files of one name into one folder for results, at the same moment, again and again:
// each has its deals, its results, and the place where it had them before.
func TestTwoProfilesAtOnce(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	for _, more := range []string{"", ", results-folder: results"} {
		w := newTogether(t, more)
		files := []string{w.ofDeals("a", 5, 100), ""}
		if files[1] = files[0]; more != "" {
			files[1] = w.ofDeals("b", 5, 100)
		}
		places := map[string]string{}
		for time := range timesAtOnce() {
			summaries := w.atOnce(w.importing("contoso", files[0]), w.importing("fabrikam", files[1]))
			for i, profile := range []string{"contoso", "fabrikam"} {
				place := w.holds(profile, summaries[i], 5)
				if places[profile] != "" && places[profile] != place {
					t.Errorf("%d: the results of %s were in %s and are in %s", time, profile, places[profile], place)
				}
				places[profile] = place
			}
			if places["contoso"] == places["fabrikam"] {
				t.Fatalf("%d: both have %s", time, places["contoso"])
			}
			if time%2 == 1 { // new names have to be found
				for _, place := range places {
					if err := os.Remove(place); err != nil {
						t.Fatal(err)
					}
				}
				clear(places)
			}
		}
		for profile, tenant := range w.tenants {
			if n := len(tenant.Created()); n != 5 {
				t.Errorf("%s: %d referrals were created for 5 rows", profile, n)
			}
		}
	}
}

// One after the other is no other thing: the second takes the next name, and each replaces its own.
func TestTwoProfilesOneAfterTheOther(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	w := newTogether(t, "")
	for _, value := range []int{100, 200, 300} {
		file := w.ofDeals("a", 3, value)
		for _, step := range []struct{ profile, want string }{{"contoso", "deals-results.xlsx"}, {"fabrikam", "deals-results-2.xlsx"}} {
			path := w.holds(step.profile, w.starts(w.importing(step.profile, file))(), 3)
			if filepath.Base(path) != step.want || !strings.Contains(sheetText(t, path, "Results"), fmt.Sprint(value)) {
				t.Errorf("%s: %s, expected %s with %d", step.profile, path, step.want, value)
			}
		}
	}
	names := namesIn(t, filepath.Join(w.folder, "a"))
	if len(names) != 3 {
		t.Errorf("%v", names)
	}
}

// The same profile twice: while one is at work the other ends with 11, and has changed nothing.
func TestOneProfileTwiceAtOnce(t *testing.T) {
	t.Parallel()
	w := newTogether(t, "")
	file := w.ofDeals("a", 3, 100)
	held, second := make(chan struct{}), make(chan struct{})
	var once sync.Once
	w.tenants["contoso"].hooked(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost {
			once.Do(func() {
				close(held)
				<-second
			})
		}
		return false
	})
	w.configure("")
	first := w.starts(w.importing("contoso", file))
	<-held
	locked := w.starts(w.importing("contoso", file))()
	close(second)
	if locked["exit_code"] != 11.0 {
		t.Errorf("%v", locked)
	}
	w.holds("contoso", first(), 3)
	for range timesAtOnce() {
		summaries := w.atOnce(w.importing("contoso", file), w.importing("contoso", file))
		for _, summary := range summaries {
			if code := summary["exit_code"]; code != 0.0 && code != 11.0 {
				t.Errorf("%v", summary)
			}
		}
	}
	if n := len(w.tenants["contoso"].Created()); n != 3 || len(w.tenants["fabrikam"].live()) != 0 {
		t.Errorf("%d referrals were created for 3 rows", n)
	}
}
