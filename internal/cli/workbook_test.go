package cli_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"refload/internal/sheet"
)

// parts returns the names of the parts of a workbook, and the content of one of them.
func parts(t *testing.T, path, part string) (names []string, content string) {
	t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	for _, file := range archive.File {
		names = append(names, file.Name)
		if file.Name != part {
			continue
		}
		reader, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		content = string(data)
	}
	return names, content
}

// The results workbook has its three sheets and the chart, also after a refusal.
func TestResultsWorkbookAppearsAfterARefusal(t *testing.T) {
	r, folder := newRecorder(t), t.TempDir()
	path := writeFile(t, folder, "deals.csv", strings.Replace(twoDeals, "VALUE", "lots", 1))
	if code, _, stderr := importInto(t, r, folder, path); code != 5 {
		t.Fatalf("exit %d\n%s", code, stderr)
	}
	names, workbook := parts(t, filepath.Join(folder, "deals-results.xlsx"), "xl/workbook.xml")
	for _, sheet := range []string{`name="Results"`, `name="Problems"`, `name="Summary"`} {
		if !strings.Contains(workbook, sheet) {
			t.Errorf("no sheet with %s", sheet)
		}
	}
	if !strings.Contains(strings.Join(names, " "), "xl/charts/chart1.xml") {
		t.Errorf("no chart among %v", names)
	}
}

// A results file that somebody worked in is not replaced.
func TestAnEditedResultsFileStays(t *testing.T) {
	r, folder := newRecorder(t), t.TempDir()
	path := writeFile(t, folder, "deals.csv", strings.Replace(twoDeals, "VALUE", "2000", 1))
	if code, _, stderr := importInto(t, r, folder, path); code != 0 {
		t.Fatalf("exit %d\n%s", code, stderr)
	}
	if code, _, _ := importInto(t, r, folder, path); code != 0 {
		t.Fatal("the second run failed")
	}
	if _, err := os.Stat(filepath.Join(folder, "deals-results-2.xlsx")); err == nil {
		t.Fatal("refload did not know its own results file")
	}
	edited := writeFile(t, folder, "deals-results.xlsx", "edited by hand")
	_, stdout, stderr := importInto(t, r, folder, path)
	if !strings.Contains(stdout, "deals-results-2.xlsx") || !strings.Contains(stderr, "left alone") {
		t.Errorf("it is not said that another name was taken:\n%s%s", stdout, stderr)
	}
	if data, err := os.ReadFile(edited); err != nil || string(data) != "edited by hand" {
		t.Errorf("the edited file is now %q, %v", data, err)
	}
}

// Files that are no workbook after all, or a damaged one: a clear word, exit 5, no write.
func TestBadWorkbooks(t *testing.T) {
	sample, err := os.ReadFile(filepath.Join(root, "samples", "deals.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	ole := []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}
	encrypted := append(append(bytes.Clone(ole), make([]byte, 1024)...), []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")...)
	flipped := bytes.Clone(sample)
	flipped[len(flipped)/3] ^= 0x40
	for _, test := range []struct {
		name, code string
		data       []byte
	}{
		{"old.xls", "FILE-TYPE", append(bytes.Clone(ole), make([]byte, 2048)...)},
		{"old.xlsx", "FILE-TYPE", append(bytes.Clone(ole), make([]byte, 2048)...)},
		{"secret.xlsx", "FILE-ENCRYPTED", append(encrypted, make([]byte, 1024)...)},
		{"cut.xlsx", "XLSX-ZIP", sample[:len(sample)*6/10]},
		{"flipped.xlsx", "XLSX-", flipped},
		{"named.csv", "FILE-TYPE", sample},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, folder := newRecorder(t), t.TempDir()
			path := writeFile(t, folder, test.name, string(test.data))
			code, _, stderr := importInto(t, r, folder, path)
			if code != 5 || len(r.writes()) != 0 || !strings.Contains(stderr, test.code) || !strings.Contains(stderr, "hint: ") {
				t.Errorf("exit %d, %d writes, expected 5, 0 and %s:\n%s", code, len(r.writes()), test.code, stderr)
			}
		})
	}
}

// Every sample is imported by a test.
func TestSamples(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		file, mapping string
		code, writes  int
	}{
		{"deals.xlsx", "", 0, 40},
		{"portal.csv", "", 0, 40},
		{"documented-create.csv", "", 0, 1},
		{"mistakes.xlsx", "", 5, 0},
		{"crm-export.csv", "crm-mapping.yaml", 0, 12},
	} {
		t.Run(test.file, func(t *testing.T) {
			r, folder := newRecorder(t), t.TempDir()
			args := []string{filepath.Join(root, "samples", test.file), "--results", filepath.Join(folder, "out.xlsx")}
			if test.mapping != "" {
				args = append(args, "--mapping", filepath.Join(root, "samples", test.mapping))
			}
			code, _, stderr := importInto(t, r, folder, args...)
			if code != test.code || len(r.writes()) != test.writes {
				t.Errorf("exit %d and %d writes, expected %d and %d\n%s", code, len(r.writes()), test.code, test.writes, stderr)
			}
		})
	}
}

// sheetText is everything that a sheet says, one row a line.
func sheetText(t *testing.T, path, name string) string {
	t.Helper()
	book, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	var b strings.Builder
	for row, err := range book.Rows(name) {
		if err != nil {
			t.Fatal(err)
		}
		for i := range row.Cells {
			b.WriteString(row.At(i).Shown + "\t")
		}
		b.WriteByte('\n')
	}
	return b.String()
}
