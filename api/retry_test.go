package api_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"refload/api"
)

// What may be sent again, and why not: the policy of a create by status.
func TestWhatFollowsForACreate(t *testing.T) {
	for _, test := range []struct {
		statuses string
		want     api.Verdict
		why      string
	}{
		{"500 502 504 408 499 520 599", api.LookUp, "no: it may have been executed"},
		{"503", api.LookUp, "no: the service does not promise that it was not executed"},
		{"202 204 200 201", api.LookUp, "no: very likely executed"},
		{"409", api.LookUp, "no: it may be our own"},
		{"400 403 405 410 413 415 422 501 505 428 431 451", api.Refuse, "no: it would be refused again"},
		{"412", api.Refuse, "no: not executed, and refused again"},
		{"404", api.Halt, "no: the address is wrong for every row"},
		{"429 509", api.Wait, "yes: not executed, when the service allows"},
		{"423", api.Repeat, "yes: not executed"},
		{"401", api.Renew, "once, with a new token"},
		{"301 302 303 307 308", api.LookUpAndHalt, "no: 303 may mean done"},
		{"507", api.LookUpAndHalt, "no: it may be stored in part"},
		{"407", api.Halt, "no: the proxy stops everything"},
	} {
		for status := range strings.FieldsSeq(test.statuses) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				var code int
				fmt.Sscan(status, &code)
				w.WriteHeader(code)
				io.WriteString(w, "{}")
			})
			_, err := s.client(t).Create(context.Background(), api.NewReferral())
			if got := api.PolicyFor(failure(t, err)); got.Create != test.want {
				t.Errorf("%s: %v (%s), expected %v: %s", status, got.Create, got.When, test.want, test.why)
			}
			s.Close()
		}
	}
	for _, policy := range api.Policies() {
		if policy.When == "" || policy.Why == "" {
			t.Errorf("a row without words: %+v", policy)
		}
		if (policy.Read == api.Repeat || policy.Create == api.Repeat) && policy.Tries == 0 {
			t.Errorf("%s: repeated, but how often?", policy.When)
		}
	}
}

// scripted answers each request of a bubble by a function of its number, counted from 1.
type scripted struct {
	n      atomic.Int64
	answer func(n int) (status int, header http.Header, body string)
}

// RoundTrip answers without any network.
func (s *scripted) RoundTrip(*http.Request) (*http.Response, error) {
	status, header, body := s.answer(int(s.n.Add(1)))
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}, nil
}

func scriptedClient(t *testing.T, s *scripted) *api.Client {
	t.Helper()
	client, err := api.NewClient(api.Config{BaseURL: "http://127.0.0.1", Token: api.StaticToken("x"), Transport: s})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func list(client *api.Client) error {
	for _, err := range client.List(context.Background(), api.Query{}) {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestReadsAreRepeated(t *testing.T) {
	for _, test := range []struct {
		status    int
		failures  int
		want      bool
		mostTries int64
	}{
		{500, 3, true, 4}, {503, 3, true, 4}, {500, 100, false, 6}, {400, 100, false, 1}, {404, 100, false, 1}, {429, 30, true, 31},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &scripted{answer: func(n int) (int, http.Header, string) {
				if n <= test.failures {
					return test.status, nil, ""
				}
				return 200, nil, `{"value":[]}`
			}}
			err := list(scriptedClient(t, s))
			if (err == nil) != test.want || s.n.Load() != test.mostTries {
				t.Errorf("%d for %d times: %v after %d requests, expected %d", test.status, test.failures, err, s.n.Load(), test.mostTries)
			}
		})
	}
}

// With the service down for two hours: a probe every half a minute at most after the first
// failures, then an end that says so.
func TestAnOutageIsNotMadeWorse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{answer: func(int) (int, http.Header, string) { return 503, nil, "" }}
		client := scriptedClient(t, s)
		start := time.Now()
		var last error
		for time.Since(start) < 2*time.Hour {
			if last = list(client); last != nil && strings.Contains(last.Error(), "has not answered") {
				break
			}
		}
		if last == nil || !strings.Contains(last.Error(), "has not answered") || time.Since(start) < 30*time.Minute {
			t.Errorf("after %s: %v", time.Since(start), last)
		}
		if most := int64(20 + time.Since(start)/(30*time.Second)); s.n.Load() > most {
			t.Errorf("%d requests in %s, the bound is %d", s.n.Load(), time.Since(start), most)
		}
	})
}

func TestTheBreakerClosesWhenTheServiceIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		s := &scripted{answer: func(int) (int, http.Header, string) {
			if time.Since(start) < 10*time.Minute {
				return 500, nil, ""
			}
			return 200, nil, `{"value":[]}`
		}}
		client := scriptedClient(t, s)
		for list(client) != nil {
			if time.Since(start) > time.Hour {
				t.Fatal("the breaker stayed open")
			}
		}
		if took := time.Since(start); took > 30*time.Minute {
			t.Errorf("back after %s", took)
		}
	})
}
