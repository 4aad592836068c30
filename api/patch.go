package api

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// Operation is one operation of a JSON Patch. Op is "add" or "replace", the two that the
// service documents; Path is a JSON pointer such as "/details/dealValue" or "/team/-".
//
// Source: the "Patch a referral" page; RFC 6902.
type Operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value"`
}

// Operations returns the patch that makes before into after: the properties that differ and no
// others, in alphabetical order. An array is replaced whole, unless people were only added to
// the team: each of them is an "add" at the end, as documented. A property that after lacks is
// set to null, because the service documents no "remove".
func Operations(before, after *Referral) []Operation {
	return objectOperations("", before.root, after.root)
}

func objectOperations(path string, before, after map[string]any) []Operation {
	var operations []Operation
	for _, name := range namesOfBoth(before, after) {
		old, there := before[name]
		operations = append(operations, valueOperations(path+"/"+escapeStep(name), old, there, after[name])...)
	}
	return operations
}

// valueOperations returns what makes one property. "replace" needs a property that is there.
func valueOperations(path string, old any, there bool, wanted any) []Operation {
	if Equal(old, wanted) {
		return nil
	}
	before, wasObject := old.(map[string]any)
	after, isObject := wanted.(map[string]any)
	if wasObject && isObject {
		return objectOperations(path, before, after)
	}
	if added, only := onlyAdded(path, old, wanted); only {
		return added
	}
	if !there {
		return []Operation{{"add", path, wanted}}
	}
	return []Operation{{"replace", path, wanted}}
}

// growing is the array to whose end the documentation adds single elements.
const growing = "/team"

// onlyAdded returns an "add" for each element that follows those that were there.
func onlyAdded(path string, old, wanted any) ([]Operation, bool) {
	before, wasArray := old.([]any)
	after, isArray := wanted.([]any)
	if path != growing || !wasArray || !isArray || len(after) <= len(before) || !slices.EqualFunc(before, after[:len(before)], Equal) {
		return nil, false
	}
	var added []Operation
	for _, element := range after[len(before):] {
		added = append(added, Operation{"add", path + "/-", element})
	}
	return added, true
}

// Carry returns a version of a referral with what differs between two others carried over to it, and with nothing
// else of them. What it has of that already stays as it is: a team member is not added twice.
func Carry(before, after, onto *Referral) *Referral {
	carried := onto.Clone()
	changes := after.Clone()
	carryObject("", before.root, changes.root, carried.root)
	return carried
}

func carryObject(path string, before, after, onto map[string]any) {
	for _, name := range namesOfBoth(before, after) {
		if Equal(before[name], after[name]) {
			continue
		}
		onto[name] = carryValue(path+"/"+escapeStep(name), before[name], after[name], onto[name])
	}
}

func carryValue(path string, old, wanted, onto any) any {
	before, wasObject := old.(map[string]any)
	after, isObject := wanted.(map[string]any)
	if there, stays := onto.(map[string]any); wasObject && isObject && stays {
		carryObject(path, before, after, there)
		return there
	}
	added, only := onlyAdded(path, old, wanted)
	list, isList := onto.([]any)
	if !only || !isList {
		return wanted
	}
	for _, element := range added {
		if !slices.ContainsFunc(list, func(there any) bool { return Equal(there, element.Value) }) {
			list = append(list, element.Value)
		}
	}
	return list
}

// escapeStep writes a name as a step of a JSON pointer.
func escapeStep(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

// encode writes JSON without escaping <, > and &.
func encode(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}
