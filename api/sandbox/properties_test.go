package sandbox

import (
	"encoding/json"
	"strings"
	"testing"
)

// wrongValues are values that are not of a kind.
var wrongValues = map[Kind][]any{
	Text:     {json.Number("7"), true, []any{}, map[string]any{}},
	Number:   {"7", true, []any{}, map[string]any{}},
	Boolean:  {"true", json.Number("1"), []any{}},
	Object:   {"x", json.Number("7"), []any{}},
	Array:    {"x", map[string]any{}, false},
	GUID:     {"x", json.Number("7"), "65edc0b5-3485-41b7-a17e-dfa9ef4706eg", "65edc0b5348541b7a17edfa9ef4706e2"},
	DateTime: {"x", "2026-12-14", "2026-12-14T00:00:00", "2026-12-14T00:00:00+00:00", "14.12.2026", json.Number("7")},
	Country:  {"USA", "us", "", "U", "1A", json.Number("7")},
	Currency: {"US", "usd", "€", "DOLLAR", json.Number("7")},
}

// rightValues are values of a kind.
var rightValues = map[Kind][]any{
	Text:     {"x", "", "Ünïcode <b>&amp;</b> \u2028"},
	Number:   {json.Number("0"), json.Number("50000.10"), json.Number("9007199254740993")},
	Boolean:  {true, false},
	Object:   {map[string]any{}},
	Array:    {[]any{}},
	GUID:     {someGUID, strings.ToUpper(someGUID)},
	DateTime: {"2026-12-14T00:00:00Z", "2026-12-14T18:30:00.1234567Z", "2024-02-29T23:59:59Z"},
	Country:  {"US", "CZ"},
	Currency: {"USD", "EUR"},
	Any:      {"x", json.Number("7"), nil, []any{}, map[string]any{}},
}

// placed returns the sample with a value at a path of the table; elements of arrays become the
// only ones. It also returns the path as an answer names it.
func placed(t *testing.T, path string, value any) (body, target string) {
	t.Helper()
	document := parse(t, sample())
	var parent any = document
	names := splitPath(path)
	for i, name := range names {
		name, isElement := strings.CutSuffix(name, "[]")
		object := parent.(map[string]any)
		last := i == len(names)-1
		switch {
		case isElement && last:
			object[name] = []any{value}
		case isElement:
			element, ok := lookup(object, name).([]any)
			if !ok || len(element) == 0 {
				element = []any{map[string]any{}}
			}
			object[name], parent = element[:1], element[0]
		case last:
			object[name] = value
		default:
			if _, ok := object[name].(map[string]any); !ok {
				object[name] = map[string]any{}
			}
			parent = object[name]
		}
	}
	return string(encode(document)), strings.ReplaceAll(path, "[]", "[0]")
}

// onCreate are the properties of the table that a create may carry.
func onCreate() []Property {
	var list []Property
	for _, p := range Properties() {
		if !strings.HasPrefix(p.Path, "registrations") && p.Access != Server && p.Path != "engagementId" {
			list = append(list, p)
		}
	}
	return list
}

// Each property of the table refuses a value of another kind, and names itself.
func TestEveryPropertyRefusesOtherKinds(t *testing.T) {
	w := newWorld(t, Options{})
	for _, p := range onCreate() {
		for _, value := range wrongValues[p.Kind] {
			body, target := placed(t, p.Path, value)
			w.refused(400, target, "POST", collection, body)
		}
		if p.Required || p.NotNull {
			body, target := placed(t, p.Path, nil)
			w.refused(400, target, "POST", collection, body)
		}
		if p.Values != nil {
			for _, value := range []string{"", "Other", strings.ToLower(p.Values[0]) + "x"} {
				body, target := placed(t, p.Path, value)
				w.refused(400, target, "POST", collection, body)
			}
		}
	}
	if w.Count() != 0 {
		t.Errorf("%d referrals were made", w.Count())
	}
}

