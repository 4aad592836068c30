package mapping

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"refload/api"
)

// Outline is what the referrals of an export hold, all together: which columns a table of them
// needs. Every referral has to be observed before its columns are asked for. It is not safe
// for concurrent use.
type Outline struct {
	held    map[string]bool // by path of an element or property: some referral has a value
	lengths map[string]int  // by array: the most elements that a referral has
	longest map[string]string
	unlist  map[string]bool // by path of a List: some referral's elements cannot stand in one cell
	unknown map[string]int  // by path of a value that has no column: how many referrals have it
}

// NewOutline returns the outline of no referrals.
func NewOutline() *Outline {
	return &Outline{held: map[string]bool{}, lengths: map[string]int{}, longest: map[string]string{}, unlist: map[string]bool{}, unknown: map[string]int{}}
}

// single is a field with one column, numbered an array with a column for each part of each
// element.
type (
	single struct {
		field *Field
		get   getter
	}
	numbered struct {
		array  string
		most   int
		fields []*Field
	}
)

// shape returns the field table as an export goes through it.
var shape = sync.OnceValue(makeShape)

type shapes struct {
	singles []single
	arrays  []*numbered
}

func makeShape() *shapes {
	s := &shapes{}
	byArray := map[string]*numbered{}
	for i := range table().fields {
		f := &table().fields[i]
		switch {
		case !exportable(f) || len(parts[f.Kind]) > 0:
		case !f.numbered():
			s.singles = append(s.singles, single{f, newGetter(newTarget(f, f.Path, true))})
		default:
			array, _, _ := strings.Cut(f.Path, "[#]")
			if byArray[array] == nil {
				byArray[array] = &numbered{array: array, most: f.Max}
				s.arrays = append(s.arrays, byArray[array])
			}
			byArray[array].fields = append(byArray[array].fields, f)
		}
	}
	return s
}

// Observe takes a referral into the outline.
func (o *Outline) Observe(e Exported) {
	for _, s := range shape().singles {
		if s.field.Kind == List {
			o.observeList(s.field, elementsOf(e.Doc, s.field.Path))
		} else if !o.held[s.field.Path] && !blankValue(s.get(e)) {
			o.held[s.field.Path] = true
		}
	}
	for _, array := range shape().arrays {
		o.observeArray(array, e.Doc)
	}
	if e.Microsoft != nil {
		o.lengths[microsoftTeam] = max(o.lengths[microsoftTeam], len(elementsOf(e.Microsoft, "team")))
	}
	o.observeUnknown(e.Doc)
}

// observeUnknown counts the referrals that have a value which no column shows, by its path.
func (o *Outline) observeUnknown(doc *api.Referral) {
	seen := map[string]bool{}
	for _, name := range doc.Names() {
		if strings.HasPrefix(name, "@odata.") {
			continue
		}
		value, _ := doc.Get(name)
		places().below(name).unshown(value, name, func(path string) {
			if !seen[path] && (o.unknown[path] > 0 || len(o.unknown) < mostUnknown) {
				seen[path] = true
				o.unknown[path]++
			}
		})
	}
}

// mostUnknown bounds the memory that made-up properties can ask for.
const mostUnknown = 1000

func (o *Outline) observeList(f *Field, list []any) {
	o.held[f.Path] = o.held[f.Path] || len(list) > 0
	o.unlist[f.Path] = o.unlist[f.Path] || slices.ContainsFunc(list, func(element any) bool {
		_, ok := listText(f, element)
		return !ok
	})
}

func (o *Outline) observeArray(n *numbered, doc *api.Referral) {
	list := elementsOf(doc, n.array)
	if hasChosen[n.array] {
		list = further(doc, n.array)
	}
	if len(list) > o.lengths[n.array] {
		o.lengths[n.array], o.longest[n.array] = len(list), doc.ID()
	}
	for i := range min(len(list), n.most) {
		for _, f := range n.fields {
			path := f.at(i)
			if !o.held[path] && !blankValue(partOf(list, i, partName(f))) {
				o.held[path] = true
			}
		}
	}
}

// partName returns the property of an element that a numbered field is: "email" for
// "team[#].email".
func partName(f *Field) string {
	_, part, _ := strings.Cut(f.Path, "[#].")
	return part
}

// Unknown returns the paths of values that no column shows, with how many referrals have them;
// "[]" stands for every element of an array. JSON lines have them.
func (o *Outline) Unknown() map[string]int { return o.unknown }

// surplus finds arrays with more elements than there are columns.
func (o *Outline) surplus() error {
	for _, n := range shape().arrays {
		list, _ := Lookup(n.array)
		if o.lengths[n.array] > n.most && !(list != nil && list.Kind == List && !o.unlist[n.array]) {
			return &EncodeError{strings.Replace(n.fields[0].Header, "#", fmt.Sprint(n.most+1), 1),
				fmt.Sprintf("the referral %s has %d of them, and there are columns for %d", o.longest[n.array], o.lengths[n.array], n.most),
				"write JSON lines, which hold everything"}
		}
	}
	return nil
}

// portalPaths returns the columns that stand in place of one of the portal's.
func (o *Outline) portalPaths(path string) []string {
	array, packed := strings.CutSuffix(path, "[#]")
	if !packed {
		if f, ok := Lookup(path); ok && exportable(f) {
			return []string{path}
		}
		return nil
	}
	f, known := Lookup(path)
	if !known || len(parts[f.Kind]) == 0 {
		return nil
	}
	var paths []string
	for i := range max(1, o.lengths[array]) {
		for _, name := range parts[f.Kind] {
			paths = append(paths, fmt.Sprintf("%s[%d].%s", array, i, name))
		}
		paths = append(paths, o.elementPaths(array, i)...)
	}
	return paths
}

// elementPaths returns the parts of an element that hold a value, in the order of the table.
func (o *Outline) elementPaths(array string, index int) []string {
	var paths []string
	for _, n := range shape().arrays {
		if n.array != array {
			continue
		}
		for _, f := range n.fields {
			if path := f.at(index); o.held[path] {
				paths = append(paths, path)
			}
		}
	}
	return paths
}

// rest returns the columns that hold a value and that the portal does not have: first what
// can be changed, then what only the service sets.
func (o *Outline) rest() []string {
	var paths, owned []string
	for _, s := range shape().singles {
		f := s.field
		switch {
		case !o.held[f.Path] || f.Path[0] == '@' || f.Path == "eTag" || o.unlist[f.Path] && o.numbers(f.Path):
		case f.Writable == Never:
			owned = append(owned, f.Path)
		default:
			paths = append(paths, f.Path)
		}
	}
	for _, n := range shape().arrays {
		if list, ok := Lookup(n.array); ok && list.Kind == List && !o.unlist[n.array] {
			continue
		}
		for i := range min(o.lengths[n.array], n.most) {
			paths = append(paths, o.elementPaths(n.array, i)...)
		}
	}
	return append(paths, owned...)
}

// numbers reports whether the elements of a list have columns of their own too.
func (o *Outline) numbers(list string) bool {
	return slices.ContainsFunc(shape().arrays, func(n *numbered) bool { return n.array == list })
}
