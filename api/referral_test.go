package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"refload/api"
)

func parse(t testing.TB, text string) *api.Referral {
	t.Helper()
	referral, err := api.ParseReferral([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return referral
}

func TestADocumentIsLossless(t *testing.T) {
	const text = `{"details":{"big":9007199254740993,"dealValue":50000.10,"e":1e21},"html":"<a & b>","unknown":[{"x":null},true]}`
	data, err := parse(t, text).MarshalJSON()
	if err != nil || string(data) != text {
		t.Errorf("%s, %v", data, err)
	}
}

func TestWhatIsNoReferral(t *testing.T) {
	for _, text := range []string{``, `null`, `[]`, `"x"`, `{`, `{} {}`, `{}x`, `{"a":}`} {
		if referral, err := api.ParseReferral([]byte(text)); err == nil {
			t.Errorf("%s was read as %v", text, referral)
		}
	}
}

func TestGetAndSet(t *testing.T) {
	r := api.NewReferral()
	for _, step := range []struct {
		path  string
		value any
	}{
		{"name", "Deal"}, {"customerProfile.team[0].email", "kim@example.com"}, {"customerProfile.team[0].firstName", "Kim"},
		{"customerProfile.team[1].email", "sam@example.com"}, {"details.dealValue", json.Number("10.50")}, {"tags", []string{"a", "b"}}, {"count", 3},
	} {
		if err := r.Set(step.path, step.value); err != nil {
			t.Fatal(err)
		}
	}
	want := `{"count":3,"customerProfile":{"team":[{"email":"kim@example.com","firstName":"Kim"},{"email":"sam@example.com"}]},"details":{"dealValue":10.50},"name":"Deal","tags":["a","b"]}`
	if data, _ := r.MarshalJSON(); string(data) != want {
		t.Errorf("%s", data)
	}
	if value, found := r.Get("customerProfile.team[1].email"); !found || value != "sam@example.com" {
		t.Errorf("%v %v", value, found)
	}
	for _, absent := range []string{"nothing", "name.deeper", "tags[2]", "customerProfile[0]", "a..b", "tags[x]", "tags[-1]"} {
		if value, found := r.Get(absent); found {
			t.Errorf("%s is %v", absent, value)
		}
	}
	for _, wrong := range []string{"name.deeper", "tags[3]", "", "a..b", "tags[", "tags[1]x", "tags.x"} {
		if err := r.Set(wrong, "x"); err == nil {
			t.Errorf("Set(%q) was taken", wrong)
		}
	}
}

func TestACloneIsItsOwn(t *testing.T) {
	original := parse(t, `{"team":[{"email":"a"}]}`)
	clone := original.Clone()
	if err := clone.Set("team[0].email", "b"); err != nil {
		t.Fatal(err)
	}
	if original.Text("team[0].email") != "a" {
		t.Error("a change of the clone reached the original")
	}
}

func TestDiff(t *testing.T) {
	for _, test := range []struct {
		name, old, new string
		paths          []string
	}{
		{"the same", `{"a":1,"b":{"c":[1,2]}}`, `{"b":{"c":[1,2]},"a":1}`, nil},
		{"numbers by value", `{"a":100,"b":1e3,"c":0.0}`, `{"a":100.00,"b":1000,"c":0}`, nil},
		{"null is absent", `{"a":null}`, `{}`, nil},
		{"beyond float64", `{"a":9007199254740993}`, `{"a":9007199254740992}`, []string{"a"}},
		{"huge exponents end", `{"a":1e999999999}`, `{"a":1e999999998}`, []string{"a"}},
		{"tiny exponents end", `{"a":1e-999999999}`, `{"a":0}`, []string{"a"}},
		{"a member", `{"d":{"x":1,"y":2}}`, `{"d":{"x":1,"y":3}}`, []string{"d.y"}},
		{"an element", `{"t":[{"e":"a"},{"e":"b"}]}`, `{"t":[{"e":"a"},{"e":"c"}]}`, []string{"t[1].e"}},
		{"a longer array as a whole", `{"t":[1]}`, `{"t":[1,2]}`, []string{"t"}},
		{"another kind", `{"a":"1"}`, `{"a":1}`, []string{"a"}},
	} {
		var paths []string
		for _, change := range parse(t, test.old).Diff(parse(t, test.new)) {
			paths = append(paths, change.Path)
		}
		if strings.Join(paths, " ") != strings.Join(test.paths, " ") {
			t.Errorf("%s: %v, expected %v", test.name, paths, test.paths)
		}
	}
}

// documents draws any JSON value.
func documents() *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any { return value(t, 3) })
}

