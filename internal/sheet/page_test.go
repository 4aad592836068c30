package sheet

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A page prints upright on one sheet of paper, whatever its rows; other sheets across, as long as
// they are.
func TestAPagePrintsOnOnePage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.xlsx")
	book, err := CreateWorkbook(path, "")
	if err != nil {
		t.Fatal(err)
	}
	defer book.Abort()
	sheet, err := book.AddPage("Page", []Column{{Width: 20}})
	if err != nil {
		t.Fatal(err)
	}
	list, err := book.AddSheet("List", []Column{{Header: "Name"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := book.AddSheet("Wide", slices.Repeat([]Column{{Header: "Name", Width: 20}}, 40)); err != nil {
		t.Fatal(err)
	}
	for range 200 {
		for _, table := range []Table{sheet, list} {
			if err := table.Write([]Out{{Kind: Text, Text: "Contoso"}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := book.Commit(); err != nil {
		t.Fatal(err)
	}
	file, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for name, want := range map[string]page{"Page": {"portrait", 1, 1}, "List": {"landscape", 1, 0}, "Wide": {"landscape", 4, 0}} {
		layout, err := file.GetPageLayout(name)
		props, errProps := file.GetSheetProps(name)
		if err != nil || errProps != nil || *layout.Orientation != want.orientation || *layout.FitToHeight != want.tall || *layout.FitToWidth != want.wide || !*props.FitToPage {
			t.Errorf("%s: %v %v, %s, %d pages high", name, err, errProps, *layout.Orientation, *layout.FitToHeight)
		}
	}
}
