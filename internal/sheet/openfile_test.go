package sheet

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const ole = oleStart + "\x00\x00\x00\x00"

func wide(text string) string {
	var b strings.Builder
	for _, r := range text {
		b.WriteByte(byte(r))
		b.WriteByte(0)
	}
	return b.String()
}

// TestFilesThatAreRefused has the rows B01 to B10 of the corpus and their kin.
func TestFilesThatAreRefused(t *testing.T) {
	good := string(minimal(`<row><c t="str"><v>a</v></c></row>`).pack())
	zipOf := func(name string) string { return string(parts{name: "x"}.pack()) }
	for _, test := range []struct{ name, file, data, code, words string }{
		{"B01 no bytes", "a.csv", "", "FILE-EMPTY", "header row"},
		{"B01 no bytes in a workbook", "a.xlsx", "", "FILE-EMPTY", "empty"},
		{"B02 only a mark", "a.csv", "\xef\xbb\xbf", "FILE-EMPTY", "empty"},
		{"B02 only white space", "a.csv", " \r\n\t \n", "FILE-EMPTY", "empty"},
		{"B02 much white space", "a.csv", strings.Repeat(" \n", headBytes), "FILE-EMPTY", "empty"},
		{"B02 only a mark of UTF-16", "a.csv", "\xff\xfe \x00\n\x00", "FILE-EMPTY", "empty"},
		{"only the end of DOS", "a.csv", "\n\x1a", "FILE-EMPTY", "empty"},
		{"B06 CSV named xlsx", "a.xlsx", "name,email\nx,y\n", "FILE-TYPE", "starts like CSV (name,email)"},
		{"B06 CSV named xls", "a.xls", "name,email\nx,y\n", "FILE-TYPE", "rename it to .csv"},
		{"bytes named xlsx", "a.xlsx", "\x00\x01\x02\n", "FILE-TYPE", "not a workbook"},
		{"B07 xlsx named csv", "a.csv", good, "FILE-TYPE", "rename it to .xlsx"},
		{"B07 xlsx named tsv", "a.TSV", good, "FILE-TYPE", "zip"},
		{"B12 note of Excel", "~$deals.xlsx", "\x05Admin", "FILE-TYPE", "without ~$"},
		{"B08 xls", "a.xls", ole + strings.Repeat("x", 600), "FILE-TYPE", "65,536"},
		{"B08 xls named xlsx", "a.xlsx", ole + strings.Repeat("x", 600), "FILE-TYPE", "save it as .xlsx"},
		{"B09 password", "a.xlsx", ole + strings.Repeat("\x00", 70_000) + wide("EncryptedPackage"), "FILE-ENCRYPTED", "password"},
		{"B10 xlsb", "a.xlsb", zipOf("xl/workbook.bin"), "FILE-TYPE", "binary workbook"},
		{"B10 ods", "a.ods", zipOf("META-INF/manifest.xml"), "FILE-TYPE", "OpenDocument"},
		{"B10 numbers", "a.numbers", zipOf("Index/Document.iwa"), "FILE-TYPE", "Numbers"},
		{"a document", "a.docx", zipOf("word/document.xml"), "FILE-TYPE", "Word"},
		{"any zip", "a.zip", zipOf("readme.txt"), "FILE-TYPE", "without a workbook"},
		{"JSON lines", "a.jsonl", `{"id":"a","name":"A deal"}` + "\n", "FILE-TYPE", "JSON"},
		{"a JSON array", "a.csv", `[{"id":"a"}]`, "FILE-TYPE", "JSON"},
		{"PDF", "a.csv", "%PDF-1.7\n", "FILE-TYPE", "PDF"},
		{"web page named xls", "a.xls", "\n <HTML><body><table>", "FILE-TYPE", "web page"},
		{"XML spreadsheet", "a.xml", "\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "FILE-TYPE", "XML"},
		{"B14 cut workbook", "a.xlsx", good[:len(good)*6/10], "XLSX-ZIP", "incomplete"},
		{"only the start of a zip", "a.xlsx", "PK\x03\x04", "XLSX-ZIP", "incomplete"},
		{"bytes as CSV", "a.bin", "\x89PNG\r\n\x1a\n", "FILE-TYPE", "picture"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := readBytes(t, test.file, []byte(test.data), Options{})
			problem := wantProblem(t, err, test.code, test.words)
			if problem.File != test.file || problem.Advice == "" {
				t.Errorf("%+v: want the file's name and an advice", problem)
			}
		})
	}
}

// TestKindsOfFiles is row B04: nothing here may wait for a pipe's other end.
func TestKindsOfFiles(t *testing.T) {
	_, err := Open(t.TempDir(), Options{})
	wantProblem(t, err, "FILE-KIND", "a folder")
	if _, statErr := os.Stat("/dev/zero"); statErr == nil {
		_, err = Open("/dev/zero", Options{})
		wantProblem(t, err, "FILE-KIND", "a device")
	}
	_, err = Open(filepath.Join(t.TempDir(), "deals.csv"), Options{})
	wantProblem(t, err, "FILE-OPEN", "deals.csv: no such file")
}

