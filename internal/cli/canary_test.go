package cli_test

import (
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// canaryDeals has a canary wherever a row can name a person, say how to reach one, or hold a note.
const canaryDeals = `Deal Name,Customer Name,Customer Address Line 1,Customer City,Customer Country,Partner Referral Status,Partner Referral Substatus,Estimated Deal Value,Currency,Estimated Close Date,CRM ID,Notes,Microsoft help required?,Share with Microsoft sales team,Consent to share Customer/Partner contact,Marketplace Purchase Intent,Solution 1,Team member 1,Customer contact first name,Customer contact last name,Customer contact phone number,Customer contact email
CANARY deal,CANARY company,CANARY street,CANARY city,US,New,Accepted,1000,USD,1/30/2031,CRM-1,CANARY note,No,No,Yes,Have not decided,SOL-12345-ABC,"CANARY,Lee,+1 555 0100,canary@example.com",CANARY,Lee,+1 555 0101,canary.contact@example.com
CANARY other,CANARY firm,CANARY street,CANARY city,US,New,Accepted,1000,USD,1/30/2031,CRM-2,CANARY note,No,No,Yes,Have not decided,SOL-12345-ABC,"CANARY,Lee,+1 555 0100,canary@example.com",CANARY,Lee,+1 555 0101,canary.contact@example.com
`

// indiscreet is a service that refuses the second create and every later one in words that quote the row, and
// answers a listing with all that it was given.
func indiscreet(t *testing.T) *httptest.Server {
	t.Helper()
	recorder, creates := newRecorder(t), 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			if creates++; creates > 1 {
				w.Header().Set("request-id", "CANARY of +1 555 0101")
				w.WriteHeader(http.StatusBadRequest)
				io.WriteString(w, `{"error":{"code":"CANARY code","message":"CANARY Lee, canary@example.com, is unknown","target":"CANARY target","innerError":{"code":"of CANARY","message":"CANARY"}}}`)
				return
			}
		}
		r.Host = strings.TrimPrefix(recorder.URL, "http://")
		recorder.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server
}

// leaks returns where a text has a canary, the token, or a part of an address.
func leaks(text string) []string {
	var found []string
	lower := strings.ToLower(text)
	for _, secret := range []string{"canary", "ready-token", "555 010", "example.com"} {
		if at := strings.Index(lower, secret); at >= 0 {
			found = append(found, secret+" in …"+text[max(0, at-60):min(len(text), at+60)]+"…")
		}
	}
	return found
}

// What a row says of people, and the token, is in the results and in what is needed to undo, and nowhere else: not
// in the log, the journal, the state folder, the metrics, the notification, nor on the screen.
func TestNothingLeaks(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		for _, jsonLines := range []bool{false, true} {
			checkCanaries(t, format, jsonLines)
		}
	}
}

