//go:build unix

package config

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A pipe that somebody puts into the folder is refused, instead of being waited for.
func TestAPipeIsNotWaitedFor(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), FileName)
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, places := range map[string]Places{"found": {Folder: pipe}, "named": {Named: pipe}, "own": {Own: pipe}, "a device": {Folder: "/dev/zero"}} {
		done := make(chan error, 1)
		go func() {
			_, err := Read(places)
			done <- err
		}()
		select {
		case err := <-done:
			if err == nil || !strings.Contains(err.Error(), "no plain file") {
				t.Errorf("%s: %v", name, err)
			}
		case <-time.After(10 * time.Second):
			t.Errorf("%s: it is waited for", name)
		}
	}
}
