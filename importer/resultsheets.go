package importer

import (
	"fmt"

	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

// problemColumns are the columns of the sheet Problems.
var problemColumns = []sheet.Column{
	{Header: "Row", Width: 8}, {Header: "Cell", Width: 8}, {Header: "Column", Width: 28}, {Header: "Value", Width: 28},
	{Header: "Severity", Width: 10}, {Header: "Rule", Width: 16}, {Header: "Message", Width: 60}, {Header: "Hint", Width: 60},
}

// longestValue is how much of a value the sheet Problems shows, in characters.
const longestValue = 80

// writeProblems writes one line a problem: those of the header first, then row by row.
func (b *resultBook) writeProblems(table sheet.Table) error {
	if err := b.writeHeaderProblems(table); err != nil {
		return err
	}
	return b.eachRow(func(_ int, _ sheet.Row, problems []mapping.Problem) error { return writeRowProblems(table, problems) })
}

func (b *resultBook) writeHeaderProblems(table sheet.Table) error {
	for _, group := range b.summary.Problems.Groups() {
		if group.Row == 0 || group.Row == b.in.header.Number || b.move.Row(group.Row) == 0 {
			if err := table.Write(problemCells(group.Problem.In(b.move))); err != nil {
				return err
			}
		}
	}
	return nil
}

func writeRowProblems(table sheet.Table, problems []mapping.Problem) error {
	for _, problem := range problems {
		if problem.Severity == mapping.Note {
			continue
		}
		if err := table.Write(problemCells(problem)); err != nil {
			return err
		}
	}
	return nil
}

func problemCells(p mapping.Problem) []sheet.Out {
	style := sheet.Warn
	if p.Severity == mapping.Fault {
		style = sheet.Bad
	}
	row := sheet.Out{}
	if p.Row > 0 {
		row = sheet.CountCell(p.Row)
	}
	cells := []sheet.Out{row}
	for _, text := range []string{p.Cell, p.Column, cut(p.Value, longestValue), string(p.Severity), p.Rule, p.Message, p.Hint} {
		cells = append(cells, sheet.TextCell(text, sheet.Plain))
	}
	cells[4].Style = style
	return cells
}

func cut(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// writeSummary writes the sheet Summary: the counts by outcome with their chart, then what is
// to be known of the run.
func (b *resultBook) writeSummary(workbook *sheet.Workbook) error {
	table, err := workbook.AddSheet("Summary", []sheet.Column{{Width: 36}, {Width: 44}, {Width: 12}})
	if err != nil {
		return err
	}
	lines := [][]sheet.Out{{sheet.TextCell("Results of "+b.summary.File, sheet.Title)}, {}, {sheet.TextCell("Outcome", sheet.Strong), sheet.TextCell("Rows", sheet.OverNumbers)}}
	var parts []sheet.ChartPart
	for _, word := range run.Words() {
		if n := b.summary.Counts[word.Outcome]; n > 0 {
			parts = append(parts, sheet.ChartPart{Name: fmt.Sprintf("Summary!$A$%d", len(lines)+1), Value: fmt.Sprintf("Summary!$B$%d", len(lines)+1), Style: styleOf(word.Outcome)})
			lines = append(lines, []sheet.Out{sheet.TextCell(string(word.Outcome), styleOf(word.Outcome)), sheet.CountCell(n)})
		}
	}
	lines = append(lines, []sheet.Out{sheet.TextCell("all rows", sheet.Strong), sheet.CountCell(b.summary.Rows)}, nil)
	lines = append(lines, b.valueLines()...)
	lines = append(lines, b.runLines()...)
	if err := sheet.WriteLines(table, lines); err != nil {
		return err
	}
	if parts == nil {
		return nil
	}
	return workbook.AddChart("Summary", sheet.ChartSpec{Title: "Rows by outcome", Kind: sheet.ColumnChart, Cell: "D3", Parts: parts})
}

// valueLines are the deal values by currency, of the rows without errors.
func (b *resultBook) valueLines() [][]sheet.Out {
	if len(b.summary.Totals) == 0 {
		return nil
	}
	lines := [][]sheet.Out{{sheet.TextCell("Deal value by currency", sheet.Strong), sheet.TextCell("Sum of the rows without errors", sheet.OverNumbers), sheet.TextCell("Deals", sheet.OverNumbers)}}
	for _, total := range b.summary.Totals {
		lines = append(lines, []sheet.Out{sheet.TextCell(total.Currency, sheet.Plain), sheet.AmountCell(total.Value, sheet.Plain), sheet.CountCell(total.Deals)})
	}
	return append(lines, nil)
}

// runLines say what ran, where, when, and by whom.
func (b *resultBook) runLines() [][]sheet.Out {
	s := b.summary
	lines := [][]sheet.Out{{sheet.TextCell("Run", sheet.Strong)}}
	for _, line := range []struct{ name, value string }{
		{"run", s.Run}, {"target", s.Target}, {"signed-in account", s.Account}, {"run by", s.Who}, {"tool", s.Tool},
		{"started", sheet.Stamp(s.Started)}, {"time taken", s.Took().String()},
		{"file", s.File}, {"sheet", s.Sheet}, {"SHA-256 of the file", s.Hash},
		{"referrals on the service before", listedLine(s)}, {"list of the service", s.ListWords()},
		{"requests", fmt.Sprint(s.Requests)}, {"times the service asked to slow down", fmt.Sprint(s.Throttled)},
		{"left open by earlier runs", elsewhereLine(s)},
		{"errors in the file", fmt.Sprint(s.Problems.Errors)}, {"warnings in the file", fmt.Sprint(s.Problems.Warnings)},
	} {
		if line.value != "" {
			lines = append(lines, []sheet.Out{sheet.TextCell(line.name, sheet.Plain), sheet.TextCell(line.value, sheet.Plain)})
		}
	}
	return lines
}

// listedLine says how many referrals there were, where the service was asked.
func listedLine(s *Summary) string {
	if s.Requests == 0 {
		return ""
	}
	return fmt.Sprint(s.Listed)
}

// elsewhereLine is what the Summary sheet says of earlier runs' open rows, with the way to settle
// them.
func elsewhereLine(s *Summary) string {
	words := s.OpenElsewhere()
	if words == "" {
		return ""
	}
	for _, e := range s.Elsewhere {
		words += "; refload runs resume " + e.Run
	}
	return words
}
