package sheet

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func readParts(t testing.TB, p parts) ([]Row, error) {
	t.Helper()
	rows, _, err := readBytes(t, "deals.xlsx", p.pack(), Options{})
	return rows, err
}

// TestCells reads one cell of each kind.
func TestCells(t *testing.T) {
	for name, test := range map[string]struct {
		cell string
		want Cell
	}{
		"number":                {`<c r="A1"><v>12.50</v></c>`, Cell{Kind: Number, Stored: "12.50", Shown: "12.5"}},
		"typed number":          {`<c r="A1" t="n"><v> 12 </v></c>`, Cell{Kind: Number, Stored: "12", Shown: "12"}},
		"B73 many digits":       {`<c r="A1"><v>1.23456789012345E+16</v></c>`, Cell{Kind: Number, Stored: "1.23456789012345E+16", Shown: "12345678901234500"}},
		"all digits of a whole": {`<c r="A1"><v>12345678901234567</v></c>`, Cell{Kind: Number, Stored: "12345678901234567", Shown: "12345678901234567"}},
		"binary fraction":       {`<c r="A1"><v>0.30000000000000004</v></c>`, Cell{Kind: Number, Stored: "0.30000000000000004", Shown: "0.3"}},
		"B74 zeros":             {`<c r="A1" s="2"><v>501</v></c>`, Cell{Kind: Number, Stored: "501", Shown: "00501"}},
		"zeros and a fraction":  {`<c r="A1" s="2"><v>501.5</v></c>`, Cell{Kind: Number, Stored: "501.5", Shown: "501.5"}},
		"quoted d is no date":   {`<c r="A1" s="4"><v>3</v></c>`, Cell{Kind: Number, Stored: "3", Shown: "3", Seen: "d3.00"}},
		"date":                  {`<c r="A1" s="1"><v>46052</v></c>`, Cell{Kind: Date, Stored: "46052", Shown: "2026-01-30"}},
		"date and time":         {`<c r="A1" s="3"><v>46052.5625</v></c>`, Cell{Kind: Date, Stored: "46052.5625", Shown: "2026-01-30T13:30:00"}},
		"elapsed":               {`<c r="A1" s="5"><v>1.5</v></c>`, Cell{Kind: Date, Stored: "1.5", Shown: "36:00:00"}},
		"B60 no date":           {`<c r="A1" s="1"><v>60</v></c>`, Cell{Kind: Date, Stored: "60", Shown: "60"}},
		"ISO date":              {`<c r="A1" t="d"><v>2026-01-30T00:00:00Z</v></c>`, Cell{Kind: Date, Stored: "2026-01-30T00:00:00Z", Shown: "2026-01-30"}},
		"B64 true":              {`<c r="A1" t="b"><v>1</v></c>`, Cell{Kind: Bool, Stored: "1", Shown: "TRUE"}},
		"B64 false":             {`<c r="A1" t="b"><v>false</v></c>`, Cell{Kind: Bool, Stored: "0", Shown: "FALSE"}},
		"text of no format":     {`<c r="A1" s="6" t="str"><v>x</v></c>`, Cell{Kind: Text, Stored: "x", Shown: "x"}},
		"B54 error":             {`<c r="A1" t="e"><v>#SPILL!</v></c>`, Cell{Kind: Error, Stored: "#SPILL!", Shown: "#SPILL!"}},
		"shared text":           {`<c r="A1" t="s"><v>1</v></c>`, Cell{Kind: Text, Stored: " Contoso ", Shown: " Contoso "}},
		"B62 rich text":         {`<c r="A1" t="s"><v>2</v></c>`, Cell{Kind: Text, Stored: "Fabrikam", Shown: "Fabrikam"}},
		"B63 escapes":           {`<c r="A1" t="s"><v>3</v></c>`, Cell{Kind: Text, Stored: "line\rone_x000D_", Shown: "line\rone_x000D_"}},
		"inline text":           {`<c r="A1" t="inlineStr"><is><t>a&amp;b&#10;&#13;<![CDATA[<c>]]></t></is></c>`, Cell{Kind: Text, Stored: "a&b\n\r<c>", Shown: "a&b\n\r<c>"}},
		"inline rich text":      {`<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><rPr/><t> b</t></r><rPh><t>x</t></rPh></is></c>`, Cell{Kind: Text, Stored: "a b", Shown: "a b"}},
		"white space":           {`<c r="A1" t="inlineStr"><is><t xml:space="preserve"> &#160;</t></is></c>`, Cell{Stored: " \u00a0", Shown: " \u00a0"}},
		"B53 computed number":   {`<c r="A1"><f>1+1</f><v>2</v></c>`, Cell{Kind: Number, Stored: "2", Shown: "2", Computed: true}},
		"computed text":         {`<c r="A1" t="str"><f>A2&amp;"x"</f><v>_x0041_</v></c>`, Cell{Kind: Text, Stored: "A", Shown: "A", Computed: true}},
		"computed nothing":      {`<c r="A1" t="str"><f>""</f><v></v></c>`, Cell{Computed: true}},
		"B52 not computed":      {`<c r="A1"><f>VLOOKUP(1,B:C,2)</f></c>`, Cell{Kind: Formula, Stored: "=VLOOKUP(1,B:C,2)", Shown: "=VLOOKUP(1,B:C,2)"}},
		"not computed text":     {`<c r="A1" t="str"><f>A2</f></c>`, Cell{Kind: Formula, Stored: "=A2", Shown: "=A2"}},
		"shared formula":        {`<c r="A1"><f t="shared" si="0"/><v>7</v></c>`, Cell{Kind: Number, Stored: "7", Shown: "7", Computed: true}},
		"no r":                  {`<c><v>1</v></c>`, Cell{Kind: Number, Stored: "1", Shown: "1"}},
		"lower case":            {`<c r="a1"><v>1</v></c>`, Cell{Kind: Number, Stored: "1", Shown: "1"}},
		"ISO near midnight":     {`<c r="A1" t="d"><v>2031-01-29T23:59:59.99999979045242400</v></c>`, Cell{Kind: Date, Stored: "2031-01-29T23:59:59.99999979045242400", Shown: "2031-01-30"}},
		"ISO fraction":          {`<c r="A1" t="d"><v>2031-01-29T10:00:00.6</v></c>`, Cell{Kind: Date, Stored: "2031-01-29T10:00:00.6", Shown: "2031-01-29T10:00:01"}},
		"ISO time":              {`<c r="A1" t="d"><v>10:59:59.9999999999984025</v></c>`, Cell{Kind: Date, Stored: "10:59:59.9999999999984025", Shown: "11:00:00"}},
		"ISO elapsed":           {`<c r="A1" t="d"><v>PT0H11M0.000S</v></c>`, Cell{Kind: Date, Stored: "PT0H11M0.000S", Shown: "00:11:00"}},
		"ISO elapsed days":      {`<c r="A1" t="d"><v>P0Y0M2DT1H30M0.7S</v></c>`, Cell{Kind: Date, Stored: "P0Y0M2DT1H30M0.7S", Shown: "49:30:01"}},
		"inline and empty v":    {`<c r="A1" t="inlineStr"><v></v><is><t>a</t></is></c>`, Cell{Kind: Text, Stored: "a", Shown: "a"}},
		"inline and later v":    {`<c r="A1" t="inlineStr"><is><t>a</t></is><v/></c>`, Cell{Kind: Text, Stored: "a", Shown: "a"}},
		"extension":             {`<c r="A1"><v>1</v><extLst><ext xmlns="x"><v>2</v></ext></extLst></c>`, Cell{Kind: Number, Stored: "1", Shown: "1"}},
	} {
		t.Run(name, func(t *testing.T) {
			// The blank cells of some tests need a neighbour for the row to be there.
			rows, err := readParts(t, minimal(`<row r="1">`+test.cell+`<c r="C1" t="s"><v>0</v></c></row>`))
			if err != nil || len(rows) != 1 {
				t.Fatalf("%v, %v", rows, err)
			}
			if got := rows[0].At(0); got != test.want {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
			if got := rows[0].At(2).Shown; got != "Name" {
				t.Errorf("the neighbour is %q", got)
			}
		})
	}
}

// TestCellsThatAreRefused wants the cell to be named.
func TestCellsThatAreRefused(t *testing.T) {
	for name, test := range map[string]struct{ cell, code string }{
		"B48 negative text":     {`<c r="B2" t="s"><v>-1</v></c>`, "XLSX-SST"},
		"B48 text beyond":       {`<c r="B2" t="s"><v>4</v></c>`, "XLSX-SST"},
		"text of no number":     {`<c r="B2" t="s"><v>x</v></c>`, "XLSX-SST"},
		"B65 style beyond":      {`<c r="B2" s="9999"><v>1</v></c>`, "XLSX-STYLE"},
		"B65 negative style":    {`<c r="B2" s="-1"><v>1</v></c>`, "XLSX-STYLE"},
		"format not defined":    {`<c r="B2" s="6"><v>45000</v></c>`, "XLSX-STYLE"},
		"no number":             {`<c r="B2"><v>1,5</v></c>`, "XLSX-XML"},
		"not a number":          {`<c r="B2"><v>NaN</v></c>`, "XLSX-XML"},
		"no boolean":            {`<c r="B2" t="b"><v>2</v></c>`, "XLSX-XML"},
		"no date":               {`<c r="B2" t="d"><v>30.1.2026</v></c>`, "XLSX-XML"},
		"unknown type":          {`<c r="B2" t="x"><v>1</v></c>`, "XLSX-XML"},
		"two values":            {`<c r="B2"><v>1</v><v>2</v></c>`, "XLSX-XML"},
		"inline and a value":    {`<c r="B2" t="inlineStr"><v>1</v><is><t>a</t></is></c>`, "XLSX-XML"},
		"a value and inline":    {`<c r="B2" t="inlineStr"><is><t>a</t></is><v>1</v></c>`, "XLSX-XML"},
		"inline, v twice":       {`<c r="B2" t="inlineStr"><v/><is><t>a</t></is><v/></c>`, "XLSX-XML"},
		"a month long":          {`<c r="B2" t="d"><v>P1M</v></c>`, "XLSX-XML"},
		"no length":             {`<c r="B2" t="d"><v>PT</v></c>`, "XLSX-XML"},
		"unknown element":       {`<c r="B2"><w>1</w></c>`, "XLSX-XML"},
		"element in a value":    {`<c r="B2"><v>1<b/>2</v></c>`, "XLSX-XML"},
		"B89 half a character":  {`<c r="B2" t="inlineStr"><is><t>x_xD83D_</t></is></c>`, "VAL-UNICODE"},
		"half in a computed":    {`<c r="B2" t="str"><v>_xDE00__xD83D_</v></c>`, "VAL-UNICODE"},
		"a huge cell":           {`<c r="B2" t="inlineStr"><is><t>` + strings.Repeat("x", 1<<20+1) + `</t></is></c>`, "XLSX-SIZE"},
		"text as rich text run": {`<c r="B2" t="inlineStr"><is><z/></is></c>`, "XLSX-XML"},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := readParts(t, minimal(`<row><c t="s"><v>0</v></c></row><row r="2"><c r="A2"><v>1</v></c>`+test.cell+`</row><row><c><v>1</v></c></row>`))
			problem := wantProblem(t, err, test.code, `deals.xlsx, sheet "Deals", B2: `)
			if problem.Row != 2 || problem.Advice == "" || len(rows) != 1 {
				t.Errorf("%+v after %d rows", problem, len(rows))
			}
		})
	}
}

