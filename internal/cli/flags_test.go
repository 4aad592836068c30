package cli_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"refload/internal/effort"
)

// refusing is a server that lists nothing and refuses every create with a status of its own.
func refusing(t *testing.T, status func(n int) int) *httptest.Server {
	t.Helper()
	creates := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			w.Write([]byte(`{"value":[]}`))
			return
		}
		creates++
		w.WriteHeader(status(creates))
		w.Write([]byte(`{"error":{"code":"invalidRequest","message":"kim@example.com is not welcome","target":"details.currency"}}`))
	}))
	t.Cleanup(server.Close)
	return server
}

// manyDeals is a file of n good rows.
func manyDeals(t *testing.T, n int) string {
	t.Helper()
	header, row, _ := strings.Cut(strings.Replace(twoDeals, "VALUE", "2000", 1), "\n")
	row, _, _ = strings.Cut(row, "\n")
	var b strings.Builder
	b.WriteString(header + "\n")
	for i := range n {
		b.WriteString(strings.Replace(row, "CRM-1", "CRM-"+string(rune('A'+i)), 1) + "\n")
	}
	return writeFile(t, t.TempDir(), "deals.csv", b.String())
}

// Exit codes that depend on how the service refuses.
func TestExitCodesOfRefusals(t *testing.T) {
	t.Parallel()
	always := func(status int) func(int) int { return func(int) int { return status } }
	alternating := func(n int) int { return 400 + 22*(n%2) }
	for _, test := range []struct {
		name    string
		status  func(int) int
		rows    int
		args    []string
		code    int
		outcome string
	}{
		{"some rows refused", always(400), 3, nil, 3, "rejected"},
		{"the first ten all alike", always(400), 15, nil, 6, "not-attempted"},
		{"forbidden five times", always(403), 8, nil, 6, "not-attempted"},
		{"more than --max-errors", alternating, 20, []string{"--max-errors", "3"}, 6, "not-attempted"},
		{"more than a share", alternating, 20, []string{"--max-errors", "10%"}, 6, "not-attempted"},
		{"none allowed", alternating, 5, []string{"--max-errors", "0"}, 6, "not-attempted"},
		{"within --max-errors", alternating, 6, []string{"--max-errors", "50"}, 3, "rejected"},
		{"the token is not accepted", always(401), 3, nil, 4, "not-attempted"},
		{"no referrals at this address", always(404), 3, nil, 7, "not-attempted"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server, folder := refusing(t, test.status), t.TempDir()
			out := filepath.Join(folder, "out.csv")
			args := append([]string{"import", manyDeals(t, test.rows), "--base-url", server.URL, "--yes", "--rate", "0", "--concurrency", "1",
				"--results", out, "--state", folder}, test.args...)
			code, stdout, stderr := call(t, map[string]string{"REFLOAD_ACCESS_TOKEN": "x"}, args...)
			rows := readCSV(t, out)
			if code != test.code || len(rows) != test.rows || rows[len(rows)-1]["Outcome"] != test.outcome {
				t.Errorf("exit %d, last row %s, expected %d and %s\n%s%s", code, rows[len(rows)-1]["Outcome"], test.code, test.outcome, stdout, stderr)
			}
			if strings.Contains(stdout+stderr, "kim@example.com") {
				t.Errorf("what the service said of a person was printed:\n%s%s", stdout, stderr)
			}
		})
	}
}

func TestWrongFlags(t *testing.T) {
	for _, args := range [][]string{
		{"--max-errors", "many"}, {"--max-errors", "-1"}, {"--max-errors", "101%"}, {"--max-errors", "1.5"}, {"--rows", "9-2"}, {"--rows", "x"},
		{"--mode", "merge"}, {"--on-unknown", "guess"}, {"--settle", "1h"}, {"--delimiter", "dot"}, {"--hidden", "maybe"}, {"--rate", "-1"},
		{"--concurrency", "0"}, {"--mapping", "missing.yaml"},
	} {
		code, _, stderr := call(t, nil, append([]string{"import", manyDeals(t, 1), "--sandbox", "--state", t.TempDir()}, args...)...)
		if code != 2 || !strings.Contains(stderr, "error: ") || !strings.Contains(stderr, "hint: ") {
			t.Errorf("%v: exit %d\n%s", args, code, stderr)
		}
	}
}

func TestEnvironmentVariablesAreFlags(t *testing.T) {
	folder := t.TempDir()
	environment := map[string]string{"REFLOAD_SANDBOX": "true", "REFLOAD_STATE": folder, "REFLOAD_RESULTS": filepath.Join(folder, "out.csv")}
	code, stdout, stderr := call(t, environment, "import", manyDeals(t, 2))
	if code != 0 || !strings.Contains(stdout, "created 2") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	environment["REFLOAD_RATE"] = "fast"
	if code, _, stderr := call(t, environment, "import", manyDeals(t, 2)); code != 2 || !strings.Contains(stderr, "REFLOAD_RATE") {
		t.Errorf("exit %d\n%s", code, stderr)
	}
	if code, _, stderr := call(t, map[string]string{"REFLOAD_YES": "true", "REFLOAD_ACCESS_TOKEN": "x"}, "import", manyDeals(t, 1), "--base-url", "http://127.0.0.1:9"); code != 2 {
		t.Errorf("--yes from the environment was taken: exit %d\n%s", code, stderr)
	}
}

// With --json standard output is JSON lines that end in one summary.
func TestJSONEndsInOneSummary(t *testing.T) {
	effort.NotShort(t)
	folder := t.TempDir()
	code, stdout, stderr := call(t, nil, "import", manyDeals(t, 3), "--sandbox", "--json", "--state", folder, "--results", filepath.Join(folder, "out.csv"))
	if code != 0 {
		t.Fatalf("exit %d\n%s", code, stderr)
	}
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	for i, line := range lines {
		object := decode(t, []byte(line))
		if last := i == len(lines)-1; (object["event"] == "summary") != last {
			t.Errorf("line %d of %d: %s", i+1, len(lines), line)
		}
	}
	if summary := decode(t, []byte(lines[len(lines)-1])); summary["ok"] != true {
		t.Errorf("%v", summary)
	}
}
