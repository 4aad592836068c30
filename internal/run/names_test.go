package run_test

import (
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"refload/internal/run"
)

// Whatever a URL, a profile and a tenant are called, the folder of a target is one plain name in the state folder.
func TestNoNameLeavesTheStateFolder(t *testing.T) {
	pieces := []string{"..", ".", "/", "\\", "../..", "/etc", "C:", "CON", "nul.txt", "a", "ž", "日", "\x00", "\n", " ", "~", "$HOME", "%2e%2e", "\u202e", "*", "?", ":", strings.Repeat("x", 300), "contoso.example.com", "ln/evil", "-rf", "\u200b", ""}
	random, plain := rand.New(rand.NewPCG(3, 4)), regexp.MustCompile(`^[a-z0-9._-]+$`)
	text := func() string {
		var b strings.Builder
		for range random.IntN(5) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		return b.String()
	}
	state := filepath.Join(t.TempDir(), "state")
	seen := map[string]bool{}
	for i := range 5000 {
		target := run.URLTarget(&url.URL{Scheme: "https", Host: text(), Path: "/" + text()}).Of(text(), text())
		folder := target.Folder()
		if !filepath.IsLocal(folder) || filepath.Base(folder) != folder || !plain.MatchString(folder) || len(folder) > 100 || strings.Trim(folder, ".") == "" || strings.HasSuffix(folder, ".") {
			t.Fatalf("%+v: %q", target, folder)
		}
		if seen[folder] = true; i%50 > 0 {
			continue
		}
		if _, err := run.OpenTarget(state, target); err != nil {
			t.Fatalf("%+v: %v", target, err)
		}
		if info, err := os.Stat(filepath.Join(state, folder, "runs")); err != nil || !info.IsDir() {
			t.Fatalf("%q: %v", folder, err)
		}
	}
	above, err := os.ReadDir(filepath.Dir(state))
	if err != nil || len(above) != 1 || len(seen) < 1000 {
		t.Errorf("%v beside the state folder, %v, %d names", above, err, len(seen))
	}
}
