package cli_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"refload/internal/effort"
)

// sayings are the forms in which a service answers with words of its own, here with what a row says.
var sayings = map[string]string{
	"the documented form": `{"error":{"code":"CANARY code","message":"CANARY Lee, canary@example.com, is unknown","target":"CANARY target","innerError":{"code":"15550100","message":"call CANARY at +1 555 0101"}}}`,
	"words of one word":   `{"error":{"code":"15550100","message":"CANARY","target":"Canary.Lee","innerError":{"code":"Canary.Lee","message":"CANARY"}}}`,
	"a gateway's":         `{"statusCode":1,"message":"CANARY Lee, canary@example.com"}`,
	"a page":              `<html><title>CANARY Lee</title><body>canary@example.com +1 555 0101</body></html>`,
	"no error":            `{"CANARY":"canary@example.com"}`,
	"cut":                 `{"error":{"message":"CANARY canary@example.com`,
}

// talkative is a tenant that answers requests of a method with a status and words, and everything else as it should.
func talkative(t *testing.T, method string, status int, words string) *tenant {
	w := newTenant(t)
	w.seed(handMade(9, `"externalReferenceId":"CRM-9",`))
	w.hooked(func(a http.ResponseWriter, r *http.Request) bool {
		if r.Method != method {
			return false
		}
		header := a.Header()
		header.Set("Content-Type", "application/json")
		header.Set("request-id", "15550100")
		header.Set("Retry-After", "3600")
		header.Set("Warning", "CANARY canary@example.com")
		a.WriteHeader(status)
		io.WriteString(a, words)
		return true
	})
	return w
}

// Whatever a service answers to whatever it is asked, in whatever form: its words, which may quote the row, are in the results
// and nowhere else. Not on the screen, in the log, or in the state folder.
func TestWhatTheServiceSaysIsInTheResultsOnly(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	statuses := map[string][]int{
		http.MethodPost:  {200, 201, 302, 400, 401, 403, 404, 409, 413, 422, 423, 429, 500, 501, 503, 507, 520},
		http.MethodPatch: {200, 302, 400, 401, 403, 409, 412, 423, 429, 500, 503},
		http.MethodGet:   {200, 302, 400, 401, 403, 404, 429, 503},
	}
	for method, codes := range statuses {
		for n, status := range codes {
			t.Run(fmt.Sprintf("%s %d", method, status), func(t *testing.T) {
				t.Parallel()
				if status == http.StatusLocked {
					effort.NotShort(t) // it is asked again and again
				}
				forms := slices.Sorted(maps.Keys(sayings))
				for _, form := range []string{forms[n%len(forms)], forms[(n+len(forms)/2)%len(forms)]} {
					checkSaying(t, talkative(t, method, status, sayings[form]), form, method == http.MethodGet)
				}
			})
		}
	}
}

// checkSaying runs import, and what only reads, against a talkative service.
func checkSaying(t *testing.T, w *tenant, form string, reads bool) {
	t.Helper()
	commands := []string{"import"}
	if reads {
		commands = append(commands, "verify", "export", "doctor")
	}
	sheet := w.sheet("deals.csv", deal(1, "100", "n", "CRM-1", ""), deal(9, "300", "by hand", "CRM-9", ""))
	for n, command := range commands {
		log := filepath.Join(w.folder, "log")
		args := []string{"--log-file", log, "--log-format", []string{"text", "json"}[n%2], "--verbose"}
		switch command {
		case "import":
			args = append(args, sheet, "--yes", "--results", filepath.Join(w.folder, "out.csv"), "--settle", "20ms", "--resend-after", "30ms", "--max-sends", "1")
		case "verify":
			args = append(args, sheet)
		case "export":
			args = append(args, "-o", filepath.Join(w.folder, "all.csv"))
		}
		if strings.Contains(form, "page") || strings.Contains(form, "gateway") {
			args = append(args, "--json")
		}
		_, stdout, stderr := w.run(command, args...)
		written := filesOf(t, filepath.Join(w.folder, "state"))
		written["standard output"], written["standard error"], written["the log"] = stdout, stderr, read(t, log)
		for where, text := range written {
			for _, leak := range append(leaks(text), phones(text)...) {
				t.Errorf("%s, %s, %s: %s", command, form, filepath.Base(where), leak)
			}
		}
	}
}

// phones returns where a text has the phone number of these tests, or a name with a dot.
func phones(text string) []string {
	var found []string
	for _, secret := range []string{"15550100", "Canary.Lee"} {
		if at := strings.Index(text, secret); at >= 0 {
			found = append(found, secret+" in …"+text[max(0, at-60):min(len(text), at+60)]+"…")
		}
	}
	return slices.Compact(found)
}
