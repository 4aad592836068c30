package exporter_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"refload/exporter"
	"refload/internal/files"
	"refload/internal/sheet"
	"refload/mapping"
)

// invited returns Microsoft's side of a deal.
func invited(n, deal int) map[string]any {
	return map[string]any{
		"id": id(n), "engagementId": id(1_000_000 + deal), "name": "seen by Microsoft", "status": "Active", "substatus": "Accepted", "type": "Shared",
		"createdDateTime": "2026-06-01T00:00:00Z", "updatedDateTime": "2026-06-01T00:00:00Z", "externalReferenceId": fmt.Sprintf("CRM-%d", deal),
		"target":  []any{map[string]any{"type": "BusinessProfileLocation", "id": "MSFT"}},
		"details": map[string]any{"dealValue": 1_000_000, "currency": "EUR"},
		"team":    []any{map[string]any{"firstName": "Kim", "email": "kim@example.com"}, map[string]any{"firstName": "Max"}},
	}
}

// TestSides exports deals of which one is shared with Microsoft, with and without its side.
func TestSides(t *testing.T) {
	w := newWorld(t, nil)
	w.seedDeals(0, 3)
	w.seed(invited(500, 1), invited(501, 77))
	o := w.options("deals.csv", exporter.CSV)
	summary := w.export(o)
	if ids := idsIn(t, o.Path); !slices.Equal(ids, []string{id(0), id(1), id(2)}) || summary.LeftOut != 2 || !strings.Contains(strings.Join(summary.Notes(), "\n"), "2 referrals of Microsoft") {
		t.Errorf("our side: %v, %d left out, %q", ids, summary.LeftOut, summary.Notes())
	}
	if got := column(t, o.Path, "", "Microsoft Referral Status"); !slices.Equal(got, []string{"", "Active", ""}) {
		t.Errorf("Microsoft's status: %q", got)
	}
	if got := column(t, o.Path, "", "Microsoft help required?"); !slices.Equal(got, []string{"No", "Yes", "No"}) {
		t.Errorf("help: %q", got)
	}
	if total := summary.Totals; len(total) != 1 || total[0].Deals != 3 || total[0].Value != "3003.00" {
		t.Errorf("totals %+v", total)
	}
	o.BothSides = true
	summary = w.export(o)
	if ids := idsIn(t, o.Path); !slices.Equal(ids, []string{id(0), id(1), id(500), id(2), id(501)}) || summary.LeftOut != 0 {
		t.Errorf("both sides: %v", ids)
	}
	if got := column(t, o.Path, "", "Referral Side"); !slices.Equal(got, []string{"Partner", "Partner", "Microsoft", "Partner", "Microsoft"}) {
		t.Errorf("sides: %q", got)
	}
	if got := column(t, o.Path, "", "Action"); !slices.Equal(got, []string{"", "", "skip", "", "skip"}) {
		t.Errorf("actions: %q", got)
	}
	if total := summary.Totals; len(total) != 1 || total[0].Deals != 4 || total[0].Value != "1003003.00" {
		t.Errorf("a deal with both sides counts once: %+v", total)
	}
}

// TestAFilterAndTheOtherSide holds that a filter of the service does not make a deal look as
// if Microsoft had no part in it.
func TestAFilterAndTheOtherSide(t *testing.T) {
	w := newWorld(t, nil)
	w.seedDeals(0, 3)
	w.seed(invited(500, 1))
	o := w.options("deals.csv", exporter.CSV)
	o.Filter.Type = []string{"Independent"}
	w.export(o)
	data, err := os.ReadFile(o.Path)
	if err != nil || bytes.Contains(data, []byte("Microsoft Referral Status")) {
		t.Errorf("the column is there, %v", err)
	}
	for _, both := range []bool{false, true} {
		o.Format, o.BothSides = exporter.Portal, false
		if both {
			o.Format, o.BothSides = exporter.CSV, true
		}
		w.export(o)
		if got := column(t, o.Path, "", "Microsoft Referral Status"); got[1] != "Active" {
			t.Errorf("both %v: %q", both, got)
		}
	}
}

