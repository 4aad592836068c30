package sandbox

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
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

func TestRedirects(t *testing.T) {
	wants := map[string]string{
		"other host": "https://elsewhere.example.com" + collection + "?$top=3", "other port": "http://127.0.0.1:9" + collection + "?$top=3",
		"sub-domain": "https://login.example.com" + collection + "?$top=3", "http": "http://example.com" + collection + "?$top=3", "loop": collection + "?$top=3",
	}
	for kind, want := range wants {
		got := one(t, Rule{Fault: "F42", Kind: kind}, "GET", collection+"?$top=3", "")
		if got.status/100 != 3 || got.header.Get("Location") != want {
			t.Errorf("%s: %d to %q, want %q", kind, got.status, got.header.Get("Location"), want)
		}
	}
	if got := one(t, Rule{Fault: "F42", To: "http://{host}/x", Code: 303}, "GET", collection, ""); got.status != 303 || got.header.Get("Location") != "http://example.com/x" {
		t.Errorf("%d to %q", got.status, got.header.Get("Location"))
	}
}

func TestMisreportedCreates(t *testing.T) {
	wants := map[string]func(doc map[string]any) bool{
		"empty object": func(doc map[string]any) bool { return len(doc) == 0 },
		"no id":        func(doc map[string]any) bool { return doc["id"] == nil && doc["externalReferenceId"] == "CRM-1" },
		"another referral": func(doc map[string]any) bool {
			return isGUID(text(doc, "id")) && doc["externalReferenceId"] == "another-CRM-1"
		},
		"another marker": func(doc map[string]any) bool { return doc["externalReferenceId"] == "CRM-1x" },
	}
	for kind, good := range wants {
		w := newWorld(t, plan(Rule{Fault: "F44", Kind: kind}))
		got := w.want(201, "POST", collection, sample())
		for doc := range w.Referrals() {
			if !good(got.doc) || doc["externalReferenceId"] != "CRM-1" || text(doc, "id") == text(got.doc, "id") && kind == "another referral" {
				t.Errorf("%s: answered %s", kind, got.body)
			}
		}
	}
}

func TestBodies(t *testing.T) {
	body := func(fault, kind string) answer {
		return one(t, Rule{Fault: fault, Kind: kind}, "GET", collection+"/"+someGUID, "")
	}
	good := body("F63", "").body // which strikes writes only
	cases := []struct {
		fault, kind string
		holds       func(got answer) bool
	}{
		{"F47", "text/html", func(a answer) bool {
			return strings.HasPrefix(a.body, "<!DOCTYPE") && a.header.Get("Content-Type") == "text/html"
		}},
		{"F47", "application/json", func(a answer) bool {
			return strings.HasPrefix(a.body, "<!DOCTYPE") && a.header.Get("Content-Type") == "application/json"
		}},
		{"F48", "cut", func(a answer) bool {
			return len(a.body) < len(good) && strings.HasPrefix(a.body, `{"@odata`) && a.doc == nil
		}},
		{"F48", "two documents", func(a answer) bool { return a.body[:len(a.body)/2] == a.body[len(a.body)/2:] }},
		{"F48", "trailing HTML", func(a answer) bool { return strings.HasSuffix(a.body, "</html>") && strings.HasPrefix(a.body, "{") }},
		{"F49", "byte order mark", func(a answer) bool { return strings.HasPrefix(a.body, "\ufeff{") }},
		{"F49", "UTF-16", func(a answer) bool { return strings.HasPrefix(a.body, "\xff\xfe{\x00") }},
		{"F49", "invalid UTF-8", func(a answer) bool { return strings.Contains(a.body, "\xff\xc0") }},
		{"F49", "not gzip", func(a answer) bool {
			return a.header.Get("Content-Encoding") == "gzip" && strings.HasPrefix(a.body, "{")
		}},
		{"F50", "twice", func(a answer) bool { return strings.HasPrefix(a.body, `{"status":"New","status":"Active"`) }},
		{"F50", "new fields", func(a answer) bool { return text(a.doc, "somethingNew", "since") == "2026" }},
		{"F50", "null object", func(a answer) bool { return a.doc["inviteContext"] == nil }},
		{"F50", "array", func(a answer) bool { _, ok := a.doc["trackingInfo"].([]any); return ok }},
		{"F50", "unknown enum", func(a answer) bool { return a.doc["qualification"] == "ServiceQualified" }},
		{"F53", "1e21", func(a answer) bool { return fmt.Sprint(lookup(a.doc, "details", "dealValue")) == "1e21" }},
		{"F53", "-0", func(a answer) bool { return fmt.Sprint(lookup(a.doc, "details", "dealValue")) == "-0" }},
		{"F53", "text", func(a answer) bool { return lookup(a.doc, "details", "dealValue") == "10000" }},
	}
	for _, c := range cases {
		if got := body(c.fault, c.kind); got.status != 200 || !c.holds(got) {
			t.Errorf("%s %s: %d %v %.300s", c.fault, c.kind, got.status, got.header, got.body)
		}
	}
}

