package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"refload/importer"
	"refload/internal/run"
)

// planFlags are the flags of plan.
type planFlags struct {
	importFlags
	output   string
	detailed bool
}

func newPlan(a *app) *cobra.Command {
	var flags planFlags
	cmd := &cobra.Command{
		Use:   "plan FILE",
		Short: "What import would do with each row, compared with the live service; -o saves it",
		Long: "Compares every row with the live service and says what import would do: create, update (each\n" +
			"field from which value to which), leave as it is, or not do and why. Nothing is sent. A saved\n" +
			"plan (.xlsx for approval, .json for programs) is bound to the file, the target and the version\n" +
			"of every referral; 'refload apply' does exactly that.",
		Example: "  refload plan deals.xlsx --sandbox\n" +
			"  refload plan deals.xlsx --base-url https://api.partner.microsoft.com -o plan.xlsx\n" +
			"  refload apply plan.xlsx",
		RunE: func(cmd *cobra.Command, args []string) error { return a.runPlan(cmd.Context(), flags, args) },
	}
	f := cmd.Flags()
	flags.sourceFlags.addFlags(f)
	f.StringVar(&flags.mode, "mode", string(importer.Upsert), "upsert, create or update")
	f.BoolVar(&flags.skipInvalid, "skip-invalid", false, "plan the good rows and leave out those with problems")
	flags.changes.addFlags(f)
	flags.changes.addBrakes(f)
	f.StringVarP(&flags.output, "output", "o", "", "where to save the plan: .xlsx (with a column to approve) or .json")
	f.BoolVar(&flags.detailed, "detailed-exit-code", false, "exit with 10 when the plan has changes, 0 when it has none")
	withExitCodes(cmd)
	return cmd
}

// check completes the flags with what a plan has no flags for.
func (f *planFlags) check(a *app, args []string) error {
	f.onUnknown, f.settle, f.resendAfter = string(importer.NextRun), defaultSettle, defaultResendAfter
	switch {
	case len(args) != 1:
		return &UsageError{fmt.Sprintf("plan takes one file, %d were named", len(args)), "refload plan FILE"}
	case args[0] == "-" && f.output != "":
		return &UsageError{"a plan of standard input cannot be applied: the input is gone then", "save the input to a file first"}
	case args[0] == "-":
		return f.importFlags.check(a, []string{stdinName})
	}
	return f.importFlags.check(a, args)
}

func (a *app) runPlan(ctx context.Context, flags planFlags, args []string) error {
	a.shows = true
	if err := flags.check(a, args); err != nil {
		return err
	}
	paths, clean, err := a.inputs(args)
	defer clean()
	if err != nil {
		return err
	}
	if len(paths) != 1 {
		return &UsageError{fmt.Sprintf("plan takes one file, %d were named", len(paths)), "refload plan FILE"}
	}
	service, err := a.connect(ctx)
	if err != nil {
		return err
	}
	defer service.close()
	options, err := a.importOptions(flags.importFlags, paths[0], service, false)
	if err != nil {
		return err
	}
	return a.planOne(ctx, flags, options)
}

// planOne plans one file: to the screen, and to a file where one is named.
func (a *app) planOne(ctx context.Context, flags planFlags, options importer.Options) error {
	save, err := planWriter(flags.output, options)
	if err != nil {
		return err
	}
	defer save.Abort()
	shown := a.console()
	options.Observe = shown.Observe
	screen := a.planScreen()
	summary, preview, err := importer.Plan(ctx, options, save.Begin, func(row importer.PlanRow) error {
		shown.End()
		screen.row(row)
		return save.Write(row)
	})
	shown.End()
	if err == nil {
		err = save.Commit(preview)
	}
	if summary != nil {
		a.tellProblems(summary.Place, summary.Problems)
	}
	if summary != nil && err != nil {
		screen.unplanned(summary)
	}
	if err != nil {
		return err
	}
	screen.end(summary, preview, flags.output)
	return flags.exit(preview)
}

// exit is the exit code that a plan asks for.
func (f planFlags) exit(preview importer.Preview) error {
	changes := preview.Planned[run.Created] + preview.Planned[run.Updated]
	switch {
	case f.detailed && changes > 0:
		return &silentError{exitChanges}
	case f.detailed && preview.Planned.Bad() > 0:
		return &silentError{exitPartial}
	}
	return nil
}

// planWriter returns what saves the plan; nothing does where no file is named.
func planWriter(path string, options importer.Options) (importer.PlanWriter, error) {
	switch extension := filepath.Ext(path); {
	case path == "":
		return unsaved{}, nil
	case extension != ".json" && extension != ".xlsx":
		return nil, &UsageError{"a plan is saved as .xlsx or .json, not as " + quote(filepath.Base(path)), "-o plan.xlsx or -o plan.json"}
	}
	return importer.CreatePlan(path, options.Now(), options.Home.Announce(run.Written{Path: path, What: run.WrotePlan, Input: absolute(options.Path)}))
}

// unsaved is a plan that is shown only.
type unsaved struct{}

func (unsaved) Begin(importer.PlanHeader) error { return nil }
func (unsaved) Write(importer.PlanRow) error    { return nil }
func (unsaved) Commit(importer.Preview) error   { return nil }
func (unsaved) Abort()                          {}