// TestPortalFile holds the form of the portal's own file.
func TestPortalFile(t *testing.T) {
	w := newWorld(t, nil)
	w.seed(deal(1), invited(500, 1))
	o := w.options("deals.csv", exporter.Portal)
	w.export(o)
	for header, want := range map[string]string{
		"Estimated Close Date": "12/31/2026", "Solution 1": "SOL-1234-ABC", "Team member 1": "Ann, Lee, +1 425 555 0100, ann@example.com",
		"Microsoft team member 2": "Max", "Errors": "", "CRM ID": "CRM-1", "Marketplace Purchase Intent": "No",
	} {
		if got := column(t, o.Path, "", header); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
	w.seed(deal(2, func(d map[string]any) { d["team"].([]any)[0].(map[string]any)["firstName"] = "Lee, Ann" }))
	os.Remove(o.Path)
	_, err := exporter.Export(context.Background(), o)
	var failed *exporter.WriteError
	if !errors.As(err, &failed) || failed.Referral != id(2) || !strings.Contains(err.Error(), "comma") || !strings.Contains(failed.Hint(), "a column for each part") {
		t.Errorf("%v", err)
	}
	w.noFile(o.Path)
}

// TestWorkbook looks at what people see: the frozen header with its filter, hidden bookkeeping,
// dates and numbers as such, colours, and the summary with its charts.
func TestWorkbook(t *testing.T) {
	w := newWorld(t, nil)
	mixed(w)
	o := w.options("deals.xlsx", exporter.XLSX)
	w.export(o)
	book, err := excelize.OpenFile(o.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if got := book.GetSheetList(); fmt.Sprint(got) != "[Referrals Summary Lists]" {
		t.Errorf("sheets %v", got)
	}
	if panes, err := book.GetPanes("Referrals"); err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	header, err := book.GetRows("Referrals")
	if err != nil {
		t.Fatal(err)
	}
	letters := map[string]string{}
	for i, name := range header[0] {
		letters[name] = sheet.ColumnName(i)
	}
	for name, want := range map[string]bool{"ETag": false, "Snapshot": false, "Deal Name": true, "Referral ID": true} {
		if visible, err := book.GetColVisible("Referrals", letters[name]); err != nil || visible != want {
			t.Errorf("%s is visible: %v, %v", name, visible, err)
		}
	}
	for name, want := range map[string]excelize.CellType{"Estimated Deal Value": excelize.CellTypeUnset, "Estimated Close Date": excelize.CellTypeUnset, "Created Date": excelize.CellTypeUnset,
		"Deal Name": excelize.CellTypeInlineString, "CRM ID": excelize.CellTypeInlineString, "Team member 1 Phone number": excelize.CellTypeInlineString} {
		if kind, err := book.GetCellType("Referrals", letters[name]+"2"); err != nil || kind != want {
			t.Errorf("%s has the type %v, %v", name, kind, err)
		}
	}
	if shown := header[1][slices.Index(header[0], "Estimated Close Date")]; shown != "2026-12-31" {
		t.Errorf("the date is shown as %q", shown)
	}
	grounds := map[string]bool{}
	for row := 2; row <= 4; row++ {
		style, err := book.GetCellStyle("Referrals", fmt.Sprint(letters["Partner Referral Status"], row))
		if err != nil {
			t.Fatal(err)
		}
		look, err := book.GetStyle(style)
		if err != nil {
			t.Fatal(err)
		}
		grounds[fmt.Sprint(look.Fill.Color)] = true
	}
	if len(grounds) != 3 {
		t.Errorf("three statuses have the colours %v", grounds)
	}
	summarySays(t, book, "Active: Accepted", "New: Received", "Closed: Won", "all deals", "what this account may see", "yes: every referral", "the embedded sandbox")
	if n := parts(t, o.Path, "xl/charts/chart"); n != 2 {
		t.Errorf("%d charts, want one of the statuses and one of the months", n)
	}
}

func summarySays(t *testing.T, book *excelize.File, wants ...string) {
	t.Helper()
	rows, err := book.GetRows("Summary")
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprint(rows)
	for _, want := range wants {
		if !strings.Contains(all, want) {
			t.Errorf("the summary does not say %q: %s", want, all)
		}
	}
	for _, row := range rows {
		cells := sheet.Row{Number: 1}
		for i, text := range row {
			if i == 1 && len([]rune(text)) > 60 {
				t.Errorf("the charts of the summary hide the end of %q", text)
			}
			cells.Cells = append(cells.Cells, sheet.Cell{Kind: sheet.Text, Stored: text, Shown: text})
		}
		if (*mapping.File)(nil).Recognise(cells) > 0 {
			t.Errorf("the line %q of the summary could be taken for a header", row)
		}
	}
}

// parts counts the parts of a workbook whose name begins so.
func parts(t *testing.T, path, prefix string) int {
	t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	n := 0
	for _, part := range archive.File {
		if strings.HasPrefix(part.Name, prefix) {
			n++
		}
	}
	return n
}

// TestASheetForEachStatus holds that every deal is on the sheet of its status and on no other,
// and that a status nobody knows has a sheet too.
func TestASheetForEachStatus(t *testing.T) {
	w := newWorld(t, nil)
	mixed(w)
	w.seed(deal(100, func(d map[string]any) { d["status"] = "../evil[*]" }))
	o := w.options("deals.xlsx", exporter.XLSX)
	o.PerStatus = true
	w.export(o)
	for name, want := range map[string]int{"New": 20, "Active": 20, "Closed": 20, "Other": 1} {
		statuses := column(t, o.Path, name, "Partner Referral Status")
		if len(statuses) != want {
			t.Errorf("%s has %d rows, want %d", name, len(statuses), want)
		}
		for _, status := range statuses {
			if status != name && name != "Other" {
				t.Errorf("%s holds a deal that is %s", name, status)
			}
		}
	}
	empty := newWorld(t, nil)
	o = empty.options("deals.xlsx", exporter.XLSX)
	o.PerStatus = true
	empty.export(o)
}

func TestChosenColumns(t *testing.T) {
	w := newWorld(t, nil)
	w.seedDeals(0, 2)
	o := w.options("deals.csv", exporter.CSV)
	o.Columns = []string{"CRM ID", "Deal Name"}
	w.export(o)
	if header := rawCSV(t, o.Path)[0]; fmt.Sprint(header) != "[Referral ID CRM ID Deal Name ETag Snapshot]" {
		t.Errorf("%v", header)
	}
	o.Columns = []string{"Deel Name"}
	_, err := exporter.Export(context.Background(), o)
	if err == nil || !strings.Contains(err.Error(), "Deel Name") {
		t.Errorf("%v", err)
	}
}

// TestStandardOutput writes each format to a stream: nothing is there until all of it can be.
func TestStandardOutput(t *testing.T) {
	w := newWorld(t, nil)
	w.seedDeals(0, 3)
	for format, start := range map[exporter.Format]string{exporter.XLSX: "PK", exporter.CSV: "\ufeffEngagement ID", exporter.Portal: "\ufeffErrors", exporter.JSONL: "{"} {
		var out bytes.Buffer
		o := w.options("", format)
		o.Path, o.Out = "", &out
		w.export(o)
		if !strings.HasPrefix(out.String(), start) {
			t.Errorf("%s begins with %.20q", format, out.String())
		}
	}
	w.noFile(filepath.Join(w.folder, "any"))
	if left, _ := filepath.Glob(filepath.Join(w.folder, "state", "target", "exports", "*", "*.xlsx")); left != nil {
		t.Errorf("left: %v", left)
	}
	o := w.options("", exporter.CSV)
	o.Path, o.Out = "", brokenPipe{}
	if _, err := exporter.Export(context.Background(), o); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a broken pipe: %v", err)
	}
}

type brokenPipe struct{}

// Write fails as a closed pipe does.
func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// TestTheOldFileStays holds that an export which fails leaves the file alone that stood there,
// and that one which succeeds replaces it.
func TestTheOldFileStays(t *testing.T) {
	w := newWorld(t, nil)
	w.seed(deal(1, func(d map[string]any) { d["name"] = strings.Repeat("x", 40_000) }))
	o := w.options("deals.xlsx", exporter.XLSX)
	if err := os.WriteFile(o.Path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := exporter.Export(context.Background(), o); err == nil {
		t.Fatal("no error")
	}
	if data, err := os.ReadFile(o.Path); string(data) != "old" || err != nil {
		t.Errorf("%.20q, %v", data, err)
	}
	w.seed(deal(1))
	w.export(o)
	if ids := idsIn(t, o.Path); len(ids) != 1 {
		t.Errorf("%v", ids)
	}
}

// TestNamesThatAreRefused has places where no file may be written; nothing is listed for them.
func TestNamesThatAreRefused(t *testing.T) {
	w := newWorld(t, nil)
	elsewhere := filepath.Join(t.TempDir(), "target")
	link := filepath.Join(w.folder, "link.csv")
	if err := os.Symlink(elsewhere, link); err != nil {
		t.Skip(err)
	}
	for _, path := range []string{w.folder, link, filepath.Join(w.folder, "missing", "deals.csv")} {
		o := w.options("", exporter.CSV)
		o.Path = path
		_, err := exporter.Export(context.Background(), o)
		var failed *exporter.WriteError
		var cause *files.Error
		if !errors.As(err, &failed) || !errors.As(err, &cause) || failed.Hint() == "" {
			t.Errorf("%s: %v", path, err)
		}
	}
	if len(w.requests) > 0 {
		t.Errorf("%d requests were sent", len(w.requests))
	}
	if _, err := os.Stat(elsewhere); !os.IsNotExist(err) {
		t.Errorf("written through a link: %v", err)
	}
}

// TestUnshownProperties holds that what has no column is told.
func TestUnshownProperties(t *testing.T) {
	w := newWorld(t, nil)
	w.seed(deal(1, func(d map[string]any) { d["somethingNew"] = "value" }))
	o := w.options("deals.csv", exporter.CSV)
	if notes := strings.Join(w.export(o).Notes(), "\n"); !strings.Contains(notes, "somethingNew (1)") || !strings.Contains(notes, "may see") {
		t.Errorf("%s", notes)
	}
	w.seed(deal(1, func(d map[string]any) {
		for n := range 20 {
			d[fmt.Sprintf("new%d", n)] = true
		}
	}))
	if notes := strings.Join(w.export(o).Notes(), "\n"); !strings.Contains(notes, "new0 (1)") || !strings.Contains(notes, "and 8 more") {
		t.Errorf("%s", notes)
	}
}

// TestTooManyColumns holds that a table which could not be read again is not written.
func TestTooManyColumns(t *testing.T) {
	w := newWorld(t, nil)
	person := map[string]any{"firstName": "a", "lastName": "b", "phoneNumber": "c", "email": "d", "title": "e",
		"contactPreference": map[string]any{"locale": "en-us", "disableNotifications": true}}
	solution := map[string]any{"id": "SOL-1-A", "name": "b", "type": "Name", "currency": "EUR", "price": 1, "quantity": 1, "publisherName": "c", "solutionType": "3P"}
	w.seed(deal(1, func(d map[string]any) {
		d["team"], d["customerProfile"].(map[string]any)["team"] = slices.Repeat([]any{person}, 50), slices.Repeat([]any{person}, 50)
		d["details"].(map[string]any)["requirements"].(map[string]any)["solutions"] = slices.Repeat([]any{solution}, 50)
	}))
	o := w.options("deals.xlsx", exporter.XLSX)
	_, err := exporter.Export(context.Background(), o)
	var failed *exporter.WriteError
	if !errors.As(err, &failed) || !strings.Contains(err.Error(), "at most 1000") || !strings.Contains(failed.Hint(), "--columns") {
		t.Errorf("%v", err)
	}
	w.noFile(o.Path)
	o.Columns = []string{"Deal Name", "Team member # Email", "Solution # ID"}
	w.export(o)
	if ids := idsIn(t, o.Path); len(ids) != 1 {
		t.Errorf("%v", ids)
	}
}
