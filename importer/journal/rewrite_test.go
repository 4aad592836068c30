package journal_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"refload/importer/journal"
)

// kept makes a journal with three states on the disk.
func kept(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "states.jsonl")
	file, err := journal.Disk{}.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	j, err := journal.New(file, journal.Header{Run: "r"}, func() time.Time { return time.Unix(1e9, 0) })
	if err != nil {
		t.Fatal(err)
	}
	for row := range 3 {
		if _, err := j.Commit(journal.Record{Kind: journal.Prior, Row: row + 2, State: []byte(`{"name":"old"}`)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// recordsOf reads all records, and so checks all checksums and numbers.
func recordsOf(t *testing.T, path string) []journal.Record {
	t.Helper()
	file, err := journal.Disk{}.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var list []journal.Record
	if _, err := journal.Read(file, func(r journal.Record, _ int64) error { list = append(list, r); return nil }); err != nil {
		t.Fatal(err)
	}
	return list
}

// third changes the state of row 3 alone.
func third(r *journal.Record) (bool, error) {
	if r.Row != 3 {
		return false, nil
	}
	r.State = []byte(`{"name":"new"}`)
	return true, nil
}

func TestRewriteChangesARecordAndStaysAJournal(t *testing.T) {
	path := kept(t)
	before := recordsOf(t, path)
	if n, err := journal.Rewrite(path, true, third); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	after := recordsOf(t, path)
	if len(after) != 4 || string(after[2].State) != `{"name":"new"}` || string(after[1].State) != `{"name":"old"}` {
		t.Errorf("%+v", after)
	}
	for i := range after {
		if after[i].Seq != before[i].Seq || !after[i].Time.Equal(before[i].Time) {
			t.Errorf("record %d: %d at %s", i, after[i].Seq, after[i].Time)
		}
	}
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// A rewriting that is only counted, changes nothing, or breaks off leaves every byte.
func TestRewriteLeavesTheFile(t *testing.T) {
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		write bool
		edit  func(*journal.Record) (bool, error)
		want  int
	}{
		"counted":    {false, third, 1},
		"nothing":    {true, func(*journal.Record) (bool, error) { return false, nil }, 0},
		"broken off": {true, func(r *journal.Record) (bool, error) { return true, map[bool]error{true: broken}[r.Row == 4] }, 3},
	} {
		path := kept(t)
		before, _ := os.ReadFile(path)
		n, err := journal.Rewrite(path, c.write, c.edit)
		after, _ := os.ReadFile(path)
		if n != c.want || (err != nil) != (name == "broken off") || !bytes.Equal(before, after) {
			t.Errorf("%s: %d, %v; changed %t", name, n, err, !bytes.Equal(before, after))
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) > 0 {
			t.Errorf("%s: left %v", name, left)
		}
	}
}
