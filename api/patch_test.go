package api

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// applied is RFC 6902 for "add" and "replace", written for this test from the RFC.
func applied(document any, operations []Operation) (any, error) {
	for _, o := range operations {
		steps := strings.Split(o.Path, "/")[1:]
		for i, step := range steps {
			steps[i] = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
		}
		changed, err := applyAt(document, steps, o)
		if err != nil {
			return nil, err
		}
		document = changed
	}
	return document, nil
}

func applyAt(container any, steps []string, o Operation) (any, error) {
	if len(steps) == 0 {
		return o.Value, nil
	}
	switch c := container.(type) {
	case map[string]any:
		member, there := c[steps[0]]
		if !there && (len(steps) > 1 || o.Op == "replace") {
			return nil, fmt.Errorf("%s: %q is not there", o.Path, steps[0])
		}
		changed, err := applyAt(member, steps[1:], o)
		c[steps[0]] = changed
		return c, err
	case []any:
		if steps[0] == "-" && len(steps) == 1 && o.Op == "add" {
			return append(c, o.Value), nil
		}
		index, err := strconv.Atoi(steps[0])
		if err != nil || index >= len(c) {
			return nil, fmt.Errorf("%s: no element %q", o.Path, steps[0])
		}
		c[index], err = applyAt(c[index], steps[1:], o)
		return c, err
	}
	return nil, fmt.Errorf("%s: neither object nor array", o.Path)
}

// documents draws objects with the names that matter: the team, odd names, nested objects.
func documents() *rapid.Generator[map[string]any] {
	scalar := rapid.SampledFrom([]any{nil, true, "x", "", json.Number("1"), json.Number("1.50"), json.Number("9007199254740993")})
	person := rapid.Custom(func(t *rapid.T) any { return map[string]any{"email": scalar.Draw(t, "email")} })
	inner := rapid.MapOf(rapid.SampledFrom([]string{"a", "b/c", "d~e", "f"}), scalar)
	return rapid.Custom(func(t *rapid.T) map[string]any {
		document := map[string]any{}
		for _, name := range []string{"name", "status", "odd~/name"} {
			if rapid.Bool().Draw(t, "has "+name) {
				document[name] = scalar.Draw(t, name)
			}
		}
		if rapid.Bool().Draw(t, "has details") {
			document["details"] = inner.Draw(t, "details")
		}
		if rapid.Bool().Draw(t, "has team") {
			document["team"] = rapid.SliceOfN(person, 0, 3).Draw(t, "team")
		}
		return document
	})
}

// A patch carried out as the RFC says makes the one document into the other, and touches
// nothing that does not differ.
func TestOperationsMakeTheOtherDocument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := &Referral{root: documents().Draw(t, "before")}
		after := &Referral{root: documents().Draw(t, "after")}
		operations := Operations(before, after)
		got, err := applied(cloneValue(before.root), operations)
		if err != nil {
			t.Fatal(err)
		}
		if !Equal(got, after.root) {
			t.Fatalf("%v made %v, wanted %v", operations, got, after.root)
		}
		if again := Operations(after, after.Clone()); len(again) != 0 {
			t.Fatalf("no difference, and yet %v", again)
		}
	})
}

// The documented samples: a deal value and notes, a status with its substatus, a person added.
func TestOperationsOfTheDocumentedSamples(t *testing.T) {
	const live = `{"status":"New","substatus":"Pending","details":{"dealValue":1000,"notes":"old","currency":"USD"},"team":[{"email":"a@example.com"}],"inviteContext":null}`
	for _, test := range []struct{ change, want string }{
		{`{"details":{"dealValue":10000,"notes":"New notes"}}`, `[{"op":"replace","path":"/details/dealValue","value":10000},{"op":"replace","path":"/details/notes","value":"New notes"}]`},
		{`{"status":"Active","substatus":"Accepted"}`, `[{"op":"replace","path":"/status","value":"Active"},{"op":"replace","path":"/substatus","value":"Accepted"}]`},
		{`{"team":[{"email":"a@example.com"},{"email":"b@example.com"}]}`, `[{"op":"add","path":"/team/-","value":{"email":"b@example.com"}}]`},
		{`{"team":[{"email":"b@example.com"}]}`, `[{"op":"replace","path":"/team","value":[{"email":"b@example.com"}]}]`},
		{`{"inviteContext":{"notes":"help"}}`, `[{"op":"replace","path":"/inviteContext","value":{"notes":"help"}}]`},
		{`{"campaignId":"C1"}`, `[{"op":"add","path":"/campaignId","value":"C1"}]`},
		{`{"details":{"dealValue":1000.00}}`, `null`},
	} {
		before, _ := ParseReferral([]byte(live))
		after := before.Clone()
		change, _ := ParseReferral([]byte(test.change))
		overlay(after.root, change.root)
		got, err := encode(Operations(before, after))
		if err != nil || string(got) != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.change, got, test.want)
		}
	}
}

func overlay(onto, from map[string]any) {
	for name, value := range from {
		object, isObject := value.(map[string]any)
		below, wasObject := onto[name].(map[string]any)
		if isObject && wasObject {
			overlay(below, object)
			continue
		}
		onto[name] = value
	}
}
