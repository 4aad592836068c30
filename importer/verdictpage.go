package importer

import (
	"fmt"
	"strings"

	"refload/internal/run"
	"refload/internal/sheet"
)

// page are the lines of the sheet Verdict: the verdict, the numbers, and what was compared with what.
func (v *Verdict) page() [][]sheet.Out {
	word, style := "complete", sheet.Good
	if !v.Complete() {
		word, style = "not complete", sheet.Bad
	}
	lines := [][]sheet.Out{{sheet.TextCell("Verification of "+v.File, sheet.Title)}, {}, {sheet.TextCell(word, style)}, {sheet.TextCell(v.Words(), sheet.Plain)}}
	for _, note := range v.Notes() {
		lines = append(lines, []sheet.Out{sheet.TextCell(note, sheet.Plain)})
	}
	lines = append(lines, nil)
	lines = append(lines, v.countLines()...)
	lines = append(lines, v.sumLines()...)
	lines = append(lines, v.statusLines()...)
	return append(lines, v.factLines()...)
}

// countLines are the rows by what is wrong with them.
func (v *Verdict) countLines() [][]sheet.Out {
	lines := [][]sheet.Out{{sheet.TextCell("Rows", sheet.Strong), sheet.TextCell("How many", sheet.OverNumbers)}}
	for _, part := range []struct {
		name   string
		n      int
		always bool
		style  sheet.Style
	}{
		{"as the sheet says", v.AsItSays, true, sheet.Good},
		{"missing", v.Counts[FoundMissing], true, sheet.Bad},
		{"different", v.Counts[FoundDifferent], true, sheet.Bad},
		{"there twice", v.Counts[FoundTwice], true, sheet.Bad},
		{"not judged, because of problems", v.Unjudged, false, sheet.Bad},
		{"not judged, as asked", v.Skipped, false, sheet.Muted},
		{"all rows", v.Rows, true, sheet.Strong},
		{"fields that differ", v.Fields, false, sheet.Plain},
		{"referrals in no row", v.Counts[FoundExtra], v.Scope == ScopeTenant, sheet.Bad},
	} {
		if part.n == 0 && part.style != sheet.Strong {
			part.style = sheet.Plain
		}
		if part.n > 0 || part.always {
			lines = append(lines, []sheet.Out{sheet.TextCell(part.name, part.style), sheet.CountCell(part.n)})
		}
	}
	return append(lines, nil)
}

// sumLines are the deal values, by currency.
func (v *Verdict) sumLines() [][]sheet.Out {
	lines := [][]sheet.Out{{sheet.TextCell("Deal value by currency", sheet.Strong), sheet.TextCell("Sheet", sheet.OverNumbers), sheet.TextCell("Service", sheet.OverNumbers), sheet.TextCell("Difference", sheet.OverNumbers)}}
	for _, sum := range v.Sums {
		style := sheet.Plain
		if strings.Trim(sum.Difference, "-+0.") != "" { // 100 and 100.00 are one sum
			style = sheet.Bad
		}
		name := sum.Currency + ", " + run.Counted(sum.SheetDeals, "deal")
		if sum.SheetDeals != sum.ServiceDeals {
			name = fmt.Sprintf("%s, %s and %d", sum.Currency, run.Counted(sum.SheetDeals, "deal"), sum.ServiceDeals)
		}
		lines = append(lines, []sheet.Out{sheet.TextCell(name, sheet.Plain), sheet.AmountCell(sum.Sheet, sheet.Plain), sheet.AmountCell(sum.Service, sheet.Plain), sheet.AmountCell(sum.Difference, style)})
	}
	return append(lines, nil)
}

// statusLines are the numbers of deals, by state.
func (v *Verdict) statusLines() [][]sheet.Out {
	lines := [][]sheet.Out{{sheet.TextCell("Deals by status", sheet.Strong), sheet.TextCell("Sheet", sheet.OverNumbers), sheet.TextCell("Service", sheet.OverNumbers), sheet.TextCell("Difference", sheet.OverNumbers)}}
	for _, line := range v.Statuses {
		style := sheet.Plain
		if line.Sheet != line.Service {
			style = sheet.Bad
		}
		lines = append(lines, []sheet.Out{sheet.TextCell(line.Status, sheet.Plain), sheet.CountCell(line.Sheet), sheet.CountCell(line.Service), sheet.Out{Kind: sheet.Number, Text: fmt.Sprint(line.Service - line.Sheet), Style: style}})
	}
	return append(lines, nil)
}

// scopeWords say what a scope judges.
var scopeWords = map[Scope]string{
	ScopeFile:   "file: the referrals of the sheet's rows",
	ScopeTenant: "tenant: every deal that the account sees",
}

// factLines say what was compared with what, when, and by whom.
func (v *Verdict) factLines() [][]sheet.Out {
	lines := [][]sheet.Out{{sheet.TextCell("What was compared", sheet.Strong)}}
	for _, fact := range []struct{ name, value string }{
		{"file", v.File}, {"sheet", v.Sheet}, {"SHA-256 of the file", v.Hash}, {"service", v.Target}, {"scope", scopeWords[v.Scope]},
		{"signed-in account", v.Account}, {"verified by", v.Who}, {"with", v.Tool}, {"begun", sheet.Stamp(v.Started)}, {"ended", sheet.Stamp(v.Ended)},
		{"referrals that the service listed", fmt.Sprint(v.Listed)}, {"requests", fmt.Sprint(v.Requests)},
		{"a deal counts once", "whatever number of referrals its engagement has; where the sheet is silent, its side is as the service has it"},
	} {
		if fact.value != "" {
			lines = append(lines, []sheet.Out{sheet.TextCell(fact.name, sheet.Plain), sheet.TextCell(fact.value, sheet.Plain)})
		}
	}
	return lines
}
