package listing

import (
	"html"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"refload/api"
)

// LookOf returns the hash by which look-alikes are found: deal name and customer without case,
// punctuation and spacing. It is 0 where either is blank.
func LookOf(referral *api.Referral) uint64 {
	text := LookText(referral)
	if text == "" {
		return 0
	}
	return HashText(text)
}

// LookText is what two deals that look alike have in common.
func LookText(referral *api.Referral) string {
	deal, customer := BareText(referral.Text("name")), BareText(referral.Text("customerProfile.name"))
	if deal == "" || customer == "" {
		return ""
	}
	return customer + "\x00" + deal
}

// BareText keeps letters, digits and marks, in lower case. The service may give names back
// escaped for HTML.
func BareText(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(html.UnescapeString(name)))
}
