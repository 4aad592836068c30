package importer

import (
	"fmt"
	"path/filepath"
	"strings"

	"refload/importer/outcome"
	"refload/internal/files"
	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

// verdictMark marks a workbook as a verdict: nobody imports it.
const verdictMark = "verdict"

// placeVerdict chooses the workbook and tries whether it can be written, by the rules of results.
func placeVerdict(in *input, options Options) (resultFile, error) {
	asked := options.Results
	if asked == "" {
		asked = strings.TrimSuffix(options.Path, filepath.Ext(options.Path)) + "-verified.xlsx"
	}
	if sameFile(asked, options.Path) {
		return resultFile{}, &outcome.ResultsError{Path: asked, Err: fmt.Errorf("it is the file that is verified")}
	}
	place, err := freePlace(asked, run.Written{What: run.WroteVerdict, Input: absolute(options.Path), InputHash: in.hash}, options)
	if err != nil {
		return place, err
	}
	files.Sweep(place.path, options.Now().Add(-abandonedAfter))
	probe, err := files.Create(place.path)
	if err != nil {
		place.release()
		return place, &outcome.ResultsError{Path: place.path, Err: err}
	}
	probe.Abort()
	return place, nil
}

// writeVerdict writes the verdict on one page, and a sheet for each kind of finding that there is.
func writeVerdict(place resultFile, verdict *Verdict, found *findings) error {
	book, err := sheet.CreateWorkbook(place.path, verdictMark)
	if err != nil {
		return err
	}
	defer book.Abort()
	book.Announce(place.announce())
	page, err := book.AddPage("Verdict", []sheet.Column{{Width: 34}, {Width: 22}, {Width: 22}, {Width: 22}})
	if err != nil {
		return err
	}
	if err := sheet.WriteLines(page, verdict.page()); err != nil {
		return err
	}
	for _, kind := range FindingKinds() {
		if found.lines[kind] == 0 {
			continue
		}
		table, err := book.AddSheet(findingSheets[kind].name, columnsOf(kind))
		if err != nil {
			return err
		}
		for finding, err := range found.of(kind) {
			if err != nil {
				return err
			}
			if err := table.Write(cellsOf(kind, finding)); err != nil {
				return err
			}
		}
	}
	return book.Commit()
}

// findingColumn is a column of a sheet of findings.
type findingColumn struct {
	sheet.Column
	cell func(Finding) sheet.Out
}

func textColumn(header string, width float64, value func(Finding) string) findingColumn {
	return findingColumn{sheet.Column{Header: header, Width: width}, func(f Finding) sheet.Out { return sheet.TextCell(value(f), sheet.Plain) }}
}

// The columns that sheets of findings have in common.
var (
	rowColumn = findingColumn{sheet.Column{Header: "Row", Width: 7}, func(f Finding) sheet.Out {
		if f.Row == 0 {
			return sheet.Out{}
		}
		return sheet.CountCell(f.Row)
	}}
	dealColumn     = textColumn("Deal Name", 34, func(f Finding) string { return f.Deal })
	customerColumn = textColumn("Customer Name", 28, func(f Finding) string { return f.Customer })
	crmColumn      = textColumn("CRM ID or marker", 36, func(f Finding) string { return f.CRMID })
	idColumn       = textColumn("Referral ID", 38, func(f Finding) string { return f.ReferralID })
	remarkColumn   = textColumn("Remark", 60, func(f Finding) string { return f.Remark })
	othersColumn   = textColumn("Referral IDs", 80, func(f Finding) string { return strings.Join(f.Others, ", ") })
	fieldColumn    = textColumn("Field", 30, func(f Finding) string { return f.Field })
	cellColumn     = textColumn("Cell", 8, func(f Finding) string { return f.Cell })
	sheetColumn    = textColumn("Sheet says", 36, func(f Finding) string { return mapping.ValueText(f.Sheet) })
	serviceColumn  = textColumn("Service has", 36, func(f Finding) string { return mapping.ValueText(f.Service) })
	statusColumn   = textColumn("Status", 20, func(f Finding) string { return f.Status })
	valueColumn    = textColumn("Deal value", 16, func(f Finding) string { return mapping.ValueText(f.Value) })
	currencyColumn = textColumn("Currency", 10, func(f Finding) string { return f.Currency })
	createdColumn  = textColumn("Created", 28, func(f Finding) string { return f.Created })
)

// findingSheets says what the sheet of each kind has.
var findingSheets = map[FindingKind]struct {
	name    string
	columns []findingColumn
}{
	FoundDifferent: {"Different", []findingColumn{rowColumn, cellColumn, fieldColumn, sheetColumn, serviceColumn, dealColumn, customerColumn, remarkColumn, idColumn, crmColumn}},
	FoundMissing:   {"Missing", []findingColumn{rowColumn, dealColumn, customerColumn, crmColumn, remarkColumn, othersColumn}},
	FoundTwice:     {"Twice", []findingColumn{rowColumn, dealColumn, customerColumn, crmColumn, remarkColumn, othersColumn}},
	FoundExtra:     {"Extra", []findingColumn{dealColumn, customerColumn, statusColumn, valueColumn, currencyColumn, crmColumn, idColumn, createdColumn}},
}

func columnsOf(kind FindingKind) []sheet.Column {
	var columns []sheet.Column
	for _, column := range findingSheets[kind].columns {
		columns = append(columns, column.Column)
	}
	return columns
}

func cellsOf(kind FindingKind, finding Finding) []sheet.Out {
	var cells []sheet.Out
	for _, column := range findingSheets[kind].columns {
		cells = append(cells, column.cell(finding))
	}
	return cells
}
