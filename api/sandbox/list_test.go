package sandbox

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"refload/internal/effort"
)

// fill puts n referrals in, named 0, 1, 2 …; each third one is a lead.
func (w *world) fill(n int) {
	w.t.Helper()
	for i := range n {
		doc := map[string]any{"name": fmt.Sprint(i), "status": "Active", "substatus": "Accepted"}
		if i%3 == 0 {
			doc["status"], doc["substatus"] = "New", "Received"
		}
		if err := w.Seed(doc); err != nil {
			w.t.Fatal(err)
		}
	}
}

// walk lists all pages and calls between after each.
func (w *world) walk(query string, between func(page int)) (names []string, sizes []int) {
	w.t.Helper()
	for page := 1; ; page++ {
		got := w.want(200, "GET", collection+query, "")
		values := elements(got.doc["value"])
		if count := fmt.Sprint(got.doc["@odata.count"]); count != fmt.Sprint(len(values)) {
			w.t.Errorf("@odata.count %s on a page of %d", count, len(values))
		}
		for _, value := range values {
			names = append(names, text(value, "name"))
		}
		sizes = append(sizes, len(values))
		link, ok := got.doc["@odata.nextLink"].(string)
		if !ok {
			return names, sizes
		}
		const prefix = "http://api.partner.microsoft.com/v1.0/referrals?$skiptoken="
		if !strings.HasPrefix(link, prefix) {
			w.t.Fatalf("nextLink %s", link)
		}
		query = "?$skiptoken=" + link[len(prefix):]
		if between != nil {
			between(page)
		}
	}
}

func numbers(from, to int) []string {
	var list []string
	for i := from; i != to; {
		list = append(list, fmt.Sprint(i))
		if from < to {
			i++
		} else {
			i--
		}
	}
	return list
}

func TestPages(t *testing.T) {
	w := newWorld(t, Options{})
	w.fill(250)
	var leads []string
	for i := 0; i < 250; i += 3 {
		leads = append(leads, fmt.Sprint(i))
	}
	cases := []struct {
		query string
		names []string
		sizes []int
	}{
		{"", numbers(0, 250), []int{100, 100, 50}},
		{"?$orderby=createdDateTime", numbers(0, 250), []int{100, 100, 50}},
		{"?$orderby=createdDateTime desc", numbers(249, -1), []int{100, 100, 50}},
		{"?$orderby=updatedDateTime desc&$top=120", numbers(249, 129), []int{100, 20}},
		{"?$top=100", numbers(0, 100), []int{100}},
		{"?$top=10", numbers(0, 10), []int{10}},
		{"?$top=1000", numbers(0, 250), []int{100, 100, 50}},
		{"?$filter=status eq 'New'", leads, []int{84}},
		{"?$filter=status eq 'Active'&$select=name,status", nil, []int{100, 66}},
		{"?$filter=status eq 'Closed'", nil, []int{0}},
	}
	for _, c := range cases {
		names, sizes := w.walk(c.query, nil)
		if !slices.Equal(sizes, c.sizes) || c.names != nil && !slices.Equal(names, c.names) {
			t.Errorf("%s: %v in pages of %v, want %v in %v", c.query, names, sizes, c.names, c.sizes)
		}
	}
	if len(w.Violations()) != 0 {
		t.Errorf("violations %q", w.Violations())
	}
}

func TestEmptyList(t *testing.T) {
	got := newWorld(t, Options{}).want(200, "GET", collection, "")
	if want := `{"@odata.context":"http://api.partner.microsoft.com/v1.0/$metadata#Referrals","@odata.count":0,"value":[]}`; got.body != want {
		t.Errorf("%s, want %s", got.body, want)
	}
}

func TestExactPageHasNoNextLink(t *testing.T) {
	w := newWorld(t, Options{})
	w.fill(200)
	if _, sizes := w.walk("", nil); !slices.Equal(sizes, []int{100, 100}) {
		t.Errorf("pages of %v", sizes)
	}
}

func TestSelect(t *testing.T) {
	w := newWorld(t, Options{})
	w.create()
	got := w.want(200, "GET", collection+"?$select=id,status, customerProfile", "")
	value := elements(got.doc["value"])[0].(map[string]any)
	if len(value) != 3 || text(value, "status") != "Active" || text(value, "customerProfile", "name") != "Fabrikam Inc" {
		t.Errorf("selected %v", value)
	}
}

