package mapping

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// Suggest returns the candidate that a word is most likely a slip of: at most two letters
// wrong, one where either word has up to five letters, none in a single letter. Case, spaces,
// hyphens and underscores do not count. Of several candidates equally near the first is returned. The
// second result is false where no candidate is near. A suggestion is for a person to read
// and is never applied.
func Suggest(word string, candidates []string) (string, bool) {
	folded := fold(word)
	best, nearest := "", 3
	for _, candidate := range candidates {
		other := fold(candidate)
		tooFar := min(nearest, 1+allowedSlips(folded, other))
		if d := distance(folded, other, tooFar); d < tooFar {
			best, nearest = candidate, d
		}
	}
	return best, best != ""
}

// allowedSlips goes by the shorter of two words: of "Betrag" and "ETag", two letters are half.
func allowedSlips(a, b string) int {
	switch n := min(utf8.RuneCountInString(a), utf8.RuneCountInString(b)); {
	case n < 2:
		return -1
	case n <= 5:
		return 1
	}
	return 2
}

// distance is the Levenshtein distance, or tooFar where the lengths alone exclude a smaller one.
func distance(a, b string, tooFar int) int {
	difference := utf8.RuneCountInString(a) - utf8.RuneCountInString(b)
	if max(difference, -difference) >= tooFar {
		return tooFar
	}
	return levenshtein.ComputeDistance(a, b)
}

// fold brings a word to the form in which values are compared: lower case, without white
// space, hyphens, underscores, commas, ampersands and percent signs.
func fold(word string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || invisible(r) || strings.ContainsRune("-_,&%/", r) {
			return -1
		}
		return r
	}, word))
}

// didYouMean writes the start of a hint from a suggestion, "" where there is none.
func didYouMean(word string, candidates []string) string {
	if best, ok := Suggest(word, candidates); ok {
		return `did you mean "` + best + `"? `
	}
	return ""
}
