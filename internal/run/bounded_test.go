package run

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// What somebody has put in the place of a small file of the state folder is not held as a whole. A holder that
// cannot be read is nobody that can be named, a record that cannot be read is said, and an export's last time that
// cannot be read is an error, never "there was none".
func TestSmallFilesAreBounded(t *testing.T) {
	state := t.TempDir()
	home, err := OpenHome(state, "service")
	if err != nil {
		t.Fatal(err)
	}
	lock, err := home.Lock(ThisProcess("import", time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	results := filepath.Join(state, "out.csv")
	for path, put := range map[string]error{filepath.Join(state, "service", "holder.json"): nil, home.lastExport("key"): home.RememberExport("key", LastExport{}), recordOf(state, results): home.Remember(Written{Path: results, What: WroteResults, Hashes: []string{"hash"}})} {
		if put != nil {
			t.Fatal(put)
		}
		if err := os.WriteFile(path, []byte(strings.Repeat(`{"what":"`, 2<<20)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, taken := home.Lock(ThisProcess("import", time.Now()))
	wrote, damaged := Remembered(state)
	_, known, exported := home.LastExport("key")
	runtime.ReadMemStats(&after)
	var locked *LockedError
	if !errors.As(taken, &locked) || locked.Holder != (Holder{}) {
		t.Errorf("%v", taken)
	}
	var wrong *StateError
	if len(wrote) > 0 || len(damaged) != 1 || known || !errors.As(exported, &wrong) {
		t.Errorf("wrote %v, %v, exported %v, %v", wrote, damaged, known, exported)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 4<<20 {
		t.Errorf("three files of 18 MiB took %d MiB", took>>20)
	}
}
