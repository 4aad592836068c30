package sandbox

import (
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

func TestCreateDocumentedSample(t *testing.T) {
	w := newWorld(t, Options{})
	got := w.create().doc
	wants := map[string]any{"status": "Active", "substatus": "Accepted", "direction": "Outgoing", "organizationId": organizationID,
		"registrationStatus": "None", "closedDateTime": nil, "externalReferenceId": "CRM-1", "expirationDateTime": "2026-12-14T00:00:00Z"}
	for name, want := range wants {
		if got[name] != want {
			t.Errorf("%s = %v, want %v", name, got[name], want)
		}
	}
	stamp := regexp.MustCompile(`^2026-11-20T09:00:\d\d\.\d{7}Z$`)
	for _, name := range []string{"createdDateTime", "updatedDateTime", "acceptedDateTime"} {
		if value, _ := got[name].(string); !stamp.MatchString(value) {
			t.Errorf("%s = %v", name, got[name])
		}
	}
	if !regexp.MustCompile(`^"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{8}0000"$`).MatchString(text(got, "eTag")) {
		t.Errorf("eTag = %s", got["eTag"])
	}
	if !isGUID(text(got, "id")) || !isGUID(text(got, "engagementId")) {
		t.Errorf("id %v, engagementId %v", got["id"], got["engagementId"])
	}
	if want := publicRoot + "/engagments/referrals/" + text(got, "id"); text(got, "links", "self", "uri") != want {
		t.Errorf("links.self.uri = %q, want %q", text(got, "links", "self", "uri"), want)
	}
	assertHolds(t, "", got, parse(t, sample("status", "-", "substatus", "-")))
	if len(w.Violations()) != 0 {
		t.Errorf("violations %q", w.Violations())
	}
}

// assertHolds fails unless got has everything that want has.
func assertHolds(t *testing.T, path string, got, want any) {
	t.Helper()
	switch v := want.(type) {
	case map[string]any:
		for name, member := range v {
			assertHolds(t, join(path, name), lookup(got, name), member)
		}
	case []any:
		list, _ := got.([]any)
		if len(list) != len(v) {
			t.Errorf("%s has %d elements, want %d", path, len(list), len(v))
			return
		}
		for i := range v {
			assertHolds(t, fmt.Sprintf("%s[%d]", path, i), list[i], v[i])
		}
	default:
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s = %v, want %v", path, got, want)
		}
	}
}

// privateSample has the properties of the current minimal private sample.
const privateSample = `{"name":"Private deal","qualification":"SalesQualified","type":"Independent",
 "customerProfile":{"name":"Fabrikam","address":{"addressLine1":"1 Example Street","addressLine2":"","city":"Redmond","state":"WA","postalCode":"98052","country":"US"},
  "size":"1to9employees","team":[{"firstName":"Ada","lastName":"Example","phoneNumber":"1","email":"ada@example.com"}]},
 "consent":{"consentToToShareInfoWithOthers":true,"ConsentToContact":true,"consentToMicrosoftToContactSpecificPartners":false,"consentToShareReferralWithMicrosoftSellers":false},
 "details":{"notes":"","dealValue":100.50,"currency":"USD","closingDateTime":"2026-12-31T00:00:00Z",
  "requirements":{"solutions":[{"type":"Name","id":"SOL-12345-ABC","name":"Suite","publisherName":"Contoso","solutionType":"3P"}],
   "additionalRequirements":{"iot":{},"attributes":[{"id":"HaveNotDecided","type":"CustomerMarketplaceIntent"}]}}},
 "team":[{"firstName":"Bob","lastName":"Example","phoneNumber":"2","email":"bob@example.com"}],"target":[]}`

func TestCreatePrivateSample(t *testing.T) {
	got := newWorld(t, Options{}).want(201, "POST", collection, privateSample).doc
	if lookup(got, "consent", "consentToContact") != true || lookup(got, "consent", "ConsentToContact") != nil {
		t.Errorf("consent = %v", got["consent"])
	}
	if value := fmt.Sprint(lookup(got, "details", "dealValue")); value != "100.50" {
		t.Errorf("dealValue = %s: its spelling is lost", value)
	}
	if got["status"] != "Active" || got["substatus"] != "Accepted" {
		t.Errorf("status %v, %v", got["status"], got["substatus"])
	}
}

