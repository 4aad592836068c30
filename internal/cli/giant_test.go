//go:build unix

package cli_test

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

const (
	mainSpace     = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relationSpace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageSpace  = "http://schemas.openxmlformats.org/package/2006/relationships"
)

// giant is a workbook whose parts write themselves, because no test wants to hold them.
type giant map[string]func(out io.Writer)

func said(format string, args ...any) func(io.Writer) {
	return func(out io.Writer) { fmt.Fprintf(out, format, args...) }
}

// newGiant is a workbook with one sheet, "Deals", whose parts may be replaced.
func newGiant() giant {
	return giant{
		"[Content_Types].xml": said(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`),
		"_rels/.rels":         said(`<Relationships xmlns="%s"><Relationship Id="a" Type="%s/officeDocument" Target="xl/workbook.xml"/></Relationships>`, packageSpace, relationSpace),
		"xl/workbook.xml":     said(`<workbook xmlns="%s" xmlns:r="%s"><sheets><sheet name="Deals" sheetId="1" r:id="a"/></sheets></workbook>`, mainSpace, relationSpace),
		"xl/_rels/workbook.xml.rels": said(`<Relationships xmlns="%s"><Relationship Id="a" Type="%s/worksheet" Target="worksheets/sheet1.xml"/>`+
			`<Relationship Id="b" Type="%[2]s/styles" Target="styles.xml"/><Relationship Id="c" Type="%[2]s/sharedStrings" Target="sharedStrings.xml"/></Relationships>`, packageSpace, relationSpace),
		"xl/styles.xml":            said(`<styleSheet xmlns="%s"><cellXfs><xf numFmtId="0"/></cellXfs></styleSheet>`, mainSpace),
		"xl/sharedStrings.xml":     said(`<sst xmlns="%s"/>`, mainSpace),
		"xl/worksheets/sheet1.xml": said(`<worksheet xmlns="%s"><sheetData><row><c t="inlineStr"><is><t>Deal Name</t></is></c></row></sheetData></worksheet>`, mainSpace),
	}
}

// store packs the workbook and returns its path.
func (g giant) store(t testing.TB) string {
	t.Helper()
	return storeFile(t, "giant.xlsx", func(out io.Writer) {
		w := zip.NewWriter(out)
		w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.BestSpeed) })
		for _, name := range slices.Sorted(maps.Keys(g)) {
			part, err := w.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			buffered := bufio.NewWriterSize(part, 1<<16)
			g[name](buffered)
			if err := buffered.Flush(); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// storeFile writes a file and returns its path.
func storeFile(t testing.TB, name string, write func(io.Writer)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	out := bufio.NewWriterSize(file, 1<<16)
	write(out)
	if err := out.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// between writes something many times between a beginning and an end.
func between(begin, end string, times int, each func(out io.Writer, i int)) func(io.Writer) {
	return func(out io.Writer) {
		io.WriteString(out, begin)
		for i := range times {
			each(out, i)
		}
		io.WriteString(out, end)
	}
}

// noise writes letters and digits that hardly become smaller when they are packed, so that no
// limit on the ratio is what stops them.
func noise(r *rand.Rand, out io.Writer, bytes int) {
	data := make([]byte, bytes/2)
	for i := range data {
		data[i] = byte(r.Uint32())
	}
	io.WriteString(out, hex.EncodeToString(data))
}
