package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"refload/importer"
)

// verifyFlags are the flags of verify.
type verifyFlags struct {
	importFlags
	scope  string
	output string
}

func newVerify(a *app) *cobra.Command {
	var flags verifyFlags
	cmd := &cobra.Command{
		Use:   "verify FILE",
		Short: "After an import: does the service hold what the sheet says?",
		Long: "Reads the sheet and the service and compares them, row by row and field by field: what is missing,\n" +
			"what differs, what is there twice, counts by status, sums by currency. It compares nothing that earlier\n" +
			"runs say and sends nothing. The workbook that it writes begins with the verdict, on one page. A row is\n" +
			"matched by its Referral ID, else its CRM ID, else the marker of its key cells.",
		Example: "  refload verify deals.xlsx --sandbox\n" +
			"  refload verify legacy.csv --mapping crm.yaml -o certificate.xlsx\n" +
			"  refload verify legacy.csv --scope tenant --json",
		RunE: func(cmd *cobra.Command, args []string) error { return a.runVerify(cmd.Context(), flags, args) },
	}
	f := cmd.Flags()
	flags.sourceFlags.addFlags(f)
	f.StringVar(&flags.scope, "scope", string(importer.ScopeFile), "file: judge the sheet's rows; tenant: also find what the sheet does not have")
	f.BoolVar(&flags.skipInvalid, "skip-invalid", false, "judge the good rows; those with problems make the verdict incomplete")
	f.StringVarP(&flags.output, "output", "o", "", "the workbook with the verdict (default: FILE-verified.xlsx beside the input)")
	withExitCodes(cmd)
	return cmd
}

// check completes the flags with what a verification has no flags for.
func (f *verifyFlags) check(args []string) error {
	switch {
	case len(args) != 1:
		return &UsageError{fmt.Sprintf("verify takes one file, %d were named", len(args)), "refload verify FILE"}
	case !contains(importer.Scopes(), f.scope):
		return &UsageError{"--scope " + quote(f.scope) + " is not known", strings.Join(importer.Scopes(), " or ")}
	case f.limit < 0:
		return &UsageError{"--limit is negative", "leave it out for all rows"}
	case args[0] == "-" && f.output == "":
		return &UsageError{"the verdict on standard input has no place of its own", "name one with -o verdict.xlsx"}
	case f.output != "" && !strings.EqualFold(filepath.Ext(f.output), ".xlsx"):
		return &UsageError{"a verdict is a workbook, not " + quote(filepath.Base(f.output)), "-o verdict.xlsx; --json has the same for programs"}
	}
	return nil
}

func (a *app) runVerify(ctx context.Context, flags verifyFlags, args []string) error {
	if err := flags.check(args); err != nil {
		return err
	}
	paths, clean, err := a.inputs(args)
	defer clean()
	if err != nil {
		return err
	}
	service, err := a.connect(ctx)
	if err != nil {
		return err
	}
	defer service.close()
	options, err := a.importOptions(flags.importFlags, paths[0], service, a.asks())
	if err != nil {
		return err
	}
	options.Results, options.ResultsNamed, options.Settle = flags.output, flags.output != "", defaultSettle
	return a.verifyOne(ctx, importer.Scope(flags.scope), options)
}

// verifyOne verifies one file and tells the verdict.
func (a *app) verifyOne(ctx context.Context, scope importer.Scope, options importer.Options) error {
	shown := a.console()
	options.Observe = shown.Observe
	screen := &verifyScreen{app: a}
	verdict, err := importer.Verify(ctx, options, scope, func(f importer.Finding) error {
		shown.End()
		screen.finding(f)
		return nil
	})
	shown.End()
	if verdict != nil && verdict.Problems.Errors+verdict.Problems.Warnings > 0 && (err != nil || verdict.Unjudged > 0) {
		a.tellProblems(verdict.Place, verdict.Problems)
	}
	if verdict != nil {
		screen.end(verdict, err)
	}
	if err == nil && !verdict.Complete() {
		return &silentError{exitPartial}
	}
	return err
}
