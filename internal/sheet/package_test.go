package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

const firstPart = "xl/worksheets/sheet1.xml"

// raw is a part whose header says what the test wants.
type raw struct {
	name    string
	content string
	method  uint16
	crc     uint32
	size    uint64 // 0 for the true size
}

// packRaw appends parts with headers of the test's making to the parts of a good workbook.
func packRaw(p parts, more ...raw) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range p {
		part, _ := w.Create(name)
		io.WriteString(part, content)
	}
	for _, m := range more {
		size := m.size
		if size == 0 {
			size = uint64(len(m.content))
		}
		part, err := w.CreateRaw(&zip.FileHeader{Name: m.name, Method: m.method, CRC32: m.crc, CompressedSize64: uint64(len(m.content)), UncompressedSize64: size})
		if err != nil {
			panic(err)
		}
		io.WriteString(part, m.content)
	}
	w.Close()
	return b.Bytes()
}

func withoutSheet() parts {
	p := minimal("")
	delete(p, firstPart)
	return p
}

var goodRows = `<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2"><v>1</v></c></row><row r="3"><c r="A3"><v>2</v></c></row>`

// TestDamagedSheet has the rows B36 to B40: excelize reads such sheets short, or wrong, without
// an error.
func TestDamagedSheet(t *testing.T) {
	good := minimal(goodRows)
	for name, test := range map[string]struct {
		p    parts
		code string
		rows int
		word string
	}{
		"B36 cut after row 2":    {good.with(firstPart, good[firstPart][:strings.Index(good[firstPart], `<row r="3"`)]), "XLSX-XML", 2, "last good row is 2"},
		"B36 cut inside a tag":   {good.with(firstPart, good[firstPart][:strings.Index(good[firstPart], `A3"`)]), "XLSX-XML", 2, "last good row is 2"},
		"cut before the end":     {good.with(firstPart, strings.TrimSuffix(good[firstPart], "</worksheet>")), "XLSX-XML", 3, "too early"},
		"empty part":             {good.with(firstPart, ""), "XLSX-XML", 0, "too early"},
		"B38 undefined entity":   {good.replace(firstPart, "<v>1", "<v>&x;1"), "XLSX-XML", 1, firstPart},
		"B38 control character":  {good.replace(firstPart, "<v>1", "<v>\x01"), "XLSX-XML", 1, firstPart},
		"B38 no UTF-8":           {good.replace(firstPart, "<v>1", "<v>\xff"), "XLSX-XML", 1, firstPart},
		"tags that do not match": {good.replace(firstPart, "<v>1</v>", "<v>1</f>"), "XLSX-XML", 1, "matches no start tag"},
		"B39 external entity":    {good.replace(firstPart, "<worksheet", `<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet`), "XLSX-DTD", 0, "DTD"},
		"DTD in the middle":      {good.replace(firstPart, "<v>1", "<!ELEMENT x ANY><v>1"), "XLSX-DTD", 1, "DTD"},
		"text between rows":      {good.replace(firstPart, `<row r="2">`, `2<row r="2">`), "XLSX-XML", 1, "between"},
		"foreign element":        {good.replace(firstPart, `<row r="2">`, `<AlternateContent/><row r="2">`), "XLSX-XML", 1, "AlternateContent"},
		"foreign element in row": {good.replace(firstPart, `<c r="A2">`, `<d/><c r="A2">`), "XLSX-XML", 1, `"d"`},
		"second table":           {good.replace(firstPart, `</worksheet>`, `<sheetData/></worksheet>`), "XLSX-XML", 3, "second table"},
		"no table":               {good.with(firstPart, `<worksheet xmlns="`+mainSpace+`"><cols/></worksheet>`), "XLSX-XML", 0, "no table"},
		"second document":        {good.with(firstPart, good[firstPart]+"<a/>"), "XLSX-XML", 3, "second document"},
		"text behind":            {good.with(firstPart, good[firstPart]+"x"), "XLSX-XML", 3, "outside"},
		"another document":       {good.with(firstPart, `<html/>`), "XLSX-XML", 0, `found "html"`},
		"no namespace":           {good.replace(firstPart, ` xmlns="`+mainSpace+`"`, ""), "XLSX-XML", 0, "worksheet"},
		"namespace changes":      {good.replace(firstPart, `<row r="2">`, `<row r="2" xmlns="urn:x">`), "XLSX-XML", 1, "namespace"},
		"attribute twice":        {good.replace(firstPart, `<c r="A2">`, `<c r="A2" r="B2">`), "XLSX-XML", 1, "twice"},
		"deep nesting":           {good.replace(firstPart, `</sheetData>`, `</sheetData>`+strings.Repeat("<a>", 70)+strings.Repeat("</a>", 70)), "XLSX-XML", 3, "nested"},
		"long attribute":         {good.replace(firstPart, `<row r="2">`, `<row r="2" x="`+strings.Repeat("x", 70_000)+`">`), "XLSX-XML", 1, "64 KiB"},
		"another encoding":       {good.replace(firstPart, "UTF-8", "UTF-16"), "XLSX-XML", 0, "encoding"},
		"strings cut":            {good.with("xl/sharedStrings.xml", good["xl/sharedStrings.xml"][:300]), "XLSX-XML", 0, "sharedStrings"},
		"strange text":           {good.with("xl/sharedStrings.xml", `<sst xmlns="`+mainSpace+`"><si><b/></si></sst>`), "XLSX-XML", 0, "sharedStrings"},
		"styles cut":             {good.with("xl/styles.xml", good["xl/styles.xml"][:300]), "XLSX-XML", 0, "styles"},
		"number format of no id": {good.replace("xl/styles.xml", `numFmtId="164"`, `numFmtId="x"`), "XLSX-STYLE", 0, `"x"`},
		"number format twice":    {good.replace("xl/styles.xml", `numFmtId="165"`, `numFmtId="164"`), "XLSX-STYLE", 0, "164"},
		"more text than allowed": {good.with("xl/sharedStrings.xml", `<sst xmlns="`+mainSpace+`"><si><t>`+strings.Repeat("x", 1<<20+1)+`</t></si></sst>`), "XLSX-SIZE", 0, "1 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := readParts(t, test.p)
			problem := wantProblem(t, err, test.code, test.word)
			if len(rows) != test.rows || problem.Advice == "" {
				t.Errorf("%d rows before %+v, want %d", len(rows), problem, test.rows)
			}
		})
	}
}

