package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"
)

// put writes a file with rights of its own.
func put(t interface{ Fatal(...any) }, path, content string, mode os.FileMode) {
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func content(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return "missing"
	}
	return string(data)
}

// Whatever is moved to whatever name: no content that was there is ever gone.
func TestMoveLosesNothing(t *testing.T) {
	root := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		folder, err := os.MkdirTemp(root, "")
		if err != nil {
			t.Fatal(err)
		}
		names := []string{"a", "b", "c", "d"}
		for _, name := range rapid.SliceOfDistinct(rapid.SampledFrom(names), rapid.ID[string]).Draw(t, "there") {
			put(t, filepath.Join(folder, name), "content of "+name, 0o600)
		}
		before := contents(folder, names)
		for range rapid.IntRange(1, 6).Draw(t, "moves") {
			from, to := rapid.SampledFrom(names).Draw(t, "from"), rapid.SampledFrom(names).Draw(t, "to")
			there := content(filepath.Join(folder, to)) != "missing" && content(filepath.Join(folder, from)) != "missing"
			err := Move(filepath.Join(folder, from), filepath.Join(folder, to))
			if there && !errors.Is(err, fs.ErrExist) {
				t.Fatalf("moving over %s: %v", to, err)
			}
		}
		if after := contents(folder, names); len(after) != len(before) {
			t.Fatalf("%v became %v", before, after)
		} else {
			for text := range before {
				if !after[text] {
					t.Fatalf("%q is gone: %v", text, after)
				}
			}
		}
	})
}

func contents(folder string, names []string) map[string]bool {
	found := map[string]bool{}
	for _, name := range names {
		if text := content(filepath.Join(folder, name)); text != "missing" {
			found[text] = true
		}
	}
	return found
}

func TestMoveAcrossDisks(t *testing.T) {
	folder := t.TempDir()
	from, to := filepath.Join(folder, "from"), filepath.Join(folder, "to")
	put(t, from, "deals", 0o600)
	put(t, to, "", 0o600) // the name that Move takes first
	if err := moveAcross(from, to); err != nil || content(from) != "missing" || content(to) != "deals" {
		t.Errorf("%v, %q is left, %q arrived", err, content(from), content(to))
	}
	if err := moveAcross(from, filepath.Join(folder, "other")); err == nil {
		t.Error("a file that is not there was moved")
	}
	if otherDisk(fs.ErrExist) || otherDisk(nil) {
		t.Error("any error is taken for another disk")
	}
}

func TestAppend(t *testing.T) {
	folder := t.TempDir()
	link := filepath.Join(folder, "link")
	if err := os.Symlink(filepath.Join(folder, "elsewhere"), link); err != nil {
		t.Skip(err)
	}
	for _, path := range []string{link, folder, filepath.Join(folder, "missing", "log")} {
		if file, err := Append(path); err == nil {
			file.Close()
			t.Errorf("%s was opened", path)
		}
	}
	for _, test := range []struct {
		name   string
		before os.FileMode // 0: not there
		open   func(string) (*os.File, error)
		want   os.FileMode
	}{
		{"new", 0, Append, 0o600}, {"for a group", 0o640, Append, 0o640},
		{"new and private", 0, AppendPrivate, 0o600}, {"private again", 0o644, AppendPrivate, 0o600},
	} {
		path := filepath.Join(t.TempDir(), "log")
		if test.before != 0 {
			put(t, path, "first ", test.before)
		}
		for _, word := range []string{"second ", "third"} {
			file, err := test.open(path)
			if err != nil {
				t.Fatal(err)
			}
			file.WriteString(word)
			file.Close()
		}
		checkMode(t, test.name, path, test.want)
		want := map[bool]string{true: "first second third", false: "second third"}[test.before != 0]
		if got := content(path); got != want {
			t.Errorf("%s: %q", test.name, got)
		}
	}
}

func TestReplaceKeepsRights(t *testing.T) {
	path := filepath.Join(t.TempDir(), "refload.prom")
	if err := Replace(path, []byte("one")); err != nil || content(path) != "one" {
		t.Fatalf("%v, %q", err, content(path))
	}
	checkMode(t, "new", path, 0o600)
	put(t, path, "two", 0o644)
	if err := Replace(path, []byte("three")); err != nil || content(path) != "three" {
		t.Fatalf("%v, %q", err, content(path))
	}
	checkMode(t, "replaced", path, 0o644)
	if err := Replace(t.TempDir(), nil); err == nil {
		t.Error("a folder was replaced")
	}
}

func checkMode(t *testing.T, name, path string, want os.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != want && filepath.Separator == '/' {
		t.Errorf("%s: %04o, want %04o", name, got, want)
	}
}
