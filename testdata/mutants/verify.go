package main

// verifyMutants break verifications.
var verifyMutants = []mutant{
	{"V01", "a cell that is as it was exported is not judged", []change{
		{"importer/verify.go", "\trecord.CountAll()\n", ""},
	}, "./internal/cli", "TestVerifyOfAnExport"},
	{"V02", "differences in what is read-only are none", []change{
		{"importer/verifyfields.go", "{merged.Locked, remarkLocked}, ", ""},
	}, "./internal/cli", "TestVerifyFindsWhatDiffers"},
	{"V03", "the first of two referrals with one key is taken for the row's", []change{
		{"importer/verifymatch.go", "case len(m.live) > 1:\n\t\tm.twins = m.live", "case len(m.live) > 1:\n\t\tm.live = m.live[:1]"},
	}, "./internal/cli", "TestVerifyFindsWhatIsThereTwice"},
	{"V04", "rows with problems do not spoil the verdict", []change{
		{"importer/verdict.go", "return v.Unjudged == 0", "return true"},
	}, "./internal/cli", "TestVerifyOfBadInput"},
	{"V05", "an engagement counts as often as it has referrals", []change{
		{"importer/verifysums.go", "l.seen[key] |= l.bit", "l.seen[key] = 0"},
	}, "./importer", "TestLedgersCountADealOnce"},
	{"V06", "nobody looks for the invitation", []change{
		{"importer/verifymatch.go", "case len(list) == 0 && wanted.invites():", "case len(list) == 0 && wanted.Invites() && false:"},
	}, "./internal/cli", "TestVerifyOfInvitations"},
	{"V07", "the status is not compared", []change{
		{"importer/verifyfields.go", "if expected(wanted, is) != is {", "if expected(wanted, is) != is && false {"},
	}, "./internal/cli", "TestVerifyOfStates"},
	{"V08", "what no row has is in the tenant's verdict only by its number", []change{
		{"importer/verifyextra.go", "v.verdict.Counts[f.Kind]++\n\t\t\tif", "if"},
	}, "./internal/cli", "TestVerifyFindsWhatIsExtra"},
	{"V09", "the list is believed where it differs", []change{
		{"importer/verifyfields.go", "if len(list) > 0 && v.reread < mostReread {", "if len(list) > 0 && v.reread > mostReread {"},
	}, "./internal/cli", "TestVerifyReadsAgain"},
}
