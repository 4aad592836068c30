package cli

import (
	"fmt"
	"strings"

	"refload/api"
	"refload/api/sandbox"
	"refload/internal/config"
	"refload/internal/logs"
	"refload/internal/monitor"
	"refload/internal/run"
	"refload/mapping"
)

// reference writes the reference of fields, rules, outcomes, exit codes, retries, logs, metrics and characters of the
// sandbox, from the tables that the program works with. docs/reference.md is its output; a test holds the
// two together.
func reference() string {
	var b strings.Builder
	b.WriteString("# Reference\n\nWritten by `refload fields --markdown` from the tables that the program works with.\n")
	referenceFields(&b)
	referenceTable(&b, "Rules", []string{"Code", "Severity", "What must hold", "What to do"}, func(row func(...string)) {
		for _, rule := range mapping.Rules() {
			row("`"+rule.Code+"`", string(rule.Severity), rule.Purpose, rule.Hint)
		}
	})
	referenceTable(&b, "Outcomes", []string{"Outcome", "Meaning", "What to do"}, func(row func(...string)) {
		for _, word := range run.Words() {
			row("`"+string(word.Outcome)+"`", word.Meaning, word.Hint)
		}
	})
	referenceTable(&b, "Exit codes", []string{"Code", "Meaning"}, func(row func(...string)) {
		for _, code := range exitCodes {
			row(fmt.Sprint(code.code), code.meaning)
		}
	})
	referenceTable(&b, "What follows an attempt that is no success", []string{"What happened", "Read", "Create", "Change", "May a create be sent again?"}, func(row func(...string)) {
		for _, p := range api.Policies() {
			row(p.When, p.Read.String(), p.Create.String(), p.Change.String(), p.Why)
		}
	})
	referenceTable(&b, "Keys of a profile", []string{"Key", "Kind", "Default", "Flag", "In a folder's file", "What it is"}, func(row func(...string)) {
		allowed := map[bool]string{true: "yes, at its top"}
		for _, key := range config.Keys() {
			row("`"+key.Name+"`", kindInWords(key), key.Default, flagInWords(key), allowed[key.Reading], key.Help)
		}
	})
	referenceTable(&b, "Fields of a log", []string{"Field", "What it is"}, func(row func(...string)) {
		for _, field := range logs.Fields() {
			row("`"+field.Name+"`", field.Help)
		}
	})
	referenceTable(&b, "Metrics", []string{"Metric", "What it is"}, func(row func(...string)) {
		for _, metric := range monitor.Metrics() {
			row("`"+metric.Name+"`", metric.Help)
		}
	})
	referenceTable(&b, "Characters of the sandbox", []string{"`--character`", "The service", "What it puts to the test"}, func(row func(...string)) {
		for _, character := range sandbox.Characters() {
			row("`"+character.Name+"`", character.Does, character.Tries)
		}
	})
	return b.String()
}

func kindInWords(key config.Key) string {
	if len(key.Allowed) > 0 {
		return strings.Join(key.Allowed, ", ")
	}
	return string(key.Kind)
}

func flagInWords(key config.Key) string {
	if key.Flag == "" {
		return ""
	}
	return "`--" + key.Flag + "`"
}

func referenceFields(b *strings.Builder) {
	referenceTable(b, "Fields", []string{"Header", "JSON path", "Kind", "Needed", "Written", "Also named", "What it is"}, func(row func(...string)) {
		for _, field := range mapping.Fields() {
			row(field.Header, "`"+field.Path+"`", string(field.Kind), string(field.Need), string(field.Writable),
				strings.Join(field.Aliases, "; "), field.Help)
		}
	})
}

// referenceTable writes one table of the reference.
func referenceTable(b *strings.Builder, title string, headers []string, rows func(row func(...string))) {
	fmt.Fprintf(b, "\n## %s\n\n| %s |\n|%s\n", title, strings.Join(headers, " | "), strings.Repeat("---|", len(headers)))
	rows(func(cells ...string) {
		for i, cell := range cells {
			cells[i] = strings.NewReplacer("|", "\\|", "\n", " ").Replace(cell)
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
	})
}
