package sheet

import (
	"strings"
	"testing"
)

// TestFrame: what does not belong to the table refuses no file; what belongs to it does as before.
func TestFrame(t *testing.T) {
	const data = `<row r="1"><c><v>1</v></c><c><v>1</v></c></row><row><c><v>2</v></c><c t="d"><v>soon</v></c></row><row><c><v>4</v></c><c s="99"><v>3</v></c></row>`
	book := func(refs string) []byte {
		return minimal(data).replace("xl/worksheets/sheet1.xml", "</sheetData>", "</sheetData><mergeCells>"+refs+"</mergeCells>").pack()
	}
	second := func(column int) bool { return column == 1 }
	third := func(row int) bool { return row == 3 }
	for _, test := range []struct {
		name, refs string
		frame      Frame
		code       string
	}{
		{"a cell that is read", "", Frame{Header: 1}, "XLSX-XML"},
		{"a cell above the header", "", Frame{Header: 3}, "XLSX-STYLE"},
		{"a column that is not read", "", Frame{Header: 1, Unread: second}, ""},
		{"the header of a column that is not read", "", Frame{Header: 2, Unread: second}, "XLSX-XML"},
		{"merged in a column that is not read", `<mergeCell ref="B2:B3"/>`, Frame{Header: 1, Unread: second}, ""},
		{"merged in a column that is read", `<mergeCell ref="A2:B3"/>`, Frame{Header: 1, Unread: second}, "XLSX-MERGED"},
		{"merged in lower case", `<mergeCell ref="a2:a3"/>`, Frame{Header: 1, Unread: second}, "XLSX-MERGED"},
		{"merged into a row that is left out", `<mergeCell ref="A2:A3"/>`, Frame{Header: 1, Unread: second, Left: third}, ""},
		{"a header that reaches down", `<mergeCell ref="A1:A2"/>`, Frame{Header: 1, Unread: second}, "HDR-MERGED"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := readBytes(t, "a.xlsx", book(test.refs), Options{Frame: test.frame})
			if test.code != "" {
				wantProblem(t, err, test.code)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestScan takes rows as they come.
func TestScan(t *testing.T) {
	for name, data := range map[string][]byte{
		"a.csv":  []byte("Report,Q1,x\nOwner\na,b,c,d\n1,2,3,4\n"),
		"a.xlsx": minimal(`<row r="1"><c s="99"><v>1</v></c><c t="d"><v>soon</v></c></row><row><c><v>2</v></c></row><row r="5"><c><v>2</v></c></row><row><c><v>2</v></c></row>`).replace("xl/worksheets/sheet1.xml", "</sheetData>", `</sheetData><mergeCells><mergeCell ref="A1:A6"/></mergeCells>`).pack(),
	} {
		book, err := Open(store(t, name, data), Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		count := 0
		for _, err := range book.Scan(book.Sheets()[0].Name) {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			count++
		}
		if count != 4 {
			t.Errorf("%s: %d rows", name, count)
		}
		if _, err := rowsOf(book, book.Sheets()[0].Name); err == nil {
			t.Errorf("%s: the rows of a table of that shape are no error", name)
		}
	}
}

// TestShortRows: a row that ends early is said to be so only where that was asked for, and one that
// is too long never.
func TestShortRows(t *testing.T) {
	const data = "title\na,b,c\n1,2\n1\n4,5,6\n"
	book, err := Open(store(t, "a.csv", []byte(data)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	book.Fit(Frame{Header: 2, Short: true})
	rows, err := rowsOf(book, "")
	if err != nil || len(rows) != 5 || rows[2].Short != 1 || rows[3].Short != 2 || rows[4].Short != 0 {
		t.Errorf("%+v, %v", rows, err)
	}
	_, _, err = readBytes(t, "a.csv", []byte(data+"1,2,3,4\n"), Options{Frame: Frame{Header: 2, Short: true}})
	wantProblem(t, err, "CSV-FIELDS", "row 6", "4 fields, expected 3 as in row 2")
}

// TestNamesWithBackslashes reads packages of programs that write their own path separator, and
// trusts them no more than others.
func TestNamesWithBackslashes(t *testing.T) {
	good := rawParts(minimal(goodRows))
	for i := range good {
		good[i].name = strings.ReplaceAll(good[i].name, "/", `\`)
	}
	if rows, _, err := readBytes(t, "a.xlsx", packRaw(parts{}, good...), Options{}); err != nil || len(rows) == 0 {
		t.Errorf("%v, %v", rows, err)
	}
	for _, name := range []string{`..\..\etc\x`, `C:\x`, `\x`, `xl\..\..\x`} {
		bad := append(rawParts(minimal(goodRows)), good[0])
		bad[len(bad)-1].name = name
		_, _, err := readBytes(t, "a.xlsx", packRaw(parts{}, bad...), Options{})
		wantProblem(t, err, "XLSX-ZIP", "unsafe name")
	}
	twice := append(rawParts(minimal(goodRows)), good...)
	_, _, err := readBytes(t, "a.xlsx", packRaw(parts{}, twice...), Options{})
	wantProblem(t, err, "XLSX-DUPPART")
}

func TestSheetsWithoutContent(t *testing.T) {
	book := minimal(goodRows)
	rows, notes, err := readBytes(t, "a.xlsx", book.replace("xl/workbook.xml", "</sheets>", `<sheet name="Module1" sheetId="9" state="veryHidden" r:id=""/></sheets>`).pack(), Options{})
	if err != nil || len(rows) == 0 || !strings.Contains(strings.Join(notes, ""), `"Module1"`) {
		t.Errorf("%v, %q, %v", rows, notes, err)
	}
	_, _, err = readBytes(t, "a.xlsx", book.replace("xl/workbook.xml", "</sheets>", `<sheet name="Lost" sheetId="9" r:id="rId99"/></sheets>`).pack(), Options{})
	wantProblem(t, err, "XLSX-XML", `"Lost"`)
}

// TestEncodingsAreShown: the hint shows what the cell reads in each encoding that can read the file.
func TestEncodingsAreShown(t *testing.T) {
	for _, test := range []struct {
		name, data string
		want, none []string
	}{
		{"Western", "a,b\nJos\xe9,2\n", []string{"--encoding windows-1252", "“José”"}, []string{"shift_jis", "gbk"}},
		{"Japanese", "a,b\n\x93\x8c\x8b\x9e\x8a\x94\x8e\xae\x89\xef\x8e\xd0,2\n", []string{"--encoding shift_jis", "“東京株式会社”"}, []string{"big5"}},
		{"Korean", "a,b\n\xbc\xad\xbf\xef,2\n", []string{"euc-kr", "“서울”", "windows-1252"}, []string{"shift_jis or"}},
		{"what another line excludes", "a,b\nJos\xe9,2\n\x81\x30,3\n", nil, []string{"windows-1252"}},
	} {
		_, _, err := readBytes(t, "a.csv", []byte(test.data), Options{})
		problem := wantProblem(t, err, "CSV-ENCODING", test.want...)
		for _, word := range test.none {
			if strings.Contains(problem.Advice, word) {
				t.Errorf("%s: %q is in %q", test.name, word, problem.Advice)
			}
		}
	}
}

// TestFormulasOfACSV: a cell that is nothing but a text in a formula is that text; any other formula is
// one, and what refload made harmless is a text.
func TestFormulasOfACSV(t *testing.T) {
	rows, _, err := readBytes(t, "a.csv", []byte("a,b,c,d,e\n\"=\"\"00121\"\"\",=\"02134\",=A1+1,'=A1+1,\"=\"\"a\"\"&\"\"b\"\"\"\n"), Options{})
	if err != nil || len(rows) != 2 {
		t.Fatalf("%v, %v", rows, err)
	}
	for i, want := range []Cell{
		{Kind: Text, Stored: "00121", Shown: "00121", Unwrapped: true}, {Kind: Text, Stored: "02134", Shown: "02134", Unwrapped: true},
		{Kind: Formula, Stored: "=A1+1", Shown: "=A1+1"}, {Kind: Text, Stored: "=A1+1", Shown: "=A1+1"},
		{Kind: Formula, Stored: `="a"&"b"`, Shown: `="a"&"b"`},
	} {
		if got := rows[1].At(i); got != want {
			t.Errorf("column %s: %+v, want %+v", ColumnName(i), got, want)
		}
	}
	for _, bad := range []string{"a,b\n=\"1,2\"\n", "a,b\n=\"1\"x,2\n", "a,b\nx=\"1\",2\n", "a,b\n=\"1\n2\",3\n"} {
		_, _, err := readBytes(t, "a.csv", []byte(bad), Options{Delimiter: ','})
		wantProblem(t, err, "CSV-QUOTE")
	}
}
