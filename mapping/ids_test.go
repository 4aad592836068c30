package mapping

import (
	"testing"

	"pgregory.net/rapid"
)

func TestIDsAreComparedExactly(t *testing.T) {
	made := "refload-abcdefghijklmnopqrstuvwxyz"
	for _, test := range []struct {
		name      string
		ids       IDs
		a, b      string
		one, near bool
	}{
		{"the same", IDs{}, "CRM-1", "CRM-1", true, true},
		{"white space around it", IDs{}, "CRM-1", "\u00a0 CRM-1\t", true, true},
		{"composed otherwise", IDs{}, "\u00e9-1", "e\u0301-1", true, true},
		{"another case", IDs{}, "CRM-1", "crm-1", false, true},
		{"white space inside", IDs{}, "CRM 1", "CRM1", false, true},
		{"what cannot be seen", IDs{}, "CRM-1", "CRM\u200b-1", false, true},
		{"zeros before it", IDs{}, "00042", "42", false, true},
		{"nothing but zeros", IDs{}, "000", "0", false, true},
		{"a number with a fraction of nothing", IDs{}, "42.0", "42", false, true},
		{"another fraction", IDs{}, "42.5", "42", false, false},
		{"zeros inside", IDs{}, "CRM-007", "CRM-7", false, false},
		{"dashes", IDs{}, "CRM-1", "CRM\u20131", false, false},
		{"no dash", IDs{}, "CRM-1", "CRM1", false, false},
		{"another id", IDs{}, "CRM-1", "CRM-10", false, false},
		{"15 characters in another case", IDs{}, "0065g00000Abcde", "0065g00000aBCDE", false, false},
		{"15 and 18 characters", IDs{}, "0065g00000AbCdE", "0065g00000AbCdEAAV", false, true},
		{"18 characters of another case", IDs{}, "0065g00000abcde", "0065g00000AbCdEAAV", false, false},
		{"18 characters in capital letters", IDs{}, "0065G00000ABCDEAAV", "0065g00000AbCdEAAV", false, true},
		{"18 characters in small letters", IDs{}, "0065g00000abcdeaav", "0065g00000AbCdEAAV", false, true},
		{"15 characters and 18 in small letters", IDs{}, "0065g00000AbCdE", "0065g00000abcdeaav", false, true},
		{"15 characters of another case and 18 in small letters", IDs{}, "0065g00000aBCDE", "0065g00000abcdeaav", false, false},
		{"18 characters, another checksum", IDs{}, "0065g00000AbCdE", "0065g00000AbCdEAAW", false, false},
		{"15 characters with a sign", IDs{}, "CRM-0065g00000A", "crm-0065G00000a", false, true},
		{"14 characters", IDs{}, "0065g00000AbCd", "0065g00000abcd", false, true},
		{"a marker of ours in another case", IDs{}, made, "REFLOAD-ABCDEFGHIJKLMNOPQRSTUVWXYZ", true, true},
		{"the service changes case", IDs{Case: true}, "0065g00000Abcde", "0065g00000aBCDE", true, true},
		{"the service changes case, 18 characters", IDs{Case: true}, "0065g00000AbCdEAAV", "0065G00000ABCDEAAV", true, true},
		{"the service changes case, not padding", IDs{Case: true}, "00042", "42", false, true},
		{"the service changes padding", IDs{Padding: true}, "0004 2", "42", true, true},
		{"the service changes padding, not case", IDs{Padding: true}, "CRM-1", "crm-1", false, true},
	} {
		if one := test.ids.Key(test.a) == test.ids.Key(test.b); one != test.one {
			t.Errorf("%s: %q and %q are one: %v", test.name, test.a, test.b, one)
		}
		if near := test.ids.Near(test.a) == test.ids.Near(test.b); near != test.near {
			t.Errorf("%s: %q and %q are near: %v (%q, %q)", test.name, test.a, test.b, near, test.ids.Near(test.a), test.ids.Near(test.b))
		}
	}
}

// Whatever the ids: what is one is near, since a listing is looked up by what is near, and both
// forms are their own form.
func TestWhatIsOneIsNear(t *testing.T) {
	id := rapid.StringMatching(`[ \x{00a0}]?(00)?[aAbB0-9 \x{200b}é.-]{0,18}(\.0)?[ \t]?`)
	rapid.Check(t, func(t *rapid.T) {
		ids := IDs{Case: rapid.Bool().Draw(t, "case"), Padding: rapid.Bool().Draw(t, "padding")}
		a, b := id.Draw(t, "a"), id.Draw(t, "b")
		key := ids.Key(a)
		if ids.Key(key) != key || ids.Near(key) != ids.Near(a) {
			t.Fatalf("%+v: %q has the key %q, which has the key %q; near %q and %q", ids, a, key, ids.Key(key), ids.Near(a), ids.Near(key))
		}
		if key == ids.Key(b) && ids.Near(a) != ids.Near(b) {
			t.Fatalf("%+v: %q and %q are one and not near", ids, a, b)
		}
	})
}
