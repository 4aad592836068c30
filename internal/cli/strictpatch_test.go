package cli_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// strictOp is an operation of a JSON Patch.
type strictOp struct {
	Op, Path string
	Value    any
}

// strictPatch applies a JSON Patch to a copy of a document: all of it or nothing.
//
// Source: RFC 6902; the contract knows replace and add only.
func strictPatch(document map[string]any, data []byte) (map[string]any, string, error) {
	var ops []map[string]any
	if err := strictJSON(data, &ops); err != nil {
		return nil, "", err
	}
	text, err := json.Marshal(document)
	if err != nil {
		return nil, "", err
	}
	var changed map[string]any
	if err := strictJSON(text, &changed); err != nil {
		return nil, "", err
	}
	var did []string
	for _, op := range ops {
		value, there := op["value"]
		name, _ := op["op"].(string)
		path, _ := op["path"].(string)
		if !there {
			return nil, "", fmt.Errorf("%s %q has no value", name, path)
		}
		if err := (strictOp{name, path, value}).apply(changed); err != nil {
			return nil, "", err
		}
		did = append(did, name+" "+path)
	}
	return changed, strings.Join(did, ", "), nil
}

// apply carries out one operation.
func (o strictOp) apply(document map[string]any) error {
	steps := strings.Split(o.Path, "/")
	if len(steps) < 2 || steps[0] != "" || o.Op != "add" && o.Op != "replace" {
		return fmt.Errorf("%s %q is none of the documented operations", o.Op, o.Path)
	}
	for i := range steps {
		steps[i] = strings.ReplaceAll(strings.ReplaceAll(steps[i], "~1", "/"), "~0", "~")
	}
	changed, err := o.into(document, steps[1:])
	if err == nil {
		_, same := changed.(map[string]any)
		if !same {
			err = fmt.Errorf("%q", o.Path)
		}
	}
	return err
}

// into changes the place below a value, and returns the value as it is then.
func (o strictOp) into(value any, steps []string) (any, error) {
	name, last := steps[0], len(steps) == 1
	switch holder := value.(type) {
	case map[string]any:
		member, there := holder[name]
		switch {
		case !there && (!last || o.Op == "replace"):
			return nil, fmt.Errorf("%s %q: there is no %q", o.Op, o.Path, name)
		case last:
			holder[name] = o.Value
			return holder, nil
		}
		changed, err := o.into(member, steps[1:])
		holder[name] = changed
		return holder, err
	case []any:
		return o.intoArray(holder, name, steps[1:])
	}
	return nil, fmt.Errorf("%s %q: %q is inside of a value", o.Op, o.Path, name)
}

func (o strictOp) intoArray(array []any, name string, rest []string) (any, error) {
	index, err := strconv.Atoi(name)
	inserts := len(rest) == 0 && o.Op == "add"
	switch {
	case name == "-" && inserts:
		return append(array, o.Value), nil
	case err != nil || strconv.Itoa(index) != name || index < 0 || index > len(array) || index == len(array) && !inserts:
		return nil, fmt.Errorf("%s %q: the array has no element %q", o.Op, o.Path, name)
	case inserts:
		return slices.Insert(array, index, o.Value), nil
	case len(rest) == 0:
		array[index] = o.Value
		return array, nil
	}
	array[index], err = o.into(array[index], rest)
	return array, err
}

// TestStrictPatch holds the strict service itself to the words of RFC 6902.
func TestStrictPatch(t *testing.T) {
	const document = `{"a":1,"list":[{"b":2},3],"null":null,"odd/name~":{"c":4},"unknown":{"x":[1]}}`
	for _, c := range []struct{ patch, want string }{
		{`[{"op":"replace","path":"/a","value":5}]`, `{"a":5,"list":[{"b":2},3],"null":null,"odd/name~":{"c":4},"unknown":{"x":[1]}}`},
		{`[{"op":"add","path":"/list/1","value":9},{"op":"add","path":"/list/-","value":8}]`, `{"a":1,"list":[{"b":2},9,3,8],"null":null,"odd/name~":{"c":4},"unknown":{"x":[1]}}`},
		{`[{"op":"replace","path":"/list/0/b","value":null},{"op":"add","path":"/new","value":{}}]`, `{"a":1,"list":[{"b":null},3],"new":{},"null":null,"odd/name~":{"c":4},"unknown":{"x":[1]}}`},
		{`[{"op":"replace","path":"/odd~1name~0/c","value":"d"},{"op":"replace","path":"/null","value":1}]`, `{"a":1,"list":[{"b":2},3],"null":1,"odd/name~":{"c":"d"},"unknown":{"x":[1]}}`},
		{`[{"op":"replace","path":"/new","value":1}]`, ""}, {`[{"op":"replace","path":"/list/2","value":1}]`, ""}, {`[{"op":"add","path":"/list/4","value":1}]`, ""},
		{`[{"op":"add","path":"/no/where","value":1}]`, ""}, {`[{"op":"add","path":"/a/b","value":1}]`, ""}, {`[{"op":"remove","path":"/a"}]`, ""},
		{`[{"op":"replace","path":"/a","value":1},{"op":"replace","path":"/list/-","value":1}]`, ""}, {`[{"op":"replace","path":"/list/01","value":1}]`, ""}, {`[{"op":"add","path":"/z"}]`, ""},
	} {
		var stored map[string]any
		if err := strictJSON([]byte(document), &stored); err != nil {
			t.Fatal(err)
		}
		changed, _, err := strictPatch(stored, []byte(c.patch))
		got, _ := json.Marshal(changed)
		if (err != nil) != (c.want == "") || err == nil && string(got) != c.want {
			t.Errorf("%s: %s, %v; want %q", c.patch, got, err, c.want)
		}
		if left, _ := json.Marshal(stored); string(left) != document {
			t.Errorf("%s changed the document itself: %s", c.patch, left)
		}
	}
}
