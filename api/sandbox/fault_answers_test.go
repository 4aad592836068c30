package sandbox

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

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
