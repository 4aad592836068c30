package cli_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/api/sandbox"
	"refload/internal/cli"
	"refload/internal/effort"
)

// jsonCall is a command that is called with --json, in the order of a story.
type jsonCall struct {
	args string // with FILES of the story in it
	code int
	want string // a part of what is printed
}

// jsonCalls are a success and a failure of every command; the next ones work on what the ones before did.
var jsonCalls = []jsonCall{
	{"import deals.csv --sandbox", 0, `"created":2`},
	{"import", 2, `"error":"no file was named"`},
	{"check deals.csv", 0, `"files":1`},
	{"check deals.csv mistakes.xlsx missing.csv", 5, `"files":3`},
	{"check missing.csv", 5, `"event":"checked","file":"missing.csv","ok":false`},
	{"check - ", 5, `"file":"standard input"`},
	{"check deals.csv --delimiter x", 2, `"ok":false`},
	{"check", 2, "no file was named"},
	{"check deals.csv --bogus", 2, `"error":"unknown flag: --bogus"`},
	{"chek deals.csv", 2, "there is no command"},
	{"import deals.csv --bogus", 2, `"error":"unknown flag: --bogus"`},
	{"export --bogus", 2, `"command":"export"`},
	{"plan changed.csv --sandbox -o plan.json", 0, `"event":"planned"`},
	{"plan changed.csv --sandbox --detailed-exit-code", 10, `"meaning":"the plan has changes`},
	{"plan mistakes.xlsx --sandbox", 5, `"errors":11`},
	{"plan missing.csv --sandbox", 5, `"error":"missing.csv`},
	{"plan changed.csv", 2, "no service was named"},
	{"plan", 2, "plan takes one file"},
	{"apply plan.json --yes", 0, `"updated":1`},
	{"apply missing.json", 5, `"exit_code":5`},
	{"apply", 2, `"command":"apply"`},
	{"runs resume", 0, `"command":"resume"`},
	{"runs resume no-such-run", 2, "0 runs have a name"},
	{"runs results", 0, `"command":"results"`},
	{"runs results no-such-run", 2, "0 runs have a name"},
	{"verify changed.csv --sandbox", 0, `"complete":true`},
	{"verify deals.csv --sandbox", 3, `"kind":"different"`},
	{"verify deals.csv --sandbox --scope tenant", 3, `"scope":"tenant"`},
	{"verify other.csv --sandbox --scope tenant", 3, `"kind":"extra"`},
	{"verify mistakes.xlsx --sandbox", 5, `"event":"problem"`},
	{"verify missing.csv --sandbox", 5, `"error":"missing.csv`},
	{"verify", 2, "verify takes one file"},
	{"runs undo --dry-run", 0, `"event":"planned"`},
	{"runs undo --yes", 0, `"action":"restore"`},
	{"runs undo no-such-run", 2, "0 runs have a name"},
	{"runs resume", 0, `"command":"resume"`},
	{"runs undo --yes", 2, "there is nothing to take back"},
	{"export -o all.xlsx --sandbox", 0, `"referrals":2`},
	{"export -o all.jsonl --sandbox --status Closed", 0, `"referrals":0`},
	{"export -o - --sandbox", 2, "both want standard output"},
	{"export -o missing/all.csv --sandbox", 12, `"exit_code":12`},
	{"export -o gone.csv --base-url ELSEWHERE", 7, `"complete":false`},
	{"doctor --sandbox", 0, `"about":"state folder"`},
	{"doctor --state deals.csv", 12, `"state":"wrong"`},
	{"config show", 0, `"event":"setting"`},
	{"config show all", 2, "takes no argument"},
	{"runs", 0, `"runs":3`},
	{"runs all", 2, "there is no command"},
	{"runs list", 0, `"event":"history"`},
	{"runs list all", 2, "takes no argument"},
	{"runs show", 0, `"runs":1`},
	{"runs show no-such-run", 2, "0 runs have a name"},
	{"runs find CRM-1", 0, `"event":"touched"`},
	{"runs find CRM-9", 0, `"found":0`},
	{"runs find", 2, "takes one id"},
	{"runs forget --email kim@example.com", 0, `"event":"trace"`},
	{"runs forget --email kim@example.com --yes", 0, `"done":true`},
	{"runs forget", 2, "--email is missing"},
	{"runs purge", 0, `"removed":0`},
	{"runs purge all", 2, "takes no argument"},
	{"fields", 0, `"event":"field"`},
	{"fields currency", 0, `"fields":2`},
	{"fields nothing-like-it", 2, `"fields":0`},
	{"fields --markdown", 2, "two forms"},
	{"mapping suggest deals.csv", 0, `"mapping":"`},
	{"mapping suggest missing.csv", 5, `"error":"missing.csv`},
	{"mapping check deals.csv", 0, `"event":"column"`},
	{"mapping check wrong.csv", 5, `"rule":"HDR-MISSING"`},
	{"setup --profile night --tenant contoso.example.com", 0, `"page":"For the administrator`},
	{"setup --profile night --tenant contoso.example.com", 2, `"command":"setup"`},
	{"template new.xlsx", 0, `"file":"new.xlsx"`},
	{"template new.xlsx", 2, "is there already"},
	{"version", 0, `"system":"`},
	{"version of", 2, "takes no argument"},
	{"man pages", 0, `"pages":`},
	{"man", 2, `"command":"man"`},
	{"sandbox --faults none-such", 2, `"command":"sandbox"`},
	{"auth login", 2, "belongs to a profile"},
	{"auth status", 2, "belongs to a profile"},
	{"auth logout", 2, "belongs to a profile"},
}