func TestCreateRefusals(t *testing.T) {
	cases := []struct {
		name    string
		changes []string
		target  string
		misuse  bool // noted as a violation
	}{
		{"no type", []string{"type", "-"}, "type", false},
		{"no customer", []string{"customerProfile", "-"}, "customerProfile", false},
		{"no consent", []string{"consent", "-"}, "consent", false},
		{"no details", []string{"details", "-"}, "details", false},
		{"null details", []string{"details", "null"}, "details", false},
		{"unknown property", []string{"dealName", `"x"`}, "dealName", true},
		{"unknown nested property", []string{"details.closeDate", `"2026-12-14T00:00:00Z"`}, "details.closeDate", true},
		{"another spelling", []string{"subStatus", `"Pending"`}, "subStatus", true},
		{"unknown in a team", []string{"team", `[{"emailAddress":"a@example.com"}]`}, "team[0].emailAddress", true},
		{"an id", []string{"id", `"` + newGUID() + `"`}, "id", true},
		{"a null id", []string{"id", `null`}, "id", true},
		{"a time of creation", []string{"createdDateTime", `"2026-11-20T00:00:00Z"`}, "createdDateTime", true},
		{"an eTag", []string{"eTag", `"\"1\""`}, "eTag", true},
		{"an organisation", []string{"organizationId", `"` + newGUID() + `"`}, "organizationId", true},
		{"links", []string{"links", `{}`}, "links", true},
		{"registrations", []string{"registrations", `[]`}, "registrations", true},
		{"tracking", []string{"trackingInfo", `{}`}, "trackingInfo", true},
		{"a matching state", []string{"customerProfile.isMatchingComplete", `true`}, "customerProfile.isMatchingComplete", true},
		{"no consent to share", []string{"consent.consentToToShareInfoWithOthers", "false"}, "consent.consentToToShareInfoWithOthers", false},
		{"consent to share left out", []string{"consent.consentToToShareInfoWithOthers", "-"}, "consent.consentToToShareInfoWithOthers", false},
		{"consent as text", []string{"consent.consentToContact", `"true"`}, "consent.consentToContact", false},
		{"a status nobody knows", []string{"status", `"Open"`}, "status", false},
		{"a status in another case", []string{"status", `"new"`}, "status", false},
		{"status alone", []string{"substatus", "-"}, "substatus", false},
		{"substatus alone", []string{"status", "-"}, "substatus", false},
		{"a pair that does not fit", []string{"substatus", `"Accepted"`}, "substatus", false},
		{"None", []string{"status", `"None"`, "substatus", `"None"`}, "status", false},
		{"closed from the start", []string{"status", `"Closed"`, "substatus", `"Won"`}, "status", false},
		{"Engaged", []string{"substatus", `"Engaged"`}, "substatus", false},
		{"a type nobody knows", []string{"type", `"Private"`}, "type", false},
		{"a qualification nobody knows", []string{"qualification", `"Hot"`}, "qualification", false},
		{"a sales stage nobody knows", []string{"salesStage", `"35"`}, "salesStage", false},
		{"a sales stage as number", []string{"salesStage", `40`}, "salesStage", false},
		{"an assistance code nobody knows", []string{"inviteContext.assistanceRequestCode", `"Help"`}, "inviteContext.assistanceRequestCode", false},
		{"a country of three letters", []string{"customerProfile.address.country", `"USA"`}, "customerProfile.address.country", false},
		{"a country in lower case", []string{"customerProfile.address.country", `"us"`}, "customerProfile.address.country", false},
		{"no country at all", []string{"customerProfile.address.country", `null`}, "customerProfile.address.country", false},
		{"a currency by its sign", []string{"details.currency", `"$"`}, "details.currency", false},
		{"a value as text", []string{"details.dealValue", `"50000"`}, "details.dealValue", false},
		{"a negative value", []string{"details.dealValue", `-1`}, "details.dealValue", false},
		{"a date without time", []string{"details.closingDateTime", `"2026-12-14"`}, "details.closingDateTime", false},
		{"a date with an offset", []string{"details.closingDateTime", `"2026-12-14T00:00:00+01:00"`}, "details.closingDateTime", false},
		{"a date that is none", []string{"details.closingDateTime", `"2026-02-30T00:00:00Z"`}, "details.closingDateTime", false},
		{"details as array", []string{"details", `[]`}, "details", false},
		{"ids as object", []string{"customerProfile.ids", `{"duns":"1"}`}, "customerProfile.ids", false},
		{"an id of another kind", []string{"customerProfile.ids", `[{"profileType":"VAT","id":"1"}]`}, "customerProfile.ids[0].profileType", false},
		{"a name as number", []string{"name", `7`}, "name", false},
		{"shared with nobody", []string{"type", `"Shared"`}, "target", false},
		{"an engagement without Microsoft", []string{"engagementId", `"` + newGUID() + `"`}, "engagementId", false},
		{"an engagement nobody knows", invite(newGUID()), "engagementId", false},
		{"Microsoft without engagement", invite(newGUID(), "engagementId", "-"), "engagementId", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, Options{})
			w.refused(http.StatusBadRequest, c.target, "POST", collection, sample(c.changes...))
			if w.Count() != 0 {
				t.Error("a refused referral was kept")
			}
			if noted := len(w.Violations()) == 1; noted != c.misuse {
				t.Errorf("violations %q, want one: %v", w.Violations(), c.misuse)
			}
		})
	}
}

