//go:build unix

package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// What a file with a secret must not be.
func TestReadPrivateRefuses(t *testing.T) {
	for _, test := range []struct {
		name string
		make func(t *testing.T, path string)
		want string
	}{
		{"nothing there", func(*testing.T, string) {}, "no such file"},
		{"readable by all", func(t *testing.T, path string) { putSecret(t, path, 0o644) }, "0644"},
		{"readable by the group", func(t *testing.T, path string) { putSecret(t, path, 0o640) }, "0640"},
		{"writable by others", func(t *testing.T, path string) { putSecret(t, path, 0o602) }, "0602"},
		{"a link", func(t *testing.T, path string) {
			putSecret(t, path+"x", 0o600)
			must(t, os.Symlink(path+"x", path))
		}, "symbolic link"},
		{"two names", func(t *testing.T, path string) {
			putSecret(t, path+"x", 0o600)
			must(t, os.Link(path+"x", path))
		}, "hard link"},
		{"a folder", func(t *testing.T, path string) { must(t, os.Mkdir(path, 0o700)) }, "no ordinary file"},
		{"a pipe", func(t *testing.T, path string) { must(t, syscall.Mkfifo(path, 0o600)) }, "no ordinary file"},
		{"too long", func(t *testing.T, path string) { must(t, WriteFile(path, make([]byte, 101))) }, "longer than 100"},
	} {
		path := filepath.Join(t.TempDir(), "secret")
		test.make(t, path)
		data, err := ReadPrivate(path, 100)
		var wrong *Error
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), test.want) || data != nil {
			t.Errorf("%s: %q, %v", test.name, data, err)
		}
		if missing := test.name == "nothing there"; missing != errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// What WriteFile makes is private, also in place of a file that was open to all under any umask.
func TestReadPrivateTakesWhatWriteFileMakes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	putSecret(t, path, 0o644)
	old := syscall.Umask(0)
	err := WriteFile(path, []byte("new"))
	syscall.Umask(old)
	must(t, err)
	if data, err := ReadPrivate(path, 3); err != nil || string(data) != "new" {
		t.Errorf("%q, %v", data, err)
	}
}

func TestReadPrivateOfAnother(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	path := filepath.Join(t.TempDir(), "secret")
	putSecret(t, path, 0o600)
	must(t, os.Chown(path, 12345, 12345))
	if _, err := ReadPrivate(path, 100); err == nil || !strings.Contains(err.Error(), "another user") {
		t.Errorf("%v", err)
	}
}

func TestPrivateFolder(t *testing.T) {
	base := t.TempDir()
	path := filepath.Join(base, "a", "b")
	must(t, PrivateFolder(path))
	must(t, PrivateFolder(path))
	must(t, os.Symlink(path, filepath.Join(base, "link")))
	if err := PrivateFolder(filepath.Join(base, "link")); err == nil {
		t.Error("a link was taken for a folder")
	}
	must(t, os.Chmod(path, 0o755))
	var wrong *Error
	if err := PrivateFolder(path); !errors.As(err, &wrong) || !strings.Contains(wrong.Hint(), "700") {
		t.Errorf("%v", err)
	}
}

// putSecret writes a file with exactly this mode.
func putSecret(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	must(t, os.WriteFile(path, []byte("secret"), mode))
	must(t, os.Chmod(path, mode))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
