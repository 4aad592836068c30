package cli

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"refload/importer"
	"refload/importer/outcome"
	"refload/internal/files"
	"refload/internal/run"
)

func newApply(a *app) *cobra.Command {
	var given importFlags
	var allOrNothing bool
	cmd := &cobra.Command{
		Use:   "apply PLAN",
		Short: "Do exactly what a saved plan says, or refuse",
		Long: "Does what 'refload plan FILE -o PLAN' has saved: for the same file, against the same target. A\n" +
			"row whose referral has changed since is left as a conflict, and the rest is applied. In a plan\n" +
			"that is a workbook, rows whose cell Approve says no are skipped, and rows that say neither yes\n" +
			"nor no are held.",
		Example: "  refload apply plan.xlsx\n" +
			"  refload apply plan.json --all-or-nothing --yes",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.watched(cmd, given.watch, false, func() error { return a.runApply(cmd, given, args[0], allOrNothing) })
		},
	}
	given.addProtocol(cmd.Flags())
	given.addBrakes(cmd.Flags())
	given.watch.addFlags(cmd.Flags())
	cmd.Flags().BoolVar(&allOrNothing, "all-or-nothing", false, "send nothing when one planned row is not as it was planned (exit 8)")
	withExitCodes(cmd)
	return cmd
}

// runApply reads a plan, sets up what it was made with, and imports under it.
func (a *app) runApply(cmd *cobra.Command, given importFlags, path string, allOrNothing bool) error {
	plan, err := a.openPlan(path)
	if err != nil {
		return err
	}
	defer plan.Close()
	made, err := a.recallMade(plan, path, cmd.Flags())
	if err != nil {
		return err
	}
	flags := made.flags().overlay(given, cmd.Flags())
	a.brakeToday(&flags, cmd.Flags())
	flags.yes = given.yes // whoever wrote the plan does not say yes for whoever applies it
	if flags.onUnknown == string(importer.Resend) && flags.maxSends < resendMaxSends && !cmd.Flags().Changed("max-sends") {
		flags.maxSends = resendMaxSends
	}
	input, err := planInput(plan.Header, path)
	if err != nil {
		return err
	}
	if err := flags.check(a, []string{input}); err != nil {
		return err
	}
	asks := a.asks() && !flags.yes
	if err := a.needsYes(flags, asks); err != nil {
		return err
	}
	a.warnOfHaste(flags)
	if err := a.readyToNotify(); err != nil {
		return err
	}
	service, err := a.connect(cmd.Context())
	if err != nil {
		return err
	}
	defer service.close()
	applied, err := newAppliedPlan(plan, path, allOrNothing)
	if err != nil {
		return err
	}
	a.rememberFile(run.Written{Path: applied.path, What: run.WrotePlan, Input: absolute(input), Hashes: []string{applied.hash}})
	return a.importUnder(cmd.Context(), flags, input, service, asks, applied)
}

// recallMade recalls what a plan was made with.
func (a *app) recallMade(plan *importer.PlanReader, path string, flags *pflag.FlagSet) (manifest, error) {
	var made manifest
	if err := json.Unmarshal(plan.Header.Settings, &made); err != nil {
		return made, &UsageError{filepath.Base(path) + ": it does not say how it was made: " + err.Error(), "make the plan again"}
	}
	return made, a.recall(made, filepath.Base(path), flags)
}

// appliedPlan is a plan that a run is held to; nil for none.
type appliedPlan struct {
	guard      *importer.PlanGuard
	path, hash string
}

func newAppliedPlan(plan *importer.PlanReader, path string, allOrNothing bool) (*appliedPlan, error) {
	hash, err := files.Hash(path)
	if err != nil {
		return nil, &outcome.InputError{What: err.Error(), Advice: "check the rights of the plan"}
	}
	return &appliedPlan{&importer.PlanGuard{Header: plan.Header, Row: plan.Row, AllOrNothing: allOrNothing}, absolute(path), hash}, nil
}

// bind holds an import to the plan, and writes down for a resume which one it was.
func (p *appliedPlan) bind(options *importer.Options) {
	if p == nil {
		return
	}
	options.Plan = p.guard
	if kept, ok := options.Keep.(manifest); ok {
		kept.Plan, kept.PlanHash = p.path, p.hash
		options.Keep = kept
	}
}

// planOf opens the plan that a run was held to, so that going on with it is held to it too. The
// returned function closes it.
func (a *app) planOf(started manifest) (plan *appliedPlan, closing func(), err error) {
	if started.Plan == "" {
		return nil, func() {}, nil
	}
	reader, err := a.openPlan(started.Plan)
	if err != nil {
		return nil, func() {}, err
	}
	plan, err = newAppliedPlan(reader, started.Plan, false)
	if err == nil && plan.hash != started.PlanHash {
		err = &importer.StaleError{What: filepath.Base(started.Plan) + " is not the plan that the run was held to: its content has changed"}
	}
	return plan, reader.Close, err
}

// openPlan opens a plan; its rows are kept in the state folder while it is applied.
func (a *app) openPlan(path string) (*importer.PlanReader, error) {
	state, err := a.stateFolder()
	if err != nil {
		return nil, err
	}
	if err := files.MkdirPrivate(state); err != nil {
		return nil, &run.StateError{Path: state, Err: err}
	}
	a.sweepLeft(state, planRows, planKept)
	spool, err := os.CreateTemp(state, planRows)
	if err != nil {
		return nil, &run.StateError{Path: state, Err: err}
	}
	spool.Close()
	plan, err := importer.OpenPlan(path, spool.Name())
	if err != nil {
		os.Remove(spool.Name())
	}
	return plan, err
}

// planRows are the names of the copies of the rows of plans; they name deals and customers.
const planRows = "plan-*.jsonl"

// planKept is how long a copy of a plan's rows stays whose process was killed. One that is in use has no
// name any more, or cannot be removed.
const planKept = time.Hour

// planInput finds the file that a plan was made of: where it was, or beside the plan.
func planInput(header importer.PlanHeader, plan string) (string, error) {
	beside := filepath.Join(filepath.Dir(plan), filepath.Base(header.Input))
	for _, path := range []string{header.Input, beside} {
		if _, err := os.Stat(path); err == nil {
			return path, nil
		} else if !errors.Is(err, os.ErrNotExist) {
			return "", &outcome.InputError{What: err.Error(), Advice: "check the rights of the file"}
		}
	}
	return "", &outcome.InputError{
		What:   filepath.Base(header.Input) + ": the file that the plan was made of is not there any more",
		Advice: "put it back to " + filepath.Dir(header.Input) + ", or beside the plan",
	}
}