func TestStatusIsOverridden(t *testing.T) {
	for _, pair := range [][2]string{{"New", "Pending"}, {"New", "Received"}, {"Active", "Accepted"}} {
		got := newWorld(t, Options{}).create("status", `"`+pair[0]+`"`, "substatus", `"`+pair[1]+`"`).doc
		if got["status"] != "Active" || got["substatus"] != "Accepted" {
			t.Errorf("%v became %v, %v", pair, got["status"], got["substatus"])
		}
	}
}

func TestInvitingMicrosoft(t *testing.T) {
	w := newWorld(t, Options{})
	own := w.create(shared...).doc
	engagement := text(own, "engagementId")
	for _, c := range []struct {
		target  string
		changes []string
	}{
		{"type", []string{"type", `"Independent"`}},
		{"consent.consentToShareReferralWithMicrosoftSellers", []string{"consent.consentToShareReferralWithMicrosoftSellers", "false"}},
		{"customerProfile.team", []string{"customerProfile.team", "[]"}},
		{"customerProfile.team", []string{"customerProfile.team", `[{"firstName":"Ada","lastName":"Example","email":"ada@example.com"}]`}},
	} {
		w.refused(400, c.target, "POST", collection, sample(invite(engagement, c.changes...)...))
	}
	invited := w.create(invite(engagement)...).doc
	if text(invited, "engagementId") != engagement || text(invited, "id") == text(own, "id") {
		t.Errorf("invited %v into %v, own %v", invited["id"], invited["engagementId"], own["id"])
	}
	w.refused(409, "engagementId", "POST", collection, sample(invite(engagement)...))
	list := w.want(200, "GET", collection+"?$filter=engagementId eq '"+engagement+"'", "")
	if got := len(elements(list.doc["value"])); got != 2 {
		t.Errorf("%d referrals in the engagement, want 2", got)
	}
}

func TestIDsFollowFromSeedAndMarker(t *testing.T) {
	ids := func(seed uint64) []string {
		w := newWorld(t, Options{Seed: seed})
		return []string{text(w.create().doc, "id"), text(w.create().doc, "id"), text(w.create("externalReferenceId", `"CRM-2"`).doc, "id")}
	}
	first, again, other := ids(1), ids(1), ids(2)
	if !reflect.DeepEqual(first, again) || first[0] == first[1] || first[0] == other[0] {
		t.Errorf("ids %v, %v, %v", first, again, other)
	}
	w := newWorld(t, Options{Seed: 1})
	a, b := w.create("externalReferenceId", "null").doc, w.create("externalReferenceId", "-").doc
	if a["id"] == b["id"] || b["externalReferenceId"] != nil {
		t.Errorf("without marker: %v, %v", a["id"], b["id"])
	}
	if got := w.Created()[""]; got != 2 {
		t.Errorf("%d created without marker, want 2", got)
	}
}

func TestSeed(t *testing.T) {
	w := newWorld(t, Options{})
	lead := map[string]any{"name": "A lead", "externalReferenceId": "CRM-1", "future": map[string]any{"x": "y"}, "direction": "Incoming"}
	if err := w.Seed(lead); err != nil {
		t.Fatal(err)
	}
	if len(w.Created()) != 0 || w.Count() != 1 {
		t.Errorf("created %v, count %d", w.Created(), w.Count())
	}
	created := w.create().doc
	if w.Count() != 2 {
		t.Errorf("a create took the place of the lead %v", created["id"])
	}
	for doc := range w.Referrals() {
		if doc["name"] != "A lead" {
			continue
		}
		if doc["status"] != "New" || doc["direction"] != "Incoming" || text(doc, "future", "x") != "y" || !isGUID(text(doc, "engagementId")) {
			t.Errorf("the lead became %v", doc)
		}
	}
}

// Whatever is left out of the optional properties, a create succeeds, keeps what was sent and
// gives every property that the table fills in.
func TestCreateAnySubset(t *testing.T) {
	w := newWorld(t, Options{})
	optional := []string{"name", "externalReferenceId", "expirationDateTime", "statusReason", "qualification", "team", "inviteContext",
		"customerProfile.size", "customerProfile.ids", "customerProfile.address", "customerProfile.team", "details.notes", "details.dealValue",
		"details.requirements", "consent.consentToContact"}
	rapid.Check(t, func(rt *rapid.T) {
		changes := []string{"status", "-", "substatus", "-"}
		for _, path := range rapid.SliceOfDistinct(rapid.SampledFrom(optional), rapid.ID[string]).Draw(rt, "left out") {
			changes = append(changes, path, "-")
		}
		body := sample(changes...)
		got := w.want(201, "POST", collection, body).doc
		assertHolds(t, "", got, parse(t, body))
		for _, f := range fillings {
			if lookup(got, splitPath(f.path)[0]) == nil && f.json != "null" && splitPath(f.path)[0] == f.path {
				rt.Fatalf("%s is missing", f.path)
			}
		}
	})
}
