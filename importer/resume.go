package importer

import (
	"context"
	"fmt"

	"refload/importer/journal"
	"refload/internal/run"
)

// ChangedError says that a file is no longer the one that a run read, or is read in another way: an
// older version gave the rows of a CSV the numbers of their lines.
type ChangedError struct {
	Name, Run string
	Lines     bool // the run counted lines
}

// Error names file and run.
func (e *ChangedError) Error() string {
	if e.Lines {
		return fmt.Sprintf("run %s was begun by an older version, which counted the lines of %s and not its rows", e.Run, e.Name)
	}
	return fmt.Sprintf("%s is not the file that run %s read: its content has changed", e.Name, e.Run)
}

// Hint says what to do next.
func (e *ChangedError) Hint() string {
	if e.Lines {
		return "import the file again: rows that reached the service are found there and not created again"
	}
	return "import the changed file: rows that reached the service are found there and not created again; or restore the file to resume"
}

// Resume goes on with a run where it stopped: rows with a final outcome keep it, rows that
// were sent without an answer are looked for first, and the others are sent. The file must
// be the one that the run read. A run with nothing left sends nothing; its results are
// written again.
func Resume(ctx context.Context, options Options, folder *run.Folder) (*Summary, error) {
	in, done, summary, err := reread(ctx, &options, folder)
	if err != nil {
		return summary, err
	}
	defer in.close()
	defer summary.end(options.Now)
	lock, err := options.Home.Lock(run.ThisProcess("runs resume", options.Now()))
	if err != nil {
		return summary, err
	}
	defer lock.Release()
	history, err := ReadHistory(options.Journals, folder)
	if err != nil {
		return summary, err
	}
	results, err := placeResults(in, options, folder)
	if err != nil {
		return summary, err
	}
	defer results.release()
	weight := history.restore(done.states)
	r, stop, err := newRunner(ctx, in, done, options, folder)
	defer stop()
	defer summary.askedBy(r.meter)
	if err != nil {
		return summary, err
	}
	r.weight, r.began, r.resumed = weight, history.First, true
	if history.Ended && (history.Finished() || allSettled(done.states)) {
		return summary, r.rewrite(results, summary)
	}
	err = r.prepare(ctx, summary)
	if err == nil {
		err = r.ask(r.preview(summary, r.index.View.View()))
	}
	if err != nil {
		r.index.Close()
		return summary, err
	}
	return summary, r.goOn(results, summary)
}

func allSettled(states []rowState) bool {
	for i := range states {
		if states[i].outcome == 0 {
			return false
		}
	}
	return true
}

// reread opens and checks the file of a run again.
func reread(ctx context.Context, options *Options, folder *run.Folder) (*input, *checked, *Summary, error) {
	if err := options.acquaint(); err != nil {
		return nil, nil, nil, err
	}
	history, err := ReadHistory(options.Journals, folder)
	if err != nil {
		return nil, nil, nil, err
	}
	in, problems, err := open(options.Source)
	if err != nil {
		return nil, nil, nil, err
	}
	summary := newSummary(in, *options)
	summary.Run = folder.Run
	tell(options.Observe, run.Event{Kind: run.Began, Run: folder.Run})
	done, err := in.checkAll(ctx, options.Target, problems, options.Observe)
	switch {
	case err != nil:
		err = readError(ctx, err)
	case in.hash != history.Header.InputHash:
		err = &ChangedError{Name: options.Name, Run: folder.Run}
	case in.lined && history.Header.Counted == "":
		err = &ChangedError{Name: options.Name, Run: folder.Run, Lines: true}
	default:
		err = foreign(folder, history.Header, *options)
	}
	if err != nil {
		in.close()
		return nil, nil, nil, err
	}
	summary.take(done)
	return in, done, summary, nil
}

// goOn opens the journal again and sends what is left.
func (r *runner) goOn(results resultFile, summary *Summary) error {
	if err := r.reopen(); err != nil {
		return err
	}
	defer r.journal.Close()
	return r.sendAll(results, summary)
}

// reopen opens the journal of the run for more records.
func (r *runner) reopen() error {
	file, err := r.options.Journals.Open(r.folder.Journal())
	if err != nil {
		return err
	}
	reopened, found, err := journal.Open(file, r.options.Now, func(journal.Record, int64) error { return nil })
	if err != nil {
		file.Close()
		return err
	}
	if found.Torn > 0 {
		r.observe(run.Event{Kind: run.Said, Text: fmt.Sprintf("the last %d bytes of the journal were torn by the crash and were cut", found.Torn)})
	}
	r.journal = reopened
	if r.meter != nil { // to write results again no service is asked
		r.journal.Beside(r.meter.AtMost)
	}
	return nil
}

// rewrite writes the results of a run with nothing left to do.
func (r *runner) rewrite(results resultFile, summary *Summary) error {
	if err := r.reopen(); err != nil {
		return err
	}
	defer r.journal.Close()
	r.count(summary)
	summary.Weight = r.weight
	return r.writeResults(results, summary)
}
