package mapping

import (
	"fmt"

	"refload/internal/sheet"
)

// SpellingError says that a text is no value of a field.
type SpellingError struct{ What, Advice string }

// Error says what is wrong with it.
func (e *SpellingError) Error() string { return e.What }

// Hint says which values there are.
func (e *SpellingError) Hint() string { return e.Advice }

// Spelling returns a value of a field as the service spells it: "active" is Active, "us" is US. Names that a sheet may
// have for a code are suggested only: who types a flag can type the code. The error is a *SpellingError.
func Spelling(path, text string) (string, error) {
	f, ok := Lookup(path)
	if !ok {
		return "", &SpellingError{quoted(path) + " is no field", ""}
	}
	value, faults := parseValue(f, sheet.Cell{Kind: sheet.Text, Stored: text, Shown: text}, reading{})
	for _, fault := range faults {
		switch fault.Severity {
		case Fault:
			return "", &SpellingError{fault.Message, fault.Hint}
		case Note:
			return "", &SpellingError{quoted(text) + " is no code", fmt.Sprintf("did you mean %v?", value)}
		}
	}
	spelled, ok := value.(string)
	if !ok || spelled == "" {
		return "", &SpellingError{"there is no value to look for", "name one, such as " + anyOf(f.Allowed)}
	}
	return spelled, nil
}
