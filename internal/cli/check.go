package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"refload/importer"
)

func newCheck(a *app) *cobra.Command {
	var flags sourceFlags
	cmd := &cobra.Command{
		Use:   "check FILE…",
		Short: "All of the checks; nothing is sent, no sign-in",
		Long:  "Checks every row of the files as import does and lists all problems at once, alike ones together.",
		Example: "  refload check deals.xlsx\n" +
			"  refload check deals.csv --mapping crm.yaml",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.runCheck(cmd.Context(), flags, args)
		},
	}
	flags.addFlags(cmd.Flags())
	withExitCodes(cmd)
	return cmd
}

func (a *app) runCheck(ctx context.Context, flags sourceFlags, args []string) error {
	a.shows = true
	if len(args) == 0 {
		return &UsageError{"no file was named", "refload check FILE"}
	}
	paths, clean, err := a.inputs(args)
	defer clean()
	if err != nil {
		return err
	}
	var worst error
	for _, path := range paths {
		if err := a.checkOne(ctx, flags, path); err != nil {
			a.printError(err)
			worst = &silentError{exitCode(ctx, err)}
		}
	}
	return worst
}

func (a *app) checkOne(ctx context.Context, flags sourceFlags, path string) error {
	source, err := a.source(flags, path, !a.asks())
	if err != nil {
		return err
	}
	shown := a.console()
	report, err := importer.Check(ctx, source, shown.Observe)
	shown.End()
	if err != nil {
		return err
	}
	a.tellProblems(report.Place, &report.Problems)
	if err := report.Err(); err != nil {
		a.tellCheck(source.Name, report, err)
		return err
	}
	a.tellCheck(source.Name, report, nil)
	return nil
}

// tellCheck says how a check ended.
func (a *app) tellCheck(name string, report *importer.Report, err error) {
	if a.global.json {
		a.jsonLine(map[string]any{"event": "summary", "file": name, "rows": report.Rows, "errors": report.Problems.Errors,
			"warnings": report.Problems.Warnings, "ok": err == nil})
		return
	}
	if err == nil {
		fmt.Fprintf(a.env.Stdout, "%s: %d rows, no errors, %d warnings; ready to import\n", name, report.Rows, report.Problems.Warnings)
	}
}
