package exporter

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"refload/internal/files"
	"refload/internal/run"
	"refload/mapping"
)

// Summary is what an export did.
type Summary struct {
	Target    string
	File      string // "" for standard output
	Format    Format
	Started   time.Time
	Finished  time.Time
	Since     time.Time // of an incremental export: only what was changed since then
	Plan      Plan
	Listed    int            // referrals that the service listed, each once
	Referrals int            // rows
	Repeats   int            // how often the service listed one again
	LeftOut   int            // referrals of Microsoft's side that are no rows
	Resumed   bool           // an interrupted export was gone on with
	Status    map[string]int // deals by status
	Totals    []Total        // deal values by currency
	Unshown   map[string]int // properties that have no column, with the number of referrals
	Account   string
	Who, Tool string
}

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
	s.Listed, s.Repeats, s.Resumed = len(l.spool.entries), l.repeats, l.resumed
	if err != nil {
		return s, stopped(ctx, s.Listed, err)
	}
	if err := o.write(ctx, folder, l, s); err != nil {
		return s, err
	}
	return s, errors.Join(o.remember(l, s), folder.Clear())
}

// stopped says why the list ended early: the interruption rather than what it did to a request.
func stopped(ctx context.Context, listed int, err error) error {
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return &StoppedError{listed, err}
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
	for r, err := range d.all() {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return o.unwritten("", err)
		}
		outline.Observe(r.Exported)
		sums.add(r)
	}
	s.Status, s.Totals = sums.status, sums.list(false)
	if o.Format != JSONL {
		s.Unshown = outline.Unknown()
	}
	s.Finished = o.Now()
	out, err := o.open(folder, outline, sums, s)
	if err != nil {
		return o.unwritten("", err)
	}
	defer out.Abort()
	n := 0
	for r, err := range d.all() {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return o.unwritten("", err)
		}
		if err := out.Write(r); err != nil {
			return o.unwritten(r.Doc.ID(), err)
		}
		if n++; n%progressStep == 0 || n == s.Referrals {
			o.tell(run.Event{Kind: run.Progressed, Done: n})
		}
	}
	if n != s.Referrals {
		return o.unwritten("", fmt.Errorf("%d rows were written instead of %d", n, s.Referrals))
	}
	if err := out.Commit(); err != nil {
		return o.unwritten("", err)
	}
	s.Finished = o.Now()
	return nil
}

// progressStep is how many rows are written between two words of progress.
const progressStep = 100

func (o *Options) unwritten(referral string, err error) error {
	return &WriteError{Path: o.name(), Referral: referral, Err: err}
}

// UnshownInWords lists the properties that have no column.
func (s *Summary) UnshownInWords() string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(s.Unshown)) {
		words = append(words, fmt.Sprintf("%s (%d)", name, s.Unshown[name]))
	}
	return strings.Join(words, ", ")
}

// Took returns how long the export took, to the tenth of a second.
func (s *Summary) Took() time.Duration {
	if s.Finished.IsZero() {
		return 0
	}
	return s.Finished.Sub(s.Started).Round(100 * time.Millisecond)
}

// portalRows is how many rows the portal takes in one file.
//
// Source: the bulk operations page.
const portalRows = 1000

// Notes are what a person should know of a complete export besides the numbers.
func (s *Summary) Notes() []string {
	notes := []string{"the file holds " + visible}
	if s.LeftOut > 0 {
		notes = append(notes, fmt.Sprintf("%d referrals of Microsoft's side of the deals are left out; --include-microsoft adds them", s.LeftOut))
	}
	if s.Repeats > 0 {
		notes = append(notes, fmt.Sprintf("the service listed %d referrals again; each is in the file once", s.Repeats))
	}
	if len(s.Unshown) > 0 {
		notes = append(notes, "no column shows "+s.UnshownInWords()+"; --format jsonl has everything")
	}
	if s.Format == Portal && s.Referrals > portalRows {
		notes = append(notes, fmt.Sprintf("the portal takes at most %d rows at a time", portalRows))
	}
	return notes
}