func checkCanaries(t *testing.T, format string, jsonLines bool) {
	t.Helper()
	folder := t.TempDir()
	var notified string
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		notified += string(data)
	}))
	defer hook.Close()
	environment := inFolder(t, "profiles:\n  night:\n    base-url: "+indiscreet(t).URL+"\n    notify-hosts: ["+strings.TrimPrefix(hook.URL, "http://")+"]\n", "")
	environment["REFLOAD_ACCESS_TOKEN"], environment["REFLOAD_NOTIFY"] = "ready-token", hook.URL+"/hook"
	state, log, bodies := filepath.Join(folder, "state"), filepath.Join(folder, "log"), filepath.Join(folder, "bodies")
	args := []string{"import", writeFile(t, folder, "deals.csv", canaryDeals), "--profile", "night", "--yes", "--rate", "0", "--concurrency", "1", "--verbose",
		"--state", state, "--results", filepath.Join(folder, "out.csv"), "--log-file", log, "--log-format", format, "--debug-bodies", bodies,
		"--metrics-file", filepath.Join(folder, "refload.prom")}
	if jsonLines {
		args = append(args, "--json")
	}
	code, stdout, stderr := call(t, environment, args...)
	if code != 3 {
		t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
	}
	written := map[string]string{"standard output": stdout, "standard error": stderr, "the notification": notified,
		"the log": read(t, log), "the metrics": read(t, filepath.Join(folder, "refload.prom"))}
	for path, text := range allOf(t, state) {
		written[path] = text
	}
	for name, text := range written {
		if text == "" && !(jsonLines && name == "standard error") {
			t.Errorf("%s: nothing was written, so nothing can leak", name)
		}
		for _, leak := range leaks(text) {
			t.Errorf("%s (log %s, --json %v): %s", name, format, jsonLines, leak)
		}
	}
	shows := read(t, bodies)
	if !strings.Contains(shows, "CANARY note") || !strings.Contains(shows, "is unknown") || strings.Contains(shows, "ready-token") {
		t.Errorf("--debug-bodies has not what it is for, or the token:\n%s", shows)
	}
	checkRights(t, map[string]os.FileMode{log: 0o600, bodies: 0o600, filepath.Join(folder, "refload.prom"): 0o600})
	if !strings.Contains(stderr, "personal data") {
		t.Errorf("--debug-bodies was not announced:\n%s", stderr)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// allOf returns what stands in the state folder, but for what is needed to take a run back and what a run needs
// only while it goes on.
func allOf(t *testing.T, state string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(state, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "prior" || entry.Name() == "spool") {
			return filepath.SkipDir
		}
		if entry.Type().IsRegular() && entry.Name() != "lock" && entry.Name() != "choice.lock" {
			found[path] = read(t, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Join(keysOf(found), " ")
	for _, want := range []string{"journal.jsonl", "run.json", "last-run.json", "holder.json"} {
		if !strings.Contains(names, want) {
			t.Errorf("no %s in %s", want, names)
		}
	}
	return found
}

func keysOf(m map[string]string) []string {
	var list []string
	for key := range m {
		list = append(list, key)
	}
	return list
}

func checkRights(t *testing.T, want map[string]os.FileMode) {
	t.Helper()
	for path, mode := range want {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != mode && filepath.Separator == '/' {
			t.Errorf("%s is %04o, expected %04o", path, got, mode)
		}
	}
}

// The log says of each row what was sent for it, so that support can find it.
func TestTheLogFindsARow(t *testing.T) {
	folder := t.TempDir()
	log := filepath.Join(folder, "log")
	code, _, stderr := call(t, nil, "import", manyDeals(t, 2), "--sandbox", "--state", folder, "--results", filepath.Join(folder, "out.csv"), "--log-file", log, "--log-format", "json")
	if code != 0 {
		t.Fatalf("exit %d\n%s", code, stderr)
	}
	requests, last := 0, map[string]any{}
	for line := range strings.Lines(read(t, log)) {
		last = map[string]any{}
		if err := json.Unmarshal([]byte(line), &last); err != nil {
			t.Fatal(err)
		}
		if last["msg"] == "request" && last["row"] == 3.0 {
			requests++
			if last["method"] != "POST" || last["status"] != 201.0 || last["attempt"] != 1.0 || !guid.MatchString(last["client_request_id"].(string)) || last["run"] == nil {
				t.Errorf("%v", last)
			}
		}
	}
	if requests != 1 || last["msg"] != "ended" {
		t.Errorf("%d requests for row 3, the last line is %v", requests, last)
	}
}

func TestLogsThatCannotBe(t *testing.T) {
	for _, args := range [][]string{{"--log-file", "missing/folder/log"}, {"--log-format", "xml"}, {"--debug-bodies", "."}} {
		code, _, stderr := call(t, nil, append([]string{"import", manyDeals(t, 1), "--sandbox", "--state", t.TempDir()}, args...)...)
		if code != 2 || !strings.Contains(stderr, "hint: ") {
			t.Errorf("%v: exit %d\n%s", args, code, stderr)
		}
	}
}
