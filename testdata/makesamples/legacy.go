package main

import (
	"fmt"
	"slices"
	"time"
)

// ending is how a deal of a legacy system ended; the zero ending is a deal that is still open.
type ending struct{ status, substatus, reason string }

// endings are those of a legacy system's deals, in turns: half of them are over.
var endings = []ending{{}, {"Closed", "Won", ""}, {}, {"Closed", "Lost", "2"}, {"Active", "Accepted", ""}, {"Closed", "Won", ""}, {}, {"Closed", "Declined", "6"}}

// legacyOrigin is the day on which the first deal of the past was over.
var legacyOrigin = time.Date(2019, 1, 7, 0, 0, 0, 0, time.UTC)

// writeLegacy writes a migration: deals that were won or lost long ago among open ones, some without
// a CRM ID, some that ask for Microsoft's help.
func writeLegacy(path string, rows int) error {
	var lines [][]string
	columns := slices.Concat(portalColumns, []string{"Solution Area", "Solution Play"})
	for i := range rows {
		d := numbered(i)
		d.name, d.crm = fmt.Sprintf("%s, file %d", d.name, i), fmt.Sprintf("LEGACY-%06d", i)
		if i%10 == 7 {
			d.crm = ""
		}
		end := endings[i%len(endings)]
		if end.status == "Closed" {
			d.closes = legacyOrigin.AddDate(0, 0, i%2000)
		}
		cells := portalCells(d)
		if end.status != "" {
			cells["Partner Referral Status"], cells["Partner Referral Substatus"], cells["Declined/Lost/Error reason"] = end.status, end.substatus, end.reason
		}
		if i%16 == 2 {
			cells["Microsoft help required?"], cells["What specific help from Microsoft?"], cells["Share with Microsoft sales team"] = "Yes", "2", "Yes"
			cells["Solution Area"], cells["Solution Play"] = "Security", "Data Security"
		}
		line := make([]string, len(columns))
		for n, column := range columns {
			line[n] = cells[column]
		}
		lines = append(lines, line)
	}
	return writeCSV(path, columns, lines)
}
