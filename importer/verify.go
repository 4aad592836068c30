package importer

import (
	"context"

	"refload/importer/outcome"
	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

// Scope says what a verification holds against the sheet.
type Scope string

// The scopes.
const (
	ScopeFile   Scope = "file"   // the referrals of the sheet's rows
	ScopeTenant Scope = "tenant" // every referral of ours that the account sees
)

// Scopes returns the scopes as --scope takes them.
func Scopes() []string { return []string{string(ScopeFile), string(ScopeTenant)} }

// Verify reads a sheet and the service and says whether the service holds what the sheet says: row
// by row and field by field, by numbers, and by sums. It reads neither the ETag nor the Snapshot of a row: every cell counts.
// Journals tell it only what to ask for by id. Nothing is sent. The findings are given to sink as
// they are made, which may be nil, and stand in a workbook at Options.Results with the verdict.
//
// The Verdict is there whenever the file could be read; it is good only without an error.
func Verify(ctx context.Context, options Options, scope Scope, sink func(Finding) error) (*Verdict, error) {
	if err := options.acquaint(); err != nil {
		return nil, err
	}
	options.UpdatesOnly = true // what a new referral must have was the import's business
	in, header, err := open(options.Source)
	if err != nil {
		return nil, err
	}
	defer in.close()
	in.deals = mapping.Sent // what cannot be read cannot be compared
	verdict := newVerdict(in, options, scope)
	defer func() { verdict.Ended = options.Now() }()
	done, err := in.checkAll(ctx, options.Target, header, options.Observe)
	if err != nil {
		return verdict, err
	}
	verdict.Rows, verdict.Problems = len(done.states), &done.problems
	if err := refusedBy("verify", gate(in, done, options)); err != nil {
		return verdict, err
	}
	return verdict, outcome.Unverified(verifyChecked(ctx, in, done, options, verdict, sink))
}

// verifyChecked compares a checked file and writes the verdict.
func verifyChecked(ctx context.Context, in *input, done *checked, options Options, verdict *Verdict, sink func(Finding) error) error {
	place, err := placeVerdict(in, options)
	if err != nil {
		return err
	}
	defer place.release()
	folder, err := options.Home.NewFolder(options.Now())
	if err != nil {
		return err
	}
	defer folder.Remove()
	r, stop, err := newRunner(ctx, in, done, options, folder)
	defer stop()
	if err != nil {
		return err
	}
	found, err := newFindings(folder, sink)
	if err != nil {
		return err
	}
	defer found.close()
	v := &verifier{runner: r, verdict: verdict, found: found, sums: newLedgers(), rowOf: map[digest]int32{}, told: map[digest]bool{}}
	if err := v.verify(ctx); err != nil {
		return err
	}
	verdict.Output, verdict.Beside, verdict.Ended = place.path, place.beside, options.Now()
	if err := writeVerdict(place, verdict, found); err != nil {
		return &outcome.ResultsError{Path: place.path, Err: err}
	}
	return nil
}

// verifier compares one sheet with the service.
type verifier struct {
	*runner
	verdict *Verdict
	found   *findings
	sums    *ledgers
	rowOf   map[digest]int32 // the row of each referral that was matched, 0 where none has it
	told    map[digest]bool  // keys of referrals outside of the sheet that were told to be there twice
	reread  int
}

// verify lists the service, compares every row, and, where the whole tenant is wanted, looks what no
// row has.
func (v *verifier) verify(ctx context.Context) error {
	if err := v.list(ctx); err != nil {
		return err
	}
	defer v.index.Close()
	v.observe(run.Event{Kind: run.PhaseStarted, Phase: "comparing", Total: len(v.states)})
	if err := v.rows(ctx); err != nil {
		return err
	}
	if v.verdict.Scope == ScopeTenant {
		if err := v.extras(ctx); err != nil {
			return err
		}
	}
	v.verdict.Sums, v.verdict.Statuses = v.sums.values(), v.sums.statuses()
	v.verdict.Requests, v.verdict.Throttled = v.meter.counts()
	return nil
}

// list spools what the service lists, and holds it against what earlier runs made. Nobody waits for a list that lags.
func (v *verifier) list(ctx context.Context) error {
	var err error
	if v.past, err = readPast(v.options, nil); err != nil {
		v.observe(run.Event{Kind: run.Said, Text: "what earlier runs know is left out: " + err.Error()})
		v.past = newPast(v.ids)
	}
	if err := v.runner.list(ctx); err != nil {
		return err
	}
	if err := v.holdAgainstJournals(ctx); err != nil {
		return err
	}
	v.verdict.Listed, v.verdict.View, v.verdict.ListGap = v.index.Referrals, v.index.View.View(), v.runner.verdict.String()
	return nil
}

// progressRows is how many rows are compared between two words of progress.
const progressRows = 100

// rows compares every row of the file.
func (v *verifier) rows(ctx context.Context) error {
	n := 0
	for row, err := range v.in.rows() {
		if err != nil || n >= len(v.states) || v.in.columns.Hash(row) != v.states[n].hash {
			return &outcome.StopError{Reason: outcome.ReasonChanged}
		}
		if ctx.Err() != nil {
			return &outcome.StopError{Reason: outcome.ReasonInterrupted}
		}
		if outcome := v.states[n].word(); outcome != "" {
			v.verdict.leaveOut(outcome)
		} else if err := v.row(ctx, row); err != nil {
			return err
		}
		if n++; n%progressRows == 0 || n == len(v.states) {
			v.observe(run.Event{Kind: run.Progressed, Done: n})
		}
	}
	if n != len(v.states) {
		return &outcome.StopError{Reason: outcome.ReasonChanged}
	}
	return nil
}

// row compares one row with its referral.
func (v *verifier) row(ctx context.Context, row sheet.Row) error {
	record, _ := v.in.columns.Decode(row, v.in.source.Today())
	record.CountAll()
	m, err := v.match(ctx, record, row)
	if err != nil {
		return readError(ctx, err)
	}
	list, err := v.judgeMatch(ctx, m)
	if err != nil {
		return readError(ctx, err)
	}
	v.verdict.count(list)
	for _, f := range list {
		if err := v.found.add(f); err != nil {
			return err
		}
	}
	return nil
}
