package run

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestWhatIsKept(t *testing.T) {
	home, err := OpenHome(t.TempDir(), "service")
	if err != nil {
		t.Fatal(err)
	}
	folder, err := home.NewFolder(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if n := len(folder.Copies()) + len(folder.Spooled()) + len(home.ExportKeys()) + len(home.Exported()); n != 0 {
		t.Errorf("%d things are kept in an empty home", n)
	}
	spooled, err := folder.Spool("index.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{folder.Stdin(), folder.Path("input-deals.xlsx"), folder.Journal(), folder.Manifest(), spooled} {
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := folder.Copies(); !slices.Equal(got, []string{folder.Path("input-deals.xlsx"), folder.Stdin()}) {
		t.Errorf("copies %q", got)
	}
	if got := folder.Spooled(); !slices.Equal(got, []string{spooled}) {
		t.Errorf("spooled %q", got)
	}
	export, err := home.OpenExport("0123")
	if err != nil {
		t.Fatal(err)
	}
	defer export.Close()
	out := filepath.Join(t.TempDir(), "deals.xlsx")
	if err := home.RememberExport("4567", LastExport{File: out}); err != nil {
		t.Fatal(err)
	}
	if keys := home.ExportKeys(); !slices.Equal(keys, []string{"0123"}) {
		t.Errorf("keys %q", keys)
	}
	if got := home.Exported(); !slices.Equal(got, []string{out}) {
		t.Errorf("exported %q", got)
	}
}
