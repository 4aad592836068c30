package cli

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"refload/importer"
	"refload/internal/run"
)

// undoFlags are the flags of runs undo.
type undoFlags struct {
	importFlags
	output string
}

func newUndo(a *app) *cobra.Command {
	var given undoFlags
	cmd := &cobra.Command{
		Use:   "undo [RUN]",
		Short: "Take back what a run changed, as far as that is possible (by default the latest that changed something)",
		Long: "Shows what of a run can be taken back, row by row: fields go back to their values before the\n" +
			"run; what somebody else has changed since is left; what never can be taken back (creates, closed\n" +
			"deals, sharing with Microsoft, invitations) is named. Then it asks, and restores exactly that. What\n" +
			"it prints has no names, addresses or notes: the file of --output has both values of every field.",
		Example: "  refload runs undo --dry-run -o undo.xlsx\n  refload runs undo 20261120-0200",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.watched(cmd, given.watch, given.dryRun, func() error { return a.runUndo(cmd, given, args) })
		},
	}
	given.addProtocol(cmd.Flags())
	given.watch.addFlags(cmd.Flags())
	cmd.Flags().StringVarP(&given.output, "output", "o", "", "where to list what is restored, with all values: .xlsx or .csv; written before it is asked")
	cmd.Flags().BoolVarP(&given.dryRun, "dry-run", "n", false, "show what would be restored; nothing is sent")
	withExitCodes(cmd)
	return cmd
}

// runUndo finds a run and takes it back.
func (a *app) runUndo(cmd *cobra.Command, given undoFlags, args []string) error {
	if err := checkList(given.output); err != nil {
		return err
	}
	known, started, err := a.runToUndo(cmd.Flags(), args)
	if err != nil {
		return err
	}
	if err := a.recall(started, "run "+known.Folder.Run, cmd.Flags()); err != nil {
		return err
	}
	flags := started.flags().overlay(given.importFlags, cmd.Flags())
	flags.yes, flags.dryRun = given.yes, given.dryRun // the run's own --yes was for another thing
	if !cmd.Flags().Changed("results") {
		flags.results = ""
	}
	asks := a.asks() && !flags.yes
	if err := a.needsYes(flags, asks); err != nil {
		return err
	}
	if err := a.readyToNotify(); err != nil {
		return err
	}
	service, err := a.connect(cmd.Context())
	if err != nil {
		return err
	}
	defer service.close()
	options, err := a.importOptions(flags, started.Input, service, asks)
	if err != nil {
		return err
	}
	if err := a.bind(&options, known, service); err != nil {
		return err
	}
	options.Keep = a.sign(manifest{Undo: known.Folder.Run, Input: started.Input}, "runs undo", service)
	return a.undo(cmd, options, known.Folder, undoScreen{planScreen: a.planScreen(), output: given.output}, asks)
}

// runToUndo finds the run that is to be taken back, and how it was started.
func (a *app) runToUndo(flags *pflag.FlagSet, args []string) (knownRun, manifest, error) {
	choices, err := a.toUndo()
	if err != nil {
		return knownRun{}, manifest{}, err
	}
	known, err := a.pickRun(flags, args, choices)
	if err != nil {
		return known, manifest{}, err
	}
	if known.History == nil {
		return known, manifest{}, &UsageError{"there is nothing to take back: no run of this target changed a referral, or all were taken back", "name the run to look at it nevertheless: " + a.told(byARecord, "runs", "undo", "RUN")}
	}
	started, err := readManifest(known.Folder)
	if err == nil && started.Undo != "" {
		err = a.undoneBy(started, known)
	}
	return known, started, err
}

// checkList refuses a place for the list that says no form.
func checkList(path string) error {
	if extension := strings.ToLower(filepath.Ext(path)); path != "" && extension != ".xlsx" && extension != ".csv" {
		return &UsageError{"what is restored is listed as .xlsx or .csv, not as " + quote(filepath.Base(path)), "-o undo.xlsx"}
	}
	return nil
}

// undo shows, asks, restores, and tells how it ended.
func (a *app) undo(cmd *cobra.Command, options importer.Options, folder *run.Folder, screen undoScreen, asks bool) error {
	if screen.output != "" {
		a.rememberFile(run.Written{Path: screen.output, What: run.WroteUndo})
	}
	if err := screen.open(); err != nil {
		return err
	}
	defer screen.close()
	a.closing.undone = folder.Run
	shown := a.showing(cmd.Context(), &options, asks)
	options.Shown = screen.planned // the list stands at its place before somebody is asked, or anything is sent
	summary, err := importer.Undo(cmd.Context(), options, folder, func(row importer.PlanRow) {
		shown.End()
		screen.row(row)
	})
	shown.End()
	if options.DryRun && err == nil {
		err = screen.planned()
	}
	if summary != nil && !options.DryRun {
		a.tellSummary(options.Source, summary, err, false)
	}
	if options.DryRun && err == nil && !a.global.json {
		fmt.Fprintln(a.env.Stdout, "dry run: nothing was sent")
	}
	return unlessAllGood(summary, err)
}
