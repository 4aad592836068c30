package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"refload/internal/effort"
)

// writeBook writes one sheet, "Results", and returns its path.
func writeBook(t testing.TB, columns []Column, rows ...[]Out) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "results.xlsx")
	if err := tryBook(path, columns, rows...); err != nil {
		t.Fatal(err)
	}
	return path
}

func tryBook(path string, columns []Column, rows ...[]Out) error {
	book, err := CreateWorkbook(path, "results")
	if err != nil {
		return err
	}
	defer book.Abort()
	table, err := book.AddSheet("Results", columns)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := table.Write(row); err != nil {
			return err
		}
	}
	return book.Commit()
}

func texts(values ...string) []Out {
	cells := make([]Out, len(values))
	for i, value := range values {
		cells[i] = Out{Kind: Text, Text: value}
	}
	return cells
}

// TestKindsComeBack writes a cell of each kind and reads it again.
func TestKindsComeBack(t *testing.T) {
	for _, test := range []struct {
		out  Out
		want Cell
	}{
		{Out{Kind: Text, Text: "00501"}, Cell{Kind: Text, Stored: "00501", Shown: "00501"}},
		{Out{Kind: Text, Text: "+420 123"}, Cell{Kind: Text, Stored: "+420 123", Shown: "+420 123"}},
		{Out{Kind: Text, Text: "=1+1"}, Cell{Kind: Text, Stored: "=1+1", Shown: "=1+1"}},
		{Out{Kind: Text, Text: "2026-01-30"}, Cell{Kind: Text, Stored: "2026-01-30", Shown: "2026-01-30"}},
		{Out{Kind: Number, Text: "1200.50"}, Cell{Kind: Number, Stored: "1200.5", Shown: "1200.5"}},
		{Out{Kind: Number, Text: "-0.1"}, Cell{Kind: Number, Stored: "-0.1", Shown: "-0.1"}},
		{Out{Kind: Number, Text: "1E+16"}, Cell{Kind: Number, Stored: "10000000000000000", Shown: "10000000000000000"}},
		{Out{Kind: Number, Text: "0.30000000000000004"}, Cell{Kind: Number, Stored: "0.3", Shown: "0.3"}},
		{Out{Kind: Number, Text: "149.96999999999997"}, Cell{Kind: Number, Stored: "149.97", Shown: "149.97"}},
		{Out{Kind: Number, Text: "1234567890123456"}, Cell{Kind: Number, Stored: "1234567890123456", Shown: "1234567890123456"}},
		{Out{Kind: Number, Text: "12345678901234560000000"}, Cell{Kind: Text, Stored: "12345678901234560000000", Shown: "12345678901234560000000"}},
		{Out{Kind: Number, Text: "12345678901234567"}, Cell{Kind: Text, Stored: "12345678901234567", Shown: "12345678901234567"}}, // no float64 is this number
		{Out{Kind: Number, Text: "0.123456789012345678"}, Cell{Kind: Text, Stored: "0.123456789012345678", Shown: "0.123456789012345678"}},
		{Out{Kind: Number, Text: "a lot"}, Cell{Kind: Text, Stored: "a lot", Shown: "a lot"}},
		{Out{Kind: Number, Text: "1E+399"}, Cell{Kind: Text, Stored: "1E+399", Shown: "1E+399"}},
		{Out{Kind: Bool, Text: "TRUE"}, Cell{Kind: Bool, Stored: "1", Shown: "TRUE"}},
		{Out{Kind: Bool, Text: "0"}, Cell{Kind: Bool, Stored: "0", Shown: "FALSE"}},
		{Out{Kind: Bool, Text: "yes"}, Cell{Kind: Text, Stored: "yes", Shown: "yes"}},
		{Out{Kind: Date, Text: "2026-01-30"}, Cell{Kind: Date, Stored: "46052", Shown: "2026-01-30"}},
		{Out{Kind: Date, Text: "2026-01-30T13:30:07"}, Cell{Kind: Date, Stored: "46052.5625810185", Shown: "2026-01-30T13:30:07"}},
		{Out{Kind: Date, Text: "2026-01-30T13:30:00Z"}, Cell{Kind: Text, Stored: "2026-01-30T13:30:00Z", Shown: "2026-01-30T13:30:00Z"}},
		{Out{Kind: Date, Text: "1899-01-30"}, Cell{Kind: Text, Stored: "1899-01-30", Shown: "1899-01-30"}},
		{Out{Kind: Error, Text: "#REF!"}, Cell{Kind: Text, Stored: "#REF!", Shown: "#REF!"}},
		{Out{Kind: Formula, Text: "=A1"}, Cell{Kind: Text, Stored: "=A1", Shown: "=A1"}},
		{Out{Kind: Text}, Cell{}},
		{Out{Style: Bad}, Cell{}},
		{Out{Text: " "}, Cell{Stored: " ", Shown: " "}},
	} {
		for _, column := range []Column{{Header: "H"}, {Header: "H", Kind: Text}, {Header: "H", Kind: Date}, {Header: "H", Shaded: true}} {
			path := writeBook(t, []Column{column, {Header: "I"}}, append([]Out{test.out}, texts("x")...))
			book, err := Open(path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			rows, err := rowsOf(book, "Results")
			book.Close()
			if err != nil || len(rows) != 2 {
				t.Fatalf("%+v: %v, %v", test.out, rows, err)
			}
			if got := rows[1].At(0); got != test.want {
				t.Errorf("%+v in %+v became\n%+v, want\n%+v", test.out, column, got, test.want)
			}
		}
	}
}

// TestHostileTexts writes texts that trip formats up, to XLSX and CSV, and wants them back from
// this reader; from XLSX also as excelize reads them, and with nothing in the package that
// could run or lead out (S21).
func TestHostileTexts(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(hostile(), 2, 2), 1, 5).Draw(t, "rows")
		headers := []string{"Name", "Note", "Row"}
		book, sheet := filepath.Join(folder, "a.xlsx"), filepath.Join(folder, "a.csv")
		writer, err := CreateWorkbook(book, "")
		if err != nil {
			t.Fatal(err)
		}
		table, err := writer.AddSheet("Deals", []Column{{Header: headers[0]}, {Header: headers[1], Kind: Text}, {Header: headers[2]}})
		if err != nil {
			t.Fatal(err)
		}
		list, err := CreateCSV(sheet, headers)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			cells := append(texts(row...), Out{Kind: Text, Text: fmt.Sprint("row ", i)})
			if err := errors.Join(table.Write(cells), list.Write(cells)); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(writer.Commit(), list.Commit()); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{book, sheet} {
			wantTexts(t, path, rows)
		}
		wantHarmless(t, book)
	})
}

