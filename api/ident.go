package api

import (
	"net/http"
	"regexp"
	"strings"
)

// The forms of what a service names. None has room for a sentence, an e-mail address or, with
// mostDigits, a phone number; a code has none for a first and a last name either.
var (
	guidForm = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12}$`)
	codeForm = regexp.MustCompile(`^[0-9A-Za-z_]{0,100}$`)
	pathForm = regexp.MustCompile(`^[0-9A-Za-z_./:$\[\]-]{0,100}$`)
)

// mostDigits is how many digits a code, an id or a name of the service may have that is no GUID: the
// longest code has six, the shortest phone number with its area more.
const mostDigits = 6

// unreadable stands for an id or a code that does not look like one.
const unreadable = "unreadable"

// ident returns a code, an id or a name of the service as it is, or a word for it where it does not have
// the form: these are recorded and logged, and what a service writes freely may quote a person.
func ident(text string, form *regexp.Regexp) string {
	if guidForm.MatchString(text) || form.MatchString(text) && digits(text) <= mostDigits {
		return text
	}
	return unreadable
}

func digits(text string) int {
	count := 0
	for digit := '0'; digit <= '9'; digit++ {
		count += strings.Count(text, string(digit))
	}
	return count
}

// requestID returns the service's id of a request, "" where the answer has none.
func requestID(header http.Header) string { return ident(header.Get("request-id"), pathForm) }
