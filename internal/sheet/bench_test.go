package sheet

import (
	"fmt"
	"path/filepath"
	"runtime"
	"testing"
)

const (
	benchRows    = 50_000
	benchColumns = 30
)

// benchRow is a row as an operations team would have it: mostly short texts, some numbers
// and dates.
func benchRow(row int) []Out {
	cells := make([]Out, benchColumns)
	for i := range cells {
		switch i % 5 {
		case 0:
			cells[i] = Out{Kind: Number, Text: fmt.Sprint(row*i + 1)}
		case 1:
			cells[i] = Out{Kind: Date, Text: "2026-01-30"}
		default:
			cells[i] = Out{Kind: Text, Text: fmt.Sprintf("Contoso %d/%d", row%5000, i)}
		}
	}
	return cells
}

func benchHeaders() ([]string, []Column) {
	headers, columns := make([]string, benchColumns), make([]Column, benchColumns)
	for i := range headers {
		headers[i] = fmt.Sprintf("Column %d", i+1)
		columns[i] = Column{Header: headers[i], Width: 14}
	}
	return headers, columns
}

func writeBenchCSV(tb testing.TB, path string, rows int) {
	headers, _ := benchHeaders()
	file, err := CreateCSV(path, headers)
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Abort()
	for row := range rows {
		if err := file.Write(benchRow(row)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := file.Commit(); err != nil {
		tb.Fatal(err)
	}
}

func writeBenchXLSX(tb testing.TB, path string, rows int) {
	_, columns := benchHeaders()
	book, err := CreateWorkbook(path, "")
	if err != nil {
		tb.Fatal(err)
	}
	defer book.Abort()
	table, err := book.AddSheet("Deals", columns)
	if err != nil {
		tb.Fatal(err)
	}
	for row := range rows {
		if err := table.Write(benchRow(row)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := book.Commit(); err != nil {
		tb.Fatal(err)
	}
}

func countRows(tb testing.TB, path, sheet string) int {
	book, err := Open(path, Options{})
	if err != nil {
		tb.Fatal(err)
	}
	defer book.Close()
	count := 0
	for _, err := range book.Rows(sheet) {
		if err != nil {
			tb.Fatal(err)
		}
		count++
	}
	return count
}

func benchRead(b *testing.B, path, sheet string) {
	b.ReportAllocs()
	for b.Loop() {
		if got := countRows(b, path, sheet); got != benchRows+1 {
			b.Fatalf("%d rows", got)
		}
	}
	b.ReportMetric(float64(benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkReadCSV(b *testing.B) {
	path := filepath.Join(b.TempDir(), "deals.csv")
	writeBenchCSV(b, path, benchRows)
	benchRead(b, path, "")
}

func BenchmarkReadXLSX(b *testing.B) {
	path := filepath.Join(b.TempDir(), "deals.xlsx")
	writeBenchXLSX(b, path, benchRows)
	benchRead(b, path, "Deals")
}

func BenchmarkWriteCSV(b *testing.B) {
	path := filepath.Join(b.TempDir(), "deals.csv")
	for b.Loop() {
		writeBenchCSV(b, path, benchRows)
	}
}

func BenchmarkWriteXLSX(b *testing.B) {
	path := filepath.Join(b.TempDir(), "deals.xlsx")
	for b.Loop() {
		writeBenchXLSX(b, path, benchRows)
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	b.ReportMetric(float64(memory.Sys>>20), "MiB-sys")
}
