package importer_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"refload/api/sandbox"
)

var oneCharacter = flag.String("character", "", "give the service of every simulation this character, drawn or not")

// drawn stands in the place of a reason where there is none.
const drawn = ""

const createNothing = "histories create nothing and send no externalReferenceId"

// meets says which characters of the sandbox the nights and the histories meet, and what keeps them from it. A seed whose
// character is not drawn is a plain one, so that no seed means something else when one is switched on.
var meets = []struct{ name, nights, histories string }{
	{"unordered", drawn, drawn},
	{"shuffled", drawn, drawn},
	{"swallowed", drawn, drawn},
	{"capped", drawn, drawn},
	{"repeating", drawn, drawn},
	{"stale", "nights change nothing", drawn},
	{"conflict-after-create", drawn, createNothing},
	{"throttled-after-create", "a create that is answered 429 is sent again: what remains", createNothing},
	{"foreign-id", drawn, createNothing},
	{"folds", drawn, createNothing},
	{"truncates", "which of two rows a referral is, nobody can tell: what remains", createNothing},
}

// Every character has its words here.
func TestSimulationsKnowEveryCharacter(t *testing.T) {
	var names, all []string
	for _, m := range meets {
		names = append(names, m.name)
	}
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
	if map[bool]string{false: m.nights, true: m.histories}[histories] != drawn {
		return ""
	}
	return m.name
}

// behaving adds a character to the faults of a service, and makes lists and ids short enough for it to show on so many rows.
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
		switch {
		case rule.Fault == "F73":
			with.Rules[i].Size = rows * 2 / 3
		case rule.Kind == "cut":
			with.Rules[i].Size = len(fmt.Sprintf("SIM-%d-1", plan.Seed)) // rows 1, 10 to 19 are one
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
