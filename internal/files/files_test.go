package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func names(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, entry := range entries {
		all = append(all, entry.Name())
	}
	return all
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func hintOf(err error) string {
	if hinted, ok := errors.AsType[*Error](err); ok {
		return hinted.Hint()
	}
	return ""
}

func TestCommitReplacesTheWholeFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.xlsx")
	if err := os.WriteFile(path, []byte("the old and longer content"), 0o644); err != nil {
		t.Fatal(err)
	}
	file, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"new ", "", "content"} {
		if _, err := file.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if got := read(t, path); got != "the old and longer content" {
		t.Errorf("before Commit the target holds %q", got)
	}
	if err := file.Commit(); err != nil {
		t.Fatal(err)
	}
	file.Abort()
	if got := read(t, path); got != "new content" {
		t.Errorf("after Commit the target holds %q", got)
	}
	if got := names(t, filepath.Dir(path)); len(got) != 1 {
		t.Errorf("left over: %v", got)
	}
}

func TestAbortLeavesTheOldFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.csv")
	if err := WriteFile(path, []byte("old")); err != nil {
		t.Fatal(err)
	}
	file, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write([]byte("new")); err != nil {
		t.Fatal(err)
	}
	file.Abort()
	file.Abort()
	if got := read(t, path); got != "old" {
		t.Errorf("the target holds %q", got)
	}
	if got := names(t, filepath.Dir(path)); len(got) != 1 {
		t.Errorf("left over: %v", got)
	}
	if _, err := file.Write([]byte("x")); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Write after Abort: %v", err)
	}
	if err := file.Commit(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Commit after Abort: %v", err)
	}
}

func TestTargetsThatAreRefused(t *testing.T) {
	folder := t.TempDir()
	elsewhere := filepath.Join(folder, "elsewhere")
	if err := os.WriteFile(elsewhere, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(folder, "link.csv")
	if err := os.Symlink(elsewhere, link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	dangling := filepath.Join(folder, "dangling.csv")
	if err := os.Symlink(filepath.Join(folder, "nothing"), dangling); err != nil {
		t.Fatal(err)
	}
	for path, reason := range map[string]string{link: "symbolic link", dangling: "symbolic link", folder: "a folder"} {
		if _, err := Create(path); err == nil || !strings.Contains(err.Error(), reason) || hintOf(err) == "" {
			t.Errorf("Create(%s): %v, want a refusal that says %q and a hint", path, err, reason)
		}
	}
	if got := read(t, elsewhere); got != "mine" {
		t.Errorf("the target of the link holds %q", got)
	}
}

func TestLinkThatAppearsBeforeCommit(t *testing.T) {
	folder := t.TempDir()
	victim, path := filepath.Join(folder, "victim"), filepath.Join(folder, "out.csv")
	if err := os.WriteFile(victim, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(victim, path); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	if err := file.Commit(); err == nil {
		t.Error("Commit followed or replaced a symbolic link")
	}
	if got := read(t, victim); got != "mine" {
		t.Errorf("the victim holds %q", got)
	}
	if got := names(t, folder); len(got) != 2 {
		t.Errorf("left over: %v", got)
	}
}

func TestShortFileIsNotCommitted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.csv")
	file, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write([]byte("complete")); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file.temp.Name(), 3); err != nil {
		t.Fatal(err)
	}
	if err := file.Commit(); err == nil || !strings.Contains(err.Error(), "3 arrived") {
		t.Errorf("Commit of a cut file: %v", err)
	}
	if got := names(t, filepath.Dir(path)); len(got) != 0 {
		t.Errorf("left over: %v", got)
	}
}

func TestFailedWriteIsFinal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.csv")
	file, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	file.temp.Close()
	_, first := file.Write([]byte("x"))
	_, second := file.Write([]byte("y"))
	if first == nil || second != first {
		t.Errorf("writes gave %v and %v, want one error twice", first, second)
	}
	if err := file.Commit(); err != first {
		t.Errorf("Commit gave %v, want %v", err, first)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the target is there: %v", err)
	}
}

func TestErrorsSayWhatWhereWhy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "missing", "out.csv")
	_, err := Create(path)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("Create in a missing folder: %v", err)
	}
	if got := err.Error(); !strings.HasPrefix(got, "writing "+path+": ") || strings.Contains(got, ".tmp") {
		t.Errorf("message %q: want the path, and not the temporary one", got)
	}
	if hintOf(err) == "" {
		t.Error("no hint")
	}
}

func TestMkdirPrivate(t *testing.T) {
	folder := t.TempDir()
	deep := filepath.Join(folder, "a", "b", "c")
	for range 2 {
		if err := MkdirPrivate(deep); err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(deep); err != nil || !info.IsDir() {
		t.Errorf("%v, %v", info, err)
	}
	inTheWay := filepath.Join(folder, "file")
	if err := WriteFile(inTheWay, nil); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{inTheWay, filepath.Join(inTheWay, "below")} {
		if err := MkdirPrivate(path); err == nil {
			t.Errorf("MkdirPrivate(%s) went through a file", path)
		}
	}
}

func TestSweep(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "deals.xlsx")
	left, err := Create(path) // as a killed process leaves it
	if err != nil {
		t.Fatal(err)
	}
	scratch, err := Scratch(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(scratch, "spilled"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	keep := []string{"deals.xlsx", ".deals.xlsx-notes.refload.tmp", ".other.xlsx-123.refload.tmp", ".deals.xlsx-.refload.tmp", ".deals.xlsx-12.tmp"}
	for _, name := range keep {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := Sweep(path, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := len(names(t, folder)); got != len(keep)+2 {
		t.Errorf("%d entries: what is in use was swept", got)
	}
	if err := Sweep(path, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := names(t, folder); len(got) != len(keep) {
		t.Errorf("%v are left, want %v", got, keep)
	}
	left.Abort()
}

func TestLongNames(t *testing.T) {
	path := filepath.Join(t.TempDir(), strings.Repeat("ž", 120)+".csv")
	if err := WriteFile(path, []byte("x")); err != nil {
		t.Fatal(err)
	}
	scratch, err := Scratch(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := Sweep(path, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(scratch); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the scratch folder of a long name was not swept: %v", err)
	}
}

// TestWritesAddUp writes any pieces and aborts or commits: the target is the old content or
// all of the pieces.
func TestWritesAddUp(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		path := filepath.Join(folder, "out")
		old := rapid.SliceOf(rapid.Byte()).Draw(t, "old")
		if err := WriteFile(path, old); err != nil {
			t.Fatal(err)
		}
		file, err := Create(path)
		if err != nil {
			t.Fatal(err)
		}
		want := []byte{}
		for _, piece := range rapid.SliceOfN(rapid.SliceOf(rapid.Byte()), 0, 5).Draw(t, "pieces") {
			if _, err := file.Write(piece); err != nil {
				t.Fatal(err)
			}
			want = append(want, piece...)
		}
		if rapid.Bool().Draw(t, "commit") {
			if err := file.Commit(); err != nil {
				t.Fatal(err)
			}
		} else {
			file.Abort()
			want = old
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != string(want) {
			t.Fatalf("%q, %v; want %q", got, err, want)
		}
	})
}
