package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"refload/importer"
	"refload/importer/outcome"
	"refload/mapping"
)

func newMapping(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "mapping",
		Short: "Mapping files: propose one for a sheet, hold one against a sheet",
		Long: "A mapping file says what a sheet's own column names, words and notations mean, what is the same in all\n" +
			"rows, and which columns to leave out.",
		Example: "  refload mapping suggest crm.csv > crm.yaml\n  refload mapping check crm.csv --mapping crm.yaml",
		Args:    noArguments,
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.AddCommand(newMappingSuggest(a), newMappingCheck(a))
	return cmd
}

func newMappingSuggest(a *app) *cobra.Command {
	var flags sourceFlags
	cmd := &cobra.Command{
		Use:   "suggest FILE",
		Short: "Propose a mapping file from a sheet's headers and the looks of its values",
		Long: "Prints a mapping file: a line for each header that refload knows, or that is a common one in German, French\n" +
			"or Spanish and whose values do not contradict it; what would be a guess, and what only you can say, as\n" +
			"comments. Values are looked at, and none of them is printed.",
		Example: "  refload mapping suggest crm.csv > crm.yaml",
		Args:    oneSheet,
		RunE: func(cmd *cobra.Command, args []string) error {
			if flags.mapping != "" {
				return &UsageError{"suggest makes a mapping file and reads none", "refload mapping check FILE --mapping " + typed(flags.mapping)}
			}
			return a.suggestMapping(cmd.Context(), flags, args[0])
		},
	}
	flags.addFlags(cmd.Flags())
	withExitCodes(cmd)
	return cmd
}

func newMappingCheck(a *app) *cobra.Command {
	var flags sourceFlags
	cmd := &cobra.Command{
		Use:   "check FILE",
		Short: "Show what each column of a sheet is, with a mapping file or without one",
		Long: "Lists the columns of a sheet with the fields that they are read as, and what is wrong with header and\n" +
			"mapping. The cells are checked by 'refload check'. As there, an unknown column is an error where nobody\n" +
			"can be asked.",
		Example: "  refload mapping check crm.csv --mapping crm.yaml",
		Args:    oneSheet,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.checkMapping(cmd.Context(), flags, args[0])
		},
	}
	flags.addFlags(cmd.Flags())
	withExitCodes(cmd)
	return cmd
}

// oneSheet wants exactly one file.
func oneSheet(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return &UsageError{fmt.Sprintf("one sheet is read at a time, and %d were named", len(args)), cmd.CommandPath() + " FILE"}
	}
	return nil
}

// header reads the header of one file, as a command does that looks at warnings or, unattended, one at which nobody does.
func (a *app) header(ctx context.Context, flags sourceFlags, path string, unattended bool) (*importer.Header, error) {
	paths, clean, err := a.inputs([]string{path})
	defer clean()
	if err != nil {
		return nil, err
	}
	source, err := a.source(flags, paths[0], unattended)
	if err != nil {
		return nil, err
	}
	return importer.ReadHeader(ctx, source)
}

func (a *app) suggestMapping(ctx context.Context, flags sourceFlags, path string) error {
	header, err := a.header(ctx, flags, path, false) // a proposal is looked at
	if err != nil {
		return err
	}
	suggestion := mapping.Suggestion{Name: header.File, Columns: header.Columns, Values: header.Values, Missing: header.Missing}
	for _, group := range header.Problems.Groups() {
		if !saidByLines[group.Rule] {
			suggestion.Notes = append(suggestion.Notes, fmt.Sprintf("%s: %s; %s", header.Place(group.Problem), group.Message, group.Hint))
		}
	}
	if !a.global.json {
		return suggestion.Write(a.env.Stdout)
	}
	var text strings.Builder
	if err := suggestion.Write(&text); err != nil {
		return err
	}
	a.jsonLine(map[string]any{"event": "summary", "file": header.File, "mapping": text.String()})
	return nil
}

// saidByLines are the rules whose problems the lines of a suggestion say already.
var saidByLines = map[string]bool{"HDR-UNKNOWN": true, "HDR-MISSING": true}

func (a *app) checkMapping(ctx context.Context, flags sourceFlags, path string) error {
	header, err := a.header(ctx, flags, path, !a.asks()) // as check does
	if err != nil {
		return err
	}
	a.tellColumns(header)
	a.tellProblems(header.Place, &header.Problems)
	a.jsonLine(map[string]any{"event": "summary", "file": header.File, "sheet": header.Sheet, "row": header.Row,
		"errors": header.Problems.Errors, "warnings": header.Problems.Warnings})
	if header.Faulty() {
		return &outcome.InputError{What: fmt.Sprintf("%s: header and mapping do not fit, errors: %d", header.File, header.Problems.Errors),
			Advice: "fix what is listed above; 'refload mapping suggest FILE' shows what the headers alone say"}
	}
	return nil
}

// tellColumns prints what each column is.
func (a *app) tellColumns(header *importer.Header) {
	table := newTable(a.env.Stdout)
	table.row("COLUMN", "HEADER", "IS READ AS", "BY")
	for _, col := range header.Columns {
		field, by := readAs(col)
		if a.global.json {
			a.jsonLine(map[string]any{"event": "column", "column": col.Letter, "header": col.Header, "path": col.Path, "field": field, "by": by, "near": col.Near})
			continue
		}
		table.row(col.Letter, col.Header, field, by)
	}
	if !a.global.json {
		table.flush()
	}
}

// readAs says what a column is read as, and because of what.
func readAs(col mapping.ColumnInfo) (field, by string) {
	by = "its header"
	if col.Mapped {
		by = "the mapping file"
	}
	switch {
	case col.Field != nil:
		field = mapping.HeaderOf(col.Path)
		for _, path := range col.Besides {
			field += ", " + mapping.HeaderOf(path)
		}
		return field, by
	case col.Ignored:
		return "(not read)", by
	case col.Near != "":
		return "(unknown, near " + quote(col.Near) + ")", "nothing"
	}
	return "(unknown)", "nothing"
}
