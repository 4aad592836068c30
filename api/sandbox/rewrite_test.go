package sandbox

import (
	"bytes"
	"errors"
	"maps"
	"testing"
)

// renamed replaces a word by one of another length.
func renamed(document []byte) ([]byte, int, error) {
	return bytes.ReplaceAll(document, []byte("first"), []byte("the one")), bytes.Count(document, []byte("first")), nil
}

// names returns the names of all referrals by id.
func (w *world) names() map[string]string {
	all := map[string]string{}
	for document := range w.Referrals() {
		all[text(document, "id")] = text(document, "name")
	}
	return all
}

// Every version of every document is edited, compacted or not, and the file opens: same referrals,
// same creates, and it goes on.
func TestRewriteState(t *testing.T) {
	for _, compacted := range []bool{false, true} {
		options, _ := grown(t)
		if compacted {
			newWorld(t, options).Close()
		}
		wantTimes := bytes.Count(readFile(t, options.StateFile), []byte("first"))
		if n, err := RewriteState(options.StateFile, false, renamed); n != wantTimes || err != nil {
			t.Fatal(n, err)
		}
		if n := bytes.Count(readFile(t, options.StateFile), []byte("first")); n != wantTimes {
			t.Fatalf("counting changed the file: %d", n)
		}
		if n, err := RewriteState(options.StateFile, true, renamed); n != wantTimes || err != nil {
			t.Fatal(n, err)
		}
		if bytes.Contains(readFile(t, options.StateFile), []byte("first")) {
			t.Error("a version keeps the word")
		}
		w := newWorld(t, options)
		var names []string
		for name := range maps.Values(w.names()) {
			names = append(names, name)
		}
		if len(names) != 2 || names[0] != "the one 3" && names[1] != "the one 3" {
			t.Errorf("names %q", names)
		}
		w.create("externalReferenceId", `"CRM-3"`)
		w.reopened(options)
	}
}

func TestRewriteStateLeavesTheFile(t *testing.T) {
	options, _ := grown(t)
	before := readFile(t, options.StateFile)
	broken := errors.New("broken")
	for name, edit := range map[string]func([]byte) ([]byte, int, error){
		"nothing": func(d []byte) ([]byte, int, error) { return d, 0, nil },
		"broken":  func([]byte) ([]byte, int, error) { return nil, 1, broken },
	} {
		_, err := RewriteState(options.StateFile, true, edit)
		if (err != nil) != (name == "broken") || !bytes.Equal(before, readFile(t, options.StateFile)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w := newWorld(t, options)
	var locked *LockedError
	if _, err := RewriteState(options.StateFile, true, renamed); !errors.As(err, &locked) {
		t.Errorf("a sandbox has the file: %v", err)
	}
	w.Close()
	if _, err := RewriteState(options.StateFile+"-none", true, renamed); err == nil {
		t.Error("a file that is not there was rewritten")
	}
}
