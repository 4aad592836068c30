package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// Every text that a mutant changes stands in its file exactly once, and there is a test that has to notice.
func TestEveryMutantFits(t *testing.T) {
	known := map[string]bool{}
	for _, m := range all() {
		if known[m.id] {
			t.Errorf("%s is there twice", m.id)
		}
		known[m.id] = true
		for _, change := range m.changes {
			data, err := os.ReadFile(filepath.Join(root, change.file))
			if err != nil {
				t.Error(err)
			} else if n := strings.Count(string(data), change.old); n != 1 {
				t.Errorf("%s: in %s the text to change stands %d times: %q", m.id, change.file, n, change.old)
			}
		}
		if tests := testsIn(t, m.pkg); !slices.ContainsFunc(strings.Split(m.run, "|"), func(name string) bool { return isIn(tests, name) }) {
			t.Errorf("%s: %s has no %s", m.id, m.pkg, m.run)
		}
	}
}

// isIn reports whether a package has a test, or the script that a test runs.
func isIn(tests, name string) bool {
	test, script, _ := strings.Cut(name, "/")
	if script != "" {
		if _, err := os.Stat(filepath.Join(root, "testdata", "script", script+".txtar")); err != nil {
			return false
		}
	}
	return test == "." || strings.Contains(tests, "func "+test)
}

// testsIn returns the text of all tests of a package.
func testsIn(t *testing.T, pkg string) string {
	t.Helper()
	out, err := exec.Command("sh", "-c", "cat "+filepath.Join(root, pkg)+"/*_test.go").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func ids(list []mutant) (ids string) {
	for _, m := range list {
		ids += m.id
	}
	return ids
}

var letters = []mutant{{id: "a"}, {id: "b"}, {id: "c"}, {id: "d"}, {id: "e"}}

func TestChosen(t *testing.T) {
	for _, test := range []struct{ only, part, want string }{
		{"", "1/1", "abcde"}, {"", "1/4", "ae"}, {"", "2/4", "b"}, {"", "4/4", "d"}, {"c", "1/1", "c"}, {"x", "1/1", ""},
	} {
		if list, err := chosen(letters, test.only, test.part); err != nil || ids(list) != test.want {
			t.Errorf("%+v: %s, %v", test, ids(list), err)
		}
	}
	for _, part := range []string{"", "0/4", "5/4", "2", "x/y"} {
		if _, err := chosen(letters, "", part); err == nil {
			t.Errorf("%q is taken", part)
		}
	}
}

func TestOfDay(t *testing.T) {
	for _, test := range []struct {
		most, day int
		want      string
	}{{0, 7, "abcde"}, {5, 7, "abcde"}, {9, 7, "abcde"}, {2, 0, "ab"}, {2, 1, "cd"}, {2, 2, "ea"}, {2, 3, "bc"}} {
		if got := ids(ofDay(letters, test.most, test.day)); got != test.want {
			t.Errorf("%+v: %s", test, got)
		}
	}
}
