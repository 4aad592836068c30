package mapping

import (
	"maps"
	"slices"
	"strings"
)

// checkElementCleared finds elements that are to be taken away by their number alone.
func checkElementCleared(rec *Record, _ RuleContext) []Problem {
	if rec.ETag != "" || rec.Creates() && rec.Doc.ExternalReferenceID() == "" {
		return nil
	}
	var all []Problem
	for _, path := range slices.Sorted(maps.Keys(rec.Cleared)) {
		if strings.HasSuffix(path, "]") && !chosenElement.MatchString(path) {
			all = append(all, rec.about(path, HeaderOf(path), "which one is to be taken away is not certain: the row does not carry the version that it was made from"))
		}
	}
	return all
}
