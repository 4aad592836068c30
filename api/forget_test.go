package api

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func person(t interface{ Fatal(...any) }, mail string) *Person {
	p, err := NewPerson(mail)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWhoIsNamed(t *testing.T) {
	ann := person(t, "ann@example.com")
	for text, want := range map[string]bool{
		"ann@example.com":             true,
		"Ann@Example.COM":             true,
		"ask ann@example.com.":        true,
		"<ann@example.com>":           true,
		"Ann,Lee,+1,ann@example.com":  true,
		"mailto:ann@example.com;bob":  true,
		"joann@example.com":           false,
		"jo.ann@example.com":          false,
		"jo-ann@example.com":          false,
		"ann@example.com.au":          false,
		"ann@example.community":       false,
		"ann@example-com":             false,
		"annXexample.com":             false,
		"joann@example.com.":          false,
		"see joann@ and ann@example.": false,
	} {
		if ann.In([]byte(text)) != want {
			t.Errorf("%q: %t", text, !want)
		}
	}
}

func TestWhatIsNoAddress(t *testing.T) {
	for _, text := range []string{"", "ann", "@example.com", "ann@", "a@b@c", "ann @example.com", "a,b@example.com"} {
		if _, err := NewPerson(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestForget(t *testing.T) {
	ann := person(t, "ann@example.com")
	for _, c := range []struct{ name, document, want string }{
		{"a member of the team, and no other",
			`{"team":[{"firstName":"Ann","email":"ANN@example.com"},{"firstName":"Jo","email":"joann@example.com"}]}`,
			`{"team":[{"email":"(forgotten)","firstName":"(forgotten)"},{"email":"joann@example.com","firstName":"Jo"}]}`},
		{"a note that names the address", `{"details":{"notes":"call ann@example.com.","dealValue":10.50}}`, `{"details":{"dealValue":10.50,"notes":"(forgotten)"}}`},
		{"ids stay", `{"id":"ann@example.com","externalReferenceId":"ann@example.com","eTag":"x","createdBy":"ann@example.com"}`,
			`{"createdBy":"(forgotten)","eTag":"x","externalReferenceId":"ann@example.com","id":"ann@example.com"}`},
		{"what hangs below the person", `{"contact":{"email":"ann@example.com","phones":["1","2"],"age":7}}`,
			`{"contact":{"age":7,"email":"(forgotten)","phones":["(forgotten)","(forgotten)"]}}`},
		{"nobody", `{"b":1, "a":"ann"}`, `{"b":1, "a":"ann"}`},
	} {
		got, _, err := ann.Forget([]byte(c.document))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %v\n got %s\nwant %s", c.name, err, got, c.want)
		}
	}
	if _, _, err := ann.Forget([]byte(`{"cut":`)); err == nil {
		t.Error("a document that is cut was taken")
	}
}

// Whatever the document: afterwards the address is in none of its texts, and to forget again
// changes nothing.
func TestForgetForgets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ann := person(t, "ann@example.com")
		text := rapid.SampledFrom([]string{"ann@example.com", "x ann@example.com y", "joann@example.com", "Ann", ""})
		var parts []string
		for range rapid.IntRange(1, 6).Draw(t, "parts") {
			key := rapid.SampledFrom([]string{"email", "name", "Email", "notes"}).Draw(t, "key")
			parts = append(parts, `{"`+key+`":"`+text.Draw(t, "text")+`","list":["`+text.Draw(t, "item")+`",1.50]}`)
		}
		document := []byte(`{"all":[` + strings.Join(parts, ",") + `]}`)
		once, times, err := ann.Forget(document)
		if err != nil || ann.In(once) || (times > 0) != ann.In(document) {
			t.Fatalf("%v, %d times: %s", err, times, once)
		}
		if again, more, _ := ann.Forget(once); more != 0 || string(again) != string(once) {
			t.Fatalf("%d more: %s", more, again)
		}
		if strings.Count(string(once), "1.50") != len(parts) {
			t.Fatalf("a number was respelled: %s", once)
		}
	})
}
