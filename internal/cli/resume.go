package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"refload/importer"
	"refload/internal/console"
	"refload/internal/run"
)

func newResume(a *app) *cobra.Command {
	var given importFlags
	cmd := &cobra.Command{
		Use:   "resume [RUN]",
		Short: "Go on with a run where it stopped (by default the latest with something left)",
		Long: "Goes on with a run: rows that have their answer keep it, rows that were sent without one are\n" +
			"looked for first, the others are sent. What is not given is as the run was started. Without a name\n" +
			"it is the latest run with something left of the target that is named, or of the only one.",
		Example: "  refload runs resume\n  refload runs resume 20261120-0200 --rate 5",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.watched(cmd, given.watch, false, func() error { return a.again(cmd, given, args, importer.Resume) })
		},
	}
	given.addProtocol(cmd.Flags())
	given.addBrakes(cmd.Flags())
	given.watch.addFlags(cmd.Flags())
	withExitCodes(cmd)
	return cmd
}

func newResults(a *app) *cobra.Command {
	var given importFlags
	cmd := &cobra.Command{
		Use:     "results [RUN]",
		Short:   "Write the results of a run again, from its journal (by default the latest of its target)",
		Example: "  refload runs results --results deals-results.csv",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			const nothingSent = true
			return a.watched(cmd, given.watch, nothingSent, func() error { return a.again(cmd, given, args, importer.Results) })
		},
	}
	given.addProtocol(cmd.Flags())
	return cmd
}

// addProtocol adds the flags that a resumed run can change.
func (f *importFlags) addProtocol(flags *pflag.FlagSet) {
	flags.BoolVar(&f.yes, "yes", false, "ask nothing; needed to write without a terminal anywhere but to the sandbox")
	flags.StringVar(&f.results, "results", "", "results file, .xlsx or .csv (default: FILE-results.xlsx beside the input)")
	flags.StringVar(&f.onUnknown, "on-unknown", string(importer.NextRun), "what a create without a trustworthy answer may do that no listing shows: next-run, resend or hold")
	flags.DurationVar(&f.settle, "settle", defaultSettle, "how long after a send a listing is not yet believed")
	flags.DurationVar(&f.resendAfter, "resend-after", defaultResendAfter, "how long after a send it may be sent again")
	flags.IntVar(&f.maxSends, "max-sends", 0, "how often a row is sent in its life at most (default: 3; 6 with --on-unknown resend)")
}

// overlay takes from given what was given on the command line.
func (f importFlags) overlay(given importFlags, flags *pflag.FlagSet) importFlags {
	for name, take := range map[string]func(){
		"yes":          func() { f.yes = given.yes },
		"results":      func() { f.results, f.placed = absolute(given.results), false },
		"on-unknown":   func() { f.onUnknown = given.onUnknown },
		"settle":       func() { f.settle = given.settle },
		"resend-after": func() { f.resendAfter = given.resendAfter },
		"max-sends":    func() { f.maxSends = given.maxSends },
	} {
		if flags.Changed(name) {
			take()
		}
	}
	return f
}

// goingOn is importer.Resume or importer.Results.
type goingOn func(context.Context, importer.Options, *run.Folder) (*importer.Summary, error)

// again finds a run, sets up what it was started with, and goes on with it.
func (a *app) again(cmd *cobra.Command, given importFlags, args []string, goOn goingOn) error {
	choices := a.toResume()
	if cmd.Name() != "resume" {
		choices = a.toRewrite()
	}
	known, err := a.pickRun(cmd.Flags(), args, choices)
	if err != nil {
		return err
	}
	if known.History == nil {
		a.closing.kept = false // nothing was done that a monitor could count
		console.Print(a.env.Stderr, "nothing is left: every run of this target came to its end; an import that ended before its first write is run again instead\n")
		return nil
	}
	started, err := readManifest(known.Folder)
	if err != nil {
		return err
	}
	flags, err := a.startedWith(cmd, started, given, known)
	if err != nil {
		return err
	}
	service, err := a.connect(cmd.Context())
	if err != nil {
		return err
	}
	defer service.close()
	asks := a.asks() && !flags.yes
	if !asks {
		if err := a.guard(flags.yes, a.settings.byHand || started.ByHand); err != nil {
			return err
		}
	}
	options, err := a.optionsAgain(flags, started, known, service, asks)
	if err != nil {
		return err
	}
	if cmd.Name() == "resume" {
		closing, err := a.resumeUnder(&options, started, known.Folder, service)
		defer closing()
		if err != nil {
			return err
		}
	}
	shown := a.showing(cmd.Context(), &options, asks)
	summary, err := goOn(cmd.Context(), options, known.Folder)
	shown.End()
	a.tellSummary(options.Source, summary, err, false)
	return unlessAllGood(summary, err)
}

