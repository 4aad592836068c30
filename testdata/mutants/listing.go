package main

// listingMutants break what an import makes of a list that does not show all there is.
var listingMutants = []mutant{
	{"LI01", "rows are created by a list that is not complete", []change{
		{"importer/unlisted.go", "return !r.verdict.Complete() && !r.options.AcceptListHides", "return !r.verdict.Complete() && r.options.AcceptListHides"},
	}, "./importer", "TestAListWithoutOrderMakesNothingTwice|TestACappedListMakesNothingTwice"},
	{"LI02", "the list is not held against the journals", []change{
		{"importer/unlisted.go", "if old > 0 {\n\t\tr.verdict", "if old > 1000 {\n\t\tr.verdict"},
	}, "./importer", "TestAListThatHidesCreatesNothing"},
	{"LI03", "only what was made of late is asked for by its id", []change{
		{"importer/decide.go", "case wasMade && !r.options.Target.Sandbox:", "case wasMade && !r.options.Target.Sandbox && r.options.Now().UnixNano()-of.when < int64(keptAnyway):"},
	}, "./importer", "TestAnOldReferralIsAskedForByItsID"},
	{"LI04", "a list that lags is not waited for", []change{
		{"importer/unlisted.go", "young == nil || !r.waits ||", "young == nil || r.waits ||"},
	}, "./importer", "TestALagIsWaitedForOnce"},
	{"LI06", "what still is not listed after the wait counts as listed", []change{
		{"importer/unlisted.go", "r.proveList(ctx); len(young) > 0 {", "r.proveList(ctx); len(young) > 1000 {"},
		{"importer/unlisted.go", "case r.ageOf(answer.referral, m) < r.options.Settle:", "case r.ageOf(answer.referral, m) >= 0:"},
	}, "./importer", "TestALagIsWaitedForOnce"},
	{"LI07", "what is gone from view is made again", []change{
		{"importer/unlisted.go", "if waits.Outcome == \"\" {", "if waits.Outcome != string(run.Skipped) {"},
	}, "./importer", "TestGoneAndHidden"},
	{"LI08", "a word of the row makes again what the account may not see", []change{
		{"importer/unlisted.go", "\tcase answer.status == http.StatusNotFound:\n\t\twaits", "\tcase answer.status > 0:\n\t\twaits"},
	}, "./importer", "TestGoneAndHidden"},
	{"LI13", "skip of a row gone from view is asked again", []change{
		{"importer/known.go", "\tif gone {\n\t\tids", "\tif len(ids) < 0 {\n\t\tids"},
	}, "./importer", "TestGoneAndHidden"},
	{"LI09", "there is no bound for what is asked for by id", []change{
		{"importer/unlisted.go", "list[:min(len(list), mostAsked)]", "list"},
	}, "./importer", "TestManyHiddenAreNotAskedFor"},
	{"LI10", "a version that was replaced is compared with", []change{
		{"importer/versions.go", "return replaced || v.older(referral)", "return replaced && v.older(referral) && referral == nil"},
	}, "./importer", "TestAStaleListIsNotComparedWith"},
	{"LI11", "a verification believes a list that hides", []change{
		{"importer/verdict.go", "return v.Unjudged == 0 && v.ListGap == \"\"", "return v.Unjudged == 0"},
	}, "./importer", "TestVerifyAndAListThatHides"},
	{"LI12", "a list beside the engine", []change{
		{"importer/viewlook.go", "listing.Part(ctx, client, api.Query{OrderBy: listing.Oldest.Order()})", "client.Pages(ctx, api.Query{OrderBy: listing.Oldest.Order()})"},
	}, "./internal/cli", "TestOneEngineLists"},
	{"LI14", "a look by which a create is sent again ends at the first border between pages", []change{
		{"importer/scan.go", "if until.IsZero() {", "if until.IsZero() && r.client == nil {"},
	}, "./importer", "TestAResendAndABorder"},
	{"LI15", "a create that waits for an hour is looked for", []change{
		{"importer/create.go", "case e.RetryAfter > maxWait || time", "case time"},
	}, "./importer", "TestALongRetryAfterStopsTheRun"},
	{"LI16", "what is around a border between pages is taken for shown", []change{
		{"internal/listing/verdict.go", "if page := before.pages[b.before]; page > 0 && page == before.pages[b.behind] {", "if page := before.pages[b.before]; page > 0 {"},
	}, "./internal/listing", "TestAlignedPages"},
	{"LI17", "a question that shows what was left out is not looked at", []change{
		{"internal/listing/verdict.go", "l.missed(page[from:to])", "l.missed(page[to:to])"},
	}, "./internal/listing", "TestAlignedPages"},
	{"LI18", "what an earlier run sent and a later look finds is not held against its row", []change{
		{"importer/reconcile.go", "case !row.more && !row.earlier || len(listed) > 1", "case !row.more || len(listed) > 1"},
	}, "./importer", "TestALateFind"},
	{"LI19", "what an earlier run sent is the row's whatever customer the row names now", []change{
		{"importer/matched.go", "r.again[o.n].found != nil && !r.again[o.n].earlier:", "r.again[o.n].found != nil:"},
	}, "./importer", "TestALateFind"},
}
