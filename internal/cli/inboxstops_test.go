package cli_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/internal/effort"
	"refload/internal/run"
)

// inboxNight imports a folder into a tenant.
func (w *tenant) inboxNight(want int, inbox, done string, args ...string) (stdout, stderr string) {
	w.t.Helper()
	code, stdout, stderr := w.run("import", append([]string{inbox, "--done", done, "--yes"}, args...)...)
	if code != want {
		w.t.Errorf("exit %d, expected %d\n%s%s", code, want, stdout, stderr)
	}
	return stdout, stderr
}

// resultsIn returns the results of a file in a folder.
func resultsIn(t *testing.T, folder, stem string) (names []string) {
	t.Helper()
	for _, name := range namesIn(t, folder) {
		if strings.HasPrefix(name, stem) && strings.Contains(name, "-results") {
			names = append(names, name)
		}
	}
	return names
}

// A file that trips a brake, and one of which too many rows are refused, do not keep the next ones back. They stay,
// night after night with one results file, until they are let through; the exit code is the worst.
func TestAStoppedFileKeepsNoOtherBack(t *testing.T) {
	t.Parallel()
	w := newTenant(t)
	w.hooked(func(answer http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if !bytes.Contains(body, []byte("Refused")) {
			return false
		}
		answer.WriteHeader(http.StatusBadRequest)
		return true
	})
	two := strings.Replace(dealsOf("Contoso"), "\nDeal,Contoso,", "\nOther,Contoso,", 1) + strings.Replace(strings.SplitN(dealsOf("Contoso"), "\n", 2)[1], ",CONTOSO", ",CONTOSO-2", 1)
	inbox, done := inboxOf(t, map[string]string{"a.csv": two, "b.csv": dealsOf("Fabrikam"), "c.csv": dealsOf("Refused"), "d.csv": dealsOf("Litware")})
	var first []string
	for night := range 3 {
		if night > 0 { // one more comes each night
			path := writeFile(t, inbox, "e.csv", dealsOf("Northwind"+strings.Repeat("x", night)))
			if err := os.Chtimes(path, time.Time{}, time.Now().Add(-time.Minute)); err != nil {
				t.Fatal(err)
			}
		}
		stdout, stderr := w.inboxNight(6, inbox, done, "--max-creates", "1", "--max-errors", "0", "--json")
		if left := strings.Join(namesIn(t, inbox), " "); left != "a.csv c.csv" || strings.Count(stdout, "the next run tries it again") != 2 {
			t.Errorf("night %d: %s\n%s%s", night, left, stdout, stderr)
		}
		if !strings.Contains(stdout, `"reason":"brake"`) {
			t.Errorf("it does not say why\n%s", stdout)
		}
		names := append(resultsIn(t, done, "a-"), resultsIn(t, done, "c-")...)
		if first == nil {
			first = names
		}
		if len(names) != 2 || strings.Join(names, " ") != strings.Join(first, " ") {
			t.Errorf("night %d: %v, the first had %v", night, names, first)
		}
	}
	if n := len(w.Created()); n != 4 {
		t.Errorf("%d deals", n)
	}
	w.inboxNight(3, inbox, done)
	if left := namesIn(t, inbox); len(left) != 0 || len(resultsIn(t, done, "a-")) != 1 {
		t.Errorf("%v, %v", left, namesIn(t, done))
	}
	if text := sheetText(t, filepath.Join(done, first[0]), "Results"); strings.Count(text, "created") != 2 {
		t.Errorf("%s", text)
	}
	if _, err := os.Stat(filepath.Join(done, strings.Replace(first[0], "-results.xlsx", ".csv", 1))); err != nil {
		t.Error(err)
	}
}

// What is of the service, the lock or the command ends the whole: the next file is not tried.
func TestWhatEndsAFolder(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	files := map[string]string{"a.csv": dealsOf("Contoso"), "b.csv": dealsOf("Fabrikam")}
	for name, test := range map[string]struct {
		code int
		args []string
		lock bool
	}{
		"dead network":  {7, []string{"--base-url", "http://127.0.0.1:1"}, false},
		"lock":          {11, []string{"--sandbox"}, true},
		"wrong mapping": {2, []string{"--sandbox", "--mapping", "missing.yaml"}, false},
	} {
		inbox, done := inboxOf(t, files)
		state := t.TempDir()
		if test.lock {
			home, err := run.OpenTarget(state, run.SandboxTarget())
			if err != nil {
				t.Fatal(err)
			}
			lock, err := home.Lock(run.ThisProcess("a test", time.Now()))
			if err != nil {
				t.Fatal(err)
			}
			defer lock.Release()
		}
		args := append([]string{"import", inbox, "--done", done, "--yes", "--rate", "0", "--state", state, "--json"}, test.args...)
		code, stdout, stderr := call(t, map[string]string{"REFLOAD_ACCESS_TOKEN": "x"}, args...)
		if code != test.code || len(namesIn(t, inbox)) != 2 || strings.Contains(stdout, "b.csv") {
			t.Errorf("%s: exit %d\n%s%s", name, code, stdout, stderr)
		}
	}
}

// What cannot be read stays and says so, each night; the others are done. With --allow-empty a file without a byte is a
// day without news.
func TestFilesThatCannotBeRead(t *testing.T) {
	w := newTenant(t)
	inbox, done := inboxOf(t, map[string]string{"a.csv": "", "b.xlsx": "PK\x03\x04 torn", "c.csv": "\xef\xbb\xbf\r\n", "d.csv": dealsOf("Contoso"), "e.csv": "what,is\nthis,file\n", "f.csv": dealsOf("Litware") + "Deal 2,Litware,Independent,perhaps,100,USD,LITWARE-2\n"})
	for night := range 2 {
		_, stderr := w.inboxNight(5, inbox, done)
		if left := strings.Join(namesIn(t, inbox), " "); left != "a.csv b.xlsx c.csv" || strings.Count(stderr, "left where it is: it cannot be read; fix or remove it") != 3 {
			t.Errorf("night %d: %s\n%s", night, left, stderr)
		}
	}
	stdout, stderr := w.inboxNight(5, inbox, done, "--allow-empty")
	if left := strings.Join(namesIn(t, inbox), " "); left != "b.xlsx" || !strings.Contains(stdout, "a.csv → ") {
		t.Errorf("%s\n%s%s", left, stdout, stderr)
	}
	if err := os.Remove(filepath.Join(inbox, "b.xlsx")); err != nil {
		t.Fatal(err)
	}
	w.inboxNight(0, inbox, done, "--allow-empty")
	empty := writeFile(t, w.folder, "empty.csv", "")
	for _, args := range [][]string{{"check", empty}, {"import", empty, "--sandbox"}} {
		environment := map[string]string{"REFLOAD_STATE": filepath.Join(w.folder, "state")}
		if code, stdout, stderr := call(t, environment, args...); code != 5 {
			t.Errorf("%v: exit %d\n%s%s", args, code, stdout, stderr)
		}
		if code, stdout, stderr := call(t, environment, append(args, "--allow-empty")...); code != 0 {
			t.Errorf("%v --allow-empty: exit %d\n%s%s", args, code, stdout, stderr)
		}
	}
}
