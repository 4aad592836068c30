package mapping

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"refload/internal/sheet"
)

// western are the encodings in which programs of Western and Central Europe take UTF-8 for something else.
var western = []*charmap.Charmap{charmap.Windows1252, charmap.Windows1250}

func inspectEncoded(_ *Field, text string, _ sheet.Cell) []fault {
	meant, twice := twiceEncoded(text)
	if !twice {
		return nil
	}
	return []fault{warn("VAL-ENCODED", quoted(text)+" looks as if it was encoded twice; it may be meant as "+quoted(meant),
		"correct the cell, or save the file as UTF-8 from the program that it comes from; it is sent as it stands")}
}

// twiceEncoded finds UTF-8 that was read as an older encoding, such as "DuÅ¡an" for "Dušan", and returns what was meant.
func twiceEncoded(text string) (string, bool) {
	if !strings.ContainsFunc(text, beyondASCII) {
		return "", false
	}
	for _, charset := range western {
		if meant, twice := decodedOnce(text, charset); twice {
			return meant, true
		}
	}
	return "", false
}

func beyondASCII(r rune) bool { return r > unicode.MaxASCII }

// decodedOnce takes one encoding back, run by run of the characters that are not ASCII. A single letter counts only
// where it stands in a word in small letters: capitals with accents are found in the middle of such words by
// this mistake alone, while "CAFÉ™" is a name.
func decodedOnce(text string, charset *charmap.Charmap) (string, bool) {
	var meant strings.Builder
	twice, previous := false, ' '
	for rest := text; rest != ""; {
		end := strings.IndexFunc(rest, beyondASCII)
		if end != 0 {
			if end < 0 {
				end = len(rest)
			}
			meant.WriteString(rest[:end])
			previous = rune(rest[end-1])
			rest = rest[end:]
			continue
		}
		if end = strings.IndexFunc(rest, func(r rune) bool { return !beyondASCII(r) }); end < 0 {
			end = len(rest)
		}
		run := rest[:end]
		rest = rest[end:]
		next, _ := utf8.DecodeRuneInString(rest)
		if decoded, ok := undone(run, charset); ok && likely(run, decoded, previous, next) {
			run, twice = decoded, true
		}
		meant.WriteString(run)
	}
	return meant.String(), twice
}

// undone brings a run of characters to the bytes that they were in an encoding and reads these as UTF-8.
func undone(run string, charset *charmap.Charmap) (string, bool) {
	var bytes []byte
	for _, r := range run {
		b, ok := charset.EncodeRune(r)
		if !ok && 0x80 <= r && r < 0xA0 {
			b, ok = byte(r), true // a byte that the encoding has no character for
		}
		if !ok {
			return "", false
		}
		bytes = append(bytes, b)
	}
	return string(bytes), utf8.Valid(bytes)
}

// marksOfText are the marks that word processors write instead of the plain ones; three characters stand for each.
const marksOfText = "‘’‚“”„–—…•™€"

// likely reports whether a run that was read once more is what somebody has written: several letters, a mark, or one
// Latin letter in the middle of a word.
func likely(run, decoded string, previous, next rune) bool {
	letters, latin := 0, false
	for _, r := range decoded {
		switch {
		case strings.ContainsRune(marksOfText, r), !unicode.IsLetter(r) && 0xA0 <= r && r <= unicode.MaxLatin1:
			return true
		case !unicode.IsLetter(r):
			return false
		}
		letters++
		latin = latin || r < 0x180
	}
	within := unicode.IsLower(previous) || unicode.IsLower(next) || strings.HasPrefix(run, "Ã") && unicode.IsLetter(previous) && unicode.IsLetter(next)
	return letters > 1 || latin && within
}
