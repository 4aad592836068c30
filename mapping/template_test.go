package mapping

import (
	"slices"
	"strings"
	"testing"
)

func TestTemplateColumns(t *testing.T) {
	columns := TemplateColumns()
	var header []string
	for _, c := range columns {
		header = append(header, c.Header)
		got, ok := resolve(c.Header)
		if !ok || got.path != c.Path {
			t.Errorf("%q is %q, but reads as %q", c.Header, c.Path, got.path)
		}
		if c.Help == "" || c.Kind == "" || c.Kind == Result {
			t.Errorf("%q: %+v", c.Header, c)
		}
	}
	if !slices.Equal(header[:3], []string{"Deal Name", "Customer Name", "Customer Address Line 1"}) {
		t.Errorf("the template starts with %v", header[:3])
	}
	for _, want := range []string{"Solution 1", "Solution 3", "Team member 1", "Team member 3", "CRM ID", "Action", "Microsoft help required?"} {
		if !slices.Contains(header, want) {
			t.Errorf("%q is missing", want)
		}
	}
	_, problems := Match(textRow(1, header...), MatchOptions{Unattended: true})
	if len(problems) > 0 {
		t.Errorf("an empty template has problems: %+v", problems)
	}
}

// TestTemplateHasThePortalsColumns: every column of the portal that somebody fills in and that
// is sent is there.
func TestTemplateHasThePortalsColumns(t *testing.T) {
	there := map[string]bool{}
	for _, c := range TemplateColumns() {
		there[c.Path] = true
	}
	devices := iotPath + "."
	for _, f := range Fields() {
		filledByPortal := f.Path == matchedPath || f.Path == "engagementId"
		if f.Portal && f.read() && !there[f.at(0)] && !filledByPortal && !strings.HasPrefix(f.Path, devices) {
			t.Errorf("%s is missing", f.Header)
		}
	}
}

// TestDropdownsAreAccepted: whatever a dropdown offers is read without complaint.
func TestDropdownsAreAccepted(t *testing.T) {
	for _, c := range TemplateColumns() {
		for _, word := range c.Allowed {
			rec, problems := decodeOne([]string{c.Header}, []string{word})
			if len(problems) > 0 || len(rec.Cells) == 0 {
				t.Errorf("%s: %q is offered, but %+v", c.Header, word, problems)
			}
		}
	}
}

func TestRequiredMarks(t *testing.T) {
	var required []string
	for _, c := range TemplateColumns() {
		if c.Required {
			required = append(required, c.Header)
		}
	}
	want := []string{"Deal Name", "Customer Name", "Customer Address Line 1", "Customer City", "Customer Country", "Estimated Deal Value",
		"Currency", "Estimated Close Date", "Microsoft help required?", "Share with Microsoft sales team",
		"Consent to share Customer/Partner contact", "Marketplace Purchase Intent", "Solution 1", "Team member 1"}
	if !slices.Equal(required, want) {
		t.Errorf("got  %v\nwant %v", required, want)
	}
}
