package mapping

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"refload/api"
)

var ruleDay = RuleContext{Today: time.Date(2026, time.November, 20, 0, 0, 0, 0, time.UTC)}

// deal is a row in its parts, to be changed by a test before it becomes a record.
type deal struct {
	values map[string]any
	record Record
}

// goodDeal is a private deal of a portal file that keeps every rule.
func goodDeal() *deal {
	d := &deal{values: map[string]any{
		"type": "Independent", "name": "Contoso migration", "target": []any{},
		"customerProfile.name": "Contoso Ltd", "customerProfile.address.addressLine1": "1 Main Street",
		"customerProfile.address.city": "Boston", "customerProfile.address.country": "US", "customerProfile.address.postalCode": "02134",
		"consent.consentToToShareInfoWithOthers": true, sellersPath: false,
		"details.dealValue": json.Number("50000"), "details.currency": "USD", "details.closingDateTime": "2027-01-30T00:00:00Z",
		"details.requirements.solutions": []any{map[string]any{"id": "SOL-12345-ABC"}},
		"team":                           []any{map[string]any{"firstName": "Ann"}},
		attributesPath:                   []any{map[string]any{"type": "CustomerMarketplaceIntent", "id": "No"}},
	}}
	d.record = Record{Row: 7, Help: No, Portal: true, Cells: map[string]Ref{}, Cleared: map[string]bool{}}
	return d
}

// sharedDeal is goodDeal with Microsoft's help asked for.
func sharedDeal() *deal {
	d := goodDeal().with("type", "Shared").with(sellersPath, true).
		with("target", []any{map[string]any{"type": "SolutionProfile", "id": "SOL-12345-ABC"}}).
		with("inviteContext.assistanceRequestCode", "ProofOfConceptOrDemo").
		with("customerProfile.team", []any{map[string]any{"firstName": "Bo", "lastName": "Li", "phoneNumber": "+1 425 555 0100", "email": "bo@example.com"}})
	d.values[attributesPath] = append(d.values[attributesPath].([]any), map[string]any{"type": "SolutionArea", "id": "Security"}, map[string]any{"type": "SolutionPlay", "id": "Data Security"})
	d.record.Help = Yes
	return d
}

func (d *deal) with(path string, value any) *deal {
	d.values[path] = value
	return d
}

func (d *deal) without(paths ...string) *deal {
	for _, path := range paths {
		delete(d.values, path)
	}
	return d
}

// cell says where a value came from, or that a cell was refused.
func (d *deal) cell(path, name, column, value string) *deal {
	d.record.Cells[path] = Ref{Cell: name, Column: column, Value: value}
	return d
}

func (d *deal) change(change func(*Record)) *deal {
	change(&d.record)
	return d
}

func (d *deal) check(t rapid.TB, ctx RuleContext) []Problem {
	t.Helper()
	rec := d.record
	rec.Doc = api.NewReferral()
	for path, value := range d.values {
		if err := rec.Doc.Set(path, value); err != nil {
			t.Fatalf("setting %s: %v", path, err)
		}
	}
	return Check(&rec, ctx)
}

