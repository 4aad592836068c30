//go:build unix

package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/api/sandbox"
	"refload/internal/cli"
)

// years are the imports of one profile over a long time.
type years struct {
	t           *testing.T
	began       time.Time // really
	environment map[string]string
}

// firstDay is the morning of the first day.
var firstDay = time.Date(2026, time.November, 20, 2, 0, 0, 0, time.UTC)

func newYears(t *testing.T, retention string, rules ...sandbox.Rule) *years {
	n := newNight(t, "", 1, 1, &sandbox.Plan{Rules: rules})
	environment := inFolder(t, "", fmt.Sprintf("profiles:\n  contoso: {base-url: %q, tenant: contoso.example.com, rate: 0%s}\n", n.url, retention))
	environment["REFLOAD_ACCESS_TOKEN"] = "word"
	return &years{t, time.Now(), environment}
}

// at imports a file of the deals with these numbers so many days from now, and returns what was said.
func (y *years) at(day int, file, numbers string, code int, want string, more ...string) string {
	y.t.Helper()
	header, row, _ := strings.Cut(strings.Replace(twoDeals, "VALUE", "2000", 1), "\n")
	row, _, _ = strings.Cut(row, "\n")
	text := header + "\n"
	for _, number := range numbers {
		text += strings.ReplaceAll(strings.Replace(row, "CRM-1", "CRM-"+string(number), 1), "Cloud move", "Cloud move "+string(number)) + "\n"
	}
	writeFile(y.t, ".", file, text)
	var out, errs bytes.Buffer
	got := cli.Main(context.Background(), cli.Env{
		Args:  append([]string{"import", file, "--profile", "contoso", "--yes", "--settle", "1ms", "--resend-after", "1ms", "--concurrency", "1"}, more...),
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Getenv: func(name string) string { return y.environment[name] },
		Now: func() time.Time { return firstDay.AddDate(0, 0, day).Add(time.Since(y.began)) },
	})
	if got != code || !strings.Contains(out.String(), want) {
		y.t.Errorf("day %d, %s: exit %d, expected %d with %q\n%s%s", day, file, got, code, want, out.String(), errs.String())
	}
	return out.String() + errs.String()
}

// kept returns the days of the runs whose folders are there.
func (y *years) kept() string {
	y.t.Helper()
	found, err := filepath.Glob(filepath.Join(y.environment["REFLOAD_STATE"], "*", "runs", "*", "run.json"))
	if err != nil {
		y.t.Fatal(err)
	}
	var days []string
	for _, path := range found {
		began, err := time.Parse("20060102", filepath.Base(filepath.Dir(path))[:8])
		if err != nil {
			y.t.Fatal(err)
		}
		days = append(days, fmt.Sprint(int(began.Sub(firstDay).Round(24*time.Hour).Hours()/24)))
	}
	return strings.Join(days, " ")
}

func (y *years) keeps(want string) {
	y.t.Helper()
	if got := y.kept(); got != want {
		y.t.Errorf("kept are the runs of the days %s, expected %s", got, want)
	}
}

// lost is a create whose first request gets no answer and is not executed.
func lost(marker string) sandbox.Rule {
	return sandbox.Rule{Fault: "F07", On: []string{"POST"}, Key: marker, First: 1}
}

// Finished runs go when they are old; the newest, one with a row that nobody has settled, and the last of the
// file that is imported stay.
func TestOldRunsGo(t *testing.T) {
	y := newYears(t, ", retention: 30d", lost("CRM-D"))
	hold := []string{"--on-unknown", "hold"}
	y.at(0, "first.csv", "ABC", 0, "created 3")
	y.at(1, "second.csv", "D", 3, "unknown 1", hold...)
	y.at(2, "third.csv", "AB", 0, "unchanged 2")
	y.at(29, "third.csv", "AB", 0, "unchanged 2")
	y.keeps("0 1 2 29")
	if text := y.at(40, "third.csv", "AB", 0, "unchanged 2"); !strings.Contains(text, "the folders of 2 finished runs were removed, whose last record is older than the retention of 30 days") {
		t.Errorf("it does not say so:\n%s", text)
	}
	y.keeps("1 29 40")
	y.at(41, "second.csv", "D", 0, "created 1")
	y.keeps("1 29 40 41")
	y.at(42, "first.csv", "A", 0, "unchanged 1") // the lost row is settled by now
	y.keeps("29 40 41 42")
	y.at(80, "second.csv", "D", 0, "unchanged 1")
	y.keeps("41 42 80")
}

// A run that settled what a kept run had left open stays with it: alone, that would bind again.
func TestWhatSettlesAnOpenRowStaysWithIt(t *testing.T) {
	refused := sandbox.Rule{Fault: "F40", On: []string{"POST"}, Key: "CRM-E", First: 1}
	y := newYears(t, ", retention: 30d", lost("CRM-D"), refused)
	y.at(0, "deals.csv", "DEF", 6, "not-attempted 1", "--max-errors", "0")
	y.at(1, "deals.csv", "DEF", 0, "created 3")
	y.at(2, "other.csv", "F", 0, "unchanged 1")
	y.at(3, "other.csv", "F", 0, "unchanged 1")
	y.at(50, "other.csv", "F", 0, "unchanged 1")
	y.keeps("0 1 3 50")
	if text := y.at(51, "third.csv", "D", 0, "unchanged 1"); strings.Contains(text, "without an answer") {
		t.Errorf("the settled row is open again:\n%s", text)
	}
}

// Nothing goes that nobody asked to go: for ever, before two days are over, and on a dry run.
func TestWhatIsNotRetired(t *testing.T) {
	for retention, last := range map[string]int{", retention: 0d": 400, ", retention: 1h": 1, "": 89} {
		y := newYears(t, retention)
		y.at(0, "deals.csv", "A", 0, "created 1")
		y.at(0, "deals.csv", "A", 0, "unchanged 1")
		y.at(last, "deals.csv", "A", 0, "unchanged 1")
		y.keeps(fmt.Sprintf("0 0 %d", last))
	}
	y := newYears(t, "")
	y.at(0, "deals.csv", "A", 0, "created 1")
	y.at(1, "deals.csv", "A", 0, "unchanged 1")
	y.at(92, "deals.csv", "A", 0, "", "--dry-run")
	y.keeps("0 1")
	y.at(92, "deals.csv", "A", 0, "unchanged 1")
	y.keeps("1 92")
}
