package sandbox

import (
	"fmt"
	"slices"
	"strings"
)

// filter decides whether a referral is listed. document decodes it, for the few filters that
// need more than memory holds.
type filter func(r *record, document func() map[string]any) bool

// filterField is a field that a filter may name.
type filterField struct {
	of     func(*record) string
	values []string // the enum; nil where any value may be asked for
}

// filterFields are the documented fields but the times and the team.
//
// Source: the "Get a list of referrals" page.
var filterFields = map[string]filterField{
	"engagementId":                    {of: func(r *record) string { return r.engagementID }},
	"status":                          {of: func(r *record) string { return r.status }, values: statuses},
	"substatus":                       {of: func(r *record) string { return r.substatus }, values: substatuses},
	"qualification":                   {of: func(r *record) string { return r.qualification }, values: qualifications},
	"type":                            {of: func(r *record) string { return r.kind }, values: []string{"Shared", "Independent"}},
	"direction":                       {of: func(r *record) string { return r.direction }, values: directions},
	"customerProfile/address/country": {of: func(r *record) string { return r.country }},
}

// parseFilter reads a $filter: comparisons joined by and, with parentheses.
func parseFilter(text string) (filter, error) {
	tokens, err := lexFilter(text)
	if err != nil {
		return nil, err
	}
	p := &filterParser{tokens: tokens}
	f, err := p.conjunction(0)
	if err != nil {
		return nil, err
	}
	if next := p.next(); next.kind != tokenEnd {
		return nil, p.unexpected(next, "the end of the filter")
	}
	return f, nil
}

type filterParser struct {
	tokens []filterToken
	at     int
}

func (p *filterParser) peek() filterToken { return p.tokens[p.at] }

func (p *filterParser) next() filterToken {
	token := p.tokens[p.at]
	if token.kind != tokenEnd {
		p.at++
	}
	return token
}

// take goes on when the next token is of that kind and text.
func (p *filterParser) take(kind tokenKind, text string) bool {
	if token := p.peek(); token.kind != kind || token.text != text {
		return false
	}
	p.at++
	return true
}

func (p *filterParser) expect(kind tokenKind, text string) error {
	if !p.take(kind, text) {
		return p.unexpected(p.peek(), fmt.Sprintf("%q", text))
	}
	return nil
}

func (p *filterParser) unexpected(token filterToken, wanted string) error {
	if token.kind == tokenEnd {
		return fmt.Errorf("at %d: the filter ends where %s is expected", token.at, wanted)
	}
	return fmt.Errorf("at %d: %q stands where %s is expected", token.at, token.text, wanted)
}

// maxFilterDepth bounds the parentheses.
const maxFilterDepth = 20

// conjunction = term { "and" term }
func (p *filterParser) conjunction(depth int) (filter, error) {
	if depth > maxFilterDepth {
		return nil, fmt.Errorf("the parentheses are nested deeper than %d levels", maxFilterDepth)
	}
	var all []filter
	for {
		f, err := p.term(depth)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
		if !p.take(tokenWord, "and") {
			break
		}
	}
	return func(r *record, document func() map[string]any) bool {
		return !slices.ContainsFunc(all, func(f filter) bool { return !f(r, document) })
	}, nil
}

// term = "(" conjunction ")" | comparison
func (p *filterParser) term(depth int) (filter, error) {
	if !p.take(tokenPunct, "(") {
		return p.comparison()
	}
	f, err := p.conjunction(depth + 1)
	if err != nil {
		return nil, err
	}
	return f, p.expect(tokenPunct, ")")
}

// comparison = path operator value | "team/any(" … ")"
func (p *filterParser) comparison() (filter, error) {
	start := p.peek()
	path, err := p.path()
	if err != nil {
		return nil, err
	}
	if path == "team/any" {
		return p.anyMember()
	}
	field, known := filterFields[path]
	if !known && path != "updatedDateTime" {
		return nil, fmt.Errorf("at %d: %q cannot be filtered by", start.at, path)
	}
	operator, value, err := p.operand()
	if err != nil {
		return nil, err
	}
	if path == "updatedDateTime" {
		return updatedFilter(operator, value)
	}
	return field.equals(path, operator, value)
}

// path = name { "/" name }
func (p *filterParser) path() (string, error) {
	var names []string
	for {
		token := p.next()
		if token.kind != tokenWord {
			return "", p.unexpected(token, "a property")
		}
		names = append(names, token.text)
		if !p.take(tokenPunct, "/") {
			return strings.Join(names, "/"), nil
		}
	}
}

func (p *filterParser) operand() (operator string, value filterToken, err error) {
	word := p.next()
	if word.kind != tokenWord {
		return "", word, p.unexpected(word, "an operator")
	}
	value = p.next()
	if value.kind != tokenString && value.kind != tokenWord {
		return "", value, p.unexpected(value, "a value")
	}
	return word.text, value, nil
}
