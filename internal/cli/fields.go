package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"refload/internal/console"
	"refload/mapping"
)

func newFields(a *app) *cobra.Command {
	var all, markdown bool
	cmd := &cobra.Command{
		Use:   "fields [WORD]",
		Short: "The fields: headers, aliases, rules and allowed values",
		Long:  "Lists the columns that refload knows, or explains those whose header, alias or path has WORD in it.",
		Example: "  refload fields              the headers, one line each\n" +
			"  refload fields currency     one field in full",
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if markdown && a.global.json {
				return &UsageError{"--markdown and --json are two forms of the same", "leave one of them out"}
			}
			if markdown {
				fmt.Fprint(a.env.Stdout, reference())
				return nil
			}
			if len(args) == 0 {
				return a.listFields(all)
			}
			return a.explainFields(args[0])
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "also the fields that the service sets and refload only reads")
	cmd.Flags().BoolVar(&markdown, "markdown", false, "the whole reference: fields, rules, outcomes, exit codes, retries")
	return cmd
}

// listFields prints one line a field.
func (a *app) listFields(all bool) error {
	table, shown := newTable(a.env.Stdout), 0
	table.row("HEADER", "KIND", "NEEDED", "JSON PATH")
	for _, field := range mapping.Fields() {
		if field.Writable == mapping.Never && !all {
			continue
		}
		shown++
		if a.global.json {
			a.jsonLine(fieldObject(field))
			continue
		}
		table.row(field.Header, string(field.Kind), string(field.Need), field.Path)
	}
	if a.global.json {
		a.jsonLine(map[string]any{"event": "summary", "fields": shown})
		return nil
	}
	return table.flush()
}

func fieldObject(field mapping.Field) map[string]any {
	object := map[string]any{"event": "field", "header": field.Header, "path": field.Path, "kind": field.Kind, "needed": field.Need, "written": field.Writable, "help": field.Help}
	for name, list := range map[string][]string{"aliases": field.Aliases, "allowed": field.Allowed} {
		if len(list) > 0 {
			object[name] = list
		}
	}
	if len(field.Codes) > 0 {
		object["codes"] = field.Codes
	}
	return object
}

// explainFields prints the fields that a word fits, in full.
func (a *app) explainFields(word string) error {
	found := 0
	for _, field := range mapping.Fields() {
		if !fits(field, word) {
			continue
		}
		if found++; found > 1 && !a.global.json {
			fmt.Fprintln(a.env.Stdout)
		}
		a.explain(field)
	}
	a.jsonLine(map[string]any{"event": "summary", "fields": found})
	if found > 0 {
		return nil
	}
	advice := "see all of them with 'refload fields'"
	var headers []string
	for _, field := range mapping.Fields() {
		headers = append(headers, field.Header)
	}
	if near, ok := mapping.Suggest(word, headers); ok {
		advice = fmt.Sprintf("did you mean %q?", near)
	}
	return &UsageError{fmt.Sprintf("no field has %q in its headers or path", word), advice}
}

func fits(field mapping.Field, word string) bool {
	for _, name := range append([]string{field.Header, field.Path}, field.Aliases...) {
		if strings.Contains(strings.ToLower(name), strings.ToLower(word)) {
			return true
		}
	}
	return false
}

func (a *app) explain(field mapping.Field) {
	if a.global.json {
		a.jsonLine(fieldObject(field))
		return
	}
	fmt.Fprintln(a.env.Stdout, field.Header)
	for _, line := range []struct{ name, value string }{
		{"what", field.Help},
		{"kind", string(field.Kind)},
		{"needed", string(field.Need)},
		{"written", string(field.Writable)},
		{"allowed", few(field.Allowed)},
		{"codes", few(codesInWords(field))},
		{"JSON path", field.Path},
		{"also named", strings.Join(field.Aliases, "; ")},
		{"source", field.Source},
	} {
		if line.value != "" {
			fmt.Fprintf(a.env.Stdout, "  %-11s %s\n", line.name, console.Escape(line.value, 0))
		}
	}
}

// codesInWords lists the codes that are read for values. Names of countries and currencies
// are no codes: they are only suggested.
func codesInWords(field mapping.Field) []string {
	if field.Kind == mapping.Country || field.Kind == mapping.Currency {
		return nil
	}
	var parts []string
	for _, code := range sortedKeys(field.Codes) {
		parts = append(parts, code+" = "+field.Codes[code])
	}
	return parts
}

// mostListed is how many values of a list are printed.
const mostListed = 30

// few lists values, and says how many more there are; --json has all of them.
func few(values []string) string {
	if len(values) <= mostListed {
		return strings.Join(values, "; ")
	}
	return fmt.Sprintf("%s … and %d more (--json lists them)", strings.Join(values[:mostListed], "; "), len(values)-mostListed)
}
