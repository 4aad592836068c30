package mapping

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"refload/api"
)

// mergedRow decodes a row of headers and texts and lays it over a live referral.
func mergedRow(t *testing.T, live string, cells map[string]string) *Merged {
	t.Helper()
	header := slices.Sorted(maps.Keys(cells))
	texts := make([]string, len(header))
	for i, name := range header {
		texts[i] = cells[name]
	}
	record, problems := decodeOne(header, texts)
	for _, p := range problems {
		if p.Severity == Fault {
			t.Fatalf("%+v", p)
		}
	}
	referral, err := api.ParseReferral([]byte(live))
	if err != nil {
		t.Fatal(err)
	}
	return record.Merge(referral)
}

func shownChanges(list []api.Change) string {
	var texts []string
	for _, c := range list {
		texts = append(texts, fmt.Sprintf("%s: %v → %v", c.Path, c.Old, c.New))
	}
	return strings.Join(texts, "; ")
}

const liveDeal = `{"id":"9f0c1c58-5f9c-4b0c-8f2a-1c1d2e3f4a5b","eTag":"\"1\"","name":"Supply &amp; chain","status":"Active","substatus":"Accepted","externalReferenceId":"CRM-1",
"type":"Independent","qualification":"SalesQualified","unknownThing":{"n":50000.10},
"customerProfile":{"name":"Contoso","address":{"addressLine1":"1 Way","city":"Redmond","country":"US"},"team":[{"firstName":"Sue","email":"sue@example.com"}]},
"consent":{"consentToToShareInfoWithOthers":true,"consentToShareReferralWithMicrosoftSellers":false},
"details":{"dealValue":"50000","currency":"USD","closingDateTime":"2027-01-30T00:00:00.0000000Z","notes":"old",
 "requirements":{"solutions":[{"id":"SOL-1-AAA","name":"Backup","price":10,"currency":"USD"},{"id":"SOL-2-BBB","quantity":7}],
  "products":[{"id":"Azure"},{"id":"Teams"}],"additionalRequirements":{"attributes":[{"type":"CustomerMarketplaceIntent","id":"No"},{"type":"X","id":"y"}]}}},
"team":[{"firstName":"Ann","lastName":"Lee","phoneNumber":"1","email":"ann@example.com","title":"Boss"},{"firstName":"Bob","email":"bob@example.com","title":"Chief"}],
"inviteContext":null}`

func TestMergeOverALiveReferral(t *testing.T) {
	for _, test := range []struct {
		name  string
		cells map[string]string
		want  string
	}{
		{"what means the same is no change", map[string]string{"Deal Name": "Supply & chain", "Estimated Deal Value": "50000.00", "Estimated Close Date": "2027-01-30", "CRM ID": " CRM-1 ", "Products": "Teams; Azure"}, ""},
		{"a CRM ID is exact", map[string]string{"CRM ID": "crm-1"}, "externalReferenceId: CRM-1 → crm-1"},
		{"another day", map[string]string{"Estimated Close Date": "2027-01-31"}, "details.closingDateTime: 2027-01-30T00:00:00.0000000Z → 2027-01-31T00:00:00Z"},
		{"blank says nothing", map[string]string{"Deal Name": "", "Notes": ""}, ""},
		{"one value", map[string]string{"Estimated Deal Value": "60000"}, "details.dealValue: 50000 → 60000"},
		{"cleared", map[string]string{"Notes": "<clear>", "Campaign ID": "<clear>"}, "details.notes: old → <nil>"},
		{"a new object", map[string]string{"Notes to Microsoft": "please"}, "inviteContext: <nil> → map[notes:please]"},
		{"a person is known by e-mail, whatever the column", map[string]string{"Team member 1": "Bob, , , bob@example.com"}, ""},
		{"a packed cell keeps the title", map[string]string{"Team member 1": "Ann, Lee, 2, Ann@Example.com"}, "team[0].phoneNumber: 1 → 2"},
		{"an address of its own column is a correction", map[string]string{"Team member 1 Email": "anne@example.com"}, "team[0].email: ann@example.com → anne@example.com"},
		{"a packed cell with another address is another person", map[string]string{"Team member 1": "Eve, Fox, , eve@example.com"},
			"team[0].email: ann@example.com → eve@example.com; team[0].firstName: Ann → Eve; team[0].lastName: Lee → Fox; team[0].phoneNumber: 1 → <nil>; team[0].title: Boss → <nil>"},
		{"a person without address is known by all that is said", map[string]string{"Team member 5": "Bob"}, ""},
		{"a person is added", map[string]string{"Team member 3": "Cid, Roe, , cid@example.com"}, "team[2]: <nil> → map[email:cid@example.com firstName:Cid lastName:Roe]"},
		{"a part without identity goes by the column", map[string]string{"Team member 2 Title": "Deputy"}, "team[1].title: Chief → Deputy"},
		{"a person is removed", map[string]string{"Team member 2": "<clear>"}, "team[1]: map[email:bob@example.com firstName:Bob title:Chief] → <nil>"},
		{"a solution by its id keeps its name", map[string]string{"Solution 1": "SOL-1-AAA, USD, 20"}, "details.requirements.solutions[0].price: 10 → 20"},
		{"an attribute by its type", map[string]string{"Marketplace Purchase Intent": "Yes", "Solution Area": "Security"},
			"details.requirements.additionalRequirements.attributes[0].id: No → Yes; details.requirements.additionalRequirements.attributes[2]: <nil> → map[id:Security type:SolutionArea]"},
		{"a list is a whole", map[string]string{"Products": "Azure"}, "details.requirements.products[1]: map[id:Teams] → <nil>"},
		{"shared with Microsoft", map[string]string{"Share with Microsoft sales team": "Yes"}, "consent.consentToShareReferralWithMicrosoftSellers: false → true"},
		{"a closed deal is not shared any more", map[string]string{"Share with Microsoft sales team": "Yes", "Partner Referral Status": "Closed", "Partner Referral Substatus": "Won"}, ""},
		{"status is a destination, not a change", map[string]string{"Partner Referral Status": "Closed", "Partner Referral Substatus": "Won"}, ""},
		{"implied values are no wish", map[string]string{"Microsoft help required?": "No", "Consent to share Customer/Partner contact": "Yes"}, ""},
	} {
		m := mergedRow(t, liveDeal, test.cells)
		if got := shownChanges(m.Changes); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.name, got, test.want)
		}
		if len(m.Locked)+len(m.OneWay) > 0 {
			t.Errorf("%s: locked %v, one-way %v", test.name, m.Locked, m.OneWay)
		}
		if _, kept := m.Doc.Get("unknownThing.n"); !kept {
			t.Errorf("%s: an unknown property got lost", test.name)
		}
	}
}

