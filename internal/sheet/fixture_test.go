package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// parts are the files inside a workbook.
type parts map[string]string

// minimal returns the parts of a workbook with one sheet, "Deals", whose <sheetData> is given.
func minimal(data string) parts {
	return parts{
		"[Content_Types].xml": xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels": xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": xmlHead + `<workbook xmlns="` + mainSpace + `" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
			`<sheets><sheet name="Deals" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>` +
			`<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>`,
		"xl/styles.xml": xmlHead + `<styleSheet xmlns="` + mainSpace + `"><numFmts count="3"><numFmt numFmtId="164" formatCode="00000"/>` +
			`<numFmt numFmtId="165" formatCode="dd/mm/yyyy\ hh:mm"/><numFmt numFmtId="166" formatCode="&quot;d&quot;0.00"/></numFmts>` +
			`<cellXfs count="6"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="46"/><xf numFmtId="999"/></cellXfs></styleSheet>`,
		"xl/sharedStrings.xml": xmlHead + `<sst xmlns="` + mainSpace + `" count="4" uniqueCount="4"><si><t>Name</t></si><si><t xml:space="preserve"> Contoso </t></si>` +
			`<si><r><rPr><b/></rPr><t>Fab</t></r><r><t>rikam</t></r><rPh sb="0" eb="1"><t>fa</t></rPh><phoneticPr fontId="1"/></si><si><t>line_x000D_one_x005F_x000D_</t></si></sst>`,
		"xl/worksheets/sheet1.xml": xmlHead + `<worksheet xmlns="` + mainSpace + `"><sheetData>` + data + `</sheetData></worksheet>`,
	}
}

func (p parts) with(name, content string) parts {
	next := maps.Clone(p)
	next[name] = content
	return next
}

func (p parts) replace(name, from, to string) parts {
	if !strings.Contains(p[name], from) {
		panic("nothing to replace in " + name)
	}
	return p.with(name, strings.ReplaceAll(p[name], from, to))
}

// pack makes the zip package, its parts in the order of their names.
func (p parts) pack() []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(p)) {
		part, err := w.Create(name)
		if err != nil {
			panic(err)
		}
		if _, err := part.Write([]byte(p[name])); err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// store writes a file into a folder of the test and returns its path.
func store(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// readBytes opens data under a name and reads a sheet of it, the first one where it is "".
func readBytes(t testing.TB, name string, data []byte, o Options) ([]Row, []string, error) {
	t.Helper()
	book, err := Open(store(t, name, data), o)
	if err != nil {
		return nil, nil, err
	}
	defer book.Close()
	rows, err := rowsOf(book, book.Sheets()[0].Name)
	return rows, book.Notes(), err
}

func rowsOf(book *Book, sheet string) ([]Row, error) {
	var rows []Row
	for row, err := range book.Rows(sheet) {
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// wantProblem holds an error to a code, and its text to some words.
func wantProblem(t testing.TB, err error, code string, words ...string) *ProblemError {
	t.Helper()
	problem, ok := errors.AsType[*ProblemError](err)
	if !ok {
		t.Fatalf("got error %v, want a problem %s", err, code)
	}
	if problem.Code != code {
		t.Errorf("got %s (%v), want %s", problem.Code, err, code)
	}
	for _, word := range words {
		if !strings.Contains(err.Error()+"\n"+problem.Hint(), word) {
			t.Errorf("%q\nhint: %q\nlacks %q", err, problem.Hint(), word)
		}
	}
	return problem
}

// shownOf returns the shown texts of rows, for comparison.
func shownOf(rows []Row) [][]string {
	var all [][]string
	for _, row := range rows {
		var texts []string
		for _, cell := range row.Cells {
			texts = append(texts, cell.Shown)
		}
		all = append(all, texts)
	}
	return all
}

func numbersOf(rows []Row) []int {
	var numbers []int
	for _, row := range rows {
		numbers = append(numbers, row.Number)
	}
	return numbers
}
