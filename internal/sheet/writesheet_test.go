package sheet

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestExcelizeReadsTheSame is the second opinion on what was written.
func TestExcelizeReadsTheSame(t *testing.T) {
	path := writeBook(t, []Column{{Header: "Name", Width: 30, Note: "as in the contract"}, {Header: "Value"}, {Header: "Close", Kind: Date}, {Header: "Technical", Group: true, Hidden: true, Shaded: true}},
		[]Out{{Kind: Text, Text: "Contoso <&> \"x\"\n_x0041_"}, {Kind: Number, Text: "1200.5"}, {Kind: Date, Text: "2026-01-30"}, {Kind: Text, Text: "e1"}},
		[]Out{{Kind: Text, Text: " Fabrikam "}, {}, {}, {Kind: Bool, Text: "TRUE", Style: Good, Note: "seen\x07"}})
	file, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := file.GetRows("Results")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"Name", "Value", "Close", "Technical"}, {"Contoso <&> \"x\"\n_x0041_", "1200.5", "2026-01-30", "e1"}, {" Fabrikam ", "", "", "TRUE"}}
	if fmt.Sprint(rows) != fmt.Sprint(want) {
		t.Errorf("got  %q\nwant %q", rows, want)
	}
	notes, err := file.GetComments("Results")
	if err != nil || len(notes) != 2 || notes[0].Cell != "A1" || !strings.Contains(notes[1].Paragraph[0].Text, `seen\a`) {
		t.Errorf("notes %+v, %v", notes, err)
	}
	if visible, err := file.GetColVisible("Results", "D"); err != nil || visible {
		t.Errorf("column D is shown, %v", err)
	}
	if level, err := file.GetColOutlineLevel("Results", "D"); err != nil || level != 1 {
		t.Errorf("column D has outline %d, %v", level, err)
	}
	if panes, err := file.GetPanes("Results"); err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	if properties, err := file.GetDocProps(); err != nil || properties.Creator != "refload" {
		t.Errorf("properties %+v, %v", properties, err)
	}
}

// TestColumnsStandInOrder looks at the XML: programs call a workbook damaged whose columns do
// not ascend.
func TestColumnsStandInOrder(t *testing.T) {
	columns := make([]Column, 12)
	for i := range columns {
		columns[i] = Column{Header: fmt.Sprint("H", i), Width: float64(10 + i%3), Hidden: i%4 == 0, Group: i%2 == 0, Shaded: i%3 == 0, Kind: Kind(i % 3)}
	}
	reader, err := zip.OpenReader(writeBook(t, columns))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	in, err := reader.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, match := range regexp.MustCompile(`<col min="(\d+)" max="(\d+)"`).FindAllSubmatch(data, -1) {
		got = append(got, string(match[1])+"-"+string(match[2]))
	}
	want := []string{"1-1", "2-2", "3-3", "4-4", "5-5", "6-6", "7-7", "8-8", "9-9", "10-10", "11-11", "12-12"}
	if !slices.Equal(got, want) {
		t.Errorf("columns %v, want %v", got, want)
	}
}

func TestSeveralSheets(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.xlsx")
	writer, err := CreateWorkbook(path, "template")
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Abort()
	long := strings.Repeat("Solution with a long name, ", 20)
	first, err := writer.AddSheet("Referrals", []Column{{Header: "Status", Allowed: []string{"New", "Active", long}}, {Header: "Again", Allowed: []string{"New", "Active", long}}, {Header: "Type", Allowed: []string{"=x", "Shared"}}})
	if err != nil {
		t.Fatal(err)
	}
	second, err := writer.AddSheet("Summary", []Column{{Width: 20}, {}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 { // in turns
		if err := errors.Join(first.Write(texts("New")), second.Write([]Out{{Kind: Text, Text: "created", Style: Strong}, {Kind: Number, Text: fmt.Sprint(i)}})); err != nil {
			t.Fatal(err)
		}
	}
	for _, kind := range []ChartKind{ColumnChart, PieChart} {
		spec := ChartSpec{Title: "Outcomes", Kind: kind, Categories: "Summary!$A$1:$A$3", Values: "Summary!$B$1:$B$3", Cell: "D2"}
		if err := writer.AddChart("Summary", spec); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.AddChart("Nowhere", ChartSpec{Cell: "A1"}); err == nil {
		t.Error("a chart on no sheet")
	}
	if _, err := writer.AddSheet("summary", nil); err == nil {
		t.Error("a second sheet of the same name")
	}
	if err := writer.Commit(); err != nil {
		t.Fatal(err)
	}
	book, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if got := fmt.Sprint(book.Sheets()); got != "[{Referrals false} {Summary false} {Lists true}]" || book.Mark() != "template" {
		t.Errorf("sheets %s, mark %q", got, book.Mark())
	}
	for sheet, want := range map[string]string{
		"Referrals": "[[Status Again Type] [New] [New] [New]]", "Summary": "[[created 0] [created 1] [created 2]]",
		"Lists": "[[New =x] [Active Shared] [" + long + "]]",
	} {
		rows, err := rowsOf(book, sheet)
		if got := fmt.Sprint(shownOf(rows)); got != want || err != nil {
			t.Errorf("%s: %s, %v", sheet, got, err)
		}
	}
	wantDropdowns(t, path)
}

func wantDropdowns(t *testing.T, path string) {
	file, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rules, err := file.GetDataValidations("Referrals")
	if err != nil || len(rules) != 3 {
		t.Fatalf("%v, %v", rules, err)
	}
	got := map[string]string{}
	for _, rule := range rules {
		got[rule.Sqref] = rule.Formula1
	}
	want := map[string]string{"A2:A1048576": "Lists!$A$1:$A$3", "B2:B1048576": "Lists!$A$1:$A$3", "C2:C1048576": "Lists!$B$1:$B$2"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("dropdowns %v, want %v", got, want)
	}
}

// An amount keeps its value and is shown with two decimals; a number beside it is shown as it is,
// and digits that no float64 holds stay text.
func TestAmountsShowTwoDecimals(t *testing.T) {
	path := writeBook(t, []Column{{Header: "Sum"}, {Header: "Count"}},
		[]Out{{Kind: Number, Text: "559504.5", Amount: true}, {Kind: Number, Text: "16"}},
		[]Out{{Kind: Number, Text: "9007199254740993.00", Amount: true}})
	file, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	shown, err := file.GetRows("Results")
	if err != nil {
		t.Fatal(err)
	}
	stored, err := file.GetRows("Results", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(shown[1:]), "[[559,504.50 16] [9007199254740993.00]]"; got != want {
		t.Errorf("shown %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(stored[1:]), "[[559504.5 16] [9007199254740993.00]]"; got != want {
		t.Errorf("stored %s, want %s", got, want)
	}
}