// Every command, however it ends, says with --json how it ended, in one summary, and every line is in the form of the
// schema.
func TestEveryCommandKeepsToTheSchema(t *testing.T) {
	effort.NotShort(t)
	samples, err := filepath.Abs(filepath.Join(root, "samples"))
	if err != nil {
		t.Fatal(err)
	}
	s, elsewhere := readSchema(t), httptest.NewServer(http.NotFoundHandler())
	defer elsewhere.Close()
	environment := inFolder(t, "", "")
	environment["REFLOAD_ACCESS_TOKEN"] = "ready-token"
	deals := strings.Replace(twoDeals, "VALUE", "2000", 1)
	writeFile(t, ".", "deals.csv", deals)
	writeFile(t, ".", "changed.csv", strings.Replace(deals, ",1000,", ",1234,", 1))
	header, row, _ := strings.Cut(deals, "\n")
	writeFile(t, ".", "other.csv", header+"\n"+strings.SplitN(row, "\n", 2)[0]+"\n")
	writeFile(t, ".", "wrong.csv", "Colour,Weight\nred,2\n")
	writeFile(t, ".", "mistakes.xlsx", read(t, filepath.Join(samples, "mistakes.xlsx")))
	for _, c := range jsonCalls {
		args := strings.Fields(strings.ReplaceAll(c.args, "ELSEWHERE", elsewhere.URL))
		code, stdout, stderr := call(t, environment, append(args, "--json")...)
		if code != c.code || !strings.Contains(stdout, c.want) {
			t.Errorf("%s: exit %d, expected %d with %s\n%s%s", c.args, code, c.code, c.want, stdout, stderr)
		}
		s.holds(t, c.args, stdout, code)
	}
}

// The story above has every command in it, with a success and a failure.
func TestTheSchemaIsHeldByEveryCommand(t *testing.T) {
	pages := t.TempDir()
	if code, _, stderr := call(t, nil, "man", pages); code != 0 {
		t.Fatal(stderr)
	}
	elsewhere := map[string]bool{"sandbox 0": true, "auth login 0": true, "auth status 0": true, "auth logout 0": true} // in the tests below
	texts := map[string]bool{"": true, "auth": true, "config": true, "mapping": true}                                   // help only
	found, err := filepath.Glob(filepath.Join(pages, "refload*.1"))
	if err != nil || len(found) < 30 {
		t.Fatalf("%d pages, %v", len(found), err)
	}
	for _, page := range append(found, "refload-man.1") {
		command := strings.TrimSpace(strings.ReplaceAll(strings.TrimPrefix(strings.TrimSuffix(filepath.Base(page), ".1"), "refload"), "-", " "))
		if texts[command] || strings.HasPrefix(command, "completion") {
			continue
		}
		good, bad := elsewhere[command+" 0"], false
		for _, c := range jsonCalls {
			is := strings.HasPrefix(c.args+" ", command+" ")
			good, bad = good || is && c.code == 0, bad || is && c.code != 0
		}
		if !good || !bad {
			t.Errorf("%q is not called with --json in the story: success %v, failure %v", command, good, bad)
		}
	}
}

