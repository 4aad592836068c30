package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"refload/importer"
	"refload/internal/console"
	"refload/internal/run"
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
	all := checkTotals{files: len(paths)}
	for _, path := range paths {
		report, err := a.checkOne(ctx, flags, path)
		all.add(report)
		a.tellCheck(inputName(path), report, err)
		if err != nil {
			a.printError(err)
			worst = &silentError{exitCode(ctx, err)}
		}
	}
	a.jsonLine(map[string]any{"event": "summary", "files": all.files, "rows": all.rows, "errors": all.errors, "pending": all.pending, "warnings": all.warnings})
	return worst
}

// checkTotals are what was found in all files together.
type checkTotals struct{ files, rows, errors, pending, warnings int }

// add adds one file; nil is one that could not be read.
func (c *checkTotals) add(report *importer.Report) {
	if report != nil {
		found := &report.Problems
		c.rows, c.errors, c.pending, c.warnings = c.rows+report.Rows, c.errors+found.Errors, c.pending+found.Pending, c.warnings+found.Warnings
	}
}

// checkOne checks one file; the report is nil where it could not be read.
func (a *app) checkOne(ctx context.Context, flags sourceFlags, path string) (*importer.Report, error) {
	source, err := a.source(flags, path, !a.asks())
	if err != nil {
		return nil, err
	}
	shown := a.console()
	report, err := importer.Check(ctx, source, shown.Observe)
	shown.End()
	if err != nil {
		return nil, err
	}
	a.tellProblems(report.Place, &report.Problems)
	return report, report.Err()
}

// tellCheck says how the check of a file ended.
func (a *app) tellCheck(name string, report *importer.Report, err error) {
	if a.global.json {
		var of checkTotals
		of.add(report)
		object := map[string]any{"event": "checked", "file": name, "rows": of.rows, "errors": of.errors, "pending": of.pending, "warnings": of.warnings, "ok": err == nil}
		if err != nil {
			object["error"] = err.Error()
		}
		a.jsonLine(object)
		return
	}
	if err == nil {
		pending := ""
		if n := report.Problems.Pending; n > 0 {
			pending = fmt.Sprintf(" but %d unless their deals exist (import looks before it sends)", n)
		}
		console.Print(a.env.Stdout, "%s: %s, no errors%s, %s; ready to import\n", name, run.Counted(report.Rows, "row"), pending, run.Counted(report.Problems.Warnings, "warning"))
	}
}
