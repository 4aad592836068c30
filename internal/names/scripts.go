package names

import (
	"slices"
	"strings"
	"sync"
	"unicode"
)

// scripts are those that names are told apart by. Scripts of which one language mixes two are one by one here:
// a name in kanji and one in kana are not compared either.
var scripts = []*unicode.RangeTable{
	unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Arabic, unicode.Hebrew,
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Devanagari, unicode.Bengali, unicode.Tamil, unicode.Telugu, unicode.Gujarati,
	unicode.Gurmukhi, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Armenian, unicode.Georgian, unicode.Ethiopic,
}

// together are the scripts that part words by no spaces, or not always.
var together = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

func writtenTogether(r rune) bool {
	return r > unicode.MaxLatin1 && (unicode.In(r, together...) || r == 'ー')
}

// scriptsOf returns the scripts of a name, without those of its legal form.
func scriptsOf(text string) []*unicode.RangeTable {
	if bare := withoutForms(split(cut(text))); len(bare) > 0 {
		text = strings.Join(bare, " ")
	}
	var list []*unicode.RangeTable
	for _, r := range text {
		i := slices.IndexFunc(scripts, func(script *unicode.RangeTable) bool { return unicode.Is(script, r) })
		if i >= 0 && !slices.Contains(list, scripts[i]) {
			list = append(list, scripts[i])
		}
	}
	return list
}

// foldedWordless is wordless in the form in which names are compared.
var foldedWordless = sync.OnceValue(func() []string {
	list := make([]string, len(wordless))
	for i, word := range wordless {
		list[i] = fold(word)
	}
	return list
})

// cut takes out legal forms and fillers that are written together with the name.
func cut(text string) string {
	for _, word := range foldedWordless() {
		text = strings.ReplaceAll(text, word, " ")
	}
	return text
}

// piecesOf returns the pairs of letters of words that are written without spaces. Where nothing but
// legal forms and fillers stands there, there are none.
func piecesOf(words []string) []string {
	var pieces []string
	for _, word := range words {
		for _, part := range strings.Fields(cut(word)) {
			letters := []rune(part)
			if len(letters) == 1 {
				pieces = append(pieces, part)
			}
			for i := 1; i < len(letters); i++ {
				pieces = append(pieces, string(letters[i-1:i+1]))
			}
		}
	}
	return pieces
}