// TestLaughs is row B40, which must not take time.
func TestLaughs(t *testing.T) {
	var dtd strings.Builder
	dtd.WriteString(`<!DOCTYPE w [<!ENTITY a "ha">`)
	for i := 'b'; i < 'l'; i++ {
		fmt.Fprintf(&dtd, `<!ENTITY %c "%s">`, i, strings.Repeat(fmt.Sprintf("&%c;", i-1), 10))
	}
	before := allocated()
	_, err := readParts(t, minimal("<row><c><v>&k;</v></c></row>").replace(firstPart, "<worksheet", dtd.String()+"]><worksheet"))
	wantProblem(t, err, "XLSX-DTD")
	if took := allocated() - before; took > mostForLittle {
		t.Errorf("took %d MiB", took>>20)
	}
}

// Every part that is read refuses a DTD, and quickly; one in a part that is never read does nothing.
func TestDTDInEveryPart(t *testing.T) {
	const dtd = `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>`
	good := minimal(goodRows)
	read := []string{"_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/sharedStrings.xml", firstPart}
	for _, name := range read {
		content := good[name]
		_, err := readParts(t, good.with(name, xmlHead+dtd+strings.TrimPrefix(content, xmlHead)))
		wantProblem(t, err, "XLSX-DTD", name)
		_, err = readParts(t, good.with(name, content+dtd))
		if wantProblem(t, err, "XLSX-DTD", name); strings.Contains(err.Error(), "root:") {
			t.Errorf("%s: a file was opened: %v", name, err)
		}
	}
	want, err := readParts(t, good)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := readParts(t, good.with("docProps/custom.xml", xmlHead+dtd+"<Properties>&c;</Properties>").with("[Content_Types].xml", xmlHead+dtd+"<Types/>"))
	if err != nil || len(rows) != len(want) {
		t.Errorf("in parts that nobody reads: %d rows of %d, %v", len(rows), len(want), err)
	}
}

