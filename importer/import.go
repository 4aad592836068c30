package importer

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/files"
	"refload/internal/listing"
	"refload/internal/run"
	"refload/mapping"
)

// Import checks a file, sends what is to be sent, and writes the results. The Summary is
// there whenever the file could be read, also with an error; the error says why not every
// row is as the sheet wants it, where it is not in the outcomes alone.
//
// When ctx ends, no more rows are taken, requests in flight have Options.Drain to finish, and
// the results are written.
func Import(ctx context.Context, options Options) (*Summary, error) {
	if err := options.acquaint(); err != nil {
		return nil, err
	}
	in, problems, err := open(options.Source)
	if options.Source.isEmpty(err) {
		return emptySummary(options)
	}
	if err != nil {
		return nil, err
	}
	defer in.close()
	summary := newSummary(in, options)
	defer summary.end(options.Now)
	done, err := in.checkAll(ctx, options.Target, problems, options.Observe)
	if err != nil {
		return summary, readError(ctx, err)
	}
	summary.take(done)
	if err := gate(in, done, options); err != nil {
		return summary, finishRefused(in, done, options, summary, err)
	}
	err = importChecked(ctx, in, done, options, summary)
	if hasLearned(err) {
		in.close()
		return resumeLearned(ctx, options, summary, err)
	}
	return summary, err
}

// checkAll makes the two passes that judge a file.
func (in *input) checkAll(ctx context.Context, target run.Target, header []mapping.Problem, observe run.Observer) (*checked, error) {
	tell(observe, run.Event{Kind: run.PhaseStarted, Phase: "checking"})
	for _, note := range in.notes() {
		tell(observe, run.Event{Kind: run.Said, Text: in.source.Name + ": " + note})
	}
	if faults(header) {
		return in.list(header)
	}
	settled, err := in.survey(ctx)
	if err != nil {
		return nil, err
	}
	header = append(header, settled...)
	done, err := in.check(ctx, target, header)
	if err != nil {
		return nil, err
	}
	done.headerFault = faults(header)
	return done, nil
}

func tell(observe run.Observer, event run.Event) {
	if observe != nil {
		observe(event)
	}
}

// gate is the one door between checking and sending: any problem stops everything, unless
// bad rows are to be skipped.
func gate(in *input, done *checked, options Options) error {
	switch {
	case done.headerFault:
		return &RefusedError{Name: options.Name, Problems: &done.problems, Header: true}
	case len(done.states) == 0 && !options.AllowEmpty:
		return &outcome.EmptyError{Name: options.Name}
	case done.problems.Errors > 0 && !options.SkipInvalid && options.Confirm == nil:
		return &RefusedError{Name: options.Name, Problems: &done.problems}
	case options.HeldBack != nil:
		return &outcome.HeldBackError{Name: options.Name, Why: options.HeldBack}
	}
	return nil
}

// importChecked does what comes behind the gate's first look: lock, listing, question, sending.
func importChecked(ctx context.Context, in *input, done *checked, options Options, summary *Summary) error {
	lock, err := options.Home.Lock(run.ThisProcess("import", options.Now()))
	if err != nil {
		return err
	}
	defer lock.Release()
	options.retire()
	folder, err := options.Home.NewFolder(options.Now())
	if err != nil {
		return err
	}
	summary.Run = folder.Run
	tell(options.Observe, run.Event{Kind: run.Began, Run: folder.Run})
	results, err := placeResults(in, options, folder)
	if err != nil {
		folder.Remove()
		return err
	}
	defer results.release()
	if options.DryRun {
		results.release() // nothing is written
	}
	r, stop, err := newRunner(ctx, in, done, options, folder)
	defer stop()
	defer summary.askedBy(r.meter)
	if err == nil {
		err = TimeIsUp(ctx, r.ready(ctx, done, summary))
	}
	why, stopped := braked(err)
	if stopped && !options.DryRun {
		return r.runHeld(results, summary, why)
	}
	if err == nil && !options.DryRun {
		return r.run(results, summary)
	}
	r.index.Close()
	defer folder.Remove()
	summary.Run = "" // the run's folder goes
	switch {
	case err == nil, options.DryRun && stopped:
		r.foretell(summary, stopped)
		return err
	case declined(err) && done.problems.Errors == 0:
		return err
	}
	return r.nothingSent(results, summary, err)
}

