package importer

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"refload/api"
	"refload/mapping"
)

// wordOfPath is one name in the path of a property.
var wordOfPath = regexp.MustCompile(`[A-Za-z_]+`)

// propertyWords are the names in the paths of all properties of a referral, in lower case, and what
// else a service may find fault with.
var propertyWords = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{"referral": true, "referrals": true, "etag": true, "body": true, "request": true, "root": true}
	for _, field := range mapping.Fields() {
		for _, word := range wordOfPath.FindAllString(field.Path, -1) {
			words[strings.ToLower(word)] = true
		}
	}
	return words
})

// propertyOf returns the property that the service finds fault with, for the journal; "" where it is
// none that a referral has: then it may be a name out of the row.
func propertyOf(e *api.Error) string {
	unknown := func(word string) bool { return !propertyWords()[strings.ToLower(word)] }
	if slices.ContainsFunc(wordOfPath.FindAllString(e.Target, -1), unknown) {
		return ""
	}
	return e.Target
}
