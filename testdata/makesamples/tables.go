package main

import (
	"fmt"
	"strings"

	"refload/internal/sheet"
)

// portalColumns are the columns of the portal's own CSV for co-sell deals.
//
// Source: the bulk operations page.
var portalColumns = []string{
	"Errors", "Engagement ID", "Referral ID", "Deal Name", "Customer Name", "Customer Address Line 1", "Customer Address Line 2",
	"Customer City", "Customer State", "Customer Postal code", "Customer Country", "Customer D-U-N-S ID",
	"Customer Contact First Name", "Customer Contact Last Name", "Customer Contact Phone number", "Customer Contact Email Address",
	"Partner Referral Status", "Partner Referral Substatus", "Microsoft Referral Status", "Declined/Lost/Error reason", "Sales Stage",
	"Estimated Deal Value", "Currency", "Estimated Close Date", "CRM ID", "Marketing Campaign ID", "Notes",
	"Microsoft help required?", "What specific help from Microsoft?", "Share with Microsoft sales team", "Notes to Microsoft",
	"Consent to share Customer/Partner contact", "Marketplace Purchase Intent",
	"Solution 1", "Solution 2", "Team member 1", "Team member 2",
}

// portalCells are the values of a deal by portal column.
func portalCells(d deal) map[string]string {
	cells := map[string]string{
		"Deal Name": d.name, "Customer Name": d.customer, "Customer Address Line 1": d.street, "Customer City": d.city,
		"Customer State": d.state, "Customer Postal code": d.postal, "Customer Country": d.country,
		"Customer Contact First Name": d.contactFirst, "Customer Contact Last Name": d.contactLast,
		"Customer Contact Phone number": d.contactPhone, "Customer Contact Email Address": d.contactMail,
		"Partner Referral Status": "New", "Partner Referral Substatus": "Accepted",
		"Estimated Deal Value": d.value, "Currency": d.currency, "Estimated Close Date": d.closes.Format("1/2/2006"),
		"CRM ID": d.crm, "Notes": d.notes, "Microsoft help required?": "No", "Share with Microsoft sales team": d.shared,
		"Consent to share Customer/Partner contact": "Yes", "Marketplace Purchase Intent": d.intent,
	}
	for i, solution := range d.solutions {
		cells[fmt.Sprintf("Solution %d", i+1)] = solution + ", " + d.currency + ", 10, 100"
	}
	for i, member := range d.team {
		cells[fmt.Sprintf("Team member %d", i+1)] = member
	}
	return cells
}

func writePortal(path string) error { return writeDealsCSV(path, deals()) }

// writeMany writes generated deals, each with a name of its own.
func writeMany(path string, rows int, bare bool) error {
	var list []deal
	for i := range rows {
		d := numbered(i)
		d.name, d.crm = fmt.Sprintf("%s, lot %d", d.name, i), fmt.Sprintf("LOT-%07d", i)
		if bare {
			d.crm = ""
		}
		list = append(list, d)
	}
	return writeDealsCSV(path, list)
}

func writeDealsCSV(path string, list []deal) error {
	rows := [][]string{}
	for _, d := range list {
		cells := portalCells(d)
		row := make([]string, len(portalColumns))
		for i, column := range portalColumns {
			row[i] = cells[column]
		}
		rows = append(rows, row)
	}
	return writeCSV(path, portalColumns, rows)
}

func writeCSV(path string, headers []string, rows [][]string) error {
	table, err := sheet.CreateCSV(path, headers)
	if err != nil {
		return err
	}
	defer table.Abort()
	for _, row := range rows {
		var cells []sheet.Out
		for _, cell := range row {
			cells = append(cells, text(cell))
		}
		if err := table.Write(cells); err != nil {
			return err
		}
	}
	return table.Commit()
}

// documented is the documentation's own example of a private deal, path by path, with
// invented people.
//
// Source: the "Create a referral" page, private referral.
var documented = [][2]string{
	{"name", "Contoso cloud deal"}, {"qualification", "SalesQualified"}, {"type", "Independent"},
	{"customerProfile.name", "Contoso"}, {"customerProfile.size", "10to50employees"},
	{"customerProfile.address.addressLine1", "1 Contoso Way"}, {"customerProfile.address.addressLine2", "Building 2"},
	{"customerProfile.address.city", "Redmond"}, {"customerProfile.address.state", "WA"},
	{"customerProfile.address.postalCode", "98052"}, {"customerProfile.address.country", "US"},
	{"customerProfile.team[0].firstName", "Kim"}, {"customerProfile.team[0].lastName", "Lee"},
	{"customerProfile.team[0].phoneNumber", "1234567890"}, {"customerProfile.team[0].email", "kim.lee@example.com"},
	{"consent.consentToContact", "TRUE"}, {"consent.consentToToShareInfoWithOthers", "TRUE"},
	{"consent.consentToMicrosoftToContactSpecificPartners", "FALSE"}, {"consent.consentToShareReferralWithMicrosoftSellers", "FALSE"},
	{"details.notes", "Interested in a move to the cloud"}, {"details.dealValue", "10000"}, {"details.currency", "USD"},
	{"details.closingDateTime", "2031-07-20T00:00:00Z"},
	{"details.requirements.solutions[0].type", "Name"}, {"details.requirements.solutions[0].id", "SOL-12345-ABC"},
	{"details.requirements.solutions[0].name", "Contoso mover"}, {"details.requirements.solutions[0].publisherName", "Fabrikam"},
	{"details.requirements.solutions[0].solutionType", "3P"},
	{"details.requirements.additionalRequirements.iot", "{}"},
	{"details.requirements.additionalRequirements.attributes[0].id", "HaveNotDecided"},
	{"details.requirements.additionalRequirements.attributes[0].type", "CustomerMarketplaceIntent"},
	{"team[0].firstName", "Sam"}, {"team[0].lastName", "O'Neil"}, {"team[0].phoneNumber", "1234567890"}, {"team[0].email", "sam.oneil@example.net"},
	{"target", "[]"},
}

func writeDocumented(path string) error {
	var headers, row []string
	for _, leaf := range documented {
		headers, row = append(headers, leaf[0]), append(row, leaf[1])
	}
	return writeCSV(path, headers, [][]string{row})
}

// writeCRM writes an export as a CRM in another language would: semicolons, its own headers,
// day first, decimal comma. samples/crm-mapping.yaml says what it means.
func writeCRM(path string) error {
	headers := []string{"Projekt", "Kunde", "Straße", "Ort", "PLZ", "Land", "Betrag", "Währung", "Abschluss", "Vorgang", "Bemerkung", "Lösung", "Betreuer"}
	rows := [][]string{}
	for _, d := range deals()[:12] {
		rows = append(rows, []string{d.name, d.customer, d.street, d.city, d.postal, d.country,
			strings.Replace(d.value, ".", ",", 1), map[string]string{"EUR": "Euro", "USD": "US-Dollar"}[d.currency] + plain(d.currency),
			d.closes.Format("02.01.2006"), d.crm + "/DE", asText(d.notes), d.solutions[0], d.team[0]})
	}
	return writeSemicolons(path, headers, rows)
}

// plain is a currency code without a word of its own in the mapping.
func plain(currency string) string {
	if currency == "EUR" || currency == "USD" {
		return ""
	}
	return currency
}

// asText puts an apostrophe before what a spreadsheet would compute.
func asText(note string) string {
	if strings.HasPrefix(note, "=") {
		return "'" + note
	}
	return note
}
