package sandbox

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"
)

// Kind is what a property holds.
type Kind string

// The kinds of a property's value.
const (
	Text     Kind = "a string"
	Number   Kind = "a number"
	Boolean  Kind = "true or false"
	Object   Kind = "an object"
	Array    Kind = "an array"
	GUID     Kind = "a GUID"
	DateTime Kind = "a UTC date and time such as 2026-11-20T00:00:00Z"
	Country  Kind = "a country code of two letters (ISO 3166-1 alpha-2)"
	Currency Kind = "a currency code of three letters (ISO 4217)"
	Any      Kind = "any value"
)

var (
	countryForm  = regexp.MustCompile(`^[A-Z]{2}$`)
	currencyForm = regexp.MustCompile(`^[A-Z]{3}$`)
)

// kinds says by kind whether a value that is not null is of it.
var kinds = map[Kind]func(any) bool{
	Text:     func(v any) bool { _, ok := v.(string); return ok },
	Number:   func(v any) bool { _, ok := v.(json.Number); return ok },
	Boolean:  func(v any) bool { _, ok := v.(bool); return ok },
	Object:   func(v any) bool { _, ok := v.(map[string]any); return ok },
	Array:    func(v any) bool { _, ok := v.([]any); return ok },
	GUID:     ofForm(isGUID),
	DateTime: ofForm(isDateTime),
	Country:  ofForm(countryForm.MatchString),
	Currency: ofForm(currencyForm.MatchString),
	Any:      func(any) bool { return true },
}

func ofForm(fits func(string) bool) func(any) bool {
	return func(v any) bool {
		s, ok := v.(string)
		return ok && fits(s)
	}
}

// isDateTime takes RFC 3339 in UTC, as all samples are.
func isDateTime(s string) bool {
	_, err := time.Parse(time.RFC3339Nano, s)
	return err == nil && strings.HasSuffix(s, "Z")
}
