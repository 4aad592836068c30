package importer

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"strings"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/run"
	"refload/mapping"
)

// Undo works out what of a run can be taken back, shows it row by row, asks Options.Confirm, and
// restores exactly that: under the version that was shown, so that nothing that somebody else has
// changed since is overwritten. It is a run of its own, with a journal and results.
func Undo(ctx context.Context, options Options, undone *run.Folder, show func(PlanRow)) (*Summary, error) {
	summary, err := takeBack(ctx, options, undone, show)
	return summary, outcome.UndoStopped(err)
}

// takeBack is Undo, whose errors do not know yet that it was one.
func takeBack(ctx context.Context, options Options, undone *run.Folder, show func(PlanRow)) (*Summary, error) {
	rows, err := readUndo(options, undone)
	if err != nil {
		return nil, err
	}
	lock, err := options.Home.Lock(run.ThisProcess("runs undo", options.Now()))
	if err != nil {
		return nil, err
	}
	defer lock.Release()
	folder, err := options.Home.NewFolder(options.Now())
	if err != nil {
		return nil, err
	}
	summary := &Summary{Run: folder.Run, File: "undo of " + undone.Run, Target: options.Target.Name, Account: options.Account, Who: options.Who,
		Tool: options.Tool, Started: options.Now(), Rows: len(rows), Counts: run.Counts{}, Problems: &Problems{}, Place: placeless}
	defer summary.end(options.Now)
	tell(options.Observe, run.Event{Kind: run.Began, Run: folder.Run})
	r, stop, err := newRunner(ctx, nil, &checked{states: make([]rowState, len(rows))}, options, folder)
	defer stop()
	defer summary.askedBy(r.meter)
	if err != nil {
		return summary, err
	}
	planned, err := r.planUndo(ctx, rows, summary, show)
	if err == nil && !options.DryRun {
		err = r.askUndo(planned)
	}
	if err != nil || options.DryRun {
		r.index.Close()
		summary.Run = ""
		return summary, firstError(folder.Remove(), err)
	}
	return summary, r.undo(rows, planned, summary, undone)
}

// planUndo lists the service and judges every row.
func (r *runner) planUndo(ctx context.Context, rows []*undoRow, summary *Summary, show func(PlanRow)) ([]PlanRow, error) {
	if err := r.survey(ctx, summary); err != nil {
		return nil, err
	}
	planned := make([]PlanRow, len(rows))
	for n, u := range rows {
		r.states[n].number = int32(u.row)
		live, why, err := r.liveToUndo(ctx, u)
		if err != nil {
			return nil, readError(ctx, err)
		}
		planned[n] = u.judge(live)
		planned[n].Message = cmp.Or(why, planned[n].Message)
		show(planned[n])
	}
	return planned, nil
}

// liveToUndo returns the referral of a row as it is now. What the service says of this one alone keeps no other row from being
// restored: the referral is nil then, and why says for which reason.
func (r *runner) liveToUndo(ctx context.Context, u *undoRow) (live *api.Referral, why string, err error) {
	live, err = r.liveOf(ctx, u.id)
	var stopped *outcome.StopError
	switch failed := refusedRead(err); {
	case failed != nil:
		return nil, keptBack(failed), nil
	case errors.As(err, &stopped) && stopped.Reason == outcome.ReasonOldVersion:
		return nil, outcome.ReasonText(outcome.ReasonOldVersion, "") + "; take the run back again later", nil
	}
	return live, "", err
}

// askUndo asks before anything is restored.
func (r *runner) askUndo(planned []PlanRow) error {
	counts := run.Counts{}
	for _, p := range planned {
		counts[undoOutcome(p.Action)]++
	}
	preview := Preview{File: "undo", Target: r.options.Target.Name, Rows: len(planned), Planned: counts, Problems: &Problems{}}
	if r.options.Shown != nil {
		if err := r.options.Shown(); err != nil {
			return err
		}
	}
	if r.options.Confirm == nil || !preview.Sends() {
		return nil
	}
	return r.confirm(preview)
}

// undoOutcome is the outcome of a row that is not restored, and the one that is hoped for.
func undoOutcome(action string) run.Outcome {
	return map[string]run.Outcome{undoRestore: run.Updated, undoNothing: run.Unchanged, undoChanged: run.Conflict, undoNever: run.Blocked}[action]
}