func TestUnreadableFile(t *testing.T) {
	path := store(t, "a.csv", []byte("x"))
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	if file, err := os.Open(path); err == nil {
		file.Close()
		t.Skip("this user may read everything")
	}
	_, err := Open(path, Options{})
	wantProblem(t, err, "FILE-OPEN", "permission denied")
}

func TestLimitOfTheFile(t *testing.T) {
	_, _, err := readBytes(t, "a.csv", []byte("a,b\n1,2\n"), Options{Limits: Limits{FileBytes: 7}})
	wantProblem(t, err, "FILE-SIZE", "8 bytes", "limit of 7")
}

func TestContentDecides(t *testing.T) {
	book := minimal(`<row><c t="str"><v>a</v></c></row>`).pack()
	for name, want := range map[string]Format{"a.xlsx": XLSX, "a.xlsm": XLSX, "a": XLSX, "export.dat": XLSX} {
		opened, err := Open(store(t, name, book), Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := opened.Format(); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		opened.Close()
	}
	for data, want := range map[string]Format{"a,b\n": CSV, "a\tb\n": TSV, "a;b\n": CSV} {
		opened, err := Open(store(t, "deals.txt", []byte(data)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := opened.Format(); got != want {
			t.Errorf("%q: %s, want %s", data, got, want)
		}
		opened.Close()
	}
}

func TestBookOfAFile(t *testing.T) {
	path := store(t, "deals.csv", []byte("a,b\n1,2\n"))
	book, err := Open(path, Options{Name: "standard input"})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	hash, err := book.SHA256()
	if want := fmt.Sprintf("%x", sha256.Sum256([]byte("a,b\n1,2\n"))); err != nil || hash != want {
		t.Errorf("hash %q, %v, want %q", hash, err, want)
	}
	for range 3 { // every pass reads the same, also when passes overlap
		rows, err := rowsOf(book, "")
		if err != nil || len(rows) != 2 {
			t.Errorf("%v, %v", rows, err)
		}
		for range book.Rows("") {
			break
		}
	}
	if got := book.Sheets(); len(got) != 1 || got[0] != (Info{}) || book.Mark() != "" {
		t.Errorf("sheets %v, mark %q", got, book.Mark())
	}
	_, err = rowsOf(book, "Deals")
	wantProblem(t, err, "XLSX-SHEET", "standard input", "CSV")
}

func TestProblemShowsNoControlCharacters(t *testing.T) {
	problem := &ProblemError{File: "a\x1b]0;x.csv", Sheet: "S\n", Cell: "F17", Row: 17, Reason: "“\u202e” is \xff not\u200b good", Advice: "do\rthis"}
	const want = `a\x1b]0;x.csv, sheet "S\n", F17: “\u202e” is \xFF not\u200b good`
	if got := problem.Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := problem.Hint(); got != `do\rthis` {
		t.Errorf("hint %s", got)
	}
}

func TestPlacesOfProblems(t *testing.T) {
	for want, problem := range map[string]*ProblemError{
		"a.csv: bad":                    {File: "a.csv", Reason: "bad"},
		"a.csv, line 7: bad":            {File: "a.csv", Line: 7, Row: 5, Cell: "B5", Reason: "bad"},
		"a.csv, row 7: bad":             {File: "a.csv", Row: 7, Reason: "bad"},
		`a.xlsx, sheet "D", B7: bad`:    {File: "a.xlsx", Sheet: "D", Row: 7, Cell: "B7", Reason: "bad"},
		`a.xlsx, sheet "D", row 7: bad`: {File: "a.xlsx", Sheet: "D", Row: 7, Reason: "bad"},
		`a.xlsx, sheet "D": bad`:        {File: "a.xlsx", Sheet: "D", Reason: "bad"},
	} {
		if got := problem.Error(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestClip(t *testing.T) {
	long := strings.Repeat("ž", shownLimit)
	if got := clip(long); got != long {
		t.Errorf("%q was cut", got)
	}
	if got := clip(long + "x"); got != long+"…" {
		t.Errorf("cut to %q", got)
	}
}

func TestPanicsAreProblems(t *testing.T) {
	value, err := guarded("a.csv", func() (int, error) { panic("Contoso's data") })
	problem := wantProblem(t, err, "FILE-READ", "a.csv")
	if value != 0 || strings.Contains(err.Error()+problem.Hint(), "Contoso") {
		t.Errorf("%d, %v", value, err)
	}
}

// TestPanicOfTheCaller is the caller's own affair.
func TestPanicOfTheCaller(t *testing.T) {
	book, err := Open(store(t, "a.csv", []byte("a,b\n1,2\n")), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	defer func() {
		if recover() != "mine" {
			t.Error("the panic was swallowed")
		}
	}()
	for range book.Rows("") {
		panic("mine")
	}
}
