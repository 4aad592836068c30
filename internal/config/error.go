package config

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Error is what is wrong with a configuration file, at the first place where something is. It
// quotes no value: somebody may have put a secret there.
type Error struct {
	Place
	Message string
	Advice  string
}

// Error says where and what.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return e.Place.String() + ": " + e.Message
}

// Hint says what to do next.
func (e *Error) Hint() string { return e.Advice }

// nearest is how many letters a suggestion may differ by.
const nearest = 3

// Near returns the candidate that a word is most like, and whether there is one.
func Near(word string, candidates []string) (string, bool) {
	best, distance := "", nearest
	for _, candidate := range candidates {
		if d := levenshtein.ComputeDistance(strings.ToLower(word), candidate); d < min(distance, len(candidate)) {
			best, distance = candidate, d
		}
	}
	return best, best != ""
}

// didYouMean is the begin of a hint, "" where nothing is near.
func didYouMean(word string, candidates []string) string {
	if near, ok := Near(word, candidates); ok {
		return fmt.Sprintf("did you mean %q? ", near)
	}
	return ""
}

// known lists what could have been written.
func known(what string, list []string) string {
	if len(list) == 0 {
		return "there are no " + what
	}
	return "the " + what + " are " + strings.Join(list, ", ")
}

// secret are parts of the names that people give to secrets.
var secret = []string{"token", "secret", "password", "passwd", "credential"}

// unknownKey says that a key is not known, and what may have been meant.
func unknownKey(at Place, key, where string, candidates []string) *Error {
	e := &Error{Place: at, Message: fmt.Sprintf("%q is not a key %s", key, where), Advice: didYouMean(key, candidates) + known("keys", candidates)}
	for _, word := range secret {
		if strings.Contains(strings.ToLower(key), word) {
			e.Advice = "secrets do not belong into a file; delete it, and set REFLOAD_ACCESS_TOKEN or sign in"
		}
	}
	return e
}
