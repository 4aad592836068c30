package mapping

import (
	"slices"
	"strings"

	"refload/api"
)

// getter finds the value of a column in a referral.
type getter func(Exported) any

// newGetter makes the getter of a target. Paths are taken apart once, because an export asks
// each of them of every referral.
func newGetter(t target) getter {
	if f := computed[t.path]; f != nil {
		return f
	}
	at, part := t.spot, strings.TrimPrefix(t.spot.part, ".")
	switch {
	case at.property != "":
		return func(e Exported) any { return ofSort(e.Doc, at.array, at.property, at.sort) }
	case at.array != "" && hasChosen[at.array]:
		return func(e Exported) any { return partOf(further(e.Doc, at.array), at.index, part) }
	case at.array != "":
		return func(e Exported) any { return partOf(elementsOf(e.Doc, at.array), at.index, part) }
	}
	path := strings.Split(t.path, ".")
	return func(e Exported) any { return valueAt(e.Doc, path) }
}

// valueAt walks a path of property names; nil where it leads nowhere.
func valueAt(doc *api.Referral, path []string) any {
	value, _ := doc.Get(path[0])
	for _, name := range path[1:] {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}

// elementsOf returns the elements of an array.
func elementsOf(doc *api.Referral, path string) []any {
	list, _ := valueAt(doc, strings.Split(path, ".")).([]any)
	return list
}

// partOf returns a property of an element, or one inside of it.
func partOf(list []any, index int, part string) any {
	if index >= len(list) {
		return nil
	}
	value := list[index]
	for name := range strings.SplitSeq(part, ".") {
		if name == "" {
			return value
		}
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}

const idsPath = "customerProfile.ids"

// hasChosen are the arrays of whose elements some have a column of their own, by their sort.
var hasChosen = map[string]bool{attributesPath: true, idsPath: true}

// ofSort returns the id of the first element of a sort, such as the D-U-N-S number among the
// customer's ids.
func ofSort(doc *api.Referral, array, property, sort string) any {
	value := valueAt(doc, strings.Split(array, "."))
	if object, ok := value.(map[string]any); ok {
		return object[strings.ToLower(sort)] // the shape of 2018: {"duns": "…"}
	}
	list, _ := value.([]any)
	i := indexOfSort(list, array, property, sort)
	if i < 0 {
		return nil
	}
	id := partOf(list, i, "id")
	if array == idsPath && sort == "External" {
		return "MicrosoftID: " + textOf(id)
	}
	return id
}

// indexOfSort finds the element that the column of a sort shows, -1 for none. An account that
// the portal's form cannot express has no place in its column.
func indexOfSort(list []any, array, property, sort string) int {
	return slices.IndexFunc(list, func(element any) bool {
		object, _ := element.(map[string]any)
		if object[property] != sort || object["id"] == nil || object["id"] == "" {
			return false
		}
		return array != idsPath || sort != "External" || accounts[0].form.MatchString("MicrosoftID: "+textOf(object["id"]))
	})
}

// sortsOf are the sorts that have columns of their own, by array.
var sortsOf = map[string]struct {
	property string
	sorts    []string
}{
	attributesPath: {"type", []string{"CustomerMarketplaceIntent", "SolutionArea", "SolutionPlay", "PartnerRole"}},
	idsPath:        {"profileType", []string{"Duns", "External"}},
}

// further returns the elements that no column of their own shows.
func further(doc *api.Referral, array string) []any {
	list := elementsOf(doc, array)
	var shown []int
	for _, sort := range sortsOf[array].sorts {
		if i := indexOfSort(list, array, sortsOf[array].property, sort); i >= 0 {
			shown = append(shown, i)
		}
	}
	if len(shown) == 0 {
		return list
	}
	var rest []any
	for i, element := range list {
		if !slices.Contains(shown, i) {
			rest = append(rest, element)
		}
	}
	return rest
}

// computed are the columns that no property stands behind.
var computed = map[string]getter{
	"@help":               helpAsked,
	"@side":               side,
	"@action":             sideAction,
	"@microsoftStatus":    func(e Exported) any { return microsoft(e, "status") },
	"@microsoftSubstatus": func(e Exported) any { return microsoft(e, "substatus") },
}

// helpAsked answers "Microsoft help required?" for a deal that exists: Yes where Microsoft is the
// target of a referral of its engagement. How a deal is shared, what help it names and whom it
// came from say nothing of that: read back as a Yes they would invite Microsoft. Where not all
// was listed, only a Yes is known.
//
// Source: the "Create a referral" page, shared referrals.
func helpAsked(e Exported) any {
	if !e.Invited && e.Unseen {
		return nil
	}
	return e.Invited
}

func microsoft(e Exported, property string) any {
	if e.Microsoft == nil {
		return nil
	}
	return e.Microsoft.Text(property)
}

func side(e Exported) any {
	if e.OurSide {
		return "Partner"
	}
	return "Microsoft"
}

// sideAction keeps rows of Microsoft's side from being sent.
func sideAction(e Exported) any {
	if e.OurSide {
		return nil
	}
	return "skip"
}
