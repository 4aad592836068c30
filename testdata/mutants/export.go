package main

// exportMutants break exports.
var exportMutants = []mutant{
	{"M23", "texts that a spreadsheet would run are written to CSV as they are", []change{
		{"internal/sheet/neutral.go", "if dangerous(text) {\n\t\treturn \"'\" + text", "if dangerous(text) && text == \"\" {\n\t\treturn \"'\" + text"},
	}, "./exporter", "TestACSVRunsNothing"},
	{"E01", "a referral that is listed again is exported again", []change{
		{"exporter/entry.go", "if !known {", "if !known || at >= 0 {"},
	}, "./exporter", "TestOthersWriteMeanwhile"},
	{"E02", "an older version replaces a newer one", []change{
		{"exporter/entry.go", "if e.updated < ix.entries[at].updated {", "if e.updated < 0 {"},
	}, "./exporter", "TestTheNewestVersionStands"},
	{"E03", "the list is not read from its other end", []change{
		{"exporter/list.go", "l.firstPass, l.furtherPasses, l.newest, l.freshen}", "l.firstPass, l.furtherPasses, l.freshen, l.freshen}"},
	}, "./exporter", "TestALateReferral"},
	{"E04", "a list without order is read once", []change{
		{"exporter/tails.go", "if !l.spool.disorder {", "if !l.spool.disorder || true {"},
		{"exporter/list.go", "l.firstPass, l.furtherPasses, l.newest, l.freshen}", "l.firstPass, l.furtherPasses, l.freshen, l.freshen}"},
	}, "./exporter", "TestALateReferral|TestOthersWriteMeanwhile"},
	{"E05", "an incomplete list becomes a file", []change{
		{"exporter/export.go", "\tif err != nil {\n\t\treturn s, stopped(ctx, s.Listed, err)\n\t}", "\tif err != nil && s.Listed == 0 {\n\t\treturn s, stopped(ctx, s.Listed, err)\n\t}"},
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
