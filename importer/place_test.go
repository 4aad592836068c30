package importer

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"refload/internal/files"
	"refload/internal/run"
)

// placing is a folder with an input and a state folder of its own.
func placing(t *testing.T) (folder string, options Options) {
	t.Helper()
	folder = t.TempDir()
	home, err := run.OpenHome(t.TempDir(), "target")
	if err != nil {
		t.Fatal(err)
	}
	options = Options{Home: home, Source: Source{Path: filepath.Join(folder, "deals.csv")}, Now: time.Now}
	if err := os.WriteFile(options.Path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder, options
}

// Neither a file of results nor one of problems that is not ours is replaced.
func TestWhatIsNotOursStays(t *testing.T) {
	for _, test := range []struct{ there, asked, want, beside string }{
		{"", "out.csv", "out.csv", ""},
		{"out.csv", "out.csv", "out-2.csv", "out.csv"},
		{"out-problems.csv", "out.csv", "out-2.csv", "out-problems.csv"},
		{"out-problems.csv", "out.xlsx", "out.xlsx", ""},
		{"deals-problems.csv", "deals-results.csv", "deals-results-2.csv", "deals-problems.csv"},
	} {
		folder, options := placing(t)
		if test.there != "" {
			if err := os.WriteFile(filepath.Join(folder, test.there), []byte("of a person"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		place, err := freePlace(filepath.Join(folder, test.asked), run.Written{}, options)
		if err != nil {
			t.Fatal(err)
		}
		place.release()
		beside := filepath.Base(place.beside.Path)
		if place.beside.Path == "" {
			beside = ""
		}
		if filepath.Base(place.path) != test.want || beside != test.beside {
			t.Errorf("%s beside %q: %s, beside %q", test.asked, test.there, filepath.Base(place.path), beside)
		}
	}
}

// Only temporary files of refload's naming that nobody has changed for long are removed.
func TestOnlyAbandonedTemporaryFilesAreSwept(t *testing.T) {
	folder, options := placing(t)
	old := time.Now().Add(-2 * abandonedAfter)
	for name, then := range map[string]time.Time{
		".out.csv-1234.refload.tmp": old, ".out-problems.csv-99.refload.tmp": old,
		".out.csv-5678.refload.tmp": time.Now(), ".out.csv-notes.refload.tmp": old, ".other.csv-1.refload.tmp": old, "out.csv-1.refload.tmp": old,
	} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, then, then); err != nil {
			t.Fatal(err)
		}
	}
	options.Results = filepath.Join(folder, "out.csv")
	in := &input{}
	if _, err := placeResults(in, options, nil); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, entry := range entries {
		left = append(left, entry.Name())
	}
	want := []string{".other.csv-1.refload.tmp", ".out.csv-5678.refload.tmp", ".out.csv-notes.refload.tmp", "deals.csv", "out.csv-1.refload.tmp"}
	if len(left) != len(want) {
		t.Fatalf("left: %v", left)
	}
	for i := range want {
		if left[i] != want[i] {
			t.Errorf("left: %v, want %v", left, want)
		}
	}
}

// puts writes results to the first free name that is like another, and returns what it was and what was left alone.
func puts(t *testing.T, asked string, owner run.Written, options Options) (string, Beside) {
	t.Helper()
	place, err := freePlace(asked, owner, options)
	if err != nil {
		t.Fatal(err)
	}
	defer place.release()
	file, err := files.Create(place.path)
	if err != nil {
		t.Fatal(err)
	}
	file.Announce(place.announce())
	if _, err := file.Write([]byte("results")); err != nil {
		t.Fatal(err)
	}
	if err := file.Commit(); err != nil {
		t.Fatal(err)
	}
	return filepath.Base(place.path), place.beside
}

// A file that is announced is ours at once, and one that a person changed since is not.
func TestAnnouncedResultsMayBeReplaced(t *testing.T) {
	folder, options := placing(t)
	path := filepath.Join(folder, "out.csv")
	for range 2 {
		if name, beside := puts(t, path, run.Written{}, options); name != "out.csv" || beside.Path != "" {
			t.Errorf("%s, beside %q", name, beside)
		}
	}
	if err := os.WriteFile(path, []byte("fixed"), 0o600); err != nil {
		t.Fatal(err)
	}
	if name, beside := puts(t, path, run.Written{}, options); name != "out-2.csv" || beside.Path != path || beside.Ours {
		t.Errorf("%s, beside %q", name, beside)
	}
}

// Results belong to a target and an input. Who asks for them by name replaces those of another input, and nobody
// those of another target.
func TestWhoseResultsAreReplaced(t *testing.T) {
	folder, contoso := placing(t)
	fabrikam := contoso
	var err error
	if fabrikam.Home, err = run.OpenHome(filepath.Dir(contoso.Home.Path()), "other"); err != nil {
		t.Fatal(err)
	}
	named := contoso
	named.ResultsNamed = true
	for i, step := range []struct {
		options Options
		input   string
		want    string
	}{
		{contoso, "a/deals.csv", "out.xlsx"}, {fabrikam, "a/deals.csv", "out-2.xlsx"}, {contoso, "b/deals.csv", "out-3.xlsx"},
		{contoso, "a/deals.csv", "out.xlsx"}, {fabrikam, "a/deals.csv", "out-2.xlsx"}, {contoso, "b/deals.csv", "out-3.xlsx"},
		{named, "c/deals.csv", "out.xlsx"}, {contoso, "a/deals.csv", "out-4.xlsx"},
	} {
		owner := run.Written{What: run.WroteResults, Input: filepath.Join(folder, step.input)}
		if name, beside := puts(t, filepath.Join(folder, "out.xlsx"), owner, step.options); name != step.want || beside.Ours != (name != "out.xlsx") {
			t.Errorf("step %d: %s, expected %s; beside %q", i, name, step.want, beside)
		}
	}
}
