package mapping

import (
	"net/mail"
	"regexp"
	"strings"
	"unicode"

	"refload/internal/sheet"
)

var guid = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// parseGUID returns the GUID in lower case, as the service writes it.
func parseGUID(_ *Field, text string, _ sheet.Cell, _ reading) (any, []fault) {
	if guid.MatchString(text) {
		return strings.ToLower(text), nil
	}
	hint := "expected 32 hexadecimal digits as 8-4-4-4-12, such as 00000000-0000-0000-0000-000000000000"
	if bare := strings.Trim(text, "{}()\"' "); guid.MatchString(bare) {
		hint = "write it without what stands around it: " + strings.ToLower(bare)
	}
	return nil, []fault{refuse("VAL-GUID", quoted(text)+" is not a GUID", hint)}
}

var etag = regexp.MustCompile(`^"[!#-~]+"$`)

// parseETag returns an eTag as the service gives it: between double quotes, which are part
// of it.
//
// Source: the create sample of the "Create a referral" page.
func parseETag(_ *Field, text string, _ sheet.Cell, _ reading) (any, []fault) {
	if etag.MatchString(text) {
		return text, nil
	}
	hint := `copy the eTag as the service gave it, its straight double quotes included, or delete it: then the live one is used`
	return nil, []fault{refuse("VAL-ETAG", quoted(text)+" is not an eTag as the service writes it", hint)}
}

// maxEmail is the longest address that mail can be sent to, in bytes.
const maxEmail = 254

func parseEmail(_ *Field, text string, _ sheet.Cell, _ reading) (any, []fault) {
	if isEmail(text) {
		return text, nil
	}
	return nil, []fault{refuse("VAL-EMAIL", quoted(text)+" is not an e-mail address", emailHint(text))}
}

// isEmail accepts what the standard library reads as a bare address with a dotted domain. The
// library alone also takes names before the address, spaces around it and "ann@localhost".
func isEmail(text string) bool {
	address, err := mail.ParseAddress(text)
	if err != nil || address.Address != text || len(text) > maxEmail {
		return false
	}
	at := strings.LastIndexByte(text, '@')
	domain := text[at+1:]
	return at <= 64 && strings.Contains(domain, ".") && !strings.HasSuffix(domain, ".") &&
		!strings.ContainsFunc(text, unseen) && !strings.ContainsAny(text, `[]"`)
}

func unseen(r rune) bool { return unicode.IsSpace(r) || invisible(r) }

func emailHint(text string) string {
	hint := "expected one address such as ann@example.com"
	bare := strings.TrimPrefix(strings.TrimFunc(text, unseen), "mailto:")
	if address, err := mail.ParseAddress(bare); err == nil {
		bare = address.Address
	}
	switch {
	case strings.Count(text, "@") > 1:
		return "write one address a cell"
	case bare != text && isEmail(bare):
		return "write the address alone: " + bare
	}
	return hint
}

var extension = regexp.MustCompile(`(?i)\s*(ext|extension|x|#)\.?\s*\d+$`)

// parsePhone takes a phone number as typed and warns where it can hardly be one, and where it stands in a cell of
// numbers, which keeps neither a plus nor zeros in front. Numbers are not checked against the plans of countries:
// the documentation's own "1234567890" would not pass.
func parsePhone(_ *Field, text string, cell sheet.Cell, _ reading) (any, []fault) {
	if cell.Kind == sheet.Number && !strings.HasPrefix(text, "+") && !strings.HasPrefix(text, "0") {
		return text, []fault{warn("VAL-PHONE", "the phone number is a number to the spreadsheet, so a + or zeros in front of it are lost",
			"format the column as text and type the numbers again, with their country codes")}
	}
	number := extension.ReplaceAllString(text, "")
	digits := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, number)
	if len([]rune(digits)) >= 5 && !strings.ContainsFunc(number, unicode.IsLetter) {
		return text, nil
	}
	return text, []fault{warn("VAL-PHONE", quoted(text)+" does not look like a phone number",
		"expected at least five digits and no letters, such as +1 425 555 0100")}
}
