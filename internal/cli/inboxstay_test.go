package cli_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/internal/run"
)

// A file with a row of which nobody knows yet, or whose deal is closed later, stays for the next run.
func TestAFileWithWorkLeftStays(t *testing.T) {
	silent := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && strings.Contains(r.URL.Path, "referrals") {
			panic(http.ErrAbortHandler) // it may have been executed, or not
		}
		w.Write([]byte(`{"value":[]}`))
	}))
	defer silent.Close()
	won := strings.NewReplacer("CRM ID", "CRM ID,Partner Referral Status,Partner Referral Substatus", "CONTOSO", "CONTOSO,Closed,Won").Replace(dealsOf("Contoso"))
	for name, test := range map[string]struct {
		content string
		code    int
		args    []string
	}{
		"unknown":      {dealsOf("Contoso"), 3, []string{"--base-url", silent.URL, "--yes", "--rate", "0", "--settle", "10ms", "--resend-after", "10ms"}},
		"closed later": {won, 0, []string{"--sandbox", "--close-after", "72h"}},
	} {
		inbox, done := inboxOf(t, map[string]string{"deals.csv": test.content})
		args := append([]string{"import", inbox, "--done", done, "--state", t.TempDir()}, test.args...)
		code, stdout, stderr := call(t, map[string]string{"REFLOAD_ACCESS_TOKEN": "x"}, args...)
		if left := namesIn(t, inbox); code != test.code || len(left) != 1 || !strings.Contains(stderr, "the next run goes on") {
			t.Errorf("%s: exit %d, %v is left\n%s%s", name, code, left, stdout, stderr)
		}
	}
}

// A start that finds the target locked tells nothing in the name of the run that is at work.
func TestALockedStartLeavesTheLastRun(t *testing.T) {
	state := t.TempDir()
	if code, _, stderr := call(t, nil, "import", manyDeals(t, 1), "--sandbox", "--state", state); code != 0 {
		t.Fatal(stderr)
	}
	before := read(t, filepath.Join(state, run.SandboxTarget().Folder(), "last-run.json"))
	home, err := run.OpenTarget(state, run.SandboxTarget())
	if err != nil {
		t.Fatal(err)
	}
	lock, err := home.Lock(run.ThisProcess("a test", time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	code, _, stderr := call(t, nil, "import", manyDeals(t, 1), "--sandbox", "--state", state)
	if after := read(t, home.LastRun()); code != 11 || after != before {
		t.Errorf("exit %d\n%s\n%s", code, after, stderr)
	}
}
