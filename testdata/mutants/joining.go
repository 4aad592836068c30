package main

// joiningMutants are the mutants of rows that become part of an engagement.
var joiningMutants = []mutant{
	{"J01", "a row with an engagement goes out without it", []change{
		{"importer/joining.go", `"engagementId": o.record.EngagementID, "externalReferenceId"`, `"externalReferenceId"`},
	}, "./internal/cli", "TestScripts/engagement"},
	{"J02", "a referral of another engagement is taken for the row's", []change{
		{"importer/joining.go", `return o.record.EngagementID != "" && is != "" && !strings`, `return o.record.EngagementID == "" && is != "" && !strings`},
	}, "./internal/cli", "TestScripts/engagement"},
	{"J03", "a copied row without its Referral ID changes the old deal", []change{
		{"importer/joining.go", "return !contradicts && name != \"\" && name == listing.BareText(member.Text(\"name\")) &&", `return (!contradicts || name != "") &&`},
	}, "./internal/cli", "TestScripts/engagement"},
	{"J04", "Microsoft is invited to an engagement twice", []change{
		{"importer/joining.go", "case len(theirs) > 0:\n", "case len(theirs) > 1:\n"},
	}, "./internal/cli", "TestScripts/engagement"},
	{"J05", "rows are sent after one that the service put into another engagement", []change{
		{"importer/joining.go", "\tr.stop(outcome.ReasonStrayed, \"\")\n", ""},
	}, "./internal/cli", "TestScripts/engagement"},
	{"J06", "a deal of its own has Microsoft as its target", []change{
		{"mapping/rules_deal.go", "|| !rec.Doc.TargetsMicrosoft() {\n\t\treturn nil", "|| rec.Doc.TargetsMicrosoft() {\n\t\treturn nil"},
	}, "./internal/cli", "TestMicrosoftIsNoTargetOfANewDeal"},
	{"J07", "a word for one question makes another customer's engagement the row's", []change{
		{"importer/matched.go", " && !r.matches.blanket && !o.joins", " && !r.matches.blanket || says(o.record, ActionCreate)"},
	}, "./internal/cli", "TestAdviceThatTheRowCanFollow"},
	{"J08", "a wrong CRM ID makes another customer's deal one that the file knows", []change{
		{"importer/near.go", "if c.customer == 0 || c.customer == customer {", "if c.customer == 0 || c.customer == customer || c.id == hash {"},
	}, "./internal/cli", "TestAWrongIDHidesNoLookAlike"},
}
