package main

// readingMutants break how values are read.
var readingMutants = []mutant{
	{"R01", "dates of the portal's file that could be read both ways are read without a word", []change{
		{"mapping/survey_dates.go", "\tif e.both == 0 {\n\t\treturn nil", "\tif e.both >= 0 {\n\t\treturn nil"},
	}, "./mapping", "TestDateColumns"},
	{"R02", "a day with an offset becomes the day that it is in UTC", []change{
		{"mapping/value_clock.go", "case f.Kind == Date:", "case f.Kind == Date && w.zone == nil:"},
	}, "./mapping", "TestTimes"},
	{"R03", "a time that is twice is one of the two", []change{
		{"mapping/value_clock.go", "if len(found) != 1 {", "if len(found) == 0 {"},
	}, "./mapping", "TestTimes"},
	{"R04", "a name that may mean something else is read", []change{
		{"mapping/catalogue_names.go", "\t\t\tt.byName[nameKey(word)] = severally", "\t\t\t_ = word"},
	}, "./mapping", "TestCurrency|TestNamesMeanOne"},
	{"R05", "money beside a number is not held against the row's currency", []change{
		{"mapping/value_money.go", "case !slices.Contains(readings, how.Currency):", "case how.Currency == \"none\":"},
	}, "./mapping", "TestMoneyBesideItsCurrency"},
	{"R06", "a minus before a sign of money is dropped", []change{
		{"mapping/value_money.go", "&& r != '.'", "&& r != '.' && r != '-'"},
	}, "./mapping", "TestMoneyBesideItsCurrency"},
	{"R07", "a new deal goes out without the cell that could not be read", []change{
		{"importer/planned.go", "r.grade(n, row, mapping.Sent)", "r.grade(n, row, mapping.Unsent)"},
	}, "./internal/cli", "TestScripts/pending"},
	{"R08", "whose deal it is may be unreadable", []change{
		{"mapping/pending.go", "\"customerProfile.name\": true", "\"nobody\": true"},
	}, "./mapping", "TestGrade"},
	{"R09", "a cell that can still be changed counts as one that is not sent", []change{
		{"mapping/pending.go", "return known && m.locked(f, old)", "return known || m.locked(f, old)"},
	}, "./mapping", "TestMatters"},
	{"R10", "a required cell that is blank has no address", []change{
		{"mapping/rules_record.go", "case ref.Cell == \"\" && r.columns != nil:", "case ref.Cell == \"\" && r.columns == nil:"},
	}, "./internal/cli", "TestAMissingCellIsRed"},
	{"R11", "a text that was encoded twice is sent without a word", []change{
		{"mapping/value_inspect.go", "\tinspectEncoded,\n", ""},
	}, "./mapping", "TestGoodInput"},
	{"R12", "a phone number in a cell of numbers is sent without a word", []change{
		{"mapping/value_id.go", "if cell.Kind == sheet.Number && !strings.HasPrefix(text, \"+\")", "if cell.Kind == sheet.Bool && !strings.HasPrefix(text, \"+\")"},
	}, "./mapping", "TestGoodInput"},
	{"R13", "UTF-8 is read under another encoding without a word", []change{
		{"importer/input.go", "if err != nil || !isUTF8 {", "if err != nil || isUTF8 || !isUTF8 {"},
	}, "./internal/cli", "TestScripts/values"},
	{"R14", "a mapping is proposed that the values contradict", []change{
		{"mapping/file_propose.go", "&& !values.contradicts(t.field, t.path)", ""},
	}, "./mapping", "TestSuggestionsLookAtValues"},
	{"R15", "how dates are written is forgotten between plan and apply", []change{
		{"internal/cli/manifest.go", "dates: m.Dates, ", ""},
	}, "./internal/cli", "TestScripts/values"},
	{"R16", "a deal that is in a state already cannot be imported where no row may ask for it", []change{
		{"mapping/pending.go", "return to != (api.State{}) && to != live.State()", "return to == to"},
	}, "./internal/cli", "TestOddDealsComeBack"},
	{"R17", "a row closes a deal without the reason that is asked for", []change{
		{"mapping/pending.go", "return to != (api.State{}) && to != live.State()", "return to != to"},
	}, "./mapping", "TestMatters"},
	{"R22", "mapping check passes what check refuses", []change{
		{"internal/cli/mapping.go", "a.header(ctx, flags, path, !a.asks())", "a.header(ctx, flags, path, false)"},
	}, "./internal/cli", "TestScripts/mapping"},
	{"R23", "a share is sent as a fraction without a word", []change{
		{"mapping/value_inspect.go", "if !cell.Moved || f.Kind == Choice {", "if !cell.Moved || f.Kind != \"\" {"},
	}, "./internal/cli", "TestNumbersAreShownOtherwise"},
	{"R24", "money of another country in a format is not seen", []change{
		{"mapping/value_money.go", "_, readings := splitMoney(cell.Seen,", "_, readings := splitMoney(cell.Shown,"},
	}, "./internal/cli", "TestNumbersAreShownOtherwise"},
	{"R19", "dots and dashes have the month first in the portal's file", []change{
		{"mapping/survey_dates.go", "case open && documented && dotted.both > 0:", "case open && documented && dotted.both < 0:"},
	}, "./mapping", "TestDateColumns"},
	{"R20", "dots and dashes follow slashes into month first", []change{
		{"mapping/survey_dates.go", "case open && dotted.both > 0 && (", "case open && dotted.both < 0 && ("},
	}, "./mapping", "TestDateColumns"},
	{"R21", "the portal's order goes before what a column shows", []change{
		{"mapping/survey_dates.go", "open := all.second == 0 && dotted.first == 0", "open := dotted.first == 0"},
	}, "./mapping", "TestDateColumns"},
	{"R25", "a currency beside sums makes a deal of them", []change{
		{"mapping/totals.go", "\t\tt.money = true\n", "\t\treturn false\n"},
	}, "./importer", "TestLinesBelowTheTable"},
	{"R26", "sums with a sign of money are a deal", []change{
		{"mapping/totals.go", "bare, _ = splitMoney(strings.TrimLeft(bare, \"-−\"), catalogues)", "_, _ = splitMoney(strings.TrimLeft(bare, \"-−\"), catalogues)"},
	}, "./importer", "TestLinesBelowTheTable"},
	{"R27", "a deal with an id is left out as sums", []change{
		{"mapping/totals.go", "return !t.named || !t.money", "return true"},
		{"mapping/totals.go", "return !t.named && c.customerless(", "return c.customerless("},
	}, "./importer", "TestLinesBelowTheTable"},
}
