package sheet

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"refload/internal/effort"
)

// meaning is everything that a reader tells about a workbook: what must not change unnoticed.
func meaning(path string) (string, error) {
	book, err := Open(path, Options{})
	if err != nil {
		return "", err
	}
	defer book.Close()
	var b strings.Builder
	fmt.Fprint(&b, book.Format(), book.Sheets(), book.Mark())
	for _, sheet := range book.Sheets() {
		for row, err := range book.Rows(sheet.Name) {
			if err != nil {
				return "", err
			}
			fmt.Fprintf(&b, "%+v\n", row)
		}
	}
	return b.String(), nil
}

// mutants are small good workbooks: one of each way in which a package is made.
func mutants(t testing.TB) map[string][]byte {
	t.Helper()
	stored := packRaw(parts{}, rawParts(minimal(goodRows))...)
	written := writeBook(t, []Column{{Header: "Name", Note: "a note"}, {Header: "Close", Kind: Date}, {Header: "Value", Allowed: []string{"a", "b"}}},
		[]Out{{Kind: Text, Text: "Contoso"}, {Kind: Date, Text: "2026-01-30"}, {Kind: Number, Text: "1200.5"}},
		[]Out{{Kind: Text, Text: "Fabrikam \x01"}, {Kind: Date, Text: "2026-01-30T13:30:00"}, {Kind: Bool, Text: "TRUE", Style: Bad, Note: "not a number"}})
	data, err := os.ReadFile(written)
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"deflated": minimal(`<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" s="1"><v>46052</v></c><c r="C1" s="2"><v>501</v></c></row>` + goodRows[strings.Index(goodRows, `<row r="2"`):]).pack(),
		"stored":   stored,
		"written":  data,
	}
}

// TestMutations changes single bytes of good workbooks: what is read then is the same, or there
// is an error. excelize reads some of these short without a word.
func TestMutations(t *testing.T) {
	each := effort.Of(300, 600, 1500)
	for name, good := range mutants(t) {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.xlsx")
			write := func(data []byte) {
				if err := os.WriteFile(path, data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			write(good)
			want, err := meaning(path)
			if err != nil {
				t.Fatal(err)
			}
			random := rand.New(rand.NewPCG(1, uint64(len(name))))
			refused := 0
			for range each {
				data := append([]byte(nil), good...)
				at := random.IntN(len(data))
				data[at] ^= byte(1 + random.IntN(255))
				write(data)
				got, err := meaning(path)
				if err != nil {
					if _, ok := errors.AsType[*ProblemError](err); !ok {
						t.Fatalf("byte %d to %#x: %v is no problem", at, data[at], err)
					}
					refused++
				} else if got != want {
					t.Fatalf("byte %d from %#x to %#x: other data without an error:\n%s\nwant\n%s", at, good[at], data[at], got, want)
				}
			}
			if refused < each/4 {
				t.Errorf("only %d of %d were refused", refused, each)
			}
		})
	}
}

// TestCuts cuts good workbooks at every place.
func TestCuts(t *testing.T) {
	good := minimal(goodRows).pack()
	path := filepath.Join(t.TempDir(), "a.xlsx")
	for size := 0; size < len(good); size += effort.Of(5, 2, 1) {
		if err := os.WriteFile(path, good[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := meaning(path); err == nil {
			t.Fatalf("cut to %d of %d bytes: no error", size, len(good))
		}
	}
}

// TestCSVMutations has no checksum to lean on: a changed letter is a changed letter. But nothing
// may be lost: a row may only go with an error, or where a line end or quote was changed.
func TestCSVMutations(t *testing.T) {
	good := []byte("Name,City,Note\r\nContoso,Praha,\"a, \"\"b\"\"\"\r\nFabrikam,Žilina,\"two\nlines\"\r\n")
	path := filepath.Join(t.TempDir(), "a.csv")
	random := rand.New(rand.NewPCG(2, 3))
	for range effort.Of(500, 1000, 2000) {
		data := append([]byte(nil), good...)
		at := random.IntN(len(data))
		data[at] ^= byte(1 + random.IntN(255))
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		book, err := Open(path, Options{Delimiter: ','})
		if err != nil {
			continue
		}
		rows, err := rowsOf(book, "")
		book.Close()
		if err == nil && len(rows) != 3 && !strings.ContainsRune("\r\n\"", rune(good[at])) && !strings.ContainsRune("\r\n\"", rune(data[at])) {
			t.Fatalf("byte %d to %#x: %d rows without an error", at, data[at], len(rows))
		}
	}
}
