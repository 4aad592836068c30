package mapping

import (
	"slices"
	"strings"

	"refload/internal/sheet"
)

func parseText(_ *Field, text string, _ sheet.Cell, _ reading) (any, []fault) { return text, nil }

// truth has the words for yes and no, in lower case.
var truth = map[string]bool{"yes": true, "true": true, "no": false, "false": false}

func parseBool(_ *Field, text string, _ sheet.Cell, _ reading) (any, []fault) {
	if value, ok := truth[strings.ToLower(text)]; ok {
		return value, nil
	}
	return nil, []fault{refuse("VAL-BOOL", quoted(text)+" is neither yes nor no",
		`write Yes or No (TRUE and FALSE are read too), or list your own words under "values" in the mapping file`)}
}

// parseList splits a cell at semicolons and line breaks into a []any of strings. "[]" is the
// list without elements. Where the field has a catalogue, each element is held against it.
func parseList(f *Field, text string, cell sheet.Cell, how reading) (any, []fault) {
	list := []any{}
	if text == "[]" {
		return list, nil
	}
	var faults []fault
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(";\n\r", r) }) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		value, more := parseElement(f, part, cell, how)
		list = append(list, value)
		faults = append(faults, more...)
	}
	return list, distinct(faults)
}

func parseElement(f *Field, part string, cell sheet.Cell, how reading) (any, []fault) {
	if len(f.Allowed) == 0 {
		return part, nil
	}
	return parseOpen(f, part, cell, how)
}

// distinct drops the repetitions of a fault.
func distinct(faults []fault) []fault {
	var kept []fault
	for _, f := range faults {
		if !slices.Contains(kept, f) {
			kept = append(kept, f)
		}
	}
	return kept
}
