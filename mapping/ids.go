package mapping

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// IDs says by what CRM IDs are compared. The zero value compares them exactly: programs that give
// ids of letters in both cases have two that differ in nothing else as a rule. What a service is
// known to change in them does not count there.
type IDs struct {
	Case    bool // the service changes the case of letters
	Padding bool // the service changes white space inside of an id and zeros before it
	Keeps   int  // how many characters of a longer id the service keeps, 0 for all
}

// IsCut reports whether an id is what the service keeps of one that it was sent.
func (i IDs) IsCut(sent, kept string) bool {
	sent, kept = i.Key(sent), i.Key(kept)
	return i.Keeps > 0 && utf8.RuneCountInString(kept) == i.Keeps && len(kept) < len(sent) && strings.HasPrefix(sent, kept)
}

// MadePrefix begins every marker that refload gives to a row without CRM ID.
const MadePrefix = "refload-"

// madeLength is the length of such a marker: 128 bits in base32 behind the prefix.
const madeLength = len(MadePrefix) + 26

// Key returns the form of a CRM ID, or of a marker of refload's own, in which two are the same
// that are one: NFC, without the white space around it. A marker of our own is in one case.
func (i IDs) Key(id string) string {
	text := strings.TrimFunc(norm.NFC.String(id), unicode.IsSpace)
	if i.Case || len(text) == madeLength && strings.EqualFold(text[:len(MadePrefix)], MadePrefix) {
		text = strings.ToLower(text)
	}
	if i.Padding {
		text = unpadded(text)
	}
	return text
}

// Near returns the form in which CRM IDs are alike that people, or programs between two systems, may
// have made of one: without case, white space, what cannot be seen, zeros before it, and a ".0"
// behind it. What has one Key has one Near. The case of Salesforce's ids of 15 characters counts,
// unless the service changes it; their form of 18 characters stands for the same record.
func (i IDs) Near(id string) string {
	text := visible(norm.NFC.String(id))
	if short, is := recordID(text); is && !i.Case && !i.Padding {
		return unpadded(short)
	}
	text = unpadded(strings.ToLower(text))
	if bare := strings.TrimSuffix(text, ".0"); bare != "" {
		return bare
	}
	return text
}

// visible takes out what takes no ink.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || invisible(r) {
			return -1
		}
		return r
	}, text)
}

// unpadded takes out what takes no ink, and zeros before an id. Nothing but zeros is one.
func unpadded(text string) string {
	text = visible(text)
	if bare := strings.TrimLeft(text, "0"); bare != "" || text == "" {
		return bare
	}
	return "0"
}

// The lengths of Salesforce's ids: as shown, and with a checksum of their case.
const (
	recordLength = 15
	longLength   = recordLength + 3
)

// recordID returns the 15 characters of a text that may be an id of Salesforce's, in either form.
func recordID(text string) (string, bool) {
	if strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		return "", false
	}
	switch {
	case len(text) == recordLength:
		return text, true
	case len(text) == longLength:
		return restored(text[:recordLength], strings.ToUpper(text[recordLength:]))
	}
	return "", false
}

// restored returns the 15 characters in the case that the checksum behind them tells, whatever a program made of it.
func restored(id, sum string) (string, bool) {
	text := []byte(strings.ToLower(id))
	for i := range text {
		bits := strings.IndexByte(sums, sum[i/5])
		if bits < 0 {
			return "", false
		}
		if bits>>(i%5)&1 == 1 {
			text[i] -= 'a' - 'A'
		}
	}
	return string(text), caseSum(string(text)) == sum
}

// sums are the characters of the checksum of an id.
const sums = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"

// caseSum is the checksum of an id of 15 characters: of each five which ones are upper case.
//
// Source: Salesforce's help, "What are Salesforce IDs composed of?".
func caseSum(id string) string {
	sum := make([]byte, 0, longLength-recordLength)
	for block := range slices.Chunk([]byte(id), 5) {
		bits := 0
		for n, c := range block {
			if 'A' <= c && c <= 'Z' {
				bits |= 1 << n
			}
		}
		sum = append(sum, sums[bits])
	}
	return string(sum)
}
