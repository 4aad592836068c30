package sandbox

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// putBody is what a careful client sends: the whole resource as it was read, without links.
func putBody(doc map[string]any, changes ...string) string {
	body := clone(doc).(map[string]any)
	delete(body, "links")
	delete(body, "@odata.context")
	return changed(string(encode(body)), changes...)
}

func TestPut(t *testing.T) {
	w := newWorld(t, Options{})
	w.create()
	before := w.create("details.dealValue", "9007199254740993").doc
	etag := text(before, "eTag")
	got := w.with("If-Match", etag).want(200, "PUT", item(before), putBody(before, "details.notes", `"New notes"`)).doc
	if text(got, "details", "notes") != "New notes" || got["eTag"] == etag || got["links"] == nil {
		t.Errorf("became %v", got)
	}
	if value := fmt.Sprint(lookup(got, "details", "dealValue")); value != "9007199254740993" {
		t.Errorf("dealValue became %s", value)
	}
	for _, name := range []string{"id", "createdDateTime", "engagementId", "customerProfile", "team", "trackingInfo"} {
		if !reflect.DeepEqual(got[name], before[name]) {
			t.Errorf("%s became %v", name, got[name])
		}
	}
	if len(w.Violations()) != 0 {
		t.Errorf("violations %q", w.Violations())
	}
}

func TestPutOfWhatTheConnectorSends(t *testing.T) {
	w := newWorld(t, Options{})
	before := w.create("mpnId", `"123"`, "campaignId", `"C-1"`).doc
	body := map[string]any{}
	for _, name := range strings.Fields("id status substatus target customerProfile eTag engagementId organizationId organizationName createdDateTime " +
		"updatedDateTime expirationDateTime qualification type consent details team inviteContext externalReferenceId name") {
		body[name] = before[name]
	}
	got := w.with("If-Match", text(before, "eTag")).want(200, "PUT", item(before), string(encode(body))).doc
	if got["mpnId"] != "123" || got["acceptedDateTime"] != before["acceptedDateTime"] {
		t.Errorf("a PUT took away what is read-only: %v, %v", got["mpnId"], got["acceptedDateTime"])
	}
	if got["campaignId"] != nil {
		t.Errorf("a PUT without campaignId left %v", got["campaignId"])
	}
}

func TestPutRefusals(t *testing.T) {
	cases := []struct {
		name    string
		etag    string // "" means the right one
		changes []string
		status  int
		target  string
		misuse  bool
	}{
		{"without If-Match", "-", nil, 400, "If-Match", true},
		{"with another version", `"x"`, nil, 412, "ETag", false},
		{"with links", "", []string{"links", `{}`}, 400, "links", true},
		{"with annotations", "", []string{"@odata.context", `"x"`}, 400, "@odata.context", true},
		{"with another id", "", []string{"id", `"` + newGUID() + `"`}, 400, "id", true},
		{"with another owner", "", []string{"organizationName", `"Fabrikam"`}, 400, "organizationName", true},
		{"with something new", "", []string{"dealName", `"x"`}, 400, "dealName", true},
		{"without status", "", []string{"status", "-", "substatus", "-"}, 400, "status", false},
		{"without consent", "", []string{"consent", "-"}, 400, "consent", false},
		{"with another customer", "", []string{"customerProfile.name", `"Other"`}, 400, "customerProfile.name", false},
		{"back to New", "", []string{"status", `"New"`, "substatus", `"Pending"`}, 400, "status", false},
		{"with null for an array", "", []string{"target", `null`}, 400, "target", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, Options{})
			before := w.create().doc
			etag := map[string]string{"": text(before, "eTag"), "-": ""}
			header, ok := etag[c.etag]
			if !ok {
				header = c.etag
			}
			w.with("If-Match", header).refused(c.status, c.target, "PUT", item(before), putBody(before, c.changes...))
			if after := w.want(200, "GET", item(before), "").doc; after["eTag"] != before["eTag"] {
				t.Error("a refused PUT changed the referral")
			}
			if noted := len(w.Violations()) == 1; noted != c.misuse {
				t.Errorf("violations %q, want one: %v", w.Violations(), c.misuse)
			}
		})
	}
}

func TestPutKeepsWhatNobodyKnows(t *testing.T) {
	w := newWorld(t, Options{})
	doc := parse(t, sample("status", `"New"`, "substatus", `"Received"`))
	doc["id"], doc["future"] = newGUID(), map[string]any{"a": "b"}
	doc["details"].(map[string]any)["novel"] = "x"
	if err := w.Seed(doc); err != nil {
		t.Fatal(err)
	}
	before := w.want(200, "GET", item(doc), "").doc
	after := w.with("If-Match", text(before, "eTag")).want(200, "PUT", item(doc), putBody(before)).doc
	if text(after, "future", "a") != "b" || text(after, "details", "novel") != "x" || len(w.Violations()) != 0 {
		t.Errorf("future %v, novel %v, violations %q", after["future"], lookup(after, "details", "novel"), w.Violations())
	}
	w.with("If-Match", text(after, "eTag")).refused(400, "future", "PUT", item(doc), putBody(after, "future", `7`))
	after = w.with("If-Match", text(after, "eTag")).want(200, "PUT", item(doc), putBody(after, "future", "-", "details.novel", "-")).doc
	if text(after, "future", "a") != "b" || text(after, "details", "novel") != "x" {
		t.Error("what a PUT left out is lost")
	}
	found := w.Violations()
	if len(found) != 2 || !strings.Contains(found[1], "details.novel, future") {
		t.Errorf("violations %q", found)
	}
}

func TestPutOfAClosedReferral(t *testing.T) {
	w := newWorld(t, Options{})
	before := w.create().doc
	closed := w.with("If-Match", text(before, "eTag")).want(200, "PUT", item(before), putBody(before, "status", `"Closed"`, "substatus", `"Won"`)).doc
	w.with("If-Match", text(closed, "eTag")).refused(400, "status", "PUT", item(before), putBody(closed))
	w.with("If-Match", `"x"`).want(404, "PUT", collection+"/"+newGUID(), putBody(closed))
}