// What nobody says otherwise: the bounds of a package.
func TestDefaultLimits(t *testing.T) {
	want := Limits{FileBytes: 1 << 30, CellBytes: 1 << 20, Columns: 1000, Entries: 10_000, InflatedBytes: 2 << 30, SharedBytes: 96 << 20}
	if got := (Limits{}).withDefaults(); got != want {
		t.Errorf("%+v, expected %+v", got, want)
	}
	if own := (Limits{Entries: 3}).withDefaults(); own.Entries != 3 || own.Columns != want.Columns {
		t.Errorf("%+v", own)
	}
	p := minimal(goodRows)
	for i := range 10_001 - len(p) {
		p[fmt.Sprintf("xl/media/%d", i)] = ""
	}
	_, _, err := readBytes(t, "a.xlsx", p.pack(), Options{})
	wantProblem(t, err, "XLSX-ZIP", "10001 files", "10000")
}

// Parts that are each below the bound and together above it are too much, before any of them is inflated.
func TestSumOfParts(t *testing.T) {
	p := minimal(goodRows)
	size := 0
	for _, content := range p {
		size += len(content)
	}
	p["xl/media/a"], p["xl/media/b"] = strings.Repeat("a", 5000), strings.Repeat("b", 5000)
	bound := int64(size + 10_000)
	if _, _, err := readBytes(t, "a.xlsx", p.pack(), Options{Limits: Limits{InflatedBytes: bound}}); err != nil {
		t.Errorf("exactly the bound: %v", err)
	}
	_, _, err := readBytes(t, "a.xlsx", p.pack(), Options{Limits: Limits{InflatedBytes: bound - 1}})
	wantProblem(t, err, "XLSX-SIZE")
	promised := packRaw(minimal(goodRows), raw{name: "xl/media/a", content: "x", size: 3 << 29}, raw{name: "xl/media/b", content: "x", size: 3 << 29})
	_, _, err = readBytes(t, "a.xlsx", promised, Options{})
	wantProblem(t, err, "XLSX-SIZE", "media/b")
}

// TestDamagedPackage has the rows B37 and B41 to B44.
func TestDamagedPackage(t *testing.T) {
	sheet := minimal(goodRows)[firstPart]
	sum := crc32.ChecksumIEEE([]byte(sheet))
	bomb := strings.Repeat("<a/>", 1<<18)
	for name, test := range map[string]struct {
		data []byte
		code string
		word string
	}{
		"B37 wrong checksum":   {packRaw(withoutSheet(), raw{name: firstPart, content: sheet, crc: sum ^ 1}), "XLSX-CRC", firstPart},
		"no checksum":          {packRaw(withoutSheet(), raw{name: firstPart, content: sheet}), "XLSX-CRC", "no checksum"},
		"size too small":       {packRaw(withoutSheet(), raw{name: firstPart, content: sheet, crc: sum, size: uint64(len(sheet)) - 1}), "XLSX-ZIP", firstPart},
		"size too large":       {packRaw(withoutSheet(), raw{name: firstPart, content: sheet, crc: sum, size: uint64(len(sheet)) + 1}), "XLSX-ZIP", firstPart},
		"B42 size of zip64":    {packRaw(withoutSheet(), raw{name: firstPart, content: sheet, crc: sum, size: 1 << 63}), "XLSX-SIZE", firstPart},
		"unknown method":       {packRaw(withoutSheet(), raw{name: firstPart, content: sheet, crc: sum, method: 99}), "XLSX-ZIP", firstPart},
		"no deflate":           {packRaw(withoutSheet(), raw{name: firstPart, content: "\xff" + sheet, crc: sum, method: zip.Deflate, size: 9}), "XLSX-ZIP", firstPart},
		"B43 part twice":       {packRaw(minimal(goodRows), raw{name: firstPart, content: sheet, crc: sum}), "XLSX-DUPPART", firstPart},
		"B43 part in capitals": {packRaw(minimal(goodRows), raw{name: "XL/Worksheets/SHEET1.xml", content: sheet, crc: sum}), "XLSX-DUPPART", "SHEET1"},
		"B44 way out":          {packRaw(minimal(goodRows), raw{name: "../../etc/cron.d/x", content: "x"}), "XLSX-ZIP", "unsafe"},
		"B44 absolute":         {packRaw(minimal(goodRows), raw{name: "/etc/x", content: "x"}), "XLSX-ZIP", "unsafe"},
		"B44 drive":            {packRaw(minimal(goodRows), raw{name: `C:\x`, content: "x"}), "XLSX-ZIP", "unsafe"},
		"B44 second spelling":  {packRaw(minimal(goodRows), raw{name: "xl/./worksheets/sheet1.xml", content: "x"}), "XLSX-ZIP", "unsafe"},
		"B41 large promise":    {packRaw(minimal(goodRows), raw{name: "xl/media/a", content: "x", size: 3 << 30}), "XLSX-SIZE", "media"},
		"B41 bomb":             {minimal(goodRows).replace(firstPart, "</sheetData>", "</sheetData>"+strings.Repeat(bomb, 16)).pack(), "XLSX-SIZE", firstPart},
		"a huge text":          {minimal(goodRows).replace(firstPart, "<v>1", "<v>"+strings.Repeat("0", 3<<20)).pack(), "XLSX-SIZE", "2 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := readBytes(t, "a.xlsx", test.data, Options{})
			wantProblem(t, err, test.code, test.word)
		})
	}
}

