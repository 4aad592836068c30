package importer

import (
	"refload/api"
	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

// dealKnown says what a decision tells of the deal of a row with errors that count unless the deal exists. A row whose
// create was sent may be sent again.
func (r *runner) dealKnown(n int, row sheet.Row, record *mapping.Record, d decision) mapping.Known {
	live := d.live
	if d.op != nil && d.op.live != nil {
		live = d.op.live
	}
	switch {
	case d.open != nil, d.op != nil && live == nil:
		return mapping.Sent
	case live != nil && !r.staysAsItIs(n, row, record, live, d.opens()):
		return mapping.Sent
	}
	return mapping.Unsent
}

// opens reports whether a decision opens a deal to Microsoft that was not open before.
func (d decision) opens() bool {
	if d.op == nil {
		return false
	}
	weight := d.op.weigh()
	return weight.Shares+weight.Invites > 0
}

// staysAsItIs reports whether nothing that is pending in a row matters to its deal.
func (r *runner) staysAsItIs(n int, row sheet.Row, record *mapping.Record, live *api.Referral, opens bool) bool {
	_, problems, _ := r.in.judge(row, n, learned{})
	for _, problem := range problems {
		if problem.Severity == mapping.Pending && record.Matters(problem, live, opens) {
			return false
		}
	}
	return true
}

// grade takes down what is known of the deal of a row with pending errors: from then on they are errors or warnings.
func (r *runner) grade(n int, row sheet.Row, known mapping.Known) {
	_, before, _ := r.in.judge(row, n, learned{})
	state := &r.states[n]
	state.deal = known
	if known == mapping.Sent {
		state.planned = plannedRow{outcome: numberOf(run.Invalid)}
	}
	_, after, _ := r.in.judge(row, n, state.learned())
	for i, problem := range before {
		if problem.Severity == mapping.Pending {
			r.problems.Replace(problem, after[i])
		}
	}
}

// dealOf says what the outcome of an earlier session tells of the deal of a row.
func dealOf(outcome run.Outcome) mapping.Known {
	if outcome == run.Invalid {
		return mapping.Sent
	}
	return mapping.Unsent
}