func TestHostileText(t *testing.T) {
	errors, names := 0, 0
	for _, kind := range hostileKinds {
		w := newWorld(t, plan(Rule{Fault: "F52", Kind: kind}))
		w.fill(3)
		for i := range 10 {
			got := w.do("GET", fmt.Sprintf("%s?$top=%d", collection, i+1), "")
			switch {
			case got.status == 400 && text(got.doc, "error", "message") == hostileTexts[kind]:
				errors++
			case got.status == 200 && text(elements(got.doc["value"])[0], "name") == hostileTexts[kind]:
				names++
			default:
				t.Errorf("%s: %d %s", kind, got.status, got.body)
			}
		}
	}
	if errors < 10 || names < 10 {
		t.Errorf("%d errors, %d names", errors, names)
	}
}

func TestHugeBodies(t *testing.T) {
	withFaults(t, []Rule{{Fault: "F51", Kind: "plain", Size: 3 << 20}}, func(w *world, client *http.Client) {
		if got := w.send(client, "GET", collection, ""); len(got.body) < 3<<20 || got.err != nil {
			t.Errorf("%d bytes, error %v", len(got.body), got.err)
		}
	})
	got := one(t, Rule{Fault: "F51", Kind: "gzip", Size: 3 << 20}, "GET", collection, "")
	packed, err := gzip.NewReader(strings.NewReader(got.body))
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, packed)
	if n < 3<<20 || err != nil || len(got.body) > 20_000 {
		t.Errorf("%d bytes in %d, error %v", n, len(got.body), err)
	}
}

func TestPagingFaults(t *testing.T) {
	const due = "?$skiptoken="
	cases := map[string]func(doc map[string]any, link string) bool{
		"other host": func(_ map[string]any, link string) bool {
			return strings.HasPrefix(link, "https://elsewhere.example.com/v1.0/engagements/referrals"+due)
		},
		"http": func(_ map[string]any, link string) bool {
			return strings.HasPrefix(link, "http://elsewhere.example.com/")
		},
		"relative":    func(_ map[string]any, link string) bool { return strings.HasPrefix(link, "referrals"+due) },
		"userinfo":    func(_ map[string]any, link string) bool { return strings.Contains(link, "@elsewhere.example.com/") },
		"repeat":      func(doc map[string]any, _ string) bool { return len(elements(doc["value"])) == 102 },
		"loop":        func(_ map[string]any, link string) bool { return strings.HasSuffix(link, "?$orderby=createdDateTime") },
		"no count":    func(doc map[string]any, _ string) bool { return doc["@odata.count"] == nil },
		"wrong count": func(doc map[string]any, _ string) bool { return fmt.Sprint(doc["@odata.count"]) == "123456" },
		"empty page": func(doc map[string]any, link string) bool {
			return len(elements(doc["value"])) == 0 && strings.Contains(link, due)
		},
	}
	for kind, good := range cases {
		got := one(t, Rule{Fault: "F58", Kind: kind}, "GET", collection+"?$orderby=createdDateTime", "")
		if !good(got.doc, text(got.doc, "@odata.nextLink")) {
			t.Errorf("%s: nextLink %v, count %v", kind, got.doc["@odata.nextLink"], got.doc["@odata.count"])
		}
	}
	for kind, want := range map[string]int{"empty page": 121, "relative": 100, "insert": 122, "close": 121, "no count": 121} {
		w := newWorld(t, plan(Rule{Fault: "F58", Kind: kind}))
		w.create()
		w.fill(120)
		total, query := 0, ""
		for range 10 {
			got := w.want(200, "GET", collection+query, "")
			total += len(elements(got.doc["value"]))
			_, query, _ = strings.Cut(text(got.doc, "@odata.nextLink"), "/v1.0/referrals")
			if query == "" {
				break
			}
		}
		if total != want {
			t.Errorf("%s: %d listed, want %d", kind, total, want)
		}
	}
}

