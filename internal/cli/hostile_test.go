package cli_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"refload/internal/console"
	"refload/internal/effort"
)

// hostileWord is what drives a terminal, or makes a line look like another: colour, title, link, bell, return, C1,
// direction, no width, line ends.
const hostileWord = "d\x1b[31m\x1b]0;t\x07\x1b]8;;http://evil.example.com\x1b\\\r\x7f\u009b2J\u202e\u200b\u2028\nforged: line\u0085"

// softWord is the part of it that a cell may hold.
const softWord = "\u202e\u200b\u2066\ufeff"

// harmlessOutput fails where something of what was printed drives a terminal or begins a line of its own.
func harmlessOutput(t *testing.T, what, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		plain := strings.TrimSuffix(line, "\n")
		if console.Escape(plain, 0) != plain || strings.HasPrefix(plain, "forged") {
			t.Errorf("%s prints %q", what, line)
		}
	}
}

// hostileJSON is a text as it stands in JSON.
func hostileJSON(text string) string {
	data, _ := json.Marshal(text) // a text always marshals
	return string(data)
}

// Nothing of files, their names, settings, earlier runs and the service drives a terminal, whatever command
// prints it.
func TestForeignTextDrivesNoTerminal(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("such names cannot be given to files")
	}
	w := newTenant(t)
	word := strings.ReplaceAll(hostileWord, "/", "|")
	w.folder = filepath.Join(w.folder, word)
	if err := os.Mkdir(w.folder, 0o700); err != nil {
		t.Fatal(err)
	}
	w.seed(fmt.Sprintf(`{"id":"00000000-0000-4000-8000-00000000000a","eTag":"e","name":%s,"externalReferenceId":"CRM-9","type":"Independent","qualification":"SalesQualified","status":"Active","substatus":"Accepted","direction":"Outgoing","organizationName":%[1]s,"customerProfile":{"name":%[1]s,"address":{"country":"US"}},"details":{"notes":%[1]s,"dealValue":1,"currency":"USD"}}`, hostileJSON(hostileWord)))
	cell := `"` + hostileWord + `"`
	named := strings.Replace(deal(1, "100", "note "+softWord, "CRM-1", ""), "Deal 1", "Deal "+softWord, 1)
	good := w.sheet(word+".csv", named, deal(2, "200", "note", "CRM-9", ""))
	bad := w.sheet("bad"+word+".csv", deal(3, cell, "note", cell, ""), strings.Replace(deal(4, "1", "n", "CRM-4", ""), "Contoso", cell, 1))
	headers := writeFile(t, w.folder, "headers"+word+".csv", `Deal Name,`+cell+"\nx,"+cell+"\n")
	mapping := writeFile(t, w.folder, "map"+word+".yaml", "version: 1\ncolumns:\n  "+hostileJSON(hostileWord)+": \"Deal Name\"\n")
	inbox := filepath.Join(w.folder, "in"+word)
	if err := os.Mkdir(inbox, 0o700); err != nil {
		t.Fatal(err)
	}
	writeFile(t, inbox, word+".csv", bytesOf(t, good))
	writeFile(t, inbox, word+".txt", bytesOf(t, good))
	plan := filepath.Join(w.folder, "plan"+word+".json")
	results := filepath.Join(w.folder, "out"+word+".csv")
	for _, args := range [][]string{
		{"check", good}, {"check", bad}, {"check", headers}, {"check", headers, "--mapping", mapping}, {"check", filepath.Join(w.folder, "none"+word)}, {"check", good, "--sheet", word},
		{"mapping", "suggest", headers}, {"mapping", "check", headers}, {"mapping", "check", good, "--mapping", mapping}, {"template", filepath.Join(w.folder, "new"+word+".xlsx")},
		{"plan", bad}, {"plan", good, "--verbose"}, {"plan", good, "-o", plan}, {"verify", good}, {"import", good, "--dry-run"}, {"import", bad, "--yes", "--skip-invalid", "--results", results},
		{"apply", plan, "--yes"}, {"import", good, "--yes", "--results", good}, {"import", inbox, "--done", filepath.Join(w.folder, "done"), "--yes"}, {"verify", good},
		{"export", "-o", filepath.Join(w.folder, "all"+word+".csv")}, {"export", "-o", "-", "--format", "csv", "--columns", word}, {"runs", "list"}, {"runs", "show"}, {"runs", "results"},
		{"runs", "undo", "--dry-run"}, {"runs", "find", "00000000-0000-4000-8000-00000000000a"}, {"runs", "show", word}, {"runs", "forget", "--email", "kim@example.com"}, {"runs", "resume", "--yes"},
		{"import", good, "--yes", "--mapping", filepath.Join(w.folder, "none"+word)}, {"fields", word}, {word}, {"import", good, "--" + word}, {"import", good, "--mode", word}, {"import", good, "--log-file", inbox},
		{"doctor"}, {"config", "show"}, {"auth", "status"},
	} {
		for _, form := range [][]string{{}, {"--json"}} {
			_, stdout, stderr := w.run(args[0], append(args[1:len(args):len(args)], form...)...)
			harmlessOutput(t, fmt.Sprintf("%.12q %.12q %v", args[0], args[min(1, len(args)-1)], form), stdout+stderr)
		}
	}
	w.hostileRuns(word)
}

