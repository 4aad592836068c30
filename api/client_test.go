package api_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"refload/api"
)

const someID = "11111111-2222-4333-8444-555555555555"

// server answers with a function and keeps the requests.
type server struct {
	*httptest.Server
	mu       sync.Mutex
	requests []*http.Request
	bodies   []string
}

func serve(t *testing.T, answer http.HandlerFunc) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		s.requests, s.bodies = append(s.requests, r), append(s.bodies, string(body))
		s.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.requests)
}

func (s *server) client(t *testing.T, change ...func(*api.Config)) *api.Client {
	t.Helper()
	config := api.Config{BaseURL: s.URL + "/test", Token: api.StaticToken("secret"), Timeout: time.Minute}
	for _, c := range change {
		c(&config)
	}
	client, err := api.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("request-id", "for-support")
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func failure(t *testing.T, err error) *api.Error {
	t.Helper()
	var failed *api.Error
	if !errors.As(err, &failed) {
		t.Fatalf("%v is no *api.Error", err)
	}
	return failed
}

func TestHeaders(t *testing.T) {
	s := serve(t, answer(201, `{"id":"`+someID+`"}`))
	client := s.client(t)
	ctx := api.WithIntent(context.Background(), someID)
	for range 2 {
		if _, err := client.Create(ctx, api.NewReferral()); err != nil {
			t.Fatal(err)
		}
	}
	calls := map[string]bool{}
	for _, r := range s.requests {
		call := r.Header.Get("client-request-id")
		if !api.ValidGUID(call) || calls[call] {
			t.Errorf("client-request-id %q", call)
		}
		calls[call] = true
		for name, want := range map[string]string{"request-id": someID, "MS-RequestId": someID, "MS-CorrelationId": someID,
			"Authorization": "Bearer secret", "Content-Type": "application/json", "Accept": "application/json"} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s is %q, expected %q", name, got, want)
			}
		}
		for name := range r.Header {
			if strings.Contains(strings.ToLower(name), "idempotency") {
				t.Errorf("header %s", name)
			}
		}
		if r.URL.Path != "/test/v1.0/engagements/referrals" {
			t.Errorf("path %s", r.URL.Path)
		}
	}
}

// The outcome of a create for every status, with what was decided on what ground.
func TestOutcomeOfACreate(t *testing.T) {
	refused := "400 403 404 405 406 410 411 412 413 414 415 416 422 428 431 451 501 505"
	free := "401 407 423 429 509"
	for status := 200; status < 600; status++ {
		if status == 200 || status == 201 {
			continue
		}
		word := fmt.Sprint(status)
		want := api.Unknown // 2xx without a referral, 3xx, 408, 5xx: it may have been executed
		if strings.Contains(refused, word) {
			want = api.Refused
		}
		if strings.Contains(free, word) {
			want = api.NotExecuted
		}
		s := serve(t, answer(status, ``))
		_, err := s.client(t).Create(context.Background(), api.NewReferral())
		if got := failure(t, err); got.Outcome != want || got.HTTPStatus != status {
			t.Errorf("%d: %v, expected %v", status, got.Outcome, want)
		}
		if s.count() != 1 {
			t.Errorf("%d: the create was sent %d times", status, s.count())
		}
		s.Close()
	}
}

