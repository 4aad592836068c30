package api

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// Forgotten is what stands where a person's values stood.
const Forgotten = "(forgotten)"

// Person is somebody who is to be forgotten, known by a mail address.
type Person struct{ pattern *regexp.Regexp }

// The letters that make another address of one: "joann@example.com" and "ann@example.com.au" are
// not "ann@example.com", but the full stop at the end of a sentence belongs to none.
const (
	beforeMail = `(?i)(?:^|[^\pL\pN._%+'-])`
	afterMail  = `(?:$|[^\pL\pN._-]|\.(?:$|[^\pL\pN]))`
)

// NewPerson returns the person with a mail address, whose case does not matter.
func NewPerson(mail string) (*Person, error) {
	name, domain, ok := strings.Cut(mail, "@")
	if !ok || name == "" || domain == "" || strings.ContainsAny(mail, " \t\r\n\",;<>") || strings.Contains(domain, "@") {
		return nil, fmt.Errorf("%q is no mail address", mail)
	}
	return &Person{regexp.MustCompile(beforeMail + regexp.QuoteMeta(mail) + afterMail)}, nil
}

// In reports whether a text names the person's address.
func (p *Person) In(text []byte) bool { return p.pattern.Match(text) }

// Forget returns a document of JSON without the person: every text of an object whose e-mail
// is the person's, and every other text with the address in it, becomes Forgotten. Ids stay,
// because the document is known by them. times counts the texts; with 0 the document is as it was.
func (p *Person) Forget(document []byte) (forgotten []byte, times int, err error) {
	var root any
	if err := decodeWhole(document, &root); err != nil {
		return nil, 0, fmt.Errorf("reading a document to forget a person in: %w", err)
	}
	root = p.forget(root, false, &times)
	if times == 0 {
		return document, 0, nil
	}
	forgotten, err = json.Marshal(root)
	return forgotten, times, err
}

// ids are the properties that a document is known by, in lower case.
var ids = map[string]bool{"id": true, "engagementid": true, "etag": true, "externalreferenceid": true, "links": true}

// forget goes through a value; own says that all of it is the person's.
func (p *Person) forget(value any, own bool, times *int) any {
	switch v := value.(type) {
	case string:
		if v != Forgotten && v != "" && (own || p.pattern.MatchString(v)) {
			*times++
			return Forgotten
		}
	case []any:
		for i := range v {
			v[i] = p.forget(v[i], own, times)
		}
	case map[string]any:
		own = own || p.owns(v)
		for name := range v {
			if !ids[strings.ToLower(name)] {
				v[name] = p.forget(v[name], own, times)
			}
		}
	}
	return value
}

// owns reports whether an object describes the person: its own e-mail is the address.
func (p *Person) owns(object map[string]any) bool {
	for name, value := range object {
		if mail, ok := value.(string); ok && strings.EqualFold(name, "email") && p.pattern.MatchString(mail) {
			return true
		}
	}
	return false
}
