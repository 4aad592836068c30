package exporter

import (
	"slices"
	"strings"

	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

// bookMark marks a workbook as an export, so that reading goes to its sheet of referrals.
const bookMark = "export"

// referralSheet is the sheet that an import reads.
const referralSheet = "Referrals"

// bookOutput is a workbook: the referrals on one sheet or one for each status, and a summary.
type bookOutput struct {
	options *Options
	path    string // where the workbook is made; not the target when that is a stream
	book    *sheet.Workbook
	table   *table
	sheets  map[string]sheet.Table
	sums    *totals
	summary *Summary
}

func (o *Options) openBook(folder *run.ExportFolder, columns []mapping.ExportColumn, sums *totals, s *Summary) (output, error) {
	b := &bookOutput{options: o, path: o.Path, table: newTable(columns, true), sheets: map[string]sheet.Table{}, sums: sums, summary: s}
	if b.path == "" {
		b.path = folder.Scratch(".xlsx")
	}
	var err error
	if b.book, err = sheet.CreateWorkbook(b.path, bookMark); err != nil {
		return nil, err
	}
	for _, name := range b.names() {
		if b.sheets[name], err = b.book.AddSheet(name, sheetColumns(columns)); err != nil {
			b.book.Abort()
			return nil, err
		}
	}
	return b, nil
}

// names returns the names of the sheets with referrals.
func (b *bookOutput) names() []string {
	if !b.options.PerStatus {
		return []string{referralSheet}
	}
	var names []string
	for _, status := range b.sums.statuses() {
		before, _, _ := strings.Cut(status, ":")
		if name := sheetName(before); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 || b.options.BothSides && !slices.Contains(names, otherStatus) {
		names = append(names, otherStatus) // Microsoft's side may have a status that no deal has
	}
	return names
}

// otherStatus is the sheet of referrals whose status is none of the documented ones: names of
// sheets are made by us, never by the service.
const otherStatus = "Other"

func sheetName(status string) string {
	if slices.Contains([]string{"New", "Active", "Closed"}, status) {
		return status
	}
	return otherStatus
}

// Write adds a row to its sheet.
func (b *bookOutput) Write(r *row) error {
	cells, err := b.table.cells(r)
	if err != nil {
		return err
	}
	name := referralSheet
	if b.options.PerStatus {
		name = sheetName(r.Doc.Text("status"))
		if b.sheets[name] == nil {
			name = otherStatus
		}
	}
	return b.sheets[name].Write(cells)
}

// Announce lets Commit call f.
func (b *bookOutput) Announce(f func(hash string) error) {
	if b.options.Path != "" {
		b.book.Announce(f)
	}
}

// Commit adds the summary and puts the file at its place.
func (b *bookOutput) Commit() error {
	if err := b.writeSummary(); err != nil {
		return err
	}
	if err := b.book.Commit(); err != nil {
		return err
	}
	if b.options.Path == "" {
		return copyOut(b.path, b.options.Out)
	}
	return nil
}

// Abort gives the file up.
func (b *bookOutput) Abort() { b.book.Abort() }

// sheetColumns describes the columns to a workbook: what cannot be changed is shaded, what
// people need not see is hidden.
func sheetColumns(columns []mapping.ExportColumn) []sheet.Column {
	described := make([]sheet.Column, len(columns))
	for i, c := range columns {
		note := c.Field.Help
		if c.ReadOnly {
			note = "Read only: a change here is not sent. " + note
		}
		described[i] = sheet.Column{Header: c.Header, Width: widthOf(c), Kind: kinds[c.Field.Kind], Hidden: c.Hidden,
			Shaded: c.ReadOnly && !c.Hidden, Note: note, Allowed: c.Offered()}
	}
	return described
}

// kinds says what will be typed into empty cells; anything else is text.
var kinds = map[mapping.Kind]sheet.Kind{
	mapping.Number: sheet.Number, mapping.Integer: sheet.Number, mapping.Date: sheet.Date, mapping.Time: sheet.Date,
	mapping.Text: sheet.Text, mapping.Phone: sheet.Text, mapping.GUID: sheet.Text, mapping.Email: sheet.Text, mapping.List: sheet.Text,
	mapping.Open: sheet.Text, mapping.Country: sheet.Text, mapping.Currency: sheet.Text, mapping.ETag: sheet.Text, mapping.Bool: sheet.Text,
}

// widths are the widths of columns by kind, in characters, where the header asks for less.
var widths = map[mapping.Kind]float64{
	mapping.Text: 24, mapping.GUID: 38, mapping.Email: 28, mapping.Phone: 18, mapping.Date: 12, mapping.Time: 19, mapping.Number: 14, mapping.List: 24,
}

// widest is as wide as a header makes a column.
const widest = 40

func widthOf(c mapping.ExportColumn) float64 {
	if c.Path == "details.notes" || c.Path == "name" {
		return widest
	}
	return max(widths[c.Field.Kind], min(float64(len(c.Header)+3), widest))
}
