package sheet

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

// TestWorkbookOfAnotherWriter reads what excelize writes in its ordinary mode: shared
// strings, styles, a formula, a hidden row, a merged title, comments, a second sheet.
func TestWorkbookOfAnotherWriter(t *testing.T) {
	file := excelize.NewFile()
	defer file.Close()
	zip, _ := file.NewStyle(&excelize.Style{CustomNumFmt: new("00000")})
	day, _ := file.NewStyle(&excelize.Style{NumFmt: 14})
	for _, err := range []error{
		file.SetSheetName("Sheet1", "Deals & more"), file.SetSheetRow("Deals & more", "A2", &[]any{"Name", "ZIP", "Close", "Won", "Sum"}),
		file.SetCellStr("Deals & more", "A1", "Deals of Contoso"), file.MergeCell("Deals & more", "A1", "E1"),
		file.SetSheetRow("Deals & more", "A3", &[]any{"Fabrikam", 501, time.Date(2026, 1, 30, 0, 0, 0, 0, time.UTC), true}),
		file.SetCellStyle("Deals & more", "B3", "B3", zip), file.SetCellStyle("Deals & more", "C3", "C3", day),
		file.SetCellFormula("Deals & more", "E3", "B3*2"), file.SetSheetRow("Deals & more", "A5", &[]any{"Name", 0.1}),
		file.SetRowVisible("Deals & more", 5, false), file.AddComment("Deals & more", excelize.Comment{Cell: "A3", Text: "ours"}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := file.NewSheet("Empty"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.xlsx")
	if err := file.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	book, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := rowsOf(book, "Deals & more")
	const want = "[[Deals of Contoso] [Name ZIP Close Won Sum] [Fabrikam 00501 2026-01-30 TRUE =B3*2] [Name 0.1]]"
	if got := fmt.Sprint(shownOf(rows)); got != want || err != nil {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
	if len(rows) == 4 && (!rows[3].Hidden || rows[3].Number != 5 || rows[2].At(4).Kind != Formula) {
		t.Errorf("%+v", rows[2:])
	}
	if rows, err := rowsOf(book, "Empty"); err != nil || len(rows) != 0 || book.Mark() != "" {
		t.Errorf("%v, %v, mark %q", rows, err, book.Mark())
	}
}

// TestTwoReadersAgree writes random tables and reads them with excelize and with this package.
func TestTwoReadersAgree(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.xlsx")
	cell := rapid.Custom(func(t *rapid.T) Out {
		return rapid.OneOf(
			rapid.Map(rapid.StringMatching(`[a-zA-Zžáł<>&"'= \n,;]{0,20}`), func(s string) Out { return Out{Kind: Text, Text: s} }),
			rapid.Map(rapid.StringMatching(`-?[1-9][0-9]{0,5}(\.[0-9]?[1-9])?`), func(s string) Out { return Out{Kind: Number, Text: s} }),
			rapid.Just(Out{Kind: Date, Text: "2026-01-30"}), rapid.Just(Out{Kind: Bool, Text: "TRUE"}), rapid.Just(Out{}),
		).Draw(t, "cell")
	})
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 1, 6), 1, 8).Draw(t, "rows")
		if err := tryBook(path, make([]Column, 6), rows...); err != nil {
			t.Fatal(err)
		}
		theirs, err := excelizeRows(path)
		if err != nil {
			t.Fatal(err)
		}
		book, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		mine := make([][]string, len(theirs))
		for row, err := range book.Rows("Results") {
			if err != nil || row.Number > len(theirs) {
				t.Fatalf("row %d of %d, %v", row.Number, len(theirs), err)
			}
			mine[row.Number-1] = shownOf([]Row{row})[0]
		}
		for i := range theirs {
			if got, want := trimmed(mine[i]), trimmed(theirs[i]); got != want {
				t.Fatalf("row %d: %q, excelize has %q", i+1, got, want)
			}
		}
	})
}

func excelizeRows(path string) ([][]string, error) {
	file, err := excelize.OpenFile(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return file.GetRows("Results")
}

// trimmed joins a row without its blank end, and without rows of white space, which this
// reader leaves out.
func trimmed(texts []string) string {
	if blankText(strings.Join(texts, "")) {
		return ""
	}
	return strings.TrimRight(strings.Join(texts, "\x00"), "\x00")
}
