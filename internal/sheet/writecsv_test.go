package sheet

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestCSVFile(t *testing.T) {
	var out bytes.Buffer
	file, err := NewCSV(&out, []string{"Name", "Value", "=x"})
	if err != nil {
		t.Fatal(err)
	}
	defer file.Abort()
	for _, row := range [][]Out{
		{{Kind: Text, Text: "=1+1"}, {Kind: Number, Text: "-5"}, {Kind: Date, Text: "2026-01-30"}},
		{{Kind: Text, Text: "a,\"b\"\r\nc"}, {Kind: Number, Text: "=2"}, {Kind: Bool, Text: "1"}},
		{{Kind: Text, Text: "-5"}},
		{},
		{{}, {Kind: Bool, Text: "false"}, {Kind: Bool, Text: "+"}},
	} {
		if err := file.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.Commit(); err != nil {
		t.Fatal(err)
	}
	const want = "\ufeffName,Value,'=x\n'=1+1,-5,2026-01-30\n\"a,\"\"b\"\"\r\nc\",'=2,TRUE\n'-5,,\n,,\n,FALSE,'+\n"
	if got := out.String(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	err = file.Write(texts("a", "b", "c", "d"))
	wantProblem(t, err, "OUT-COLUMNS", "4 cells for 3")
}

func TestCSVWithoutHeaders(t *testing.T) {
	var out bytes.Buffer
	file, err := NewCSV(&out, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(file.Write(texts("a")), file.Write(texts("b", "c")), file.Commit()); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != "\ufeffa\nb,c\n" {
		t.Errorf("%q", got)
	}
}

type brokenWriter struct{ left int }

func (w *brokenWriter) Write(data []byte) (int, error) {
	if w.left -= len(data); w.left < 0 {
		return 0, errors.New("no space left")
	}
	return len(data), nil
}

// TestCSVErrorsAreNotLost breaks the stream at several places: no break may go unnoticed.
func TestCSVErrorsAreNotLost(t *testing.T) {
	for _, left := range []int{0, 3, 100, 5000} {
		file, err := NewCSV(&brokenWriter{left}, []string{"a"})
		for i := 0; err == nil && i < 2000; i++ {
			err = file.Write(texts("Contoso"))
		}
		if err == nil {
			err = file.Commit()
		}
		if err == nil {
			t.Errorf("a stream that breaks after %d bytes: no error", left)
		}
	}
}

func TestCSVFileIsAtomic(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.csv")
	for _, commit := range []bool{true, false} {
		file, err := CreateCSV(path, []string{"a"})
		if err != nil {
			t.Fatal(err)
		}
		if commit {
			if err := file.Commit(); err != nil {
				t.Fatal(err)
			}
		}
		file.Abort()
	}
	data, err := os.ReadFile(path)
	if err != nil || string(data) != "\ufeffa\n" {
		t.Errorf("%q, %v", data, err)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("left over: %v", entries)
	}
	if _, err := CreateCSV(filepath.Join(path, "x.csv"), nil); err == nil {
		t.Error("a file below a file")
	}
}