func TestAnAnswerThatCannotBeTrustedIsUnknown(t *testing.T) {
	for name, body := range map[string]string{
		"empty": ``, "no object": `[]`, "without id": `{}`, "id that is no GUID": `{"id":"7"}`, "HTML": `<html>sign in</html>`,
		"cut": `{"id":"` + someID, "two documents": `{"id":"` + someID + `"}{}`, "an error": `{"error":{"code":"generalException","message":"no"}}`,
		"of another row": `{"id":"` + someID + `","externalReferenceId":"CRM-2"}`, "marker dropped": `{"id":"` + someID + `"}`,
	} {
		s := serve(t, answer(201, body))
		referral := api.NewReferral()
		if err := referral.Set("externalReferenceId", "CRM-1"); err != nil {
			t.Fatal(err)
		}
		created, err := s.client(t).Create(context.Background(), referral)
		if err == nil {
			t.Errorf("%s: taken for %v", name, created)
		} else if got := failure(t, err).Outcome; got != api.Unknown {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestBothErrorShapes(t *testing.T) {
	for _, test := range []struct{ name, body, code, message, inner string }{
		{"the envelope", `{"error":{"code":"preconditionFailed","message":"does not match","target":"ETag","innerError":{"code":"99918","message":"Etag"}}}`, "preconditionFailed", "does not match", "99918"},
		{"the other spelling", `{"error":{"code":"invalidRequest","message":"m","innererror":{"code":"a","innererror":{"code":"b"}}}}`, "invalidRequest", "m", "b"},
		{"the gateway", `{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 57 seconds." }`, "", "Rate limit is exceeded. Try again in 57 seconds.", ""},
		{"HTML", "<html><body>Bad\nGateway</body></html>", "", `the answer is not JSON: "<html><body>Bad Gateway</body></html>"`, ""},
		{"nothing", "", "", "the answer has no body", ""},
		{"another object", "{}", "", "the answer has no error in it", ""},
		{"a long message", `{"error":{"code":"c","message":"` + strings.Repeat("x", 5000) + `"}}`, "c", strings.Repeat("x", 1024) + "…", ""},
	} {
		s := serve(t, answer(400, test.body))
		_, err := s.client(t).Create(context.Background(), api.NewReferral())
		got := failure(t, err)
		inner := ""
		if len(got.Inner) > 0 {
			inner = got.Inner[len(got.Inner)-1].Code
		}
		if got.Code != test.code || got.Message != test.message || inner != test.inner || got.RequestID != "for-support" {
			t.Errorf("%s: code %q, message %q, inner %q, request %q", test.name, got.Code, got.Message, inner, got.RequestID)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	date := time.Now().UTC().Truncate(time.Second)
	for value, want := range map[string]time.Duration{
		"57": 57 * time.Second, "0": time.Second, "-1": time.Second, "1.5": 1500 * time.Millisecond, "NaN": time.Second, "soon": 0, "": 0,
		"1000000000": 24 * time.Hour, "1e400": 0, date.Add(90 * time.Second).Format(http.TimeFormat): 90 * time.Second,
		date.Add(-time.Hour).Format(http.TimeFormat): time.Second,
	} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", date.Format(http.TimeFormat))
			if value != "" {
				w.Header().Set("Retry-After", value)
			}
			w.WriteHeader(429)
		})
		_, err := s.client(t).Create(context.Background(), api.NewReferral())
		if got := failure(t, err).RetryAfter; got != want {
			t.Errorf("Retry-After %q: %v, expected %v", value, got, want)
		}
	}
}

func TestTheTokenGoesToOneOrigin(t *testing.T) {
	for _, base := range []string{"http://example.com", "ftp://127.0.0.1", "127.0.0.1:80", "https://user@example.com", "https://example.com?x=1", "https://example.com#evil.example", "https://a@b@example.com",
		"http://example.com.", "http://127.0.0.1.", "http://0.0.0.0", "http://127.1", "http://2130706433", "http://localhost.", "http://localhost.example.com", "https:example.com", "https://:443", "https://", "/x"} {
		if _, err := api.NewClient(api.Config{BaseURL: base, Token: api.StaticToken("x")}); err == nil {
			t.Errorf("%s was taken as a base URL", base)
		}
	}
	for _, base := range []string{"https://example.com", "https://example.com:8443/prefix/", "http://127.0.0.1:1", "http://localhost", "http://[::1]:80",
		"HTTPS://API.EXAMPLE.COM", "https://example.com.", "https://example.com:443"} {
		if _, err := api.NewClient(api.Config{BaseURL: base, Token: api.StaticToken("x")}); err != nil {
			t.Errorf("%s: %v", base, err)
		}
	}
}

// Of a nextLink only the query counts, whatever stands before it; and of the links in a referral nothing does.
func TestNextLinks(t *testing.T) {
	plain, secure := pitfall(t, false), pitfall(t, true)
	var link string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("$skiptoken") == "2" {
			io.WriteString(w, `{"value":[{"id":"b"}]}`)
			return
		}
		fmt.Fprintf(w, `{"value":[{"id":"a","@odata.nextLink":%[1]q,"links":{"self":{"uri":%[1]q,"method":"GET"},"next":{"uri":%[1]q}}}],"@odata.nextLink":%[1]q}`, link)
	})
	links := []string{
		"http://api.partner.microsoft.com/v1.0/referrals?$skiptoken=2", "?$skiptoken=2", "//evil.example/x?$skiptoken=2",
		"https://user:pass@evil.example/?$skiptoken=2", "/v1.0/x?%24skiptoken=2", "../../../x?$skiptoken=2", "https://93.184.216.34/?$skiptoken=2", "mailto:kim@example.com?$skiptoken=2#x",
	}
	for _, address := range astray(s.URL, plain.URL, secure.URL) {
		links = append(links, address+"?$skiptoken=2")
	}
	for _, link = range links {
		before := s.count()
		var ids []string
		for referral, err := range s.client(t).List(t.Context(), api.Query{OrderBy: "createdDateTime asc"}) {
			if err != nil {
				t.Errorf("%s: %v", link, err)
				break
			}
			ids = append(ids, referral.ID())
		}
		if strings.Join(ids, "") != "ab" || s.count() != before+2 {
			t.Errorf("%s: listed %v with %d requests", link, ids, s.count()-before)
		}
		for _, r := range s.requests[before:] {
			if r.URL.Path != "/test/v1.0/engagements/referrals" || "http://"+r.Host != s.URL {
				t.Errorf("%s: asked %s for %s", link, r.Host, r.URL.Path)
			}
		}
	}
	if plain.count()+secure.count() > 0 {
		t.Error("a foreign host was asked")
	}
}

