package cli_test

import (
	"bytes"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/api/sandbox"
	"refload/internal/effort"
)

// canaryHeader and canaryRow have a canary in every field that is free text, also in those that are seldom used.
const canaryHeader = "CRM ID,Deal Name,Customer Name,Customer Address Line 1,Customer Address Line 2,Customer City,Customer State,Customer Postal code,Customer Country,Customer Contact First Name,Customer Contact Last Name,Customer Contact Phone number,Customer Contact Email Address," +
	"Customer Contact 1 Title,Partner Referral Status,Partner Referral Substatus,Estimated Deal Value,Currency,Estimated Close Date,Microsoft help required?,What specific help from Microsoft?,Notes to Microsoft,Share with Microsoft sales team,Consent to share Customer/Partner contact,Marketplace Purchase Intent,Solution Area,Solution Play,Solution 1," +
	"Team member 1,Team member 2,Marketing Campaign ID,Tags,Notes,Declined/Lost/Error reason,ETag\n"

func canaryRow(crm, help, notes, state, reason, etag string) string {
	return crm + `,CANARY deal ` + crm + `,CANARY company ` + crm + `,CANARY street,CANARY floor,CANARY city,CANARY state,98052-5550,US,CANARY,Lee,+1 555 0101,canary.contact@example.com,CANARY title,` + state + `,1000,USD,1/30/2031,` + help + `,2,CANARY asks,` + help +
		`,Yes,Have not decided,Security,Data Security,SOL-12345-ABC,"CANARY,Lee,+1 555 0100,canary@example.com","CANARY,Two,+1 555 0102,canary.two@example.com",CANARY campaign,CANARY tag,CANARY ` + notes + `,` + reason + `,` + etag + "\n"
}

// keeps are the files of a state folder that hold what is needed to take a run back, or what a run needs only while it goes
// on: those alone may name a person.
func keeps(path string) bool {
	folder, name := filepath.Base(filepath.Dir(path)), filepath.Base(path)
	interrupted := filepath.Base(filepath.Dir(filepath.Dir(path))) == "exports" && name == "spool.jsonl" // an export goes on with it
	return folder == "prior" && name == "states.jsonl" || name == "sandbox.jsonl" || interrupted
}