// newRunner sets up what the run shares. The returned function frees it.
func newRunner(ctx context.Context, in *input, done *checked, options Options, folder *run.Folder) (*runner, func(), error) {
	r := &runner{options: options, in: in, states: done.states, problems: &done.problems, folder: folder, said: map[int]string{}, standing: map[int]standing{},
		ids: options.ids(), owners: done.owners, outer: ctx, began: time.Now(), taken: map[uint64]bool{}}
	r.meter = &meter{observe: r.observe}
	r.prior = newPriorStates(r)
	r.budget = api.NewBudget()
	var cancelWork func()
	r.intake, r.close = context.WithCancel(ctx)
	r.work, cancelWork = context.WithCancel(context.WithoutCancel(ctx))
	release := context.AfterFunc(ctx, func() {
		r.observe(run.Event{Kind: run.Said, Text: r.stopping(ctx)})
		time.AfterFunc(options.Drain, cancelWork)
	})
	free := func() { release(); r.close(); cancelWork(); r.known.Close() }

	config := options.API
	config.Budget = r.budget
	observed := config.OnAttempt
	config.OnAttempt = func(a api.Attempt) {
		r.meter.attempt(a)
		if observed != nil {
			observed(a)
		}
	}
	var err error
	r.client, err = api.NewClient(config)
	return r, free, err
}

// ready does what comes before the first row is sent: what the listing shows of the file goes through
// the same door as what the check has found.
func (r *runner) ready(ctx context.Context, done *checked, summary *Summary) error {
	if err := r.prepare(ctx, summary); err != nil {
		return err
	}
	if err := gate(r.in, done, r.options); err != nil {
		return err
	}
	return r.ask(r.preview(summary, r.index.View.View()))
}

// prepare looks at earlier runs and at the service, and foresees what will be done. It may find problems
// that the file alone does not show.
func (r *runner) prepare(ctx context.Context, summary *Summary) error {
	if err := r.options.Plan.check(r.in, r.options); err != nil {
		return err
	}
	r.waits = !r.options.DryRun
	if err := r.recall(!r.options.DryRun); err != nil {
		return err
	}
	if err := r.survey(ctx, summary); err != nil {
		return err
	}
	if err := r.waitForLate(ctx, summary); err != nil {
		return err
	}
	summary.Elsewhere = r.elsewhere()
	if err := r.foreseePlan(ctx); err != nil {
		return err
	}
	if err := r.sortedAlone(); err != nil {
		return err
	}
	return r.keepFacts(r.first())
}

// survey reads the journals of earlier runs and lists what the service has.
func (r *runner) survey(ctx context.Context, summary *Summary) error {
	var err error
	if r.past, err = readPast(r.options, r.upgraded()); err != nil {
		return err
	}
	if err := r.list(ctx); err != nil {
		return err
	}
	if err := r.holdAgainstJournals(ctx); err != nil {
		return err
	}
	summary.Listed, summary.Gone = r.index.Referrals, r.gone
	summary.ListGap, summary.ListAccepted = r.verdict.String(), r.options.AcceptListHides
	view := r.index.View.View()
	r.blind = view == listing.ViewPartial && !r.options.AcceptPartialView && r.options.Confirm == nil
	return nil
}

// list lists what the service has.
func (r *runner) list(ctx context.Context) error {
	r.observe(run.Event{Kind: run.PhaseStarted, Phase: "listing"})
	r.seen = time.Now()
	spool, err := r.folder.Spool("listing.jsonl")
	if err != nil {
		return err
	}
	r.index, err = listing.BuildIndex(ctx, r.client, spool, r.options.Account, r.ids, func(n int) {
		r.observe(run.Event{Kind: run.Progressed, Phase: "listing", Done: n})
	})
	if err != nil {
		return readError(ctx, err)
	}
	r.verdict = r.index.Verdict
	return nil
}

// ask lets the brakes speak, tells what is about to be done, and asks a person.
func (r *runner) ask(preview Preview) error {
	if why := r.brake(preview.Weight); why != "" {
		return &outcome.StopError{Reason: outcome.ReasonBrake, Detail: why}
	}
	if r.options.Confirm == nil || r.options.DryRun {
		tell(r.options.Observe, run.Event{Kind: run.Said, Text: preview.String()})
		r.warnOfView(preview)
		return nil
	}
	if !preview.Sends() {
		return r.nothingToAsk(preview)
	}
	return r.confirm(preview)
}

