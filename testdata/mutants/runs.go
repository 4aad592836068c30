package main

// runMutants break what is said of runs, and what holds when one is gone on with, taken back or stopped before it began.
var runMutants = []mutant{
	{"RU01", "a referral that may not be read stops an undo", []change{
		{"importer/undorun.go", "\tcase failed != nil:\n", "\tcase failed != nil && u == nil:\n"},
	}, "./internal/cli", "TestScripts/forbidden"},
	{"RU02", "a referral that may not be read stops an import", []change{
		{"importer/decide.go", "failed := refusedRead(err); failed != nil {", "failed := refusedRead(err); failed != nil && r == nil {"},
	}, "./internal/cli", "TestScripts/forbidden"},
	{"RU03", "the brakes of today do not hold for a plan or a run", []change{
		{"internal/cli/brakeflags.go", "*today[name] = flag.Value.String()", "*today[name] = \"\""},
	}, "./internal/cli", "TestScripts/brakelater"},
	{"RU04", "a flag does not raise the brake of a plan", []change{
		{"internal/cli/brakeflags.go", "\t\t\t*recorded[name] = flag.Value.String()", "\t\t\t*today[name] = flag.Value.String()"},
	}, "./internal/cli", "TestScripts/brakelater"},
	{"RU05", "of two brakes the first holds", []change{
		{"importer/options.go", "most = min(most, b.besides.of(rows))", "most = max(most, b.besides.of(-rows))"},
	}, "./internal/cli", "TestScripts/brakelater"},
	{"RU06", "rows of the check are not counted in a run's history", []change{
		{"importer/history.go", "n := min(h.silent, h.Header.Checked[string(word.Outcome)])", "n := min(0, h.Header.Checked[string(word.Outcome)])"},
	}, "./internal/cli", "TestScripts/resumewhich"},
	{"RU07", "what waits for --close-after is left for a resume", []change{
		{"importer/history.go", "\t\tif row.later {", "\t\tif row.later && !row.more {"},
	}, "./internal/cli", "TestScripts/resumewhich"},
	{"RU08", "what left no run is called resumable", []change{
		{"internal/cli/watch.go", "r.Again && (c.leaves() || c.command == monitor.Export)", "r.Again"},
	}, "./internal/cli", "TestOnlyAKeptRunIsResumable"},
	{"RU09", "a good file beside a refused one is sent", []change{
		{"importer/import.go", "case options.HeldBack != nil:", "case options.HeldBack != nil && options.Name == \"\":"},
	}, "./internal/cli", "TestScripts/severalbad"},
	{"RU10", "a good file beside a refused one loses its results", []change{
		{"importer/resultbook.go", "errors.As(cause, &heldBack) {", "errors.As(cause, &heldBack) && summary == nil {"},
	}, "./internal/cli", "TestScripts/severalbad"},
	{"RU11", "a command is printed without quotes", []change{
		{"internal/cli/told.go", "return each(words, typed)", "return strings.Join(words, \" \")"},
	}, "./internal/cli", "TestPrintedCommandsWorkAsPrinted"},
	{"RU12", "a dry run has asked nothing", []change{
		{"importer/import.go", "\tdefer summary.askedBy(r.meter)\n", ""},
	}, "./internal/cli", "TestScripts/dryresults"},
	{"RU13", "an empty guard is none", []change{
		{"internal/cli/global.go", "flag != nil && flag.Changed && flag.Value.String() == \"\" {", "flag != nil && flag.Changed && flag.Value.String() == \"-\" {"},
	}, "./internal/cli", "TestScripts/brakelater"},
	{"RU14", "brakes count no invitations", []change{
		{"importer/brakes.go", "b.Creates, weight.Creates + weight.Invites}", "b.Creates, weight.Creates}"},
	}, "./internal/cli", "TestBrakesCountInvitations"},
	{"RU15", "an invitation to a deal that Microsoft sees already is no opening", []change{
		{"importer/brakes.go", "w.Shares+w.Invites > 0)", "w.Shares > 0)"},
	}, "./internal/cli", "TestBrakesCountInvitations"},
	{"RU16", "a service that answers with errors was not reached", []change{
		{"importer/answer.go", "case e.HTTPStatus >= http.StatusBadRequest:", "case e.HTTPStatus > 999:"},
	}, "./importer", "TestAnAnsweredListIsNoLackOfNetwork"},
}
