package importer_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"refload/importer"
	"refload/mapping"
)

// A template that somebody fills in and saves with another program is read from its sheet Referrals; the example is never
// read, and copied there it is a row without a problem.
func TestTheExampleIsNeverRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mine.xlsx")
	if err := importer.WriteTemplate(path); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, column := range mapping.TemplateColumns() {
		cell, _ := excelize.CoordinatesToCellName(i+1, 2)
		if column.Example != "" {
			book.SetCellStr("Referrals", cell, column.Example)
		}
		// As a program does that knows nothing of us: the example becomes a sheet like the other one, and the mark is gone.
		header, _ := excelize.CoordinatesToCellName(i+1, 1)
		book.SetCellStr("Example", header, column.Header)
	}
	book.DeleteSheet("Help")
	book.NewSheet("Notes") // a person's: the workbook is not recognised by its sheets either
	other := filepath.Join(t.TempDir(), "saved.xlsx")
	book.SetCustomProps(excelize.CustomProperty{Name: "refload"})
	if err := book.SaveAs(other); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{other} {
		report, err := importer.Check(context.Background(), importer.Source{Path: file, Name: "mine.xlsx", Today: time.Now}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if report.Rows != 1 || report.Problems.Errors > 0 {
			t.Errorf("%d rows, %+v", report.Rows, report.Problems.Groups())
		}
	}
}