// declined reports whether a person said no. Results of that say nothing but where there are problems to fix.
func declined(err error) bool {
	var stopped *outcome.StopError
	return errors.As(err, &stopped) && stopped.Reason == outcome.ReasonDeclined
}

// nothingToAsk goes on where nothing is to be sent, so that there is no question. A file with problems is refused then,
// as it is where nobody can be asked.
func (r *runner) nothingToAsk(preview Preview) error {
	if preview.Problems.Errors > 0 && preview.Before == 0 && !r.options.SkipInvalid {
		return &RefusedError{Name: r.options.Name, Problems: preview.Problems}
	}
	tell(r.options.Observe, run.Event{Kind: run.Said, Text: preview.String()})
	return nil
}

// confirm asks a person. An end of the run meanwhile is no answer.
func (r *runner) confirm(preview Preview) error {
	answer, err := r.options.Confirm(preview)
	switch {
	case r.intake.Err() != nil:
		return &outcome.StopError{Reason: reasonOfEnd(r.intake)}
	case err == nil && answer == Stop:
		return &outcome.StopError{Reason: outcome.ReasonDeclined}
	}
	return err
}

// warnOfView says that nobody knows whether the account sees all deals.
func (r *runner) warnOfView(preview Preview) {
	if preview.View == listing.ViewUnknown && preview.Weight.Creates > 0 && !r.options.Target.Sandbox {
		tell(r.options.Observe, run.Event{Kind: run.Said, Text: "the account of the token is not known, so nobody can tell whether it sees all deals; one that is hidden from it would be made again"})
	}
}

// run sends, and writes what became of every row.
func (r *runner) run(results resultFile, summary *Summary) error {
	if err := r.begin(); err != nil {
		return err
	}
	defer r.journal.Close()
	return r.sendAll(results, summary)
}

// begin starts the journal of a new run.
func (r *runner) begin() error {
	file, err := r.options.Journals.Create(r.folder.Journal())
	if err != nil {
		return &journal.StorageError{Err: err}
	}
	if err := r.keep(); err != nil {
		return err
	}
	if r.journal, err = journal.New(file, r.header(), r.options.Now); err == nil {
		r.journal.Beside(r.meter.AtMost)
	}
	return err
}

// keep writes down how the run was started, for whoever resumes it.
func (r *runner) keep() error {
	data, err := json.MarshalIndent(r.options.Keep, "", "  ")
	if err != nil {
		return &outcome.InternalError{What: err.Error()}
	}
	if err = files.WriteFile(r.folder.Manifest(), data); err == nil && r.options.Stdin {
		err = keepCopy(r.options.Path, r.folder.Stdin())
	}
	if err != nil {
		return &journal.StorageError{Err: err}
	}
	return nil
}

// sendAll sends what has no outcome yet, finds out what became of the open rows, and writes
// the results.
func (r *runner) sendAll(results resultFile, summary *Summary) error {
	defer r.prior.close()
	r.settleChecked()
	r.observe(run.Event{Kind: run.PhaseStarted, Phase: "sending", Total: summary.Rows})
	err := r.sendRows(func(n int) bool { return r.states[n].outcome == 0 })
	if err == nil {
		err = r.reconcile()
	}
	if err == nil {
		err = r.lookForTwice()
	}
	return r.finish(results, summary, err)
}

// checkedBefore counts the rows whose outcome the check gave, so that no record follows for them.
func (r *runner) checkedBefore() map[string]int {
	counts := map[string]int{}
	for i := range r.states {
		if word := r.states[i].word(); word != "" {
			counts[string(word)]++
		}
	}
	return counts
}

func (r *runner) header() journal.Header {
	mappingHash := ""
	if r.options.Mapping != nil {
		mappingHash, _ = files.Hash(r.options.Mapping.Path)
	}
	return journal.Header{
		Run: r.folder.Run, Tool: r.options.Tool, Target: r.options.Target.ID, Tenant: r.options.Target.TenantHash(), SignedIn: run.HashTenant(r.options.SignedInTo),
		Input: r.options.Name, InputHash: r.in.hash, Sheet: r.in.sheet,
		MappingHash: mappingHash, Rows: len(r.states), Counted: journal.CountedRows, Braked: r.braked, Checked: r.checkedBefore(),
	}
}
