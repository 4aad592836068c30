package sandbox

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

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
