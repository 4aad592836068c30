package sheet

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestCSVThatIsRead has the rows of the corpus that must be accepted.
func TestCSVThatIsRead(t *testing.T) {
	utf16le := "\xff\xfe" + wide("a,b\nž,2\n")
	utf16le = strings.Replace(utf16le, "\x7e\x00", "\x7e\x01", 1)
	for _, test := range []struct {
		name, data, want string
		numbers          []int
		note             string
	}{
		{"plain", "a,b\n1,2\n", "a|b / 1|2", []int{1, 2}, ""},
		{"no last line end", "a,b\n1,2", "a|b / 1|2", []int{1, 2}, ""},
		{"B15 mark and quoted header", "\xef\xbb\xbf\"a\",\"b\"\n1,2\n", "a|b / 1|2", []int{1, 2}, ""},
		{"B16 UTF-16LE", utf16le, "a|b / ž|2", []int{1, 2}, "UTF-16LE"},
		{"B16 UTF-16BE", "\xfe\xff\x00a\x00,\x00b\x00\n\x001\x00,\x002", "a|b / 1|2", []int{1, 2}, "UTF-16BE"},
		{"B20 bare CR", "a,b\r1,2\r3,4", "a|b / 1|2 / 3|4", []int{1, 2, 3}, ""},
		{"B21 CR LF in quotes", "a,b\r\n\"x\r\ny\",2\r\n3,4\r\n", "a|b / x\r\ny|2 / 3|4", []int{1, 2, 3}, ""},
		{"doubled quotes", "a,b\n\"say \"\"hi\"\"\",\"\"\n", `a|b / say "hi"|`, []int{1, 2}, ""},
		{"B26 semicolons", "a;b\n1,5;2\n", "a|b / 1,5|2", []int{1, 2}, "semicolons"},
		{"B27 TABs", "a\tb\n1\t2\n", "a|b / 1|2", []int{1, 2}, "TABs"},
		{"B27 sep line", "sep=;\na;b\n1;2\n", "a|b / 1|2", []int{1, 2}, "first line"},
		{"sep line of another kind", "\"SEP=|\"\r\na|b\r\n1|2\r\n", "a|b / 1|2", []int{1, 2}, "first line"},
		{"sep as a header", "sep=x,b\n1,2\n", "sep=x|b / 1|2", []int{1, 2}, ""},
		{"B28 NUL is the rules' affair", "a,b\nx\x00,2\n", "a|b / x\x00|2", []int{1, 2}, ""},
		{"B29 end of DOS", "a,b\r\n1,2\r\n\x1a", "a|b / 1|2", []int{1, 2}, ""},
		{"B29 end of DOS in the line", "a,b\r\n1,\"2\"\x1a\x1a", "a|b / 1|2", []int{1, 2}, ""},
		{"B33 blank lines", "a,b\n\n1,2\n\n\n,\n3,4\n,,,,\n , \n", "a|b / 1|2 / 3|4", []int{1, 3, 7}, ""},
		{"B34 title above", "Deals of Contoso\n\na,b\n1,2\n", "Deals of Contoso / a|b / 1|2", []int{1, 3, 4}, ""},
		{"one column", "name\nContoso\nFabrikam\n", "name / Contoso / Fabrikam", []int{1, 2, 3}, ""},
		{"quoted delimiters", "a;b\n\"x;y\";2\n\"1,2\";3\n", "a|b / x;y|2 / 1,2|3", []int{1, 2, 3}, "semicolons"},
		{"apostrophes of neutralised cells", "a,b\n'=1+1,'plain\n''@x,'+420\n", "a|b / =1+1|'plain / '@x|+420", []int{1, 2, 3}, ""},
		{"rows after quoted line breaks", "a,b\n\"1\n2\r3\",x\n4,5\n", "a|b / 1\n2\r3|x / 4|5", []int{1, 2, 3}, ""},
		{"vertical bars", "a|b\n1,5|2\n3,5|4\n", "a|b / 1,5|2 / 3,5|4", []int{1, 2, 3}, "vertical bars"},
		{"bars in texts", "a,b|c\n1,2|3\n", "a|b|c / 1|2|3", []int{1, 2}, ""},
		{"texts in formulas", "a,b\n\"=\"\"01\"\"\",=\"02\"\n=\"a\"\"b\",=\"\"\n=\"x\",y", "a|b / 01|02 / a\"b| / x|y", []int{1, 2, 3, 4}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows, notes, err := readBytes(t, "a.csv", []byte(test.data), Options{})
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for _, texts := range shownOf(rows) {
				lines = append(lines, strings.Join(texts, "|"))
			}
			if got := strings.Join(lines, " / "); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
			if got := numbersOf(rows); !slices.Equal(got, test.numbers) {
				t.Errorf("row numbers %v, want %v", got, test.numbers)
			}
			if said := strings.Join(notes, "\n"); !strings.Contains(said, test.note) || test.note == "" && said != "" {
				t.Errorf("notes %q, want %q", said, test.note)
			}
		})
	}
}