func value(t *rapid.T, depth int) any {
	kinds := 5
	if depth > 0 {
		kinds = 7
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return nil
	case 1:
		return rapid.Bool().Draw(t, "bool")
	case 2:
		return rapid.String().Draw(t, "string")
	case 3:
		return json.Number(rapid.StringMatching(`-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,6})?`).Draw(t, "number"))
	case 4:
		return rapid.SampledFrom([]string{"=1", "<b>", "\u202e", "é"}).Draw(t, "odd")
	case 5:
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) any { return value(t, depth-1) }), 0, 4).Draw(t, "list")
	}
	names := rapid.StringMatching(`[a-zA-Z@]{1,6}`)
	return rapid.MapOfN(names, rapid.Custom(func(t *rapid.T) any { return value(t, depth-1) }), 0, 4).Draw(t, "object")
}

// Whatever a document holds, reading and writing it changes nothing, and it differs from
// itself in nothing.
func TestAnyDocumentIsLossless(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		original, err := json.Marshal(map[string]any{"document": documents().Draw(t, "document")})
		if err != nil {
			t.Fatal(err)
		}
		first, err := api.ParseReferral(original)
		if err != nil {
			t.Fatal(err)
		}
		once, err := first.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		second, err := api.ParseReferral(once)
		if err != nil {
			t.Fatal(err)
		}
		if changes := first.Diff(second); len(changes) > 0 {
			t.Fatalf("%s became %s: %v", original, once, changes)
		}
		if changes := first.Diff(first.Clone()); len(changes) > 0 {
			t.Fatalf("a clone differs: %v", changes)
		}
	})
}

func FuzzPath(f *testing.F) {
	for _, seed := range []string{"name", "a.b[0].c", "a[0][1]", "a[", "[0]", "a]b", "a[99999999999999999999]", "."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		r := api.NewReferral()
		if r.Set(path, "value") != nil {
			return
		}
		if got := r.Text(path); got != "value" {
			t.Fatalf("Set(%q) wrote what Get reads as %q", path, got)
		}
	})
}

// The published table, written down once more.
func TestLifecycle(t *testing.T) {
	next := map[string]string{"New": "New Active Closed", "Active": "Active Closed", "Closed": "Closed", "None": ""}
	pairs := "New/Pending New/Received Active/Accepted Closed/Won Closed/Lost Closed/Declined Closed/Expired Closed/Error"
	for _, status := range []string{"None", "New", "Active", "Closed", "Engaged"} {
		if got := strings.Join(api.NextStatuses(status), " "); got != next[status] {
			t.Errorf("%s may become %q, expected %q", status, got, next[status])
		}
		for _, substatus := range []string{"None", "Pending", "Received", "Accepted", "Won", "Lost", "Declined", "Expired", "Error", ""} {
			legal := substatus != "" && strings.Contains(" "+pairs+" ", " "+status+"/"+substatus+" ")
			if api.LegalPair(status, substatus) != legal {
				t.Errorf("%s/%s: legal is %v", status, substatus, !legal)
			}
		}
	}
	if api.Terminal("Accepted") || !api.Terminal("Won") {
		t.Error("Won ends a deal, Accepted does not")
	}
}
