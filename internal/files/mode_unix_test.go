//go:build unix

package files

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestModes holds files to 0600 and folders to 0700 under any umask, also where the target
// was open to all before. It must not run beside other tests: the umask is the process's.
func TestModes(t *testing.T) {
	for _, umask := range []int{0o000, 0o022, 0o077, 0o377} {
		folder := t.TempDir()
		path := filepath.Join(folder, "file")
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, 0o666); err != nil {
			t.Fatal(err)
		}
		old := syscall.Umask(umask)
		writeErr := WriteFile(path, []byte("x"))
		mkdirErr := MkdirPrivate(filepath.Join(folder, "a", "b"))
		scratch, scratchErr := Scratch(path)
		syscall.Umask(old)
		if writeErr != nil || mkdirErr != nil || scratchErr != nil {
			t.Fatalf("umask %04o: %v, %v, %v", umask, writeErr, mkdirErr, scratchErr)
		}
		for name, want := range map[string]os.FileMode{path: 0o600, scratch: 0o700, filepath.Join(folder, "a"): 0o700, filepath.Join(folder, "a", "b"): 0o700} {
			info, err := os.Stat(name)
			if err != nil {
				t.Fatal(err)
			}
			if got := info.Mode().Perm(); got != want {
				t.Errorf("umask %04o: %s is %04o, want %04o", umask, name, got, want)
			}
		}
	}
}

func TestPipeAsTarget(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	if _, err := Create(path); err == nil {
		t.Error("a pipe was taken as a target")
	}
}

// TestNothingIsReplacedBeforeItIsOnTheDisk has a file that cannot be made durable, as a pipe cannot: the
// old one stays.
func TestNothingIsReplacedBeforeItIsOnTheDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.csv")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	var ends [2]int
	if err := syscall.Pipe(ends[:]); err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(ends[0])
	name := file.temp.Name()
	file.temp.Close()
	file.temp = os.NewFile(uintptr(ends[1]), name)
	if err := file.Commit(); err == nil || read(t, path) != "old" {
		t.Errorf("committed with %v, and there stands %q", err, read(t, path))
	}
	if got := names(t, filepath.Dir(path)); len(got) != 1 {
		t.Errorf("left over: %v", got)
	}
}
