package exporter_test

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"refload/api/sandbox"
	"refload/exporter"
)

var oneCharacter = flag.String("character", "", "give the service of every seed this character, drawn or not")

// drawn stands in the place of a reason where there is none.
const drawn = ""

const createsNothing = "an export creates nothing and sends no externalReferenceId"

// meets says which characters of the sandbox TestOthersWriteMeanwhile meets, and what keeps them from it. A seed whose
// character is not drawn is a plain one, so that no seed means something else when one is switched on.
var meets = []struct{ name, exports string }{
	{"unordered", drawn},
	{"shuffled", drawn},
	{"swallowed", drawn},
	{"capped", drawn},
	{"repeating", drawn},
	{"stale", drawn},
	{"conflict-after-create", createsNothing},
	{"throttled-after-create", createsNothing},
	{"foreign-id", createsNothing},
	{"folds", createsNothing},
	{"truncates", createsNothing},
}

// Every character has its words here.
func TestExportsKnowEveryCharacter(t *testing.T) {
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
func characterOf(seed uint64) string {
	if *oneCharacter != "" {
		return *oneCharacter
	}
	random := rand.New(rand.NewPCG(seed, 12))
	if m := meets[random.IntN(len(meets))]; random.IntN(2) == 0 && m.exports == drawn {
		return m.name
	}
	return ""
}

// behaving adds a character, and pages of twenty, to the faults of a service; plan may be nil.
func behaving(t *testing.T, plan *sandbox.Plan, seed uint64, character string) *sandbox.Plan {
	if character == "" {
		return plan
	}
	if plan == nil {
		plan = &sandbox.Plan{Seed: seed}
	}
	with, err := plan.WithCharacters(character)
	if err != nil {
		t.Fatal(err)
	}
	with.Rules = append(with.Rules, sandbox.Rule{Fault: "F76", Size: 20})
	return with
}

// exportOrSay makes an export, which with a character may also say that it is not complete; it reports whether there is a file.
func (w *world) exportOrSay(o exporter.Options) bool {
	w.t.Helper()
	_, err := exporter.Export(context.Background(), o)
	if err == nil {
		return true
	}
	var stopped *exporter.StoppedError
	if w.character == "" || !errors.As(err, &stopped) || !strings.Contains(err.Error(), "not complete") {
		w.t.Fatalf("character %q: %v", w.character, err)
	}
	w.noFile(o.Path)
	return false
}