// TestCSVThatIsRefused has the rows of the corpus that must not be read, with the place that
// the message has to name.
func TestCSVThatIsRefused(t *testing.T) {
	many := func(n int, line string) string { return strings.Repeat(line, n) }
	for _, test := range []struct {
		name, data, code string
		line             int
		words            []string
	}{
		{"B17 UTF-16LE without mark", wide("name,email\nContoso,x\n"), "CSV-ENCODING", 0, []string{"UTF-16LE", "--encoding utf-16le"}},
		{"B17 UTF-16BE without mark", "\x00" + wide("name,email\nContoso,x\n"), "CSV-ENCODING", 0, []string{"UTF-16BE"}},
		{"B18 windows-1252", "name,city\nJos\xe9,Paris\n", "CSV-ENCODING", 2, []string{"0xE9", "column A", `Jos\xE9`, "--encoding windows-1252"}},
		{"B19 one bad line", "a,b\n" + many(898, "ž,2\n") + "x,\xff\n", "CSV-ENCODING", 900, []string{"column B", "0xFF"}},
		{"bad byte in a cell of several lines", "a,b\n\"x\ny\xe9\",2\n", "CSV-ENCODING", 3, []string{"column A"}},
		{"half of a character at the end", "a,b\n1,\xc5", "CSV-ENCODING", 2, []string{"0xC5"}},
		{"UTF-16 with half a pair", "\xff\xfe" + wide("a,b\n1,") + "\x00\xd8" + wide("x\n"), "CSV-ENCODING", 2, []string{"UTF-16LE"}},
		{"B22 unclosed quote", "a,b\n1,2\n3,\"4\n" + many(10_000, "5,6\n"), "CSV-QUOTE", 3, []string{"column B", "not closed"}},
		{"unclosed quote in a long file", "a,b\n1,2\n3,\"4\n" + many(300_000, "5,6\n"), "CSV-QUOTE", 3, []string{"not closed within"}},
		{"B23 bare quote", "a,b\n1,x\"y\n", "CSV-QUOTE", 2, []string{"column B", "double"}},
		{"text behind a quote", "a,b\n\"x\ny\"z,2\n", "CSV-QUOTE", 2, []string{"line 3", "column A"}},
		{"stray quote that ends at another", "a,b\n\"x,1\n3,\"y\",4\n", "CSV-QUOTE", 2, nil},
		{"B24 one field too many", "a,b\n1,2\n3,4,five\n", "CSV-FIELDS", 3, []string{"3 fields, expected 2", "five"}},
		{"a delimiter too many", "a,b\n1,2,\n", "CSV-FIELDS", 2, []string{"3 fields"}},
		{"B25 one field too few", "a,b,c\n1,2,3\n4,5\n", "CSV-FIELDS", 3, []string{"2 fields, expected 3", "row 1"}},
		{"B25 a field alone", "a,b\nx\n", "CSV-FIELDS", 2, []string{"one field, expected 2"}},
		{"B26 mixed delimiters", "a;b\n1,2\n3;4\n5,6\n", "CSV-DELIM", 0, []string{"commas", "semicolons", "--delimiter"}},
		{"B26 two delimiters that fit", "a;b,c\n1;2,3\n", "CSV-DELIM", 0, []string{"--delimiter"}},
		{"B29 bytes after the last row", "a,b\n1,2\n\x01\x02\x03", "CSV-FIELDS", 3, nil},
		{"B30 a huge cell", "a,b\n1," + many(2<<20, "x"), "CSV-CELL", 2, []string{"1048576"}},
		{"B30 a huge quoted cell", "a,b\n1,\"" + many(2<<20, "x") + "\"\n", "CSV-CELL", 2, nil},
		{"B31 too many columns", many(2000, "x,") + "\n", "CSV-COLUMNS", 1, []string{"1000"}},
		{"a huge record", many(20, many(1<<20, "x")+","), "CSV-CELL", 1, []string{"a row of"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := readBytes(t, "a.csv", []byte(test.data), Options{})
			problem := wantProblem(t, err, test.code, test.words...)
			line := problem.Line
			if test.code == "CSV-FIELDS" { // no damage to the text: the row is named
				line = problem.Row
			}
			if line != test.line || problem.Advice == "" {
				t.Errorf("%+v: want line %d and an advice", problem, test.line)
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	for _, test := range []struct{ encoding, data, want, code string }{
		{"windows-1252", "a,b\nJos\xe9,2\n", "José", ""},
		{"Windows-1250", "a,b\n\x8ekoda,2\n", "Žkoda", ""},
		{"latin2", "a,b\n\xa9koda,2\n", "Škoda", ""},
		{"utf-16le", wide("a,b\nx,2\n"), "x", ""},
		{"shift_jis", "a,b\n\x83e,2\n", "テ", ""},
		{"utf-8", "a,b\nJos\xe9,2\n", "", "CSV-ENCODING"},
		{"shift_jis", "a,b\n\x83\xff,2\n", "", "CSV-ENCODING"},
		{"klingon", "a,b\n1,2\n", "", "CSV-ENCODING"},
		{"windows-1252", "\xef\xbb\xbfa,b\nJosé,2\n", "José", ""}, // the mark of UTF-8 is sure
	} {
		rows, _, err := readBytes(t, "a.csv", []byte(test.data), Options{Encoding: test.encoding})
		if test.code != "" {
			wantProblem(t, err, test.code)
			continue
		}
		if err != nil || len(rows) != 2 || rows[1].At(0).Shown != test.want {
			t.Errorf("%s: %v, %v, want %q", test.encoding, rows, err, test.want)
		}
	}
}

func TestDelimiterOption(t *testing.T) {
	rows, _, err := readBytes(t, "a.csv", []byte("a;b|c\n1;2|3\n"), Options{Delimiter: '|'})
	if err != nil || len(rows) != 2 || rows[0].At(0).Shown != "a;b" {
		t.Errorf("%v, %v", rows, err)
	}
	for _, bad := range []rune{'"', '\n', 'a', '7', '≡', 0x1F600, '\''} {
		_, _, err := readBytes(t, "a.csv", []byte("a,b\n"), Options{Delimiter: bad})
		wantProblem(t, err, "CSV-DELIM")
	}
}

// TestHeaderOption reads a file whose upper lines have any shape.
func TestHeaderOption(t *testing.T) {
	data := []byte("Exported by Contoso, Prague\nx,y,z,\na,b,c\n1,2,3\n")
	_, _, err := readBytes(t, "a.csv", data, Options{})
	wantProblem(t, err, "CSV-FIELDS")
	rows, _, err := readBytes(t, "a.csv", data, Options{Frame: Frame{Header: 3}})
	if err != nil || len(rows) != 4 || rows[3].Number != 4 {
		t.Errorf("%v, %v", rows, err)
	}
	_, _, err = readBytes(t, "a.csv", append(data, "4,5\n"...), Options{Frame: Frame{Header: 3}})
	wantProblem(t, err, "CSV-FIELDS", "row 5", "as in row 3")
}

func TestSwallowedRowsAreSaid(t *testing.T) {
	_, notes, err := readBytes(t, "a.csv", []byte("a,b,c\n1,2,\"x\n3,4,y\n5,6,z\"\n7,8,9\n"), Options{})
	if err != nil || len(notes) != 1 || !strings.Contains(notes[0], "row 2") || !strings.Contains(notes[0], "column C") {
		t.Errorf("notes %q, %v", notes, err)
	}
	_, notes, err = readBytes(t, "a.csv", []byte("a,b,c\n1,2,\"an address\nwith a comma, here\nin Prague\"\n7,8,9\n"), Options{})
	if err != nil || len(notes) != 0 {
		t.Errorf("notes %q, %v", notes, err)
	}
}

// TestBlankCells keeps white space as it was and still calls the cell blank.
func TestBlankCells(t *testing.T) {
	rows, _, err := readBytes(t, "a.csv", []byte("a,b,c\n1, \u00a0,\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Cell{{Kind: Text, Stored: "1", Shown: "1"}, {Stored: " \u00a0", Shown: " \u00a0"}, {}}
	if got := rows[1].Cells; !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestChunkBorders moves a file across the borders of the read buffer: what is special must be
// so there too.
func TestChunkBorders(t *testing.T) {
	const tail = "\r\n\"q\"\"\r\nq\",\"\"\r\n\rx,ž\n"
	for shift := range 24 {
		first := strings.Repeat("y", 64<<10-len("a,b\r\n")-len(",")-shift)
		rows, _, err := readBytes(t, "a.csv", []byte("a,b\r\n"+first+","+tail), Options{Delimiter: ','})
		if err != nil {
			t.Fatal(err)
		}
		want := [][]string{{"a", "b"}, {first, ""}, {"q\"\r\nq", ""}, {"x", "ž"}}
		if got := shownOf(rows); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("shift %d: %.60q", shift, got[2:])
		}
		if got := numbersOf(rows); !slices.Equal(got, []int{1, 2, 3, 5}) {
			t.Errorf("shift %d: row numbers %v", shift, got)
		}
	}
}

func TestDelimiterIsTold(t *testing.T) {
	for data, want := range map[string]rune{"a,b\n": ',', "a;b\n": ';', "a\tb\n": '\t', "a|b\n": '|', "sep=|\na|b\n": '|', "a\n": ','} {
		book, err := Open(store(t, "a.csv", []byte(data)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := book.Delimiter(); got != want {
			t.Errorf("%q: %q, want %q", data, got, want)
		}
		book.Close()
	}
	book, err := Open(store(t, "a.xlsx", minimal(goodRows).pack()), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if got := book.Delimiter(); got != 0 {
		t.Errorf("a workbook: %q", got)
	}
}
