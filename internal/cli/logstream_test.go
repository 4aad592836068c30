package cli_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"refload/internal/effort"
)

// onStandardError decodes standard error as lines of JSON, and counts them by what they tell.
func onStandardError(t *testing.T, stderr string) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for line := range strings.Lines(stderr) {
		var object struct{ Msg, Level, Text, Time string }
		if err := json.Unmarshal([]byte(line), &object); err != nil || object.Level == "" || object.Time == "" {
			t.Errorf("%v: %q", err, line)
		}
		counts[object.Msg]++
	}
	return counts
}

// With --log-file - standard error is the log: in JSON every line is an object, also what is printed for people.
func TestTheLogOnStandardError(t *testing.T) {
	effort.NotShort(t)
	for _, args := range [][]string{{"--log-file", "-", "--log-format", "json"}, {"--log-format", "json"}} {
		environment := inFolder(t, "", "")
		code, stdout, stderr := call(t, environment, append(args, "import", manyDeals(t, 3), "--sandbox", "--verbose", "--settle", "1m")...)
		counts := onStandardError(t, stderr)
		if code != 0 || counts["started"] != 1 || counts["row"] != 3 || counts["request"] < 4 || counts["printed"] < 5 || counts["ended"] != 1 || !strings.Contains(stdout, "created 3") {
			t.Errorf("exit %d, %v\n%s%s", code, counts, stdout, stderr)
		}
		for _, part := range []string{`"level":"WARN","msg":"printed","text":"warning: --settle 1m0s`, `"text":"sending …"`} {
			if !strings.Contains(stderr, part) {
				t.Errorf("without %s\n%s", part, stderr)
			}
		}
		if _, err := os.Stat("-"); err == nil {
			t.Error("there is a file of the name -")
		}
	}
}

// A log in text stands between the lines for people, and a log that nobody asked for is none.
func TestTheLogOnStandardErrorInText(t *testing.T) {
	environment := inFolder(t, "", "")
	_, _, plain := call(t, environment, "import", manyDeals(t, 2), "--sandbox")
	if strings.Contains(plain, "msg=") {
		t.Errorf("a log:\n%s", plain)
	}
	environment["REFLOAD_LOG_FILE"] = "-"
	code, _, stderr := call(t, environment, "import", manyDeals(t, 2), "--sandbox", "--results", "out.csv")
	if code != 0 || !strings.Contains(stderr, "\nsending …\n") || strings.Count(stderr, " msg=row ") != 2 || strings.Count(stderr, " msg=ended ") != 1 || !strings.HasSuffix(stderr, " exit_code=0\n") {
		t.Errorf("exit %d\n%s", code, stderr)
	}
}

// An error is an object too, also where the command never began.
func TestErrorsOnStandardErrorInJSON(t *testing.T) {
	for _, args := range []string{"import missing.csv --sandbox", "import deals.csv --profile fabrikam", "check missing.csv --profile fabrikam", "import --bogus", "import --rate x"} {
		environment := inFolder(t, "", "profiles: {contoso: {rate: 3}}\n")
		environment["REFLOAD_LOG_FORMAT"] = "json"
		code, _, stderr := call(t, environment, strings.Fields(args)...)
		counts := onStandardError(t, stderr)
		if code == 0 || counts["ended"] != 1 || !strings.Contains(stderr, `"level":"ERROR","msg":"printed","text":"error: `) || !strings.Contains(stderr, `"text":"hint: `) {
			t.Errorf("%s: exit %d\n%s", args, code, stderr)
		}
	}
}
