package cli

import (
	"context"
	"errors"
	"fmt"
	"os/user"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"refload/importer"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/console"
	"refload/internal/files"
	"refload/internal/run"
)

// importFlags are the flags of import.
type importFlags struct {
	sourceFlags
	mode        string
	dryRun      bool
	skipInvalid bool
	yes         bool
	maxErrors   string
	results     string
	placed      bool // nobody asked for results by name: the profile or the folder of --done has their place
	onUnknown   string
	settle      time.Duration
	resendAfter time.Duration
	maxSends    int
	done        string
	changes     changeFlags
	today       *importFlags // of a plan or a run that is gone on with: the brakes that a profile or a variable says now; nil for none
	watch       watchFlags
}

// The defaults of the create protocol, and the time for requests in flight when a run is
// stopped.
const (
	defaultSettle      = 5 * time.Minute
	defaultResendAfter = 30 * time.Minute
	defaultMaxSends    = 3
	resendMaxSends     = 6
	drainTime          = 30 * time.Second
)

func newImport(a *app) *cobra.Command {
	var flags importFlags
	cmd := &cobra.Command{
		Use:   "import FILE…|FOLDER",
		Short: "Check a sheet, send its rows, and write what became of each",
		Long: "Checks the whole file, compares it with what the service has already, creates what is new and\n" +
			"updates what differs, and writes a results workbook in which every row has its answer. With\n" +
			"one bad row nothing is sent, unless --skip-invalid. Running it again is safe: what is as the\n" +
			"sheet says is left alone.",
		Example: "  refload import deals.xlsx --sandbox\n" +
			"  refload import deals.csv --base-url https://api.partner.microsoft.com --yes --results out.csv\n" +
			"  refload import deals.xlsx --sandbox --rows 2-50 --skip-invalid\n" +
			"  refload import inbox/ --done archive/ --profile contoso --yes --until 06:00",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.watched(cmd, flags.watch, flags.dryRun, func() error { return a.runImport(cmd.Context(), flags, args) })
		},
	}
	flags.addFlags(cmd.Flags())
	withExitCodes(cmd)
	return cmd
}

func (f *importFlags) addFlags(flags *pflag.FlagSet) {
	f.sourceFlags.addFlags(flags)
	flags.StringVar(&f.mode, "mode", string(importer.Upsert), "upsert, create or update")
	flags.BoolVarP(&f.dryRun, "dry-run", "n", false, "say what would be done; nothing is sent and no results are written")
	flags.BoolVar(&f.skipInvalid, "skip-invalid", false, "send the good rows and leave out those with problems")
	flags.StringVar(&f.done, "done", "", "with a folder as input: where each file goes with its results when it is done")
	f.changes.addFlags(flags)
	f.addBrakes(flags)
	f.watch.addFlags(flags)
	f.addProtocol(flags)
}

// check completes the flags and refuses what makes no sense.
func (f *importFlags) check(a *app, args []string) error {
	switch {
	case len(args) == 0:
		return &UsageError{"no file was named", "refload import FILE; try 'refload import --help'"}
	case len(args) > 1 && f.results != "":
		return &UsageError{"--results names one file, and there are several inputs", "leave it out: each input gets its own results file"}
	case !contains(importer.Modes(), f.mode):
		return &UsageError{"--mode " + quote(f.mode) + " is not known", "upsert, create or update"}
	case !contains(importer.UpdateMethods(), f.changes.Method):
		return &UsageError{"--update-method " + quote(f.changes.Method) + " is not known", "patch or put"}
	case !contains([]string{string(importer.NextRun), string(importer.Resend), string(importer.Hold)}, f.onUnknown):
		return &UsageError{"--on-unknown " + quote(f.onUnknown) + " is not known", "next-run, resend or hold"}
	case f.resendAfter < f.settle:
		return &UsageError{"--resend-after is shorter than --settle", "a row may be sent again only after the listing could have shown it"}
	case f.maxSends < 0 || f.limit < 0 || f.settle < 0 || f.changes.CloseAfter < 0:
		return &UsageError{"a number is negative", "see 'refload import --help'"}
	}
	if f.maxSends == 0 {
		f.maxSends = defaultMaxSends
		if f.onUnknown == string(importer.Resend) {
			f.maxSends = resendMaxSends
		}
	}
	for _, arg := range args {
		if arg == "-" && f.results == "" {
			return &UsageError{"results of standard input have no place of their own", "name one with --results"}
		}
	}
	return f.checkInbox(a, args)
}

func contains(list []string, word string) bool {
	for _, item := range list {
		if item == word {
			return true
		}
	}
	return false
}

