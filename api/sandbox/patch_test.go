package sandbox

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func op(name, path, value string) string {
	return fmt.Sprintf(`{"op":%q,"path":%q,"value":%s}`, name, path, value)
}

func patchOf(ops ...string) string { return "[" + strings.Join(ops, ",") + "]" }

func TestPatchSamples(t *testing.T) {
	jane := `{"email":"jane@contoso.example.com","firstName":"Jane","lastName":"Example","phoneNumber":"0000000001"}`
	cases := []struct {
		name, body string
		path       string
		want       string
	}{
		{"value as text", patchOf(op("replace", "/details/dealValue", `"10000"`), op("add", "/team/-", jane)), "details.dealValue", "10000"},
		{"value as number", patchOf(op("replace", "/details/dealValue", `10000.50`)), "details.dealValue", "10000.50"},
		{"notes", patchOf(op("replace", "/details/notes", `"Lorem"`)), "details.notes", "Lorem"},
		{"won", patchOf(op("replace", "/status", `"Closed"`), op("replace", "/substatus", `"Won"`)), "substatus", "Won"},
		{"a property that was null", patchOf(op("replace", "/campaignId", `"C-1"`)), "campaignId", "C-1"},
		{"cleared", patchOf(op("replace", "/details/notes", `null`)), "details.notes", "<nil>"},
		{"added", patchOf(op("add", "/salesStage", `"40"`)), "salesStage", "40"},
		{"in an element", patchOf(op("replace", "/team/0/email", `"bob@example.com"`)), "name", "Supply chain renewal"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, Options{})
			before := w.create().doc
			empty := w.want(http.StatusNoContent, "PATCH", item(before), c.body)
			if empty.body != "" || empty.header.Get("ETag") == text(before, "eTag") {
				t.Errorf("204 with body %q and ETag %s", empty.body, empty.header.Get("ETag"))
			}
			after := w.want(200, "GET", item(before), "").doc
			if got := fmt.Sprint(lookup(after, splitPath(c.path)...)); got != c.want {
				t.Errorf("%s = %s, want %s", c.path, got, c.want)
			}
			if text(after, "eTag") != empty.header.Get("ETag") || text(after, "updatedDateTime") <= text(before, "updatedDateTime") {
				t.Errorf("eTag %v, updated %v", after["eTag"], after["updatedDateTime"])
			}
			if len(w.Violations()) != 0 {
				t.Errorf("violations %q", w.Violations())
			}
		})
	}
}

func TestPatchAnswersWithTheReferral(t *testing.T) {
	w := newWorld(t, Options{})
	before := w.create().doc
	got := w.with("Prefer", "return=representation").want(200, "PATCH", item(before), patchOf(op("add", "/team/-", `{"email":"c@example.com"}`)))
	if team := elements(got.doc["team"]); len(team) != 2 || text(team[1], "email") != "c@example.com" {
		t.Errorf("team %v", got.doc["team"])
	}
	if got.header.Get("ETag") != text(got.doc, "eTag") {
		t.Errorf("ETag %s, eTag %v", got.header.Get("ETag"), got.doc["eTag"])
	}
}

