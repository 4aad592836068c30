package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"refload/internal/config"
	"refload/internal/effort"
	"refload/internal/monitor"
)

// schedule is a folder in which an import went well, and in which the next one is to begin.
type schedule struct {
	t           *testing.T
	file        string // what the profile says, as a file
	target      string // as reports name it
	environment map[string]string
	sent        func() []string
}

const scheduleMetrics = "refload.prom"

// newSchedule makes a folder with a profile in a file that is named or in the user's own, and imports once.
func newSchedule(t *testing.T, own bool) *schedule {
	t.Helper()
	hook, sent := chat(t, 200)
	service := newRecorder(t)
	n := &schedule{t: t, target: "contoso (" + service.URL + ")", sent: sent,
		file: "profiles:\n  contoso: {base-url: \"" + service.URL + "\", rate: 0, notify-hosts: \"" + strings.TrimPrefix(hook.URL, "http://") + "\"}\n"}
	project, user := n.file, ""
	if own {
		project, user = "", n.file
	}
	n.environment = inFolder(t, project, user)
	n.environment["REFLOAD_ACCESS_TOKEN"], n.environment["REFLOAD_NOTIFY"] = "ready-token", hook.URL+"/hook?sig=s3cr3t"
	if err := os.Rename(manyDeals(t, 2), "deals.csv"); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"import deals.csv --profile contoso --yes", "export -o first.csv --profile contoso"} {
		if code, stdout, stderr := call(t, n.environment, strings.Fields(command+" --metrics-file "+scheduleMetrics)...); code != 0 {
			t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
		}
	}
	return n
}

// kept reads the report of a kind that an earlier command left for the target, and that of no target.
func (n *schedule) kept(name string) (ofTarget, ofNone *monitor.Report) {
	n.t.Helper()
	paths, err := filepath.Glob(filepath.Join(n.environment["REFLOAD_STATE"], "*", name))
	if err != nil || len(paths) != 1 {
		n.t.Fatalf("%q, %v", paths, err)
	}
	if ofTarget, err = monitor.Read(paths[0]); err != nil {
		n.t.Fatal(err)
	}
	if ofNone, err = monitor.Read(filepath.Join(n.environment["REFLOAD_STATE"], name)); err != nil {
		n.t.Fatal(err)
	}
	return ofTarget, ofNone
}

// A command that ends before it begins tells what can be told, wherever what is wrong stands.
func TestWhatEndsEarlyIsTold(t *testing.T) {
	effort.NotShort(t)
	form := readSchema(t)
	const base, broken = "import deals.csv --profile contoso --yes", "profiles:\n  contoso:\n    rait: 3\n"
	for _, test := range []struct {
		name    string
		own     bool // the profile stands in the user's own file
		project string
		env     string // NAME=value
		command string
		last    string // behind all other flags
		lost    bool   // nobody can tell the target
		sent    int    // notifications
		stderr  string
	}{
		{name: "a variable", env: "REFLOAD_RATE=abc", command: base, sent: 1, stderr: "REFLOAD_RATE"},
		{name: "an unknown flag before the others", command: strings.Replace(base, "import", "import --bogus", 1), sent: 1, stderr: "--bogus"},
		{name: "a value before the others", command: strings.Replace(base, "import", "import --limit many", 1), sent: 1, stderr: "--limit"},
		{name: "a flag without its value", command: base, last: "--key", sent: 1, stderr: "--key"},
		{name: "no pace below zero", command: base + " --rate -1", sent: 1, stderr: "--rate"},
		{name: "a log that cannot be opened", command: base + " --log-file missing/refload.log", sent: 1, stderr: "missing/refload.log"},
		{name: "the form of a log", command: base + " --log-format xml", sent: 1, stderr: "xml"},
		{name: "bodies that cannot be opened", command: base + " --debug-bodies missing/bodies", sent: 1, stderr: "missing/bodies"},
		{name: "a broken file", project: broken, command: base, stderr: "the notification was not sent"},
		{name: "a broken file, no profile named", project: broken, command: "import deals.csv --yes", stderr: "rait"},
		{name: "no YAML at all", project: "\t{", command: base, stderr: config.FileName},
		{name: "a broken file beside one's own", own: true, project: "maping: crm.yaml\n", command: base, sent: 1, stderr: "maping"},
		{name: "a default that is none", own: true, project: "default-profile: fabrikam\n", env: "REFLOAD_CONFIG=" + config.FileName, command: base, sent: 1, stderr: "fabrikam"},
		{name: "a folder's file that says too much", own: true, project: "profiles: {contoso: {notify-hosts: evil.example.net}}\n", command: base, sent: 1, stderr: "--config refload.yaml"},
		{name: "an unknown profile", command: strings.Replace(base, "contoso", "cotnoso", 1), lost: true, sent: 1, stderr: "contoso"},
		{name: "no plan", command: "apply --profile contoso", sent: 1, stderr: "arg"},
		{name: "a plan that is none, and a variable", env: "REFLOAD_RATE=abc", command: "apply deals.csv", lost: true, stderr: "REFLOAD_RATE"},
		{name: "resuming", env: "REFLOAD_RATE=abc", command: "runs resume --yes", sent: 1, stderr: "REFLOAD_RATE"},
		{name: "resuming with a broken file", project: broken, env: "REFLOAD_RATE=abc", command: "runs resume --yes", stderr: "REFLOAD_RATE"},
		{name: "taking back two", command: "runs undo a b", lost: true, stderr: "arg"},
		{name: "an export", env: "REFLOAD_RATE=abc", command: "export -o deals.csv --profile contoso", sent: 1, stderr: "REFLOAD_RATE"},
		{name: "an export that begins and is refused", command: "export --profile contoso", sent: 1, stderr: "-o deals.xlsx"},
	} {
		t.Run(test.name, func(t *testing.T) {
			n := newSchedule(t, test.own)
			name := "last-run.json"
			if strings.HasPrefix(test.command, "export") {
				name = "last-export.json"
			}
			success, _ := n.kept(name)
			before := len(n.sent())
			if test.project != "" {
				writeFile(t, ".", config.FileName, test.project)
			}
			if variable, value, given := strings.Cut(test.env, "="); given {
				n.environment[variable] = value
			}
			code, stdout, stderr := call(t, n.environment, strings.Fields(test.command+" --json --metrics-file "+scheduleMetrics+" "+test.last)...)
			if code != 2 || !strings.Contains(stderr, test.stderr) || strings.Contains(stdout+stderr, "s3cr3t") {
				t.Errorf("exit %d\n%s%s", code, stdout, stderr)
			}
			summary := decode(t, []byte(stdout))
			if summary["event"] != "summary" || fmt.Sprint(summary["exit_code"]) != "2" || summary["ok"] != false || summary["error"] == "" {
				t.Errorf("summary %s", stdout)
			}
			if name == "last-run.json" {
				form.holds(t, test.name, stdout, 2)
			}
			told, other := n.kept(name)
			target := n.target
			if test.lost {
				told, other, target = other, told, ""
			}
			if told.ExitCode != 2 || told.OK || !told.Ended.After(success.Ended) || told.Target != target || other.ExitCode != 0 {
				t.Errorf("kept %+v, and %+v", told, other)
			}
			if !test.lost && (told.LastSuccess == nil || !told.LastSuccess.Equal(success.Ended)) {
				t.Errorf("the last success: %+v", told)
			}
			if text := read(t, scheduleMetrics); !strings.Contains(text, "refload_exit_code{target=\""+target+"\"} 2\n") {
				t.Errorf("metrics:\n%s", text)
			}
			if sent := len(n.sent()) - before; sent != test.sent {
				t.Errorf("%d notifications, expected %d\n%s", sent, test.sent, stderr)
			}
		})
	}
}

