package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"refload/api/sandbox"
)

// tenant is a sandbox on a socket of its own, with what was written to it.
type tenant struct {
	*sandbox.Sandbox
	t      *testing.T
	url    string
	folder string
	token  string

	mu    sync.Mutex
	wrote []sentWrite
}

// sentWrite is one request that was to change something.
type sentWrite struct {
	method, path, ifMatch, prefer string
	body                          []byte
}

func newTenant(t *testing.T) *tenant {
	t.Helper()
	emulator, err := sandbox.Open(sandbox.Options{KeepLedger: true})
	if err != nil {
		t.Fatal(err)
	}
	w := &tenant{Sandbox: emulator, t: t, folder: t.TempDir(), token: "ready-token"}
	server := httptest.NewServer(http.HandlerFunc(w.serve))
	t.Cleanup(func() {
		server.Close()
		emulator.Close()
	})
	w.url = server.URL
	return w
}

// serve notes writes and hands every request to the sandbox.
func (w *tenant) serve(answer http.ResponseWriter, request *http.Request) {
	if request.Method != http.MethodGet {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			w.t.Error(err)
		}
		request.Body = io.NopCloser(bytes.NewReader(body))
		w.mu.Lock()
		w.wrote = append(w.wrote, sentWrite{request.Method, request.URL.Path, request.Header.Get("If-Match"), request.Header.Get("Prefer"), body})
		w.mu.Unlock()
	}
	w.ServeHTTP(answer, request)
}

// writes returns what was written since the last call.
func (w *tenant) writes() []sentWrite {
	w.mu.Lock()
	defer w.mu.Unlock()
	writes := w.wrote
	w.wrote = nil
	return writes
}

// run calls the program against the tenant; the first argument is the command.
func (w *tenant) run(command string, args ...string) (code int, stdout, stderr string) {
	w.t.Helper()
	environment := map[string]string{"REFLOAD_ACCESS_TOKEN": w.token, "REFLOAD_STATE": filepath.Join(w.folder, "state")}
	all := append(strings.Fields(command), args...)
	return call(w.t, environment, append(all, "--base-url", w.url, "--rate", "0")...)
}

// imports imports a file and returns its results.
func (w *tenant) imports(wantCode int, file string, args ...string) []map[string]string {
	w.t.Helper()
	out := filepath.Join(w.folder, "out.csv")
	code, stdout, stderr := w.run("import", append([]string{file, "--yes", "--results", out}, args...)...)
	if code != wantCode {
		w.t.Fatalf("exit %d, expected %d\n%s%s", code, wantCode, stdout, stderr)
	}
	return readCSV(w.t, out)
}

// seed puts referrals into the tenant as if they had been made elsewhere, an hour ago.
func (w *tenant) seed(documents ...string) {
	w.t.Helper()
	for _, text := range documents {
		document := decode(w.t, []byte(text))
		if document["createdDateTime"] == nil {
			document["createdDateTime"] = time.Now().Add(-time.Hour).UTC().Format(time.RFC3339Nano)
		}
		if err := w.Seed(document); err != nil {
			w.t.Fatal(err)
		}
	}
}

// handMade is a deal that somebody made in the portal.
func handMade(i int, more string) string {
	return fmt.Sprintf(`{"id":"00000000-0000-4000-8000-%012x","name":"Deal %d","type":"Independent","status":"Active","substatus":"Accepted",%s
		"customerProfile":{"name":"Contoso","address":{"addressLine1":"1 Way","city":"Redmond","country":"US"}},
		"consent":{"consentToToShareInfoWithOthers":true},"details":{"dealValue":100,"currency":"USD","notes":"by hand"},
		"team":[{"firstName":"Ann","lastName":"Lee","email":"ann@example.com"}]}`, i, i, more)
}

// live returns what the tenant holds, by deal name; Microsoft's sides are left out.
func (w *tenant) live() map[string]map[string]any {
	all := map[string]map[string]any{}
	for document := range w.Referrals() {
		if !strings.Contains(fmt.Sprint(document["target"]), "msft") {
			all[fmt.Sprint(document["name"])] = document
		}
	}
	return all
}

// sheet writes a sheet with the columns of simple deals.
func (w *tenant) sheet(name string, rows ...string) string {
	w.t.Helper()
	header := "Deal Name,Customer Name,Referral Type,Consent to share Customer/Partner contact,Estimated Deal Value,Currency,Notes,CRM ID,Referral ID,ETag,Action,Partner Referral Status,Partner Referral Substatus,Declined/Lost/Error reason\n"
	return writeFile(w.t, w.folder, name, header+strings.Join(rows, "\n")+"\n")
}

// deal is a row of such a sheet: value, notes, CRM ID, and what follows.
func deal(i int, value, notes, crm, more string) string {
	row := fmt.Sprintf("Deal %d,Contoso,Independent,Yes,%s,USD,%s,%s,%s", i, value, notes, crm, more)
	return row + strings.Repeat(",", max(0, 13-strings.Count(row, ",")))
}

func compact(t *testing.T, data []byte) string {
	t.Helper()
	var out bytes.Buffer
	if err := json.Compact(&out, data); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
