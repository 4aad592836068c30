package sandbox

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
)

func jwt(payload string) string {
	part := base64.RawURLEncoding.EncodeToString
	return part([]byte(`{"alg":"none"}`)) + "." + part([]byte(payload)) + "." + part([]byte("signature"))
}

func TestHeadersAreRequired(t *testing.T) {
	used := newGUID()
	cases := []struct {
		name   string
		header []string
		status int
		target string
	}{
		{"no token", []string{"Authorization", ""}, 401, "Authorization"},
		{"another scheme", []string{"Authorization", "Basic d29yZA=="}, 401, "Authorization"},
		{"an empty token", []string{"Authorization", "Bearer  "}, 401, "Authorization"},
		{"a real token", []string{"Authorization", "Bearer " + jwt(`{"iss":"https://sts.windows.net/tenant/"}`)}, 401, "Authorization"},
		{"another real token", []string{"Authorization", "Bearer " + jwt(`{"iss":"https://login.MICROSOFTonline.com/x"}`)}, 401, "Authorization"},
		{"no call id", []string{headerCallID, ""}, 400, headerCallID},
		{"a call id that is no GUID", []string{headerCallID, "call-1"}, 400, headerCallID},
		{"a used call id", []string{headerCallID, used}, 400, headerCallID},
		{"a used call id in capitals", []string{headerCallID, strings.ToUpper(used)}, 400, headerCallID},
		{"a replay key", []string{"Idempotency-Key", "1"}, 400, "Idempotency-Key"},
		{"another replay key", []string{"X-Idempotency-Key", "1"}, 400, "X-Idempotency-Key"},
		{"another media type wanted", []string{"Accept", "text/html"}, 406, "Accept"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, Options{})
			w.with(headerCallID, used).want(200, "GET", collection, "")
			w.with(c.header...).refused(c.status, c.target, "GET", collection, "")
			w.with(c.header...).refused(c.status, c.target, "POST", collection, sample())
			if w.Count() != 0 || len(w.Created()) != 0 {
				t.Errorf("%d referrals were made", w.Count())
			}
			if got := len(w.Violations()); got != 2 {
				t.Errorf("%d violations noted, want 2: %q", got, w.Violations())
			}
		})
	}
}

func TestTokensThatPass(t *testing.T) {
	for _, token := range []string{"x", "a.b", "a.b.c", jwt(`{"iss":"https://contoso.example.com"}`), jwt(`[]`), jwt(`{"iss":7}`)} {
		w := newWorld(t, Options{})
		w.with("Authorization", "Bearer "+token).want(200, "GET", collection, "")
	}
}

func TestBodyHeaders(t *testing.T) {
	big := `{"name":"` + strings.Repeat("x", maxBody) + `"}`
	cases := []struct {
		name   string
		header []string
		body   string
		status int
		target string
	}{
		{"no media type", []string{"Content-Type", ""}, sample(), 415, "Content-Type"},
		{"a form", []string{"Content-Type", "application/x-www-form-urlencoded"}, sample(), 415, "Content-Type"},
		{"a patch type", []string{"Content-Type", "application/json-patch+json"}, sample(), 415, "Content-Type"},
		{"an encoding", []string{"Content-Encoding", "gzip"}, sample(), 415, "Content-Encoding"},
		{"nothing", []string{"Content-Type", "application/json"}, "", 400, ""},
		{"half a document", nil, sample()[:100], 400, ""},
		{"two documents", nil, sample() + sample(), 400, ""},
		{"an array", nil, "[" + sample() + "]", 400, ""},
		{"a property twice", nil, `{"name":"a",` + sample()[1:], 400, ""},
		{"not UTF-8", nil, "{\"name\":\"\xff\"}", 400, ""},
		{"too large", nil, big, 413, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, Options{})
			w.with(c.header...).refused(c.status, c.target, "POST", collection, c.body)
			if len(w.Violations()) != 1 {
				t.Errorf("violations %q, want one", w.Violations())
			}
		})
	}
	newWorld(t, Options{}).with("Content-Type", "application/json; charset=utf-8").create()
}

func TestAnswerHeaders(t *testing.T) {
	w := newWorld(t, Options{})
	call := newGUID()
	got := w.with(headerCallID, call, headerCorrelationID, "run-7").create()
	if got.header.Get(headerCallID) != call || got.header.Get(headerCorrelationID) != "run-7" {
		t.Errorf("ids not echoed: %v", got.header)
	}
	if !isGUID(got.header.Get(headerRequestID)) {
		t.Errorf("request-id %q is no GUID", got.header.Get(headerRequestID))
	}
	if _, err := http.ParseTime(got.header.Get("Date")); err != nil {
		t.Errorf("Date: %v", err)
	}
	if got.header.Get("ETag") != text(got.doc, "eTag") || !strings.HasPrefix(text(got.doc, "eTag"), `"`) {
		t.Errorf("ETag %q, eTag %q", got.header.Get("ETag"), text(got.doc, "eTag"))
	}
	second := w.do("GET", item(got.doc), "")
	if second.header.Get(headerRequestID) == got.header.Get(headerRequestID) {
		t.Error("two answers with one request-id")
	}
	if refusedToo := w.do("GET", collection+"/x", ""); !isGUID(refusedToo.header.Get(headerRequestID)) {
		t.Error("a refusal without request-id")
	}
}

func TestRoutes(t *testing.T) {
	w := newWorld(t, Options{})
	id := item(w.create().doc)
	cases := []struct {
		method, path string
		status       int
		allow        string
	}{
		{"DELETE", id, 405, "GET, PATCH, PUT"},
		{"POST", id, 405, "GET, PATCH, PUT"},
		{"PUT", collection, 405, "GET, POST"},
		{"PATCH", collection, 405, "GET, POST"},
		{"GET", "/v1.0/referrals", 404, ""}, // the path of the documented nextLink
		{"GET", "/v1.0/engagments/referrals", 404, ""},
		{"GET", "/v2.0/engagements/referrals", 404, ""},
		{"GET", collection + "/", 404, ""},
		{"GET", id + "/registrations", 404, ""},
		{"GET", collection + "/not-a-guid", 404, ""},
		{"GET", "/", 404, ""},
	}
	for _, c := range cases {
		got := w.want(c.status, c.method, c.path, "")
		if got.header.Get("Allow") != c.allow {
			t.Errorf("%s %s: Allow %q, want %q", c.method, c.path, got.header.Get("Allow"), c.allow)
		}
	}
	if got := len(w.Violations()); got != len(cases) {
		t.Errorf("%d violations, want %d", got, len(cases))
	}
	w.want(404, "GET", collection+"/"+newGUID(), "")
	w.want(200, "GET", collection+"/"+strings.ToUpper(id[len(collection)+1:]), "")
	if got := len(w.Violations()); got != len(cases) {
		t.Errorf("asking for a referral that is gone was noted as a violation")
	}
}

func TestBasePath(t *testing.T) {
	w := newWorld(t, Options{BasePath: "/test/"})
	w.want(201, "POST", "/test"+collection, sample())
	w.want(404, "GET", collection, "")
}

func TestCallIDsAreBounded(t *testing.T) {
	calls := newCallIDs()
	first := newGUID()
	calls.add(first)
	for range keptCalls {
		calls.add(newGUID())
	}
	if len(calls.seen) != keptCalls || len(calls.ring) != keptCalls {
		t.Errorf("%d ids kept, want %d", len(calls.seen), keptCalls)
	}
	if !calls.add(first) {
		t.Error("the oldest id was not forgotten")
	}
}