// startedWith returns the flags that a run was started with, and what was given anew.
func (a *app) startedWith(cmd *cobra.Command, started manifest, given importFlags, known knownRun) (importFlags, error) {
	if started.Undo != "" {
		return given, a.undoneBy(started, known)
	}
	if err := a.recall(started, "run "+known.Folder.Run, cmd.Flags()); err != nil {
		return given, err
	}
	flags := started.flags().overlay(given, cmd.Flags())
	a.brakeToday(&flags, cmd.Flags())
	if err := flags.check(a, []string{started.Input}); err != nil {
		return flags, err
	}
	a.warnOfHaste(flags)
	return flags, a.readyToNotify()
}

// optionsAgain returns what a run was started with as options, bound to its own tenant and folder.
func (a *app) optionsAgain(flags importFlags, started manifest, known knownRun, service *service, asks bool) (importer.Options, error) {
	options, err := a.importOptions(flags, started.Input, service, asks)
	if err != nil {
		return options, err
	}
	options.Unattended = started.Unattended
	if started.Stdin {
		options.Name = stdinName
	}
	return options, a.bind(&options, known, service)
}

// bind binds options to the tenant and the folder of a run that is gone on with or taken back.
func (a *app) bind(options *importer.Options, known knownRun, service *service) error {
	nameless := service.target // as versions called it that did not look into a ready token
	nameless.Tenant = ""
	if !known.home.Of(service.target) && !(a.serviceProfile().Text("tenant") == "" && known.home.Of(nameless)) {
		return &UsageError{fmt.Sprintf("run %s was against another tenant or service, or against none that was named", known.Folder.Run),
			"leave out --profile: a run knows its own; a ready token has to be one of its tenant"}
	}
	options.Home = options.Home.Moved(known.home)
	return nil
}

// resumeUnder holds a resumed run to the plan that it was held to, and writes down who resumes it.
// The returned function closes the plan.
func (a *app) resumeUnder(options *importer.Options, started manifest, folder *run.Folder, service *service) (closing func(), err error) {
	plan, closing, err := a.planOf(started)
	if err != nil {
		return closing, err
	}
	plan.bind(options)
	return closing, a.signAgain(started, folder, service)
}

func newPurge(a *app) *cobra.Command {
	var older time.Duration
	var days int
	cmd := &cobra.Command{
		Use:     "purge",
		Short:   "Remove the folders of old runs",
		Long:    "Removes what refload keeps of runs whose last record is older than --older-than. A run in which\na row was sent without an answer is kept: it protects that row from being created twice.",
		Example: "  refload runs purge --older-than 90",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			if days < 0 {
				return &UsageError{"--older-than is negative", "a number of days, such as 90; 0 is for all"}
			}
			older = time.Duration(days) * 24 * time.Hour
			return a.purge(older)
		},
	}
	cmd.Flags().IntVar(&days, "older-than", 90, "days since the last record of a run")
	return cmd
}

func (a *app) purge(older time.Duration) error {
	list, err := a.runs()
	if err != nil {
		return err
	}
	removed, kept := 0, 0
	for _, known := range list {
		switch {
		case a.env.Now().Sub(known.Last) < older:
		case known.Binding() > 0:
			kept++
		default:
			if err := known.Folder.Remove(); err != nil {
				return &run.StateError{Path: known.Folder.Path(), Err: err}
			}
			removed++
		}
	}
	if a.global.json {
		a.jsonLine(map[string]any{"event": "summary", "removed": removed, "kept": kept})
		return nil
	}
	console.Print(a.env.Stdout, "removed %s\n", run.Counted(removed, "run"))
	if kept > 0 {
		console.Print(a.env.Stdout, "kept %d older ones, in which rows were sent without an answer; resume them first\n", kept)
	}
	return nil
}

func sortRuns(list []knownRun) {
	slices.SortFunc(list, func(a, b knownRun) int { return strings.Compare(a.Folder.Run, b.Folder.Run) })
}
