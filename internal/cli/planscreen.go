package cli

import (
	"fmt"
	"slices"
	"strings"

	"refload/importer"
	"refload/internal/console"
	"refload/internal/run"
	"refload/mapping"
)

// planScreen prints a plan: a line a row with its sign, a line a change.
type planScreen struct {
	*app
	color bool
}

// planSign is a row of the table of signs: every action has a sign, a word and a colour.
type planSign struct {
	sign, word string
	ink        console.Ink
	outcomes   []run.Outcome // what it stands for in the totals, and the actions of an undo
}

// planSigns is the table, in the order of the totals.
var planSigns = []planSign{
	{"+", "create", console.Green, []run.Outcome{run.Created}},
	{"~", "update", console.Yellow, []run.Outcome{run.Updated, "restore"}},
	{"=", "as it is", console.Faint, []run.Outcome{run.Unchanged, run.Waits, run.AlreadyExists, "as it was"}},
	{"!", "needs a person", console.Red, []run.Outcome{run.Conflict, run.Held, run.Unknown, run.Duplicate, "changed since"}},
	{"x", "cannot be done", console.Red, []run.Outcome{run.Blocked, run.Rejected, run.Invalid}},
}

// leftOut is the sign of rows that are left out as asked. The totals have it where there are some.
var leftOut = planSign{"-", "left out as asked", console.Faint, []run.Outcome{run.Skipped}}

// signOf returns the sign of a planned row.
func signOf(action string) planSign {
	for _, s := range append(slices.Clone(planSigns), leftOut) {
		if action == s.word {
			return s
		}
		for _, outcome := range s.outcomes {
			if action == string(outcome) {
				return s
			}
		}
	}
	return planSigns[len(planSigns)-1]
}

func (a *app) planScreen() *planScreen {
	return &planScreen{app: a, color: a.env.Getenv("NO_COLOR") == "" && isTerminal(a.env.Stdout)}
}

// row prints one planned row. Rows that stay as they are are counted only, unless --verbose.
func (p *planScreen) row(row importer.PlanRow) {
	if p.global.json {
		p.jsonLine(map[string]any{"event": "planned", "planned": row})
		return
	}
	sign := signOf(row.Action)
	if (sign.sign == "=" || sign.sign == "-") && !p.global.verbose || p.global.quiet {
		return
	}
	line := fmt.Sprintf("%s row %d  %s", sign.sign, row.Row, row.Action)
	if row.Deal != "" {
		line += "  " + console.Escape(row.Deal, 60)
	}
	if row.Customer != "" {
		line += " (" + console.Escape(row.Customer, 40) + ")"
	}
	if row.ReferralID != "" {
		line += "  " + row.ReferralID
	}
	if len(row.Forever) > 0 {
		line += "  [" + strings.Join(row.Forever, ", ") + "]"
	}
	console.Print(p.env.Stdout, "%s\n", console.Paint(p.color, sign.ink, line))
	p.changes(row)
	if row.Message != "" {
		console.Print(p.env.Stdout, "      %s\n", console.Escape(row.Message, longestShown))
	}
	if row.Hint != "" {
		console.Print(p.env.Stdout, "      hint: %s\n", console.Escape(row.Hint, longestShown))
	}
}

// changes prints the fields of a row, from which value to which. Of a row that is created they
// are printed with --verbose only: the sheet has them.
func (p *planScreen) changes(row importer.PlanRow) {
	if row.Action == importer.ActionCreate && !p.global.verbose {
		return
	}
	for _, c := range row.Changes {
		if c.Withheld {
			console.Print(p.env.Stdout, "      %s: (not printed)\n", c.Field)
			continue
		}
		old, new := mapping.ShowValue(c.Old), mapping.ShowValue(c.New)
		if row.Action == importer.ActionCreate {
			console.Print(p.env.Stdout, "      %s: %s\n", c.Field, new)
			continue
		}
		console.Print(p.env.Stdout, "      %s: %s → %s\n", c.Field, console.Paint(p.color, console.Red, old), console.Paint(p.color, console.Green, new))
	}
}

// unplanned says of what there is no plan. The error says why.
func (p *planScreen) unplanned(summary *importer.Summary) {
	p.jsonLine(map[string]any{"event": "summary", "file": summary.File, "target": summary.Target, "rows": summary.Rows,
		"errors": summary.Problems.Errors, "warnings": summary.Problems.Warnings})
}

// end prints the totals in one line, and what follows.
func (p *planScreen) end(summary *importer.Summary, preview importer.Preview, output string) {
	if p.global.json {
		weight := map[string]any{"created": preview.Weight.Creates, "closed": preview.Weight.Closes, "shared": preview.Weight.Shares, "invited": preview.Weight.Invites}
		p.jsonLine(map[string]any{"event": "summary", "file": summary.File, "target": summary.Target, "rows": summary.Rows, "planned": preview.Planned,
			"cannot_be_taken_back": weight, "brake": preview.Brake, "output": output, "ok": preview.Planned.Bad() == 0})
		return
	}
	var parts []console.Painted
	for _, s := range append(slices.Clone(planSigns), leftOut) {
		n := 0
		for _, outcome := range s.outcomes {
			n += preview.Planned[outcome]
		}
		if n == 0 && s.sign == leftOut.sign {
			continue
		}
		parts = append(parts, console.Paint(p.color, s.ink, fmt.Sprintf("%s %d %s", s.sign, n, s.word)))
	}
	console.Print(p.env.Stdout, "%s → %s: %s (%s)\n", summary.File, summary.Target, console.Join(parts), run.Counted(summary.Rows, "row"))
	if weight := preview.Weight.String(); weight != "" {
		console.Print(p.env.Stdout, "cannot be taken back: %s\n", weight)
	}
	p.tellList(summary)
	if preview.Brake != "" {
		console.Print(p.env.Stdout, "a brake would stop it: %s\n", preview.Brake)
	}
	if output != "" {
		console.Print(p.env.Stdout, "plan: %s; do exactly this with: %s\n", output, p.told(byARecord, "apply", output))
	}
}
