package main

// sheetMutants break the reading of sheets as people have them.
var sheetMutants = []mutant{
	{"SH01", "a row whose cells may have slipped is padded", []change{
		{"mapping/short.go", "if !c.fits(row) || !c.inPlace(row) {", "if !c.fits(row) {"},
	}, "./importer", "TestRowsThatEndEarly"},
	{"SH02", "a row is padded whose cells do not fit their columns", []change{
		{"mapping/short.go", "if !c.fits(row) || !c.inPlace(row) {", "if !c.inPlace(row) {"},
	}, "./importer", "TestRowsThatEndEarly"},
	{"SH03", "a row without its CRM ID is padded", []change{
		{"mapping/short.go", "!c.identifies(index) && !slices", "!slices"},
	}, "./importer", "TestRowsThatEndEarly"},
	{"SH04", "a row is padded where nobody looks", []change{
		{"importer/tail.go", "if pads && in.columns.MayPad() {", "if pads {"},
	}, "./importer", "TestRowsThatEndEarly"},
	{"SH05", "a row is padded without a word", []change{
		{"importer/check.go", "problems = append(problems, padded...)", "problems = append(problems, padded[:0]...)"},
	}, "./importer", "TestRowsThatEndEarly"},
	{"SH06", "a line is left out without a blank row above it", []change{
		{"importer/tail.go", "skip || blank && known && inFirst", "skip || (blank || true) && known && inFirst"},
	}, "./importer", "TestLinesBelowTheTable"},
	{"SH07", "a line is left out that no program is known to write", []change{
		{"importer/tail.go", "skip || blank && known && inFirst", "skip || blank && (known || true) && inFirst"},
	}, "./importer", "TestLinesBelowTheTable"},
	{"SH08", "a row that names a referral is left out", []change{
		{"mapping/tail.go", "!guid.MatchString(text) && !c.knowsCRM(text)", "true || c.knowsCRM(text)"},
	}, "./importer", "TestLinesBelowTheTable"},
	{"SH09", "lines are left out without a word", []change{
		{"importer/tail.go", "if in.below = found; found.left {", "if in.below = found; found.left && in.lined {"},
	}, "./importer", "TestLinesBelowTheTable"},
	{"SH10", "rows of a CSV are counted as lines", []change{
		{"internal/sheet/csv.go", "row := Row{Number: records.row,", "row := Row{Number: records.start,"},
	}, "./internal/cli", "TestScripts/rownumbers"},
	{"SH11", "results name the cells of the input", []change{
		{"importer/resultbook.go", "problems[i] = problems[i].In(b.move)", "problems[i].In(b.move)"},
	}, "./internal/cli", "TestScripts/rownumbers"},
	{"SH12", "a run that counted lines is gone on with", []change{
		{"importer/resume.go", "case in.lined && history.Header.Counted == \"\":", "case in.lined && history.Header.Counted == \"lines\":"},
	}, "./importer", "TestRunsThatCountedLines"},
	{"SH13", "merged cells of a row that is read do no harm", []change{
		{"internal/sheet/merged.go", "if m.frame.reads(column, last) {", "if m.frame.reads(column, last) && column > right {"},
	}, "./internal/sheet", "TestFrame|TestMerged"},
	{"SH14", "a cell that is read may be anything", []change{
		{"internal/sheet/xlsxcell.go", "return r.frame != nil && r.frame.reads(column, r.row)", "return r.frame != nil && r.frame.reads(column, r.row) && r.row == r.frame.Header"},
	}, "./internal/sheet", "TestFrame|TestCellsThatAreRefused"},
	{"SH15", "a formula of a CSV is sent as text", []change{
		{"internal/sheet/csv.go", "return Cell{Kind: Formula, Stored: field, Shown: field}", "return textCell(field)"},
	}, "./internal/sheet", "TestFormulasOfACSV"},
	{"SH16", "a name with backslashes leads out of a workbook", []change{
		{"internal/sheet/package.go", "name := strings.TrimSuffix(slashed(part.Name), \"/\")\n\tif !safeName(name) {", "name := strings.TrimSuffix(slashed(part.Name), \"/\")\n\tif !safeName(name) && name == part.Name {"},
	}, "./internal/sheet", "TestNamesWithBackslashes"},
	{"SH17", "a second column that is sent is let through", []change{
		{"mapping/columns_check.go", "case col.reads():\n\t\treturn col.covers()", "case col.reads() && !col.byPath && col.index < 1:\n\t\treturn col.covers()"},
	}, "./mapping", "TestHeaderProblems"},
	{"SH18", "excelize cuts what a spreadsheet would round", []change{
		{"internal/sheet/writesheet.go", "return fifteen(number), true", "return number, true"},
	}, "./internal/sheet", "TestKindsComeBack"},
	{"SH19", "deals on a hidden sheet are taken for none", []change{
		{"importer/header.go", "if err := hiddenInstead(book, hits, source); err != nil {", "if err := hiddenInstead(book, hits, source); err != nil && false {"},
	}, "./internal/cli", "TestFilesThatPeopleHave"},
	{"SH20", "one of two tables is chosen", []change{
		{"importer/header.go", "(hit.score > fewHeaders || best.score", "(best.score"},
		{"importer/header.go", "manyTimes*max(1, hit.score)", "hit.score"},
	}, "./importer", "TestWhichSheetIsRead"},
}
