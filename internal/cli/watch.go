package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"refload/exporter"
	"refload/importer"
	"refload/importer/outcome"
	"refload/internal/console"
	"refload/internal/monitor"
	"refload/internal/run"
)

// watchFlags are the flags of commands that run while nobody looks. They belong to one start and are not
// kept with the run.
type watchFlags struct {
	until        string
	metrics      string
	notify       string
	notifyFormat string
}

func (w *watchFlags) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&w.until, "until", "", "take no more rows at this time of the local clock, such as 06:00; the next run goes on (exit 7)")
	w.addTelling(flags)
}

// addTelling adds the flags that say who is told how the command ended.
func (w *watchFlags) addTelling(flags *pflag.FlagSet) {
	flags.StringVar(&w.metrics, "metrics-file", "", "write metrics for Prometheus' collector of text files to this file")
	flags.StringVar(&w.notify, "notify", "", "send the summary to this webhook, whose host the configuration names (notify-hosts); better as REFLOAD_NOTIFY")
	flags.StringVar(&w.notifyFormat, "notify-format", monitor.JSON, "json, or teams for an Adaptive Card")
}

// closing is what a command that imports has to tell when it ends.
type closing struct {
	command string
	watch   watchFlags
	hook    *monitor.Webhook // nil for none, or as long as the profile is not known
	refused bool             // the webhook is none to be told
	several bool             // each file has a JSON object of its own
	kept    bool             // the report is kept in the state folder
	started time.Time
	ends    []fileEnd // of the files, in their order
	export  exported  // of an export
	undone  string    // the run that an undo takes back
}

// watched does the work of a command that imports, ends it when its time is up, and tells whoever
// watches how it ended, however it ended. A dry run is told to nobody.
func (a *app) watched(cmd *cobra.Command, watch watchFlags, dryRun bool, work func() error) error {
	a.closing = &closing{command: cmd.Name(), watch: watch, kept: !dryRun, started: a.env.Now()}
	ctx, stop, err := a.untilTime(cmd.Context(), watch.until)
	defer stop()
	if err == nil && watch.notify != "" && !contains(monitor.Formats(), watch.notifyFormat) {
		err = &UsageError{"--notify-format " + quote(watch.notifyFormat) + " is not known", "json or teams"}
	}
	if err == nil {
		cmd.SetContext(ctx)
		err = importer.TimeIsUp(ctx, outcome.Contained(work))
	}
	return a.close(ctx, err)
}

// readyToNotify finds the webhook before anything is sent: a wrong one is wrong usage. It is called when the
// profile is known.
func (a *app) readyToNotify() error {
	c := a.closing
	if c == nil || c.watch.notify == "" {
		return nil
	}
	a.warnOfWebhook()
	roots, unread := readRoots(a.global.caFile) // nil, the system's, where they cannot be read
	var err error
	if c.hook, err = monitor.NewWebhook(c.watch.notify, c.watch.notifyFormat, a.notifyHosts(), roots); err != nil {
		c.refused = true
		return &UsageError{"--notify: " + err.Error(), "https, or http to a loopback address, and its host under notify-hosts of the profile"}
	}
	return unread
}

// warnOfWebhook warns of a webhook with a secret in it that stands on the command line.
func (a *app) warnOfWebhook() {
	address, err := url.Parse(a.closing.watch.notify)
	if a.settings.origins["notify"].by != byFlag || err == nil && address.RawQuery == "" && address.User == nil {
		return
	}
	a.warn("--notify has a secret in it, and everybody on this machine can read the command line: give it as REFLOAD_NOTIFY")
}

// notifyHosts are the hosts that may be told. Where the profile that is meant is in no file, those of all
// profiles count: that it is not there is what has to be told.
func (a *app) notifyHosts() []string {
	if hosts, said := a.settings.profile.Get("notify-hosts"); said || !a.profileLost() || a.settings.files == nil {
		return hosts.Items
	}
	var all []string
	for _, name := range a.settings.files.Names() {
		profile, _ := a.settings.files.Profile(name)
		hosts, _ := profile.Get("notify-hosts")
		all = append(all, hosts.Items...)
	}
	return all
}

// close tells how a command ended, and returns how. A report that the state folder does not take is an error
// where there is no other: a monitor would go by the one before. Metrics and notifications change nothing.
func (a *app) close(ctx context.Context, err error) error {
	c := a.closing
	report := a.report(ctx, err)
	if failed := a.keepReport(report); failed != nil && err == nil {
		err = failed
		report = a.report(ctx, err)
	}
	a.tellEnds(report)
	if c.kept && c.watch.metrics != "" {
		if err := report.WriteMetrics(c.watch.metrics); err != nil {
			a.warn("--metrics-file: " + err.Error())
		}
	}
	if a.global.json && c.export.summary == nil { // an export that has begun has a summary of its own
		a.jsonClosing(report, err)
	}
	if c.kept && c.watch.notify != "" {
		a.notify(ctx, report)
	}
	return err
}

