// Package names tells whether two spellings of the name of a customer can be one customer.
// It is lenient where people and programs write one name in many ways, and knows no likeness of letters:
// two names are one where they share a word that says something.
package names

import (
	"html"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Verdict is what two names say of their customers.
type Verdict uint8

// The verdicts.
const (
	Same    Verdict = iota // they share a word, or one of them is blank
	Foreign                // they are written in two scripts, so that nobody compared them
	Differs                // they have nothing in common
)

// Compare compares two names.
func Compare(a, b string) Verdict {
	x, y := parse(a), parse(b)
	switch {
	case len(x.all) == 0 || len(y.all) == 0, x.whole() == y.whole(), strings.Join(x.all, "") == strings.Join(y.all, ""), x.shares(y):
		return Same
	case x.apart(y):
		return Foreign
	}
	return Differs
}

// Key returns a name in the form in which it is remembered: two spellings of it that differ in case,
// accents, punctuation, legal form or filler words have one.
func Key(name string) string {
	n := parse(name)
	if len(n.words) == 0 {
		return n.whole()
	}
	return strings.Join(append(slices.Clone(n.words), n.joined...), "")
}

// name is a name taken apart.
type name struct {
	all     []string // its words without legal forms; all of them where there is nothing else
	words   []string // those that say something
	joined  []string // what is written without spaces
	pieces  []string // pairs of its letters
	scripts []*unicode.RangeTable
}

func parse(text string) name {
	text = fold(text)
	n := name{scripts: scriptsOf(text)}
	var spaced, joined []string
	for _, word := range split(text) {
		if strings.ContainsFunc(word, writtenTogether) {
			joined = append(joined, word)
		} else {
			spaced = append(spaced, word)
		}
	}
	n.all = append(withoutForms(spaced), joined...)
	if len(n.all) == 0 {
		n.all = split(text)
	}
	for _, word := range n.all {
		if !strings.ContainsFunc(word, writtenTogether) && says(word) {
			n.words = append(n.words, word)
		}
	}
	n.joined, n.pieces = joined, piecesOf(joined)
	return n
}

// whole is the name as one text, without articles and the like, and without spaces.
func (n name) whole() string {
	if words := meaning(n.all); len(words) > 0 {
		return strings.Join(words, "")
	}
	return strings.Join(n.all, "")
}

// says reports whether a word is more than a filler, a letter or a number.
func says(word string) bool {
	letters := 0
	for _, r := range word {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return letters > 0 && len([]rune(word)) > 1 && !fillers[word]
}

// shares reports whether two names have a word, or a piece of what is written without spaces, in
// common. Where either has nothing that says something, only whole names count.
func (n name) shares(other name) bool {
	if slices.ContainsFunc(n.pieces, func(p string) bool { return slices.Contains(other.pieces, p) }) {
		return true
	}
	if len(n.words) == 0 || len(other.words) == 0 {
		return false
	}
	if slices.ContainsFunc(n.words, func(w string) bool {
		return slices.ContainsFunc(other.words, func(v string) bool { return alike(w, v) })
	}) {
		return true
	}
	return n.abbreviates(other) || other.abbreviates(n)
}

// alike reports whether two words are one: with or without the s of a plural, and of what is
// written for an umlaut.
func alike(a, b string) bool { return a == b || stem(a) == stem(b) }

var umlauts = strings.NewReplacer("ae", "a", "oe", "o", "ue", "u")

func stem(word string) string {
	const shortest = 5
	word = umlauts.Replace(word)
	if len(word) >= shortest {
		word = strings.TrimSuffix(word, "s")
	}
	return word
}

// abbreviates reports whether a word of the name is what the other one writes as several words: run
// together, or by their first letters.
func (n name) abbreviates(other name) bool {
	for _, word := range n.words {
		for from := range other.all {
			if runTogether(word, other.all[from:]) {
				return true
			}
		}
		if short := len([]rune(word)); short >= 3 && short <= 6 || short == 2 && len(n.all) == 1 {
			if strings.Contains(initials(other.all), word) || initials(meaning(other.all)) == word {
				return true
			}
		}
	}
	return false
}

// runTogether reports whether a word is the first ones of a list, two or more, without spaces.
func runTogether(word string, list []string) bool {
	for i, next := range list {
		rest, found := strings.CutPrefix(word, next)
		if !found {
			return false
		}
		if rest == "" {
			return i > 0
		}
		word = rest
	}
	return false
}

// small are the fillers that an abbreviation leaves out.
var small = setOf("the of and for a an at in by der die das des und fur von de du la le les et en y e di del della van och og")

func meaning(list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(word string) bool { return small[word] })
}

func initials(list []string) string {
	var b strings.Builder
	for _, word := range list {
		for _, r := range word {
			b.WriteRune(r)
			break
		}
	}
	return b.String()
}

// apart reports whether two names have no script in common.
func (n name) apart(other name) bool {
	return len(n.scripts) > 0 && len(other.scripts) > 0 &&
		!slices.ContainsFunc(n.scripts, func(s *unicode.RangeTable) bool { return slices.Contains(other.scripts, s) })
}

// letters are spelled out that have no accent to lose.
var letters = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ı", "i", "ħ", "h", "ς", "σ", "ё", "е")

// mostEscapes is how often a name is unescaped: programs between two systems escape it again.
const mostEscapes = 3

// fold brings a name to lower case without accents, and without what HTML escapes in it.
func fold(text string) string {
	for range mostEscapes {
		text = html.UnescapeString(text)
	}
	text = strings.Map(func(r rune) rune {
		if r >= 0x0300 && r <= 0x036f {
			return -1 // an accent
		}
		return r
	}, norm.NFKD.String(strings.ToLower(text)))
	return letters.Replace(norm.NFC.String(text))
}

var marks = strings.NewReplacer("'", "", "’", "", "ʼ", "", "`", "", ".", ". ", " & ", " ", "&", "", "(株)", " ")

// split returns the words of a folded name. What abbreviates is one word: "s.a.", "s. a.", "a/s" and "at&t".
func split(text string) []string {
	text = marks.Replace(text)
	var words []string
	single := false // the last word is of single letters
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }) {
		one := len([]rune(word)) == 1 && unicode.IsLetter([]rune(word)[0]) && !strings.ContainsFunc(word, writtenTogether)
		if one && single {
			words[len(words)-1] += word
		} else {
			words = append(words, word)
		}
		single = one
	}
	return words
}

// withoutForms takes legal forms out of the words of a name.
func withoutForms(words []string) []string {
	text := " " + strings.Join(words, " ") + " "
	for _, phrase := range formPhrases {
		text = strings.ReplaceAll(text, " "+phrase+" ", " ")
	}
	return slices.DeleteFunc(strings.Fields(text), func(word string) bool { return legalForms[word] })
}

func setOf(text string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(text) {
		set[word] = true
	}
	return set
}
