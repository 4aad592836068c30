package exporter_test

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"refload/api"
	"refload/exporter"
	"refload/internal/effort"
	"refload/internal/sheet"
	"refload/mapping"
)

// hostileTexts are what programs stumble over.
var hostileTexts = []string{
	"00501", "0", "+420 777 123 456", "-1", "=1+1", `=HYPERLINK("http://evil.example","x")`, "@SUM(A1)", "＝1+1", "=cmd|' /C calc'!A0", "'", "''", "'=1", "' =1",
	`"`, `""`, `a"b,c;d`, "two\nlines", "dos\r\nlines", "mac\rlines", "tab\there", "trailing\n", "\nleading", " spaces ", "\u00a0", "non\u00a0breaking",
	"👩‍💻 emoji 🇨🇿", "\u202eright to left\u202c", "\u200fمرحبا", "zero\u200bwidth", "\ufeffbom", "é e\u0301", "日本語", "_x000D_", "_x0041_", "_x", "__x0041__", "\uf8f0c0001", "\uf8f0",
	"1e5", "4.20778E+11", "12345678901234567890", "1/2", "3-4", "2026-01-30", "TRUE", "Yes", "n/a", "NULL", "-", "#REF!", "<clear>", "<b>&amp;</b>", "&", "]]>", "\\", "\\n", "{}", "[]", "%s", "$(rm)", "../../etc",
	"\x00", "a\x00b", "\u0001\u001b[31m", "\u007f", "\u0085", "\u2028", "\uffff", "\U0010ffff", "a;b", "x,y", "\ufffd", ";", ",", "sep=;", "ID",
}

// hostilePaths are the texts that a hostile referral has.
var hostilePaths = []string{
	"name", "externalReferenceId", "campaignId", "statusReason", "details.notes", "details.incentiveLevel", "inviteContext.notes", "mpnId",
	"customerProfile.name", "customerProfile.address.addressLine1", "customerProfile.address.city", "customerProfile.address.postalCode", "customerProfile.address.country",
	"customerProfile.team[0].firstName", "customerProfile.team[1].lastName", "customerProfile.team[0].phoneNumber", "team[0].firstName", "team[0].phoneNumber", "team[1].email",
	"details.requirements.solutions[0].id", "details.requirements.solutions[0].name", "status", "substatus", "type", "organizationName", "details.currency",
}

// hostile returns a referral of which many texts are hostile, some of them as long as a cell.
func hostile(random *rand.Rand, n int) *api.Referral {
	doc := api.NewReferral()
	set := func(path string, value any) {
		if err := doc.Set(path, value); err != nil {
			panic(err)
		}
	}
	set("id", id(n))
	set("engagementId", id(1_000_000+n))
	set("eTag", `"0000-1"`)
	set("createdDateTime", fmt.Sprintf("2026-01-01T%02d:%02d:%02d.1234567Z", n/3600%24, n/60%60, n%60))
	for _, path := range []string{"customerProfile.team[0].email", "customerProfile.team[1].email", "team[0].email", "team[1].firstName"} {
		set(path, "x@example.com")
	}
	for _, path := range hostilePaths {
		text := hostileTexts[random.IntN(len(hostileTexts))]
		for range random.IntN(3) {
			text += hostileTexts[random.IntN(len(hostileTexts))]
		}
		set(path, text)
	}
	if n%250 == 7 {
		set("details.notes", strings.Repeat([]string{"x", "é", "\u0022", "=\n"}[n/250%4], 32767/[]int{1, 1, 1, 2}[n/250%4]))
	}
	set("details.dealValue", []any{number("50000.10"), number("0.001"), number("1.234"), number("9007199254740993"), number("1e3"), "10000", number("-0")}[random.IntN(7)])
	set("details.closingDateTime", []string{"2026-01-30T00:00:00Z", "2026-01-30T18:30:00Z", "2026-01-30T23:00:00.5Z", "0001-01-01T00:00:00Z"}[random.IntN(4)])
	return doc
}

