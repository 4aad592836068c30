package sandbox

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const someGUID = "65edc0b5-3485-41b7-a17e-dfa9ef4706e2"

var goodFilters = []struct {
	filter string
	want   bool // whether the record of the test matches
}{
	{"engagementId eq '" + someGUID + "'", true},
	{"engagementId eq " + someGUID, true},
	{"engagementId eq '" + strings.ToUpper(someGUID) + "'", true},
	{"engagementId eq '00000000-0000-0000-0000-000000000000'", false},
	{"status eq 'Active'", true},
	{"status eq 'Closed'", false},
	{"  status   eq 'Active' ", true},
	{"status eq 'Active' and substatus eq 'Accepted'", true},
	{"status eq 'Active' and substatus eq 'Won'", false},
	{"(status eq 'Active')", true},
	{"((status eq 'Active') and (type eq 'Shared'))", true},
	{"(status eq 'Active' and (qualification eq 'SalesQualified' and direction eq 'Outgoing'))", true},
	{"customerProfile/address/country eq 'US'", true},
	{"customerProfile/address/country eq 'us'", false},
	{"updatedDateTime ge 2026-11-20T09:00:00Z", true},
	{"updatedDateTime gt 2026-11-20T09:00:00Z", false},
	{"updatedDateTime le '2026-11-20T09:00:00.0000000Z'", true},
	{"updatedDateTime lt 2026-11-20T10:00:00+01:00", false},
	{"updatedDateTime eq 2026-11-20T10:00:00+01:00", true},
	{"team/any(t:t/email eq 'o''hara@example.com')", true},
	{"team/any(member:member/email eq 'bob@example.com')", true},
	{"team/any(t: t/email eq 'nobody@example.com')", false},
	{"status eq 'Active' and team/any(t:t/email eq 'bob@example.com') and updatedDateTime ge 2026-01-01T00:00:00Z", true},
}

func filterRecord() (*record, func() map[string]any) {
	r := &record{engagementID: someGUID, status: "Active", substatus: "Accepted", kind: "Shared", qualification: "SalesQualified",
		direction: "Outgoing", country: "US", updated: parseTicks("2026-11-20T09:00:00Z")}
	team := []any{map[string]any{"email": "bob@example.com"}, map[string]any{"email": "o'hara@example.com"}, "nobody", nil}
	return r, func() map[string]any { return map[string]any{"team": team} }
}

func TestFilters(t *testing.T) {
	r, document := filterRecord()
	for _, c := range goodFilters {
		f, err := parseFilter(c.filter)
		if err != nil {
			t.Errorf("%s: %v", c.filter, err)
			continue
		}
		if got := f(r, document); got != c.want {
			t.Errorf("%s: %v, want %v", c.filter, got, c.want)
		}
	}
}

var badFilters = []string{
	"", " ", "status", "status eq", "status 'Active'", "eq 'Active'", "status eq Active", "status eq 'Active", "status eq 'Actve'",
	"status ne 'Active'", "status eq 'Active' or status eq 'New'", "not status eq 'Active'", "status eq 'Active' and", "and status eq 'Active'",
	"(status eq 'Active'", "status eq 'Active')", "()", "status eq 'Active' substatus eq 'Won'", "status eq 'Active', type eq 'Shared'",
	"externalReferenceId eq 'CRM-1'", "id eq '" + someGUID + "'", "name eq 'x'", "createdDateTime ge 2026-11-20T09:00:00Z", "customerProfile/name eq 'x'",
	"customerProfile/ eq 'x'", "customerProfile/address eq 'x'", "contains(name,'x')", "engagementId eq 'CRM-1'", "engagementId ge '" + someGUID + "'",
	"updatedDateTime ge yesterday", "updatedDateTime ge '2026-11-20'", "updatedDateTime ne 2026-11-20T09:00:00Z", "status AND 'Active'",
	"team/any(t:t/email eq bob)", "team/any(t:u/email eq 'x')", "team/any(t:t/name eq 'x')", "team/any(t:t/email eq 'x'", "team/all(t:t/email eq 'x')",
	"team/any eq 'x'", "team/any()", "status eq \"Active\"", "status eq 'Active'\x00", "состояние eq 'x'", "STATUS eq 'Active'",
	strings.Repeat("(", 30) + "status eq 'Active'" + strings.Repeat(")", 30),
}

func TestBadFilters(t *testing.T) {
	for _, text := range badFilters {
		if _, err := parseFilter(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

// Any e-mail address is found by the filter that quotes it, and no other is.
func TestQuoting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		email, other := rapid.String().Draw(t, "e-mail"), rapid.String().Draw(t, "another")
		f, err := parseFilter("team/any(t:t/email eq '" + strings.ReplaceAll(email, "'", "''") + "')")
		if err != nil {
			t.Fatal(err)
		}
		for _, member := range []string{email, other} {
			document := func() map[string]any { return map[string]any{"team": []any{map[string]any{"email": member}}} }
			if got := f(nil, document); got != (member == email) {
				t.Fatalf("%q found: %v", member, got)
			}
		}
	})
}

// A conjunction is as true as all of its parts, however they are put in parentheses.
func TestConjunctions(t *testing.T) {
	r, document := filterRecord()
	rapid.Check(t, func(t *rapid.T) {
		want := true
		parts := rapid.SliceOfN(rapid.SampledFrom(goodFilters), 1, 6).Draw(t, "parts")
		text := ""
		for i, part := range parts {
			want = want && part.want
			if i > 0 {
				text = fmt.Sprintf("%s and ", text)
			}
			text += part.filter
			if rapid.Bool().Draw(t, "in parentheses") {
				text = "(" + text + ")"
			}
		}
		f, err := parseFilter(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got := f(r, document); got != want {
			t.Fatalf("%s: %v, want %v", text, got, want)
		}
	})
}

// FuzzFilter: no text makes the parser panic, and what it reads can be asked.
func FuzzFilter(f *testing.F) {
	for _, c := range goodFilters {
		f.Add(c.filter)
	}
	for _, text := range badFilters {
		f.Add(text)
	}
	r, document := filterRecord()
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := parseFilter(text)
		if (parsed == nil) != (err != nil) {
			t.Fatalf("%q: filter %v, error %v", text, parsed != nil, err)
		}
		if err != nil {
			return
		}
		if first, second := parsed(r, document), parsed(r, document); first != second {
			t.Fatalf("%q: two answers", text)
		}
	})
}