// report sums up what the command did.
func (a *app) report(ctx context.Context, err error) *monitor.Report {
	c := a.closing
	r := &monitor.Report{Command: c.command, Started: c.started, Ended: a.env.Now(), Counts: run.Counts{}, Inputs: []monitor.Input{}, ExitCode: exitCode(ctx, err)}
	c.addFiles(ctx, r)
	c.export.addTo(r)
	if target, known := a.namedTarget(); known && r.Target == "" {
		r.Target = target.Name
	}
	r.Reason = c.reasonOf(err)
	r.Seconds = r.Ended.Sub(r.Started).Round(time.Millisecond).Seconds()
	r.Meaning, r.OK = meaningOf(r.ExitCode), r.ExitCode == exitOK && !declined(err)
	r.Again = r.ExitCode != exitStale && (r.Later > 0 && r.ExitCode != exitOK || again[r.ExitCode]) // a plan is made again
	r.Resumable = r.Again && (c.leaves() || c.command == monitor.Export)
	return r
}

// reasonOf is the word for why not all was done, "" where the counts say it.
func (c *closing) reasonOf(err error) string {
	var stopped *outcome.StopError
	var incomplete *exporter.IncompleteError
	switch {
	case errors.As(err, &stopped):
		return stopped.Reason
	case errors.As(err, &incomplete):
		return incomplete.Reason()
	}
	for _, end := range c.ends {
		if end.summary != nil && end.summary.Reason() != "" {
			return end.summary.Reason()
		}
	}
	return ""
}

// again are the exit codes after which the same command does what this one left.
var again = map[int]bool{exitUnreachable: true, exitLocked: true, exitInterrupted: true, exitTerminated: true}

// meaningOf returns the meaning of an exit code.
func meaningOf(code int) string {
	for _, row := range exitCodes {
		if row.code == code {
			return row.meaning
		}
	}
	return ""
}

// keepReport writes the report to the state folder. A command that found the target locked leaves it to the
// run that is at work.
func (a *app) keepReport(report *monitor.Report) error {
	if !a.closing.kept {
		return nil
	}
	path, err := a.lastRun(report)
	if err != nil {
		return err
	}
	if report.ExitCode == exitLocked {
		report.Recall(path)
		return nil
	}
	if err := report.Remember(path); err != nil {
		a.warn("what became of this run is not kept for monitors: " + err.Error())
		return &run.StateError{Path: path, Err: err}
	}
	return nil
}

// lastRun is where the report is kept: in the folder of the target or, where nobody can tell which one was
// meant, in the state folder itself.
func (a *app) lastRun(report *monitor.Report) (string, error) {
	state, err := a.stateFolder()
	if err != nil {
		return "", err
	}
	target, known := a.namedTarget()
	if !known && a.profileLost() {
		if path := a.recallTarget(state, report); path != "" {
			return path, nil
		}
	}
	home, err := run.Unnamed(state)
	if known {
		home, err = run.OpenTarget(state, target)
	}
	if err != nil {
		return "", err
	}
	return a.lastRunOf(home), nil
}

// lastRunOf is where a home keeps how the last command of this kind ended.
func (a *app) lastRunOf(home *run.Home) string {
	if a.closing.command == monitor.Export {
		return home.LastExportRun()
	}
	return home.LastRun()
}

// namedTarget is the target that the flags and the profile name, also where it could not be reached.
func (a *app) namedTarget() (run.Target, bool) {
	if a.global.sandbox {
		return run.SandboxTarget().Holding(a.profileName()), true
	}
	base, err := parseBase(a.global.baseURL)
	if a.global.baseURL == "" || err != nil || a.global.profile != "" && a.settings.profile == nil {
		return run.Target{}, false // a URL alone does not say whose tenant it is
	}
	return a.targetAt(base), true
}

// notify sends the report to the webhook, also when the command was told to end.
func (a *app) notify(ctx context.Context, report *monitor.Report) {
	c := a.closing
	if c.hook == nil && !c.refused { // the command ended before it was looked for
		if err := a.readyToNotify(); c.hook == nil {
			a.warnOfRefused(err)
		}
	}
	if c.hook == nil {
		return
	}
	if err := c.hook.Send(context.WithoutCancel(ctx), report); err != nil {
		a.warn("the notification to " + c.hook.Host() + " was not sent: " + err.Error())
	}
}

// warnOfRefused says why nobody is told.
func (a *app) warnOfRefused(err error) {
	why := err.Error()
	if a.settings.unread {
		why = "a configuration that could be read does not name its host"
	}
	a.warn("the notification was not sent: " + why)
}

func (a *app) warn(text string) {
	fmt.Fprintln(a.env.Stderr, "warning: "+console.Escape(text, longestShown))
}
