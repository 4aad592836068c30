package main

// wordsMutants let words say what is not so, questions hang, and files be written over.
var wordsMutants = []mutant{
	{"WD01", "what the journal does not take is forgotten", []change{
		{"importer/runner.go", "state.outcome, state.offset = numberOf(became), offset", "if err != nil {\n\t\tr.mu.Unlock()\n\t\treturn err\n\t}\n\tstate.outcome, state.offset = numberOf(became), offset"},
		{"importer/standing.go", "case known && row.record.Outcome != string(run.NotAttempted):", "case known && row.made && row.record.Outcome == \"\":"},
	}, "./importer", "TestAFullDiskKeepsWhat"},
	{"WD02", "a record that was appended and not written is not found again", []change{
		{"importer/journal/replay.go", "if lost := offset - j.durable; j.err != nil && lost >= 0", "if lost := offset - j.durable; j.err != nil && lost > 1<<40"},
	}, "./importer", "TestAFullDiskKeepsWhat"},
	{"WD03", "a create that a listing has settled is not counted", []change{
		{"importer/runner.go", "r.weight.Creates += r.makes(n, madeByRefload(record))", "r.weight.Creates += 0 * r.makes(n, madeByRefload(record))"},
		{"importer/standing.go", "r.weight.add(Irreversible{Creates: r.makes(row.n, own),", "r.weight.add(Irreversible{Creates: 0 * r.makes(row.n, own),"},
	}, "./importer", "TestAFullDiskKeepsWhatWasSent|TestALossyServiceIsServedInOneRun"},
	{"WD04", "a run that a brake stopped measures the next one", []change{
		{"importer/past.go", "!braked && !found.Header.Braked &&", "!braked &&"},
	}, "./internal/cli", "TestScripts/brakeagain"},
	{"WD05", "a folder's report names its last file", []change{
		{"internal/cli/fileends.go", "if i == 0 || isWorse(in.ExitCode, worst) ||", "if i >= 0 || isWorse(in.ExitCode, worst) ||"},
	}, "./internal/cli", "TestAFolderNamesItsWorstFile"},
	{"WD06", "good rows of a refused file count as those of a later run", []change{
		{"internal/cli/fileends.go", "case is[*importer.RefusedError](f.err), is[*importer.StaleError](f.err), f.heldBack():", "case is[*importer.StaleError](f.err):"},
	}, "./internal/cli", "TestAFolderNamesItsWorstFile"},
	{"WD07", "a question does not hear a signal", []change{
		{"internal/cli/confirm.go", "case <-ctx.Done():", "case <-(chan struct{})(nil):"},
	}, "./internal/cli", "TestQuestionsOnATerminal"},
	{"WD08", "it is asked where nothing is to be sent", []change{
		{"importer/import.go", "\tif !preview.Sends() {", "\tif !preview.Sends() && preview.Rows < 0 {"},
	}, "./internal/cli", "TestQuestionsOnATerminal"},
	{"WD09", "a command without a name takes the latest run of whatever target", []change{
		{"internal/cli/pickrun.go", "if len(latest) > 1 {", "if len(latest) > 100 {"},
	}, "./internal/cli", "TestScripts/runnames"},
	{"WD10", "a run that was taken back is taken back again", []change{
		{"internal/cli/pickrun.go", "if k.isUndo() || undone[k.Folder.Run] {", "if k.isUndo() {"},
	}, "./internal/cli", "TestScripts/runnames"},
	{"WD11", "an export replaces what it did not write", []change{
		{"internal/cli/exportclaim.go", "case overwrite, hash == \"\",", "case true, hash == \"\","},
	}, "./internal/cli", "TestScripts/overwrite"},
	{"WD12", "a file that is open is taken", []change{
		{"internal/cli/inbox.go", "< openFor {", "< 0 {"},
	}, "./internal/cli", "TestAnOpenFileStays"},
	{"WD13", "a token with more around it is sent", []change{
		{"internal/cli/signin.go", "if fault.has(token) {", "if fault.has(token) && token == \"\" {"},
	}, "./internal/cli", "TestScripts/badtoken"},
	{"WD14", "a service without a second factor is not understood", []change{
		{"api/error.go", "return e.Code == noSecondFactor ||", "return e.Code == \"\" &&"},
	}, "./api", "TestNoSecondFactor"},
	{"WD15", "a row that waits for its closing is called unchanged", []change{
		{"importer/compare.go", "record.Outcome, record.Reason = string(run.Waits), outcome.ReasonCloseLater", "record.Reason = outcome.ReasonCloseLater"},
	}, "./internal/cli", "TestCloseAfter|TestAFolderCountsWhatComesLater"},
	{"WD16", "the example of a template is read", []change{
		{"importer/header.go", "if !info.Hidden && info.Name != exampleSheet {", "if !info.Hidden {"},
	}, "./importer", "TestTheExampleIsNeverRead"},
	{"WD19", "a tenant that is locked is asked for every row", []change{
		{"api/retry.go", "Tries: 5, Spent: Refuse, First: 3,", "Tries: 5, Spent: Refuse,"},
	}, "./importer", "TestATenantThatIsLocked"},
	{"WD20", "a deal is opened to Microsoft without area and play", []change{
		{"mapping/pending.go", "return opens && !saysCoSell(live)", "return opens && !saysCoSell(live) && false"},
	}, "./internal/cli", "TestScripts/cosell"},
	{"WD21", "a deal that Microsoft knows already is stopped for its area and play", []change{
		{"mapping/pending.go", "return p.subject != ofCell ||", "return p.subject == ofState ||"},
	}, "./internal/cli", "TestScripts/cosell"},
	{"WD22", "a play of another area passes without a word", []change{
		{"mapping/rules_cosell.go", "len(known.Areas) == 0 || ", "len(known.Areas) >= 0 || "},
	}, "./mapping", "TestPlaysAndTheirAreas"},
	{"WD17", "a dry run does not count what would be held", []change{
		{"importer/summary.go", "summary.Counts[outcome] += n", "summary.Counts[outcome] += 0 * n"},
	}, "./internal/cli", "TestScripts/dryrun"},
	{"WD18", "a dry run of a refused file writes results", []change{
		{"importer/resultbook.go", "countStates(done.states); options.DryRun || errors.As(", "countStates(done.states); options.DryRun && cause == nil || errors.As("},
	}, "./internal/cli", "TestScripts/dryrun"},
}
