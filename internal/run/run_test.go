package run_test

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"refload/internal/run"
)

var noon = time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC)

func home(t *testing.T, name string) *run.Home {
	t.Helper()
	h, err := run.OpenHome(t.TempDir(), name)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestEveryOutcomeIsInTheTableOnce(t *testing.T) {
	seen := map[run.Outcome]bool{}
	for _, word := range run.Words() {
		if seen[word.Outcome] || word.Meaning == "" {
			t.Errorf("%s stands twice or has no meaning", word.Outcome)
		}
		if !word.Good && word.Hint == "" {
			t.Errorf("%s is not good and has no hint", word.Outcome)
		}
		seen[word.Outcome] = true
	}
	if len(seen) != 14 {
		t.Errorf("%d outcomes, the design has 14", len(seen))
	}
}

// The outcomes after which a run ends with exit code 0, as the design lists them.
func TestGoodOutcomes(t *testing.T) {
	good := map[run.Outcome]bool{run.Created: true, run.Updated: true, run.Unchanged: true, run.Waits: true, run.AlreadyExists: true, run.Skipped: true}
	for _, word := range run.Words() {
		if word.Good != good[word.Outcome] {
			t.Errorf("%s: good is %v", word.Outcome, word.Good)
		}
	}
	counts := run.Counts{run.Created: 3, run.Unknown: 2, run.Skipped: 1}
	if counts.Total() != 6 || counts.Bad() != 2 {
		t.Errorf("total %d, bad %d", counts.Total(), counts.Bad())
	}
}

func TestOneHolderOfALock(t *testing.T) {
	h := home(t, "target")
	first, err := h.Lock(run.Holder{PID: 4711, Host: "desk", Since: noon, What: "import"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Lock(run.ThisProcess("import", noon))
	var locked *run.LockedError
	if !errors.As(err, &locked) || locked.Holder.PID != 4711 || locked.Holder.Host != "desk" {
		t.Fatalf("second lock: %v", err)
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	second, err := h.Lock(run.ThisProcess("import", noon))
	if err != nil {
		t.Fatalf("after the release: %v", err)
	}
	second.Release()
}

// Who takes the lock clears away what a killed run left, and nothing else.
func TestTheLockSweepsWhatKilledRunsLeft(t *testing.T) {
	h := home(t, "target")
	folder, err := h.NewFolder(noon)
	if err != nil {
		t.Fatal(err)
	}
	spool, err := folder.Spool("referrals.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	prior, err := folder.Prior(".states.jsonl-3.refload.tmp")
	if err != nil {
		t.Fatal(err)
	}
	left := []string{spool, prior, folder.Path(".run.json-123.refload.tmp"), folder.Path(".input-deals-results.csv-9.refload.tmp"), folder.Path(".journal.jsonl-7.refload.tmp")}
	kept := []string{folder.Journal(), folder.Manifest(), folder.Stdin(), folder.Path(".run.json-notes.refload.tmp"), folder.Path("input-deals-results.csv"), folder.Path(".-1.refload.tmp")}
	for _, path := range append(left, kept...) {
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lock, err := h.Lock(run.ThisProcess("import", time.Now().Add(time.Minute)))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	for _, path := range left {
		if _, err := os.Lstat(path); err == nil {
			t.Errorf("%s is still there", filepath.Base(path))
		}
	}
	for _, path := range kept {
		if _, err := os.Lstat(path); err != nil {
			t.Errorf("%s was swept", filepath.Base(path))
		}
	}
}

func TestTargetsDoNotShareALock(t *testing.T) {
	state := t.TempDir()
	for _, name := range []string{"one", "two"} {
		h, err := run.OpenHome(state, name)
		if err != nil {
			t.Fatal(err)
		}
		lock, err := h.Lock(run.ThisProcess("import", noon))
		if err != nil {
			t.Fatal(err)
		}
		defer lock.Release()
	}
}

func TestFoldersArePrivateAndSortByTime(t *testing.T) {
	h := home(t, "target")
	var names []string
	for i := range 3 {
		folder, err := h.NewFolder(noon.Add(time.Duration(3-i) * time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, folder.Run)
		info, err := os.Stat(folder.Path())
		if err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
	}
	folders, err := h.Folders()
	if err != nil || len(folders) != 3 {
		t.Fatalf("%d folders, %v", len(folders), err)
	}
	if folders[0].Run != names[2] || folders[2].Run != names[0] {
		t.Errorf("order %s %s %s", folders[0].Run, folders[1].Run, folders[2].Run)
	}
}

func TestHomes(t *testing.T) {
	state := t.TempDir()
	if homes, err := run.Homes(filepath.Join(state, "missing")); err != nil || homes != nil {
		t.Errorf("of a missing folder: %v, %v", homes, err)
	}
	for _, name := range []string{"one", "two"} {
		if _, err := run.OpenHome(state, name); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(state, "written"), 0o700); err != nil {
		t.Fatal(err)
	}
	if homes, err := run.Homes(state); err != nil || len(homes) != 2 {
		t.Errorf("%d homes, %v; expected 2", len(homes), err)
	}
}

func parse(t *testing.T, text string) *url.URL {
	t.Helper()
	base, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return base
}

// One service is one target, however it is spelled; and the usual spellings keep the ID, and with it the
// markers, and the folder that they have had from the beginning.
func TestOneServiceIsOneTarget(t *testing.T) {
	for _, test := range []struct {
		id, folder string
		spellings  []string
	}{
		{"https://api.partner.microsoft.com", "api.partner.microsoft.com-38e20a6c", []string{"https://api.partner.microsoft.com", "https://API.partner.microsoft.com/",
			"HTTPS://api.partner.microsoft.com", "https://api.partner.microsoft.com:443", "https://api.partner.microsoft.com.", "https://api.partner.microsoft.com.:443/", "https://api.partner.microsoft.com:"}},
		{"https://api.example.com:8443/prefix", "api.example.com_8443_prefix-1cfe0dca", []string{"https://api.example.com:8443/prefix", "https://api.example.com.:8443/prefix/"}},
		{"http://127.0.0.1:8080", "127.0.0.1_8080-d30a576c", []string{"http://127.0.0.1:8080", "http://127.0.0.1:8080/"}},
		{"http://localhost", "localhost-8605b8ba", []string{"http://localhost", "http://LOCALHOST:80"}},
		{"http://[::1]:8080", "___1__8080-23f440d8", []string{"http://[::1]:8080"}},
		{"https://[::1]:80", "", []string{"https://[::1]:80"}},
	} {
		for _, spelling := range test.spellings {
			if target := run.URLTarget(parse(t, spelling)); target.ID != test.id || test.folder != "" && target.Folder() != test.folder {
				t.Errorf("%s: target %s in %s, want %s in %s", spelling, target.ID, target.Folder(), test.id, test.folder)
			}
		}
	}
}

func TestTargets(t *testing.T) {
	parse := func(text string) *url.URL { return parse(t, text) }
	one := run.URLTarget(parse("https://API.partner.microsoft.com/"))
	two := run.URLTarget(parse("https://api.partner.microsoft.com"))
	if one.ID != two.ID || one.Folder() != two.Folder() {
		t.Errorf("%s and %s are two targets", one.ID, two.ID)
	}
	for _, other := range []string{"https://api.partner.microsoft.com:8443", "http://127.0.0.1:8080", "https://api.partner.microsoft.com/test"} {
		if target := run.URLTarget(parse(other)); target.ID == one.ID || target.Folder() == one.Folder() {
			t.Errorf("%s is the same target", other)
		}
	}
	if folder := run.URLTarget(parse("https://x/../../etc")).Folder(); filepath.Base(folder) != folder {
		t.Errorf("folder %q leads elsewhere", folder)
	}
}
