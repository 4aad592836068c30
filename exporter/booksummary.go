package exporter

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"refload/internal/run"
	"refload/internal/sheet"
)

// summarySheet is the sheet with the figures.
const summarySheet = "Summary"

// mostCharts is how many currencies get a chart of their own; the figures of all are there.
const mostCharts = 4

// summary is the sheet in the making: its lines, and the charts over ranges of them.
type summary struct {
	lines  [][]sheet.Out
	charts []sheet.ChartSpec
}

// writeSummary adds the sheet with figures, charts, and what is to be known of the export.
func (b *bookOutput) writeSummary() error {
	s := &summary{}
	s.line(sheet.TextCell("Referrals of "+b.summary.Target, sheet.Title))
	s.line()
	s.statuses(b.sums)
	s.currencies(b.sums.list(false))
	s.months(b.sums.list(true))
	s.facts(b.summary)
	table, err := b.book.AddSheet(summarySheet, []sheet.Column{{Width: 34}, {Width: 18}, {Width: 24}, {Width: 12}})
	if err != nil {
		return err
	}
	for _, line := range s.lines {
		if err := table.Write(line); err != nil {
			return err
		}
	}
	for i, chart := range s.charts {
		chart.Cell = fmt.Sprintf("F%d", 3+i*17)
		if err := b.book.AddChart(summarySheet, chart); err != nil {
			return err
		}
	}
	return nil
}

func (s *summary) line(cells ...sheet.Out) { s.lines = append(s.lines, cells) }

// chart draws what was written since a line, names in one column, values in another.
func (s *summary) chart(title string, first int, names, values string) {
	if last := len(s.lines); last > first {
		at := func(column string) string {
			return fmt.Sprintf("%s!$%s$%d:$%s$%d", summarySheet, column, first+1, column, last)
		}
		s.charts = append(s.charts, sheet.ChartSpec{Title: title, Kind: sheet.ColumnChart, Categories: at(names), Values: at(values)})
	}
}

func (s *summary) statuses(sums *totals) {
	s.line(sheet.TextCell("Where the deals stand", sheet.Strong), sheet.TextCell("How many", sheet.OverNumbers))
	first, all := len(s.lines), 0
	for _, status := range sums.statuses() {
		word, detail, _ := strings.Cut(status, ": ")
		style := statusStyles[word]
		if word == "Closed" {
			style = statusStyles[detail]
		}
		s.line(sheet.TextCell(status, style), sheet.CountCell(sums.status[status]))
		all += sums.status[status]
	}
	s.chart("Deals by status", first, "A", "B")
	s.line(sheet.TextCell("all deals", sheet.Strong), sheet.CountCell(all))
	s.line()
}

func (s *summary) currencies(list []Total) {
	s.line(sheet.TextCell("What they are worth", sheet.Strong), sheet.TextCell("How many", sheet.OverNumbers), sheet.TextCell("Sum", sheet.OverNumbers))
	for _, t := range list {
		s.line(sheet.TextCell(orNone(t.Currency), sheet.Plain), sheet.CountCell(t.Deals), sheet.AmountCell(t.Value, sheet.Plain))
	}
	s.line()
}

// months writes the values by month of closing, one block and one chart a currency: amounts in
// different currencies have nothing to do on one axis.
func (s *summary) months(list []Total) {
	s.line(sheet.TextCell("When they close", sheet.Strong), sheet.TextCell("How many", sheet.OverNumbers), sheet.TextCell("In", sheet.Strong), sheet.TextCell("Sum", sheet.OverNumbers))
	charts := len(s.charts)
	for from := 0; from < len(list); {
		to, first := from, len(s.lines)
		for ; to < len(list) && list[to].Currency == list[from].Currency; to++ {
			t := list[to]
			s.line(sheet.TextCell(t.Month, sheet.Plain), sheet.CountCell(t.Deals), sheet.TextCell(orNone(t.Currency), sheet.Plain), sheet.AmountCell(t.Value, sheet.Plain))
		}
		if len(s.charts)-charts < mostCharts && currencyCode.MatchString(list[from].Currency) {
			s.chart("Value by month of closing, "+orNone(list[from].Currency), first, "A", "D")
		}
		from = to
	}
	s.line()
}

// currencyCode keeps texts that are no currency out of the titles of charts.
var currencyCode = regexp.MustCompile(`^[A-Z]{3}$`)

func orNone(currency string) string {
	if currency == "" {
		return "no currency"
	}
	return currency
}

// visible says what an account sees, since a file cannot show what is missing from it.
const visible = "what this account may see: a Referrals admin sees all, a Referrals user only the deals in whose team he is"

func (s *summary) facts(x *Summary) {
	s.line(sheet.TextCell("This export", sheet.Strong))
	since := ""
	if !x.Since.IsZero() {
		since = "only what was changed since " + x.Since.UTC().Format(time.RFC3339)
	}
	leftOut := ""
	if x.LeftOut > 0 {
		leftOut = fmt.Sprintf("%s of Microsoft's side of the deals; --include-microsoft adds them", run.Counted(x.LeftOut, "referral"))
	}
	for _, fact := range []struct{ name, value string }{
		{"complete", "yes: every referral that the service listed, each once"},
		{"holds", visible}, {"signed-in account", x.Account}, {"service", x.Target},
		{"begun", sheet.Stamp(x.Started)}, {"ended", sheet.Stamp(x.Finished)}, {"made by", x.Who}, {"with", x.Tool},
		{"rows", fmt.Sprint(x.Referrals)}, {"incremental", since}, {"left out", leftOut},
		{"no column for", x.UnshownInWords()}, {"question", strings.Join(x.Plan.Lines, "\n")},
	} {
		s.fact(fact.name, fact.value)
	}
}

// factWidth is how many characters stand between the names of facts and the charts, which would
// hide the rest.
const factWidth = 60

// fact writes a fact, on as many lines as it needs; one without a value is none.
func (s *summary) fact(name, value string) {
	if value == "" {
		return
	}
	for paragraph := range strings.Lines(value) {
		line := ""
		for _, word := range strings.Fields(paragraph) {
			if line != "" && utf8.RuneCountInString(line+" "+word) > factWidth {
				s.line(sheet.TextCell(name, sheet.Plain), sheet.TextCell(line, sheet.Plain))
				name, line = "", ""
			}
			line = strings.TrimSpace(line + " " + word)
		}
		s.line(sheet.TextCell(name, sheet.Plain), sheet.TextCell(line, sheet.Plain))
		name = ""
	}
}
