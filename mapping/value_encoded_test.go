package mapping

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"
)

func TestTwiceEncoded(t *testing.T) {
	for text, want := range map[string]string{
		"DuÅ¡an": "Dušan", "MÃ¼ller": "Müller", "GRÃœN": "GRÜN", "Å\u00a0koda": "Škoda", "JosÃ©": "José", "tâ€™as": "t’as", "10 â‚¬": "10 €",
		"ÐŸÑ€Ð°Ð³Ð°": "Прага", "æ—¥æœ¬": "日本", "DuĹˇan": "Dušan", "MĂĽller": "Müller", "Â§ 5": "§ 5", "Å»abka": "Żabka",
	} {
		if got, twice := twiceEncoded(text); !twice || got != want {
			t.Errorf("%q: %q, %v, want %q", text, got, twice, want)
		}
	}
	for _, text := range []string{
		"Contoso", "Dušan", "Müller", "SÃO PAULO", "IRMÃ”", "CAFÉ™", "CAFÉ”", "„Ä“", "SCHÖN–GRÜN", "UMEÅ–LULEÅ", "PÓŁNOC", "PĂŞUNE", "Maß–Arbeit", "ÅÄÖ", "Ålesund", "Île-de-France",
		"日本", "Прага", "Ελλάδα", "👍", "Großbritannien", "à l’été…", "fermé”…", "£5 – €6", "Łódź",
	} {
		if got, twice := twiceEncoded(text); twice {
			t.Errorf("%q is taken for %q", text, got)
		}
	}
}

// Small letters of Latin scripts that were encoded twice are found, and what was meant is.
func TestEncodingTwiceIsFound(t *testing.T) {
	letters := []rune("äöüßéèêëáàâíìîóòôúùûñçãõåæøčďěňřšťůžýłśćńęążźőűğşıţ")
	rapid.Check(t, func(t *rapid.T) {
		word := string(rapid.SliceOfN(rapid.SampledFrom([]rune("abcdefghijklmnopqrstuvwxyz")), 1, 5).Draw(t, "start")) +
			string(rapid.SampledFrom(letters).Draw(t, "letter")) + string(rapid.SliceOfN(rapid.SampledFrom([]rune("abcdefghijklmnopqrstuvwxyz")), 0, 5).Draw(t, "end"))
		var twice strings.Builder
		for _, b := range []byte(word) {
			r := charmap.Windows1252.DecodeByte(b)
			if r == '\uFFFD' {
				r = rune(b)
			}
			twice.WriteRune(r)
		}
		if got, found := twiceEncoded(twice.String()); !found || got != word {
			t.Fatalf("%q, which is %q: %q, %v", twice.String(), word, got, found)
		}
		if got, found := twiceEncoded(word); found {
			t.Fatalf("%q is taken for %q", word, got)
		}
	})
}
