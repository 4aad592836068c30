package importer

import (
	"regexp"
	"testing"

	"refload/api"
	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

func textRow(number int, cells ...string) sheet.Row {
	row := sheet.Row{Number: number}
	for _, cell := range cells {
		kind := sheet.Text
		if cell == "" {
			kind = sheet.Blank
		}
		row.Cells = append(row.Cells, sheet.Cell{Kind: kind, Stored: cell, Shown: cell})
	}
	return row
}

// markerIn returns the marker of a row of a sheet with the columns Deal Name, Customer Name,
// CRM ID and Notes.
func markerIn(t *testing.T, target run.Target, cells ...string) string {
	t.Helper()
	columns, _ := mapping.Match(textRow(1, "Deal Name", "Customer Name", "CRM ID", "Notes"), mapping.MatchOptions{})
	row := textRow(2, cells...)
	doc := api.NewReferral()
	if cells[2] != "" {
		if err := doc.Set("externalReferenceId", cells[2]); err != nil {
			t.Fatal(err)
		}
	}
	return markerOf(target, columns, &mapping.Record{Doc: doc}, row)
}

func TestMarker(t *testing.T) {
	sandbox, other := run.SandboxTarget(), run.Target{ID: "https://example.com"}
	base := markerIn(t, sandbox, "Cloud move", "Contoso", "", "first")
	if !regexp.MustCompile(`^refload-[a-z2-7]{26}$`).MatchString(base) {
		t.Fatalf("marker %q", base)
	}
	for _, test := range []struct {
		name  string
		other string
		same  bool
	}{
		{"again", markerIn(t, sandbox, "Cloud move", "Contoso", "", "first"), true},
		{"a cell that is no key cell", markerIn(t, sandbox, "Cloud move", "Contoso", "", "changed"), true},
		{"case and spaces of a key cell", markerIn(t, sandbox, " cloud  MOVE", "contoso ", "", ""), true},
		{"another deal", markerIn(t, sandbox, "Cloud move 2", "Contoso", "", "first"), false},
		{"the border between two cells", markerIn(t, sandbox, "Cloud", "move Contoso", "", "first"), false},
		{"another target", markerIn(t, other, "Cloud move", "Contoso", "", "first"), false},
	} {
		if (test.other == base) != test.same {
			t.Errorf("%s: %s and %s", test.name, base, test.other)
		}
	}
}

func TestACRMIDIsTheMarkerAsItIs(t *testing.T) {
	if got := markerIn(t, run.SandboxTarget(), "Cloud move", "Contoso", "CRM-17 b", ""); got != "CRM-17 b" {
		t.Errorf("marker %q", got)
	}
}
