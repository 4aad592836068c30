package main

// securityMutants break what docs/security.md promises.
var securityMutants = []mutant{
	{"S01", "a request to another origin gets the token", []change{
		{"api/chain_authorize.go", "if request.URL.Scheme != pinned.scheme || request.URL.Host != pinned.host {", "if request.URL.Scheme != pinned.scheme || request.URL.Hostname() == \"\" {"},
	}, "./api", "TestARequestElsewhereIsStopped"},
	{"S01b", "a host that ends alike is the same origin", []change{
		{"api/chain_authorize.go", "|| request.URL.Host != pinned.host {", "|| !strings.HasSuffix(strings.ToLower(request.URL.Host), pinned.host) {"},
	}, "./api", "TestARequestElsewhereIsStopped"},
	{"S01c", "one service has a target for each spelling", []change{
		{"internal/run/target.go", "api.CanonicalHost(base)", "strings.Trim(base.Host, api.DefaultBaseURL[:0])"},
	}, "./internal/run", "TestOneServiceIsOneTarget"},
	{"S09", "a quote ends a value of a filter", []change{
		{"exporter/plan.go", "strings.ReplaceAll(value, \"'\", \"''\")", "strings.TrimSpace(value)"},
	}, "./exporter", "TestAQuoteInAFilter"},
	{"S09b", "any text becomes part of a URL", []change{
		{"api/client.go", "if !ValidGUID(id) {\n\t\treturn \"\", &Error{Op: op", "if id == \"\" {\n\t\treturn \"\", &Error{Op: op"},
	}, "./api", "TestOnlyGUIDsBecomePartOfAURL"},
	{"S31", "a plan chooses where the token goes", []change{
		{"internal/cli/recall.go", "if !a.vouchedService(recorded.BaseURL) {", "if !a.vouchedService(recorded.BaseURL) && from == \"\" {"},
	}, "./internal/cli", "TestAForgedPlanLeadsNoTokenAway"},
	{"S31b", "this machine gets tokens on anybody's word", []change{
		{"internal/cli/trust.go", "return believed[by] || sameHost(address, known)", "return believed[by] || sameHost(address, known) || strings.HasPrefix(address, \"http://127.\")"},
		{"internal/cli/trust.go", "\t\"net/url\"\n", "\t\"net/url\"\n\t\"strings\"\n"},
	}, "./internal/cli", "TestAForgedRunLeadsNoTokenAway"},
	{"S31c", "the journal of another tenant is believed", []change{
		{"importer/foreign.go", "header.Tenant != target.TenantHash():", "header.Tenant == \"\":"},
	}, "./internal/cli", "TestARunOfAnotherTenantIsNotBelieved"},
	{"S32", "a plan is applied in another tenant", []change{
		{"importer/obey.go", "return h.Tenant == options.Target.TenantHash()", "return h.Tenant == options.Target.TenantHash() || h.Target == options.Target.ID"},
	}, "./internal/cli", "TestScripts/plantenant"},
	{"S33", "a deal is exported as one with Microsoft's help by what sort of deal it is", []change{
		{"mapping/encode_get.go", "return e.Invited\n", "return e.Invited || e.Doc.Text(\"type\") == \"Shared\"\n"},
	}, "./internal/cli", "TestScripts/sharing"},
	{"S33b", "help opens a deal that is not to be shared", []change{
		{"importer/compare.go", "return said && shared == false", "return said && shared == nil"},
	}, "./internal/cli", "TestScripts/sharing"},
	{"S34", "results that no workbook holds are told as an input of which nothing was sent", []change{
		{"importer/outcome/errors.go", "// Hint says what to do next.\nfunc (e *ResultsError) Hint() string {", "func (e *ResultsError) Unwrap() error { return e.Err }\n\n// Hint says what to do next.\nfunc (e *ResultsError) Hint() string {"},
		{"internal/cli/exit.go", "\t{is[*outcome.ResultsError], exitStorage}, // what was sent was sent, whatever else is the matter\n", ""},
	}, "./internal/cli", "TestScripts/unwritable"},
	{"S35", "an export removes its spool while it has it open", []change{
		{"exporter/export.go", "\tl.spool.close() // Windows removes no open file\n", ""},
	}, "./internal/cli", "TestNothingHeldIsMoved"},
}