// A day is the day of any moment on it: a sheet with days does not take the time away.
func TestADayIsAnyMomentOfIt(t *testing.T) {
	late := strings.Replace(liveDeal, "2027-01-30T00:00:00.0000000Z", "2027-01-30T18:30:00Z", 1)
	if m := mergedRow(t, late, map[string]string{"Estimated Close Date": "2027-01-30"}); len(m.Changes) > 0 {
		t.Error(shownChanges(m.Changes))
	}
	if m := mergedRow(t, late, map[string]string{"Estimated Close Date": "2027-01-31"}); len(m.Changes) != 1 {
		t.Error(shownChanges(m.Changes))
	}
}

// What is read-only after creation is told of, not sent; a difference in case or white space is
// none.
func TestMergeOverReadOnlyProperties(t *testing.T) {
	m := mergedRow(t, liveDeal, map[string]string{"Customer City": " redmond", "Customer Name": "Fabrikam", "Qualification": "Direct", "Notes": "new"})
	if got := shownChanges(m.Changes); got != "details.notes: old → new" {
		t.Errorf("changes %s", got)
	}
	if got := shownChanges(m.Locked); got != "customerProfile.name: Contoso → Fabrikam; qualification: SalesQualified → Direct" {
		t.Errorf("locked %s", got)
	}
	if m.Doc.Text("customerProfile.name") != "Contoso" {
		t.Error("the locked value is in the document")
	}
}

// Once shared, contacts are read-only, and sharing cannot be taken back.
func TestMergeOverASharedReferral(t *testing.T) {
	shared := strings.Replace(liveDeal, `"consentToShareReferralWithMicrosoftSellers":false`, `"consentToShareReferralWithMicrosoftSellers":true`, 1)
	m := mergedRow(t, shared, map[string]string{"Customer Contact First Name": "Tom", "Share with Microsoft sales team": "No", "Notes to Microsoft": "first word"})
	if got := shownChanges(m.Changes); got != "" {
		t.Errorf("changes %s", got)
	}
	if len(m.Locked) != 2 || m.Locked[0].Path != "customerProfile.team" || len(m.OneWay) != 1 {
		t.Errorf("locked %v, one-way %v", m.Locked, m.OneWay)
	}
}

// What Microsoft needs to be invited can be filled in when the row asks for help; what is there
// stays. A property of another shape than the table's is left alone.
func TestMergeWhenHelpIsAsked(t *testing.T) {
	shared := strings.Replace(liveDeal, `"consentToShareReferralWithMicrosoftSellers":false`, `"consentToShareReferralWithMicrosoftSellers":true`, 1)
	m := mergedRow(t, shared, map[string]string{"Customer Contact First Name": "Tom", "Microsoft help required?": "Yes", "Notes to Microsoft": "first word"})
	if got := shownChanges(m.Changes); got != "inviteContext: <nil> → map[notes:first word]" || len(m.Locked) != 1 {
		t.Errorf("changes %s, locked %v", got, m.Locked)
	}
	odd := strings.Replace(liveDeal, `"team":[{"firstName":"Ann"`, `"team":{"odd":true},"team2":[{"firstName":"Ann"`, 1)
	if m := mergedRow(t, odd, map[string]string{"Team member 1 Email": "eve@example.com"}); len(m.Changes) > 0 || len(m.Locked) != 1 {
		t.Errorf("a team that is no list: %s, %v", shownChanges(m.Changes), m.Locked)
	}
}

// A referral made from a row is as the row wants it, and so is one after the row was laid over.
func TestMergeIsDoneOnce(t *testing.T) {
	for i, changes := range []map[string]string{
		{}, {"Products": "Azure; Teams", "Solution 2": "", "Solution 3": "SOL-7-QQQ, USD, 1"}, {"Microsoft help required?": "Yes", "What specific help from Microsoft?": "2"},
		{"Team member 2": "Bob, Roe, 5, bob@example.com", "Team member 1": ""}, {"Partner Referral Status": "Closed", "Partner Referral Substatus": "Lost", "Declined/Lost/Error reason": "3"},
	} {
		record, _ := portalRecord(changes)
		if m := record.Merge(record.Doc); len(m.Changes)+len(m.Locked)+len(m.OneWay) > 0 {
			t.Errorf("%d: over its own referral: %v %v %v", i, m.Changes, m.Locked, m.OneWay)
		}
		live, _ := api.ParseReferral([]byte(liveDeal))
		once := record.Merge(live)
		if again := record.Merge(once.Doc); len(again.Changes) > 0 || len(once.Changes) == 0 {
			t.Errorf("%d: a second time: %s", i, shownChanges(again.Changes))
		}
	}
}
