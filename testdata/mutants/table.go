package main

// mutant is one way to break the program, and the test that must notice.
type mutant struct {
	id, what string
	changes  []change
	pkg, run string
}

// change replaces a text in a file.
type change struct{ file, old, new string }

// simulation is the test that most mutants of the create protocol must not survive.
const simulation = "TestSimulation"

var mutants = []mutant{
	{"M01", "creates are repeated after a broken connection or a 5xx", []change{
		{"api/retry.go", "Tries: 5,\n\t\tRead: Repeat, Create: LookUp, Change: LookUp, Why: \"no: the service may have executed it before the connection broke\"", "Tries: 5,\n\t\tRead: Repeat, Create: Repeat, Change: LookUp, Why: \"no: the service may have executed it before the connection broke\""},
		{"api/retry.go", "Read: Repeat, Create: LookUp, Change: LookUp, Why: \"no: it is often executed\"", "Read: Repeat, Create: Repeat, Change: LookUp, Why: \"no: it is often executed\""},
	}, "./importer", simulation},
	{"M02", "no intent before the send", []change{
		{"importer/create.go", "if err := s.intent(); err != nil {\n\t\treturn nil, false, err\n\t}", "if n < 0 {\n\t\treturn nil, false, s.intent()\n\t}"},
		{"importer/create.go", "api.WithTurn(api.WithIntent(s.work, s.intentID), s.renew)", "api.WithIntent(s.work, s.intentID)"},
	}, "./importer", simulation},
	{"M03", "the intent is not on the disk when the request leaves", []change{
		{"importer/create.go", "_, err = s.journal.Commit(journal.Record{", "_, err = s.journal.Append(journal.Record{"},
	}, "./importer", simulation},
	{"M04", "no settle time", []change{
		{"importer/reconcile.go", "return row.last.Add(r.options.Settle), true", "return row.last, true"},
		{"importer/reconcile.go", "latestOf(row.last.Add(r.options.Settle), r.seen.Add(min(r.options.Settle, secondScan)))", "latestOf(row.last, r.seen)"},
		{"importer/reconcile.go", "row.looked.Before(row.last.Add(r.options.ResendAfter))", "row.looked.Before(row.last)"},
		{"importer/reconcile.go", "wait = max(0, r.options.ResendAfter-age)", "wait = max(0, -age)"},
	}, "./importer", simulation},
	{"M05", "settle and resend times below what the service needs", []change{
		{"importer/reconcile.go", "return row.last.Add(r.options.Settle), true", "return row.last.Add(r.options.Settle / 4), true"},
		{"importer/reconcile.go", "latestOf(row.last.Add(r.options.Settle), r.seen.Add(min(r.options.Settle, secondScan)))", "latestOf(row.last.Add(r.options.Settle/4), r.seen.Add(min(r.options.Settle/12, secondScan)))"},
		{"importer/reconcile.go", "row.looked.Before(row.last.Add(r.options.ResendAfter))", "row.looked.Before(row.last.Add(r.options.ResendAfter / 3))"},
		{"importer/reconcile.go", "wait = max(0, r.options.ResendAfter-age)", "wait = max(0, r.options.ResendAfter/3-age)"},
	}, "./importer", simulation},
	{"M05b", "a create is sent again after --resend-after without another look", []change{
		{"importer/reconcile.go", "case r.lacksLook(row):", "case r.lacksLook(row) && row.n < 0:"},
	}, "./importer", simulation},
	{"M06", "the journal's reader takes a last line without its newline", []change{
		{"importer/journal/replay.go", "line, err := readLine(lines)\n", "line, err := readLine(lines)\n\t\tif err == io.EOF && len(line) > 0 {\n\t\t\tline, err = append(line, '\\n'), nil\n\t\t}\n"},
	}, "./importer/journal", "TestCutAnywhere|TestATornTailIsCut"},
	{"M07", "checksums are ignored", []change{
		{"importer/journal/line.go", "if string(end) != want {", "if string(end) != want && len(end) == 0 {"},
	}, "./importer/journal", "TestFlippedBits"},
	{"M08", "{} with 201 counts as created", []change{
		{"api/client.go", "if id := referral.ID(); !ValidGUID(id) || ", "if id := referral.ID(); "},
		{"api/client.go", "if marker != \"\" && created.ExternalReferenceID() != marker {", "if marker == \"never\" {"},
	}, "./api", "TestAnAnswerThatCannotBeTrusted"},
	{"M09", "results stand next to another row", []change{
		{"importer/resultbook.go", "result, err := b.source(n)", "result, err := b.source(len(b.states) - 1 - n)"},
	}, "./importer", simulation},
	{"M10", "the transport may repeat a POST by itself", []change{
		{"api/client.go", "request.GetBody = nil\n", "request.Header[\"X-Idempotency-Key\"] = nil\n"},
		{"api/chain_bound.go", "if asked.Add(1) > 1 {", "if asked.Add(1) > 9 {"},
	}, "./api", "TestACreateIsSentOnce"},
	{"M10b", "the transport speaks HTTP/2", []change{
		{"api/transport.go", "protocols.SetHTTP1(true)", "protocols.SetHTTP1(true)\n\tprotocols.SetHTTP2(true)"},
	}, "./api", "TestACreateIsSentOnceToAnHTTP2Server"},
	{"M10c", "over HTTP/2 the transport may repeat a POST by itself", []change{
		{"api/client.go", "request.GetBody = nil\n", "request.Header[\"X-Idempotency-Key\"] = nil\n"},
		{"api/chain_bound.go", "if asked.Add(1) > 1 {", "if asked.Add(1) > 9 {"},
	}, "./api", "TestACreateIsSentOnceOverHTTP2"},
	{"M10d", "any certificate is trusted", []change{
		{"api/transport.go", "RootCAs: roots}", "RootCAs: roots, InsecureSkipVerify: true}"},
	}, "./internal/cli", "TestCertificatesThatAreRefused"},
	{"M11", "an Idempotency-Key header is sent", []change{
		{"api/chain_identify.go", "header.Set(\"client-request-id\", NewGUID())", "header.Set(\"client-request-id\", NewGUID())\n\t\t\theader.Set(\"Idempotency-Key\", NewGUID())"},
	}, "./api", "TestHeaders"},
	{"M12", "redirects are followed", []change{
		{"api/client.go", "response, err := c.chain.RoundTrip(request)", "response, err := (&http.Client{Transport: c.chain}).Do(request)"},
	}, "./api", "TestRedirectsAreNotFollowed"},
	{"M13", "a nextLink is followed as it is given", []change{
		{"api/list.go", "return values.Encode(), nil\n}\n\nfunc (c *Client) page", "return values.Encode() + \"\\x00\" + link, nil\n}\n\nfunc (c *Client) page"},
		{"api/client.go", "target.RawQuery = call.query\n", "target.RawQuery = call.query\n\tif query, link, found := strings.Cut(call.query, \"\\x00\"); found {\n\t\ttarget.RawQuery = query\n\t\tif to, err := url.Parse(link); err == nil {\n\t\t\ttarget = *c.base.ResolveReference(to)\n\t\t}\n\t}\n"},
	}, "./api", "TestNextLinks"},
	{"M14", "a change is sent without the version that was compared", []change{
		{"api/client.go", "if call.eTag != \"\" {", "if call.eTag != \"\" && call.method != http.MethodPatch {"},
	}, "./importer", "TestUpdateHistories"},
	{"M15", "another version is read and written over", []change{
		{"importer/conflict.go", "case len(theirs) > 0 && (clash || !c.options.MergeDisjoint || c.merges == mostMerges):", "case len(theirs) > 0 && clash && c.merges > mostMerges:"},
	}, "./importer", "TestUpdateHistories"},
	{"M15c", "a merge lays the whole row over what somebody else wrote", []change{
		{"importer/change.go", "return api.Carry(c.op.live, c.laid(c.op.live), live)", "return c.laid(live)"},
	}, "./importer", "TestUpdateHistories"},
	{"M15d", "a merge writes into a deal that was closed meanwhile", []change{
		{"importer/conflict.go", "clash := closed || slices", "clash := closed && len(ours) == 0 || slices"},
	}, "./internal/cli", "TestScripts/merge"},
	{"M15b", "Microsoft is invited again while an invitation is open", []change{
		{"importer/create.go", "open && o.sends == 0 {", "open && o.sends < 0 {"},
	}, "./importer", "TestCoSellPairs"},
	{"M16", "Retry-After stops one worker only", []change{
		{"api/pacer.go", "p.hold = latest(p.hold, time.Now().Add(d))", "_ = d"},
	}, "./api", "TestAHoldStopsEverybody"},
	{"M16b", "only the worker that was asked to wait waits", []change{
		{"api/chain_pace.go", "pacer.Hold(min(wait, longestHold))", "time.Sleep(min(wait, longestHold))"},
	}, "./importer", "TestOne429StopsEveryWorker"},
	{"M17", "the pace allows a burst", []change{
		{"api/pacer.go", "return last.Add(window)", "return last.Add(window / 2)"},
		{"api/pacer.go", "return time.Duration(float64(window) / p.rate.now)", "return 0"},
	}, "./api", "TestNoWindowExceedsTheRate"},
	{"M17b", "a start that a slow disk delayed is counted when it was due", []change{
		{"api/chain_turn.go", "if time.Since(began) > slowTurn {", "if time.Since(began) < 0 {"},
	}, "./api", "TestASlowTurnIsCountedAtItsEnd"},
	{"M17c", "the pace is a bucket that holds as many starts as the rate", []change{
		{"api/pacer.go", "return last.Add(window)", "return last"},
		{"api/pacer.go", "p.slot = latest(p.slot, now.Add(-p.spacing())).Add(p.spacing())", "p.slot = latest(p.slot, now.Add(-window)).Add(p.spacing())"},
	}, "./api", "TestNoWindowExceedsTheRate|TestAPauseSavesNothingUp"},
	{"M18", "repeats pass by the pace", []change{
		{"api/chain_pace.go", "if err := pacer.Wait(request.Context()); err != nil {", "if err := pacer.Wait(request.Context()); request.Method == http.MethodPost && err != nil {"},
		{"api/pacer.go", "earliest = latest(earliest, p.slot, p.oldest())", "earliest = latest(earliest, p.slot)"},
		{"api/pacer.go", "p.slot = latest(p.slot, now.Add(-p.spacing())).Add(p.spacing())", "p.slot = latest(p.slot, now.Add(-time.Hour)).Add(p.spacing())"},
	}, "./api", "TestAPauseSavesNothingUp|TestNoWindow"},
	{"M19", "a refresh is not shared", []change{
		{"api/entra/source.go", "if !needed(s.client.settings.Now(), s.Session()) {", "if needed == nil {"},
		{"api/entra/source.go", "if kept.Access == \"\" || needed(s.client.settings.Now(), kept) {", "if kept.Refresh != \"\" {"},
	}, "./api/entra", "TestOneRefreshForAll"},
	{"M19b", "a write is sent again after other refusals than 401", []change{
		{"api/chain_renew.go", "response.StatusCode != http.StatusUnauthorized {", "response.StatusCode < http.StatusBadRequest {"},
	}, "./api", "TestOnlyA401"},
	{"M19c", "a new token is used that is not on the disk", []change{
		{"api/entra/exchange.go", "return next, s.store.Save(next)", "s.store.Save(next)\n\treturn next, nil"},
	}, "./api/entra", "TestATokenThatCannotBeKept"},
	{"M20", "results are written in place", []change{
		{"internal/files/atomic.go", "temp, err := os.CreateTemp(filepath.Dir(path), pattern(path))", "temp, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)"},
	}, "./internal/files", "."},
	{"M20b", "a file replaces the old one before it is on the disk", []change{
		{"internal/files/atomic.go", "if err := f.temp.Sync(); err != nil {", "if err := error(nil); err != nil {"},
	}, "./internal/files", "TestNothingIsReplaced"},
	{"M20c", "a command writes over what it reads", []change{
		{"internal/cli/outputs.go", "if !w.chooses && sameTarget(path, other.path) {", "if w.chooses && sameTarget(path, other.path) {"},
	}, "./internal/cli", "TestNoInputIsWrittenOver"},
	{"M20d", "what is printed reaches the terminal as it is", []change{
		{"internal/cli/main.go", "console.NewScreen(env.Stdout), console.NewScreen(env.Stderr)", "env.Stdout, env.Stderr"},
	}, "./internal/cli", "TestForeignTextDrivesNoTerminal"},
	{"M20e", "a text that is printed may begin a line", []change{
		{"internal/console/screen.go", "if reflect.ValueOf(arg).Kind() == reflect.String {", "if reflect.ValueOf(arg).Kind() == reflect.Map {"},
	}, "./internal/cli", "TestForeignTextDrivesNoTerminal"},
	{"M20f", "the rows of a plan outlast the apply that was killed", []change{
		{"importer/planfile.go", "\tos.Remove(spool)\n\tp :=", "\tp :="},
	}, "./internal/cli", "TestAKilledApply"},
	{"M21", "a failed fsync is ignored", []change{
		{"importer/journal/journal.go", "return j.file.Sync()\n", "j.file.Sync()\n\treturn nil\n"},
	}, "./importer/journal", "TestAFailedWriteIsFinal"},
	{"M22", "damage of a workbook is not noticed", []change{
		{"internal/sheet/package.go", "if err == nil || err == io.EOF {", "if errors.Is(err, zip.ErrChecksum) {\n\t\terr = io.EOF\n\t}\n\tif err == nil || err == io.EOF {"},
	}, "./internal/sheet", "TestMutations|TestDamaged"},
	{"M24", "requests and answers are written to the log", []change{
		{"internal/cli/logging.go", "\treturn nil\n}\n\n// closeLogs", "\ta.logs.bodies = a.logs.file\n\treturn nil\n}\n\n// closeLogs"},
	}, "./internal/cli", "TestNothingLeaks"},
	{"M22b", "the error of a sheet's reader ends the sheet", []change{
		{"internal/sheet/xlsx.go", "			yield(Row{}, err)\n			return\n", "			return\n"},
	}, "./internal/sheet", "TestMutations|TestDamaged|TestCuts"},
	{"M25", "no lock", []change{
		{"internal/run/lock.go", "if !taken {", "if !taken && path == \"\" {"},
	}, "./internal/run", "TestOneHolderOfALock"},
	{"M26", "a PUT loses digits", []change{
		{"api/referral.go", "	decoder.UseNumber()\n", ""},
	}, "./internal/cli", "TestTheDocumentedPut"},
	{"M27", "a clock that went backwards is believed", []change{
		{"importer/reconcile.go", "if row.last.After(now) {", "if row.last.After(now) && row.n < 0 {"},
	}, "./importer", "TestAClockThatWentBackwards"},
	{"M28", "others can read a temporary file", []change{
		{"internal/files/atomic.go", "os.Chmod(temp.Name(), fileMode)", "os.Chmod(temp.Name(), 0o644)"},
	}, "./internal/files", "TestModes"},
	{"M47", "import prints the values that break a rule", []change{
		{"mapping/problem.go", "if !p.Personal || p.Value == \"\" {", "if p.Rule != \"\" {"},
	}, "./internal/cli", "TestMistakesAreToldWithoutTheValue"},
	{"M27b", "the age of a send is believed when the clock went backwards", []change{
		{"importer/reconcile.go", "age := max(0, time.Since(row.last))", "age := time.Since(row.last)"},
	}, "./importer", "TestWhatMayBeSentAgain"},
	{"M41", "an intent is not written again after a long wait", []change{
		{"importer/create.go", "if time.Since(s.intended) >= staleAfter {", "if s.intended.IsZero() {"},
	}, "./importer", "TestIntentsAreAsYoung"},
	{"M42", "a results file that is about to be replaced is not known any more", []change{
		{"internal/run/written.go", "w.Hashes = append([]string{now}, w.Hashes...)", "w.Hashes = append([]string{}, w.Hashes...)"},
	}, "./internal/run", "TestBothSidesOfAReplacement"},
	{"M43", "a folder's file says profiles, and what guards them", []change{
		{"internal/config/parse.go", "case p.unasked != \"\" && (is || slices.Contains(topKeys, key)):", "case p.unasked != \"\" && is:"},
	}, "./internal/cli", "TestScripts/folder"},
	{"M43b", "a brake is about how files are read", []change{
		{"internal/config/keys.go", "Flag: \"max-closes\",", "Flag: \"max-closes\", Reading: true,"},
	}, "./internal/config", "TestEveryKeyOfAFoldersFile"},
	{"M44", "production needs no --profile on the command line", []change{
		{"internal/cli/profile.go", "!(yes && byHand):", "!(yes || byHand):"},
	}, "./internal/cli", "TestProfilesThatAreRefused"},
	{"M45", "a run that does not know its tenant runs beside the others", []change{
		{"internal/run/kin.go", "taken, err := shared.TryRLock()", "taken, err := true, error(nil)"},
	}, "./internal/run", "TestTenantsLock"},
	{"M46", "the files of a run that is still writing are swept", []change{
		{"importer/place.go", "files.Sweep(place.path, now.Add(-abandonedAfter))", "files.Sweep(place.path, now.Add(abandonedAfter))"},
	}, "./importer", "TestOnlyAbandoned"},
	{"M49", "answers that cannot be trusted never stop a run", []change{
		{"importer/guard.go", "return policy.InARow > 0 && g.n >= policy.InARow", "return policy.InARow > 0 && g.n < 0"},
	}, "./importer", "TestAnswersThatCannotBeTrusted"},
	{"M48", "what a conflict was about counts as created", []change{
		{"importer/create.go", "record := outcomeOfListed(listed, false)", "record := outcomeOfListed(listed, true)"},
	}, "./internal/cli", "TestAConflictWith"},
}
