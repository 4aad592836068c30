package sandbox

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// patchOp is one operation of a JSON Patch.
type patchOp struct {
	op, path string
	steps    []string
	value    any
}

// maxOps bounds a patch.
const maxOps = 200

// parsePatch reads a JSON Patch. Only add and replace are supported.
//
// Source: the "Update a lead or opportunity" page; RFC 6902.
func parsePatch(document any) ([]patchOp, *refusal) {
	list, ok := document.([]any)
	if !ok || len(list) == 0 || len(list) > maxOps {
		return nil, breach(http.StatusBadRequest, "", "The body of a PATCH is an array of 1 to %d operations.", maxOps)
	}
	ops := make([]patchOp, 0, len(list))
	for _, element := range list {
		op, r := parseOp(element)
		if r != nil {
			return nil, r
		}
		ops = append(ops, op)
	}
	return ops, nil
}

func parseOp(element any) (patchOp, *refusal) {
	object, _ := element.(map[string]any)
	value, hasValue := object["value"]
	op := patchOp{op: text(object, "op"), path: text(object, "path"), value: value}
	switch {
	case len(object) != 3 || !hasValue || op.path == "":
		return op, breach(http.StatusBadRequest, "", "An operation has exactly the members op, path and value.")
	case op.op != "add" && op.op != "replace":
		return op, breach(http.StatusBadRequest, op.path, "The operation %q is not supported; the supported ones are add and replace.", op.op)
	case !strings.HasPrefix(op.path, "/") || badEscape.MatchString(op.path):
		return op, breach(http.StatusBadRequest, op.path, "The path %q is not a JSON Pointer.", op.path)
	}
	for _, step := range strings.Split(op.path[1:], "/") {
		op.steps = append(op.steps, unescape.Replace(step))
	}
	return op, nil
}

var (
	badEscape = regexp.MustCompile(`~([^01]|$)`)
	unescape  = strings.NewReplacer("~1", "/", "~0", "~")
)

// apply carries an operation out on a document. A property that does not exist yet, or is
// null, may be replaced where the table of properties has it.
func (o patchOp) apply(document map[string]any) *refusal {
	var parent any = document
	place := schema
	for i, step := range o.steps[:len(o.steps)-1] {
		child, ok := stepInto(parent, step)
		if !ok || child == nil {
			return invalid(o.path, "The path %q leads through %q, which is not there.", o.path, strings.Join(o.steps[:i+1], "/"))
		}
		parent, place = child, place.stepDown(step)
	}
	last := o.steps[len(o.steps)-1]
	switch container := parent.(type) {
	case map[string]any:
		return o.setMember(container, place, last)
	case []any:
		return o.setElement(document, container, last)
	}
	return invalid(o.path, "The path %q does not lead to a property.", o.path)
}

func (o patchOp) setMember(object map[string]any, place *node, name string) *refusal {
	_, exists := object[name]
	if !exists && place.child(name) == nil {
		return breach(http.StatusBadRequest, o.path, "The path %q leads to a property that does not exist.", o.path)
	}
	object[name] = clone(o.value)
	if value, ok := o.value.(string); ok && o.path == "/details/dealValue" && numberForm.MatchString(value) {
		object[name] = json.Number(value)
	}
	return nil
}

// numberForm is a JSON number. The samples send the deal value of a PATCH as a string.
var numberForm = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

func (o patchOp) setElement(document map[string]any, array []any, last string) *refusal {
	if last == "-" && o.op == "add" {
		grown := append(slices.Clip(array), clone(o.value))
		return patchOp{op: "replace", path: o.path, steps: o.steps[:len(o.steps)-1], value: grown}.apply(document)
	}
	index, ok := elementIndex(array, last)
	if !ok {
		return invalid(o.path, "The path %q leads to no element of the array.", o.path)
	}
	if o.op == "add" {
		return breach(http.StatusBadRequest, o.path, `An element is added at the end of an array only, by a path that ends in "/-".`)
	}
	array[index] = clone(o.value)
	return nil
}

// stepInto returns the member or element that a step of a path leads to.
func stepInto(container any, step string) (any, bool) {
	switch c := container.(type) {
	case map[string]any:
		member, ok := c[step]
		return member, ok
	case []any:
		if index, ok := elementIndex(c, step); ok {
			return c[index], true
		}
	}
	return nil, false
}

// elementIndex reads the index of an element that exists.
func elementIndex(array []any, step string) (int, bool) {
	index, err := strconv.Atoi(step)
	return index, err == nil && index >= 0 && index < len(array) && strconv.Itoa(index) == step
}

// stepDown follows a step of a path in the table of properties; nil where it has none.
func (n *node) stepDown(step string) *node {
	switch {
	case n == nil:
		return nil
	case n.element != nil:
		return n.element
	}
	return n.children[step]
}