func TestPatchRefusals(t *testing.T) {
	notes := op("replace", "/details/notes", `"x"`)
	cases := []struct {
		name, body, target string
		misuse             bool
	}{
		{"an object", `{"op":"add"}`, "", true},
		{"no operations", `[]`, "", true},
		{"too many", patchOf(strings.Split(strings.TrimSuffix(strings.Repeat(notes+"\n", maxOps+1), "\n"), "\n")...), "", true},
		{"no value", `[{"op":"replace","path":"/name"}]`, "", true},
		{"a member too many", `[{"op":"replace","path":"/name","value":"x","from":"/a"}]`, "", true},
		{"remove", patchOf(op("remove", "/details/notes", `null`)), "/details/notes", true},
		{"test", patchOf(op("test", "/name", `"x"`)), "/name", true},
		{"no slash", patchOf(op("replace", "details/notes", `"x"`)), "details/notes", true},
		{"a bad escape", patchOf(op("replace", "/details~2notes", `"x"`)), "/details~2notes", true},
		{"a property nobody knows", patchOf(op("replace", "/details/closeDate", `"x"`)), "/details/closeDate", true},
		{"another spelling", patchOf(op("replace", "/subStatus", `"Won"`)), "/subStatus", true},
		{"through nothing", patchOf(op("replace", "/expirationDateTime/x", `"x"`)), "/expirationDateTime/x", false},
		{"through a missing parent", patchOf(op("replace", "/detail/notes", `"x"`)), "/detail/notes", false},
		{"an element that is not there", patchOf(op("replace", "/team/1/email", `"x"`)), "/team/1/email", false},
		{"an index with a zero in front", patchOf(op("replace", "/team/00", `{}`)), "/team/00", false},
		{"insertion", patchOf(op("add", "/team/0", `{}`)), "/team/0", true},
		{"replacing the end", patchOf(op("replace", "/team/-", `{}`)), "/team/-", false},
		{"an unknown member of a member", patchOf(op("add", "/team/-", `{"mail":"x"}`)), "team[1].mail", true},
		{"a status alone", patchOf(op("replace", "/status", `"Closed"`)), "substatus", false},
		{"back to New", patchOf(op("replace", "/status", `"New"`), op("replace", "/substatus", `"Pending"`)), "status", false},
		{"expired", patchOf(op("replace", "/status", `"Closed"`), op("replace", "/substatus", `"Expired"`)), "substatus", false},
		{"error", patchOf(op("replace", "/status", `"Closed"`), op("replace", "/substatus", `"Error"`)), "substatus", false},
		{"the id", patchOf(op("replace", "/id", `"x"`)), "id", true},
		{"the eTag", patchOf(op("replace", "/eTag", `"x"`)), "eTag", true},
		{"the creation", patchOf(op("replace", "/createdDateTime", `"2026-01-01T00:00:00Z"`)), "createdDateTime", true},
		{"the links", patchOf(op("replace", "/links", `{}`)), "links", true},
		{"the engagement", patchOf(op("replace", "/engagementId", `"`+newGUID()+`"`)), "engagementId", false},
		{"the customer's name", patchOf(op("replace", "/customerProfile/name", `"Other"`)), "customerProfile.name", false},
		{"the customer's city", patchOf(op("replace", "/customerProfile/address/city", `"Other"`)), "customerProfile.address.city", false},
		{"the whole address", patchOf(op("replace", "/customerProfile/address", `null`)), "customerProfile.address.addressLine1", false},
		{"the D-U-N-S", patchOf(op("add", "/customerProfile/ids/-", `{"profileType":"Duns","id":"1"}`)), "customerProfile.ids", false},
		{"the location", patchOf(op("replace", "/mpnId", `"1"`)), "mpnId", false},
		{"the consent", patchOf(op("replace", "/consent/consentToToShareInfoWithOthers", `false`)), "consent.consentToToShareInfoWithOthers", false},
		{"shared with nobody", patchOf(op("replace", "/type", `"Shared"`)), "target", false},
		{"Microsoft by a change", patchOf(op("add", "/target/-", `{"type":"BusinessProfileLocation","id":"msft"}`)), "target", false},
		{"a registration before winning", patchOf(op("add", "/registrations/-", `{"type":"AzureIPCoSell"}`)), "registrations", false},
		{"a wrong kind", patchOf(op("replace", "/details/currency", `7`)), "details.currency", false},
		{"a value that is no number", patchOf(op("replace", "/details/dealValue", `"10,000"`)), "details.dealValue", false},
		{"details gone", patchOf(op("replace", "/details", `null`)), "details", false},
		{"the first of two bad", patchOf(notes, op("replace", "/name", `null`)), "name", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, Options{})
			before := w.create()
			w.refused(http.StatusBadRequest, c.target, "PATCH", item(before.doc), c.body)
			after := w.want(200, "GET", item(before.doc), "").doc
			delete(after, "@odata.context")
			if !reflect.DeepEqual(after, before.doc) {
				t.Error("a refused change left something behind")
			}
			if noted := len(w.Violations()) == 1; noted != c.misuse {
				t.Errorf("violations %q, want one: %v", w.Violations(), c.misuse)
			}
		})
	}
}

func TestIfMatch(t *testing.T) {
	w := newWorld(t, Options{})
	doc := w.create().doc
	etag := text(doc, "eTag")
	notes := patchOf(op("replace", "/details/notes", `"x"`))
	got := w.with("If-Match", `"other"`).want(412, "PATCH", item(doc), notes)
	want := `{"error":{"code":"preconditionFailed","innerError":{"code":"99918","message":"One of the specified pre-condition is not met. Etag value did not Match","details":null},` +
		`"message":"A precondition provided in the request (such as an if-match header) does not match the resource's current state.","target":"ETag"}}`
	if got.body != want {
		t.Errorf("412 with %s", got.body)
	}
	if len(w.Violations()) != 0 {
		t.Errorf("violations %q", w.Violations())
	}
	w.with("If-Match", strings.Trim(etag, `"`)).want(412, "PATCH", item(doc), notes)
	w.with("If-Match", "*").want(412, "PATCH", item(doc), notes)
	if len(w.Violations()) != 2 {
		t.Errorf("violations %q, want two", w.Violations())
	}
	w.with("If-Match", etag).want(204, "PATCH", item(doc), notes)
	w.with("If-Match", etag).want(412, "PATCH", item(doc), notes)
}

func TestClosedReferrals(t *testing.T) {
	w := newWorld(t, Options{})
	doc := w.create().doc
	w.want(204, "PATCH", item(doc), patchOf(op("replace", "/status", `"Closed"`), op("replace", "/substatus", `"Lost"`), op("replace", "/statusReason", `"Price"`)))
	closed := w.want(200, "GET", item(doc), "").doc
	if closed["closedDateTime"] != closed["updatedDateTime"] {
		t.Errorf("closed %v, updated %v", closed["closedDateTime"], closed["updatedDateTime"])
	}
	w.refused(400, "status", "PATCH", item(doc), patchOf(op("replace", "/details/notes", `"x"`)))
	w.refused(400, "status", "PATCH", item(doc), patchOf(op("replace", "/substatus", `"Won"`)))
	w.refused(400, "registrations", "PATCH", item(doc), patchOf(op("add", "/registrations/-", registration)))
}

