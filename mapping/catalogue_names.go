package mapping

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// severally marks a name that more than one value of a catalogue claims.
const severally = -1

// nameAll makes the values of a catalogue findable by everything that means one of them alone: codes of other
// standards, names and signs. A name that two of them claim, or that is near, means none.
func (t *catalogue) nameAll() {
	for i, e := range t.entries {
		if e.State == shared {
			continue
		}
		for _, name := range slices.Concat(e.words(), e.Names) {
			for _, key := range nameKeys(name) {
				t.claim(key, i)
			}
		}
	}
	for _, e := range t.entries {
		for _, word := range e.Near {
			t.byName[nameKey(word)] = severally
		}
	}
}

// claim gives a name to a value, unless another value has it.
func (t *catalogue) claim(key string, at int) {
	if other, taken := t.byName[key]; key != "" && (!taken || other == at) {
		t.byName[key] = at
	} else if key != "" {
		t.byName[key] = severally
	}
}

// named finds the one value that a name or a sign means, whatever its case, accents and punctuation. What is no
// value any more is not found by its names.
func (t *catalogue) named(text string) (entry, bool) {
	i, ok := t.byName[nameKey(text)]
	if !ok || i == severally || !readByName[t.entries[i].State] {
		return entry{}, false
	}
	return t.entries[i], true
}

// readByName has the states in which a value may be meant by its name.
var readByName = map[catalogueState]bool{current: true, leaving: true, unit: true}

// nameKey brings a name to the form in which names are compared: lower case, without accents, white space and
// punctuation; signs of money count.
func nameKey(name string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Sc, r) {
			return r
		}
		return -1
	}, strings.ReplaceAll(norm.NFKD.String(name), "ß", "ss")))
}

// umlauts is how German is written where a keyboard has no umlauts.
var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue")

// nameKeys returns the keys of a name: with umlauts taken for their letters, and written out.
func nameKeys(name string) []string {
	keys := []string{nameKey(name)}
	if spelled := nameKey(umlauts.Replace(norm.NFC.String(name))); spelled != keys[0] {
		keys = append(keys, spelled)
	}
	return keys
}

// mayBe returns the values that a sign or word beside a number may stand for: one, several for a shared sign such
// as "$", none for what is no money at all.
func (t *catalogue) mayBe(text string) []string {
	text = strings.TrimSpace(text)
	if e, known := t.value(text); known {
		if e.State == shared {
			return e.May
		}
		return []string{strings.ToUpper(e.Value)}
	}
	if e, known := t.named(text); known {
		return []string{e.Value}
	}
	i, known := t.byWord[fold(text)]
	switch {
	case !known:
		return nil
	case t.entries[i].State == shared:
		return t.entries[i].May
	}
	return []string{t.entries[i].Value}
}
