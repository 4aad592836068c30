package api_test

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"refload/api"
)

// pitfall is a server that must not be reached; it notes what came, and with which token.
func pitfall(t *testing.T, secure bool) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.requests = append(s.requests, r)
		s.mu.Unlock()
		t.Errorf("%s %s reached %s, Authorization %q", r.Method, r.URL, s.URL, r.Header.Get("Authorization"))
	}))
	if s.Config.ErrorLog = log.New(io.Discard, "", 0); secure {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s
}

// calls are all that a client can ask, by name, with what it must be when the answer leads elsewhere.
var calls = map[string]struct {
	method string
	call   func(context.Context, *api.Client) error
	want   api.Outcome
}{
	"create": {http.MethodPost, func(ctx context.Context, c *api.Client) error {
		_, err := c.Create(ctx, api.NewReferral())
		return err
	}, api.Unknown},
	"get": {http.MethodGet, func(ctx context.Context, c *api.Client) error {
		_, err := c.Get(ctx, someID)
		return err
	}, api.Unknown},
	"put": {http.MethodPut, func(ctx context.Context, c *api.Client) error {
		_, err := c.Put(ctx, someID, `"1"`, api.NewReferral())
		return err
	}, api.Unknown},
	"patch": {http.MethodPatch, func(ctx context.Context, c *api.Client) error {
		_, err := c.Patch(ctx, someID, `"1"`, []api.Operation{{Op: "replace", Path: "/name", Value: "x"}})
		return err
	}, api.Unknown},
	"list": {http.MethodGet, func(ctx context.Context, c *api.Client) error {
		for _, err := range c.List(ctx, api.Query{}) {
			if err != nil {
				return err
			}
		}
		return nil
	}, api.Unknown},
}

// astray are addresses that an answer may lead to: other hosts that listen here, with TLS and without, the
// service's own under another name, and what only looks like it.
func astray(base, plain, secure string) []string {
	_, port, _ := strings.Cut(strings.TrimPrefix(base, "http://"), ":")
	_, plainPort, _ := strings.Cut(strings.TrimPrefix(plain, "http://"), ":")
	return []string{
		plain + "/elsewhere", secure + "/elsewhere", "//" + strings.TrimPrefix(plain, "http://") + "/x", "/test/v1.0/other", base + "/test/v1.0/other",
		"http://127.0.0.1.evil.example:" + port + "/x", "https://127.0.0.1:" + port + "@127.0.0.1:" + plainPort + "/x", "http://127.0.0.1:" + plainPort + "/test/v1.0/engagements/referrals",
		"http://127.0.0.1.:" + port + "/x", "http://[::1]:" + port + "/x", "http://localhost:" + plainPort + "/x", "http://\u0430pi.example.com/x", "//127.0.0.1:1/x",
	}
}

// No redirect is followed, whatever is asked and wherever it leads: each call is one request, with its own
// method, and nothing else is asked for anything.
func TestRedirectsAreNotFollowed(t *testing.T) {
	plain, secure := pitfall(t, false), pitfall(t, true)
	var code int
	var to string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(code)
	})
	client := s.client(t)
	for _, code = range []int{300, 301, 302, 303, 304, 305, 307, 308} {
		for _, to = range astray(s.URL, plain.URL, secure.URL) {
			for name, c := range calls {
				before := s.count()
				if got := failure(t, c.call(t.Context(), client)); got.Outcome != c.want || got.HTTPStatus != code {
					t.Fatalf("%s: %d to %s is %v: %v", name, code, to, got.Outcome, got)
				}
				if sent := s.requests[before:]; len(sent) != 1 || sent[0].Method != c.method {
					t.Fatalf("%s: %d to %s: %d requests, the last one %s", name, code, to, len(sent), sent[len(sent)-1].Method)
				}
			}
		}
	}
	if n := plain.count() + secure.count(); n > 0 {
		t.Errorf("%d requests reached another host", n)
	}
}

// Nor is a link in the headers of a good answer.
func TestLinksInHeadersAreNotFollowed(t *testing.T) {
	plain, secure := pitfall(t, false), pitfall(t, true)
	var to string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		for name, value := range map[string]string{"Location": to, "Content-Location": to, "Link": "<" + to + ">; rel=next, <" + to + ">; rel=preload", "Refresh": "0; url=" + to, "Operation-Location": to, "Azure-AsyncOperation": to, "Alt-Svc": `h2="` + to + `"`} {
			w.Header().Set(name, to)
			w.Header().Set(name, value)
		}
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusCreated)
		}
		io.WriteString(w, `{"id":"`+someID+`","value":[],"links":{"self":{"uri":"`+plain.URL+`","method":"GET"}}}`)
	})
	client := s.client(t)
	for _, to = range astray(s.URL, plain.URL, secure.URL) {
		for name, c := range calls {
			before := s.count()
			if err := c.call(t.Context(), client); err != nil || s.count() != before+1 {
				t.Errorf("%s with links to %s: %v, %d requests", name, to, err, s.count()-before)
			}
		}
	}
	if n := plain.count() + secure.count(); n > 0 {
		t.Errorf("%d requests reached another host", n)
	}
}