// A sign-in, from its begin to its end.
func TestASignInKeepsToTheSchema(t *testing.T) {
	s, c := readSchema(t), newSignIn(t, sandbox.Options{})
	t.Chdir(t.TempDir())
	run := func(code int, want string, args ...string) {
		t.Helper()
		var lines []string
		for line := range strings.Lines(c.run(code, want, append(args, "--profile", "contoso", "--json")...)) {
			if strings.HasPrefix(line, "{") { // the others are on standard error
				lines = append(lines, line)
			}
		}
		s.holds(t, strings.Join(args, " "), strings.Join(lines, ""), code)
	}
	run(4, `"command":"auth status"`, "auth", "status")
	run(0, `"command":"auth login"`, "auth", "login")
	run(0, `"account":"ada@contoso.example.com"`, "auth", "status")
	run(0, `"about":"role and view"`, "doctor")
	c.now = func() time.Time { return time.Now().Add(100 * 24 * time.Hour) }
	run(4, `"daysUnused":100`, "auth", "status")
	c.now = time.Now
	run(0, `"removed":true`, "auth", "logout")
	run(0, `"removed":false`, "auth", "logout")
	run(0, `"about":"role and view"`, "setup", "--profile", "fabrikam", "--tenant", signInTenant, "--client-id", signInApp, "--authority", c.url, "--base-url", c.url, "--sign-in", "browser", "--config", "ours.yaml")
}

// The sandbox says where it is, and that it has ended.
func TestTheSandboxKeepsToTheSchema(t *testing.T) {
	for _, more := range [][]string{nil, {"--tls"}} {
		ctx, stop := context.WithCancelCause(context.Background())
		stdout := &watched{see: func(string) { stop(cli.Interrupted{Signal: os.Interrupt}) }}
		var stderr bytes.Buffer
		code := cli.Main(ctx, cli.Env{Args: append([]string{"sandbox", "--data", "memory", "--json", "--state", t.TempDir()}, more...), Stdin: strings.NewReader(""), Stdout: stdout, Stderr: &stderr,
			Now: time.Now, Getenv: func(string) string { return "" }})
		if code != 0 || !strings.Contains(stdout.String(), `"event":"serving"`) {
			t.Errorf("exit %d\n%s%s", code, stdout, &stderr)
		}
		readSchema(t).holds(t, "sandbox", stdout.String(), code)
	}
}

// Help, and what a shell reads, are texts also with --json, and have no summary.
func TestTextsHaveNoSummary(t *testing.T) {
	for _, args := range [][]string{{"import", "--json", "--help"}, {"help", "exit-codes", "--json"}, {"auth", "--json"}, {"--json"}, {"completion", "bash", "--json"}, {"__complete", "import", "--json", "--mo"}} {
		code, stdout, stderr := call(t, nil, args...)
		if code != 0 || stdout == "" || strings.Contains(stdout, `"summary"`) {
			t.Errorf("%v: exit %d\n%s%s", args, code, stdout, stderr)
		}
	}
}

// once is a standard output whose first line meets a fault of the program.
type once struct {
	bytes.Buffer
	broken bool
}

// Write panics the first time.
func (o *once) Write(p []byte) (int, error) {
	if !o.broken {
		o.broken = true
		panic("CANARY")
	}
	return o.Buffer.Write(p)
}

// A fault of the program is told in the summary too, and without a word of what it was working on.
func TestAFaultHasItsSummary(t *testing.T) {
	var stdout once
	var stderr bytes.Buffer
	code := cli.Main(t.Context(), cli.Env{Args: []string{"config", "show", "--json"}, Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Now: time.Now, Getenv: func(string) string { return "" }})
	if code != 1 || len(leaks(stdout.String()+stderr.String())) > 0 {
		t.Errorf("exit %d\n%s%s", code, &stdout, &stderr)
	}
	if summary := readSchema(t).holds(t, "a fault", stdout.String(), 1); summary["command"] != "config show" || summary["error"] != "internal error" {
		t.Errorf("%v", summary)
	}
}
