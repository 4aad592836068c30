package entra

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"refload/internal/files"
)

// flip is a protection that a test can see through.
func flip(data []byte) ([]byte, error) {
	flipped := bytes.Clone(data)
	for i := range flipped {
		flipped[i] ^= 0xff
	}
	return flipped, nil
}

// placeOf is where a sign-in can be kept. It is not in t.TempDir, which fails a test when it cannot be
// removed: Wine 8 cannot remove folders as Go does, and is thrown away as a whole.
func placeOf(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "refload-protect")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	return filepath.Join(folder, "sign-in", "x.json")
}

// What is protected stands in the file, and is undone on reading: by this system's own protection
// and by one that shows that both are called.
func TestProtectedFile(t *testing.T) {
	for name, file := range map[string]*File{
		"this system's": NewFile(placeOf(t)),
		"a test's":      {placeOf(t), flip, flip},
	} {
		want := Session{Account: "ada@contoso.example.com", Refresh: "canary", Access: "a"}
		for range 2 { // the second one replaces the first
			want.Access += "a"
			if err := file.Save(want); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if got, err := file.Load(); got != want || err != nil {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		}
		data, err := os.ReadFile(file.Path())
		plain := bytes.Contains(data, []byte("canary"))
		if err != nil || plain != (name == "this system's" && runtime.GOOS != "windows") {
			t.Errorf("%s: the token stands in the file: %t, %v", name, plain, err)
		}
		if left, err := os.ReadDir(filepath.Dir(file.Path())); len(left) != 1 || err != nil {
			t.Errorf("%s: %v, %v", name, left, err)
		}
	}
}

// A file that its protection does not open is an error that says what to do. Nothing is written
// that could not be protected.
func TestProtectionThatFails(t *testing.T) {
	refuse := func([]byte) ([]byte, error) { return nil, fmt.Errorf("no key: %w", fs.ErrNotExist) }
	path := placeOf(t)
	if err := NewFile(path).Save(Session{Refresh: "canary"}); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(path)
	broken := &File{path, refuse, refuse}
	_, err := broken.Load()
	wantAdvice(t, err, "refload auth login")
	wantAdvice(t, broken.Save(Session{Refresh: "new"}), "password")
	if after, err := os.ReadFile(path); !bytes.Equal(before, after) || err != nil {
		t.Errorf("the file was changed, %v", err)
	}
	if removed, err := broken.Remove(t.Context()); !removed || err != nil {
		t.Errorf("signing out: %v, %v", removed, err)
	}
}

// wantAdvice wants an error with a path and a hint, which is no "nothing there" and has no token.
func wantAdvice(t *testing.T, err error, advice string) {
	t.Helper()
	var wrong *files.Error
	if !errors.As(err, &wrong) || !strings.Contains(wrong.Hint(), advice) || errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), "canary") {
		t.Errorf("%v, wanted the hint %q", err, advice)
	}
}
