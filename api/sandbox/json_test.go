package sandbox

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDecodeRefuses(t *testing.T) {
	for _, text := range []string{"", " ", "{", "[", `{"a"`, `{"a":}`, `{"a":1,}`, "[1,]", "{} {}", "{}x", `{"a":1,"a":2}`, `{"b":{"a":1,"a":2}}`,
		"\"\xff\"", "nul", "01", "+1", "1.", "NaN", `{'a':1}`, strings.Repeat("[", maxDepth+2) + strings.Repeat("]", maxDepth+2)} {
		if value, err := decode([]byte(text)); err == nil {
			t.Errorf("%q was read as %v", text, value)
		}
	}
}

func TestDecodeKeepsNumbers(t *testing.T) {
	for _, text := range []string{"9007199254740993", "50000.10", "1e21", "-0", "0.1000"} {
		value, err := decode([]byte(text))
		if err != nil || string(encode(value)) != text {
			t.Errorf("%s became %s: %v", text, encode(value), err)
		}
	}
}

func anyJSON(depth int) *rapid.Generator[any] {
	leaves := []*rapid.Generator[any]{
		rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.String().AsAny(),
		rapid.Map(rapid.Int64(), func(n int64) any { return json.Number(string(encode(n))) }),
	}
	if depth == 0 {
		return rapid.OneOf(leaves...)
	}
	return rapid.OneOf(append(leaves,
		rapid.Map(rapid.SliceOfN(anyJSON(depth-1), 0, 3), func(list []any) any { return append([]any{}, list...) }),
		rapid.MapOfN(rapid.String(), anyJSON(depth-1), 0, 3).AsAny())...)
}

func TestDecodeEncodeIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyJSON(3).Draw(t, "document")
		got, err := decode(encode(want))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s became %s: %v", encode(want), encode(got), err)
		}
		if copied := clone(want); !reflect.DeepEqual(copied, want) {
			t.Fatalf("the copy of %s is %s", encode(want), encode(copied))
		}
	})
}

// FuzzDecode: what is read, encoding/json reads too, and in the same way.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{sampleBody, "{}", "[1,2,{}]", `{"a":1,"a":2}`, `"\ud800"`, "1e999"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := decode(data)
		if err != nil {
			return
		}
		decoder := json.NewDecoder(strings.NewReader(string(data)))
		decoder.UseNumber()
		var want any
		if err := decoder.Decode(&want); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("read as %s, want %s (%v)", encode(got), encode(want), err)
		}
	})
}

// FuzzPatch: no body makes the patch panic, and a refused one changes nothing.
func FuzzPatch(f *testing.F) {
	for _, body := range []string{patchOf(op("replace", "/name", `"x"`)), patchOf(op("add", "/team/-", `{"email":"x"}`)),
		patchOf(op("replace", "/team/0", `null`)), patchOf(op("add", "/registrations/-", registration)), patchOf(op("replace", "/", `1`)),
		patchOf(op("replace", "/customerProfile", `[]`)), patchOf(op("replace", "/details/requirements/solutions/0", `7`))} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		w := newWorld(t, Options{})
		before := w.create().doc
		if got := w.do("PATCH", item(before), body); got.status/100 == 2 {
			return
		}
		after := w.want(200, "GET", item(before), "").doc
		delete(after, "@odata.context")
		if !reflect.DeepEqual(after, before) {
			t.Fatalf("the refused %s changed the referral", body)
		}
	})
}
