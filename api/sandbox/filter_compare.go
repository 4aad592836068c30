package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// equals makes the comparison of a field with a value. GUIDs may stand without quotes, as the
// service's own links have them; everything else is quoted.
func (f filterField) equals(path, operator string, value filterToken) (filter, error) {
	switch {
	case operator != "eq":
		return nil, fmt.Errorf("at %d: %q can be compared by eq only, not by %q", value.at, path, operator)
	case value.kind == tokenWord && !isGUID(value.text):
		return nil, fmt.Errorf("at %d: the value %s has to be quoted", value.at, value.text)
	case f.values != nil && !slices.Contains(f.values, value.text):
		return nil, fmt.Errorf("at %d: %q is not a value of %q", value.at, value.text, path)
	case path == "engagementId" && !isGUID(value.text):
		return nil, fmt.Errorf("at %d: %q is not a GUID", value.at, value.text)
	}
	same := func(a, b string) bool { return a == b }
	if path == "engagementId" {
		same = strings.EqualFold
	}
	return func(r *record, _ func() map[string]any) bool { return same(f.of(r), value.text) }, nil
}

// comparisons are the operators on updatedDateTime, by what they make of a comparison.
var comparisons = map[string]func(int64, int64) bool{
	"eq": func(a, b int64) bool { return a == b },
	"ge": func(a, b int64) bool { return a >= b },
	"gt": func(a, b int64) bool { return a > b },
	"le": func(a, b int64) bool { return a <= b },
	"lt": func(a, b int64) bool { return a < b },
}

func updatedFilter(operator string, value filterToken) (filter, error) {
	compare, known := comparisons[operator]
	if !known {
		return nil, fmt.Errorf("at %d: updatedDateTime cannot be compared by %q", value.at, operator)
	}
	t, err := time.Parse(time.RFC3339Nano, value.text)
	if err != nil {
		return nil, fmt.Errorf("at %d: %q is not a date and time", value.at, value.text)
	}
	bound := ticks(t)
	return func(r *record, _ func() map[string]any) bool { return compare(r.updated, bound) }, nil
}

// anyMember = "(" name ":" name "/email eq" string ")"
func (p *filterParser) anyMember() (filter, error) {
	if err := p.expect(tokenPunct, "("); err != nil {
		return nil, err
	}
	name := p.next()
	if name.kind != tokenWord {
		return nil, p.unexpected(name, "a name")
	}
	pieces := []filterToken{
		{kind: tokenPunct, text: ":"}, {kind: tokenWord, text: name.text}, {kind: tokenPunct, text: "/"},
		{kind: tokenWord, text: "email"}, {kind: tokenWord, text: "eq"},
	}
	for _, piece := range pieces {
		if err := p.expect(piece.kind, piece.text); err != nil {
			return nil, err
		}
	}
	value := p.next()
	if value.kind != tokenString {
		return nil, p.unexpected(value, "a quoted value")
	}
	return hasMember(value.text), p.expect(tokenPunct, ")")
}

func hasMember(email string) filter {
	return func(_ *record, document func() map[string]any) bool {
		return slices.ContainsFunc(elements(document()["team"]), func(person any) bool {
			return text(person, "email") == email
		})
	}
}