func wantTexts(t *rapid.T, path string, want [][]string) {
	book, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := rowsOf(book, book.Sheets()[0].Name)
	if err != nil || len(rows) != len(want)+1 {
		t.Fatalf("%s: %d rows, %v", path, len(rows), err)
	}
	for i, texts := range want {
		for column, text := range texts {
			if got := rows[i+1].At(column); got.Stored != text || got.Shown != text || got.Computed {
				t.Fatalf("%s: %q became %+v", path, text, got)
			}
		}
	}
}

var harmful = regexp.MustCompile(`<f[ >]|hyperlink|TargetMode="External"|ddeLink|<oleObject`)

func wantHarmless(t *rapid.T, path string) {
	reader, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	for _, part := range reader.File {
		in, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		// Text cannot look like a tag: its < is written as &lt;.
		if tags := regexp.MustCompile(`<[^>]*>`).FindAll(data, -1); harmful.Match(bytes.Join(tags, nil)) {
			t.Fatalf("%s has something that runs: %s", part.Name, harmful.Find(data))
		}
	}
}

// TestWhatAWorkbookCannotHold wants an error instead of a cut or changed text.
func TestWhatAWorkbookCannotHold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.xlsx")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		row  []Out
		code string
	}{
		"too long":              {texts("", strings.Repeat("x", maxCell+1)), "OUT-TEXT"},
		"too long in UTF-16":    {texts("", strings.Repeat("😀", maxCell/2+1)), "OUT-TEXT"},
		"too long by escapes":   {texts("", strings.Repeat("\x01", maxCell/2)), "OUT-TEXT"},
		"no UTF-8":              {texts("", "Jos\xe9"), "OUT-TEXT"},
		"a cell too many":       {texts("a", "b", "c"), "OUT-COLUMNS"},
		"a blank cell too many": {[]Out{{}, {}, {}}, "OUT-COLUMNS"},
	} {
		t.Run(name, func(t *testing.T) {
			err := tryBook(path, []Column{{Header: "a"}, {Header: "b"}}, texts("x"), test.row)
			problem := wantProblem(t, err, test.code, `sheet "Results"`)
			if problem.Row != 3 {
				t.Errorf("%+v: want row 3", problem)
			}
		})
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "old" {
		t.Errorf("the target holds %q, %v", data, err)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("left over: %v, %v", entries, err)
	}
	for _, text := range []string{strings.Repeat("x", maxCell), strings.Repeat("😀", maxCell/2)} {
		if err := tryBook(path, []Column{{Header: "a"}}, texts(text)); err != nil {
			t.Errorf("a text of the limit: %v", err)
		}
	}
}

func TestNotesAreBounded(t *testing.T) {
	rows := make([][]Out, maxNotes+50)
	for i := range rows {
		rows[i] = []Out{{Kind: Text, Text: "x", Style: Bad, Note: "not a status\nallowed: New, Active, Closed"}}
	}
	file, err := excelize.OpenFile(writeBook(t, []Column{{Header: "Status"}}, rows...))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	notes, err := file.GetComments("Results")
	if err != nil || len(notes) != maxNotes {
		t.Errorf("%d notes, %v", len(notes), err)
	}
}

func TestWorkbookIsAtomic(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.xlsx")
	writer, err := CreateWorkbook(path, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := writer.AddSheet("Results", []Column{{Header: "a"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(path); err == nil {
		t.Error("the file is there before Commit")
	}
	writer.Abort()
	writer.Abort()
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 0 {
		t.Errorf("left over: %v, %v", entries, err)
	}
	if err := writer.Commit(); err == nil {
		t.Error("Commit after Abort")
	}
	if _, err := CreateWorkbook(filepath.Join(path, "missing", "a.xlsx"), ""); err == nil {
		t.Error("a workbook in no folder")
	}
	if _, err := CreateWorkbook(filepath.Dir(path), ""); err == nil {
		t.Error("a workbook over a folder")
	}
}

func TestWorkbookIsPrivate(t *testing.T) {
	info, err := os.Stat(writeBook(t, []Column{{Header: "a"}}, texts("x")))
	if err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// TestSpilledRows writes more than excelize keeps in memory, so that rows go through a file.
func TestSpilledRows(t *testing.T) {
	effort.NotShort(t)
	const count = 20_000
	path := filepath.Join(t.TempDir(), "deals.xlsx")
	writeBenchXLSX(t, path, count)
	if got := countRows(t, path, "Deals"); got != count+1 {
		t.Errorf("%d rows, want %d", got, count+1)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("left over: %v, %v", entries, err)
	}
}
