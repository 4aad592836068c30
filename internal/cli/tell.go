package cli

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"

	"refload/importer"
	"refload/importer/outcome"
	"refload/internal/console"
	"refload/internal/monitor"
	"refload/internal/run"
	"refload/mapping"
)

// mostShown is how many groups of problems are printed; the results file has all of them.
const mostShown = 50

// longestShown is how much of a message is printed.
const longestShown = 400

// tellProblems prints the problems of a file, alike ones together: where, what, and what to
// do. Errors and warnings go to standard error. Only check and plan, which are there to show, repeat
// values that may be personal.
func (a *app) tellProblems(place func(mapping.Problem) string, problems *importer.Problems) {
	shown, groups := 0, problems.Groups()
	if !a.shows {
		groups = problems.Discreet()
	}
	for _, group := range groups {
		if group.Severity == mapping.Note && a.global.quiet {
			continue
		}
		if a.global.json {
			a.jsonLine(map[string]any{"event": "problem", "severity": group.Severity, "rule": group.Rule, "row": group.Row,
				"cell": group.Cell, "column": group.Column, "message": group.Message, "hint": group.Hint, "count": group.Count})
			continue
		}
		if shown++; shown <= mostShown {
			a.tellGroup(place, group)
		}
	}
	if shown > mostShown {
		console.Print(a.env.Stderr, "… and %s\n", run.Counted(shown-mostShown, "more kind")+" of problems")
	}
}

func (a *app) tellGroup(place func(mapping.Problem) string, group importer.Group) {
	console.Print(a.env.Stderr, "%s: %s: %s [%s]\n", group.Severity, console.Escape(place(group.Problem), 0),
		console.Escape(group.Message, longestShown), group.Rule)
	if group.Count > 1 {
		console.Print(a.env.Stderr, "  %d times, also in %s\n", group.Count, spots(group))
	}
	if group.Hint != "" {
		console.Print(a.env.Stderr, "  hint: %s\n", console.Escape(group.Hint, longestShown))
	}
}

// spots names the next places of a group.
func spots(group importer.Group) string {
	var names []string
	for _, spot := range group.More {
		name := spot.Cell
		if name == "" {
			name = fmt.Sprintf("row %d", spot.Row)
		}
		names = append(names, name)
	}
	text := strings.Join(names, ", ")
	if group.Count > len(names)+1 {
		text += " …"
	}
	return text
}

// tellSummary says how an import ended and where its results are.
func (a *app) tellSummary(source importer.Source, s *importer.Summary, err error, dryRun bool) {
	a.closing.add(source.Name, s, err)
	if s == nil {
		return
	}
	a.tellProblems(s.Place, s.Problems)
	if a.global.json {
		if a.closing.several {
			a.jsonLine(jsonFile(s, err))
		}
		return
	}
	if text := s.Beside.String(); text != "" && s.Beside.Ours {
		console.Print(a.env.Stderr, "%s\n", text)
	} else if text != "" {
		console.Print(a.env.Stderr, "%s; did you mean to import that one?\n", text)
	}
	a.tellList(s)
	if dryRun && err == nil {
		a.tellElsewhere(s)
		fmt.Fprintln(a.env.Stdout, "dry run: nothing was sent")
		return
	}
	if len(s.Counts) > 0 || err == nil {
		printCounts(a.env.Stdout, s)
		a.tellUnwritten(s, err)
		a.tellResume(s, err)
	}
	a.tellElsewhere(s)
}

// tellElsewhere says what earlier runs left open that this one cannot settle, and how to settle it.
func (a *app) tellElsewhere(s *importer.Summary) {
	words := s.OpenElsewhere()
	if words == "" {
		return
	}
	console.Print(a.env.Stderr, "warning: %s\n", words)
	for _, e := range s.Elsewhere {
		console.Print(a.env.Stderr, "  settle them with: %s\n", a.told(byARecord, "runs", "resume", e.Run))
	}
}

