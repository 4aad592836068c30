package api

import (
	"net/http"
	"regexp"
)

// identForm is what an id, a code or the name of a property of the service looks like. It has no room for a
// sentence or for an e-mail address.
var identForm = regexp.MustCompile(`^[0-9A-Za-z_./:$\[\]-]{0,100}$`)

// unreadable stands for an id or a code that does not look like one.
const unreadable = "unreadable"

// ident returns an id, code or name of the service as it is, or a word for it where it is anything else:
// these are recorded and logged, and what a service writes freely may quote a person.
func ident(text string) string {
	if identForm.MatchString(text) {
		return text
	}
	return unreadable
}

// requestID returns the service's id of a request, "" where the answer has none.
func requestID(header http.Header) string { return ident(header.Get("request-id")) }
