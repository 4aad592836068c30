package cli

import (
	"fmt"
	"strings"

	"refload/importer"
	"refload/internal/console"
	"refload/mapping"
)

// verifyScreen prints what a verification finds, then the verdict.
type verifyScreen struct {
	*app
	shown, more int
	withheld    bool // a value was not printed
}

// finding prints one finding in a line, without what may be personal; beyond mostShown they are counted, for
// the workbook has all.
func (s *verifyScreen) finding(f importer.Finding) {
	f = f.Discreet()
	s.withheld = s.withheld || f.Withheld
	switch {
	case s.global.json:
		s.jsonLine(map[string]any{"event": "finding", "finding": f})
	case s.global.quiet:
	case s.shown == mostShown:
		s.more++
	default:
		s.shown++
		console.Print(s.env.Stdout, "%s\n", findingLine(f))
	}
}

// findingLine says what was found, where.
func findingLine(f importer.Finding) string {
	line := string(f.Kind)
	if f.Row > 0 {
		line += fmt.Sprintf("  row %d", f.Row)
	}
	if f.Field != "" {
		line += "  " + console.Escape(f.Field, 40) + ": " + valuesOf(f)
	}
	for _, part := range []string{f.CRMID, f.ReferralID, strings.Join(f.Others, ", ")} {
		if part != "" {
			line += "  " + console.Escape(part, 200)
		}
	}
	if f.Remark != "" {
		line += "  (" + console.Escape(f.Remark, longestShown) + ")"
	}
	return line
}

// valuesOf are the two values that differ, as far as they may be printed.
func valuesOf(f importer.Finding) string {
	if f.Withheld {
		return "sheet and service differ"
	}
	return fmt.Sprintf("sheet %s, service %s", console.Escape(mapping.ShowValue(f.Sheet), 80), console.Escape(mapping.ShowValue(f.Service), 80))
}

// end prints the verdict: the sums, the words, and where all of it stands. A verification that did not
// get to its end has no verdict.
func (s *verifyScreen) end(v *importer.Verdict, err error) {
	if s.global.json {
		s.jsonVerdict(v, err)
		return
	}
	if err != nil {
		return
	}
	if s.more > 0 {
		console.Print(s.env.Stdout, "… and %d more findings, all of them in %s\n", s.more, v.Output)
	}
	if s.withheld && !s.global.quiet {
		console.Print(s.env.Stdout, "names and other values that may be personal are not printed: they stand in %s\n", v.Output)
	}
	if !s.global.quiet {
		for _, sum := range v.Sums {
			console.Print(s.env.Stdout, "%s: sheet %s, service %s, difference %s\n", console.Escape(sum.Currency, 10), sum.Sheet, sum.Service, sum.Difference)
		}
		for _, note := range v.Notes() {
			console.Print(s.env.Stderr, "%s\n", note)
		}
	}
	if text := v.Beside.String(); text != "" {
		console.Print(s.env.Stderr, "%s\n", text)
	}
	console.Print(s.env.Stdout, "%s ↔ %s: %s (%s)\nverdict: %s\n", v.File, v.Target, v.Words(), v.Took(), v.Output)
}

// jsonVerdict writes the one summary object that ends the JSON lines.
func (s *verifyScreen) jsonVerdict(v *importer.Verdict, err error) {
	object := map[string]any{
		"event": "summary", "file": v.File, "hash": v.Hash, "target": v.Target, "account": v.Account, "scope": v.Scope, "rows": v.Rows,
		"as_the_sheet_says": v.AsItSays, "skipped": v.Skipped, "not_judged": v.Unjudged, "fields": v.Fields, "sums": listed(v.Sums), "statuses": listed(v.Statuses),
		"listed": v.Listed, "requests": v.Requests, "throttled": v.Throttled, "notes": listed(v.Notes()), "output": v.Output, "seconds": v.Took().Seconds(),
		"errors": v.Problems.Errors, "warnings": v.Problems.Warnings, "complete": err == nil && v.Complete(),
	}
	for _, kind := range importer.FindingKinds() {
		object[string(kind)] = v.Counts[kind]
	}
	s.jsonLine(object)
}
