//go:build unix

package entra

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/api/sandbox"
	"refload/internal/files"
)

func TestFile(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "state", "sign-in")
	file := NewFile(filepath.Join(folder, "contoso.json"))
	if _, err := file.Load(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if removed, err := file.Remove(t.Context()); removed || err != nil {
		t.Errorf("%v, %v", removed, err)
	}
	want := Session{Account: "ada@contoso.example.com", Refresh: "r", Access: "a", Expires: time.Now().UTC().Round(0)}
	if err := file.Save(want); err != nil {
		t.Fatal(err)
	}
	if got, err := file.Load(); got != want || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	for path, mode := range map[string]fs.FileMode{folder: 0o700, file.Path(): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	if removed, err := file.Remove(t.Context()); !removed || err != nil {
		t.Errorf("%v, %v", removed, err)
	}
	if _, err := os.Lstat(file.Path()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

// A place that others can come at is not used, neither for reading nor for writing.
func TestPlacesThatAreNotPrivate(t *testing.T) {
	for name, spoil := range map[string]func(folder, path string) error{
		"a file for all":   func(_, path string) error { return os.Chmod(path, 0o644) },
		"a link":           func(_, path string) error { return errors.Join(os.Rename(path, path+"x"), os.Symlink(path+"x", path)) },
		"a folder for all": func(folder, _ string) error { return os.Chmod(folder, 0o755) },
		"no sign-in":       func(_, path string) error { return files.WriteFile(path, []byte(`{"refresh":"canary"}`)) },
	} {
		folder := filepath.Join(t.TempDir(), "sign-in")
		file := NewFile(filepath.Join(folder, "x.json"))
		if err := file.Save(Session{Refresh: "canary"}); err != nil {
			t.Fatal(err)
		}
		if err := spoil(folder, file.Path()); err != nil {
			t.Fatal(err)
		}
		_, loadErr := file.Load()
		unlock, lockErr := file.Lock(t.Context())
		if unlock != nil {
			unlock()
		}
		err := errors.Join(loadErr, lockErr)
		var wrong *files.Error
		if !errors.As(err, &wrong) || wrong.Hint() == "" || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A token file is read as operators write it, and holds the newest token after a refresh.
func TestTokenFile(t *testing.T) {
	inBubble(t, sandbox.Options{RequireIssued: true}, func(t *testing.T, w *world) {
		client, memory := w.client(), NewMemory("")
		first := w.signIn(client, memory).Refresh
		path := filepath.Join(t.TempDir(), "token")
		if err := files.WriteFile(path, []byte("  "+first+"\r\n")); err != nil {
			t.Fatal(err)
		}
		source, err := client.Source(NewTokenFile(path))
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := source.Token(t.Context()); err != nil {
				t.Fatal(err)
			}
			data, err := files.ReadPrivate(path, 1000)
			if got := strings.TrimSpace(string(data)); err != nil || got == first || got != source.Session().Refresh {
				t.Errorf("the file holds another token than the source: %v", err)
			}
			time.Sleep(time.Hour)
		}
		if w.refreshes() != 2 || source.Session().Account == "" {
			t.Errorf("%d refreshes, %v", w.refreshes(), source.Session())
		}
	})
	for _, content := range []string{"", "\n", "two tokens", "two\ntokens"} {
		path := filepath.Join(t.TempDir(), "token")
		if err := files.WriteFile(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
		if _, err := NewTokenFile(path).Load(); err == nil || strings.Contains(err.Error(), "two tokens") {
			t.Errorf("%q: %v", content, err)
		}
	}
}

// The lock keeps others out until it is given back, and whoever waits leaves when told to.
func TestLock(t *testing.T) {
	file := NewFile(filepath.Join(t.TempDir(), "sign-in", "x.json"))
	unlock, err := file.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := NewFile(file.Path()).Lock(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	unlock()
	again, err := NewFile(file.Path()).Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again()
}
