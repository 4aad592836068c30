package main

// sandboxMutants break the emulator: its guard, the data of each profile, and each of its characters.
var sandboxMutants = []mutant{
	{"W01", "the sandbox answers under any name", []change{
		{"api/sandbox/serve.go", "if !isLoopback(hostOf(r.Host)) {", "if !isLoopback(hostOf(r.Host)) && s.options.AnyHost {"},
	}, "./api/sandbox", "TestServeAnswersThisMachineOnly"},
	{"W02", "all profiles share their data in the sandbox", []change{
		{"internal/run/target.go", `t.Name+" of "+profile, t.ID+"/"+profile`, `t.Name+" of "+profile, t.ID`},
	}, "./internal/cli", "TestScripts/sandboxdata"},
	{"W03", "unordered: lists keep their order", []change{
		{"api/sandbox/fault_lists.go", "x.call.view.order = orderID", `x.call.view.order = ""`},
	}, "./api/sandbox", "TestCharacters"},
	{"W04", "shuffled: pages keep their order", []change{
		{"api/sandbox/fault_lists.go", "list[i], list[j] = list[j], list[i]", "list[i], list[j] = list[i], list[j]"},
	}, "./api/sandbox", "TestCharacters"},
	{"W05", "swallowed: nothing is lost between pages", []change{
		{"api/sandbox/fault_lists.go", "next = next.after(lost)", "next.Top = max(next.Top, -1)"},
	}, "./api/sandbox", "TestCharacters"},
	{"W06", "capped: lists are whole", []change{
		{"api/sandbox/fault_lists.go", "query.Top = v.most", "query.Top = max(query.Top, -1)"},
	}, "./api/sandbox", "TestCharacters"},
	{"W07", "repeating: no page repeats anything", []change{
		{"api/sandbox/fault_lists.go", `min(1+int(x.draw("repeated")*3), shown-1)`, "0*shown"},
	}, "./api/sandbox", "TestCharacters"},
	{"W08", "stale: lists show the last version", []change{
		{"api/sandbox/fault_lists.go", "shown[i] = r.previous", "shown[i] = r"},
	}, "./api/sandbox", "TestCharacters"},
	{"W09", "conflict-after-create: what is answered 409 is not executed", []change{
		{"api/sandbox/fault_status.go", "meddle: conflictAfter", "arrive: conflict"},
	}, "./api/sandbox", "TestCharacters"},
	{"W10", "throttled-after-create: what is answered 429 is not executed", []change{
		{"api/sandbox/fault_status.go", "meddle: throttleAfter", "arrive: throttle"},
	}, "./api/sandbox", "TestCharacters"},
	{"W11", "foreign-id: creates are answered with their own id", []change{
		{"api/sandbox/fault_answer.go", "document[\"id\"] = other\n", ""},
	}, "./api/sandbox", "TestCharacters"},
	{"W12", "folds: externalReferenceId keeps its case", []change{
		{"api/sandbox/fault_meaning.go", `"lower case": strings.ToLower,`, `"lower case": strings.TrimSpace,`},
	}, "./api/sandbox", "TestCharacters"},
	{"W13", "truncates: externalReferenceId is kept whole", []change{
		{"api/sandbox/fault_meaning.go", "runes[:min(most, len(runes))]", "runes[:min(most+99, len(runes))]"},
	}, "./api/sandbox", "TestCharacters"},
}
