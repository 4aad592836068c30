package monitor

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"refload/internal/files"
	"refload/internal/run"
)

// Metric is one row of the table of metrics.
type Metric struct {
	Name string
	Help string

	value func(*Report) (float64, bool) // false: it is not known
}

// always is a value that every report has.
func always(value func(*Report) float64) func(*Report) (float64, bool) {
	return func(r *Report) (float64, bool) { return value(r), true }
}

// seconds is a time as Prometheus has it.
func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// metrics is the table of metrics that have one value. All are gauges: each file tells of one command.
var metrics = []Metric{
	{"refload_needs_hands_rows", "rows that stay as they are until a person does something", always(func(r *Report) float64 { return float64(r.NeedsHands) })},
	{"refload_later_rows", "rows that a later run takes again by itself", always(func(r *Report) float64 { return float64(r.Later) })},
	{"refload_exported_referrals", "referrals in the file of a complete export; missing for other commands", func(r *Report) (float64, bool) {
		return float64(r.Rows), r.Command == Export && r.OK
	}},
	{"refload_requests", "requests that were sent", always(func(r *Report) float64 { return float64(r.Requests) })},
	{"refload_throttled_requests", "requests after which the service asked to wait", always(func(r *Report) float64 { return float64(r.Throttled) })},
	{"refload_duration_seconds", "how long the command took", always(func(r *Report) float64 { return r.Seconds })},
	{"refload_exit_code", "with which the command ended", always(func(r *Report) float64 { return float64(r.ExitCode) })},
	{"refload_last_run_timestamp_seconds", "when the command ended", always(func(r *Report) float64 { return seconds(r.Ended) })},
	{"refload_last_success_timestamp_seconds", "when a command against this target last ended with 0; missing where that is not known", func(r *Report) (float64, bool) {
		if r.LastSuccess == nil {
			return 0, false
		}
		return seconds(*r.LastSuccess), true
	}},
}

// rowsMetric is the one metric with a value for each outcome.
var rowsMetric = Metric{Name: "refload_rows", Help: "rows by what became of them"}

// fileMetrics are those with a value for each file.
var fileMetrics = []struct {
	Metric
	value func(Input) int
}{
	{Metric{Name: "refload_file_exit_code", Help: "that each file alone would have had; the label worst tells the worst one from the others"}, func(in Input) int { return in.ExitCode }},
	{Metric{Name: "refload_file_needs_hands_rows", Help: "rows of each file that stay as they are until a person does something"}, func(in Input) int { return in.NeedsHands }},
}

// Metrics returns the table of metrics.
func Metrics() []Metric {
	all := []Metric{rowsMetric}
	for _, metric := range fileMetrics {
		all = append(all, metric.Metric)
	}
	return append(all, metrics...)
}

// Metrics returns the report in the text form of Prometheus.
func (r *Report) Metrics() []byte {
	var b strings.Builder
	target := "target=" + label(r.Target)
	head(&b, rowsMetric)
	for _, word := range run.Words() {
		fmt.Fprintf(&b, "%s{%s,outcome=%s} %d\n", rowsMetric.Name, target, label(string(word.Outcome)), r.Counts[word.Outcome])
	}
	r.fileMetrics(&b, target)
	for _, metric := range metrics {
		if value, known := metric.value(r); known {
			head(&b, metric)
			fmt.Fprintf(&b, "%s{%s} %s\n", metric.Name, target, strconv.FormatFloat(value, 'f', -1, 64))
		}
	}
	return []byte(b.String())
}

// fileMetrics writes the metrics with a value for each file; files of one name count once, with the worst of them.
func (r *Report) fileMetrics(b *strings.Builder, target string) {
	for _, metric := range fileMetrics {
		known := map[string]bool{}
		for i, in := range r.Inputs {
			if known[in.File] {
				continue
			}
			if known[in.File] = true; len(known) == 1 {
				head(b, metric.Metric)
			}
			if r.Inputs[r.Worst].File == in.File {
				in, i = r.Inputs[r.Worst], r.Worst
			}
			fmt.Fprintf(b, "%s{%s,file=%s,worst=\"%t\"} %d\n", metric.Name, target, label(in.File), i == r.Worst, metric.value(in))
		}
	}
}

func head(b *strings.Builder, m Metric) {
	fmt.Fprintf(b, "# HELP %s %s.\n# TYPE %s gauge\n", m.Name, m.Help, m.Name)
}

// label quotes the value of a label.
func label(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(value) + `"`
}

// WriteMetrics writes the metrics to a file for Prometheus' collector of text files, as a whole or not
// at all. A new file is for its owner only; one that is there keeps its rights, so that whoever sets
// up the collector decides once who may read it.
func (r *Report) WriteMetrics(path string) error { return files.Replace(path, r.Metrics()) }
