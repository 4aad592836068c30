package main

// identityMutants break what tells which deal a row is.
var identityMutants = []mutant{
	{"I01", "CRM IDs are compared without case", []change{
		{"mapping/ids.go", "if i.Case || len(text) == madeLength", "if !i.Case || len(text) == madeLength"},
	}, "./internal/cli", "TestIDsThatDifferByCase|TestAnOpenSendBinds"},
	{"I02", "an id that is only near makes another deal", []change{
		{"importer/near.go", "case len(alike) == 0:", "case len(alike) >= 0:"},
	}, "./internal/cli", "TestNearIDs"},
	{"I03", "an id that is only near is the row's", []change{
		{"importer/near.go", "case len(alike) == 1 && r.isOne(o, alike[0]):", "case len(alike) == 1:"},
	}, "./internal/cli", "TestNearIDs"},
	{"I04", "what has a row of its own is a near match of another", []change{
		{"importer/near.go", "r.inFile(referral) || r.past.owns(referral.ExternalReferenceID())", "referral == nil"},
	}, "./internal/cli", "TestNearIDs"},
	{"I05", "the case of ids of 15 characters does not count", []change{
		{"mapping/ids.go", "case len(text) == recordLength:", "case len(text) == 0:"},
	}, "./mapping", "TestIDsAreComparedExactly"},
	{"I06", "a row is laid over another customer's deal", []change{
		{"importer/matched.go", "case r.releases(o):", "case r.releases(o), o.n >= 0:"},
	}, "./importer", "TestSheetsThatWentWrong"},
	{"I07", "a Snapshot of another deal is believed", []change{
		{"importer/matched.go", "names.Compare(ours, was) == names.Differs &&", "names.Compare(ours, was) > names.Differs &&"},
	}, "./internal/cli", "TestAnExportSorted"},
	{"I08", "an Action on every row is a word on each", []change{
		{"importer/matched.go", "&& !r.matches.blanket", "&& o.n >= 0"},
	}, "./internal/cli", "TestABlanketAction"},
	{"I09", "an Action of the mapping file is a word on each row", []change{
		{"importer/matched.go", "record.Cells[\"@action\"].Cell != \"\"", "record.Row > 0"},
	}, "./internal/cli", "TestABlanketAction"},
	{"I10", "a sheet of which one column was sorted alone is sent", []change{
		{"importer/matched.go", "if r.options.NoteCustomers || !r.matches.sorted() {", "if r.options.NoteCustomers || r.matches.sorted() {"},
	}, "./internal/cli", "TestAColumnSortedAlone"},
	{"I11", "a customer that the service renamed is asked for again", []change{
		{"importer/matched.go", "&& !r.known.Has(l.told...) && !r.openAs(o, key)", "&& !r.openAs(o, key)"},
	}, "./internal/cli", "TestARenamedCustomer"},
	{"I12", "a send without an answer does not say under which customer it was sent", []change{
		{"importer/matched.go", "return open && r.known.Has(r.sentAs(o, customer)...)", "return open && customer == \"\""},
	}, "./internal/cli", "TestAnOpenSendKnowsItsCustomer"},
	{"I13", "whatever differs on the first run after the upgrade is right", []change{
		{"importer/matched.go", "m.differ*strangersShare < m.changed", "m.differ <= m.changed"},
	}, "./internal/cli", "TestTheFirstRunAfter"},
	{"I14", "a skip is asked again", []change{
		{"importer/near.go", "case r.wereSaid(r.wordsOn(\"skip\", o, ids)):", "case len(apart) == 0:"},
	}, "./internal/cli", "TestAWordOnANearID"},
	{"I15", "any answer teaches what a service makes of ids", []change{
		{"importer/learned.go", "before != nil || unread != nil ||", "before != nil && unread != nil ||"},
		{"importer/learned.go", "|| listing.LookText(created) != listing.LookText(s.document)", ""},
	}, "./internal/cli", "TestAForeignAnswer"},
	{"I16", "ids that a service cuts off are sent", []change{
		{"importer/decide.go", "if r.options.habits.TooLong(o.marker) {", "if r.options.habits.TooLong(\"\") {"},
	}, "./internal/cli", "TestAServiceThatCutsIDs"},
	{"I17", "how a service keeps ids is not remembered", []change{
		{"importer/learned.go", "if err := r.options.Home.Learn(habits); err != nil {", "if err := error(nil); err != nil {"},
	}, "./internal/cli", "TestAServiceThat"},
	{"I18", "filler words and legal forms make two customers one", []change{
		{"internal/names/names.go", "len([]rune(word)) > 1 && !fillers[word]", "len([]rune(word)) > 1"},
	}, "./internal/names", "TestCompare"},
}