// TestTooManyParts is the first half of row B42.
func TestTooManyParts(t *testing.T) {
	p := minimal(goodRows)
	for i := range 100 {
		p[fmt.Sprintf("xl/media/%d", i)] = "x"
	}
	if _, _, err := readBytes(t, "a.xlsx", p.pack(), Options{Limits: Limits{Entries: 107}}); err != nil {
		t.Error(err)
	}
	_, _, err := readBytes(t, "a.xlsx", p.pack(), Options{Limits: Limits{Entries: 106}})
	wantProblem(t, err, "XLSX-ZIP", "107 files")
}

// TestOverlap is the second half of row B42: two entries of the directory name one body.
func TestOverlap(t *testing.T) {
	data := minimal(goodRows).pack()
	reader, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	// The offset of an entry stands 42 bytes into its record of the directory.
	const record = "PK\x01\x02"
	first := bytes.Index(data, []byte(record))
	second := first + 4 + bytes.Index(data[first+4:], []byte(record))
	if len(reader.File) < 2 || first < 0 {
		t.Fatal("no directory")
	}
	copy(data[second+42:], binary.LittleEndian.AppendUint32(nil, 0))
	_, _, err = readBytes(t, "a.xlsx", data, Options{})
	wantProblem(t, err, "XLSX-ZIP")
}

// TestRelations breaks the ways from the package to the sheet.
func TestRelations(t *testing.T) {
	good := minimal(goodRows)
	const rels, book, top = "xl/_rels/workbook.xml.rels", "xl/workbook.xml", "_rels/.rels"
	without := func(name string) parts {
		p := good.with(name, "")
		delete(p, name)
		return p
	}
	for name, test := range map[string]struct {
		p          parts
		code, word string
	}{
		"no relations":          {without(top), "XLSX-ZIP", top},
		"no sheet part":         {without(firstPart), "XLSX-ZIP", firstPart},
		"no styles":             {without("xl/styles.xml"), "XLSX-ZIP", "styles"},
		"no strings":            {without("xl/sharedStrings.xml"), "XLSX-ZIP", "sharedStrings"},
		"no workbook relations": {without(rels), "XLSX-ZIP", rels},
		"no workbook":           {without(book), "XLSX-ZIP", book},
		"no workbook relation":  {good.replace(top, "/officeDocument\"", "/other\""), "FILE-TYPE", "no workbook"},
		"way out":               {good.replace(rels, "worksheets/sheet1.xml", "../../x.xml"), "XLSX-ZIP", "part"},
		"backslash":             {good.replace(rels, "worksheets/sheet1.xml", `worksheets\sheet1.xml`), "XLSX-ZIP", "leads out"},
		"id twice":              {good.replace(rels, "rId2", "rId1"), "XLSX-XML", "twice"},
		"external sheet":        {good.replace(rels, `Target="worksheets/sheet1.xml"`, `Target="http://example.com/x" TargetMode="External"`), "XLSX-XML", "does not exist"},
		"two styles":            {good.replace(rels, "</Relationships>", `<Relationship Id="z" Type="x/styles" Target="other.xml"/></Relationships>`), "XLSX-DUPPART", "styles"},
		"two sheets of a name":  {good.replace(book, "</sheets>", `<sheet name="DEALS" r:id="rId1"/></sheets>`), "XLSX-DUPPART", "DEALS"},
		"no sheet":              {good.replace(book, `<sheet name="Deals" sheetId="1" r:id="rId1"/>`, ""), "XLSX-XML", "no worksheet"},
		"only a chart":          {good.replace(rels, "/worksheet\"", "/chartsheet\""), "XLSX-XML", "no worksheet"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readParts(t, test.p)
			wantProblem(t, err, test.code, test.word)
		})
	}
}

