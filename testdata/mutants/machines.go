package main

// machineMutants break what holds against another machine, a lost state, a service that says 409 and clocks that are set.
var machineMutants = []mutant{
	{"L01", "nothing is waited for where nothing tells of an earlier run", []change{
		{"importer/lost.go", "if !found || wait <= 0 {", "if !found || wait > -1 {"},
	}, "./internal/cli", "TestScripts/machines"},
	{"L02", "the canary does not look for what others make", []change{
		{"importer/canary.go", "case c.rivals.found():", "case c.rivals.found() && c.id == \"\":"},
	}, "./importer", "TestTwoMachines"},
	{"L03", "a run ends without a look at what it has made", []change{
		{"importer/import.go", "err = r.lookForTwice()", "_ = r.lookForTwice"},
	}, "./importer", "TestTwoMachines"},
	{"L04", "the look at the end does not wait for what the run has made", []change{
		{"importer/twice.go", "return missing > 0 && asked.Before(t.lastOne.Add(t.options.Settle))", "return missing < 0"},
	}, "./importer", "TestALagIsWaitedForOnce"},
	{"L05", "a second deal with the canary's marker is nobody's", []change{
		{"importer/rivals.go", "\tcase v.isTaken(referral):\n", "\tcase v.isTaken(referral), marker == v.canary:\n"},
	}, "./importer", "TestTwoMachines"},
	{"L06", "another machine ends one file and not the command", []change{
		{"importer/outcome/errors.go", "ReasonOtherMachine:   StoppedByDoubt,", "ReasonOtherMachine:   StoppedByInput,"},
	}, "./internal/cli", "TestScripts/machines"},
	{"L07", "a create that is refused as there already is rejected at once", []change{
		{"importer/create.go", "\t\treturn s.unsure(e)\n\tcase s.step.kind == journal.StepInvite:", "\t\treturn s.refused(s.op, e)\n\tcase s.step.kind == journal.StepInvite:"},
	}, "./importer", "TestAConflictAfterExecution"},
	{"L08", "a create that is refused as there already is sent again", []change{
		{"importer/reconcile.go", "case row.refused != nil && !row.distrusted:", "case row.refused != nil && row.sends < 0:"},
		{"importer/reconcile.go", "case row.refused != nil:\n\t\treturn outcome.ReasonNotSeen, 0", "case row.refused != nil && row.sends < 0:\n\t\treturn outcome.ReasonNotSeen, 0"},
	}, "./importer", "TestAConflictIsRemembered|TestAConflictThatNoListShows"},
	{"L09", "a later run sends again what was refused as there already", []change{
		{"importer/decide.go", "case wasRefused && o.record.Action != \"create\":\n\t\trefused.Marker", "case wasRefused && o.record.Action == \"never\":\n\t\trefused.Marker"},
	}, "./importer", "TestAConflictThatNoListShows"},
	{"L10", "an answer with the id of another row is believed", []change{
		{"importer/rivals.go", "if r.knowsID(id) || listing.Has(r.index.ByID, id) {\n\t\treturn false\n\t}", "r.knowsID(id)"},
	}, "./importer", "TestAnAnswerWithTheIdOfAnotherRow"},
	{"L11", "a wrong id in an answer stays in the results", []change{
		{"importer/twice.go", "if !t.shown[n] && len(others) == 1 && !t.isOf(record) {", "if len(others) < 0 {"},
	}, "./importer", "TestAnAnswerWithAForeignId"},
	{"L12", "a wait between runs is over when our clock says so", []change{
		{"api/clock.go", "known && !at.Service.IsZero() {", "known && at.Service.IsZero() {"},
	}, "./importer", "TestAClockThatIsSetBetweenRuns"},
	{"L13", "journals have no clock but ours", []change{
		{"importer/import.go", "\t\tr.journal.Beside(r.meter.AtMost)\n", "\t\tr.journal.Beside(func() (none time.Time) { return none })\n"},
	}, "./importer", "TestAClockThatIsSetBetweenRuns"},
	{"L14", "a canary that the list does not show is one whose marker is not kept", []change{
		{"importer/canary.go", "case c.read && !c.kept:", "case !c.listed:"},
	}, "./importer", "TestAFirstDealThatIsNotListed"},
}
