package sandbox

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
)

// check holds a value against the table of properties. stored is what the referral has there
// now: the parts that are unchanged pass, so that a document that the service gave out can
// come back.
func check(n *node, path string, value, stored any) *refusal {
	if n.Access == Server {
		return breach(http.StatusBadRequest, path, "The property %q belongs to the service and cannot be written.", path)
	}
	if value == nil {
		if n.Required || n.NotNull {
			return invalid(path, "The property %q cannot be null.", path)
		}
		return nil
	}
	if !kinds[n.Kind](value) {
		return invalid(path, "The property %q has to be %s.", path, n.Kind)
	}
	if n.Values != nil && !slices.Contains(n.Values, value.(string)) {
		return invalid(path, "%q is not a value of the property %q; the values are %s.", value, path, strings.Join(n.Values, ", "))
	}
	return checkInside(n, path, value, stored)
}

func checkInside(n *node, path string, value, stored any) *refusal {
	if n.Kind == Any {
		return nil
	}
	switch v := value.(type) {
	case map[string]any:
		before, _ := stored.(map[string]any)
		return checkObject(n, path, v, before)
	case []any:
		before, _ := stored.([]any)
		return checkArray(n, path, v, before)
	}
	return nil
}

func checkObject(n *node, path string, object, stored map[string]any) *refusal {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		place := join(path, name)
		child := n.child(name)
		before, was := stored[name]
		if was && reflect.DeepEqual(before, object[name]) {
			continue
		}
		if child == nil {
			return unknownProperty(n, path, name)
		}
		if r := check(child, place, object[name], before); r != nil {
			return r
		}
	}
	return nil
}

func checkArray(n *node, path string, array, stored []any) *refusal {
	for i, element := range array {
		var before any
		if i < len(stored) {
			before = stored[i]
			if reflect.DeepEqual(before, element) {
				continue
			}
		}
		if r := check(n.element, fmt.Sprintf("%s[%d]", path, i), element, before); r != nil {
			return r
		}
	}
	return nil
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func unknownProperty(n *node, path, name string) *refusal {
	place := join(path, name)
	if near := n.suggest(name); near != "" {
		return breach(http.StatusBadRequest, place, "The property %q does not exist; it is spelled %q.", place, join(path, near))
	}
	return breach(http.StatusBadRequest, place, "The property %q does not exist.", place)
}

// checkRequired refuses a document without one of the properties that a referral must have.
//
// Source: the "Create a referral" page.
func checkRequired(document map[string]any) *refusal {
	for _, name := range requiredNames {
		if document[name] == nil {
			return invalid(name, "The property %q is required.", name)
		}
	}
	return nil
}

// spellings are other spellings that a documented sample uses, by the object they stand in.
var spellings = map[string]map[string]string{
	"consent": {"ConsentToContact": "consentToContact"},
}

// respell brings documented spellings to the one that is stored.
func respell(document map[string]any) {
	for place, names := range spellings {
		object, _ := document[place].(map[string]any)
		for other, name := range names {
			value, found := object[other]
			if _, taken := object[name]; found && !taken {
				object[name] = value
				delete(object, other)
			}
		}
	}
}
