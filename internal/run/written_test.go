package run_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"refload/internal/files"
	"refload/internal/run"
)

// known returns what is remembered of a path.
func known(t *testing.T, state, path string) run.Written {
	t.Helper()
	all, damaged := run.Remembered(state)
	if len(damaged) > 0 {
		t.Fatal(damaged)
	}
	for _, written := range all {
		if written.Path == path {
			return written
		}
	}
	return run.Written{}
}

// claimed claims a path that must be free.
func claimed(t *testing.T, h *run.Home, path string) *run.Claim {
	t.Helper()
	claim, err := h.Claim(path)
	if err != nil || claim == nil {
		t.Fatalf("claiming %s: %v", path, err)
	}
	if _, _, err := claim.Was(); err != nil {
		t.Fatal(err)
	}
	return claim
}

// write puts a text at a path and announces it.
func write(path, text string, announce func(string) error) error {
	file, err := files.Create(path)
	if err != nil {
		return err
	}
	defer file.Abort()
	file.Write([]byte(text))
	file.Announce(announce)
	return file.Commit()
}

// Whether a crash comes before or after the new file is put at its place, what stands there is
// known; what stood there two files ago is not.
func TestBothSidesOfAReplacementAreOurs(t *testing.T) {
	h := home(t, "target")
	state := filepath.Dir(h.Path())
	path := filepath.Join(t.TempDir(), "results.csv")
	var hashes []string
	for _, text := range []string{"first", "second", "third"} {
		claim := claimed(t, h, path)
		announce := claim.Announce(run.Written{What: run.WroteResults, Input: "deals.csv"})
		err := write(path, text, func(hash string) error {
			if err := announce(hash); err != nil {
				return err
			}
			hashes = append(hashes, hash)
			if old, err := files.Hash(path); err == nil && !known(t, state, path).Holds(old) {
				t.Errorf("before %q is put there, what stands there is not ours", text)
			}
			return nil
		})
		claim.Release()
		if err != nil {
			t.Fatal(err)
		}
		was := known(t, state, path)
		if now, err := files.Hash(path); err != nil || now != hashes[len(hashes)-1] || !was.Holds(now) || !h.Has(was) || was.Input != "deals.csv" {
			t.Errorf("%q is not ours: %v, %+v", text, err, was)
		}
	}
	was := known(t, state, path)
	if was.Holds(hashes[0]) || was.Holds("") || was.Holds("f"+hashes[2][1:]) {
		t.Errorf("a file that was replaced twice is still ours, or one that never was: %+v", was)
	}
}

// A name is claimed by one process at a time, whichever way leads to it, and leaves nothing behind.
func TestAClaim(t *testing.T) {
	h := home(t, "target")
	folder := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(folder, link); err != nil {
		t.Skip(err)
	}
	path := filepath.Join(folder, "results.csv")
	claim := claimed(t, h, path)
	for _, way := range []string{path, filepath.Join(link, "results.csv"), filepath.Join(folder, "..", filepath.Base(folder), "results.csv")} {
		if second, err := h.Claim(way); err != nil || second != nil {
			t.Errorf("%s was claimed twice: %v", way, err)
		}
	}
	other := claimed(t, h, path+"2")
	other.Release()
	claim.Release()
	claim.Release()
	claimed(t, h, filepath.Join(link, "results.csv")).Release()
	left, err := filepath.Glob(filepath.Join(filepath.Dir(h.Path()), "written", "*.lock"))
	if err != nil || len(left) > 0 {
		t.Errorf("%v, %v", left, err)
	}
}

// However many want a name at the same moment, one has it.
func TestManyClaimsAtOnce(t *testing.T) {
	h := home(t, "target")
	path := filepath.Join(t.TempDir(), "results.csv")
	for range 50 {
		var all sync.WaitGroup
		var mu sync.Mutex
		held := 0
		for range 8 {
			all.Go(func() {
				claim, err := h.Claim(path)
				if err != nil {
					t.Error(err)
				}
				if claim == nil {
					return
				}
				mu.Lock()
				held++
				if held > 1 {
					t.Error("two have it")
				}
				mu.Unlock()
				mu.Lock()
				held--
				mu.Unlock()
				claim.Release()
			})
		}
		all.Wait()
	}
}

// What came to a place that was free when it was claimed is not replaced.
func TestWhatCameMeanwhileStays(t *testing.T) {
	h := home(t, "target")
	path := filepath.Join(t.TempDir(), "results.csv")
	claim := claimed(t, h, path)
	defer claim.Release()
	if err := os.WriteFile(path, []byte("of a person"), 0o600); err != nil {
		t.Fatal(err)
	}
	var came *run.CameError
	if err := write(path, "results", claim.Announce(run.Written{})); !errors.As(err, &came) {
		t.Errorf("%v", err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "of a person" {
		t.Errorf("%q, %v", text, err)
	}
}

// Records are for their owner alone, are dropped with their file, and say so where they are damaged.
func TestWhatIsRemembered(t *testing.T) {
	h := home(t, "target")
	state, folder := filepath.Dir(h.Path()), t.TempDir()
	for _, name := range []string{"here.csv", "gone.csv", filepath.Join("away", "far.csv")} {
		if err := h.Remember(run.Written{Path: filepath.Join(folder, name), What: run.WroteExport}); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "here.csv"), []byte("kim@example.com"), 0o600); err != nil {
		t.Fatal(err)
	}
	records, err := os.ReadDir(filepath.Join(state, "written"))
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records {
		if info, err := record.Info(); err != nil || info.Mode().Perm() != 0o600 && filepath.Separator == '/' {
			t.Errorf("%s: %v, %v", record.Name(), info.Mode(), err)
		}
	}
	if err := run.ForgetGone(state); err != nil {
		t.Fatal(err)
	}
	all, damaged := run.Remembered(state)
	if len(all) != 2 || len(damaged) != 0 || known(t, state, filepath.Join(folder, "gone.csv")).What != "" {
		t.Errorf("%+v, %v", all, damaged)
	}
	broken := filepath.Join(state, "written", strings.Repeat("0", 32))
	if err := os.WriteFile(broken, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if all, damaged = run.Remembered(state); len(all) != 2 || len(damaged) != 1 || !strings.Contains(damaged[0].Error(), broken) {
		t.Errorf("%+v, %v", all, damaged)
	}
}
