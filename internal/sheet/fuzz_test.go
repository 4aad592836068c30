package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var csvSeeds = []string{
	"a,b\n1,2\n", "\xef\xbb\xbf\"a\",b\r\n1,2\r\n", "a;b\n1;2\n", "a\tb\n", "sep=;\na;b\n", "a,b\r1,2\r", "a,b\n\"x\r\ny\",\"\"\"\"\n",
	"\xff\xfea\x00,\x00b\x00", "a,b\n\"x", "a,b\nx\"y,\n", "a,b\n1,2,3\n", "a\n\n\nb\n\x1a", "a,b\n1,\xff\n", "a,b\n\x00,'=1\n", "\n\n,\n", "\"\"\n",
}

// FuzzCSV wants no panic, only problems as errors, and where encoding/csv reads a file
// without trouble the same fields: but for line ends inside quotes, which it rewrites.
func FuzzCSV(f *testing.F) {
	for _, seed := range csvSeeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		records := newRecordReader(bytes.NewReader(data), ',', Options{Name: "a.csv"})
		got, err := records.ReadAll()
		if _, ok := errors.AsType[*ProblemError](err); err != nil && !ok {
			t.Fatalf("%v is no problem", err)
		}
		wantLines(t, data, records.line, err)
		if bytes.ContainsRune(data, '\r') {
			return // encoding/csv knows no line that ends in CR
		}
		reader := csv.NewReader(bytes.NewReader(data))
		reader.FieldsPerRecord = -1
		want, wantErr := reader.ReadAll()
		if err == nil && wantErr != nil {
			t.Fatalf("read as %q, encoding/csv says %v", got, wantErr)
		}
		if problem, ok := errors.AsType[*ProblemError](err); ok && wantErr == nil && problem.Code != "CSV-ENCODING" && problem.Code != "CSV-COLUMNS" {
			t.Fatalf("%v, encoding/csv reads %q", err, want)
		}
		if err == nil && !slices.EqualFunc(got, want, slices.Equal) {
			t.Fatalf("read as %q, encoding/csv has %q", got, want)
		}
	})
}

// wantLines counts the lines of a file that was read to its end.
func wantLines(t *testing.T, data []byte, line int, err error) {
	if err != nil {
		return
	}
	text := strings.ReplaceAll(string(data), "\r\n", "\n")
	if want := 1 + strings.Count(text, "\n") + strings.Count(text, "\r"); line != want {
		t.Fatalf("ended on line %d, want %d", line, want)
	}
}

// FuzzOpenText opens any bytes as a file of text: no panic, problems only.
func FuzzOpenText(f *testing.F) {
	for _, seed := range csvSeeds {
		f.Add([]byte(seed))
	}
	path := filepath.Join(f.TempDir(), "a.csv")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		wantProblemOrRows(t, path)
	})
}

// FuzzXLSX puts any sheet, strings and styles into a good package: no panic, problems only.
func FuzzXLSX(f *testing.F) {
	good := minimal(goodRows)
	f.Add(good[firstPart], good["xl/sharedStrings.xml"], good["xl/styles.xml"])
	f.Add(`<worksheet xmlns="`+mainSpace+`"><sheetData><row r="1" hidden="1"><c r="B1" t="inlineStr"><is><r><t>_x0041_</t></r></is></c><c t="d"><v>2026-01-30</v></c></row></sheetData>`+
		`<mergeCells><mergeCell ref="A1:A2"/></mergeCells></worksheet>`, `<sst xmlns="`+mainSpace+`"/>`, `<styleSheet xmlns="`+mainSpace+`"/>`)
	f.Add(`<x:worksheet xmlns:x="`+mainSpaceStrict+`"><x:sheetData/></x:worksheet>`, `<!DOCTYPE a>`, `<a><b/>`)
	path := filepath.Join(f.TempDir(), "a.xlsx")
	f.Fuzz(func(t *testing.T, sheet, shared, styles string) {
		p := good.with(firstPart, sheet).with("xl/sharedStrings.xml", shared).with("xl/styles.xml", styles)
		if err := os.WriteFile(path, p.pack(), 0o600); err != nil {
			t.Fatal(err)
		}
		wantProblemOrRows(t, path)
	})
}

// FuzzPackage opens any bytes as a workbook.
func FuzzPackage(f *testing.F) {
	f.Add(minimal(goodRows).pack())
	f.Add(packRaw(parts{}, raw{name: "a", content: "b", method: zip.Deflate, size: 7}))
	f.Add([]byte(ole))
	path := filepath.Join(f.TempDir(), "a.xlsx")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		wantProblemOrRows(t, path)
	})
}

// wantProblemOrRows reads a file to its end: row numbers ascend, errors are problems with an
// advice.
func wantProblemOrRows(t *testing.T, path string) {
	t.Helper()
	book, err := Open(path, Options{})
	if err == nil {
		defer book.Close()
		last := 0
		for _, sheet := range book.Sheets() {
			last = 0
			for row, rowErr := range book.Rows(sheet.Name) {
				if err = rowErr; err != nil {
					break
				}
				if row.Number <= last || row.Empty() {
					t.Fatalf("row %+v after row %d", row, last)
				}
				last = row.Number
			}
		}
		_, hashErr := book.SHA256()
		if hashErr != nil {
			t.Fatal(hashErr)
		}
	}
	if err == nil || err == io.EOF {
		return
	}
	if problem, ok := errors.AsType[*ProblemError](err); !ok || problem.Code == "" || problem.Reason == "" || problem.File == "" {
		t.Fatalf("%#v is no complete problem", err)
	}
}
