package mapping

import (
	"strings"
	"sync"
)

// ranks is the place of every field in the order in which people read a deal: that of the field
// table, with the customer's name beside the deal's. The elements of an array have one place, so that
// the parts of a person stay together.
var ranks = sync.OnceValue(func() map[string]int {
	ranks := map[string]int{}
	for i, f := range table().fields {
		array, _, _ := strings.Cut(f.Path, "[#]")
		if _, placed := ranks[array]; !placed {
			ranks[array] = i + 2
		}
		ranks[f.Path] = ranks[array]
	}
	ranks["name"], ranks["customerProfile.name"] = 0, 1
	return ranks
})

// Rank is the place of a property in the order in which people read a deal. What the field table
// does not have comes last.
func Rank(path string) int {
	f, ok := Lookup(path)
	if !ok {
		return len(ranks()) + 2
	}
	return ranks()[f.Path]
}
