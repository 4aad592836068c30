package console

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
)

// Escape makes text from a file or a server harmless for a terminal: control characters,
// line breaks, and characters that change the direction of text or have no width are shown
// as escapes. A text longer than most characters is cut; 0 means no bound.
func Escape(text string, most int) string {
	var b strings.Builder
	n := 0
	for _, r := range text {
		if n++; most > 0 && n > most {
			b.WriteString("…")
			break
		}
		if r == unicode.ReplacementChar || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) ||
			unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
			for _, unit := range utf16.Encode([]rune{r}) { // as JSON has it
				fmt.Fprintf(&b, "\\u%04x", unit)
			}
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