// ruled are properties whose values other rules than the table's decide.
var ruled = map[string]bool{
	"status": true, "substatus": true, "type": true, "customerProfile": true, "consent": true, "details": true,
	"consent.consentToToShareInfoWithOthers": true, "target[]": true,
}

// Each property of the table takes the values of its kind and gives them back unchanged, and
// takes null where the table says so.
func TestEveryPropertyTakesItsKind(t *testing.T) {
	w := newWorld(t, Options{})
	for _, p := range onCreate() {
		values := rightValues[p.Kind]
		if p.Values != nil {
			values = nil
			for _, value := range p.Values {
				values = append(values, value)
			}
		}
		if !p.NotNull && !p.Required {
			values = append(values, nil)
		}
		for _, value := range values {
			if ruled[p.Path] || strings.HasSuffix(p.Path, "[]") && p.Kind == Object {
				continue
			}
			body, _ := placed(t, p.Path, value)
			switch {
			case strings.HasPrefix(p.Path, "customerProfile.ids[]."), strings.HasPrefix(p.Path, "target[]."):
				continue // their elements have several properties that go together
			}
			got := w.want(201, "POST", collection, body)
			assertHolds(t, "", got.doc, parse(t, changed(body, "status", "-", "substatus", "-")))
		}
	}
	if len(w.Violations()) != 0 {
		t.Errorf("violations %q", w.Violations())
	}
}

// Each property of the service is refused on create and on change.
func TestEveryServerPropertyIsRefused(t *testing.T) {
	w := newWorld(t, Options{})
	doc := w.create().doc
	for _, p := range Properties() {
		if p.Access != Server || strings.HasPrefix(p.Path, "registrations") {
			continue
		}
		for _, value := range []any{"x", nil, true, map[string]any{}} {
			body, target := placed(t, p.Path, value)
			w.refused(400, target, "POST", collection, body)
		}
		w.refused(400, p.Path, "PATCH", item(doc), patchOf(op("replace", "/"+strings.ReplaceAll(p.Path, ".", "/"), `"changed"`)))
	}
}

// Each property that is read-only after creation is refused when a change would give it another
// value, and passes when it would not.
func TestEveryLockedPropertyIsLocked(t *testing.T) {
	w := newWorld(t, Options{})
	doc := w.create("mpnId", `"123"`, "customerProfile.address.region", `"West"`).doc
	others := map[Kind]string{Text: `"Other"`, Country: `"CZ"`, Boolean: "false", GUID: `"` + newGUID() + `"`}
	locked := 0
	for _, p := range Properties() {
		if p.Access != AtCreate || p.Kind == Object {
			continue
		}
		locked++
		path := "/" + strings.ReplaceAll(p.Path, ".", "/")
		w.refused(400, p.Path, "PATCH", item(doc), patchOf(op("replace", path, others[p.Kind])))
		same := string(encode(lookup(doc, splitPath(p.Path)...)))
		w.want(204, "PATCH", item(doc), patchOf(op("replace", path, same)))
	}
	if locked != 11 {
		t.Errorf("%d properties are locked, want 11", locked)
	}
}

// Each free property of a referral can be changed by a patch, to a value and to null.
func TestEveryFreePropertyCanBeChanged(t *testing.T) {
	w := newWorld(t, Options{})
	doc := w.create().doc
	for _, p := range Properties() {
		if p.Access != Free || strings.Contains(p.Path, "[]") || ruled[p.Path] || p.Kind == Object {
			continue
		}
		values := rightValues[p.Kind]
		if p.Values != nil {
			values = []any{p.Values[len(p.Values)-1]}
		}
		if p.Path == "consent.consentToShareReferralWithMicrosoftSellers" {
			values = []any{false, true}
		}
		if !p.NotNull {
			values = append(values, nil)
		}
		for _, value := range values {
			body := patchOf(op("replace", "/"+strings.ReplaceAll(p.Path, ".", "/"), string(encode(value))))
			got := w.with("Prefer", "return=representation").want(200, "PATCH", item(doc), body).doc
			assertHolds(t, p.Path, lookup(got, splitPath(p.Path)...), value)
		}
	}
}