// A dry run that ends early is told to nobody but who started it, and writing results again is no run.
func TestWhatEndsEarlyAndSendsNothing(t *testing.T) {
	form := readSchema(t)
	for _, command := range []string{"import deals.csv --profile contoso --dry-run", "runs results"} {
		n := newSchedule(t, false)
		before, sent := read(t, scheduleMetrics), len(n.sent())
		n.environment["REFLOAD_RATE"] = "abc"
		code, stdout, stderr := call(t, n.environment, append(strings.Fields(command), "--json")...)
		form.holds(t, command, stdout, 2)
		ofTarget, ofNone := n.kept("last-run.json")
		if code != 2 || !ofTarget.OK || !ofNone.Ended.IsZero() || read(t, scheduleMetrics) != before || len(n.sent()) != sent {
			t.Errorf("%s: exit %d, %+v, %+v\n%s", command, code, ofTarget, ofNone, stderr)
		}
	}
}

// The folder of another tenant is left alone where a lost profile may be either's.
func TestALostProfileIsNotGuessed(t *testing.T) {
	n := newSchedule(t, false)
	other := newRecorder(t)
	if code, stdout, stderr := call(t, n.environment, "import", "deals.csv", "--yes", "--base-url", other.URL, "--rate", "0", "--notify", ""); code != 0 {
		t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
	}
	writeFile(t, ".", config.FileName, "profiles: [")
	if code, _, stderr := call(t, n.environment, "import", "deals.csv", "--yes"); code != 2 {
		t.Errorf("exit %d\n%s", code, stderr)
	}
	state := n.environment["REFLOAD_STATE"]
	paths, _ := filepath.Glob(filepath.Join(state, "*", "last-run.json"))
	for _, path := range paths {
		if report, err := monitor.Read(path); err != nil || !report.OK {
			t.Errorf("%s: %+v, %v", path, report, err)
		}
	}
	if report, err := monitor.Read(filepath.Join(state, "last-run.json")); err != nil || report.ExitCode != 2 || len(paths) != 2 {
		t.Errorf("%+v, %v, beside %q", report, err, paths)
	}
}

// Every command that takes a webhook is known to be watched before it begins.
func TestEveryWatchedCommandTellsEarly(t *testing.T) {
	for _, command := range []string{"import", "export", "apply", "check", "plan", "verify", "runs", "runs resume", "runs undo", "runs results", "runs purge", "runs find", "runs forget"} {
		environment := inFolder(t, "", "")
		_, help, _ := call(t, environment, append(strings.Fields(command), "--help")...)
		code, stdout, stderr := call(t, environment, append(strings.Fields(command), "--bogus", "--json")...)
		if summary := decode(t, []byte(stdout)); code != 2 || summary["event"] != "summary" || !strings.HasSuffix(command, fmt.Sprint(summary["command"])) || summary["ok"] != false {
			t.Errorf("%s: exit %d, %q\n%s", command, code, stdout, stderr)
		}
		kept, _ := filepath.Glob(filepath.Join(environment["REFLOAD_STATE"], "last-*.json"))
		if watched := strings.Contains(help, "--notify URL") || strings.Contains(help, "--notify string"); len(kept) > 0 != watched {
			t.Errorf("%s: kept %q", command, kept)
		}
	}
}
