package sandbox

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const collection = "/v1.0/engagements/referrals"

// world is a sandbox and someone who talks to it as the documentation asks.
type world struct {
	t *testing.T
	*Sandbox
	header map[string]string // changes to the usual headers; "" takes one away
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
	doc    map[string]any
}

func newWorld(t *testing.T, options Options) *world {
	t.Helper()
	if options.Now == nil {
		options.Now = clockAt(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	}
	s, err := Open(options)
	if err != nil {
		t.Fatalf("opening: %v", err)
	}
	t.Cleanup(func() { s.Close() })
	return &world{t: t, Sandbox: s}
}

// clockAt is a clock that moves on a second at every look.
func clockAt(start time.Time) func() time.Time {
	looks := make(chan time.Time, 1)
	looks <- start
	return func() time.Time {
		now := <-looks
		looks <- now.Add(time.Second)
		return now
	}
}

// with returns the same world with other headers.
func (w *world) with(pairs ...string) *world {
	other := &world{t: w.t, Sandbox: w.Sandbox, header: map[string]string{}}
	maps.Copy(other.header, w.header)
	for i := 0; i < len(pairs); i += 2 {
		other.header[pairs[i]] = pairs[i+1]
	}
	return other
}

func (w *world) request(method, path, body string) *http.Request {
	request := httptest.NewRequest(method, strings.ReplaceAll(path, " ", "%20"), strings.NewReader(body))
	headers := map[string]string{"Authorization": "Bearer word", headerCallID: newGUID()}
	if body != "" {
		headers["Content-Type"] = "application/json"
	}
	maps.Copy(headers, w.header)
	for name, value := range headers {
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	return request
}

func (w *world) do(method, path, body string) answer {
	w.t.Helper()
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, w.request(method, path, body))
	result := recorder.Result()
	data, err := io.ReadAll(result.Body)
	if err != nil {
		w.t.Fatalf("reading the answer: %v", err)
	}
	got := answer{status: result.StatusCode, header: result.Header, body: string(data)}
	if value, err := decode(data); err == nil {
		got.doc, _ = value.(map[string]any)
	}
	return got
}

// want does a request and fails unless the status is the wanted one.
func (w *world) want(status int, method, path, body string) answer {
	w.t.Helper()
	got := w.do(method, path, body)
	if got.status != status {
		w.t.Fatalf("%s %s: status %d, want %d: %s", method, path, got.status, status, got.body)
	}
	return got
}

// create makes a referral of the sample body with changes.
func (w *world) create(changes ...string) answer {
	w.t.Helper()
	return w.want(http.StatusCreated, "POST", collection, sample(changes...))
}

// refused does a request and checks the error envelope.
func (w *world) refused(status int, target, method, path, body string) {
	w.t.Helper()
	got := w.want(status, method, path, body)
	if text(got.doc, "error", "target") != target || text(got.doc, "error", "code") != codeOf(status) || text(got.doc, "error", "message") == "" {
		w.t.Errorf("%s %s: error %s, want the code %q and the target %q", method, path, got.body, codeOf(status), target)
	}
}

func item(doc map[string]any) string { return collection + "/" + text(doc, "id") }

// sampleBody has the properties of the documentation's own create sample, with invented people.
const sampleBody = `{
  "name": "Supply chain renewal", "externalReferenceId": "CRM-1",
  "expirationDateTime": "2026-12-14T00:00:00Z", "status": "New", "substatus": "Pending",
  "statusReason": null, "qualification": "SalesQualified", "type": "Independent",
  "customerProfile": {
    "name": "Fabrikam Inc", "size": "10to50employees", "ids": [],
    "address": {"addressLine1": "1 Example Street", "addressLine2": "34", "city": "Redmond", "state": "WA", "postalCode": "98052", "country": "US"},
    "team": [{"contactPreference": {"locale": "en-us", "disableNotifications": false},
      "firstName": "Ada", "lastName": "Example", "phoneNumber": "1234567890", "email": "ada@fabrikam.example.com"}]
  },
  "consent": {"consentToToShareInfoWithOthers": true, "consentToContact": true},
  "details": {
    "notes": "Wants to manage its supply chain.", "dealValue": 50000, "currency": "USD", "closingDateTime": "2026-12-14T00:00:00Z",
    "requirements": {"industries": [{"id": "Manufacturing"}], "products": [{"id": "Dynamics365Enterprise"}],
      "services": [{"id": "DeploymentOrMigration"}],
      "solutions": [{"name": "Dynamics 365 for Field Service", "type": "Category", "id": "Dynamics365forFieldService"}]}
  },
  "team": [{"contactPreference": {"locale": "en-us", "disableNotifications": false},
    "firstName": "Bob", "lastName": "Example", "phoneNumber": "1231231234", "email": "bob@contoso.example.com"}],
  "inviteContext": {"notes": "Hoping you can help.", "invitedBy": {"organizationId": "msft"}}
}`

// sample returns the sample body with changes: pairs of a dotted path and JSON. "-" removes.
func sample(changes ...string) string { return changed(sampleBody, changes...) }

func changed(body string, changes ...string) string {
	value, err := decode([]byte(body))
	if err != nil {
		panic(fmt.Sprintf("%v: %s", err, body))
	}
	document := value.(map[string]any)
	for i := 0; i < len(changes); i += 2 {
		names := strings.Split(changes[i], ".")
		if strings.HasPrefix(changes[i], "@") {
			names = changes[i : i+1]
		}
		parent := document
		for _, name := range names[:len(names)-1] {
			parent = parent[name].(map[string]any)
		}
		last := names[len(names)-1]
		if changes[i+1] == "-" {
			delete(parent, last)
			continue
		}
		if parent[last], err = decode([]byte(changes[i+1])); err != nil {
			panic(fmt.Sprintf("%v: %s", err, changes[i+1]))
		}
	}
	return string(encode(document))
}

// shared are the changes that make the sample a deal to share with Microsoft.
var shared = []string{
	"type", `"Shared"`, "target", `[{"type":"SolutionProfile","id":"SOL-12345-ABC"}]`,
	"consent.consentToShareReferralWithMicrosoftSellers", "true",
}

// invite are the changes that make the sample the referral that invites Microsoft.
func invite(engagementID string, more ...string) []string {
	return append([]string{
		"type", `"Shared"`, "target", `[{"type":"BusinessProfileLocation","id":"msft"}]`, "engagementId", `"` + engagementID + `"`,
		"consent.consentToShareReferralWithMicrosoftSellers", "true", "externalReferenceId", `"CRM-1/2"`,
	}, more...)
}

func parse(t *testing.T, body string) map[string]any {
	t.Helper()
	value, err := decode([]byte(body))
	doc, ok := value.(map[string]any)
	if err != nil || !ok {
		t.Fatalf("%v: %s", err, body)
	}
	return doc
}
