package sandbox

import (
	"fmt"
	"slices"
	"time"
)

// CharacterInfo describes a character: one respect in which a service may differ from what its
// clients read into the documentation, for as long as it runs.
type CharacterInfo struct {
	Name  string
	Does  string // what it does, one line
	Tries string // the promise that it puts to the test, one line
}

type character struct {
	CharacterInfo
	rules []Rule
}

var (
	onCreates = []string{"POST"}
	onLists   = []string{"LIST"}
)

// characters is the table of characters. Each is made of faults, as a profile is.
var characters = []character{
	{CharacterInfo{"unordered", "lists come in the order of the ids, whatever is asked for",
		"what the list does not show is not taken for \"not there\""}, []Rule{{Fault: "F70"}}},
	{CharacterInfo{"shuffled", "the referrals of each page are shuffled",
		"what the list does not show is not taken for \"not there\""}, []Rule{{Fault: "F71"}}},
	{CharacterInfo{"swallowed", "a page holds 25 referrals; up to three between two pages are on neither",
		"a list that is not shown to be complete is not taken for complete"}, []Rule{{Fault: "F76", Size: 25}, {Fault: "F72"}}},
	{CharacterInfo{"capped", "a list ends after 40 referrals, as if there were no more",
		"a list that is not shown to be complete is not taken for complete"}, []Rule{{Fault: "F73", Size: 40}}},
	{CharacterInfo{"repeating", "a page holds 25 referrals and begins with the last ones of the page before; now and then a link leads back to its own page",
		"each referral is counted once, and no list goes on for ever"},
		[]Rule{{Fault: "F76", Size: 25}, {Fault: "F74"}, {Fault: "F58", On: onLists, Kind: "loop", P: 0.05}}},
	{CharacterInfo{"stale", "for up to a minute after a change lists show a referral as it was before",
		"nothing is compared with a version that was written over"}, []Rule{{Fault: "F75", Max: time.Minute}}},
	{CharacterInfo{"conflict-after-create", "one create in five is executed and answered 409",
		"a create that may have been executed is looked for, and not called rejected"}, []Rule{{Fault: "F67", On: onCreates, P: 0.2}}},
	{CharacterInfo{"throttled-after-create", "one create in ten is executed and answered 429",
		"a referral that stands twice is named in the run that made it"}, []Rule{{Fault: "F68", On: onCreates, P: 0.1}}},
	{CharacterInfo{"foreign-id", "one create in five is answered with the right CRM ID and the id of another referral",
		"no row takes the referral of another"}, []Rule{{Fault: "F69", P: 0.2}}},
	{CharacterInfo{"folds", "externalReferenceId is kept in small letters, without the blanks around it and the zeros before it",
		"a row finds its referral again, and makes no second one"},
		[]Rule{{Fault: "F77", Kind: "lower case"}, {Fault: "F77", Kind: "no padding"}}},
	{CharacterInfo{"truncates", "16 characters of externalReferenceId are kept",
		"a service that cannot tell two rows apart is noticed before the second one"}, []Rule{{Fault: "F77", Kind: "cut", Size: 16}}},
}

// Characters returns the characters that WithCharacters knows.
func Characters() []CharacterInfo {
	list := make([]CharacterInfo, len(characters))
	for i, c := range characters {
		list[i] = c.CharacterInfo
	}
	return list
}

// WithCharacters returns the plan with characters added; the plan itself stays as it is. Their rules come
// first: a service has its traits also in what a fault lets it execute late. The error is
// a *CharacterError that names the nearest character.
func (p *Plan) WithCharacters(names ...string) (*Plan, error) {
	with := *p
	with.Rules = nil
	for _, name := range names {
		i := slices.IndexFunc(characters, func(c character) bool { return c.Name == name })
		if i < 0 {
			return nil, &CharacterError{Name: name}
		}
		with.Rules = append(with.Rules, characters[i].rules...)
	}
	with.Rules = append(with.Rules, p.Rules...)
	return &with, nil
}

// CharacterError says that there is no character of that name.
type CharacterError struct{ Name string }

// Error names the character.
func (e *CharacterError) Error() string { return fmt.Sprintf("there is no character %q", e.Name) }

// Hint names the character that may be meant, and all there are.
func (e *CharacterError) Hint() string {
	var names []string
	for _, c := range characters {
		names = append(names, c.Name)
	}
	return nearestOf("characters", names, e.Name)
}
