package mapping

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"refload/api"
)

// identities are the properties by which elements of an array are recognised.
var identities = map[string]string{
	solutionsPath:                     "id",
	"team":                            "email",
	"customerProfile.team":            "email",
	attributesPath:                    "type",
	"customerProfile.ids":             "profileType",
	"details.requirements.products":   "id",
	"details.requirements.services":   "id",
	"details.requirements.industries": "id",
	"target":                          "id",
}

// saidElement is what a row says of one element of an array.
type saidElement struct {
	index   int // of the column, counted from 0; -1 for an element that its header chooses
	parts   []statement
	removed bool
	packed  bool           // it stands in one cell
	object  map[string]any // its values alone
	at      int            // the live element that it is laid over, -1 for a new one
}

// array lays what a row says of the elements of an array over the live ones.
func (m *merger) array(path string, said []statement) {
	old, _ := m.live.Get(path)
	before := objectsOf(old)
	elements := collect(path, said)
	seat(elements, before, identities[path])
	after := m.lay(path, elements, before)
	if api.Equal(anyList(before), anyList(after)) {
		return
	}
	if m.locked(said[0].field, old) || old != nil && !ofObjects(old) {
		m.merged.Locked = append(m.merged.Locked, api.Change{Path: path, Old: old, New: anyList(after)})
		return
	}
	m.set(path, anyList(after))
}

// ofObjects reports whether a value is an array of objects.
func ofObjects(value any) bool {
	list, isList := value.([]any)
	return isList && !slices.ContainsFunc(list, func(element any) bool {
		_, isObject := element.(map[string]any)
		return !isObject
	})
}

func objectsOf(value any) []map[string]any {
	list, _ := value.([]any)
	elements := make([]map[string]any, len(list))
	for i, element := range list {
		elements[i], _ = element.(map[string]any)
	}
	return elements
}

func anyList(elements []map[string]any) []any {
	list := make([]any, len(elements))
	for i, element := range elements {
		list[i] = element
	}
	return list
}

// collect gathers statements by the element that they speak of, in the order of the columns.
func collect(path string, said []statement) []*saidElement {
	found := map[string]*saidElement{}
	for _, s := range said {
		key := s.path
		if s.spot.element() {
			key = fmt.Sprintf("%s[%d]", path, s.spot.index)
		}
		e := found[key]
		if e == nil {
			e = &saidElement{index: -1, at: -1, object: map[string]any{}}
			found[key] = e
		}
		e.take(s)
	}
	elements := slices.Collect(maps.Values(found))
	slices.SortFunc(elements, func(a, b *saidElement) int {
		return cmp.Or(cmp.Compare(a.index, b.index), cmp.Compare(a.parts[0].path, b.parts[0].path))
	})
	return elements
}

// take takes one statement on the element down.
func (e *saidElement) take(s statement) {
	e.parts = append(e.parts, s)
	e.packed = e.packed || s.packed
	if s.spot.element() {
		e.index = s.spot.index
	} else {
		e.object[s.spot.property] = s.spot.sort
	}
	name := strings.TrimPrefix(s.spot.part, ".")
	switch {
	case s.cleared && name == "":
		e.removed = true
	case name == "" && s.spot.property != "":
		e.object["id"] = s.value
	case name != "" && !s.cleared:
		setNested(e.object, name, s.value)
	}
}

// setNested writes a part such as "contactPreference.locale".
func setNested(object map[string]any, name string, value any) {
	first, rest, nested := strings.Cut(name, ".")
	if !nested {
		object[first] = value
		return
	}
	below, _ := object[first].(map[string]any)
	if below == nil {
		below = map[string]any{}
		object[first] = below
	}
	setNested(below, rest, value)
}

// seat finds the live element of each: first those that carry the same identity, then, by the
// number of the column, those that nobody else has taken.
func seat(elements []*saidElement, live []map[string]any, identity string) {
	taken := make([]bool, len(live))
	for _, e := range elements {
		wanted := foldedText(e.object[identity])
		for i := range live {
			if wanted != "" && !taken[i] && foldedText(live[i][identity]) == wanted {
				e.at, taken[i] = i, true
				break
			}
		}
	}
	for _, e := range elements {
		for i := range live {
			if e.at < 0 && !taken[i] && e.says(live[i]) {
				e.at, taken[i] = i, true
			}
		}
	}
	for _, e := range elements {
		if e.at < 0 && e.index >= 0 && e.index < len(live) && !taken[e.index] {
			e.at, taken[e.index] = e.index, true
		}
	}
}

// says reports whether everything that the row says of the element is said of a live one.
func (e *saidElement) says(live map[string]any) bool {
	for name, wanted := range e.object {
		if !api.Equal(live[name], wanted) {
			return false
		}
	}
	return len(e.object) > 0 && !e.removed
}

// lay returns the array with what the row says laid over it.
func (m *merger) lay(path string, elements []*saidElement, live []map[string]any) []map[string]any {
	after := slices.Clone(live)
	for _, e := range elements {
		switch {
		case e.removed && e.at >= 0:
			after[e.at] = nil
		case e.removed || len(e.object) == 0 && e.at < 0:
		case e.at < 0:
			after = append(after, e.object)
		case e.other(live[e.at], identities[path]):
			after[e.at], m.merged.Unsure = e.object, true
		default:
			after[e.at] = m.over(e, live[e.at])
		}
	}
	return slices.DeleteFunc(after, func(e map[string]any) bool { return e == nil })
}

// other reports whether the element names somebody or something else than the live one: then
// nothing of the live one is kept.
//
// A column of a part alone corrects the element; a packed cell names another one.
func (e *saidElement) other(live map[string]any, identity string) bool {
	if !e.packed {
		return false
	}
	wanted, has := foldedText(e.object[identity]), foldedText(live[identity])
	return wanted != "" && has != "" && wanted != has
}

// over lays the parts over a copy of the live element. A part that means the same keeps its
// live spelling.
func (m *merger) over(e *saidElement, live map[string]any) map[string]any {
	holder := api.NewReferral()
	holder.Set("element", live) // a single name always fits, and so do the parts of the field table
	holder = holder.Clone()
	for _, s := range e.parts {
		path := "element" + cmp.Or(s.spot.part, ".id")
		old, _ := holder.Get(path)
		if !same(s.field, old, s.value) && !m.clashes(s, old, s.value) {
			m.merged.Unsure = m.merged.Unsure || !s.based
			holder.Set(path, s.value)
		}
	}
	merged, _ := holder.Get("element")
	object, _ := merged.(map[string]any)
	return object
}