// checkNight holds what a command printed, and what it left, against the canary. The screens of plan are there to show, and
// those of apply and undo have tests of their own.
func checkNight(t *testing.T, w *tenant, name, stdout, stderr string) {
	t.Helper()
	if name != "plan" && name != "apply" && name != "runs undo" {
		for where, text := range map[string]string{"standard output": stdout, "standard error": stderr} {
			for _, leak := range leaks(text) {
				t.Errorf("%s, %s: %s", name, where, leak)
			}
		}
	}
	err := filepath.WalkDir(filepath.Join(w.folder, "state"), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() && !keeps(path) {
			for _, leak := range leaks(read(t, path)) {
				t.Errorf("%s, %s: %s", name, path, leak)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	for _, log := range []string{"log", "refload.prom"} {
		if data, err := os.ReadFile(filepath.Join(w.folder, log)); err == nil {
			for _, leak := range leaks(string(data)) {
				t.Errorf("%s, %s: %s", name, log, leak)
			}
		}
	}
}

// A life of three deals with a canary in every free text, one of them with an invitation: made, refused, changed by PATCH
// and by PUT, in conflict, closed, verified, planned, applied, taken back, exported, looked for. What any of it prints, logs and
// keeps names nobody, the journals first of all, and the folder of temporary files stays empty.
func TestANightNamesNobody(t *testing.T) {
	effort.NotShort(t)
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	for _, format := range []string{"text", "json"} {
		aNight(t, format)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left among the temporary files: %v, %v", left, err)
	}
}

func aNight(t *testing.T, format string) {
	w := newTenant(t)
	w.hooked(func(a http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost || !strings.Contains(peek(r), "CRM-3") {
			return false
		}
		a.Header().Set("Content-Type", "application/json")
		a.WriteHeader(http.StatusBadRequest)
		a.Write([]byte(sayings["the documented form"]))
		return true
	})
	const open, lost = "New,Accepted", "Closed,Lost"
	file := func(name string, rows ...string) string {
		return writeFile(t, w.folder, name, canaryHeader+strings.Join(rows, ""))
	}
	one, two, three := canaryRow("CRM-1", "No", "one", open, "", ""), canaryRow("CRM-2", "Yes", "two", open, "", ""), canaryRow("CRM-3", "No", "three", open, "", "")
	plan := filepath.Join(w.folder, "plan.json")
	for _, step := range []struct {
		command string
		args    []string
		code    int
	}{
		{"import", []string{file("deals.csv", one, two, three)}, 3},
		{"import", []string{file("patch.csv", strings.Replace(one, "CANARY one", "CANARY patched", 1))}, 0},
		{"import", []string{file("put.csv", strings.Replace(one, "CANARY one", "CANARY put", 1)), "--update-method", "put"}, 0},
		{"import", []string{file("stale.csv", canaryRow("CRM-1", "No", "stale", open, "", `"""0"""`))}, 3},
		{"verify", []string{file("verify.csv", one, two), "--scope", "tenant"}, 3},
		{"plan", []string{file("planned.csv", strings.Replace(two, "CANARY two", "CANARY planned", 1)), "-o", plan}, 0},
		{"apply", []string{plan, "--yes"}, 0},
		{"runs undo", []string{"--yes"}, 0},
		{"import", []string{file("lost.csv", canaryRow("CRM-1", "No", "lost", lost, "CANARY reason", ""))}, 0},
		{"export", []string{"-o", filepath.Join(w.folder, "all.csv")}, 0},
		{"export", []string{"-o", filepath.Join(w.folder, "all.xlsx")}, 0},
		{"export", []string{"-o", filepath.Join(w.folder, "all.jsonl")}, 0},
		{"runs find", []string{"CRM-1"}, 0},
		{"runs list", nil, 0},
		{"runs show", nil, 0},
		{"runs purge", nil, 0},
		{"doctor", nil, 0},
		{"config show", nil, 0},
		{"mapping check", []string{filepath.Join(w.folder, "deals.csv")}, 0},
		{"mapping suggest", []string{filepath.Join(w.folder, "deals.csv")}, 0},
		{"import", []string{filepath.Join(w.folder, "missing.csv")}, 5},
	} {
		args := append(step.args, "--verbose", "--log-file", filepath.Join(w.folder, "log"), "--log-format", format)
		if format == "json" && !strings.HasPrefix(step.command, "mapping") {
			args = append(args, "--json")
		}
		if step.command == "import" {
			args = append(args, "--yes", "--results", filepath.Join(w.folder, "results.csv"), "--metrics-file", filepath.Join(w.folder, "refload.prom"))
		}
		code, stdout, stderr := w.run(step.command, args...)
		if code != step.code {
			t.Errorf("%s %q: exit %d, expected %d\n%s%s", step.command, step.args, code, step.code, stdout, stderr)
		}
		checkNight(t, w, step.command, stdout, stderr)
	}
	var journals strings.Builder
	paths, err := filepath.Glob(filepath.Join(w.folder, "state", "*", "runs", "*", "journal.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		journals.WriteString(read(t, path))
	}
	for _, want := range []string{`"step":"create"`, `"step":"invite"`, `"step":"patch"`, `"step":"put"`, `"outcome":"conflict"`, `"outcome":"rejected"`, `"undo of`} {
		if !strings.Contains(journals.String(), want) {
			t.Errorf("no journal has %s, so the night shows less than it says", want)
		}
	}
	if kept := naming(t, filepath.Join(w.folder, "state"), "canary@example.com"); len(kept) == 0 {
		t.Error("no prior state names anybody, so the search shows nothing")
	}
}

// Whatever the service does, in each of the profiles: no canary of a row is printed, logged or kept.
func TestNoProfileMakesItTalk(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	for _, profile := range sandbox.Profiles() {
		t.Run(profile.Name, func(t *testing.T) {
			t.Parallel()
			w := faultyTenant(t, profile.Name)
			var rows strings.Builder
			for _, crm := range []string{"CRM-1", "CRM-2", "CRM-3", "CRM-4", "CRM-5", "CRM-6"} {
				rows.WriteString(canaryRow(crm, "No", crm, "New,Accepted", "", ""))
			}
			first := writeFile(t, w.folder, "deals.csv", canaryHeader+rows.String())
			again := writeFile(t, w.folder, "again.csv", canaryHeader+strings.ReplaceAll(rows.String(), ",1000,", ",2000,"))
			for _, args := range [][]string{{"import", first}, {"import", again, "--json"}, {"verify", again}, {"export", "-o", filepath.Join(w.folder, "all.csv")}} {
				args = append(args, "--verbose", "--log-file", filepath.Join(w.folder, "log"))
				if args[0] == "import" {
					args = append(args, "--yes", "--results", filepath.Join(w.folder, "out.csv"), "--settle", "20ms", "--resend-after", "30ms")
				}
				_, stdout, stderr := w.run(args[0], args[1:]...)
				checkNight(t, w, args[0], stdout, stderr)
			}
			if !strings.Contains(read(t, filepath.Join(w.folder, "log")), "msg=request") {
				t.Error("nothing was asked, so nothing can leak")
			}
		})
	}
}

// peek returns the body of a request, which can still be read.
func peek(r *http.Request) string {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return string(body)
}

// faultyTenant is a tenant with the faults of a profile, each of which lasts for no longer than a test can wait.
func faultyTenant(t *testing.T, profile string) *tenant {
	t.Helper()
	plan, err := sandbox.ParseProfile(profile, 1)
	if err != nil {
		t.Fatal(err)
	}
	for n := range plan.Rules {
		for _, length := range []*time.Duration{&plan.Rules[n].At, &plan.Rules[n].For, &plan.Rules[n].Delay, &plan.Rules[n].Max} {
			*length = min(*length, 50*time.Millisecond)
		}
	}
	emulator, err := sandbox.Open(sandbox.Options{Faults: plan, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	w := &tenant{Sandbox: emulator, t: t, folder: t.TempDir(), token: "ready-token"}
	server := httptest.NewServer(emulator)
	t.Cleanup(func() {
		server.Close()
		emulator.Close()
	})
	w.url = server.URL
	return w
}