func TestLists(t *testing.T) {
	withFaults(t, []Rule{{Fault: "F54", Max: time.Minute}}, func(w *world, client *http.Client) {
		for i := range 50 {
			w.send(client, "POST", collection, sample("externalReferenceId", fmt.Sprintf(`"CRM-%d"`, i)))
		}
		last := 0
		var firsts []string
		for range 7 {
			values := elements(parse(t, w.send(client, "GET", collection+"?$top=100", "").body)["value"])
			if len(values) < last {
				t.Errorf("%d listed after %d", len(values), last)
			}
			if last = len(values); last > 0 {
				firsts = append(firsts, text(values[0], "externalReferenceId"))
			}
			time.Sleep(10 * time.Second)
		}
		if last != 50 || len(slices.Compact(firsts)) < 2 {
			t.Errorf("%d listed in the end, in the order %v", last, firsts)
		}
	})
}

func TestOtherEditor(t *testing.T) {
	for _, field := range []string{"details.notes", "details.dealValue", "name", "status", ""} {
		w := newWorld(t, plan(Rule{Fault: "F56", On: onChanges, Field: field}))
		before := w.create().doc
		w.with("If-Match", text(before, "eTag")).want(412, "PATCH", item(before), patchOf(op("replace", "/campaignId", `"x"`)))
		after := w.want(200, "GET", item(before), "").doc
		same := reflectEqualExcept(before, after, "eTag", "updatedDateTime", "@odata.context")
		if same || after["eTag"] == before["eTag"] || after["campaignId"] != nil {
			t.Errorf("%s: after the other editor %v", field, after)
		}
	}
	w := newWorld(t, plan(Rule{Fault: "F56", On: []string{"READ"}}))
	doc := w.create().doc
	read := w.want(200, "GET", item(doc), "").doc
	if read["eTag"] != doc["eTag"] {
		t.Error("the edit came before the look")
	}
	w.with("If-Match", text(read, "eTag")).want(412, "PATCH", item(doc), patchOf(op("replace", "/name", `"x"`)))
	touched := newWorld(t, plan(Rule{Fault: "F57", On: onChanges}))
	doc = touched.create().doc
	touched.with("If-Match", text(doc, "eTag")).want(412, "PATCH", item(doc), patchOf(op("replace", "/name", `"x"`)))
	if after := touched.want(200, "GET", item(doc), "").doc; !reflectEqualExcept(doc, after, "eTag", "updatedDateTime", "@odata.context") {
		t.Error("a touch changed more than the version")
	}
}

func reflectEqualExcept(a, b map[string]any, names ...string) bool {
	strip := func(doc map[string]any) []byte {
		copied := clone(doc).(map[string]any)
		for _, name := range names {
			delete(copied, name)
		}
		return encode(copied)
	}
	return bytes.Equal(strip(a), strip(b))
}

func TestNormalising(t *testing.T) {
	body := sample("name", `"  A deal "`, "details.dealValue", "10.6", "team", `[{"email":"A@Example.com"},{"email":"B@Example.com"}]`)
	wants := map[string]string{"trim": `"name":"A deal"`, "round": `"dealValue":11`, "case": `"city":"REDMOND"`, "reorder": `"team":[{"email":"B@Example.com"},{"email":"A@Example.com"}]`}
	for kind, want := range wants {
		w := newWorld(t, plan(Rule{Fault: "F63", Kind: kind}))
		created := w.want(201, "POST", collection, body)
		read := w.want(200, "GET", item(created.doc), "")
		if !strings.Contains(created.body, want) || !strings.Contains(read.body, want) {
			t.Errorf("%s: %s, want %s in it", kind, created.body, want)
		}
	}
}