// A list that cannot be gone on with is an error; one about its link shows the link, short and without what
// could drive a terminal.
func TestListsThatLeadNowhereEndWithAnError(t *testing.T) {
	far := "https://evil.example/" + strings.Repeat("x", 5000)
	for name, test := range map[string]struct{ body, want string }{
		"in a circle": {`{"value":[],"@odata.nextLink":"?$skiptoken=1"}`, ""}, "without a query": {`{"value":[],"@odata.nextLink":"https://x/"}`, `"https://x/"`},
		"no value": {`{}`, ""}, "HTML": {`<html>`, ""}, "null in it": {`{"value":[null]}`, ""}, "followed by more": {`{"value":[]}x`, ""},
		"an unreadable query": {`{"value":[],"@odata.nextLink":"?a=%zz"}`, `"?a=%zz"`}, "no URL": {`{"value":[],"@odata.nextLink":"https://[::1"}`, `"https://[::1"`},
		"control characters": {`{"value":[],"@odata.nextLink":"\u001b]0;x\u0007\u202e\n"}`, `\x1b]0;x\a\u202e\n`}, "far too long": {`{"value":[],"@odata.nextLink":"` + far + `"}`, far[:200]},
	} {
		s := serve(t, answer(200, test.body))
		var last error
		for _, err := range s.client(t).List(context.Background(), api.Query{}) {
			last = err
		}
		if last == nil || !strings.Contains(last.Error(), test.want) || len(last.Error()) > 2000 || strings.ContainsAny(last.Error(), "\x1b\a\n\u202e") {
			t.Errorf("%s: %q", name, last)
		}
		if s.count() > 3 {
			t.Errorf("%s: %d requests", name, s.count())
		}
	}
}

func TestPutAndPatch(t *testing.T) {
	s := serve(t, answer(200, `{"id":"`+someID+`"}`))
	client := s.client(t)
	document := parse(t, `{"@odata.context":"x","links":{},"id":"`+someID+`","unknown":1.50,"name":"n"}`)
	const eTag = `"00006d10-0000"`
	if _, err := client.Put(context.Background(), someID, eTag, document); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Patch(context.Background(), strings.ToUpper(someID), eTag, []api.Operation{{Op: "replace", Path: "/details/notes", Value: "<x>"}}); err != nil {
		t.Fatal(err)
	}
	if s.bodies[0] != `{"id":"`+someID+`","name":"n","unknown":1.50}` || s.bodies[1] != `[{"op":"replace","path":"/details/notes","value":"<x>"}]` {
		t.Errorf("bodies %q", s.bodies)
	}
	for i, r := range s.requests {
		if r.Header.Get("If-Match") != eTag || r.URL.Path != "/test/v1.0/engagements/referrals/"+someID {
			t.Errorf("%d: If-Match %q, path %s", i, r.Header.Get("If-Match"), r.URL.Path)
		}
	}
	if s.requests[0].Header.Get("Prefer") != "" || s.requests[1].Header.Get("Prefer") != "return=representation" {
		t.Error("Prefer belongs to PATCH alone")
	}
	if _, found := document.Get("links"); !found {
		t.Error("Put changed the caller's document")
	}
}

// Nothing but a GUID is asked for, or changed.
func TestOnlyGUIDsBecomePartOfAURL(t *testing.T) {
	s := serve(t, answer(200, `{}`))
	client := s.client(t)
	for _, id := range []string{"", "../../x", "%2e%2e", someID + "/x", someID + "?$top=1", someID + "\n", " " + someID[1:], "{" + someID + "}", someID[:35], "11111111-2222-4333-8444-55555555555g", "11111111/2222-4333-8444-555555555555"} {
		_, got := client.Get(t.Context(), id)
		_, put := client.Put(t.Context(), id, `"1"`, api.NewReferral())
		_, patched := client.Patch(t.Context(), id, `"1"`, nil)
		for name, err := range map[string]error{"get": got, "put": put, "patch": patched} {
			if err == nil || failure(t, err).Outcome != api.Refused {
				t.Errorf("%s of %q: %v", name, id, err)
			}
		}
	}
	if s.count() > 0 {
		t.Errorf("%d requests", s.count())
	}
}

func TestNoTokenNoRequest(t *testing.T) {
	s := serve(t, answer(200, `{}`))
	client := s.client(t, func(c *api.Config) {
		c.Token = &wearing{refuse: errors.New("expired"), expired: true}
	})
	_, err := client.Create(context.Background(), api.NewReferral())
	var signIn *api.SignInError
	if !errors.As(err, &signIn) || failure(t, err).Outcome != api.NotExecuted || s.count() > 0 {
		t.Errorf("%v, %d requests", err, s.count())
	}
}

func TestAttemptsAreReported(t *testing.T) {
	s := serve(t, answer(201, `{"id":"`+someID+`"}`))
	var attempts []api.Attempt
	client := s.client(t, func(c *api.Config) { c.OnAttempt = func(a api.Attempt) { attempts = append(attempts, a) } })
	if _, err := client.Create(api.WithIntent(context.Background(), someID), api.NewReferral()); err != nil {
		t.Fatal(err)
	}
	if len(attempts) != 1 || attempts[0].Status != 201 || attempts[0].Intent != someID || attempts[0].RequestID != "for-support" ||
		attempts[0].ServerTime.IsZero() || attempts[0].ClientRequestID != s.requests[0].Header.Get("client-request-id") {
		t.Errorf("%+v", attempts)
	}
}
