package cli_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"refload/api/sandbox"
	"refload/importer/journal"
	"refload/internal/effort"
	"refload/internal/sheet"
)

// stride is every how manieth point is tried: each with TEST_EVERY_POINT.
// It shares no factor with the number of kinds of failure, so that all parts of a run meet
// all kinds.
func stride() int {
	if os.Getenv("TEST_EVERY_POINT") != "" {
		return 1
	}
	return effort.Of(24, 24, 8)
}

// TestEveryStorageCallMayFail lets each call of a small run that changes the disk fail, from the
// first folder that is made to the last fsync, or kills the process there. The results file is the old one or a whole new one, a failure
// ends with exit code 12, every request has its intent on the disk, and the next run finishes
// the work without a second create.
func TestEveryStorageCallMayFail(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	program, err := binary()
	if err != nil {
		t.Fatalf("%v: %s", err, program)
	}
	var points atomic.Int64
	t.Run("strikes", func(t *testing.T) {
		for _, extension := range []string{".csv", ".xlsx"} {
			for kind, what := range []string{killed, torn, diskFull, diskFilled, diskFault} {
				t.Run(extension+" "+what, func(t *testing.T) {
					t.Parallel()
					points.Add(strikeAll(t, program, extension, what, kind))
				})
			}
		}
	})
	t.Logf("%d points of failure", points.Load())
	if least := int64(450 / stride()); points.Load() < least {
		t.Errorf("only %d points of failure were reached, expected at least %d", points.Load(), least)
	}
}

// strikeAll lets one kind of failure meet every stride-th call, and returns how many it met.
func strikeAll(t *testing.T, program, extension, what string, kind int) (points int64) {
	for when := 1; ; when++ {
		if (when+kind)%stride() != 0 {
			continue
		}
		if !strikeAt(t, program, extension, strike{what, when}) {
			return points // the run has no such call any more
		}
		points++
	}
}

// struckRun is a run that is struck, over the results of an earlier one.
type struckRun struct {
	*night
	name    string // of the failure, for messages
	results string
	old     []byte // what the earlier run wrote there
}

// strikeAt imports a file with one failure and reports whether it was reached.
func strikeAt(t *testing.T, program, extension string, s strike) bool {
	t.Helper()
	n := newNight(t, program, 1, 12, &sandbox.Plan{})
	r := &struckRun{night: n, results: filepath.Join(n.folder, "out"+extension)}
	n.extra = []string{"--results", r.results}
	first := n.importing("deals.csv")
	if code, _, stderr := call(t, map[string]string{"REFLOAD_ACCESS_TOKEN": "night"}, append(first.Args[1:], "--limit", "4")...); code != 0 {
		t.Fatalf("the earlier run: exit %d\n%s", code, stderr)
	}
	var err error
	if r.old, err = os.ReadFile(r.results); err != nil {
		t.Fatal(err)
	}
	ended := trace(t, n.importing("deals.csv"), n.folder, s)
	r.name = fmt.Sprintf("%s: %s (%s)", extension, s, ended.struck)
	if ended.struck == "" {
		if ended.code != 0 {
			t.Errorf("%s: exit %d although nothing was struck\n%s", r.name, ended.code, ended.output)
		}
		return false
	}
	if ended.killed != (s.what == killed || s.what == torn) || !ended.killed && ended.code != 12 {
		t.Errorf("%s: killed %t, exit %d, expected 12\n%s", r.name, ended.killed, ended.code, ended.output)
	}
	r.oldOrNew()
	r.instead(ended.output)
	r.intents()
	n.judge(false)
	r.nextRun()
	return true
}

// oldOrNew wants the results file to be byte for byte the old one, or a whole new one.
func (r *struckRun) oldOrNew() {
	r.t.Helper()
	now, err := os.ReadFile(r.results)
	if err != nil {
		r.t.Errorf("%s: the results are gone: %v", r.name, err)
		return
	}
	if bytes.Equal(now, r.old) {
		return
	}
	if rows, err := rowsWithOutcome(r.results); err != nil || rows != r.rows {
		r.t.Errorf("%s: the results are neither old nor new: %d rows, %v", r.name, rows, err)
	}
}