// hostileRuns lets commands read runs whose folder somebody named.
func (w *tenant) hostileRuns(word string) {
	var runs []string
	filepath.WalkDir(filepath.Join(w.folder, "state"), func(path string, entry fs.DirEntry, err error) error {
		if filepath.Base(filepath.Dir(path)) == "runs" {
			runs = append(runs, path)
		}
		return err
	})
	if len(runs) < 3 {
		w.t.Fatalf("only %d runs are there to rename", len(runs))
	}
	for _, path := range runs {
		if err := os.Rename(path, path+word); err != nil {
			w.t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"runs", "list"}, {"runs", "show"}, {"runs", "list", "--json"}, {"runs", "find", "00000000-0000-4000-8000-00000000000a"}, {"import", filepath.Join(w.folder, word+".csv"), "--yes"}} {
		_, stdout, stderr := w.run(args[0], args[1:]...)
		harmlessOutput(w.t, fmt.Sprintf("after renaming, %.12q", args[:2]), stdout+stderr)
	}
}

// What a service and an authority answer drives no terminal.
func TestAnswersDriveNoTerminal(t *testing.T) {
	effort.NotShort(t)
	text := hostileJSON(hostileWord)
	service := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		answer.Header().Set("Content-Type", "application/json")
		answer.Header().Set("Request-Id", "id\u009b31m\u202e")
		switch {
		case strings.HasSuffix(request.URL.Path, "devicecode"):
			fmt.Fprintf(answer, `{"device_code":"x","user_code":%s,"verification_uri":%[1]s,"message":%[1]s,"expires_in":60,"interval":1}`, text)
		case request.Method == http.MethodGet && request.URL.Query().Get("ok") == "":
			fmt.Fprint(answer, `{"value":[]}`)
		default:
			answer.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(answer, `{"error":%s,"error_description":%[1]s,"code":%[1]s,"message":%[1]s,"description":%[1]s}`, text)
		}
	}))
	defer service.Close()
	folder := t.TempDir()
	sheet := writeFile(t, folder, "deals.csv", canaryDeals)
	environment := map[string]string{"REFLOAD_ACCESS_TOKEN": "ready-token", "REFLOAD_STATE": filepath.Join(folder, "state")}
	for _, args := range [][]string{
		{"import", sheet, "--yes", "--verbose"}, {"import", sheet, "--yes", "--json"}, {"plan", sheet}, {"runs", "show"}, {"runs", "resume", "--yes"}, {"doctor"},
	} {
		code, stdout, stderr := call(t, environment, append(args, "--base-url", service.URL, "--rate", "0")...)
		harmlessOutput(t, args[0], stdout+stderr)
		if code == 0 && args[0] == "import" {
			t.Errorf("%v: exit 0", args)
		}
	}
	delete(environment, "REFLOAD_ACCESS_TOKEN")
	profile := inFolder(t, "", "profiles:\n  contoso:\n    base-url: "+service.URL+"\n    authority: "+service.URL+"\n    tenant: contoso.example.com\n    client-id: 00000000-0000-4000-8000-000000000001\n")
	code, stdout, stderr := call(t, profile, "auth", "login", "--device-code", "--profile", "contoso")
	harmlessOutput(t, "auth login", stdout+stderr)
	if code == 0 || !strings.Contains(stderr, `\u001b`) {
		t.Errorf("exit %d, or nothing of the answer was shown:\n%s%s", code, stdout, stderr)
	}
}
