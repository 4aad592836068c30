package api_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"refload/api"
)

// answered is what a client makes of an answer to a create with a status and a code.
func answered(t *testing.T, status int, code string) *api.Error {
	t.Helper()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"error":{"code":"other","message":"no","innerError":{"code":%q}}}`, code)
	})
	defer s.Close()
	_, err := s.client(t).Create(context.Background(), api.NewReferral())
	return failure(t, err)
}

// What follows from each status for a read, a create and a change, how often it is repeated, and what
// stops a run: the retry table row by row, with why a create may be sent again or not.
func TestWhatFollowsFromAStatus(t *testing.T) {
	const (
		refuse, repeat, wait, lookUp, search = api.Refuse, api.Repeat, api.Wait, api.LookUp, api.Search
		renew, halt, both                    = api.Renew, api.Halt, api.LookUpAndHalt
	)
	for _, test := range []struct {
		statuses, code       string
		read, create, change api.Verdict
		tries, first, inARow int
		spent                api.Verdict
		why                  string
	}{
		{"200 201 204 299", "", repeat, lookUp, lookUp, 2, 0, 3, refuse, "no: very likely executed"},
		{"202", "", repeat, lookUp, lookUp, 2, 0, 0, refuse, "no: accepted is not created, but it is no nonsense either"},
		{"301 302 303 307 308", "", halt, both, both, 0, 0, 0, refuse, "no: 303 may mean done"},
		{"400 405 406 410 411 413 414 415 422 428 431 451", "", refuse, refuse, refuse, 0, 0, 0, refuse, "no: it would be refused again"},
		{"401", "", renew, renew, renew, 0, 0, 0, refuse, "once, with a new token"},
		{"403", "", refuse, refuse, refuse, 0, 5, 0, refuse, "no: it would be refused again, as others"},
		{"403", "insufficent_claims", halt, halt, halt, 0, 0, 0, refuse, "no: every row needs the better sign-in"},
		{"403", "insufficient_claims", halt, halt, halt, 0, 0, 0, refuse, "no: every row needs the better sign-in"},
		{"404", "", refuse, halt, refuse, 0, 0, 0, refuse, "no: the address is wrong for every row"},
		{"407", "", halt, halt, halt, 0, 0, 0, refuse, "no: the proxy stops everything"},
		{"408 499 500 502 504", "", repeat, lookUp, lookUp, 5, 0, 0, refuse, "no: it may have been executed"},
		{"409", "", refuse, search, lookUp, 0, 0, 0, refuse, "never: it is there, or was made by this, and is looked for"},
		{"409", "resourceModified", refuse, search, lookUp, 0, 0, 0, refuse, "never: it is there, or was made by this, and is looked for"},
		{"412", "", refuse, refuse, lookUp, 0, 0, 0, refuse, "no: not executed, and refused again"},
		{"400", "preconditionFailed", refuse, refuse, lookUp, 0, 0, 0, refuse, "no: not executed, and refused again"},
		{"423", "", repeat, repeat, repeat, 5, 3, 0, refuse, "yes: not executed"},
		{"429 509", "", wait, wait, wait, 0, 0, 0, refuse, "yes: not executed, when the service allows"},
		{"501 505", "", refuse, refuse, refuse, 0, 1, 0, refuse, "no: it would be refused again, as others"},
		{"503", "", repeat, lookUp, lookUp, 5, 0, 0, refuse, "no: the service does not promise that it was not executed"},
		{"507", "", halt, both, both, 0, 0, 0, refuse, "no: it may be stored in part"},
		{"520 599 999", "", repeat, lookUp, lookUp, 2, 0, 0, refuse, "no: nobody knows what it means"},
	} {
		for status := range strings.FieldsSeq(test.statuses) {
			code, err := strconv.Atoi(status)
			if err != nil {
				t.Fatal(err)
			}
			p := api.PolicyFor(answered(t, code, test.code))
			if p.Read != test.read || p.Create != test.create || p.Change != test.change {
				t.Errorf("%s %s: %v, %v, %v (%s), expected %v, %v, %v: %s", status, test.code, p.Read, p.Create, p.Change, p.When, test.read, test.create, test.change, test.why)
			}
			if p.Tries != test.tries || p.First != test.first || p.InARow != test.inARow || p.Spent != test.spent {
				t.Errorf("%s %s: %+v, expected %d tries, %d first, %d in a row, then %v", status, test.code, p, test.tries, test.first, test.inARow, test.spent)
			}
		}
	}
}

// Every row of the table says what it is for, and how often it repeats.
func TestTheRetryTableIsWhole(t *testing.T) {
	for _, policy := range api.Policies() {
		if policy.When == "" || policy.Why == "" {
			t.Errorf("a row without words: %+v", policy)
		}
		if (policy.Read == api.Repeat || policy.Create == api.Repeat) && policy.Tries == 0 {
			t.Errorf("%s: repeated, but how often?", policy.When)
		}
		if policy.Create == api.Repeat && policy.Spent != api.Refuse && policy.Spent != api.Halt {
			t.Errorf("%s: %v at the end of the repeats", policy.When, policy.Spent)
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
		{500, 3, true, 4}, {503, 3, true, 4}, {500, 100, false, 6}, {520, 100, false, 3}, {400, 100, false, 1}, {404, 100, false, 1}, {429, 30, true, 31},
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

// A service that only ever asks to wait is given up after twenty minutes.
func TestReadsDoNotWaitForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Hour)
		defer cancel()
		s := &scripted{answer: func(int) (int, http.Header, string) { return 429, http.Header{"Retry-After": {"30"}}, "" }}
		var err error
		for _, err = range scriptedClient(t, s).List(ctx, api.Query{}) {
			break
		}
		if took := time.Since(start); err == nil || took < 19*time.Minute || took > 22*time.Minute {
			t.Errorf("%v after %s", err, took)
		}
	})
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
