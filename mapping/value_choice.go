package mapping

import (
	"maps"
	"slices"
	"strings"

	"refload/internal/sheet"
)

// parseChoice accepts the values, labels and codes of a field, whatever their case and spacing.
func parseChoice(f *Field, text string, cell sheet.Cell, _ reading) (any, []fault) {
	if value, ok := pick(f, text, cell); ok {
		return value, nil
	}
	hint := didYouMean(text, choiceWords(f)) + "allowed: " + anyOf(choicesShown(f))
	if instead := f.Instead[fold(text)]; instead != "" {
		hint = "write " + instead
	}
	return nil, []fault{refuse("VAL-ENUM", quoted(text)+" is not "+noun(f), hint)}
}

// parseOpen is parseChoice for a list that is known to move: a value beyond it is sent as
// typed, with a warning.
func parseOpen(f *Field, text string, cell sheet.Cell, how reading) (any, []fault) {
	f = how.refreshed(f)
	if value, ok := pick(f, text, cell); ok {
		return value, nil
	}
	hint := didYouMean(text, choiceWords(f)) + "known: " + anyOf(choicesShown(f))
	return text, []fault{warn("VAL-CATALOGUE", quoted(text)+" is not in the known list of "+f.Header+"; it is sent as typed", hint)}
}

// pick finds the value that a cell means. A number is tried as it is shown and as it is
// stored: a percentage has two faces.
func pick(f *Field, text string, cell sheet.Cell) (string, bool) {
	if cell.Moved {
		if value, ok := pickText(f, cell.Seen); ok {
			return value, true
		}
	}
	value, ok := pickText(f, text)
	if !ok && cell.Kind == sheet.Number {
		return pickText(f, cell.Stored)
	}
	return value, ok
}

func pickText(f *Field, text string) (string, bool) {
	if slices.Contains(f.Allowed, text) {
		return text, true
	}
	if value, ok := f.Codes[text]; ok {
		return value, true
	}
	folded := fold(text)
	for _, value := range f.Allowed {
		if fold(value) == folded {
			return value, true
		}
	}
	words := strings.Join(strings.Fields(text), " ")
	for code, value := range f.Codes {
		if strings.EqualFold(code, words) {
			return value, true
		}
	}
	return "", false
}

// choiceWords returns everything that parseChoice accepts, values first.
func choiceWords(f *Field) []string {
	return append(slices.Clone(f.Allowed), slices.Sorted(maps.Keys(f.Codes))...)
}

// choicesShown returns what a hint lists: the values, or the codes of a field without values.
func choicesShown(f *Field) []string {
	if len(f.Allowed) > 0 {
		return f.Allowed
	}
	return slices.Sorted(maps.Keys(f.Codes))
}

// nouns says what a value of a path is, where the header alone would read badly.
var nouns = map[string]string{
	"status":                              "a status",
	"substatus":                           "a substatus",
	"statusReason":                        "a reason",
	"type":                                "a referral type",
	"qualification":                       "a qualification",
	"salesStage":                          "a sales stage",
	"inviteContext.assistanceRequestCode": "a kind of help",
	"@action":                             "an action",
}

func noun(f *Field) string {
	if name, ok := nouns[f.Path]; ok {
		return name
	}
	return "a value of " + f.Header
}

// refreshed returns the field with the lists of a catalogue that replaces the embedded one.
func (how reading) refreshed(f *Field) *Field {
	if how.Catalogues == nil || f.Catalogue == "" {
		return f
	}
	fresh := *f
	fresh.Allowed, fresh.Codes = how.Catalogues.Values(f.Catalogue), how.Catalogues.Words(f.Catalogue)
	return &fresh
}
