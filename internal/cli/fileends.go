package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"refload/importer"
	"refload/importer/outcome"
	"refload/internal/console"
	"refload/internal/monitor"
	"refload/internal/run"
)

// fileEnd is how one file of a command ended.
type fileEnd struct {
	name    string
	summary *importer.Summary // nil where the file could not be read
	err     error
}

// code is the exit code that the file alone would have had.
func (f fileEnd) code(ctx context.Context) int {
	if f.summary == nil {
		return exitCode(ctx, f.err)
	}
	return exitCode(ctx, unlessAllGood(f.summary, f.err))
}

// needs returns how many rows of the file stay as they are until a person does something, and how many a later run takes
// again. What is refused as a whole is taken by no later run, its good rows neither.
func (f fileEnd) needs() (hands, later int) {
	switch {
	case f.summary == nil:
		return 0, 0
	case is[*importer.RefusedError](f.err), is[*importer.StaleError](f.err), f.heldBack():
		return f.summary.Counts.Bad(), 0
	}
	return f.summary.Counts.NeedsHands(), f.summary.Counts.TimeSettles() + f.summary.Later
}

// heldBack reports whether nothing of the file was sent because of another one.
func (f fileEnd) heldBack() bool { return is[*outcome.HeldBackError](f.err) }

// input is the file for a report.
func (f fileEnd) input(ctx context.Context) monitor.Input {
	in := monitor.Input{File: f.name, ExitCode: f.code(ctx), Counts: run.Counts{}}
	if s := f.summary; s != nil {
		in.Run, in.Rows, in.Counts = s.Run, s.Rows, s.Counts
	}
	in.NeedsHands, in.Later = f.needs()
	in.NeedsPerson = in.NeedsHands > 0 || in.ExitCode == exitInvalid
	return in
}

// add takes down how one file ended.
func (c *closing) add(name string, s *importer.Summary, err error) {
	if s != nil {
		name = s.File
	}
	c.ends = append(c.ends, fileEnd{name, s, err})
}

// leaves reports whether a run is kept of which something is left: one that ended before its first write is none.
func (c *closing) leaves() bool {
	return slices.ContainsFunc(c.ends, func(end fileEnd) bool {
		s := end.summary
		return s != nil && s.Run != "" && (s.Counts.Total() == 0 || s.Counts.TimeSettles() > 0) // without counts it was gone on with in vain
	})
}

// last is how the last file ended, the zero fileEnd where there was none.
func (c *closing) last() fileEnd {
	if len(c.ends) == 0 {
		return fileEnd{}
	}
	return c.ends[len(c.ends)-1]
}

// addFiles adds to a report how each file ended. The one that is named is the worst, of several alike the first.
func (c *closing) addFiles(ctx context.Context, r *monitor.Report) {
	for i, end := range c.ends {
		in := end.input(ctx)
		r.Inputs = append(r.Inputs, in)
		r.Rows += in.Rows
		r.NeedsHands += in.NeedsHands
		r.Later += in.Later
		for outcome, n := range in.Counts {
			r.Counts[outcome] += n
		}
		if s := end.summary; s != nil {
			r.Target = s.Target
			r.Requests += s.Requests
			r.Throttled += s.Throttled
		}
		worst := r.Inputs[r.Worst].ExitCode
		if i == 0 || isWorse(in.ExitCode, worst) || in.ExitCode == worst && c.ends[r.Worst].heldBack() && !end.heldBack() {
			r.Worst, r.File, r.Run = i, in.File, in.Run
		}
	}
	r.Files = len(c.ends)
}

// tellEnds lists the files of a command that had several, the worst named first.
func (a *app) tellEnds(r *monitor.Report) {
	if !a.closing.several || len(r.Inputs) < 2 || a.global.json {
		return
	}
	text := fmt.Sprintf("%d files", len(r.Inputs))
	if r.Inputs[r.Worst].ExitCode != exitOK {
		text += ", the worst is " + r.File
	}
	console.Print(a.env.Stdout, "%s:\n", text)
	table := newTable(a.env.Stdout)
	for _, in := range r.Inputs {
		table.row("  "+in.File, fmt.Sprintf("exit code %d", in.ExitCode), in.Words())
	}
	table.flush()
}

// declined reports whether a person said no to a question.
func declined(err error) bool {
	var stopped *outcome.StopError
	return errors.As(err, &stopped) && stopped.Kind() == outcome.StoppedByPerson
}
