package importer

import (
	"context"
	"fmt"
	"strings"

	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

// PlanGuard holds an import to a plan: what is not exactly as planned is not sent.
type PlanGuard struct {
	Header       PlanHeader
	Row          func(number int) (PlanRow, error) // the planned row; an error for one that the plan does not have
	AllOrNothing bool
}

// StaleError says that a plan is not what it was made for any more. Nothing was sent.
type StaleError struct {
	What string
	Rows []string // the rows that are not as planned, with their fields
	More int      // how many of them are not named
}

// Error says what has changed.
func (e *StaleError) Error() string {
	text := "the plan is stale: " + e.What
	if len(e.Rows) > 0 {
		text += ": " + strings.Join(e.Rows, "; ") // in one line, as every error
	}
	if e.More > 0 {
		text += fmt.Sprintf("; and %d more", e.More)
	}
	return text
}

// Hint says what to do next.
func (e *StaleError) Hint() string {
	return "make the plan again; nothing was sent"
}

// mostStale is how many rows a StaleError names.
const mostStale = 20

// checkPlan refuses a plan that was made of another input or for another target.
func (g *PlanGuard) check(in *input, options Options) error {
	switch {
	case g == nil:
		return nil
	case g.Header.Hash != in.hash:
		return &StaleError{What: fmt.Sprintf("%s is not the file that it was made of: its content has changed", options.Name)}
	case g.Header.Target != options.Target.ID:
		return &StaleError{What: fmt.Sprintf("it was made for %s, not for %s", g.Header.Target, options.Target.ID)}
	case !g.Header.sameTenant(options):
		return &StaleError{What: otherTenant(g.Header, options)}
	}
	if was := g.Header.Account; was != "" && options.Account != "" && was != options.Account {
		tell(options.Observe, run.Event{Kind: run.Said, Text: fmt.Sprintf("the plan was made by %s and is applied by %s", was, options.Account)})
	}
	return nil
}

// otherTenant says that a plan is another tenant's. Two tenants without profiles have one name, their address, and are
// told apart by the accounts.
func otherTenant(header PlanHeader, options Options) string {
	was, now := header.Where, options.Target.Name
	if was == now {
		was, now = signedInAs(was, header.Account), signedInAs(now, options.Account)
	}
	return fmt.Sprintf("it was made for another tenant: for %s, not for %s", was, now)
}

func signedInAs(where, account string) string {
	if account == "" {
		return where
	}
	return where + " as " + account
}

// sameTenant reports whether a plan was made for the tenant that is written to now. One address serves all
// tenants. What the tokens say counts first, since a profile may call its tenant by any of its domains. Where
// only one of the two is known, nobody can tell, and a plan is made anew easily.
func (h PlanHeader) sameTenant(options Options) bool {
	if now := run.HashTenant(options.SignedInTo); h.SignedIn != "" && now != "" {
		return h.SignedIn == now
	}
	return h.Tenant == options.Target.TenantHash()
}

// decide says what is to become of a row, as the plan allows it where there is one.
func (r *runner) decide(ctx context.Context, n int, record *mapping.Record, row sheet.Row) (decision, error) {
	d, err := r.decideFreely(ctx, n, record, row)
	if _, again := r.again[n]; err != nil || again || r.options.Plan == nil {
		return d, err // what is gone on with in this run was as planned when it began
	}
	planned, err := r.options.Plan.Row(row.Number)
	if err != nil {
		return d, err
	}
	return r.obey(d, planned, r.planRow(row, d, record)), nil
}

// obey holds a decision against what was planned.
func (r *runner) obey(d decision, planned, now PlanRow) decision {
	switch word := strings.ToLower(strings.TrimSpace(planned.Approve)); {
	case word == "no" && (planned.Writes() || planned.waits() && d.open == nil): // an open send is no matter of approval
		return settledAs(journal.Record{Outcome: string(run.Skipped), Reason: outcome.ReasonNotApproved})
	case planned.Writes() && word != "yes":
		return settledAs(journal.Record{Outcome: string(run.Held), Reason: outcome.ReasonUndecided})
	case !now.Writes() && d.open == nil:
		return d // nothing is sent for the row, whatever was planned
	case planned.Writes() && planned.Digest == now.Digest && (d.op == nil || d.op.live == nil || planned.ETag == now.ETag || r.mayStill(planned, d)):
		return d
	case d.open != nil && (planned.Action == string(run.Unknown) || planned.Action == ActionCreate):
		return d // it is looked for; sent again it is what was planned
	case planned.Action == ActionCreate && d.op != nil && d.op.made && len(d.op.merged.Changes) == 0:
		return d // the rest of what was planned
	}
	return r.deviates(d, planned, now)
}

// mayStill reports whether a row may be sent although its referral has another version than when
// it was planned: nothing of it has changed, or only what the row does not touch and merging is
// allowed.
func (r *runner) mayStill(planned PlanRow, d decision) bool {
	return r.options.MergeDisjoint || len(changedSince(planned.Print, d.op.live)) == 0
}

// deviates is the outcome of a row that is not as it was planned.
func (r *runner) deviates(d decision, planned, now PlanRow) decision {
	record := journal.Record{Outcome: string(run.Conflict), Reason: outcome.ReasonPlanChanged, ReferralID: now.ReferralID}
	if d.op != nil && d.op.live != nil {
		record = found(run.Conflict, outcome.ReasonPlanChanged, d.op.live, 0)
		if planned.Print != "" { // a row that was to be created was compared with nothing
			record.Fields = changedSince(planned.Print, d.op.live)
		}
	}
	words := fmt.Sprintf("%s was planned, %s would be done now", planned.Action, now.Action)
	if len(record.Fields) > 0 {
		words = fieldNames(record.Fields)
	}
	return decision{settled: record, words: words, live: d.live}
}

// foreseePlan foresees what will be done, and refuses a plan as a whole when one of its rows is
// not as planned any more and that was asked for.
func (r *runner) foreseePlan(ctx context.Context) error {
	if r.options.Plan == nil || !r.options.Plan.AllOrNothing {
		return r.foresee(ctx, nil)
	}
	if err := r.foresee(ctx, nil); err != nil {
		return err
	}
	stale := &StaleError{What: "rows are not as they were planned"}
	err := r.foresee(ctx, func(_ int, row sheet.Row, d decision, _ *mapping.Record) error {
		words, err := r.deviation(row.Number, d)
		if err != nil || words == "" {
			return err
		}
		if len(stale.Rows) == mostStale {
			stale.More++
			return nil
		}
		stale.Rows = append(stale.Rows, fmt.Sprintf("row %d (%s)", row.Number, words))
		return nil
	})
	if err == nil && len(stale.Rows) > 0 {
		err = stale
	}
	return err
}

// deviation says in what a decision is not what was planned for its row, "" where it is: the
// referral has changed, or nothing can be sent any more that should have been. It names fields and
// never values, because it is printed.
func (r *runner) deviation(number int, d decision) (string, error) {
	planned, err := r.options.Plan.Row(number)
	switch {
	case err != nil:
		return "", err
	case d.settled.Reason == outcome.ReasonPlanChanged:
		return d.words, nil
	case !planned.Writes() || d.op != nil || d.open != nil || d.settled.Reason == outcome.ReasonUndecided || run.Outcome(d.settled.Outcome).Word().Good:
		return "", nil
	}
	return fmt.Sprintf("%s was planned, %s now: %s", planned.Action, d.settled.Outcome, resultOfRecord(d.settled, "", r.in.headerOf).Message), nil
}