// Others who create, change and close while a list is read change nothing of what it shows of
// the rest: each referral that was there at the start comes exactly once.
func TestPagingUnderWrites(t *testing.T) {
	effort.NotShort(t)
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, Options{})
		w.fill(210)
		order := rapid.SampledFrom([]string{"?$orderby=createdDateTime", "?$orderby=createdDateTime desc"}).Draw(rt, "order")
		writes := rapid.IntRange(0, 5).Draw(rt, "writes")
		names, _ := w.walk(order, func(page int) {
			for i := range writes {
				doc := w.create("name", fmt.Sprintf(`"new %d.%d"`, page, i)).doc
				w.want(204, "PATCH", item(doc), patchOf(op("replace", "/details/notes", `"x"`)))
			}
		})
		old := slices.DeleteFunc(names, func(name string) bool { return strings.HasPrefix(name, "new ") })
		want := numbers(0, 210)
		if strings.HasSuffix(order, "desc") {
			slices.Reverse(want)
		}
		if !slices.Equal(old, want) {
			rt.Fatalf("listed %v", old)
		}
	})
}

func TestChangesComeAgainByUpdate(t *testing.T) {
	w := newWorld(t, Options{})
	w.fill(90)
	doc := w.create("name", `"moved"`).doc
	w.fill(60)
	names, _ := w.walk("?$orderby=updatedDateTime", func(int) {
		w.want(204, "PATCH", item(doc), patchOf(op("replace", "/details/notes", `"x"`)))
	})
	if len(names) != 152 || names[90] != "moved" || names[151] != "moved" {
		t.Errorf("%d listed, the last is %s", len(names), names[len(names)-1])
	}
}

func TestTiesHaveAnOrder(t *testing.T) {
	w := newWorld(t, Options{})
	for i := range 120 {
		doc := map[string]any{"id": fmt.Sprintf("%08d-0000-4000-8000-000000000000", (i*37)%120), "createdDateTime": "2026-01-01T00:00:00Z", "name": fmt.Sprint((i * 37) % 120)}
		if err := w.Seed(doc); err != nil {
			t.Fatal(err)
		}
	}
	if names, _ := w.walk("", nil); !slices.Equal(names, numbers(0, 120)) {
		t.Errorf("listed %v", names)
	}
}

func TestListRefusals(t *testing.T) {
	w := newWorld(t, Options{})
	w.fill(101)
	link, _ := url.Parse(text(w.want(200, "GET", collection, "").doc, "@odata.nextLink"))
	token := link.Query().Get("$skiptoken")
	cases := map[string]string{
		"?$filter=externalReferenceId eq 'CRM-1'": "$filter",
		"?$filter=":                      "$filter",
		"?$orderby=name":                 "$orderby",
		"?$orderby=createdDateTime down": "$orderby",
		"?$orderby=createdDateTime,id":   "$orderby",
		"?$orderby=":                     "$orderby",
		"?$select=dealName":              "$select",
		"?$select=":                      "$select",
		"?$top=0":                        "$top",
		"?$top=-1":                       "$top",
		"?$top=many":                     "$top",
		"?$top=1&$top=2":                 "$top",
		"?$skip=1":                       "$skip",
		"?$count=true":                   "$count",
		"?$expand=team":                  "$expand",
		"?pageSize=1":                    "pageSize",
		"?$skiptoken=abc":                "$skiptoken",
		"?$skiptoken=":                   "$skiptoken",
		"?$skiptoken=" + url.QueryEscape(token[:len(token)-4]):                "$skiptoken",
		"?$skiptoken=" + url.QueryEscape(token) + "&$top=3":                   "$skiptoken",
		"?$skiptoken=" + url.QueryEscape(strings.Replace(token, "A", "B", 1)): "$skiptoken",
		"?a;b": "",
	}
	for query, target := range cases {
		w.refused(400, target, "GET", collection+query, "")
	}
	if len(w.Violations()) != len(cases) {
		t.Errorf("%d violations, want %d", len(w.Violations()), len(cases))
	}
	w.refused(400, "", "GET", collection+"/"+newGUID()+"?$select=id", "")
}

// FuzzToken: no token makes the list panic, and only those that were given out are taken.
func FuzzToken(f *testing.F) {
	f.Add(listing{Order: "createdDateTime", Top: -1, Filter: "status eq 'New'"}.token())
	f.Add("")
	f.Add("MDAwMDAwMDA=")
	f.Fuzz(func(t *testing.T, token string) {
		query, bad := parseToken(token)
		if bad == nil && query.token() != token && query.filter == nil && query.Filter != "" {
			t.Fatalf("%q was taken as %+v", token, query)
		}
	})
}
