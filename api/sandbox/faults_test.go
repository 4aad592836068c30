package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"refload/internal/effort"
)

// sent is what a client makes of an exchange over a connection.
type sent struct {
	status int
	header http.Header
	body   string
	err    error // of the exchange, or of reading the body
	took   time.Duration
}

// patience is how long the client of the tests waits: longer than any limit of the server.
const patience = 100 * time.Second

// send does a request with a client and reads the answer.
func (w *world) send(client *http.Client, method, path, body string) sent {
	w.t.Helper()
	request := w.request(method, "http://localhost"+path, body)
	request.RequestURI, request.GetBody = "", nil
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	start := time.Now()
	response, err := client.Do(request.WithContext(ctx))
	if err != nil {
		return sent{err: err, took: time.Since(start)}
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	return sent{response.StatusCode, response.Header, string(data), err, time.Since(start)}
}

func plan(rules ...Rule) Options { return Options{Faults: &Plan{Seed: 3, Rules: rules}, Seed: 3} }

// withFaults runs f with a client that follows no redirects.
func withFaults(t *testing.T, rules []Rule, f func(w *world, client *http.Client)) {
	served(t, plan(rules...), func(w *world, client *http.Client) {
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		f(w, client)
	})
}

// What each fault does to a create: what the client sees, and what is true.
func TestFaultsOnCreate(t *testing.T) {
	cases := []struct {
		rule     Rule
		status   int // 0 means that the exchange ends in an error
		broken   bool
		executed bool
		later    bool // executed within two minutes
		response string
	}{
		{rule: Rule{Fault: "F06"}, response: ResponseNone},
		{rule: Rule{Fault: "F07"}, response: ResponseNone},
		{rule: Rule{Fault: "F08"}, executed: true, response: ResponseNone},
		{rule: Rule{Fault: "F09"}, executed: true, response: ResponsePart},
		{rule: Rule{Fault: "F10"}, status: 201, broken: true, executed: true, response: ResponsePart},
		{rule: Rule{Fault: "F11"}, status: 201, broken: true, executed: true, response: ResponsePart},
		{rule: Rule{Fault: "F12"}, status: 201, executed: true, response: ResponsePart},
		{rule: Rule{Fault: "F13", Delay: 3 * time.Second}, status: 201, executed: true, response: ResponseFull},
		{rule: Rule{Fault: "F14", Delay: 3 * time.Second}, status: 201, executed: true, response: ResponseFull},
		{rule: Rule{Fault: "F15", Kind: "executed"}, executed: true, response: ResponseNone},
		{rule: Rule{Fault: "F15", Kind: "not executed"}, response: ResponseNone},
		{rule: Rule{Fault: "F19", Kind: "close"}, status: 201, executed: true, response: ResponseFull},
		{rule: Rule{Fault: "F19", Kind: "http/1.0"}, status: 201, executed: true, response: ResponseFull},
		{rule: Rule{Fault: "F25", Delay: 7 * time.Second}, status: 429, response: ResponseFull},
		{rule: Rule{Fault: "F26", Delay: 7 * time.Second}, status: 429, response: ResponseFull},
		{rule: Rule{Fault: "F27"}, status: 429, response: ResponseFull},
		{rule: Rule{Fault: "F28", Kind: "soon"}, status: 429, response: ResponseFull},
		{rule: Rule{Fault: "F29"}, status: 429, response: ResponseFull},
		{rule: Rule{Fault: "F30"}, status: 500, response: ResponseFull},
		{rule: Rule{Fault: "F31"}, status: 500, executed: true, response: ResponseFull},
		{rule: Rule{Fault: "F32", Kind: "executed", Code: 504}, status: 504, executed: true, response: ResponseFull},
		{rule: Rule{Fault: "F32", Kind: "late", Code: 502}, status: 502, later: true, response: ResponseFull},
		{rule: Rule{Fault: "F32", Kind: "not executed", Code: 502}, status: 502, response: ResponseFull},
		{rule: Rule{Fault: "F33", Kind: "json", Delay: 9 * time.Second}, status: 503, response: ResponseFull},
		{rule: Rule{Fault: "F33", Kind: "html", Code: 507}, status: 507, response: ResponseFull},
		{rule: Rule{Fault: "F33", Kind: "empty", Code: 509}, status: 509, response: ResponseFull},
		{rule: Rule{Fault: "F35"}, status: 401, response: ResponseFull},
		{rule: Rule{Fault: "F36", Kind: "role"}, status: 403, response: ResponseFull},
		{rule: Rule{Fault: "F36", Kind: "claims"}, status: 403, response: ResponseFull},
		{rule: Rule{Fault: "F38"}, status: 409, response: ResponseFull},
		{rule: Rule{Fault: "F40", Code: 422}, status: 422, response: ResponseFull},
		{rule: Rule{Fault: "F42", Code: 307, Kind: "loop"}, status: 307, response: ResponseFull},
		{rule: Rule{Fault: "F43", Kind: "executed"}, status: 200, executed: true, response: ResponseFull},
		{rule: Rule{Fault: "F43", Kind: "not executed"}, status: 200, response: ResponseFull},
		{rule: Rule{Fault: "F44"}, status: 201, executed: true, response: ResponseFull},
		{rule: Rule{Fault: "F45"}, status: 202, later: true, response: ResponseFull},
		{rule: Rule{Fault: "F46", Kind: "204"}, status: 204, executed: true, response: ResponseFull},
		{rule: Rule{Fault: "F46", Kind: "empty"}, status: 201, executed: true, response: ResponseFull},
		{rule: Rule{Fault: "F47"}, status: 201, executed: true, response: ResponseFull},
		{rule: Rule{Fault: "F48"}, status: 201, executed: true, response: ResponseFull},
		{rule: Rule{Fault: "F49", Kind: "UTF-16"}, status: 201, executed: true, response: ResponseFull},
		{rule: Rule{Fault: "F50"}, status: 201, executed: true, response: ResponseFull},
		{rule: Rule{Fault: "F53"}, status: 201, executed: true, response: ResponseFull},
		{rule: Rule{Fault: "F55", Kind: "reset"}, later: true, response: ResponseNone},
		{rule: Rule{Fault: "F55", Kind: "silence"}, later: true, response: ResponseNone},
		{rule: Rule{Fault: "F63"}, status: 201, executed: true, response: ResponseFull},
	}
	for _, c := range cases {
		t.Run(strings.TrimSpace(c.rule.Fault+" "+c.rule.Kind), func(t *testing.T) {
			withFaults(t, []Rule{c.rule}, func(w *world, client *http.Client) {
				got := w.send(client, "POST", collection, sample())
				if got.status != c.status || (got.err != nil) != (c.status == 0 || c.broken) {
					t.Errorf("status %d, error %v; want %d, broken %v", got.status, got.err, c.status, c.broken)
				}
				synctest.Wait()
				entry := w.Ledger()[0]
				if entry.Fault != c.rule.Fault || entry.Response != c.response || entry.Executed != c.executed {
					t.Errorf("ledger: %+v", entry)
				}
				if n := w.Created()["CRM-1"]; (n == 1) != c.executed || n > 1 {
					t.Errorf("%d created", n)
				}
				if (w.Pending() == 1) != c.later {
					t.Errorf("%d pending", w.Pending())
				}
				time.Sleep(2 * time.Minute)
				if n := w.Created()["CRM-1"]; (n == 1) != (c.executed || c.later) || w.Pending() != 0 {
					t.Errorf("%d created in the end, %d pending", n, w.Pending())
				}
				if entry = w.Ledger()[0]; entry.Executed != (c.executed || c.later) || c.later && !entry.ExecutedAt.After(entry.Time) || entry.Status != c.status && c.status != 0 {
					t.Errorf("ledger in the end: %+v", entry)
				}
			})
		})
	}
}

// Every row of the table is struck at least once somewhere in these tests, with each kind on
// each method: no kind makes the server fall over, and the ledger names it.
func TestEveryKindOnEveryMethod(t *testing.T) {
	effort.NotShort(t)
	for _, info := range Faults() {
		for _, kind := range append(slices.Clone(info.Kinds), "") {
			t.Run(info.Code+" "+kind, func(t *testing.T) {
				withFaults(t, []Rule{{Fault: info.Code, Kind: kind, Size: 1 << 17, Max: 5 * time.Second, Uses: 1}}, func(w *world, client *http.Client) {
					if err := w.Seed(parse(t, sample("status", `"Active"`, "substatus", `"Accepted"`))); err != nil {
						t.Fatal(err)
					}
					w.fill(120)
					var doc map[string]any
					for doc = range w.Referrals() {
						break
					}
					put := w.with("If-Match", text(doc, "eTag"))
					put.send(client, "PUT", item(doc), putBody(doc))
					w.send(client, "PATCH", item(doc), patchOf(op("replace", "/details/notes", `"x"`)))
					w.send(client, "GET", item(doc), "")
					w.send(client, "GET", collection+"?$top=110", "")
					w.send(client, "POST", collection, sample("externalReferenceId", `"CRM-2"`))
					w.trySignIn(client)
					if len(w.Violations()) != 0 && info.Code != "F42" {
						t.Errorf("violations %q", w.Violations())
					}
					struck := slices.ContainsFunc(w.Ledger(), func(e Entry) bool { return e.Fault == info.Code })
					f := faultOf(info.Code)
					if acts := f.arrive != nil || f.meddle != nil || f.send != nil; struck != (acts && info.Code != "F17" && info.Code != "F18") { // which only HTTP/2 meets
						t.Errorf("struck: %v", struck)
					}
				})
			})
		}
	}
}

func TestKeptConnectionsAreClosed(t *testing.T) {
	withFaults(t, []Rule{{Fault: "F16", On: []string{"POST"}}}, func(w *world, client *http.Client) {
		if got := w.send(client, "GET", collection, ""); got.status != 200 {
			t.Fatalf("status %d, error %v", got.status, got.err)
		}
		if got := w.send(client, "POST", collection, sample()); got.err == nil {
			t.Errorf("status %d on a connection that was closed", got.status)
		}
		if got := w.send(client, "POST", collection, sample()); got.status != 201 {
			t.Errorf("status %d, error %v on a new connection", got.status, got.err)
		}
		if entry := w.Ledger()[1]; entry.Fault != "F16" || entry.Executed || w.Created()["CRM-1"] != 1 {
			t.Errorf("ledger %+v, created %v", entry, w.Created())
		}
	})
}

func TestPlansAreChecked(t *testing.T) {
	for _, rule := range []Rule{{Fault: "F99"}, {Fault: ""}, {Fault: "F08", P: 1.5}, {Fault: "F08", P: -1}, {Fault: "F28", Kind: "never"}, {Fault: "F08", Kind: "x"}} {
		var bad *PlanError
		if _, err := Open(plan(Rule{Fault: "F08"}, rule)); !errors.As(err, &bad) || bad.Rule != 2 || bad.Hint() == "" {
			t.Errorf("%+v: error %v", rule, err)
		}
	}
}

func TestRulesAreLimited(t *testing.T) {
	statuses := func(rule Rule, requests ...string) []int {
		rule.Fault = "F30"
		w := newWorld(t, plan(rule))
		if err := w.Seed(map[string]any{"id": someGUID, "type": "Independent", "consent": map[string]any{}, "details": map[string]any{}, "customerProfile": map[string]any{}}); err != nil {
			t.Fatal(err)
		}
		var list []int
		for _, request := range requests {
			word := strings.Fields(request)
			path, body := collection, ""
			switch word[0] {
			case "POST":
				body = sample("externalReferenceId", `"`+word[1]+`"`)
			case "LIST":
				word[0] = "GET"
			default:
				path += "/" + someGUID
			}
			list = append(list, w.do(word[0], path, body).status)
		}
		return list
	}
	cases := []struct {
		rule     Rule
		requests []string
		want     []int
	}{
		{Rule{}, []string{"POST a", "LIST", "GET"}, []int{500, 500, 500}},
		{Rule{On: []string{"POST"}}, []string{"POST a", "LIST", "GET"}, []int{500, 200, 200}},
		{Rule{On: []string{"GET"}}, []string{"POST a", "LIST", "GET"}, []int{201, 500, 500}},
		{Rule{On: []string{"LIST"}}, []string{"POST a", "LIST", "GET"}, []int{201, 500, 200}},
		{Rule{On: []string{"READ"}}, []string{"POST a", "LIST", "GET"}, []int{201, 200, 500}},
		{Rule{Key: "a"}, []string{"POST a", "POST b"}, []int{500, 201}},
		{Rule{Nth: 2}, []string{"POST a", "POST b", "POST a", "POST a", "POST b"}, []int{201, 201, 500, 201, 500}},
		{Rule{First: 2}, []string{"POST a", "POST a", "POST a", "POST b"}, []int{500, 500, 201, 500}},
		{Rule{P: 0.0000001}, []string{"POST a", "POST b"}, []int{201, 201}},
	}
	for _, c := range cases {
		if got := statuses(c.rule, c.requests...); !slices.Equal(got, c.want) {
			t.Errorf("%+v on %q: %v, want %v", c.rule, c.requests, got, c.want)
		}
	}
}

func TestWindows(t *testing.T) {
	withFaults(t, []Rule{{Fault: "F30", At: time.Minute, For: time.Minute}}, func(w *world, client *http.Client) {
		for minute, want := range []int{200, 500, 200} {
			if got := w.send(client, "GET", collection, ""); got.status != want {
				t.Errorf("minute %d: status %d, want %d", minute, got.status, want)
			}
			time.Sleep(time.Minute)
		}
	})
}

// The same seed gives each key the same faults in whatever order the keys come; another seed
// gives others.
func TestFaultsAreDeterministic(t *testing.T) {
	run := func(seed uint64, order []int) map[string][]int {
		w := newWorld(t, Options{Faults: &Plan{Seed: seed, Rules: []Rule{{Fault: "F30", P: 0.3}, {Fault: "F40", P: 0.3}}}})
		got := map[string][]int{}
		for _, i := range order {
			marker := fmt.Sprint("CRM-", i%10)
			got[marker] = append(got[marker], w.do("POST", collection, sample("externalReferenceId", `"`+marker+`"`)).status)
		}
		return got
	}
	order := make([]int, 50)
	for i := range order {
		order[i] = i
	}
	want := run(1, order)
	rapid.Check(t, func(rt *rapid.T) {
		if got := run(1, rapid.Permutation(order).Draw(rt, "order")); !reflect.DeepEqual(got, want) {
			rt.Fatalf("%v, want %v", got, want)
		}
	})
	if reflect.DeepEqual(run(2, order), want) {
		t.Error("two seeds with the same faults")
	}
}

// The numbers are as even as a plan needs, for every salt and rule.
func TestDrawsAreEven(t *testing.T) {
	f := newWorld(t, plan(Rule{Fault: "F30"})).faults
	for rule := range 3 {
		for _, salt := range []string{"", "kind"} {
			var buckets [10]int
			for n := range 10_000 {
				u := f.draw(rule, "POST", fmt.Sprint("CRM-", n/4), n%4, salt)
				if u < 0 || u >= 1 {
					t.Fatalf("drew %v", u)
				}
				buckets[int(u*10)]++
			}
			for i, n := range buckets {
				if n < 850 || n > 1150 {
					t.Errorf("rule %d, salt %q: %d of 10,000 between %.1f and %.1f", rule, salt, n, float64(i)/10, float64(i+1)/10)
				}
			}
		}
	}
}

func TestSeveralFaultsAtOnce(t *testing.T) {
	withFaults(t, []Rule{{Fault: "F13", Delay: 5 * time.Second}, {Fault: "F31"}, {Fault: "F63", Kind: "trim"}}, func(w *world, client *http.Client) {
		got := w.send(client, "POST", collection, sample("name", `"  A deal "`))
		if got.status != 500 || got.took < 5*time.Second {
			t.Errorf("status %d after %v", got.status, got.took)
		}
		if entry := w.Ledger()[0]; entry.Fault != "F63,F31,F13" {
			t.Errorf("faults %q", entry.Fault)
		}
		for doc := range w.Referrals() {
			if doc["name"] != "A deal" {
				t.Errorf("stored as %q", doc["name"])
			}
		}
	})
	withFaults(t, []Rule{{Fault: "F10"}, {Fault: "F07"}, {Fault: "F31"}}, func(w *world, client *http.Client) {
		if got := w.send(client, "POST", collection, sample()); got.err == nil {
			t.Errorf("status %d", got.status)
		}
		if entry := w.Ledger()[0]; entry.Fault != "F07" || entry.Executed || entry.Status != 0 {
			t.Errorf("ledger %+v", entry)
		}
	})
}

func TestClosingEndsWhatWaits(t *testing.T) {
	withFaults(t, []Rule{{Fault: "F55", Kind: "silence", Delay: time.Hour}}, func(w *world, client *http.Client) {
		done := make(chan sent)
		go func() { done <- w.send(client, "POST", collection, sample()) }()
		time.Sleep(time.Second)
		start := time.Now()
		w.Close()
		if got := <-done; got.err == nil || time.Since(start) > time.Second {
			t.Errorf("status %d after %v", got.status, time.Since(start))
		}
		time.Sleep(2 * time.Hour)
		if w.Count() != 0 {
			t.Error("a closed sandbox executed a request")
		}
	})
}