func TestSkewedClock(t *testing.T) {
	w := newWorld(t, plan(Rule{Fault: "F64", Delay: -2 * time.Hour}))
	got := w.create()
	if date, _ := http.ParseTime(got.header.Get("Date")); date.Hour() != 7 || !strings.HasPrefix(text(got.doc, "createdDateTime"), "2026-11-20T07:") {
		t.Errorf("Date %v, created %v", date, got.doc["createdDateTime"])
	}
}

func TestStaleReads(t *testing.T) {
	withFaults(t, []Rule{{Fault: "F65", Delay: 15 * time.Second}}, func(w *world, client *http.Client) {
		doc := parse(t, w.send(client, "POST", collection, sample()).body)
		w.send(client, "PATCH", item(doc), patchOf(op("replace", "/name", `"second"`)))
		w.send(client, "PATCH", item(doc), patchOf(op("replace", "/name", `"third"`)))
		for _, want := range []string{"second", "second", "third"} {
			if got := parse(t, w.send(client, "GET", item(doc), "").body); got["name"] != want {
				t.Errorf("read %v, want %s", got["name"], want)
			}
			time.Sleep(10 * time.Second)
		}
	})
}

func TestDoubledDelivery(t *testing.T) {
	w := newWorld(t, plan(Rule{Fault: "F24"}))
	w.create()
	if w.Created()["CRM-1"] != 2 || w.Count() != 2 {
		t.Errorf("created %v, count %d", w.Created(), w.Count())
	}
}

// port serves a sandbox on a real port.
func port(t *testing.T, options Options) (*world, string) {
	w := newWorld(t, options)
	listener, err := ListenLoopback("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, listener, w.Sandbox) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serving ended with %v", err)
		}
	})
	return w, listener.Addr().String()
}

// On a real port a reset is a reset.
func TestResetsOnAPort(t *testing.T) {
	for _, rule := range []Rule{{Fault: "F05"}, {Fault: "F01"}, {Fault: "F05", First: 1}, {Fault: "F08"}} {
		w, address := port(t, plan(rule))
		conn, err := net.Dial("tcp", address)
		if err != nil {
			if !strings.Contains(err.Error(), "reset") {
				t.Errorf("%+v: error %v, want a reset", rule, err)
			}
			continue
		}
		_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nclient-request-id: %s\r\n\r\n", collection, newGUID())
		if err == nil { // else the writing has taken the error
			_, err = io.ReadAll(conn)
		}
		if err == nil || !strings.Contains(err.Error(), "reset") && !strings.Contains(err.Error(), "broken pipe") {
			t.Errorf("%+v: error %v, want a reset", rule, err)
		}
		conn.Close()
		if reached := len(w.Ledger()) == 1; reached != (rule.Fault == "F08") {
			t.Errorf("%+v: reached the service: %v", rule, reached)
		}
	}
}

// A shut port refuses connections, and takes them again later.
func TestShutPort(t *testing.T) {
	w, address := port(t, plan(Rule{Fault: "F01", At: time.Nanosecond, For: 50 * time.Millisecond}))
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	refused := false
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); {
		request := w.request("GET", "http://"+address+collection, "")
		request.RequestURI = ""
		response, err := client.Do(request)
		if err == nil {
			response.Body.Close()
			if refused {
				return
			}
			continue
		}
		refused = refused || strings.Contains(err.Error(), "refused")
	}
	t.Errorf("refused: %v, and never taken again", refused)
}

func TestShutGateEndsWithServe(t *testing.T) {
	port(t, plan(Rule{Fault: "F01", At: time.Nanosecond, For: time.Hour}))
}

// Over pipes a shut gate takes connections and closes them at once.
func TestShutPipes(t *testing.T) {
	withFaults(t, []Rule{{Fault: "F01", At: 30 * time.Second, For: time.Minute}}, func(w *world, client *http.Client) {
		for minute, good := range []bool{true, false, true} {
			client.CloseIdleConnections()
			if got := w.send(client, "POST", collection, sample()); (got.status == 201) != good {
				t.Errorf("minute %d: status %d, error %v", minute, got.status, got.err)
			}
			time.Sleep(time.Minute)
		}
	})
}