func (a *app) runImport(ctx context.Context, flags importFlags, args []string) error {
	if err := flags.check(a, args); err != nil {
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
	if flags.done != "" {
		return a.importFolder(ctx, flags, paths[0], service, asks)
	}
	return a.importAll(ctx, flags, paths, service, asks)
}

// importAll imports files one after the other. One problem in any of them stops all.
func (a *app) importAll(ctx context.Context, flags importFlags, paths []string, service *service, asks bool) error {
	a.closing.several = len(paths) > 1
	if err := a.checkSeveral(ctx, flags, paths, service); err != nil {
		return err
	}
	var worst error
	for _, path := range paths {
		if err := a.importOne(ctx, flags, path, service, asks); err != nil {
			if worst == nil || isWorse(exitCode(ctx, err), exitCode(ctx, worst)) {
				worst = err
			}
			if signalOf(ctx) != 0 || errors.As(err, new(*outcome.StopError)) {
				break
			}
		}
	}
	return worst
}

// needsYes refuses to write where nobody can be asked and nobody has said yes.
func (a *app) needsYes(flags importFlags, asks bool) error {
	if asks || flags.dryRun {
		return nil
	}
	return a.guard(flags.yes, a.settings.byHand)
}

// warnOfHaste warns when the create protocol is given less time than is known to be enough.
func (a *app) warnOfHaste(flags importFlags) {
	if flags.settle < defaultSettle || flags.resendAfter < defaultResendAfter {
		fmt.Fprintf(a.env.Stderr, "warning: --settle %s and --resend-after %s give the service less time than the defaults (%s, %s); a create that it executes later than that can come twice\n",
			flags.settle, flags.resendAfter, defaultSettle, defaultResendAfter)
	}
}

// asks reports whether there is somebody who can be asked.
func (a *app) asks() bool {
	return isTerminal(a.env.Stdin) && isTerminal(a.env.Stderr) && !a.global.json
}

// importOne imports one file and tells how it ended.
func (a *app) importOne(ctx context.Context, flags importFlags, path string, service *service, asks bool) error {
	return a.importUnder(ctx, flags, path, service, asks, nil)
}

// importUnder imports one file, held to a plan where there is one.
func (a *app) importUnder(ctx context.Context, flags importFlags, path string, service *service, asks bool, plan *appliedPlan) error {
	options, err := a.importOptions(flags, path, service, asks)
	if err != nil {
		return err
	}
	plan.bind(&options)
	options.Keep = a.sign(options.Keep, importCommand(plan), service)
	shown := a.showing(ctx, &options, asks)
	summary, err := importer.Import(ctx, options)
	shown.End()
	a.tellSummary(options.Source, summary, err, flags.dryRun)
	return unlessAllGood(summary, err)
}

// showing lets a run be watched, and a person be asked where there is one. Nothing is asked of the embedded sandbox:
// what is made there can be thrown away.
func (a *app) showing(ctx context.Context, options *importer.Options, asks bool) *console.Console {
	shown := a.console()
	options.Observe = shown.Observe
	if asks && !options.Target.Sandbox {
		options.Confirm = func(p importer.Preview) (importer.Answer, error) {
			shown.End()
			return a.confirm(ctx, p)
		}
	}
	return shown
}

// unlessAllGood is how a run that came to its end ends the command: with exit code 3 where rows
// are not as the sheet wants them, or, after a dry run, would not be.
func unlessAllGood(summary *importer.Summary, err error) error {
	if err == nil && summary.Counts.Bad() > 0 {
		return &silentError{exitPartial}
	}
	return err
}

func (a *app) importOptions(flags importFlags, path string, service *service, asks bool) (importer.Options, error) {
	source, err := a.source(flags.sourceFlags, path, !asks)
	if err != nil {
		return importer.Options{}, err
	}
	brakes, bound, err := flags.brakes()
	if err != nil {
		return importer.Options{}, err
	}
	source.UpdatesOnly = flags.mode == string(importer.Update)
	state, err := a.stateFolder()
	if err != nil {
		return importer.Options{}, err
	}
	if err := a.placeResults(&flags, source); err != nil {
		return importer.Options{}, err
	}
	home, err := run.OpenTarget(state, service.target)
	if err != nil {
		return importer.Options{}, err
	}
	return importer.Options{
		Source: source, Mode: importer.Mode(flags.mode), SkipInvalid: flags.skipInvalid, DryRun: flags.dryRun,
		Brakes: brakes, UpdateMethod: flags.changes.Method, MergeDisjoint: flags.changes.MergeDisjoint, CloseAfter: flags.changes.CloseAfter,
		Retention: a.retention(), Began: a.began(),
		AcceptPartialView: a.settings.profile.Text("partial-view") == "accepted",
		AcceptListHides:   a.settings.profile.Text("list-hides") == "accepted",
		NoteCustomers:     a.settings.profile.Text("other-customer") == "note",
		MaxErrors:         bound, Concurrency: a.global.concurrency, Results: flags.results, ResultsNamed: flags.results != "" && !flags.placed,
		API: service.config, Target: service.target, Home: home, Journals: journal.Disk{}, Tool: "refload " + version(),
		Account: service.account, SignedInTo: service.tenant, Who: who(), Now: a.env.Now, Drain: drainTime,
		OnUnknown: importer.OnUnknown(flags.onUnknown), Keep: a.manifestOf(flags, path, !asks), Settle: flags.settle, ResendAfter: flags.resendAfter, MaxSends: flags.maxSends,
	}, nil
}

// began is when the command was started.
func (a *app) began() time.Time {
	if a.closing == nil {
		return time.Time{}
	}
	return a.closing.started
}

// defaultRetention is that of profiles that do not say otherwise.
const defaultRetention = 90 * day

// retention is how long runs against the profile's service are kept; 0 for ever, as without a profile.
func (a *app) retention() time.Duration {
	value, said := a.serviceProfile().Get("retention")
	switch {
	case a.serviceProfile() == nil:
		return 0
	case !said:
		return defaultRetention
	}
	kept, err := time.ParseDuration(value.Text)
	if err != nil {
		return 0 // the file was checked; what is not understood removes nothing
	}
	return kept
}

// placeResults says where results go: where --results says, in the profile's folder for results, or
// "", which is beside the input.
func (a *app) placeResults(flags *importFlags, source importer.Source) error {
	folder := a.settings.profile.Text("results-folder")
	if flags.results != "" || folder == "" || source.Stdin {
		return nil
	}
	flags.results, flags.placed = importer.ResultsIn(folder, source.Path), true
	return files.MkdirPrivate(folder)
}

// who names the person and the machine that run this.
func who() string {
	if name := userName(); name != "" {
		return name + " on " + host()
	}
	return host()
}

// userName is the account on this machine; "" where the system does not say.
func userName() string {
	account, err := user.Current()
	if err != nil {
		return ""
	}
	return account.Username
}