// tellList says what is wrong with the list of the service.
func (a *app) tellList(s *importer.Summary) {
	if words := s.ListWords(); words != "" {
		console.Print(a.env.Stderr, "warning: %s\n", words)
	}
}

// tellUnwritten says how to get results that could not be written at all.
func (a *app) tellUnwritten(s *importer.Summary, err error) {
	var failed *outcome.ResultsError
	if s.Run != "" && errors.As(err, &failed) && failed.Instead == "" {
		console.Print(a.env.Stdout, "every answer is kept; write them elsewhere with: %s\n", a.told(byARecord, "runs", "results", s.Run, "--results", "answers.csv"))
	}
}

// tellResume says how to go on with what is left. A stale plan stays stale: it is made again.
func (a *app) tellResume(s *importer.Summary, err error) {
	var stale *importer.StaleError
	if s.Run == "" || s.Counts[run.Unknown]+s.Counts[run.NotAttempted] == 0 || errors.As(err, &stale) {
		return
	}
	console.Print(a.env.Stdout, "go on with: %s\n", a.goingOn(s.Run, a.closing.undone))
}

// printCounts prints the counts by outcome, and where the results are.
func printCounts(out io.Writer, s *importer.Summary) {
	words := console.CountsInWords(s.Counts)
	if words == "" {
		words = "no rows"
	}
	console.Print(out, "%s → %s: %s (%s, %s)\n", s.File, s.Target, words, run.Counted(s.Rows, "row"), s.Took())
	if weight := s.Weight.String(); weight != "" {
		console.Print(out, "cannot be taken back: %s\n", weight)
	}
	if s.Results != "" {
		console.Print(out, "results: %s\n", s.Results)
	}
	if s.Counts[run.Unknown] > 0 {
		console.Print(out, "unknown: %s; run the same import again later: it looks for what was sent before it sends anything\n", run.Counted(s.Counts[run.Unknown], "row"))
	}
}

// jsonFile is how one file of several ended, as JSON.
func jsonFile(s *importer.Summary, err error) map[string]any {
	object := map[string]any{
		"event": "file", "run": s.Run, "file": s.File, "target": s.Target, "rows": s.Rows, "counts": s.Counts,
		"results": s.Results, "requests": s.Requests, "throttled": s.Throttled, "seconds": s.Took().Seconds(),
		"errors": s.Problems.Errors, "warnings": s.Problems.Warnings, "ok": err == nil && s.Counts.Bad() == 0,
	}
	if s.Planned != nil {
		object["planned"] = s.Planned
	}
	if len(s.Elsewhere) > 0 {
		object["open_elsewhere"] = s.Elsewhere
	}
	if s.ListGap != "" {
		object["list_incomplete"], object["list_hides_accepted"] = s.ListGap, s.ListAccepted
	}
	if s.Gone > 0 {
		object["gone"] = s.Gone
	}
	if err != nil {
		object["error"] = err.Error()
	}
	return object
}

// jsonClosing makes the one summary object that ends the JSON lines: what the command did in all and,
// where it worked on one file, what is known of that.
func (a *app) jsonClosing(r *monitor.Report, err error) {
	object := map[string]any{}
	if last := a.closing.last(); !a.closing.several && last.summary != nil {
		object = jsonFile(last.summary, last.err)
	}
	maps.Copy(object, map[string]any{
		"event": "summary", "command": r.Command, "files": r.Files, "inputs": r.Inputs, "target": r.Target, "rows": r.Rows, "counts": r.Counts, "requests": r.Requests,
		"throttled": r.Throttled, "started": r.Started, "ended": r.Ended, "seconds": r.Seconds, "needs_hands": r.NeedsHands, "later": r.Later,
		"exit_code": r.ExitCode, "meaning": r.Meaning, "reason": r.Reason, "resumable": r.Resumable, "ok": r.OK,
	})
	if a.closing.several && r.File != "" {
		object["file"] = r.File // the worst
	}
	if err != nil && !errors.As(err, new(*silentError)) {
		object["error"] = err.Error()
	}
	a.jsonLine(object)
}
