package cli_test

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// namesPhase is where the program names a part of a run.
var namesPhase = regexp.MustCompile(`Phase: "([^"]+)"|countdown\(\w+, "([^"]+)"`)

// The schema of JSON lines knows every part of a run that the program names.
func TestTheSchemaKnowsEveryPhase(t *testing.T) {
	var known []any
	document := readSchema(t).root["$defs"].(map[string]any)["phase"].(map[string]any)
	known = document["properties"].(map[string]any)["phase"].(map[string]any)["enum"].([]any)
	found := 0
	for _, folder := range []string{"importer", "exporter", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			for _, names := range namesPhase.FindAllStringSubmatch(read(t, path), -1) {
				found++
				if name := names[1] + names[2]; !slices.Contains(known, any(name)) {
					t.Errorf("%s: the schema does not know the phase %q", path, name)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < len(known) {
		t.Errorf("%d places name a phase, and the schema has %d", found, len(known))
	}
}