// TestOrder has the rows B45 to B47 of the corpus: a reader that sorts or glues would put
// values into the wrong rows.
func TestOrder(t *testing.T) {
	one := `<c><v>1</v></c>`
	for name, test := range map[string]struct{ data, words string }{
		"B45 rows 1, 3, 2":      {`<row r="1">` + one + `</row><row r="3">` + one + `</row><row r="2">` + one + `</row>`, "row 2 stands after row 3"},
		"B46 row twice":         {`<row r="2">` + one + `</row><row r="2">` + one + `</row>`, "row 2 stands after row 2"},
		"row 0":                 {`<row r="0">` + one + `</row>`, `"0"`},
		"row too far":           {`<row r="1048577">` + one + `</row>`, `"1048577"`},
		"no more rows":          {`<row r="1048576">` + one + `</row><row>` + one + `</row>`, "more rows"},
		"row of no number":      {`<row r="1x">` + one + `</row>`, `"1x"`},
		"B47 cell twice":        {`<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>1</v></c></row>`, `"A1"`},
		"B47 cell of row 9":     {`<row r="1"><c r="A9"><v>1</v></c></row>`, `"A9"`},
		"B47 cells turned":      {`<row r="1"><c r="C1"><v>1</v></c><c r="A1"><v>1</v></c></row>`, `"A1"`},
		"cell after one before": {`<row r="1">` + one + one + `<c r="B1"><v>1</v></c></row>`, `"B1"`},
		"lower case of row 9":   {`<row r="1"><c r="a9"><v>1</v></c></row>`, `"a9"`},
		"absolute":              {`<row r="1"><c r="$A$1"><v>1</v></c></row>`, `"$A$1"`},
		"leading zero":          {`<row r="1"><c r="A01"><v>1</v></c></row>`, `"A01"`},
		"column too far":        {`<row r="1"><c r="XFE1"><v>1</v></c></row>`, `"XFE1"`},
		"long name":             {`<row r="1"><c r="AAAAA1"><v>1</v></c></row>`, `"AAAAA1"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readParts(t, minimal(test.data))
			wantProblem(t, err, "XLSX-ORDER", test.words)
		})
	}
}

func TestRows(t *testing.T) {
	rows, err := readParts(t, minimal(`<row r="2" hidden="1"><c r="B2"><v>1</v></c></row><row r="4"/><row><c s="1"/><c s="1"/></row>`+
		`<row r="7" spans="1:2"><c r="A7" s="1"/><c r="C7"><v>2</v></c><c r="F7" s="1"/></row><row><c/><c><v>3</v></c></row>`))
	if err != nil {
		t.Fatal(err)
	}
	if got := numbersOf(rows); !slices.Equal(got, []int{2, 7, 8}) {
		t.Errorf("rows %v", got)
	}
	if !rows[0].Hidden || rows[1].Hidden {
		t.Errorf("hidden: %v, %v", rows[0].Hidden, rows[1].Hidden)
	}
	if got := fmt.Sprint(shownOf(rows)); got != "[[ 1] [  2] [ 3]]" {
		t.Errorf("cells %s", got)
	}
}

// mostForLittle bounds the memory that reading a tiny file takes, what is freed meanwhile included. What stays
// below is also done at once, on any machine.
const mostForLittle = 32 << 20

// allocated is how much memory was asked for since the start.
func allocated() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}

// TestFarCell is row B49: a single cell at the end of the sheet costs nothing.
func TestFarCell(t *testing.T) {
	before := allocated()
	rows, err := readParts(t, minimal(`<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c><c r="XFD1048576" s="1"/></row>`))
	if err != nil || len(rows) != 2 || rows[1].Number != 1_048_576 || len(rows[1].Cells) != 1 {
		t.Errorf("%v, %v", rows, err)
	}
	if took := allocated() - before; took > mostForLittle {
		t.Errorf("took %d MiB", took>>20)
	}
	_, err = readParts(t, minimal(`<row r="1"><c r="XFD1"><v>1</v></c></row>`))
	wantProblem(t, err, "XLSX-COLUMNS", "XFD1", "1000")
}

// TestMerged is row B55. A merged title, or one above the header, does no harm.
func TestMerged(t *testing.T) {
	data := `<row r="1"><c><v>1</v></c><c><v>1</v></c></row><row><c><v>2</v></c><c><v>2</v></c></row><row><c/><c><v>3</v></c></row>`
	merged := func(refs ...string) parts {
		cells := ""
		for _, ref := range refs {
			cells += `<mergeCell ref="` + ref + `"/>`
		}
		return minimal(data).replace("xl/worksheets/sheet1.xml", "</sheetData>", "</sheetData><mergeCells>"+cells+"</mergeCells><pageMargins/>")
	}
	rows, err := readParts(t, merged("A1:B1", "A2:A3"))
	wantProblem(t, err, "XLSX-MERGED", "A2:A3", "row 3", "unmerge")
	if len(rows) != 3 {
		t.Errorf("%d rows before the error at the end", len(rows))
	}
	for _, refs := range [][]string{{"A1:B1"}, {"A3:A9"}, {"D4:D6", "C2"}} {
		if _, err := readParts(t, merged(refs...)); err != nil {
			t.Errorf("%v: %v", refs, err)
		}
	}
	for _, ref := range []string{"", "A2:", "A3:A2", "x", "A2:A9999999"} {
		if _, err := readParts(t, merged(ref)); ref != "A2:" {
			wantProblem(t, err, "XLSX-MERGED")
		}
	}
	if _, _, err := readBytes(t, "a.xlsx", merged("A1:A2").pack(), Options{Frame: Frame{Header: 2}}); err != nil {
		t.Errorf("merged above the header: %v", err)
	}
}

// TestSpellings is row B61: what XML may write in several ways means the same.
func TestSpellings(t *testing.T) {
	data := `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>46052</v></c></row>`
	plain := minimal(data)
	want, err := readParts(t, plain)
	if err != nil {
		t.Fatal(err)
	}
	prefixed := strings.NewReplacer(`xmlns=`, `xmlns:x=`, `</`, `</x:`, `<?`, `<?`, `<`, `<x:`)
	const sheet = "xl/worksheets/sheet1.xml"
	for name, p := range map[string]parts{
		"strict namespace": plain.replace(sheet, mainSpace, mainSpaceStrict).replace("xl/workbook.xml", mainSpace, mainSpaceStrict).
			replace("xl/styles.xml", mainSpace, mainSpaceStrict).replace("xl/sharedStrings.xml", mainSpace, mainSpaceStrict),
		"prefixes":       plain.with(sheet, prefixed.Replace(plain[sheet])).with("xl/sharedStrings.xml", prefixed.Replace(plain["xl/sharedStrings.xml"])),
		"single quotes":  plain.with(sheet, strings.ReplaceAll(plain[sheet], `"`, `'`)),
		"line breaks":    plain.replace(sheet, ` r="`, "\n\t r = \""),
		"no references":  plain.replace(sheet, ` r="A1"`, "").replace(sheet, ` r="B1"`, "").replace(sheet, ` r="1"`, ""),
		"B50 dimension":  plain.replace(sheet, `<sheetData>`, `<dimension ref="A1:XFD1048576"/><sheetData>`),
		"comments":       plain.replace(sheet, `<v>0`, `<!-- <v>9</v> --><v>0<?x y?>`),
		"foreign parts":  plain.replace(sheet, `</sheetData>`, `</sheetData><extLst><ext xmlns="urn:x"><row r="1"/></ext></extLst>`),
		"character refs": plain.replace(sheet, `46052`, `4&#54;05&#x32;`),
		"upper case":     plain.replace("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "Worksheets/SHEET1.xml"),
		"UTF-8 mark":     plain.with(sheet, "\ufeff"+plain[sheet]),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readParts(t, p)
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("got  %v\nwant %v", got, want)
			}
		})
	}
}

func TestDateSystem1904(t *testing.T) {
	p := minimal(`<row><c s="1"><v>44590</v></c></row>`).replace("xl/workbook.xml", "<sheets>", `<workbookPr date1904="1"/><sheets>`)
	rows, notes, err := readBytes(t, "a.xlsx", p.pack(), Options{})
	if err != nil || rows[0].At(0).Shown != "2026-01-30" {
		t.Errorf("%v, %v", rows, err)
	}
	if len(notes) != 1 || !strings.Contains(notes[0], "1904") {
		t.Errorf("notes %q", notes)
	}
}

func TestMacrosAreSaid(t *testing.T) {
	p := minimal(`<row><c><v>1</v></c></row>`).with("xl/vbaProject.bin", ole).replace("xl/_rels/workbook.xml.rels", "</Relationships>",
		`<Relationship Id="m" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/></Relationships>`)
	_, notes, err := readBytes(t, "a.xlsm", p.pack(), Options{})
	if err != nil || len(notes) != 1 || !strings.Contains(notes[0], "macros") {
		t.Errorf("%q, %v", notes, err)
	}
}
