package importer_test

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"refload/importer"
	"refload/importer/journal"
	"refload/internal/effort"
	"refload/internal/run"
)

// fullStore is a disk that takes so many writes and no more.
type fullStore struct {
	journal.Store
	room *atomic.Int64
}

type fullFile struct {
	journal.File
	room *atomic.Int64
}

func (s fullStore) Create(path string) (journal.File, error) {
	file, err := s.Store.Create(path)
	return fullFile{file, s.room}, err
}

func (s fullStore) Open(path string) (journal.File, error) {
	file, err := s.Store.Open(path)
	return fullFile{file, s.room}, err
}

// Write writes while there is room.
func (f fullFile) Write(data []byte) (int, error) {
	if f.room.Add(-1) < 0 {
		return 0, syscall.ENOSPC
	}
	return f.File.Write(data)
}

// onDiskOf runs an import whose disk is full after so many writes.
func (w *world) onDiskOf(n int, file string, writes int64) attempt {
	room := &atomic.Int64{}
	room.Store(writes)
	w.change = func(o *importer.Options) {
		o.Concurrency, o.Settle, o.ResendAfter = 6, 10*time.Second, 10*time.Second
		o.Journals = fullStore{w.store, room}
	}
	a := w.run(n, file, 0, importer.NextRun)
	w.change = nil
	return a
}

// At whatever write the disk of the state folder is full: a row that was sent is created or unknown, the results say
// so, what cannot be taken back is the creates that they name, and with room nothing is made twice.
func TestAFullDiskKeepsWhatWasSent(t *testing.T) {
	effort.NotShort(t)
	ids := 0
	for writes := int64(1); writes < 70; writes += 4 {
		synctest.Test(t, func(t *testing.T) {
			w := newWorldWith(t, 5, t.TempDir(), lossy())
			defer w.stop()
			order := inOrder()
			a := w.onDiskOf(0, w.file("deals.csv", order), writes)
			if a.results == nil && writes > 1 {
				t.Fatalf("%d writes: no results: %v", writes, a.err)
			}
			w.judge(a, nil)
			for _, row := range a.results {
				if row["Outcome"] == "created" && row["Referral ID"] != "" {
					ids++
				}
				if row["Outcome"] == "created" && row["Referral ID"] == "" || row["Outcome"] == "not-attempted" && row["Message"] == "" {
					t.Errorf("%d writes: %s is %s (%s), id %q", writes, row["CRM ID"], row["Outcome"], row["Message"], row["Referral ID"])
				}
			}
			if s := a.summary; s != nil && s.Weight.Creates != s.Counts[run.Created] {
				t.Errorf("%d writes: %d created, %d cannot be taken back", writes, s.Counts[run.Created], s.Weight.Creates)
			}
			time.Sleep(time.Hour)
			for n := 1; n < 20 && len(w.emulator.Created()) < simRows; n++ {
				w.judge(w.run(n, w.file("deals.csv", order), 0, importer.Resend), w.emulator.Created())
			}
			w.judgeEnd(order)
		})
	}
	if ids < 100 {
		t.Errorf("only %d rows had their answer, so that the disk was full too early to show anything", ids)
	}
}

// The same for changes: what was changed is updated or unknown.
func TestAFullDiskKeepsWhatWasChanged(t *testing.T) {
	effort.NotShort(t)
	for writes := int64(2); writes < 130; writes += 16 {
		synctest.Test(t, func(t *testing.T) {
			w := newWorldWith(t, 5, t.TempDir(), nil)
			defer w.stop()
			file := w.file("deals.csv", inOrder())
			w.run(0, file, 0, importer.NextRun)
			data, _ := os.ReadFile(file)
			os.WriteFile(file, []byte(strings.ReplaceAll(string(data), "Contoso,Independent,Yes,1", "Contoso,Independent,Yes,9")), 0o600)
			a := w.onDiskOf(1, file, writes)
			changed := map[string]bool{}
			for referral := range w.emulator.Referrals() {
				details, _ := referral["details"].(map[string]any)
				changed[fmt.Sprint(referral["externalReferenceId"])] = strings.HasPrefix(fmt.Sprint(details["dealValue"]), "9")
			}
			for _, row := range a.results {
				word := row["Outcome"]
				if there := changed[row["CRM ID"]]; there != (word == "updated") && word != "unknown" {
					t.Errorf("%d writes: %s is %s, changed %t", writes, row["CRM ID"], word, there)
				}
			}
		})
	}
}

func inOrder() []int {
	order := make([]int, simRows)
	for i := range order {
		order[i] = i
	}
	return order
}
