package main

// exportMutants break exports.
var exportMutants = []mutant{
	{"M23", "texts that a spreadsheet would run are written to CSV as they are", []change{
		{"internal/sheet/neutral.go", "if dangerous(text) {\n\t\treturn \"'\" + text", "if dangerous(text) && text == \"\" {\n\t\treturn \"'\" + text"},
	}, "./exporter", "TestACSVRunsNothing"},
	{"E01", "a referral that is listed again is exported again", []change{
		{"internal/listing/listing.go", "at, known := l.numbers[s.Key]\n\tif !known {", "at, known := l.numbers[s.Key]\n\tif !known || at >= 0 {"},
	}, "./exporter", "TestOthersWriteMeanwhile"},
	{"E02", "an older version replaces a newer one", []change{
		{"internal/listing/listing.go", "if known && (s.Updated < seen.Updated ||", "if known && (s.Updated < 0 ||"},
	}, "./exporter", "TestTheNewestVersionStands"},
	{"E03", "the list is not read from its other end", []change{
		{"exporter/list.go", "{l.firstPass, l.furtherPasses, l.bringUpToDate}", "{l.firstPass, l.bringUpToDate, l.bringUpToDate}"},
	}, "./exporter", "TestALateReferral|TestAnExportProvesItself"},
	{"E04", "two readings need not show the same", []change{
		{"internal/listing/verdict.go", "if differing > 0 {", "if differing > 1000 {"},
	}, "./exporter", "TestAnExportProvesItself"},
	{"E04b", "a list need not keep an order", []change{
		{"internal/listing/pass.go", "case o.rises && o.falls:", "case o.rises && o.falls && o.pages < 0:"},
	}, "./internal/listing", "TestVerdicts"},
	{"E04c", "the newest end is not looked at before the list", []change{
		{"internal/listing/verdict.go", "if !l.showed(KeyOf(r.ID())) {\n\t\t\tmissed++", "if !l.showed(KeyOf(r.ID())) && r == nil {\n\t\t\tmissed++"},
	}, "./internal/listing", "TestVerdicts"},
	{"E04d", "a list that repeats its pages is read for ever", []change{
		{"internal/listing/pass.go", "case referrals > 0:\n\t\to.idle++", "case referrals > 0:\n\t\to.idle += 0"},
	}, "./internal/listing", "TestRepeatedPagesWithNewLinks"},
	{"E04e", "a list that leads in circles ends early and well", []change{
		{"internal/listing/verdict.go", "case l.loops:\n\t\treturn Verdict{Gap: Endless}", "case l.loops && l.unnamed:\n\t\treturn Verdict{Gap: Endless}"},
	}, "./exporter", "TestAnExportProvesItself"},
	{"E04f", "an export goes on with a list that was found incomplete", []change{
		{"exporter/export.go", "err = errors.Join(err, folder.Clear())", "err = errors.Join(err, nil)"},
	}, "./exporter", "TestAnExportProvesItself"},
	{"E04g", "what is not asked for is forgotten by an interruption", []change{
		{"exporter/spool.go", "return s.write(lineOther, line)", "return s.write(linePage, line)"},
	}, "./exporter", "TestGoingOnInALaterPass"},
	{"E05", "an incomplete list becomes a file", []change{
		{"exporter/export.go", "\tif err != nil {\n\t\treturn s, l.given(ctx, folder, err)\n\t}", "\tif err != nil && s.Listed == 0 {\n\t\treturn s, l.given(ctx, folder, err)\n\t}"},
	}, "./exporter", "TestAListInACircle"},
	{"E06", "what was changed during an interruption is not asked for", []change{
		{"exporter/tails.go", "if !l.resumed {", "if !l.resumed || true {"},
	}, "./exporter", "TestGoingOn"},
	{"E07", "a filter is trusted to the service", []change{
		{"exporter/entry.go", "matches: plan.matches(r)", "matches: plan.matches(r) || true"},
	}, "./exporter", "TestAnIgnoredFilter"},
	{"E08", "an incremental export begins when the last one ended", []change{
		{"exporter/export.go", "Mark: l.spool.head.Mark, Finished", "Mark: o.Now(), Finished"},
		{"exporter/export.go", "last.Mark.Add(-overlap)", "last.Mark"},
	}, "./exporter", "TestSinceLast"},
	{"E09", "the spool of an interrupted export is not checked", []change{
		{"exporter/replay.go", "|| mark.Sum != sum ||", "||"},
	}, "./exporter", "TestBeginningAnew"},
	{"E10", "a deal with two sides counts twice", []change{
		{"exporter/totals.go", "if !r.first {", "if !r.first && r.Doc == nil {"},
	}, "./exporter", "TestSides"},
	{"E11", "long texts stay in the snapshot", []change{
		{"mapping/snapshot.go", "if utf8.RuneCountInString(text) > longestKept {", "if utf8.RuneCountInString(text) > longestKept*1000 {"},
		{"mapping/snapshot.go", "for cellUnits(cell) > maxText {", "for cellUnits(cell) > maxText*100 {"},
	}, "./mapping", "TestSnapshotFitsIntoACell"},
	{"E12", "a comma in a part of the portal's cell is let through", []change{
		{"mapping/encode_portal.go", "if strings.Contains(cell.Text, \",\") {", "if strings.Contains(cell.Text, \",,,\") {"},
	}, "./exporter", "TestPortalFile"},
	{"E13", "a number is written with all digits as a number", []change{
		{"mapping/encode.go", "if countDigits(digits) > spreadsheetDigits {", "if countDigits(digits) > 100 {"},
	}, "./mapping", "TestEncode|TestDecodeIsTheInverseOfEncode"},
}
