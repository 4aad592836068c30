package sandbox

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// FuzzAuthority: whatever the form, the answer is a refusal in the form of the standard, or
// tokens, and nothing of the body is in the ledger.
func FuzzAuthority(f *testing.F) {
	f.Add("devicecode", formOf("client_id", appID, "scope", allScopes))
	f.Add("token", formOf("grant_type", deviceGrant, "client_id", appID, "device_code", "secret"))
	f.Add("token", formOf("grant_type", "authorization_code", "client_id", appID, "code", "secret", "redirect_uri", callback, "code_verifier", verifier))
	f.Add("token", formOf("grant_type", "refresh_token", "client_id", appID, "refresh_token", "secret", "scope", "a/b c/d"))
	f.Add("token", "%zz&grant_type=x;y")
	f.Fuzz(func(t *testing.T, endpoint, body string) {
		if endpoint != "token" {
			endpoint = "devicecode"
		}
		w := newWorld(t, Options{})
		got := w.asForm().do("POST", authorityRoot+endpoint, body)
		denied := got.status == 400 && text(got.doc, "error") != "" && text(got.doc, "error_description") != ""
		begun := got.status == 200 && text(got.doc, "device_code") != "" && len(w.Violations()) == 0
		if !denied && !begun {
			t.Fatalf("status %d: %s", got.status, got.body)
		}
		if entry := w.Ledger()[0]; entry.BodyHash != "" || entry.Query != "" || entry.Status != got.status {
			t.Fatalf("ledger %+v", entry)
		}
	})
}

// FuzzCreate: whatever the body, the answer is a create or a refusal in the documented
// envelope, and the first is stored as it was answered.
func FuzzCreate(f *testing.F) {
	for _, body := range []string{sampleBody, privateSample, sample(shared...), sample(invite(someGUID)...), "{}", "[]", "null",
		`{"type":"Independent","customerProfile":{},"consent":{"consentToToShareInfoWithOthers":true},"details":{}}`,
		sample("team", `[null]`), sample("target", `[[]]`), sample("inviteContext", `null`), sample("details.requirements", `null`)} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		w := newWorld(t, Options{})
		got := w.do("POST", collection, body)
		switch {
		case got.status == 201:
			read := w.want(200, "GET", item(got.doc), "")
			delete(read.doc, "@odata.context")
			if string(encode(read.doc)) != string(encode(got.doc)) || w.Count() != 1 {
				t.Fatalf("answered %s, stored %s", got.body, read.body)
			}
		case got.status >= 500 || text(got.doc, "error", "code") == "" || w.Count() != 0:
			t.Fatalf("status %d, %d stored: %s", got.status, w.Count(), got.body)
		}
	})
}

// FuzzPut: whatever is put, the properties of the service stay as they are.
func FuzzPut(f *testing.F) {
	f.Add(sampleBody)
	f.Add(`{}`)
	f.Add(`{"status":"Closed","substatus":"Won","type":"Shared","target":[{"type":"None","id":"x"}],"customerProfile":{},"consent":{},"details":{}}`)
	f.Fuzz(func(t *testing.T, body string) {
		w := newWorld(t, Options{})
		before := w.create().doc
		got := w.with("If-Match", text(before, "eTag")).do("PUT", item(before), body)
		if got.status >= 500 {
			t.Fatalf("status %d: %s", got.status, got.body)
		}
		after := w.want(200, "GET", item(before), "").doc
		for _, name := range []string{"id", "engagementId", "createdDateTime", "organizationId", "links", "trackingInfo", "direction"} {
			if string(encode(after[name])) != string(encode(before[name])) {
				t.Fatalf("%s became %v", name, after[name])
			}
		}
		if (after["eTag"] != before["eTag"]) != (got.status == 200) {
			t.Fatalf("status %d, eTag %v after %v", got.status, after["eTag"], before["eTag"])
		}
	})
}

// FuzzQuery: whatever is asked for, the answer is a page or a refusal.
func FuzzQuery(f *testing.F) {
	for _, query := range []string{"", "$top=1", "$orderby=createdDateTime desc", "$filter=status eq 'New'", "$skiptoken=x", "%", "a;b", "$select=id&$select=id"} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		w := newWorld(t, Options{})
		w.create()
		request := w.request("GET", collection, "")
		request.URL = &url.URL{Path: collection, RawQuery: query}
		recorder := httptest.NewRecorder()
		w.ServeHTTP(recorder, request)
		if code := recorder.Code; code != 200 && code != 400 {
			t.Fatalf("status %d: %s", code, recorder.Body)
		}
	})
}

// FuzzBearer looks at bearer tokens: none makes the check panic, and only those with three parts
// are taken for real.
func FuzzBearer(f *testing.F) {
	f.Add(jwt(`{"iss":"https://sts.windows.net/x/"}`))
	f.Add("a.b.c")
	f.Fuzz(func(t *testing.T, token string) {
		if fromMicrosoft(token) && strings.Count(token, ".") != 2 {
			t.Fatalf("%q was taken for real", token)
		}
	})
}
