package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/internal/cli"
)

// exportToken is an environment with a token that must never be told.
var exportToken = map[string]string{"REFLOAD_ACCESS_TOKEN": "secret-token"}

// TestExitCodesOfExport has what an export ends with when the service does not list.
func TestExitCodesOfExport(t *testing.T) {
	t.Parallel()
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
		{"a referral without an id", list(`{"value":[{"name":"x"}]}`), 3, "without an id"},
		{"a circle", list(`{"value":[{"id":"1"}],"@odata.nextLink":"?$skiptoken=1"}`), 3, "circle"},
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

// A list that shows so many referrals and no more, from whichever end it is read, becomes no file, and the report says
// why.
func TestAnExportOfACappedList(t *testing.T) {
	t.Parallel()
	service, err := newStrict([]byte("[" + strings.Repeat("{},", 349) + "{}]"))
	if err != nil {
		t.Fatal(err)
	}
	service.caps = 120
	server := httptest.NewServer(service)
	defer server.Close()
	folder := t.TempDir()
	path := filepath.Join(folder, "deals.csv")
	export := func() (int, string) {
		code, _, stderr := call(t, exportToken, "export", "-o", path, "--base-url", server.URL, "--state", filepath.Join(folder, "state"), "--rate", "0", "--verbose")
		return code, stderr
	}
	code, stderr := export()
	if _, err := os.Stat(path); code != 3 || err == nil || !strings.Contains(stderr, "read from its two ends it does not show the same: 240 in one reading only") || !strings.Contains(stderr, "asked once more from the other end") {
		t.Errorf("exit %d, %v\n%s", code, err, stderr)
	}
	reports, err := filepath.Glob(filepath.Join(folder, "state", "*", "last-export.json"))
	if err != nil || len(reports) != 1 || !strings.Contains(read(t, reports[0]), `"reason": "list-incomplete"`) {
		t.Errorf("%v: %v", reports, err)
	}
	service.caps = 0
	if code, stderr := export(); code != 0 || strings.Count(read(t, path), "\n") != 351 {
		t.Errorf("exit %d\n%s", code, stderr)
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

// TestAnInterruptedExport stops an export by a signal while it waits for its second page: no
// file, exit 130, and the same command goes on from the first.
func TestAnInterruptedExport(t *testing.T) {
	ctx, stop := context.WithCancelCause(context.Background())
	asked := []string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		asked = append(asked, r.URL.RawQuery)
		switch {
		case query.Get("$skiptoken") == "2" && ctx.Err() == nil:
			stop(cli.Interrupted{Signal: os.Interrupt})
			<-r.Context().Done()
		case query.Get("$skiptoken") == "2":
			fmt.Fprint(w, `{"value":[{"id":"b","createdDateTime":"2026-01-02T00:00:00Z"}]}`)
		case query.Get("$orderby") == "createdDateTime asc":
			fmt.Fprint(w, `{"value":[{"id":"a","createdDateTime":"2026-01-01T00:00:00Z"}],"@odata.nextLink":"?$skiptoken=2"}`)
		default:
			fmt.Fprint(w, `{"value":[]}`)
		}
	}))
	defer server.Close()
	folder := t.TempDir()
	path := filepath.Join(folder, "deals.jsonl")
	args := []string{"export", "-o", path, "--base-url", server.URL, "--state", filepath.Join(folder, "state"), "--rate", "0"}
	var out bytes.Buffer
	code := cli.Main(ctx, cli.Env{Args: args, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Now: time.Now,
		Getenv: func(name string) string { return exportToken[name] }})
	if _, err := os.Stat(path); code != 130 || !os.IsNotExist(err) || !strings.Contains(out.String(), "run the same command again") {
		t.Fatalf("exit %d, file %v: %s", code, err, out.String())
	}
	before := len(asked)
	code, stdout, stderr := call(t, exportToken, args...)
	data, err := os.ReadFile(path)
	if code != 0 || err != nil || strings.Count(string(data), "\n") != 2 || !strings.Contains(stderr, "going on with the export") {
		t.Errorf("exit %d, %v: %s%s%s", code, err, data, stdout, stderr)
	}
	if again := asked[before]; !strings.Contains(again, "skiptoken=2") {
		t.Errorf("the second time the first question was %s", again)
	}
}