// TestHostileReferralsComeBack exports referrals of hostile texts in every format that an
// import reads, and as JSON lines: no character is changed, and by its snapshot every cell is
// what it was.
func TestHostileReferralsComeBack(t *testing.T) {
	effort.NotShort(t)
	w := newWorld(t, nil)
	random := rand.New(rand.NewPCG(1, 2))
	docs := make([]*api.Referral, effort.Of(250, 500, 5000))
	for i := range docs {
		docs[i] = hostile(random, i)
	}
	w.before = servePages(docs)
	for _, format := range []exporter.Format{exporter.XLSX, exporter.CSV, exporter.JSONL} {
		o := w.options("deals."+string(format), format)
		w.export(o)
		if format == exporter.JSONL {
			compareLines(t, docs, w.referrals(o.Path))
			continue
		}
		compareTable(t, o.Path, docs)
		if format == exporter.XLSX {
			resave(t, o.Path)
			compareSnapshots(t, o.Path, len(docs))
		}
	}
}

func compareLines(t *testing.T, docs, got []*api.Referral) {
	t.Helper()
	if len(got) != len(docs) {
		t.Fatalf("%d lines", len(got))
	}
	for i, doc := range docs {
		want, _ := doc.MarshalJSON()
		if line, _ := got[i].MarshalJSON(); string(line) != string(want) {
			t.Fatalf("line %d: %s\nwant %s", i, line, want)
		}
	}
}

// tableOf reads the referrals of a file with what its header says.
func tableOf(t *testing.T, path string, each func(headers []mapping.ColumnInfo, row sheet.Row)) {
	t.Helper()
	book, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	name := ""
	if book.Format() == sheet.XLSX {
		name = "Referrals"
	}
	var headers []mapping.ColumnInfo
	for row, err := range book.Rows(name) {
		if err != nil {
			t.Fatal(err)
		}
		if headers != nil {
			each(headers, row)
			continue
		}
		columns, problems := mapping.Match(row, mapping.MatchOptions{Unattended: true, CommaCSV: book.Format() == sheet.CSV})
		if len(problems) > 0 {
			t.Fatalf("the header has problems: %+v", problems)
		}
		headers = columns.Headers()
	}
}

func compareTable(t *testing.T, path string, docs []*api.Referral) {
	t.Helper()
	n := 0
	tableOf(t, path, func(headers []mapping.ColumnInfo, row sheet.Row) {
		doc, seen := docs[n], 0
		for _, h := range headers {
			want, isText := doc.Get(h.Path)
			text, _ := want.(string)
			if cell := row.At(h.Index); isText && contains(hostilePaths, h.Path) {
				seen++
				if cell.Stored != text && !(cell.Kind == sheet.Blank && strings.TrimSpace(text) == "") {
					t.Fatalf("%s, row %d, %s: %q became %q", path, row.Number, h.Header, text, cell.Stored)
				}
			}
		}
		if seen != len(hostilePaths) {
			t.Fatalf("%d of %d hostile columns are in the file", seen, len(hostilePaths))
		}
		n++
	})
	if n != len(docs) {
		t.Fatalf("%s has %d rows", path, n)
	}
	compareSnapshots(t, path, len(docs))
}

func contains(list []string, text string) bool {
	for _, item := range list {
		if item == text {
			return true
		}
	}
	return false
}

// compareSnapshots holds that every cell of a file is the same by the snapshot of its row, so
// that an import would send nothing.
func compareSnapshots(t *testing.T, path string, rows int) {
	t.Helper()
	n := 0
	tableOf(t, path, func(headers []mapping.ColumnInfo, row sheet.Row) {
		n++
		var snapshot mapping.Snapshot
		for _, h := range headers {
			if h.Path == "@snapshot" {
				var err error
				if snapshot, err = mapping.ReadSnapshot(row.At(h.Index).Stored); err != nil || snapshot.Empty() {
					t.Fatalf("%s, row %d: %v", path, row.Number, err)
				}
			}
		}
		for _, h := range headers {
			cell := row.At(h.Index)
			text := cell.Shown
			if cell.Kind == sheet.Text {
				text = cell.Stored
			}
			if h.Field.Writable == mapping.Never || h.Path == "eTag" {
				continue
			}
			if !snapshot.Same(h.Header, text) || snapshot.Same(h.Header, text+"1") {
				was, _ := snapshot.Text(h.Header)
				t.Fatalf("%s, row %d, %s: %q is not the same as %q", path, row.Number, h.Header, text, was)
			}
		}
	})
	if n != rows {
		t.Fatalf("%s has %d rows", path, n)
	}
}

