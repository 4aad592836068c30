package cli_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"refload/internal/monitor"
)

// An export tells how it ended as an import does: to a file of its own in the state folder, as metrics and to a
// webhook; also when it failed, with the last success remembered.
func TestAnExportTellsHowItEnded(t *testing.T) {
	status := http.StatusOK
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		io.WriteString(w, `{"value":[{"id":"1","team":[{"email":"canary@example.com"}]},{"id":"2"}]}`)
	}))
	t.Cleanup(service.Close)
	var posted []monitor.Report
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), "canary") {
			t.Errorf("the message names a person: %s", body)
		}
		var report monitor.Report
		if err := json.Unmarshal(body, &report); err != nil {
			t.Error(err)
		}
		posted = append(posted, report)
	}))
	t.Cleanup(hook.Close)
	host := strings.TrimPrefix(hook.URL, "http://")
	environment := inFolder(t, "", "profiles:\n  contoso: {base-url: \""+service.URL+"\", rate: 0, notify-hosts: \""+host+"\"}\n")
	environment["REFLOAD_ACCESS_TOKEN"] = "word"
	export := func(code int, more ...string) string {
		t.Helper()
		args := append([]string{"export", "-o", "deals.csv", "--profile", "contoso", "--metrics-file", "export.prom"}, more...)
		if got, stdout, stderr := call(t, environment, args...); got != code {
			t.Errorf("exit %d, expected %d\n%s%s", got, code, stdout, stderr)
		}
		metrics, err := os.ReadFile("export.prom")
		if err != nil {
			t.Fatal(err)
		}
		return string(metrics)
	}
	hooked := []string{"--notify", hook.URL}
	if metrics := export(0, hooked...); !strings.Contains(metrics, `refload_exported_referrals{target="contoso (`+service.URL+`)"} 2`) ||
		!strings.Contains(metrics, "refload_exit_code{") || !strings.Contains(metrics, "refload_last_success_timestamp_seconds{") {
		t.Errorf("metrics:\n%s", metrics)
	}
	status = http.StatusForbidden
	if metrics := export(4, hooked...); strings.Contains(metrics, "refload_exported_referrals{") || !strings.Contains(metrics, "refload_last_success_timestamp_seconds{") {
		t.Errorf("metrics of a refused one:\n%s", metrics)
	}
	export(2, "--notify", "https://elsewhere.example.com/hook")
	if len(posted) != 2 || posted[0].Command != "export" || posted[0].Rows != 2 || posted[0].Requests == 0 || !posted[0].OK || posted[0].File != "deals.csv" ||
		posted[1].ExitCode != 4 || posted[1].LastSuccess == nil {
		t.Errorf("posted %+v", posted)
	}
	kept, err := filepath.Glob(filepath.Join(environment["REFLOAD_STATE"], "*", "last-*.json"))
	if err != nil || len(kept) != 1 || filepath.Base(kept[0]) != "last-export.json" {
		t.Errorf("%v, %v", kept, err)
	}
}

// The one summary of an export's JSON lines stays its own.
func TestAnExportHasOneSummary(t *testing.T) {
	environment := inFolder(t, "", "")
	code, stdout, stderr := call(t, environment, "export", "-o", "deals.csv", "--sandbox", "--json")
	if code != 0 || strings.Count(stdout, `"event":"summary"`) != 1 || !strings.Contains(stdout, `"listed":0`) {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
}
