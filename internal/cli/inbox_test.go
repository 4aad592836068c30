package cli_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// inboxOf is a folder with files that were not changed for a minute.
func inboxOf(t *testing.T, contents map[string]string) (inbox, done string) {
	t.Helper()
	folder := t.TempDir()
	inbox, done = filepath.Join(folder, "inbox"), filepath.Join(folder, "done")
	if err := os.Mkdir(inbox, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range contents {
		path := writeFile(t, inbox, name, content)
		if err := os.Chtimes(path, time.Time{}, time.Now().Add(-time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	return inbox, done
}

// namesIn are the names in a folder.
func namesIn(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func dealsOf(customer string) string {
	return "Deal Name,Customer Name,Referral Type,Consent to share Customer/Partner contact,Estimated Deal Value,Currency,CRM ID\n" +
		"Deal," + customer + ",Independent,Yes,100,USD," + strings.ToUpper(customer) + "\n"
}

// A newer file that comes in the place of one that is being imported is not taken for it.
func TestAFileThatIsReplacedMeanwhileStays(t *testing.T) {
	inbox, done := inboxOf(t, map[string]string{"deals.csv": dealsOf("Contoso")})
	recorder := newRecorder(t)
	var once sync.Once
	replacing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = strings.TrimPrefix(recorder.URL, "http://")
		recorder.ServeHTTP(w, r)
		if r.Method == http.MethodPost {
			once.Do(func() { writeFile(t, inbox, "deals.csv", dealsOf("Fabrikam")) })
		}
	}))
	defer replacing.Close()
	environment := map[string]string{"REFLOAD_ACCESS_TOKEN": "ready-token"}
	args := []string{"import", inbox, "--done", done, "--base-url", replacing.URL, "--yes", "--rate", "0", "--state", t.TempDir()}
	_, stdout, stderr := call(t, environment, args...)
	if left := namesIn(t, inbox); len(left) != 1 {
		t.Fatalf("%v is left\n%s%s", left, stdout, stderr)
	}
	if err := os.Chtimes(filepath.Join(inbox, "deals.csv"), time.Time{}, time.Now().Add(-time.Minute)); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := call(t, environment, args...); code != 0 || len(namesIn(t, inbox)) != 0 || len(recorder.writes()) != 2 {
		t.Errorf("exit %d, %d writes\n%s%s", code, len(recorder.writes()), stdout, stderr)
	}
}

// A file whose import was stopped stays, with results of what is known; the next run goes on.
func TestAFileThatIsNotDoneStays(t *testing.T) {
	inbox, done := inboxOf(t, map[string]string{"a.csv": dealsOf("Contoso"), "b.csv": dealsOf("Fabrikam")})
	server := refusing(t, func(int) int { return 401 })
	code, stdout, stderr := call(t, map[string]string{"REFLOAD_ACCESS_TOKEN": "x"}, "import", inbox, "--done", done, "--base-url", server.URL, "--yes", "--rate", "0", "--state", t.TempDir())
	if left := namesIn(t, inbox); code != 4 || len(left) != 2 {
		t.Errorf("exit %d, %v\n%s%s", code, left, stdout, stderr)
	}
	if results := namesIn(t, done); len(results) != 1 || !strings.HasSuffix(results[0], "-results.xlsx") {
		t.Errorf("%v", results)
	}
}

// Two files of one name on two days, in the same second of a clock: both are kept, with their results.
func TestNothingThatIsDoneIsOverwritten(t *testing.T) {
	state := t.TempDir()
	var inbox, done string
	for _, customer := range []string{"Contoso", "Fabrikam", "Litware"} {
		fresh, archive := inboxOf(t, map[string]string{"deals.csv": dealsOf(customer)})
		if inbox == "" {
			inbox, done = fresh, archive
		} else if err := os.Rename(filepath.Join(fresh, "deals.csv"), filepath.Join(inbox, "deals.csv")); err != nil {
			t.Fatal(err)
		}
		if code, stdout, stderr := call(t, nil, "import", inbox, "--done", done, "--sandbox", "--state", state); code != 0 {
			t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
		}
	}
	customers := map[string]bool{}
	results := 0
	for _, name := range namesIn(t, done) {
		if strings.Contains(name, "-results") {
			results++
			continue
		}
		customers[readCSV(t, filepath.Join(done, name))[0]["Customer Name"]] = true
	}
	if results != 3 || len(customers) != 3 {
		t.Errorf("%d results, %v in %v", results, customers, namesIn(t, done))
	}
}

// A dry run moves nothing; what Excel and others leave behind stays.
func TestWhatStaysInAFolder(t *testing.T) {
	inbox, done := inboxOf(t, map[string]string{"deals.csv": dealsOf("Contoso"), "~$other.csv": "lock", ".hidden.csv": "x", "x.CSV.PART": "x", "y.tmp": "x"})
	if err := os.Symlink(filepath.Join(inbox, "deals.csv"), filepath.Join(inbox, "link.csv")); err != nil {
		t.Skip(err)
	}
	code, stdout, stderr := call(t, nil, "import", inbox, "--done", done, "--sandbox", "--state", t.TempDir(), "--dry-run", "--json")
	if left := namesIn(t, inbox); code != 0 || len(left) != 6 || len(namesIn(t, done)) != 0 {
		t.Errorf("exit %d, %v\n%s%s", code, left, stdout, stderr)
	}
	if n := strings.Count(stdout, `"event":"left"`); n != 5 {
		t.Errorf("%d files were left\n%s", n, stdout)
	}
	if n := strings.Count(stdout, `"event":"summary"`); n != 1 || !strings.HasSuffix(strings.TrimSpace(stdout), "}") {
		t.Errorf("%d summaries\n%s", n, stdout)
	}
}
