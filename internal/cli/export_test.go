package cli_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// exportToken is an environment with a token that must never be told.
var exportToken = map[string]string{"REFLOAD_ACCESS_TOKEN": "secret-token"}

// TestExitCodesOfExport has what an export ends with when the service does not list.
func TestExitCodesOfExport(t *testing.T) {
	list := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }
	}
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(code)
			fmt.Fprint(w, `{"error":{"code":"no","message":"No."}}`)
		}
	}
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		code   int
		says   string
	}{
		{"nothing there", list(`{"value":[]}`), 0, "0 referrals, complete"},
		{"the token is not accepted", status(401), 4, "check the token"},
		{"the account may not list", status(403), 4, "Referrals admin"},
		{"nothing at this address", status(404), 7, "not complete"},
		{"no list", list(`<html>`), 7, "no list of referrals"},
		{"a referral without an id", list(`{"value":[{"name":"x"}]}`), 7, "without an id"},
		{"a circle", list(`{"value":[{"id":"1"}],"@odata.nextLink":"?$skiptoken=1"}`), 7, "circle"},
		{"a text too long for a cell", list(`{"value":[{"id":"1","name":"` + strings.Repeat("x", 40_000) + `"}]}`), 12, "referral 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewServer(test.answer)
			defer server.Close()
			folder := t.TempDir()
			path := filepath.Join(folder, "deals.xlsx")
			code, stdout, stderr := call(t, exportToken, "export", "-o", path, "--base-url", server.URL, "--state", filepath.Join(folder, "state"), "--rate", "0")
			if code != test.code || !strings.Contains(stdout+stderr, test.says) {
				t.Errorf("exit %d, want %d: %s%s", code, test.code, stdout, stderr)
			}
			if _, err := os.Stat(path); (err == nil) != (test.code == 0) {
				t.Errorf("the file: %v", err)
			}
			if test.code != 0 && !strings.Contains(stderr, "hint: ") {
				t.Errorf("no hint: %s", stderr)
			}
		})
	}
}

// TestExportTellsNothingItShouldNot prints names that could drive a terminal: none arrives as
// it is, and nothing personal is told at all.
func TestExportTellsNothingItShouldNot(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"value":[{"id":"1\u001b[31m","name":"CANARY-name","new\u001bthing":1,"team":[{"firstName":"CANARY, x","email":"canary@example.com"}]}]}`)
	}))
	defer server.Close()
	for _, format := range []string{"csv", "portal"} {
		folder := t.TempDir()
		code, stdout, stderr := call(t, exportToken, "export", "-o", filepath.Join(folder, "x.csv"), "--format", format, "--base-url", server.URL,
			"--state", filepath.Join(folder, "state"), "--rate", "0", "--verbose")
		said := stdout + stderr
		if strings.Contains(said, "\x1b") || strings.Contains(said, "canary@") || strings.Contains(said, "CANARY-name") || strings.Contains(said, "secret-token") {
			t.Errorf("%s: %q", format, said)
		}
		if want := map[string]int{"csv": 0, "portal": 12}[format]; code != want {
			t.Errorf("%s: exit %d: %s", format, code, said)
		}
	}
}
