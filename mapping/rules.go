package mapping

import (
	"slices"
	"time"
)

// Rule is one row of the rule table: what it holds a row to, and what to do when the row
// does not keep it.
type Rule struct {
	Code     string   // stable, such as "VAL-ENUM"; printed, documented and used in filters
	Purpose  string   // what must hold, in one sentence
	Hint     string   // what to do next when it does not
	Severity Severity // how heavy the problem is at its heaviest
	// Check looks for the problem in a decoded record. What it leaves open in a problem, row,
	// rule, severity and hint, is filled from the record and the table. It is nil for a rule
	// that a parser or header matching raises and that stands here for help and documentation.
	Check func(*Record, RuleContext) []Problem
}

// RuleContext is what the rules know besides the row.
type RuleContext struct {
	Today            time.Time // the day on which the file is checked
	AllowErrorStatus bool      // a row may close a deal as Error
	WouldShare       bool      // the row would open a deal that exists to Microsoft; only a listing tells
}

// Rules returns the rule table: every code that this package raises, in the order in which
// documentation shows them.
func Rules() []Rule {
	return slices.Concat(headerRules, cellRules, fileRules, recordRules)
}

// Check holds a decoded record to every rule that looks at the record as a whole and returns
// all of the problems. A row that is to be skipped has none.
func Check(rec *Record, ctx RuleContext) []Problem {
	if rec.Action == "skip" {
		return nil
	}
	var all []Problem
	for _, rule := range recordRules {
		for _, p := range rule.Check(rec, ctx) {
			if !rec.kept(p) {
				all = append(all, rule.complete(p, rec))
			}
		}
	}
	return all
}

// kept reports whether a problem is one of a cell that is as it was exported, or of an exported
// row that asks for nothing.
func (r *Record) kept(p Problem) bool {
	if !r.Exported {
		return false
	}
	asks := false
	for path, ref := range r.Cells {
		if ref.Kept && ref.Cell == p.Cell {
			return true
		}
		asks = asks || ref.Cell != "" && !ref.Kept && path != "eTag" // which no export keeps twice
	}
	return !asks
}

func (r Rule) complete(p Problem, rec *Record) Problem {
	p.Rule, p.Row = r.Code, rec.Row
	if p.Severity == "" {
		p.Severity = r.Severity
	}
	if p.Hint == "" {
		p.Hint = r.Hint
	}
	return p
}