// instead wants a CSV that was written in place of the results to be named, and to have an answer for every row; where the
// journal itself was struck, for the rows that it knows of.
func (r *struckRun) instead(output string) {
	r.t.Helper()
	for _, name := range []string{"out-2.csv", "out.csv"} {
		path := filepath.Join(r.folder, name)
		if path == r.results {
			continue
		}
		if _, err := os.Stat(path); err != nil {
			if strings.Contains(output, path) {
				r.t.Errorf("%s: %s was named and is not there\n%s", r.name, name, output)
			}
			continue
		}
		rows, err := rowsWithOutcome(path)
		if whole := strings.Contains(output, "has its answer in "+path+" instead"); err != nil || whole && rows != r.rows || !strings.Contains(output, "results: "+path) {
			r.t.Errorf("%s: the answers in %s: %d rows, %v\n%s", r.name, name, rows, err, output)
		}
		os.Remove(path)
	}
}

// rowsWithOutcome reads a results file to its end and counts the rows that have an outcome.
func rowsWithOutcome(path string) (int, error) {
	book, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		return 0, err
	}
	defer book.Close()
	rows, column := 0, -1
	for row, err := range book.Rows(book.Sheets()[0].Name) {
		if err != nil {
			return rows, err
		}
		if column < 0 {
			for column = 0; row.At(column).Shown != "Outcome"; column++ {
				if column == len(row.Cells) {
					return 0, errors.New("there is no column Outcome")
				}
			}
			continue
		}
		if row.At(column).Shown != "" {
			rows++
		}
	}
	return rows, nil
}

// intents wants an intent on the disk for every create that reached the service.
func (r *struckRun) intents() {
	r.t.Helper()
	intents := map[string]int{}
	err := filepath.WalkDir(filepath.Join(r.folder, "state"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Name() != "journal.jsonl" {
			return err
		}
		file, err := journal.Disk{}.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		_, err = journal.Read(file, func(record journal.Record, _ int64) error {
			if record.Kind == journal.Intent {
				intents[record.Marker]++
			}
			return nil
		})
		if errors.Is(err, journal.ErrNoRun) {
			return nil
		}
		return err
	})
	if err != nil {
		r.t.Errorf("%s: %v", r.name, err)
	}
	for _, entry := range r.emulator.Ledger() {
		if entry.Method != "POST" {
			continue
		}
		if intents[entry.Marker]--; intents[entry.Marker] < 0 {
			r.t.Errorf("%s: %s was sent without an intent on the disk", r.name, entry.Marker)
		}
	}
}

// nextRun imports the file once more, some time later. It has to finish everything and to clear
// away what the struck run left.
func (r *struckRun) nextRun() {
	r.t.Helper()
	r.age(2 * time.Hour)
	if output, err := r.importing("deals.csv").CombinedOutput(); err != nil {
		r.t.Errorf("%s: the next run: %v\n%s", r.name, err, output)
	}
	r.judge(false)
	if created := len(r.emulator.Created()); created != r.rows {
		r.t.Errorf("%s: %d referrals for %d rows", r.name, created, r.rows)
	}
	if rows, err := rowsWithOutcome(r.results); err != nil || rows != r.rows {
		r.t.Errorf("%s: the results of the next run have %d rows, %v", r.name, rows, err)
	}
	// Where the record of what was written took the blow, or the folder of such records did, the results are there all
	// the same, and nobody knows any more that they are refload's: those of the next run stand beside them.
	unknown := strings.Contains(r.name, "/state/written")
	for _, name := range r.names() {
		if strings.HasSuffix(name, ".refload.tmp") || strings.HasPrefix(name, "out-2") && !unknown {
			r.t.Errorf("%s: %s was left beside the results", r.name, name)
		}
	}
}

func (r *struckRun) names() []string {
	entries, err := os.ReadDir(r.folder)
	if err != nil {
		r.t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// age makes what stands beside the results older.
func (r *struckRun) age(by time.Duration) {
	then := time.Now().Add(-by)
	for _, name := range r.names() {
		if err := os.Chtimes(filepath.Join(r.folder, name), then, then); err != nil {
			r.t.Fatal(err)
		}
	}
}
