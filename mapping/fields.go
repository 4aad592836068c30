package mapping

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// The documentation pages that the field table takes its facts from.
const (
	pageResource = "Referral resources"
	pageCreate   = "Create a referral"
	pageBulk     = "Bulk operations for co-sell opportunities"
	pagePatch    = "Update a referral"
)

// index is the field table with the ways to find a field. It is built once and never changes.
type index struct {
	fields  []Field
	paths   map[string]*Field // by path as it is spelled
	folded  map[string]*Field // by path in lower case
	headers map[string]*Field // by the key of a header or alias, "#" for the number
}

var table = sync.OnceValue(func() *index {
	t := &index{paths: map[string]*Field{}, folded: map[string]*Field{}, headers: map[string]*Field{}}
	t.fields = slices.Concat(dealFields, statusFields, customerFields, contactFields, consentFields,
		helpFields, solutionFields, requirementFields, teamFields, steeringFields, portalFields, serviceFields)
	for i := range t.fields {
		t.add(&t.fields[i])
	}
	return t
})

// add makes a field findable. What can only be empty is found by its exact path alone: "Team"
// and "Solutions" are headers of other things.
func (t *index) add(f *Field) {
	if f.Catalogue != "" {
		f.Allowed, f.Codes = catalogueValues(f.Catalogue), catalogueWords(f.Catalogue)
	}
	t.paths[f.Path] = f
	if f.Kind == Empty {
		return
	}
	t.folded[strings.ToLower(f.Path)] = f
	for _, header := range f.headers() {
		t.headers[patternKey(header)] = f
	}
}

// headers returns the canonical header and the aliases of a field.
func (f *Field) headers() []string { return append([]string{f.Header}, f.Aliases...) }

// Fields returns the field table: every property of a referral that is documented or was seen,
// every column of the portal's CSV, and refload's own columns. The caller owns the slice, but
// not what its elements refer to.
//
// Source: the "Referral resources" page, and the bulk operations page for the portal's columns.
func Fields() []Field { return slices.Clone(table().fields) }

var anyIndex = regexp.MustCompile(`\[(\d{1,4})\]`)

// Lookup returns the field of a JSON path or "@name", spelled exactly. Both the path of the
// table ("team[#].email") and that of one element ("team[1].email") are found; the index must
// be below the field's Max. The field must not be changed.
func Lookup(path string) (*Field, bool) {
	return table().byPath(path, table().paths)
}

func (t *index) byPath(path string, paths map[string]*Field) (*Field, bool) {
	if f, ok := paths[path]; ok {
		return f, true
	}
	at := anyIndex.FindStringSubmatchIndex(path)
	if at == nil {
		return nil, false
	}
	number, _ := strconv.Atoi(path[at[2]:at[3]])
	f, ok := paths[path[:at[2]]+"#"+path[at[3]:]]
	if !ok || number >= f.Max {
		return nil, false
	}
	return f, true
}

// HeaderOf returns the canonical header of a path: "Team member 2 Email" for "team[1].email".
// For a path that is not in the field table it returns the path itself, which reads back too.
func HeaderOf(path string) string {
	f, ok := Lookup(path)
	if !ok {
		return path
	}
	at := anyIndex.FindStringSubmatch(path)
	if at == nil || !strings.Contains(f.Header, "#") {
		return f.Header
	}
	number, _ := strconv.Atoi(at[1])
	return f.header(number)
}

// header returns the canonical header of the element with an index.
func (f *Field) header(index int) string {
	return strings.Replace(f.Header, "#", strconv.Itoa(index+1), 1)
}

// at returns the path of the element with an index.
func (f *Field) at(index int) string {
	return strings.Replace(f.Path, "#", strconv.Itoa(index), 1)
}

// numbered reports whether the field stands for many columns.
func (f *Field) numbered() bool { return f.Max > 0 }

// read reports whether cells of the field are read at all.
func (f *Field) read() bool { return f.Writable != Never && f.Kind != Result }