// resave writes a workbook as another program would: texts as shared strings with line feeds as
// line ends, numbers and dates anew.
func resave(t *testing.T, path string) {
	t.Helper()
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("Referrals", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	changed := map[excelize.CellType]int{}
	for i := range min(len(rows), 300) {
		for j, value := range rows[i] {
			name := sheet.CellName(j, i+1)
			kind, err := book.GetCellType("Referrals", name)
			if err != nil {
				t.Fatal(err)
			}
			if rewrite := rewrites[kind]; rewrite != nil && rewrite(book, name, value) {
				changed[kind]++
			}
		}
	}
	if len(changed) != len(rewrites) {
		t.Fatalf("rewritten: %v", changed)
	}
	if err := book.Save(); err != nil {
		t.Fatal(err)
	}
}

// rewrites write a cell anew, by its type; false where this program could not keep the text.
var rewrites = map[excelize.CellType]func(*excelize.File, string, string) bool{
	excelize.CellTypeInlineString: func(book *excelize.File, name, value string) bool {
		value = strings.ReplaceAll(strings.ReplaceAll(value, "\r\n", "\n"), "\r", "\n")
		unkept := strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r > 0xfffd || r == '_' })
		return !unkept && book.SetCellStr("Referrals", name, value) == nil
	},
	excelize.CellTypeUnset: func(book *excelize.File, name, value string) bool {
		number, err := strconv.ParseFloat(value, 64)
		return err == nil && book.SetCellFloat("Referrals", name, number, -1, 64) == nil
	},
}

// TestWhatDoesNotFitIsAnError holds that a text longer than a cell stops the export of
// a workbook, and names the referral; a CSV takes it.
func TestWhatDoesNotFitIsAnError(t *testing.T) {
	w := newWorld(t, nil)
	for _, text := range []string{strings.Repeat("x", 32768), strings.Repeat("😀", 16384)} {
		w.seed(deal(1), deal(2, func(d map[string]any) { d["name"] = text }))
		o := w.options("deals.xlsx", exporter.XLSX)
		_, err := exporter.Export(context.Background(), o)
		var failed *exporter.WriteError
		if !errors.As(err, &failed) || failed.Referral != id(2) || !strings.Contains(err.Error(), "nothing was cut") || !strings.Contains(failed.Hint(), "CSV") {
			t.Errorf("%v", err)
		}
		w.noFile(o.Path)
		o = w.options("deals.csv", exporter.CSV)
		w.export(o)
		if names := column(t, o.Path, "", "Deal Name"); names[1] != text {
			t.Errorf("CSV has %d bytes", len(names[1]))
		}
		os.Remove(o.Path)
	}
}

// TestAWorkbookRunsNothing looks for whatever could compute, link or call in a workbook of
// hostile texts.
func TestAWorkbookRunsNothing(t *testing.T) {
	effort.NotShort(t)
	w := newWorld(t, nil)
	random := rand.New(rand.NewPCG(3, 4))
	var docs []*api.Referral
	for i := range 400 {
		docs = append(docs, hostile(random, i))
	}
	w.before = servePages(docs)
	o := w.options("deals.xlsx", exporter.XLSX)
	w.export(o)
	archive, err := zip.OpenReader(o.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	sheets := 0
	for _, part := range archive.File {
		in, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		bad := []string{"<hyperlink", `TargetMode="External"`, "ddeLink", "oleObject", "externalLink", "vbaProject"}
		if strings.HasPrefix(part.Name, "xl/worksheets/sheet") {
			sheets++
			bad = append(bad, "<f>", "<f ") // a chart names the cells that it draws by one, too
		}
		for _, word := range bad {
			if strings.Contains(text, word) {
				t.Errorf("%s holds %s", part.Name, word)
			}
		}
	}
	if sheets < 2 {
		t.Errorf("looked into %d sheets", sheets)
	}
}

// TestACSVRunsNothing holds that no field of a CSV begins as a formula does, but for numbers.
func TestACSVRunsNothing(t *testing.T) {
	w := newWorld(t, nil)
	random := rand.New(rand.NewPCG(5, 6))
	var docs []*api.Referral
	for i := range 300 {
		docs = append(docs, hostile(random, i))
	}
	w.before = servePages(docs)
	for name, format := range map[string]exporter.Format{"deals.csv": exporter.CSV} {
		o := w.options(name, format)
		w.export(o)
		for _, fields := range rawCSV(t, filepath.Join(w.folder, name)) {
			for _, field := range fields {
				if start := strings.TrimLeft(field, "' "); start != "" && field[0] != '\'' && strings.ContainsAny(start[:1], "=+-@\t\r\n") && strings.Trim(start, "-0123456789.") != "" {
					t.Fatalf("the field %q of %s would run", field, name)
				}
			}
		}
	}
}
