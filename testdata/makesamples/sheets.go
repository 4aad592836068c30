package main

import (
	"fmt"

	"refload/internal/sheet"
)

func text(s string) sheet.Out {
	if s == "" {
		return sheet.Out{}
	}
	return sheet.Out{Kind: sheet.Text, Text: s}
}

// dealColumns are the columns of an operations team: names of their CRM where there are
// everyday ones, the portal's where there are none.
var dealColumns = []string{
	"Opportunity Name", "Account Name", "Billing Street", "Billing City", "Billing State", "Billing Postal Code", "Country",
	"Amount", "Currency", "Close Date", "Opportunity ID", "Description",
	"Customer Contact First Name", "Customer Contact Last Name", "Customer Contact Phone number", "Customer Contact Email Address",
	"Microsoft help required?", "Share with Microsoft sales team", "Consent to share Customer/Partner contact",
	"Marketplace Purchase Intent", "Solution 1", "Solution 2", "Team member 1", "Team member 2",
}

// dealCells are the cells of a deal under dealColumns.
func dealCells(d deal) []sheet.Out {
	at := func(list []string, i int) string {
		if i < len(list) {
			return list[i]
		}
		return ""
	}
	cells := []sheet.Out{}
	for _, s := range []string{d.name, d.customer, d.street, d.city, d.state, d.postal, d.country} {
		cells = append(cells, text(s))
	}
	cells = append(cells, sheet.Out{Kind: sheet.Number, Text: d.value}, text(d.currency),
		sheet.Out{Kind: sheet.Date, Text: d.closes.Format("2006-01-02")})
	for _, s := range []string{d.crm, d.notes, d.contactFirst, d.contactLast, d.contactPhone, d.contactMail, "No", d.shared, "Yes", d.intent,
		at(d.solutions, 0), at(d.solutions, 1), at(d.team, 0), at(d.team, 1)} {
		cells = append(cells, text(s))
	}
	return cells
}

// writeDeals writes the workbook: a title above the header, and a second sheet with remarks.
func writeDeals(path string) error {
	workbook, err := sheet.CreateWorkbook(path, "")
	if err != nil {
		return err
	}
	defer workbook.Abort()
	table, err := workbook.AddSheet("Pipeline", make([]sheet.Column, len(dealColumns)))
	if err != nil {
		return err
	}
	lines := [][]sheet.Out{{{Kind: sheet.Text, Text: "Pipeline for Partner Center", Style: sheet.Title}}, {text("Owner: partner operations. One line a deal.")}, headerLine(dealColumns)}
	for _, d := range deals() {
		lines = append(lines, dealCells(d))
	}
	if err := writeLines(table, lines); err != nil {
		return err
	}
	remarks, err := workbook.AddSheet("Remarks", []sheet.Column{{Width: 60}})
	if err != nil {
		return err
	}
	if err := writeLines(remarks, [][]sheet.Out{{text("Ask Kim before the pilot deals are changed.")}}); err != nil {
		return err
	}
	return workbook.Commit()
}

func headerLine(headers []string) []sheet.Out {
	var cells []sheet.Out
	for _, header := range headers {
		cells = append(cells, sheet.Out{Kind: sheet.Text, Text: header, Style: sheet.Strong})
	}
	return cells
}

func writeLines(table sheet.Table, lines [][]sheet.Out) error {
	for _, line := range lines {
		if err := table.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// mistake changes one cell of a good deal.
type mistake struct {
	column string
	value  sheet.Out
}

// mistakes are a dozen different ones, one a row.
var mistakes = []mistake{
	{"Currency", text("USDD")},
	{"Close Date", text("31/31/2031")},
	{"Customer Contact Email Address", text("kim.lee.example.com")},
	{"Country", text("Congo")}, // there are two
	{"Amount", text("12.345,67 €")},
	{"Opportunity Name", sheet.Out{}},
	{"Consent to share Customer/Partner contact", sheet.Out{}},
	{"Opportunity ID", text("OPP-01009")}, // that of the next row
	{"", sheet.Out{}},
	{"Description", text("N/A")},
	{"Microsoft help required?", text("maybe")},
	{"Marketplace Purchase Intent", text("Perhaps later")},
	{"Share with Microsoft sales team", text("perhaps")},
	{"Amount", text("about 20k")},
}

// writeMistakes writes a workbook with the mistakes and a few good rows after them.
func writeMistakes(path string) error {
	workbook, err := sheet.CreateWorkbook(path, "")
	if err != nil {
		return err
	}
	defer workbook.Abort()
	columns := make([]sheet.Column, len(dealColumns))
	for i, header := range dealColumns {
		columns[i] = sheet.Column{Header: header}
	}
	table, err := workbook.AddSheet("Deals", columns)
	if err != nil {
		return err
	}
	for i := range len(mistakes) + 4 {
		cells := dealCells(numbered(i))
		if i < len(mistakes) && mistakes[i].column != "" {
			cells[columnOf(mistakes[i].column)] = mistakes[i].value
		}
		if err := table.Write(cells); err != nil {
			return err
		}
	}
	return workbook.Commit()
}

func columnOf(header string) int {
	for i, column := range dealColumns {
		if column == header {
			return i
		}
	}
	panic(fmt.Sprintf("no column %q", header))
}