// said writes problems as "CODE severity column: message".
func said(problems []Problem) string {
	var lines []string
	for _, p := range problems {
		lines = append(lines, fmt.Sprintf("%s %s %s: %s", p.Rule, p.Severity, p.Column, p.Message))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func TestGoodDealsKeepEveryRule(t *testing.T) {
	api := goodDeal().change(func(r *Record) { r.Portal, r.Help = false, Unsaid })
	for name, problems := range map[string][]Problem{
		"private": goodDeal().check(t, ruleDay),
		"API":     api.check(t, ruleDay),
		"help":    sharedDeal().check(t, ruleDay),
		"shared":  sharedDeal().change(func(r *Record) { r.Help = Unsaid; r.Portal = false }).check(t, ruleDay),
		"won":     goodDeal().with("status", "Closed").with("substatus", "Won").with("details.closingDateTime", "2020-01-30T00:00:00Z").check(t, ruleDay),
	} {
		if len(problems) > 0 {
			t.Errorf("%s: %s", name, said(problems))
		}
	}
}

func TestRules(t *testing.T) {
	portal := func(d *deal) *deal { return d }
	byPath := func(d *deal) *deal {
		return d.change(func(r *Record) { r.Portal, r.Help = false, Unsaid })
	}
	update := func(d *deal) *deal {
		return d.change(func(r *Record) { r.ReferralID = "2f0a7c5e-0000-4000-8000-00000000000a" })
	}
	tests := []struct {
		name string
		deal *deal
		want string // what the problems say; "" for none
	}{
		{"no type", byPath(goodDeal().without("type", "target")), "REQ-ALWAYS error Referral Type: the referral type is missing"},
		{"help unreadable", goodDeal().without("type", "target").cell("@help", "B7", "Microsoft help required?", "maybe"), ""},
		{"no deal name", portal(goodDeal().without("name")), "REQ-ALWAYS error Deal Name: the deal name is missing"},
		{"no deal name by path", byPath(goodDeal().without("name")), "REQ-ALWAYS error Deal Name: the deal name is missing"},
		{"deal name refused already", goodDeal().without("name").cell("name", "A7", "Topic", "N/A"), ""},
		{"no customer", goodDeal().without("customerProfile.name"), "REQ-ALWAYS error Customer Name: the customer's name is missing"},
		{"no value in the portal", goodDeal().without("details.dealValue"), "REQ-DEAL error Estimated Deal Value: the deal value is missing"},
		{"no value by path", byPath(goodDeal().without("details.dealValue")), "REQ-DEAL warning Estimated Deal Value: the deal value is missing"},
		{"no currency", goodDeal().without("details.currency"), "REQ-DEAL error Currency: the currency of the deal value is missing"},
		{"no close date", goodDeal().without("details.closingDateTime"), "REQ-DEAL error Estimated Close Date: the estimated close date is missing"},
		{"no address", goodDeal().without("customerProfile.address.addressLine1", "customerProfile.address.city", "customerProfile.address.country"),
			"REQ-DEAL error Customer Address Line 1: the customer's address is missing\nREQ-DEAL error Customer City: the customer's city is missing\nREQ-DEAL error Customer Country: the customer's country is missing"},
		{"no solutions", goodDeal().with(solutionsPath, []any{}), "REQ-DEAL error Solution 1: a solution is missing"},
		{"no team by path", byPath(goodDeal().without("team")), "REQ-DEAL warning Team member 1: a team member is missing"},
		{"no intent", goodDeal().without(attributesPath), "REQ-DEAL error Marketplace Purchase Intent: whether the customer means to buy through the marketplace is missing"},
		{"other attribute", goodDeal().with(attributesPath, []any{map[string]any{"type": "SolutionArea", "id": "Security"}}),
			"REQ-DEAL error Marketplace Purchase Intent: whether the customer means to buy through the marketplace is missing"},
		{"intent refused already", goodDeal().without(attributesPath).cell(marketplaceIntent, "C7", "Marketplace Purchase Intent", "maybe"), ""},
		{"sharing unsaid", goodDeal().without(sellersPath), "REQ-DEAL error Share with Microsoft sales team: whether the deal is shared with Microsoft's sales team is missing"},
		{"an update needs nothing", update(goodDeal().without("type", "target", "name", "customerProfile.name", "details.dealValue", consentPath)), ""},
		{"nothing but a status in an update", update(&deal{values: map[string]any{"status": "Active", "substatus": "Accepted"}, record: Record{Cells: map[string]Ref{}}}), ""},
		{"skip", (&deal{values: map[string]any{}, record: Record{Action: "skip"}}), ""},
		{"<clear> for the name", update(goodDeal().without("name")).change(func(r *Record) { r.Cleared["name"] = true }), "REQ-CLEAR error Deal Name: the deal name cannot be emptied"},
		{"<clear> for the status", update(goodDeal()).change(func(r *Record) { r.Cleared["status"] = true }), "REQ-CLEAR error Partner Referral Status: the status cannot be emptied"},
		{"<clear> for the consent of a new deal", goodDeal().without(consentPath).cell(consentPath, "D7", consentHeader, "<clear>").change(func(r *Record) { r.Cleared[consentPath] = true }),
			"VAL-CONSENT error Consent to share Customer/Partner contact: the consent to share the contact is missing; it is never assumed"},
		{"<clear> for the name of a new deal", goodDeal().without("name").cell("name", "A7", "Topic", "<clear>").change(func(r *Record) { r.Cleared["name"] = true }),
			"REQ-ALWAYS error Topic: the deal name is missing"},
		{"<clear> for the value", update(goodDeal().without("details.dealValue")).change(func(r *Record) { r.Cleared["details.dealValue"] = true }),
			"REQ-CLEAR error Estimated Deal Value: the deal value cannot be emptied"},
		{"<clear> for the value by path", byPath(update(goodDeal().without("details.dealValue"))).change(func(r *Record) { r.Cleared["details.dealValue"] = true }),
			"REQ-CLEAR warning Estimated Deal Value: the deal value cannot be emptied"},
		{"<clear> for the notes", update(goodDeal()).change(func(r *Record) { r.Cleared["details.notes"] = true }), ""},

		{"consent blank", goodDeal().without(consentPath), "VAL-CONSENT error Consent to share Customer/Partner contact: the consent to share the contact is missing; it is never assumed"},
		{"consent blank by path", byPath(goodDeal().without(consentPath)), "VAL-CONSENT error Consent to share Customer/Partner contact: the consent to share the contact is missing; it is never assumed"},
		{"consent unreadable", goodDeal().without(consentPath).cell(consentPath, "D7", consentHeader, "x"), ""},
		{"consent no", goodDeal().with(consentPath, false), "VAL-CONSENT error Consent to share Customer/Partner contact: without consent to share the contact the service refuses the row"},
		{"consent no in an update", update(goodDeal().with(consentPath, false)), "VAL-CONSENT error Consent to share Customer/Partner contact: without consent to share the contact the service refuses the row"},

		{"new and won", goodDeal().with("status", "New").with("substatus", "Won"), `VAL-STATE error Partner Referral Substatus: "Won" does not belong to the status "New"`},
		{"new and accepted", goodDeal().with("status", "New").with("substatus", "Accepted"), `VAL-STATE error Partner Referral Substatus: "Accepted" does not belong to the status "New"`},
		{"none", goodDeal().with("status", "None").with("substatus", "None"), `VAL-STATE error Partner Referral Substatus: "None" does not belong to the status "None"`},
		{"status alone", goodDeal().with("status", "Closed"), `VAL-STATE error Partner Referral Substatus: the status "Closed" is without its substatus`},
		{"status alone in an update", update(goodDeal().with("status", "Active")), `VAL-STATE error Partner Referral Substatus: the status "Active" is without its substatus`},
		{"substatus alone", goodDeal().with("substatus", "Won"), `VAL-STATE error Partner Referral Status: the substatus "Won" is without its status`},
		{"substatus refused already", goodDeal().with("status", "Closed").cell("substatus", "F7", "Substatus", "Wonn"), ""},
		{"expired", goodDeal().with("status", "Closed").with("substatus", "Expired"), "STATE-EXPIRED warning Partner Referral Substatus: Expired is set by the service and may be refused"},
		{"error", goodDeal().with("status", "Closed").with("substatus", "Error").with("statusReason", "7"),
			"STATE-ERROR error Partner Referral Substatus: the API's documentation does not know the substatus Error"},
		{"lost without reason", goodDeal().with("status", "Closed").with("substatus", "Lost"), "STATE-REASON error Declined/Lost/Error reason: the reason for Lost is missing"},
		{"declined without reason by path", byPath(goodDeal().with("status", "Closed").with("substatus", "Declined")),
			"STATE-REASON warning Declined/Lost/Error reason: the reason for Declined is missing"},
		{"lost with reason", goodDeal().with("status", "Closed").with("substatus", "Lost").with("statusReason", "3"), ""},

		{"create what exists", update(goodDeal()).change(func(r *Record) { r.Action = "create" }), "ACTION-ID error Action: the row asks to create a referral, but names one that exists"},
		{"update what is not named", goodDeal().change(func(r *Record) { r.Action = "update" }), "ACTION-ID error Action: the row asks for an update, but names no referral"},
		{"update by CRM ID", goodDeal().with("externalReferenceId", "CRM-7").change(func(r *Record) { r.Action = "update" }), ""},

		{"help", sharedDeal(), ""},
		{"help without sharing", sharedDeal().with(sellersPath, false), "CONSENT-SHARE error Share with Microsoft sales team: Microsoft's help is asked for a deal that is not to be shared with its sellers"},
		{"closed deal with help", sharedDeal().without("customerProfile.team").with("status", "Closed").with("substatus", "Won").change(func(r *Record) { r.Private = true }), ""},
		{"shared without target", byPath(sharedDeal().with("target", []any{})), "TARGET-MISSING error Target ID: a Shared referral needs a target, and the row names none"},
		{"shared with a target", byPath(sharedDeal()), ""},
		{"target refused already", byPath(sharedDeal().without("target").cell("target[0].type", "H7", "Target Type", "Solution")), ""},
		{"a new deal with Microsoft as its target", sharedDeal().with("target", []any{map[string]any{"type": "BusinessProfileLocation", "id": "msft"}}), "TARGET-MSFT error Target ID: Microsoft is the target of a deal's second referral only, and the row names no deal"},
		{"the second referral of a deal", sharedDeal().with("target", []any{map[string]any{"type": "BusinessProfileLocation", "id": "msft"}}).change(func(r *Record) { r.EngagementID = "20000000-0000-4000-8000-000000000001" }), ""},
		{"independent with target", goodDeal().with("target", []any{map[string]any{"id": "SOL-1-A"}}), "TARGET-TYPE warning Target ID: an Independent referral has no target, but the row names one"},
		{"shared and not shared", byPath(sharedDeal().with(sellersPath, false)),
			"CONSENT-SHARE warning Share with Microsoft sales team: a Shared referral that is not shared with Microsoft's sellers contradicts itself"},
		{"no contact by path", byPath(sharedDeal().with("customerProfile.team", []any{map[string]any{"firstName": "Bo", "lastName": "Li"}})),
			"REQ-HELP warning Customer Contact Email Address: the e-mail address of the customer's contact is missing\nREQ-HELP warning Customer Contact Phone number: the phone number of the customer's contact is missing"},

		{"worth nothing", goodDeal().with("details.dealValue", json.Number("0.00")), "VAL-ZERO error Estimated Deal Value: the deal value is zero"},
		{"worth nothing by path", byPath(goodDeal().with("details.dealValue", json.Number("0"))), "VAL-ZERO warning Estimated Deal Value: the deal value is zero"},
		{"worth little", goodDeal().with("details.dealValue", json.Number("0.01")), ""},
		{"past date", goodDeal().with("details.closingDateTime", "2026-11-19T00:00:00Z"), "DATE-PAST warning Estimated Close Date: the estimated close date 2026-11-19 has passed"},
		{"today", goodDeal().with("details.closingDateTime", "2026-11-20T00:00:00Z"), ""},

		{"odd solution", goodDeal().with(solutionsPath, []any{map[string]any{"id": "SOL-12345-ABC"}, map[string]any{"id": "Azure Starter"}}),
			`VAL-SOLUTION warning Solution 2: "Azure Starter" does not look like the id of a solution`},
		{"solution without id", goodDeal().with(solutionsPath, []any{map[string]any{"price": json.Number("5")}}), "VAL-SOLUTION error Solution 1: the id of the solution is missing"},
		{"solution refused already", goodDeal().with(solutionsPath, []any{map[string]any{}}).cell(solutionsPath+"[0]", "J7", "Solution 1", ", USD"), ""},
		{"id of a solution refused already", goodDeal().with(solutionsPath, []any{map[string]any{}}).cell(solutionsPath+"[0].id", "J7", "Solution 1 ID", "N/A"), ""},
		{"category", goodDeal().with(solutionsPath, []any{map[string]any{"id": "BigData", "type": "Category"}}), ""},
		{"Microsoft's solution", goodDeal().with(solutionsPath, []any{map[string]any{"id": "2f0a7c5e-0000-4000-8000-00000000000a"}}), ""},
		{"51 people", goodDeal().with("team", slices.Repeat([]any{map[string]any{"firstName": "Ann"}}, 51)), "VAL-COUNT error Team member 50: the row has 51 team members, the limit is 50"},
		{"50 people", goodDeal().with("team", slices.Repeat([]any{map[string]any{"firstName": "Ann"}}, 50)), ""},

		{"lost zero", goodDeal().with("customerProfile.address.postalCode", "2134"),
			`VAL-POSTAL error Customer Postal code: "2134" has 4 digits where 5 are usual; a leading zero was probably lost (02134?)`},
		{"lost two zeros", goodDeal().with("customerProfile.address.postalCode", "501"),
			`VAL-POSTAL error Customer Postal code: "501" has 3 digits where 5 are usual; a leading zero was probably lost (00501?)`},
		{"four digits in Austria", goodDeal().with("customerProfile.address.country", "AT").with("customerProfile.address.postalCode", "1010"), ""},
		{"code with suffix", goodDeal().with("customerProfile.address.postalCode", "02134-1000"), ""},
		{"Czech code with space", goodDeal().with("customerProfile.address.country", "CZ").with("customerProfile.address.postalCode", "110 00"), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := said(tt.deal.check(t, ruleDay)); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestErrorStatusCanBeAllowed(t *testing.T) {
	ctx := ruleDay
	ctx.AllowErrorStatus = true
	d := goodDeal().with("status", "Closed").with("substatus", "Error").with("statusReason", "7")
	if problems := d.check(t, ctx); len(problems) > 0 {
		t.Errorf("got %s", said(problems))
	}
}

func TestHelpNeedsContact(t *testing.T) {
	problems := sharedDeal().without("customerProfile.team", "inviteContext.assistanceRequestCode").check(t, ruleDay)
	if len(problems) != 5 {
		t.Errorf("got %d problems, want the kind of help and the four parts of the contact:\n%s", len(problems), said(problems))
	}
	for _, p := range problems {
		if p.Rule != "REQ-HELP" || p.Severity != Fault {
			t.Errorf("got %+v, want an error of REQ-HELP", p)
		}
	}
}

func TestProblemsNameTheirCell(t *testing.T) {
	d := goodDeal().with("status", "New").with("substatus", "Won").cell("substatus", "F7", "Deal\nSubstatus", "won\x1b")
	problems := d.check(t, ruleDay)
	want := Problem{Row: 7, Cell: "F7", Column: "Deal\nSubstatus", Value: `won\x1b`, Rule: "VAL-STATE", Severity: Fault,
		Message: `"Won" does not belong to the status "New"`, Hint: "New goes with Pending, Received"}
	if len(problems) != 1 || problems[0] != want {
		t.Errorf("got %+v, want %+v", problems, want)
	}
	alone := goodDeal().with("substatus", "Won").check(t, ruleDay)
	if alone[0].Hint != "Won goes with Closed" {
		t.Errorf("a substatus alone hints %q", alone[0].Hint)
	}
}

// TestEveryLegalPairPasses holds the state rules to the lifecycle table over all pairs.
func TestEveryLegalPairPasses(t *testing.T) {
	statuses := append(api.Statuses(), "None", "Engaged")
	substatuses := []string{"Pending", "Received", "Accepted", "Won", "Lost", "Declined", "Expired", "Error", "None"}
	rapid.Check(t, func(t *rapid.T) {
		status := rapid.SampledFrom(statuses).Draw(t, "status")
		substatus := rapid.SampledFrom(substatuses).Draw(t, "substatus")
		d := goodDeal().with("status", status).with("substatus", substatus)
		refused := strings.Contains(said(d.check(t, ruleDay)), "VAL-STATE")
		if refused == api.LegalPair(status, substatus) {
			t.Fatalf("%s with %s: refused is %v", status, substatus, refused)
		}
	})
}

// TestEveryRequirementIsFound takes any set of required values away and finds just these.
func TestEveryRequirementIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := goodDeal()
		want := 0
		for _, path := range []string{"type", "name", "customerProfile.name", "details.dealValue", "details.currency", "details.closingDateTime", "team",
			"customerProfile.address.city", solutionsPath, sellersPath, consentPath, attributesPath} {
			if rapid.Bool().Draw(t, path) {
				d.without(path)
				want++
			}
		}
		problems := d.check(t, ruleDay)
		if len(problems) != want {
			t.Fatalf("%d values are missing, the problems are\n%s", want, said(problems))
		}
	})
}

// The known pairs of area and play are those of a fiscal year: what is no pair is an error in it, and a warning later.
func TestPlaysAndTheirAreas(t *testing.T) {
	then := RuleContext{Today: time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)}
	for _, test := range []struct {
		area, play string
		today      RuleContext
		want       Severity
	}{
		{"Security", "Unify Your Data Platform", ruleDay, Warning},
		{"Security", "Unify Your Data Platform", then, Fault},
		{"Cloud and AI Platforms", "Unify Your Data Platform", then, ""},
		{"Security", "Data Security", then, ""},
		{"AI Business Solutions", "Data Security", then, ""},
		{"Microsoft Unified", "Drive Cloud Success through Unified with Enhanced Solutions", then, ""},
		{"Cloud and AI Platforms", "Converged Communications", then, ""}, // nobody knows where it belongs
		{"Gardening", "Unify Your Data Platform", then, ""},
		{"Security", "Roses", then, ""},
		{"Security", "", then, ""},
	} {
		problems := goodDeal().with(attributesPath, []any{map[string]any{"type": "CustomerMarketplaceIntent", "id": "No"},
			map[string]any{"type": "SolutionArea", "id": test.area}, map[string]any{"type": "SolutionPlay", "id": test.play}}).check(t, test.today)
		var got Severity
		for _, p := range problems {
			if p.Rule == "PAIR-PLAY" {
				got = p.Severity
			}
		}
		if got != test.want {
			t.Errorf("%s of %s: %q, want %q", test.play, test.area, got, test.want)
		}
	}
}