// undo restores, and writes what became of every row.
func (r *runner) undo(rows []*undoRow, planned []PlanRow, summary *Summary, undone *run.Folder) error {
	if err := r.takeKey(); err != nil {
		return err
	}
	file, err := r.options.Journals.Create(r.folder.Journal())
	if err != nil {
		return &journal.StorageError{Err: err}
	}
	if err := r.keep(); err != nil {
		return err
	}
	header := journal.Header{Run: r.folder.Run, Tool: r.options.Tool, Target: r.options.Target.ID, Tenant: r.options.Target.TenantHash(), SignedIn: run.HashTenant(r.options.SignedInTo),
		Input: "undo of " + undone.Run, Rows: len(rows)}
	if r.journal, err = journal.New(file, header, r.options.Now); err != nil {
		return err
	}
	defer r.journal.Close()
	defer r.prior.close()
	r.observe(run.Event{Kind: run.PhaseStarted, Phase: "restoring", Total: len(rows)})
	err = r.restoreRows(rows, planned)
	return r.finishUndo(summary, err)
}

// restoreRows works on as many rows at a time as --concurrency says.
func (r *runner) restoreRows(rows []*undoRow, planned []PlanRow) error {
	group := r.crew()
	for n, u := range rows {
		if r.intake.Err() != nil {
			break
		}
		o, err := r.restoring(n, u, &planned[n])
		r.rememberWords(u.row, planned[n].Message)
		switch {
		case err != nil:
		case o == nil:
			err = r.settle(n, journal.Record{Outcome: string(undoOutcome(planned[n].Action)), Reason: outcome.ReasonUndo, ReferralID: u.id})
		default:
			group.Go(func() error { return r.performOrStop(o) })
		}
		if err != nil {
			return firstError(err, group.Wait())
		}
	}
	return group.Wait()
}

// restoring is the op that restores one row, nil where there is nothing to restore, or nothing more.
func (r *runner) restoring(n int, u *undoRow, planned *PlanRow) (*op, error) {
	if planned.Action != undoRestore {
		return nil, nil
	}
	live, why, err := r.liveToUndo(r.work, u)
	if err != nil {
		return nil, readError(r.work, err)
	}
	if live == nil {
		*planned = u.judge(nil)
		planned.Message = cmp.Or(why, planned.Message)
		return nil, nil
	}
	restore := func(now *api.Referral) *api.Referral {
		document, _, _ := u.restored(now)
		return document
	}
	kind := journal.StepPatch
	if r.options.UpdateMethod == UpdatePut {
		kind = journal.StepPut
	}
	return &op{
		n: n, record: &mapping.Record{Row: u.row, Doc: api.NewReferral()}, marker: live.ExternalReferenceID(), live: live, restore: restore,
		merged: &mapping.Merged{Doc: restore(live), Changes: mapping.Changes(live, restore(live))}, steps: []step{{kind: kind, row: true}},
	}, nil
}

// finishUndo gives the rest of the rows their outcome and writes the results.
func (r *runner) finishUndo(summary *Summary, err error) error {
	err = firstError(err, r.settleRest(), r.journal.Sync())
	r.index.Close()
	r.folder.ClearSpool()
	r.count(summary)
	summary.askedBy(r.meter)
	if err == nil {
		_, err = r.journal.Commit(journal.Record{Kind: journal.RunEnd})
	}
	if writeErr := r.writeUndo(summary); err == nil {
		err = writeErr
	}
	return firstError(err, r.stopError())
}

// writeUndo writes the results of an undo: the rows of the run, and what became of each.
func (r *runner) writeUndo(summary *Summary) error {
	path := r.options.Results
	if path == "" {
		path = strings.TrimSuffix(r.options.Path, filepath.Ext(r.options.Path)) + "-undone.xlsx"
	}
	place, err := freePlace(path, run.Written{What: run.WroteResults, Input: absolute(r.options.Path)}, r.options)
	if err != nil {
		return err
	}
	defer place.release()
	numbers := make([]int, len(r.states))
	for n := range r.states {
		numbers[n] = int(r.states[n].number)
	}
	return place.write(r.options, summary, func(place resultFile) error {
		return writeBare(place.path, numbers, place.announce(), r.undoneOf)
	})
}

// undoneOf is what became of a row of an undo, as its journal says it; where that took nothing more, as it is known.
func (r *runner) undoneOf(n int) (run.Result, error) {
	state := &r.states[n]
	if state.offset == 0 {
		return resultOfRecord(journal.Record{Row: int(state.number), Outcome: string(state.word()), Reason: r.reasonOfStop()}, "", noColumn), nil
	}
	record, err := r.journal.At(state.offset)
	return resultOfRecord(record, r.said[record.Row], noColumn), err
}
