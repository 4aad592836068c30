package importer

import (
	"html"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"refload/api"
)

// lookOf returns the hash by which look-alikes are found: deal name and customer without case,
// punctuation and spacing. It is 0 where either is blank.
func lookOf(referral *api.Referral) uint64 {
	text := lookText(referral)
	if text == "" {
		return 0
	}
	return hashText(text)
}

// lookText is what two deals that look alike have in common.
func lookText(referral *api.Referral) string {
	deal, customer := bareText(referral.Text("name")), bareText(referral.Text("customerProfile.name"))
	if deal == "" || customer == "" {
		return ""
	}
	return customer + "\x00" + deal
}

// bareText keeps letters, digits and marks, in lower case. The service may give names back
// escaped for HTML.
func bareText(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(html.UnescapeString(name)))
}
