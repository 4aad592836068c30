package importer

import (
	"strings"

	"refload/importer/outcome"
	"refload/internal/sheet"
	"refload/mapping"
)

// WriteTemplate writes an empty workbook whose sheet Referrals has the usual columns, with
// dropdowns and notes, and whose sheet Help explains every one of them.
func WriteTemplate(path string) error {
	workbook, err := sheet.CreateWorkbook(path, "template")
	if err != nil {
		return &outcome.ResultsError{Path: path, Err: err}
	}
	defer workbook.Abort()
	if err := fillTemplate(workbook); err != nil {
		return &outcome.ResultsError{Path: path, Err: err}
	}
	if err := workbook.Commit(); err != nil {
		return &outcome.ResultsError{Path: path, Err: err}
	}
	return nil
}

func fillTemplate(workbook *sheet.Workbook) error {
	var columns []sheet.Column
	for _, column := range mapping.TemplateColumns() {
		columns = append(columns, templateColumn(column))
	}
	if _, err := workbook.AddSheet("Referrals", columns); err != nil {
		return err
	}
	if err := fillExample(workbook); err != nil {
		return err
	}
	help, err := workbook.AddSheet("Help", []sheet.Column{
		{Header: "Column", Width: 34}, {Header: "Needed", Width: 26}, {Header: "What it is", Width: 80}, {Header: "Allowed", Width: 60},
	})
	if err != nil {
		return err
	}
	for _, column := range mapping.TemplateColumns() {
		cells := []sheet.Out{}
		for _, cell := range []string{column.Header, string(column.Need), column.Help, strings.Join(column.Allowed, "; ")} {
			cells = append(cells, sheet.TextCell(cell, sheet.Plain))
		}
		if err := help.Write(cells); err != nil {
			return err
		}
	}
	return nil
}

// exampleSheet is the name of a sheet that shows how a row looks and is never read.
const exampleSheet = "Example"

// fillExample writes one row as it may look, on a sheet of its own.
func fillExample(workbook *sheet.Workbook) error {
	columns := []sheet.Column{{Header: "An example; this sheet is never read", Width: 40}, {Header: "What a cell may hold", Width: 44}, {Header: "Needed", Width: 26}}
	table, err := workbook.AddSheet(exampleSheet, columns)
	if err != nil {
		return err
	}
	for _, column := range mapping.TemplateColumns() {
		if column.Example == "" {
			continue
		}
		style := sheet.Plain
		if column.Required {
			style = sheet.Warn
		}
		if err := table.Write([]sheet.Out{sheet.TextCell(column.Header, style), sheet.TextCell(column.Example, sheet.Plain), sheet.TextCell(string(column.Need), sheet.Plain)}); err != nil {
			return err
		}
	}
	return nil
}

func templateColumn(column mapping.TemplateColumn) sheet.Column {
	kind := sheet.Text
	switch column.Kind {
	case mapping.Date:
		kind = sheet.Date
	case mapping.Number, mapping.Integer:
		kind = sheet.Number
	}
	note := column.Help
	if column.Need != mapping.Optional {
		note = "Needed " + string(column.Need) + ". " + note
	}
	return sheet.Column{Header: column.Header, Width: widthOf(column.Header, column.Path), Kind: kind, Note: note, Allowed: column.Allowed, Needed: column.Required}
}
