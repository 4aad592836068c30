package importer_test

import (
	"flag"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"refload/api/sandbox"
)

var oneCharacter = flag.String("character", "", "give the service of every simulation this character, drawn or not")

// meets says which characters of the sandbox the simulations meet. A seed whose character is not drawn is a plain one, so
// that no seed means something else when one is switched on.
var meets = []struct {
	name              string
	nights, histories bool   // whether it is drawn
	why               string // what keeps it from being drawn where it is not; "" where it is drawn in both
}{
	{"unordered", true, true, ""},
	{"shuffled", true, true, ""},
	{"swallowed", true, true, ""},
	{"capped", true, true, ""},
	{"repeating", true, true, ""},
	{"stale", true, true, ""},
	{"conflict-after-create", false, false, "a create that is answered 409 is called rejected; histories create nothing"},
	{"throttled-after-create", false, false, "a create that is answered 429 is sent again: what remains; histories create nothing"},
	{"foreign-id", false, false, "the id in the answer to a create is believed; histories create nothing"},
	{"folds", false, false, "a run stops at its canary, each night with one more referral; histories send no externalReferenceId"},
	{"truncates", false, false, "which of two rows a referral is, nobody can tell; histories send no externalReferenceId"},
}

// Every character has its word here, and what is not drawn has a reason.
func TestSimulationsKnowEveryCharacter(t *testing.T) {
	var names []string
	for _, m := range meets {
		names = append(names, m.name)
		if drawn := m.nights && m.histories; drawn != (m.why == "") {
			t.Errorf("%s: drawn in both: %v, and the reason is %q", m.name, drawn, m.why)
		}
	}
	var all []string
	for _, info := range sandbox.Characters() {
		all = append(all, info.Name)
	}
	if !slices.Equal(names, all) {
		t.Errorf("%v, the sandbox has %v", names, all)
	}
}

// characterOf draws the character of a seed: in every other seed none.
func characterOf(seed uint64, histories bool) string {
	if *oneCharacter != "" {
		return *oneCharacter
	}
	random := rand.New(rand.NewPCG(seed, 12))
	if random.IntN(2) == 0 {
		return ""
	}
	m := meets[random.IntN(len(meets))]
	if !histories && !m.nights || histories && !m.histories {
		return ""
	}
	return m.name
}

// behaving adds a character to the faults of a service, and pages that a file of so many rows fills several of.
func behaving(t *testing.T, plan *sandbox.Plan, character string, rows int) *sandbox.Plan {
	if character == "" {
		return plan
	}
	with, err := plan.WithCharacters(character)
	if err != nil {
		t.Fatal(err)
	}
	with.Rules = append(with.Rules, sandbox.Rule{Fault: "F76", Size: rows * 2 / 5})
	for i, rule := range with.Rules {
		if rule.Fault == "F73" {
			with.Rules[i].Size = rows * 2 / 3
		}
	}
	return with
}

// kept returns what the service keeps of a CRM ID.
func (w *world) kept(id string) string {
	if w.character == "folds" {
		return strings.ToLower(id)
	}
	return id
}

// hides reports whether the service has a character by which its lists can hide something, so that nothing may be created
// by them.
func (w *world) hides() bool {
	return slices.Contains([]string{"unordered", "shuffled", "swallowed", "capped", "repeating"}, w.character)
}
