//go:build unix

package cli_test

import (
	endian "encoding/binary"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"refload/internal/effort"
)

// mostRefused is how much memory a file may cost that is refused, in bytes. Source: reliability
// checklist, S29.
const mostRefused = 256 << 20

// checkProcess checks a file as a process of its own and says how it ended.
func checkProcess(t testing.TB, file string, flags ...string) (figures, int, string) {
	t.Helper()
	program, err := binary()
	if err != nil {
		t.Fatalf("%v: %s", err, program)
	}
	check := exec.Command(program, append([]string{"check", file, "--quiet", "--state", filepath.Join(t.TempDir(), "state")}, flags...)...)
	taken, out, _ := measure(check)
	return taken, check.ProcessState.ExitCode(), string(out)
}

// refused are files that want more memory than there may be, and the word with which each ends.
var refused = map[string]struct {
	file func(testing.TB) string
	word string
}{
	"a table of contents without end": {endlessContents, "XLSX-ZIP"},
	"texts without end":               {endlessTexts, "XLSX-SIZE"},
	"cell formats without end": {part("xl/styles.xml", `<styleSheet xmlns="`+mainSpace+`"><cellXfs>`, `</cellXfs></styleSheet>`, 8_000_000,
		func(out io.Writer, i int) { fmt.Fprintf(out, `<xf numFmtId="%d"/>`, i%50) }), "XLSX-STYLE"},
	"number formats without end": {part("xl/styles.xml", `<styleSheet xmlns="`+mainSpace+`"><numFmts>`, `</numFmts></styleSheet>`, 3_000_000,
		func(out io.Writer, i int) { fmt.Fprintf(out, `<numFmt numFmtId="%d" formatCode="0.%d"/>`, 200+i, i) }), "XLSX-STYLE"},
	"sheets without end": {part("xl/workbook.xml", `<workbook xmlns="`+mainSpace+`" xmlns:r="`+relationSpace+`"><sheets>`, `</sheets></workbook>`, 1_000_000,
		func(out io.Writer, i int) { fmt.Fprintf(out, `<sheet name="Deals %d" r:id="a"/>`, i) }), "XLSX-DUPPART"},
	"relationships without end": {part("xl/_rels/workbook.xml.rels", `<Relationships xmlns="`+packageSpace+`">`, `</Relationships>`, 2_000_000,
		func(out io.Writer, i int) {
			fmt.Fprintf(out, `<Relationship Id="r%d" Type="x/y" Target="z%d.xml"/>`, i, i)
		}), "XLSX-SIZE"},
	"merged cells without end": {part("xl/worksheets/sheet1.xml", `<worksheet xmlns="`+mainSpace+`"><sheetData><row><c t="inlineStr"><is><t>Deal Name</t></is></c></row></sheetData><mergeCells>`,
		`</mergeCells></worksheet>`, 1_000_000, func(out io.Writer, i int) {
			fmt.Fprintf(out, `<mergeCell ref="A%d:A%d"/>`, i%500_000*2+2, i%500_000*2+3)
		}), "XLSX-MERGED"},
	"one cell without end": {func(t testing.TB) string {
		return storeFile(t, "cell.csv", between("Deal Name,Customer Name\n\"", "", 200<<10, func(out io.Writer, _ int) { io.WriteString(out, strings.Repeat("deals ", 100)) }))
	}, "CSV-CELL"},
	"a header without end": {func(t testing.TB) string {
		return storeFile(t, "header.csv", between("Deal Name", "", 8<<20, func(out io.Writer, i int) { fmt.Fprintf(out, ",H%d", i%10) }))
	}, "CSV-"},
	"a mistake in every cell": {func(t testing.TB) string {
		return storeFile(t, "mistakes.csv", between("Deal Name,Customer Name,Estimated Deal Value,Currency,Estimated Close Date,Referral ID,Partner Referral Status,Customer Contact Email Address\n", "", 20_000,
			func(out io.Writer, i int) {
				fmt.Fprintf(out, ",,much %d,none %d,some day %d,x%d,odd %d,nobody %d\n", i, i, i, i, i, i)
			}))
	}, "20000 times"},
}

// part is a workbook in which one part goes on and on.
func part(name, begin, end string, times int, each func(io.Writer, int)) func(testing.TB) string {
	return func(t testing.TB) string {
		g := newGiant()
		g[name] = between(begin, end, times, each)
		return g.store(t)
	}
}

// endlessTexts is a workbook with 200 MiB of texts.
func endlessTexts(t testing.TB) string {
	r := rand.New(rand.NewPCG(1, 2))
	return part("xl/sharedStrings.xml", `<sst xmlns="`+mainSpace+`">`, `</sst>`, 200<<10, func(out io.Writer, _ int) {
		io.WriteString(out, "<si><t>")
		noise(r, out, 1024)
		io.WriteString(out, "</t></si>")
	})(t)
}

// endlessContents is a package whose table of contents alone names two million empty parts.
func endlessContents(t testing.TB) string {
	first := append([]byte("PK\x03\x04"), make([]byte, 26)...) // an empty part, as a package begins
	entry := append([]byte("PK\x01\x02"), make([]byte, 42)...)
	entry[28] = 7 // the length of the name
	const entries = 2_000_000
	size := entries * (len(entry) + 7)
	end := append([]byte("PK\x05\x06"), make([]byte, 18)...)
	endian.LittleEndian.PutUint16(end[8:], entries%(1<<16))
	endian.LittleEndian.PutUint16(end[10:], entries%(1<<16))
	endian.LittleEndian.PutUint32(end[12:], uint32(size))
	endian.LittleEndian.PutUint32(end[16:], uint32(len(first)))
	return storeFile(t, "contents.xlsx", func(out io.Writer) {
		between(string(first), string(end), entries, func(out io.Writer, i int) { fmt.Fprintf(out, "%s%07d", entry, i) })(out)
	})
}

// What is refused costs no more memory than what is taken, whatever it asks for. A day sees a part of the files, the long form all.
func TestRefusedInputIsBounded(t *testing.T) {
	t.Parallel()
	effort.NotShort(t)
	parts := effort.Of(1, 6, 1)
	for n, name := range slices.Sorted(maps.Keys(refused)) {
		file := refused[name]
		if (n+int(effort.FirstSeed()/10_000))%parts != 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			taken, code, out := checkProcess(t, file.file(t))
			t.Logf("%s, peak %d MiB", taken.wall.Round(time.Millisecond), taken.peak>>20)
			if code != 5 || !strings.Contains(out, file.word) {
				t.Errorf("exit %d, wanted 5 and %s:\n%.2000s", code, file.word, out)
			}
			if taken.peak > mostRefused {
				t.Errorf("peak memory %d MiB, the bar is %d", taken.peak>>20, mostRefused>>20)
			}
		})
	}
}

// A mapping file without end is refused like any other that is too large.
func TestEndlessMappings(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	sheet := storeFile(t, "deals.csv", between("Deal Name\n", "", 1, func(out io.Writer, _ int) { io.WriteString(out, "Contoso\n") }))
	large := storeFile(t, "large.yaml", between("columns:\n", "", 4<<20, func(out io.Writer, i int) { fmt.Fprintf(out, "  c%d: x\n", i) }))
	for _, mapping := range []string{large, "/dev/zero"} {
		if _, err := os.Stat(mapping); err != nil {
			t.Fatal(err)
		}
		taken, code, out := checkProcess(t, sheet, "--mapping", mapping)
		if code != 2 || taken.peak > mostRefused {
			t.Errorf("%s: exit %d, peak %d MiB\n%.500s", mapping, code, taken.peak>>20, out)
		}
	}
}
