package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// one does one request under one rule, without a network.
func one(t *testing.T, rule Rule, method, path, body string) answer {
	t.Helper()
	w := newWorld(t, plan(rule))
	seed := parse(t, sample("status", `"Active"`, "substatus", `"Accepted"`))
	seed["id"] = someGUID
	if err := w.Seed(seed); err != nil {
		t.Fatal(err)
	}
	w.fill(120)
	return w.do(method, path, body)
}

func TestThrottling(t *testing.T) {
	got := one(t, Rule{Fault: "F25", Delay: 57 * time.Second}, "GET", collection, "")
	if got.header.Get("Retry-After") != "57" || got.body != `{"message":"Rate limit is exceeded. Try again in 57 seconds.","statusCode":429}` {
		t.Errorf("429 with %q: %s", got.header.Get("Retry-After"), got.body)
	}
	got = one(t, Rule{Fault: "F26", Delay: 57 * time.Second}, "GET", collection, "")
	until, err := http.ParseTime(got.header.Get("Retry-After"))
	date, err2 := http.ParseTime(got.header.Get("Date"))
	if err != nil || err2 != nil || until.Sub(date) < 50*time.Second || until.Sub(date) > 60*time.Second {
		t.Errorf("until %v, date %v: %v, %v", until, date, err, err2)
	}
	got = one(t, Rule{Fault: "F27"}, "GET", collection, "")
	if got.header.Get("Retry-After") != "" || got.header.Get("Content-Type") != "text/html" {
		t.Errorf("429 with %v", got.header)
	}
	for _, kind := range oddRetryAfters {
		got = one(t, Rule{Fault: "F28", Kind: kind}, "GET", collection, "")
		if values := got.header.Values("Retry-After"); kind == "two headers" && len(values) != 2 || kind != "two headers" && values[0] != kind {
			t.Errorf("%s: Retry-After %q", kind, values)
		}
	}
}

func TestQuota(t *testing.T) {
	withFaults(t, []Rule{{Fault: "F29", Rate: 10, Burst: 4}}, func(w *world, client *http.Client) {
		count := func(n int, method string) (passed int, wait string) {
			for i := range n {
				body := map[string]string{"POST": sample("externalReferenceId", fmt.Sprintf(`"%d"`, i))}[method]
				got := w.send(client, method, collection, body)
				if got.status == 429 {
					wait = got.header.Get("Retry-After")
					continue
				}
				passed++
			}
			return passed, wait
		}
		if n, wait := count(10, "GET"); n != 4 || wait != "1" {
			t.Errorf("%d reads passed, told to wait %q; want the burst of 4", n, wait)
		}
		time.Sleep(time.Second)
		if n, _ := count(10, "POST"); n != 2 {
			t.Errorf("%d writes passed, want 2: each counts twice", n)
		}
		time.Sleep(200 * time.Millisecond)
		if n, _ := count(10, "GET"); n != 2 {
			t.Errorf("%d reads passed after 0.2 s, want 2", n)
		}
	})
}

func TestStatusesInDetail(t *testing.T) {
	item := collection + "/" + someGUID
	cases := []struct {
		rule Rule
		want string // in the body
	}{
		{Rule{Fault: "F36", Kind: "claims"}, "insufficent_claims"},
		{Rule{Fault: "F37", Kind: "always"}, `"code":"itemNotFound"`},
		{Rule{Fault: "F39", Kind: "refused"}, `"99918"`},
		{Rule{Fault: "F40", Code: 400}, `"innerError":{"code":"99001","details":null,"innerError":{"code":"99002"`},
		{Rule{Fault: "F41"}, `"message":"The resource is locked."`},
		{Rule{Fault: "F33", Kind: "json"}, `"code":"serviceNotAvailable"`},
		{Rule{Fault: "F43"}, `"code":"generalException"`},
	}
	for _, c := range cases {
		if got := one(t, c.rule, "PATCH", item, patchOf(op("replace", "/name", `"x"`))); !strings.Contains(got.body, c.want) {
			t.Errorf("%+v: %d %s, want %s in it", c.rule, got.status, got.body, c.want)
		}
	}
}

func TestIfMatchIsIgnored(t *testing.T) {
	w := newWorld(t, plan(Rule{Fault: "F39", Kind: "ignored"}))
	doc := w.create().doc
	w.with("If-Match", `"other"`).want(204, "PATCH", item(doc), patchOf(op("replace", "/name", `"x"`)))
	w.with("If-Match", `"other"`).want(404, "PATCH", collection+"/"+newGUID(), patchOf(op("replace", "/name", `"x"`)))
}

func TestFaultsThatLast(t *testing.T) {
	rules := []Rule{{Fault: "F41", On: onChanges, Delay: 30 * time.Second}, {Fault: "F37", On: []string{"READ"}, Kind: "young", Delay: 20 * time.Second}}
	withFaults(t, rules, func(w *world, client *http.Client) {
		doc := parse(t, w.send(client, "POST", collection, sample()).body)
		for _, want := range []struct{ get, patch int }{{404, 423}, {404, 423}, {200, 423}, {200, 204}} {
			get := w.send(client, "GET", item(doc), "")
			patch := w.send(client, "PATCH", item(doc), patchOf(op("replace", "/name", `"x"`)))
			if get.status != want.get || patch.status != want.patch {
				t.Errorf("GET %d, PATCH %d; want %+v", get.status, patch.status, want)
			}
			time.Sleep(10 * time.Second)
		}
	})
}