const registration = `{"type":"AzureIPCoSell","contract":{"value":30000,"currency":"USD","term":"Perpetual"},
	"solutionDetails":[{"id":"SOL-12345-ABC","value":30000,"currency":"USD","isDeployedOnAzure":true,"primaryDeploymentOn":"Customer"}]}`

func TestRegistration(t *testing.T) {
	w := newWorld(t, Options{})
	doc := w.create().doc
	w.want(204, "PATCH", item(doc), patchOf(op("replace", "/status", `"Closed"`), op("replace", "/substatus", `"Won"`)))
	w.refused(400, "registrations[0].contract", "PATCH", item(doc), patchOf(op("add", "/registrations/-", `{"type":"AzureIPCoSell","solutionDetails":[]}`)))
	w.refused(400, "registrations[0].status", "PATCH", item(doc), patchOf(op("add", "/registrations/-", `{"type":"AzureIPCoSell","status":"Approved"}`)))
	w.want(204, "PATCH", item(doc), patchOf(op("add", "/registrations/-", registration)))
	got := w.want(200, "GET", item(doc), "").doc
	if got["registrationStatus"] != "ReviewPending" || text(elements(got["registrations"])[0], "status") != "ReviewPending" {
		t.Errorf("registered as %v, %v", got["registrationStatus"], got["registrations"])
	}
	w.refused(400, "registrations", "PATCH", item(doc), patchOf(op("add", "/registrations/-", registration)))
	w.refused(400, "/registrations/0/status", "PATCH", item(doc), patchOf(op("replace", "/registrations/0/status", `"Approved"`)))
	w.want(204, "PATCH", item(doc), patchOf(op("replace", "/registrations/0/contract/value", "40000")))
	w.refused(400, "status", "PATCH", item(doc), patchOf(op("replace", "/registrations/0/contract/value", "50000"), op("replace", "/name", `"x"`)))
	got = w.want(200, "GET", item(doc), "").doc
	if value := fmt.Sprint(lookup(elements(got["registrations"])[0], "contract", "value")); value != "40000" {
		t.Errorf("contract value %s, want 40000", value)
	}
}

func TestSellerConsentIsOneWay(t *testing.T) {
	w := newWorld(t, Options{})
	doc := w.create("consent.consentToShareReferralWithMicrosoftSellers", "false").doc
	const path = "/consent/consentToShareReferralWithMicrosoftSellers"
	w.want(204, "PATCH", item(doc), patchOf(op("replace", path, "true")))
	w.refused(400, "consent.consentToShareReferralWithMicrosoftSellers", "PATCH", item(doc), patchOf(op("replace", path, "false")))
}

func TestLeadsAreAccepted(t *testing.T) {
	w := newWorld(t, Options{})
	id := newGUID()
	lead := map[string]any{"id": id, "type": "Independent", "consent": map[string]any{}, "details": map[string]any{},
		"customerProfile": map[string]any{"ids": map[string]any{}}, "acceptedDateTime": nil}
	if err := w.Seed(lead); err != nil {
		t.Fatal(err)
	}
	w.want(204, "PATCH", collection+"/"+id, patchOf(op("replace", "/status", `"Active"`), op("replace", "/substatus", `"Accepted"`)))
	got := w.want(200, "GET", collection+"/"+id, "").doc
	if got["acceptedDateTime"] != got["updatedDateTime"] {
		t.Errorf("accepted %v, updated %v", got["acceptedDateTime"], got["updatedDateTime"])
	}
}

// A patch of any free text properties changes those, the version and the time, and nothing else.
func TestPatchChangesNothingElse(t *testing.T) {
	w := newWorld(t, Options{})
	before := w.create().doc
	paths := []string{"/name", "/details/notes", "/campaignId", "/statusReason", "/customerProfile/size", "/team/0/title", "/inviteContext/notes"}
	rapid.Check(t, func(rt *rapid.T) {
		wants := rapid.MapOfN(rapid.SampledFrom(paths), rapid.String(), 1, -1).Draw(rt, "changes")
		var ops []string
		want := clone(before).(map[string]any)
		for path, value := range wants {
			ops = append(ops, op("replace", path, string(encode(value))))
			parsed, bad := parseOp(map[string]any{"op": "replace", "path": path, "value": value})
			if bad != nil || parsed.apply(want) != nil {
				rt.Fatalf("%s cannot be applied", path)
			}
		}
		after := w.with("Prefer", "return=representation").want(200, "PATCH", item(before), patchOf(ops...)).doc
		for _, name := range []string{"eTag", "updatedDateTime"} {
			if after[name] == before[name] {
				rt.Fatalf("%s stayed as it was", name)
			}
			want[name] = after[name]
		}
		if !reflect.DeepEqual(after, want) {
			rt.Fatalf("became %s, want %s", encode(after), encode(want))
		}
		before = after
	})
}
