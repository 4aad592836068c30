package run_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"refload/internal/run"
)

func TestOneProcessMakesAnExport(t *testing.T) {
	h := home(t, "target")
	folder, err := h.OpenExport("key")
	if err != nil {
		t.Fatal(err)
	}
	var busy *run.BusyError
	if _, err := h.OpenExport("key"); !errors.As(err, &busy) || busy.Hint() == "" {
		t.Errorf("the second: %v", err)
	}
	other, err := h.OpenExport("other")
	if err != nil {
		t.Fatalf("another export: %v", err)
	}
	other.Close()
	if err := os.WriteFile(folder.Spool(), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := folder.Clear(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder.Spool()); !os.IsNotExist(err) {
		t.Errorf("the spool is still there: %v", err)
	}
	if info, err := os.Stat(filepath.Dir(folder.Spool())); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v", info, err)
	}
	folder.Close()
	again, err := h.OpenExport("key")
	if err != nil {
		t.Fatalf("after the first: %v", err)
	}
	again.Close()
}

func TestLastExport(t *testing.T) {
	h := home(t, "target")
	if _, known, err := h.LastExport("key"); known || err != nil {
		t.Errorf("before the first: %v, %v", known, err)
	}
	want := run.LastExport{Mark: noon, Finished: noon, File: "deals.xlsx", Referrals: 7}
	if err := h.RememberExport("key", want); err != nil {
		t.Fatal(err)
	}
	if got, known, err := h.LastExport("key"); got != want || !known || err != nil {
		t.Errorf("%+v, %v, %v", got, known, err)
	}
	if _, known, _ := h.LastExport("other"); known {
		t.Error("another key knows it too")
	}
}

// TestOldExportsAreSwept holds that what an abandoned export listed goes, and nothing else.
func TestOldExportsAreSwept(t *testing.T) {
	h := home(t, "target")
	spools := map[string]string{}
	for _, name := range []string{"old", "new", "busy"} {
		folder, err := h.OpenExport(name)
		if err != nil {
			t.Fatal(err)
		}
		spools[name] = folder.Spool()
		if err := os.WriteFile(folder.Spool(), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if name != "new" {
			if err := os.Chtimes(folder.Spool(), noon, noon.Add(-48*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		if name != "busy" {
			folder.Close()
		} else {
			defer folder.Close()
		}
	}
	h.SweepExports(noon.Add(-24 * time.Hour))
	for name, want := range map[string]bool{"old": false, "new": true, "busy": true} {
		if _, err := os.Stat(spools[name]); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
