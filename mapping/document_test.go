package mapping

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// documented is the create sample of the documentation, with invented people.
// Source: the "Create a referral" page, the sample of a shared referral.
const documented = `{
  "externalReferenceId": "CRM-0042", "name": "Contoso supply chain",
  "status": "New", "substatus": "Pending", "statusReason": "",
  "qualification": "SalesQualified", "type": "Independent", "expirationDateTime": "2026-11-14T00:00:00Z",
  "customerProfile": {
    "name": "Contoso Customer Inc",
    "address": {"addressLine1": "1 Example Way", "addressLine2": "34", "city": "Redmond", "state": "WA", "postalCode": "98052", "country": "US"},
    "size": "10to50employees",
    "team": [
      {"contactPreference": {"locale": "en-us", "disableNotifications": false}, "firstName": "Sue", "lastName": "Example", "phoneNumber": "1234567890", "email": "sue@contoso.example.com"},
      {"contactPreference": {"locale": "en-us", "disableNotifications": false}, "firstName": "Joe", "lastName": "Example", "phoneNumber": "4035698759", "email": "joe@contoso.example.com"}
    ],
    "ids": []
  },
  "consent": {"consentToToShareInfoWithOthers": true, "consentToContact": true, "consentToMicrosoftToContactSpecificPartners": true, "consentToShareReferralWithMicrosoftSellers": false},
  "details": {
    "notes": "Customer wants to manage the supply chain.\nThere are apps as well.",
    "dealValue": 50000, "currency": "USD", "closingDateTime": "2026-11-14T00:00:00Z",
    "requirements": {
      "industries": [{"id": "Manufacturing"}], "products": [{"id": "Dynamics365Enterprise"}], "services": [{"id": "DeploymentOrMigration"}],
      "solutions": [{"name": "Contoso Supply", "type": "Name", "id": "SOL-15974-ABC", "publisherName": "Fabrikam", "solutionType": "3P"},
                    {"name": "Dynamics 365 for Field Service", "type": "Category", "id": "Dynamics365forFieldService"}],
      "additionalRequirements": {"iot": {}, "attributes": [{"id": "HaveNotDecided", "type": "CustomerMarketplaceIntent"}]}
    }
  },
  "team": [{"contactPreference": {"locale": "en-us", "disableNotifications": false}, "firstName": "John", "lastName": "Example", "phoneNumber": "1231231234", "email": "john@fabrikam.example.com"}],
  "inviteContext": {"notes": "Hoping you can help this customer.", "invitedBy": {"organizationId": "msft"}},
  "target": []
}`

// leaves returns the paths of a document with what a cell says for each. A text without
// characters cannot be said by a cell and is left out.
func leaves(path string, value any, into map[string]string) {
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			leaves(strings.TrimPrefix(path+"."+name, "."), member, into)
		}
		if len(v) == 0 {
			into[path] = "{}"
		}
	case []any:
		for i, element := range v {
			leaves(fmt.Sprintf("%s[%d]", path, i), element, into)
		}
		if len(v) == 0 {
			into[path] = "[]"
		}
	default:
		into[path] = fmt.Sprint(v)
	}
}

// asRow writes a document as a row whose headers are JSON paths.
func asRow(t *testing.T, document string) (header, texts []string) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(document))
	decoder.UseNumber()
	var root any
	if err := decoder.Decode(&root); err != nil {
		t.Fatal(err)
	}
	cells := map[string]string{}
	leaves("", root, cells)
	for _, path := range slices.Sorted(maps.Keys(cells)) {
		header, texts = append(header, path), append(texts, cells[path])
	}
	return header, texts
}

// TestDocumentedExample: one row with JSON paths is exactly the documented body, whatever the
// order of its columns.
func TestDocumentedExample(t *testing.T) {
	header, texts := asRow(t, documented)
	want := strings.Replace(documented, `, "statusReason": ""`, "", 1)
	for name, file := range map[string][2][]string{"forward": {header, texts}, "backward": {reversed(header), reversed(texts)}} {
		s := readSample(MatchOptions{Unattended: true}, file[0], file[1])
		rec, problems := s.decode(0)
		if got := codes(slices.Concat(s.header, s.settled, problems, Check(rec, RuleContext{Today: today}))); !slices.Equal(got, []string{"DATE-PAST"}) {
			t.Errorf("%s: got %v; the example's close date has passed, and that is all", name, got)
		}
		sameJSON(t, mustJSON(t, rec), want)
		if len(rec.Implied) > 0 || rec.Private {
			t.Errorf("%s: implied %v", name, rec.Implied)
		}
	}
}

func reversed(texts []string) []string {
	texts = slices.Clone(texts)
	slices.Reverse(texts)
	return texts
}

// TestMinimalExample is the documentation's private deal.
func TestMinimalExample(t *testing.T) {
	const private = `{"name": "Contoso Test Deal", "qualification": "SalesQualified", "type": "Independent",
	 "customerProfile": {"name": "Contoso", "address": {"addressLine1": "1 Example Way", "city": "Redmond", "state": "WA", "postalCode": "98052", "country": "US"}, "size": "10to50employees",
	  "team": [{"firstName": "Sue", "lastName": "Example", "phoneNumber": "1234567890", "email": "sue@example.com"}]},
	 "consent": {"consentToToShareInfoWithOthers": true, "consentToContact": true, "consentToMicrosoftToContactSpecificPartners": true, "consentToShareReferralWithMicrosoftSellers": false},
	 "details": {"notes": "n", "dealValue": 50000, "currency": "USD", "closingDateTime": "2026-12-14T00:00:00Z",
	  "requirements": {"solutions": [{"type": "Name", "id": "SOL-15974-ABC", "name": "Contoso Ale", "publisherName": "Contoso", "solutionType": "3P"}],
	   "additionalRequirements": {"iot": {}, "attributes": [{"id": "HaveNotDecided", "type": "CustomerMarketplaceIntent"}]}}},
	 "team": [{"firstName": "John", "lastName": "Example", "phoneNumber": "1231231234", "email": "john@example.com"}],
	 "target": []}`
	header, texts := asRow(t, private)
	rec, problems := decodeOne(header, texts)
	if len(problems) > 0 {
		t.Errorf("%+v", problems)
	}
	sameJSON(t, mustJSON(t, rec), private)
}
