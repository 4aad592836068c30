package mapping

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// place writes what the row says into the document. Arrays have no gaps: where the first team
// member is blank and the second is not, the second becomes the first.
func (d *decoder) place() {
	d.matched()
	elements := d.compact()
	d.sortByDepth()
	for _, s := range d.said {
		position, used := elements[s.spot.array][s.spot.index]
		switch {
		case s.field.Writable == Steers:
			d.steer(s)
		case s.cleared:
			d.emptied(s)
		case s.spot.property != "":
			d.choose(s)
		case used:
			d.property(s, fmt.Sprintf("%s[%d]%s", s.spot.array, position, s.spot.part))
		default:
			d.property(s, s.path)
		}
	}
}

// compact gives every element that the row speaks of its place in its array: by array, from
// the number of the header to the index.
func (d *decoder) compact() map[string]map[int]int {
	elements := map[string]map[int]int{}
	for _, s := range d.said {
		if !s.spot.element() || s.cleared {
			continue
		}
		if elements[s.spot.array] == nil {
			elements[s.spot.array] = map[int]int{}
		}
		elements[s.spot.array][s.spot.index] = 0
	}
	for _, places := range elements {
		for position, index := range slices.Sorted(maps.Keys(places)) {
			places[index] = position
		}
	}
	return elements
}

// sortByDepth brings the statements into the order in which they can be written: what says
// that an array or object is empty before what fills it, elements in their order, chosen ones
// last.
func (d *decoder) sortByDepth() {
	slices.SortStableFunc(d.said, func(a, b statement) int {
		return cmp.Or(rank(a)-rank(b), a.spot.index-b.spot.index)
	})
}

func rank(s statement) int {
	switch {
	case s.field.Kind == Empty:
		return strings.Count(s.path, ".")
	case s.spot.property != "":
		return 1000
	}
	return 100
}

func (d *decoder) steer(s statement) {
	d.record.Cells[s.path] = s.ref
	if s.value != nil {
		steers[s.path](d.record, s.value)
	}
}

// emptied notes that the row empties a property, under the number of the header. What takes
// the same place, because the gap is closed, comes later and puts its own cell there.
func (d *decoder) emptied(s statement) {
	d.record.Cleared[s.path] = true
	d.record.Cells[s.path] = s.ref
}

// property writes one property at its place.
func (d *decoder) property(s statement, path string) {
	d.record.Cells[path] = s.ref
	value := s.value
	if value == nil {
		d.element(path)
		return
	}
	if list, ok := value.([]any); ok && s.field.Element != "" {
		value = objects(list, s.field.Element)
	}
	d.set(path, value)
}

// element makes an array element that has no property yet, so that those after it find their
// places: its cell speaks of it, even if with a value that was refused.
func (d *decoder) element(path string) {
	end := strings.LastIndexByte(path, ']')
	if end < 0 {
		return
	}
	at := path[:end+1]
	if _, there := d.record.Doc.Get(at); !there {
		d.set(at, map[string]any{})
	}
}

// objects makes an object of each value of a list.
func objects(values []any, property string) []any {
	list := make([]any, len(values))
	for i, value := range values {
		list[i] = map[string]any{property: value}
	}
	return list
}

// choose writes the id of the array element that has a property: the D-U-N-S number among the
// ids of the customer. An element of that sort that is there already keeps its place.
func (d *decoder) choose(s statement) {
	array, property, sort := s.spot.array, s.spot.property, s.spot.sort
	d.record.Cells[s.path] = s.ref
	if s.value == nil {
		return
	}
	elements := d.record.list(array)
	index := slices.IndexFunc(elements, func(e map[string]any) bool { return e[property] == sort })
	if index < 0 {
		index = len(elements)
	}
	path := fmt.Sprintf("%s[%d]", array, index)
	d.set(path+"."+property, sort)
	d.set(path+".id", s.value)
	d.record.Cells[path+".id"] = s.ref
}

// set writes a value. The paths of the field table fit into one another, which a test holds;
// a path that does not is a fault of the table.
func (d *decoder) set(path string, value any) {
	if err := d.record.Doc.Set(path, value); err != nil {
		panic("mapping: field table: " + err.Error())
	}
}
