package mapping

import (
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"slices"
	"strings"
	"time"

	"refload/api"
)

// same reports whether a live value already means what a row wants. Null, absent and empty are
// the same; moments are compared as moments; texts may come back with their special characters
// escaped for HTML; a number may come back as a text; the order of a list does not count.
//
// Source: the resource page, and answers of the service that were seen.
func same(f *Field, live, wanted any) bool {
	if api.Equal(live, wanted) || blankValue(live) && blankValue(wanted) {
		return true
	}
	if blankValue(live) || blankValue(wanted) {
		return false
	}
	switch f.Kind {
	case Date, Time:
		return sameMoment(live, wanted) || f.Kind == Date && sameDay(live, wanted)
	case Number, Integer:
		text, isText := live.(string)
		return isText && api.Equal(json.Number(text), wanted)
	case List:
		return sameSet(live, wanted)
	case Email, Country, Currency:
		return foldedText(live) == foldedText(wanted)
	}
	text, isText := live.(string)
	return isText && html.UnescapeString(text) == wanted
}

// same is the function same, for what one service makes of CRM IDs.
func (m *merger) same(f *Field, live, wanted any) bool {
	was, isText := live.(string)
	is, alsoText := wanted.(string)
	if f.Path != "externalReferenceId" || !isText || !alsoText {
		return same(f, live, wanted)
	}
	key := m.record.ids.Key(is)
	return m.record.ids.Key(was) == key || m.record.ids.IsCut(is, was) || m.record.ids.Key(html.UnescapeString(was)) == key
}

// blankValue reports whether a value is null or holds nothing.
func blankValue(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

func sameMoment(a, b any) bool {
	x, errX := time.Parse(time.RFC3339Nano, fmt.Sprint(a))
	y, errY := time.Parse(time.RFC3339Nano, fmt.Sprint(b))
	return errX == nil && errY == nil && x.Equal(y)
}

// sameDay reports whether a wanted day, which has no time, is the day of a live moment, in UTC or as it is written: the
// portal's file, for one, has days only.
func sameDay(live, wanted any) bool {
	day, bare := strings.CutSuffix(fmt.Sprint(wanted), "T00:00:00Z")
	at, err := time.Parse(time.RFC3339Nano, fmt.Sprint(live))
	return bare && err == nil && (at.UTC().Format(time.DateOnly) == day || at.Format(time.DateOnly) == day)
}

// sameSet compares lists without regard to their order.
func sameSet(a, b any) bool {
	x, okX := a.([]any)
	y, okY := b.([]any)
	if !okX || !okY || len(x) != len(y) {
		return false
	}
	left := slices.Clone(y)
	for _, value := range x {
		i := slices.IndexFunc(left, func(other any) bool { return api.Equal(value, other) })
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return true
}

// alikeText compares values that cannot be changed any more: a difference in case, in white
// space or in HTML escapes is none to tell of.
func alikeText(a, b any) bool { return foldedText(a) == foldedText(b) }

// foldedText is the form in which people hold texts for the same; "" for nothing.
func foldedText(value any) string {
	if value == nil {
		return ""
	}
	return strings.ToLower(strings.Join(strings.Fields(html.UnescapeString(fmt.Sprint(value))), " "))
}

// Changes returns what differs between two documents by the smallest part; arrays of
// different length element by element.
func Changes(before, after *api.Referral) []api.Change {
	var all []api.Change
	for _, change := range before.Diff(after) {
		old, wasList := change.Old.([]any)
		new, isList := change.New.([]any)
		if !wasList && !isList || len(old) == len(new) {
			all = append(all, change)
			continue
		}
		all = append(all, elementChanges(change.Path, old, new)...)
	}
	return all
}

func elementChanges(path string, old, new []any) []api.Change {
	var all []api.Change
	for i := range max(len(old), len(new)) {
		at := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case i >= len(old):
			all = append(all, api.Change{Path: at, New: new[i]})
		case i >= len(new):
			all = append(all, api.Change{Path: at, Old: old[i]})
		default:
			all = append(all, within(at, old[i], new[i])...)
		}
	}
	return all
}

// within returns what differs inside of one element.
func within(path string, old, new any) []api.Change {
	const name = "element"
	before, after := api.NewReferral(), api.NewReferral()
	before.Set(name, old) // a single name always fits
	after.Set(name, new)
	changes := before.Diff(after)
	for i := range changes {
		changes[i].Path = path + strings.TrimPrefix(changes[i].Path, name)
	}
	return changes
}

// Leaves returns every property of a referral that holds something, as a change from nothing:
// by the smallest part, an element of an array without parts as a whole.
func Leaves(referral *api.Referral) []api.Change {
	var all []api.Change
	for _, name := range referral.Names() {
		value, _ := referral.Get(name)
		all = append(all, leavesOf(name, value)...)
	}
	return all
}

func leavesOf(path string, value any) []api.Change {
	var all []api.Change
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			all = append(all, leavesOf(path+"."+name, v[name])...)
		}
		return all
	case []any:
		for i, element := range v {
			all = append(all, leavesOf(fmt.Sprintf("%s[%d]", path, i), element)...)
		}
		return all
	}
	if blankValue(value) {
		return nil
	}
	return []api.Change{{Path: path, New: value}}
}
