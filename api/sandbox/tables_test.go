package sandbox

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func splitPath(path string) []string { return strings.Split(path, ".") }

func nodeAt(path string) *node {
	place := schema
	for _, name := range splitPath(path) {
		if name, ok := strings.CutSuffix(name, "[]"); ok {
			if place = place.child(name); place != nil {
				place = place.element
			}
			continue
		}
		place = place.child(name)
	}
	return place
}

func TestPropertiesAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range Properties() {
		if seen[p.Path] {
			t.Errorf("%s stands twice", p.Path)
		}
		seen[p.Path] = true
		if kinds[p.Kind] == nil {
			t.Errorf("%s has no kind", p.Path)
		}
		if parent := p.Path[:max(strings.LastIndex(p.Path, "."), 0)]; parent != "" && !seen[parent] {
			t.Errorf("%s stands before its parent %s", p.Path, parent)
		}
		if array, ok := strings.CutSuffix(p.Path, "[]"); ok && (nodeAt(array) == nil || nodeAt(array).Kind != Array) {
			t.Errorf("%s: %s is no array", p.Path, array)
		}
		if n := nodeAt(p.Path); n == nil || !reflect.DeepEqual(n.Property, p) {
			t.Errorf("%s is not in the tree", p.Path)
		}
	}
	if got := requiredNames; !slices.Equal(got, []string{"consent", "customerProfile", "details", "type"}) {
		t.Errorf("required: %v", got)
	}
}

func TestFillingsFitTheTable(t *testing.T) {
	for _, f := range fillings {
		value, err := decode([]byte(f.json))
		if err != nil {
			t.Errorf("%s: %v", f.path, err)
		}
		n := nodeAt(f.path)
		switch {
		case n == nil:
			t.Errorf("%s is not a property", f.path)
		case value == nil && n.NotNull:
			t.Errorf("%s cannot be null", f.path)
		case value != nil && !kinds[n.Kind](value):
			t.Errorf("%s cannot be %s", f.path, f.json)
		}
	}
}

func TestRegistrationEditsExist(t *testing.T) {
	for _, path := range registrationEdits {
		place := schema
		for _, step := range strings.Split(path[1:], "/") {
			place = place.stepDown(step)
		}
		if place == nil || place.Kind == Object || place.Kind == Array {
			t.Errorf("%s is no property", path)
		}
	}
}

// Every pair of statuses against the table of the documentation.
func TestLifecycle(t *testing.T) {
	legal := map[string]bool{}
	for _, stage := range Lifecycle() {
		for _, next := range stage.Next {
			legal[stage.Status+">"+next] = true
		}
	}
	pairs := map[string][]string{"New": {"Pending", "Received"}, "Active": {"Accepted"}, "Closed": {"Won", "Lost", "Declined"}}
	s := &Sandbox{}
	for _, from := range []string{"New", "Active"} {
		for _, to := range statuses {
			for _, sub := range substatuses {
				stored := map[string]any{"status": from, "substatus": pairs[from][0]}
				wanted := map[string]any{"status": to, "substatus": sub}
				bad := s.checkMove(stored, wanted)
				want := reflect.DeepEqual(stored, wanted) || legal[from+">"+to] && slices.Contains(pairs[to], sub)
				if (bad == nil) != want {
					t.Errorf("%s to %s/%s: refused %v, want allowed %v", from, to, sub, bad, want)
				}
			}
		}
	}
	if legal["Active>New"] || legal["Closed>Active"] || !legal["New>Closed"] {
		t.Errorf("the table is wrong: %v", legal)
	}
}

func TestErrorSubstatusIsASwitch(t *testing.T) {
	for _, allowed := range []bool{false, true} {
		s := &Sandbox{options: Options{AllowError: allowed}}
		if got := s.checkPair("Closed", "Error") == nil; got != allowed {
			t.Errorf("AllowError %v: allowed %v", allowed, got)
		}
	}
}

func TestETagsDiffer(t *testing.T) {
	seen := map[string]bool{}
	for n := range uint64(1000) {
		seen[newETag(n, 1)] = true
	}
	seen[newETag(1<<32, 1)] = true
	if len(seen) != 1001 {
		t.Errorf("%d different eTags of 1001", len(seen))
	}
	if got := newETag(0x6d10, parseTicks("2019-02-23T02:05:55Z")); got != fmt.Sprintf(`"00006d10-0000-0000-0000-%08x0000"`, 1550887555) {
		t.Errorf("eTag %s", got)
	}
}

func TestTimestamps(t *testing.T) {
	for _, text := range []string{"2026-11-20T09:00:00.0000000Z", "2018-11-06T18:40:42.6178337Z"} {
		if got := timestamp(parseTicks(text)); got != text {
			t.Errorf("%s came back as %s", text, got)
		}
	}
	if parseTicks("yesterday") != 0 || parseTicks("") != 0 {
		t.Error("something that is no time was read as one")
	}
}
