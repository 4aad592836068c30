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

// leave puts down what a killed process leaves: a temporary file with tokens in it.
func leave(t *testing.T, path string) string {
	t.Helper()
	file, err := files.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write([]byte("canary")); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*.refload.tmp"))
	if err != nil || len(left) != 1 {
		t.Fatalf("%v, %v", left, err)
	}
	return left[0]
}

// Tokens that a killed process left go with the next lock, and with the sign-out, whether somebody is
// signed in or not; without the lock only what is old goes.
func TestWhatKilledProcessesLeft(t *testing.T) {
	locked := func(store Store) error {
		unlock, err := store.Lock(t.Context())
		if err == nil {
			unlock()
		}
		return err
	}
	for name, test := range map[string]struct {
		do     func(file *File) error
		age    time.Duration
		stays  bool
		signed bool
	}{
		"a refresh":                {func(f *File) error { return locked(f) }, 0, false, true},
		"a refresh by a file":      {func(f *File) error { return locked(NewTokenFile(f.path)) }, 0, false, true},
		"a sign-out":               {func(f *File) error { _, err := f.Remove(t.Context()); return err }, 0, false, true},
		"a sign-out of nobody":     {func(f *File) error { _, err := f.Remove(t.Context()); return err }, 0, false, false},
		"a start soon afterwards":  {func(f *File) error { f.Sweep(); return nil }, time.Minute, true, true},
		"a start hours afterwards": {func(f *File) error { f.Sweep(); return nil }, 2 * time.Hour, false, true},
	} {
		file := NewFile(filepath.Join(t.TempDir(), "sign-in", "x.json"))
		if err := file.Save(Session{Refresh: "r"}); err != nil {
			t.Fatal(err)
		}
		if !test.signed {
			if _, err := file.Remove(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		left, then := leave(t, file.Path()), time.Now().Add(-test.age)
		if err := os.Chtimes(left, then, then); err != nil {
			t.Fatal(err)
		}
		err := test.do(file)
		if _, gone := os.Lstat(left); err != nil || errors.Is(gone, fs.ErrNotExist) == test.stays {
			t.Errorf("%s: %v, %v", name, err, gone)
		}
	}
}

// The lock outlasts the longest refresh of another process, and says so when it does not come.
func TestTheLockIsPatientEnough(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(t *testing.T, w *world) {
		file := NewFile(filepath.Join(t.TempDir(), "sign-in", "x.json"))
		unlock, err := file.Lock(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer unlock()
		began := time.Now()
		_, err = NewFile(file.Path()).Lock(t.Context())
		if took := time.Since(began); took <= discoveryTime+longestExchange || !postponed(err) || !strings.Contains(err.Error(), "another refload has held it") {
			t.Errorf("%v after %s", err, took)
		}
	})
}
