package cli_test

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// A file that a spreadsheet program has open stays; what a crashed program left a day ago keeps none back.
func TestAnOpenFileStays(t *testing.T) {
	w := newTenant(t)
	inbox, done := inboxOf(t, map[string]string{"a.csv": dealsOf("Contoso"), "b.csv": dealsOf("Fabrikam"), "c.csv": dealsOf("Litware"), "d.csv": dealsOf("Northwind")})
	for name, age := range map[string]time.Duration{"~$a.csv": time.Hour, ".~lock.b.csv#": time.Minute, "~$c.csv": 25 * time.Hour} {
		path := writeFile(t, inbox, name, "Ann")
		if err := os.Chtimes(path, time.Time{}, time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	_, stderr := w.inboxNight(0, inbox, done)
	for _, want := range []string{"a.csv: left where it is: it is open in a spreadsheet program: ~$a.csv lies beside it", ".~lock.b.csv# lies beside it"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("no %q in\n%s", want, stderr)
		}
	}
	if left := strings.Join(namesIn(t, inbox), " "); left != ".~lock.b.csv# a.csv b.csv ~$a.csv ~$c.csv" || len(w.Created()) != 2 {
		t.Errorf("%s; %v", left, w.Created())
	}
}

// While a run is at work, runs list says so and by which process; not before and not after.
func TestRunsListSaysWhatIsRunning(t *testing.T) {
	w := newTenant(t)
	listed := ""
	w.hooked(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost && listed == "" {
			_, listed, _ = w.run("runs list")
			_, shown, _ := w.run("runs show")
			listed += shown
		}
		return false
	})
	w.imports(0, w.sheet("deals.csv", deal(1, "100", "n", "CRM-1", "")))
	if strings.Count(listed, "running, process ") != 2 || strings.Contains(listed, "go on with") {
		t.Errorf("%s", listed)
	}
	if _, after, _ := w.run("runs list"); !strings.Contains(after, "finished") || strings.Contains(after, "running") {
		t.Errorf("%s", after)
	}
}
