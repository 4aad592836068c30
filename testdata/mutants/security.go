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
}
