package cli_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"refload/api"
	"refload/api/sandbox"
	"refload/mapping"
)

// The client's tables and the sandbox's were written down twice from the documentation. Where
// they differ, one of the two has misread it.

var anyNumber = regexp.MustCompile(`\[[^\]]*\]`)

// documented returns the sandbox's property for a path of the field table.
func documented(t *testing.T, path string) (sandbox.Property, bool) {
	t.Helper()
	plain := anyNumber.ReplaceAllString(path, "[]")
	for _, property := range sandbox.Properties() {
		if property.Path == plain {
			return property, true
		}
	}
	return sandbox.Property{}, false
}

func TestEveryFieldThatIsSentIsAPropertyOfTheSandbox(t *testing.T) {
	checked := 0
	for _, field := range mapping.Fields() {
		sent := field.Writable == mapping.Always || field.Writable == mapping.OnCreate || field.Writable == mapping.UntilShared
		if !sent || strings.HasPrefix(field.Path, "@") {
			continue
		}
		checked++
		if _, found := documented(t, strings.TrimSuffix(field.Path, "#")); !found && field.Element == "" && field.Kind != mapping.Empty {
			t.Errorf("%s (%s) is sent, and the sandbox knows no such property", field.Header, field.Path)
		}
	}
	if checked < 40 {
		t.Errorf("only %d fields were compared", checked)
	}
}

func TestEnumsAreTheSame(t *testing.T) {
	compared := 0
	for _, field := range mapping.Fields() {
		property, found := documented(t, field.Path)
		if !found || field.Kind != mapping.Choice || property.Values == nil {
			continue
		}
		compared++
		for _, value := range field.Allowed {
			if !slices.Contains(property.Values, value) {
				t.Errorf("%s: the field allows %q, the sandbox %v", field.Path, value, property.Values)
			}
		}
	}
	if compared < 3 {
		t.Errorf("only %d enums were compared", compared)
	}
}

func TestLifecyclesAreTheSame(t *testing.T) {
	stages := sandbox.Lifecycle()
	if len(stages) != len(api.Statuses()) {
		t.Fatalf("%d stages, %d statuses", len(stages), len(api.Statuses()))
	}
	for _, stage := range stages {
		if got := api.NextStatuses(stage.Status); !same(got, stage.Next) {
			t.Errorf("%s may become %v or %v", stage.Status, got, stage.Next)
		}
		substatuses := append(slices.Clone(stage.Substatus), stage.SystemOnly...)
		got := slices.DeleteFunc(api.Substatuses(stage.Status), func(s string) bool { return s == "Error" })
		substatuses = slices.DeleteFunc(substatuses, func(s string) bool { return s == "Error" })
		if !same(got, substatuses) {
			t.Errorf("%s has the substatuses %v or %v", stage.Status, got, substatuses)
		}
	}
}

func same(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}
