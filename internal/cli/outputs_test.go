package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Nothing that a command is told to write replaces, or is appended to, what it reads, or what another
// flag names.
func TestNoInputIsWrittenOver(t *testing.T) {
	t.Parallel()
	w := newTenant(t)
	sheet := w.sheet("deals.csv", deal(1, "100", "note", "CRM-1", ""))
	book := filepath.Join(w.folder, "deals.xlsx")
	if code, _, stderr := call(t, nil, "template", book); code != 0 {
		t.Fatal(stderr)
	}
	mapping := writeFile(t, w.folder, "crm.yaml", "columns: {}\n")
	plan := w.plan(sheet, "plan.json")
	hard := filepath.Join(w.folder, "hard.log")
	if err := os.Link(sheet, hard); err != nil {
		t.Skip("no hard links here:", err)
	}
	other := filepath.Join(w.folder, "other.txt")
	for _, args := range [][]string{
		{"plan", book, "-o", book}, {"plan", book, "-o", filepath.Join(w.folder, ".", "deals.xlsx")}, {"verify", book, "-o", book}, {"check", sheet, "--log-file", hard},
		{"import", sheet, "--yes", "--metrics-file", sheet}, {"import", sheet, "--yes", "--metrics-file", hard}, {"import", sheet, "--yes", "--log-file", sheet}, {"import", sheet, "--yes", "--debug-bodies", sheet},
		{"import", sheet, "--yes", "--mapping", mapping, "--metrics-file", mapping}, {"import", sheet, "--yes", "--mapping", mapping, "--log-file", mapping},
		{"apply", plan, "--yes", "--metrics-file", plan}, {"apply", plan, "--yes", "--log-file", plan}, {"apply", plan, "--yes", "--metrics-file", sheet}, {"apply", plan, "--yes", "--log-file", sheet},
		{"runs resume", "last", "--yes", "--log-file", sheet}, {"import", w.folder, "--done", filepath.Join(w.folder, "done"), "--yes", "--log-file", sheet},
		{"import", sheet, "--yes", "--log-file", other, "--metrics-file", other}, {"export", "-o", other, "--format", "csv", "--debug-bodies", other}, {"import", sheet, "--yes", "--results", other, "--log-file", other},
		{"import", sheet, "--no-such-flag", "--metrics-file", sheet, "--log-file", sheet}, {"import", sheet, "--yes", "--profile", "nobody", "--metrics-file", hard, "--log-file", hard},
	} {
		before := content(t, w.folder)
		code, stdout, stderr := w.run(args[0], args[1:]...)
		if code != 2 || !strings.Contains(stderr, "hint: ") {
			t.Errorf("%v: exit %d\n%s%s", args, code, stdout, stderr)
		}
		if after := content(t, w.folder); after != before {
			t.Errorf("%v: the files are\n%s\nand were\n%s", args, after, before)
		}
	}
	if writes := w.writes(); len(writes) > 0 {
		t.Errorf("%d writes were sent", len(writes))
	}
}

// content is what the files of a folder hold, without the one that only outputs name.
func content(t *testing.T, folder string) string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*.*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%v, %v", paths, err)
	}
	var all strings.Builder
	for _, path := range paths {
		if filepath.Base(path) == "other.txt" {
			continue // the first flag that names it may write it: how the command ended is told
		}
		all.WriteString(path + "\n" + bytesOf(t, path) + "\n")
	}
	return all.String()
}

func bytesOf(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Results under the name of their input go beside it; through a link they go nowhere.
func TestResultsAreNotTheInput(t *testing.T) {
	for _, test := range []struct {
		name, want string
		link       func(from, to string) error
	}{
		{"deals.csv", "deals-2.csv", nil},
		{"./deals.csv", "deals-2.csv", nil},
		{"hard.csv", "hard-2.csv", os.Link},
		{"soft.csv", "", os.Symlink},
	} {
		w := newTenant(t)
		sheet := w.sheet("deals.csv", deal(1, "100", "note", "CRM-1", ""))
		if test.link != nil {
			if err := test.link(sheet, filepath.Join(w.folder, test.name)); err != nil {
				t.Skip("no links here:", err)
			}
		}
		before := bytesOf(t, sheet)
		code, stdout, stderr := w.run("import", sheet, "--yes", "--results", w.folder+"/"+test.name)
		if after := bytesOf(t, sheet); after != before {
			t.Errorf("--results %s: the input is\n%s", test.name, after)
		}
		if test.want == "" {
			if code == 0 || len(w.writes()) > 0 {
				t.Errorf("--results %s: exit %d\n%s%s", test.name, code, stdout, stderr)
			}
			continue
		}
		if rows := readCSV(t, filepath.Join(w.folder, test.want)); code != 0 || rows[0]["Outcome"] != "created" {
			t.Errorf("--results %s: exit %d, %v\n%s%s", test.name, code, rows, stdout, stderr)
		}
	}
}
