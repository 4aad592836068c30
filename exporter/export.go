package exporter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"refload/internal/files"
	"refload/internal/run"
	"refload/mapping"
)

// overlap is how much of the time before the last complete export an incremental one has
// again: lists of the service may lag behind its changes.
const overlap = 5 * time.Minute

// Export lists the referrals that the filter asks for and writes them to the file, which stands
// at its place only when every one of them is in it. The Summary is there also with an error.
// The error is a *StoppedError where the list could not be read to its end, a *WriteError where
// the file could not be written, a *NoLastError, a *run.BusyError or a *run.StateError.
func Export(ctx context.Context, o Options) (*Summary, error) {
	s := &Summary{Target: o.Target.Name, File: o.Path, Format: o.Format, Started: o.Now(), Account: o.Account, Who: o.Who, Tool: o.Tool}
	if err := o.prepare(s); err != nil {
		return s, err
	}
	o.Home.SweepExports(o.Now().Add(-freshFor))
	folder, err := o.Home.OpenExport(o.Filter.Key(fmt.Sprint(o.wantsBothSides()), o.Target.ID))
	if err != nil {
		return s, err
	}
	defer folder.Close()
	plan := o.Filter.plan(o.wantsBothSides(), "so that Microsoft's side of the deals is seen too")
	s.Plan = plan
	if o.OnPlan != nil {
		o.OnPlan(plan)
	}
	o.tell(run.Event{Kind: run.PhaseStarted, Phase: "listing"})
	l, err := o.list(ctx, folder, &plan)
	if l.spool == nil {
		return s, stopped(ctx, 0, err)
	}
	defer l.spool.close()
	s.Listed, s.Repeats, s.Resumed = len(l.spool.entries), l.spool.list.Repeats(), l.resumed
	if err != nil {
		return s, l.given(ctx, folder, err)
	}
	if err := o.write(ctx, folder, l, s); err != nil {
		return s, err
	}
	l.spool.close() // Windows removes no open file
	return s, errors.Join(o.remember(l, s), folder.Clear())
}

// stopped says why the list ended early: the interruption rather than what it did to a request.
func stopped(ctx context.Context, listed int, err error) error {
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return &StoppedError{listed, err}
}

// given ends an export that cannot be completed. A list that is not complete is read anew the next time: what was kept
// of it proves nothing.
func (l *lister) given(ctx context.Context, folder *run.ExportFolder, err error) error {
	if errors.As(err, new(*IncompleteError)) {
		l.spool.close()
		err = errors.Join(err, folder.Clear())
	}
	return stopped(ctx, len(l.spool.entries), err)
}

// wantsBothSides reports whether the referrals of Microsoft's side are needed whatever the
// filter says of them: as rows, or for the columns of the portal's file.
func (o *Options) wantsBothSides() bool { return o.BothSides || o.Format == Portal }

// prepare finds where an incremental export begins, and tries whether the file can be written
// before anything is listed.
func (o *Options) prepare(s *Summary) error {
	if o.Changed {
		last, known, err := o.Home.LastExport(o.lastKey())
		if err != nil {
			return err
		}
		if !known {
			return &NoLastError{o.Target.Name}
		}
		if !last.Mark.IsZero() {
			o.Filter.UpdatedSince = last.Mark.Add(-overlap)
		}
	}
	s.Since = o.Filter.UpdatedSince
	for _, name := range o.Columns {
		if err := mapping.CheckColumn(name); err != nil {
			return &WriteError{Path: o.name(), Err: err}
		}
	}
	if o.Path == "" {
		return nil
	}
	files.Sweep(o.Path, o.Now().Add(-freshFor)) // what a killed process left; no harm if it stays
	probe, err := files.Create(o.Path)
	if err != nil {
		return &WriteError{Path: o.Path, Err: err}
	}
	probe.Abort()
	return nil
}

// lastKey names the exports of the same filter, whenever they were made.
func (o *Options) lastKey() string {
	f := o.Filter
	f.UpdatedSince = time.Time{}
	return f.Key(o.Target.ID)
}

// remember records where the next incremental export begins. One that was asked to begin later
// than the last one ended would leave a gap, so it does not count.
func (o *Options) remember(l *lister, s *Summary) error {
	if since := o.Filter.UpdatedSince; !since.IsZero() {
		last, known, err := o.Home.LastExport(o.lastKey())
		if err != nil || !known || since.After(last.Mark) {
			return err
		}
	}
	return o.Home.RememberExport(o.lastKey(), run.LastExport{Mark: l.spool.head.Mark, Finished: o.Now(), File: o.Path, Referrals: s.Referrals})
}

// name is how messages call the file.
func (o *Options) name() string {
	if o.Path == "" {
		return "standard output"
	}
	return o.Path
}

// write writes the file, in two passes over what was listed: the first finds out which columns
// there are and what they sum up to.
func (o *Options) write(ctx context.Context, folder *run.ExportFolder, l *lister, s *Summary) error {
	d := newDeals(l.spool, o.BothSides)
	s.Referrals, s.LeftOut = len(d.rows), d.leftOut
	o.tell(run.Event{Kind: run.PhaseStarted, Phase: "writing", Total: len(d.rows)})
	outline, sums := mapping.NewOutline(), newTotals()
	err := o.each(ctx, d, func(r *row) error {
		outline.Observe(r.Exported)
		sums.add(r)
		return nil
	})
	if err != nil {
		return err
	}
	s.Status, s.Totals, s.Finished = sums.status, sums.list(false), o.Now()
	if o.Format != JSONL {
		s.Unshown = outline.Unknown()
	}
	out, err := o.open(folder, outline, sums, s)
	if err != nil {
		return o.unwritten("", err)
	}
	defer out.Abort()
	if o.Announce != nil {
		out.Announce(o.Announce)
	}
	if err := o.writeRows(ctx, d, out); err != nil {
		return err
	}
	if err := out.Commit(); err != nil {
		return o.unwritten("", err)
	}
	s.Finished = o.Now()
	return nil
}

// progressStep is how many rows are written between two words of progress.
const progressStep = 100

func (o *Options) writeRows(ctx context.Context, d *deals, out output) error {
	n := 0
	err := o.each(ctx, d, func(r *row) error {
		if n++; n%progressStep == 0 || n == len(d.rows) {
			o.tell(run.Event{Kind: run.Progressed, Done: n})
		}
		return out.Write(r)
	})
	if err == nil && n != len(d.rows) {
		return o.unwritten("", fmt.Errorf("%d rows were written instead of %d", n, len(d.rows)))
	}
	return err
}

// each does something with every row; the error names the referral.
func (o *Options) each(ctx context.Context, d *deals, do func(*row) error) error {
	for r, err := range d.all() {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return o.unwritten("", err)
		}
		if err := do(r); err != nil {
			return o.unwritten(r.Doc.ID(), err)
		}
	}
	return nil
}

func (o *Options) unwritten(referral string, err error) error {
	return &WriteError{Path: o.name(), Referral: referral, Err: err}
}
