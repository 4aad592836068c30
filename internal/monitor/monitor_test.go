package monitor

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"refload/internal/run"
)

func at(hour int) time.Time { return time.Date(2026, time.November, 20, hour, 0, 0, 0, time.UTC) }

// sample is a report of a night with everything in it.
func sample() *Report {
	return &Report{Command: "import", Target: "contoso (https://api.partner.microsoft.com)", Run: "20261120-020000.000-abcde", File: "deals.xlsx", Files: 1,
		Started: at(2), Ended: at(2).Add(90 * time.Second), Seconds: 90, Rows: 12, Counts: run.Counts{run.Created: 7, run.Rejected: 2, run.Unknown: 3},
		Inputs:     []Input{{File: "deals.xlsx", Rows: 12, Counts: run.Counts{run.Created: 7, run.Rejected: 2, run.Unknown: 3}, NeedsHands: 2, Later: 3, NeedsPerson: true, ExitCode: 3}},
		NeedsHands: 2, Later: 3, ExitCode: 3, Meaning: "finished, but some rows were not applied", Resumable: true, Again: true, Requests: 31, Throttled: 4}
}

// The file is private, whole, and remembers the last success over failures and damage.
func TestRemember(t *testing.T) {
	path := filepath.Join(t.TempDir(), "last-run.json")
	for _, step := range []struct {
		ok   bool
		hour int
		want int // hour of the last success, 0 for none
	}{{false, 1, 0}, {true, 2, 2}, {false, 3, 2}, {false, 4, 2}, {true, 5, 5}} {
		report := sample()
		report.OK, report.Ended = step.ok, at(step.hour)
		if err := report.Remember(path); err != nil {
			t.Fatal(err)
		}
		read, err := Read(path)
		if err != nil || !read.Ended.Equal(at(step.hour)) || read.Counts[run.Created] != 7 {
			t.Fatalf("%+v, %v", read, err)
		}
		if (read.LastSuccess == nil) != (step.want == 0) || read.LastSuccess != nil && !read.LastSuccess.Equal(at(step.want)) {
			t.Errorf("at %d the last success was %v, expected %d", step.hour, read.LastSuccess, step.want)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 && filepath.Separator == '/' {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := os.WriteFile(path, []byte(`{"last_suc`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := sample().Remember(path); err != nil {
		t.Errorf("over a damaged one: %v", err)
	}
	if err := sample().Remember(filepath.Join(t.TempDir(), "missing", "x")); err == nil {
		t.Error("written into a folder that is not there")
	}
}

// sampleLine is a line of the text form of Prometheus, as its documentation describes it.
var sampleLine = regexp.MustCompile(`^([a-z_]+)\{((?:[a-z_]+="(?:[^"\\\n]|\\\\|\\"|\\n)*",?)*)\} (-?[0-9.]+)$`)

func TestMetricsAreInTheFormOfPrometheus(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		report := sample()
		report.Target = rapid.StringOf(rapid.SampledFrom([]rune("ab\"\\\n{},= é"))).Draw(t, "target")
		known := map[string]bool{}
		samples := 0
		for line := range strings.Lines(string(report.Metrics())) {
			line = strings.TrimSuffix(line, "\n")
			if words := strings.Fields(line); strings.HasPrefix(line, "# TYPE ") {
				known[words[2]] = words[3] == "gauge"
				continue
			}
			if strings.HasPrefix(line, "# HELP ") {
				continue
			}
			parts := sampleLine.FindStringSubmatch(line)
			if parts == nil || !known[parts[1]] {
				t.Fatalf("%q", line)
			}
			samples++
		}
		if want := len(run.Words()) + len(Metrics()) - 3; samples != want {
			t.Fatalf("%d samples, expected %d: last success and exported referrals are not known", samples, want)
		}
	})
}

func TestMetricsSayWhatWas(t *testing.T) {
	report := sample()
	success := at(1)
	report.LastSuccess = &success
	path := filepath.Join(t.TempDir(), "refload.prom")
	if err := report.WriteMetrics(path); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const target = `{target="contoso (https://api.partner.microsoft.com)"`
	for _, want := range []string{"refload_rows" + target + `,outcome="created"} 7`, "refload_rows" + target + `,outcome="updated"} 0`,
		"refload_needs_hands_rows" + target + "} 2", "refload_later_rows" + target + "} 3", "refload_exit_code" + target + "} 3",
		"refload_duration_seconds" + target + "} 90", "refload_throttled_requests" + target + "} 4",
		"refload_last_success_timestamp_seconds" + target + "} 1795136400", "refload_last_run_timestamp_seconds" + target + "} 1795140090"} {
		if !strings.Contains(string(data), want+"\n") {
			t.Errorf("no %s in\n%s", want, data)
		}
	}
}

func TestCard(t *testing.T) {
	for want, change := range map[string]func(*Report){
		"is needed for 2 of 12 rows":       func(*Report) {},
		"as it should be, 12 rows":         func(r *Report) { r.OK, r.NeedsHands = true, 0 },
		"not finished; the next run":       func(r *Report) { r.NeedsHands, r.Inputs[0].NeedsPerson = 0, false },
		"import: exit code 4":              func(r *Report) { r.NeedsHands, r.Inputs, r.Again, r.ExitCode = 0, nil, false, 4 },
		"a file cannot be imported until":  func(r *Report) { r.NeedsHands = 0 },
		"answered with no":                 func(r *Report) { r.Reason = Declined },
		"(1 of 2 files; the worst is d":    func(r *Report) { r.Inputs = append(r.Inputs, Input{File: "b.csv"}) },
		`"title":"Worst file"`:             func(r *Report) { r.Inputs = append(r.Inputs, Input{File: "b.csv"}) },
		`b.csv (exit code 0: no rows)`:     func(r *Report) { r.Inputs = append(r.Inputs, Input{File: "b.csv"}) },
		`"value":"\\[x\\](y) \\*.xlsx"`:    func(r *Report) { r.File = "[x](y) *.xlsx" },
		`"title":"unknown","value":"3"`:    func(*Report) {},
		`"contentType":"application/vnd.m`: func(*Report) {},
		`"type":"AdaptiveCard"`:            func(*Report) {},
		`"value":"2026-11-20 02:01:30 UTC`: func(*Report) {},
		`"color":"Attention"`:              func(*Report) {},
		`"color":"Warning"`:                func(r *Report) { r.NeedsHands, r.Inputs[0].NeedsPerson = 0, false },
		`"color":"Good"`:                   func(r *Report) { r.OK = true },
	} {
		report := sample()
		change(report)
		data, err := json.Marshal(card(report))
		if err != nil || !strings.Contains(string(data), want) {
			t.Errorf("no %s in\n%s %v", want, data, err)
		}
		if len(data) > 28<<10 {
			t.Errorf("%d bytes; Teams takes 28 KB", len(data))
		}
	}
}

// Rows that need hands, rows that time settles and good rows are all rows, and none is two of them.
func TestHandsAndTime(t *testing.T) {
	for range 200 {
		counts := run.Counts{}
		good := 0
		for _, word := range run.Words() {
			n := rand.IntN(5)
			counts[word.Outcome] = n
			if word.Good {
				good += n
			}
		}
		if counts.NeedsHands()+counts.TimeSettles()+good != counts.Total() || counts.TimeSettles() != counts[run.Unknown]+counts[run.NotAttempted] {
			t.Fatalf("%v: %d need hands, time settles %d", counts, counts.NeedsHands(), counts.TimeSettles())
		}
	}
}