func TestSheets(t *testing.T) {
	p := minimal(goodRows).replace("xl/workbook.xml", "</sheets>", `<sheet name="Old &amp; hidden" state="veryHidden" r:id="rId4"/></sheets>`).
		replace("xl/_rels/workbook.xml.rels", "</Relationships>", `<Relationship Id="rId4" Type="x/worksheet" Target="a%20b.xml"/></Relationships>`).
		with("xl/a b.xml", `<worksheet xmlns="`+mainSpace+`"><sheetData><row><c><v>7</v></c></row></sheetData></worksheet>`)
	book, err := Open(store(t, "a.xlsx", p.pack()), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	want := []Info{{Name: "Deals"}, {Name: "Old & hidden", Hidden: true}}
	if got := book.Sheets(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("sheets %v", got)
	}
	rows, err := rowsOf(book, "Old & hidden")
	if err != nil || len(rows) != 1 || rows[0].At(0).Shown != "7" {
		t.Errorf("%v, %v", rows, err)
	}
	_, err = rowsOf(book, "deals")
	wantProblem(t, err, "XLSX-SHEET", `"Deals", "Old & hidden"`)
}

// TestSharedStringsAreBounded fills the table beyond one block.
func TestSharedStringsAreBounded(t *testing.T) {
	table := &sharedStrings{}
	texts := []string{"", "a", strings.Repeat("ž", blockBytes), "b", strings.Repeat("c", blockBytes/2), strings.Repeat("d", blockBytes/2), "e"}
	for i := range 2 * blockTexts {
		texts = append(texts, strings.Repeat("x", i%3), fmt.Sprint("deal ", i))
	}
	total := 0
	for range 8 {
		texts = append(texts, strings.Repeat(fmt.Sprint("a long text ", len(texts)), cacheBytes/200))
	}
	for _, text := range texts {
		table.add([]byte(text))
		total += len(text)
	}
	for _, i := range append(rand.Perm(len(texts)), len(texts)-1, 0) {
		if got, ok := table.at(i); !ok || got != texts[i] {
			t.Errorf("text %d: %.20q, %v", i, got, ok)
		}
	}
	if total < cacheBytes/2 || table.bytes() > int64(total/20) {
		t.Errorf("%d bytes of texts take %d", total, table.bytes())
	}
	for _, i := range []int{-1, len(texts)} {
		if _, ok := table.at(i); ok {
			t.Errorf("text %d is there", i)
		}
	}
	_, _, err := readBytes(t, "a.xlsx", minimal(goodRows).pack(), Options{Limits: Limits{SharedBytes: 30}})
	wantProblem(t, err, "XLSX-SIZE", "memory")
}

// rawParts stores parts without deflating them.
func rawParts(p parts) []raw {
	var all []raw
	for name, content := range p {
		all = append(all, raw{name: name, content: content, crc: crc32.ChecksumIEEE([]byte(content))})
	}
	return all
}
