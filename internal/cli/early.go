package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"refload/internal/config"
	"refload/internal/monitor"
	"refload/internal/run"
)

// watchedCommand is what is known of a command that is watched before it has begun.
type watchedCommand struct {
	nothingSent bool                                       // it is told to nobody but who called it
	recall      func(*app, *pflag.FlagSet, []string) error // finds the target where another place than flags and files says it
}

// watchedCommands are the commands that tell how they ended, by their path.
var watchedCommands = map[string]watchedCommand{
	"refload import":       {},
	"refload export":       {},
	"refload apply":        {recall: (*app).recallPlan},
	"refload runs resume":  {recall: (*app).recallRun},
	"refload runs undo":    {recall: (*app).recallRun},
	"refload runs results": {recall: (*app).recallRun, nothingSent: true},
}

// endedEarly tells whoever watches of a command that ended before it could begin: by a wrong flag, a wrong
// variable, a configuration or a log file that is not as it must be. It tells what can be told, as far as
// flags, environment and files can be read, and returns the error.
func (a *app) endedEarly(ctx context.Context, root *cobra.Command, err error) error {
	cmd, rest, notFound := root.Find(a.env.Args)
	watched, is := watchedCommands[cmd.CommandPath()]
	if a.closing != nil || notFound != nil || !is {
		return err
	}
	a.readWhatCanBeRead(cmd, rest, watched)
	flags := cmd.Flags()
	a.closing = &closing{
		command: cmd.Name(), started: a.env.Now(), kept: !watched.nothingSent && textOf(flags, "dry-run") != "true",
		watch: watchFlags{metrics: textOf(flags, "metrics-file"), notify: textOf(flags, "notify"), notifyFormat: textOf(flags, "notify-format")},
	}
	return a.close(ctx, err)
}

// textOf is the value of a flag, "" where the command has none of this name.
func textOf(flags *pflag.FlagSet, name string) string {
	if flag := flags.Lookup(name); flag != nil {
		return flag.Value.String()
	}
	return ""
}

// readWhatCanBeRead does what comes before a command again, past what is wrong: there is an error already.
func (a *app) readWhatCanBeRead(cmd *cobra.Command, args []string, watched watchedCommand) {
	if a.settings.origins == nil { // the flags are wrong, or the arguments
		a.readFlags(cmd, args)
	}
	a.checkOutputs(cmd, cmd.Flags().Args()) // forgets what would be written over
	if a.logs.log == nil {
		a.openLog(cmd)
	}
	if a.settings.files == nil && !a.settings.unread {
		a.fromFiles(cmd)
	}
	if watched.recall != nil && watched.recall(a, cmd.Flags(), cmd.Flags().Args()) != nil && a.settings.files == nil && !a.settings.unread {
		a.readFiles(a.places())
	}
	if a.settings.profile == nil {
		a.readNamed(cmd.Flags())
	}
}

// readFlags takes the flags that can be taken, and the variables for the others.
func (a *app) readFlags(cmd *cobra.Command, args []string) {
	flags := cmd.Flags()
	flags.ParseErrorsAllowlist.UnknownFlags = true
	flags.ParseAll(args, func(flag *pflag.Flag, value string) error {
		flags.Set(flag.Name, value)
		return nil
	})
	a.fromEnvironment(cmd)
}

// readNamed takes the profile that is named from what could be read: the person's files alone, where the one
// of the folder is broken. That one could not have said anything of it.
func (a *app) readNamed(flags *pflag.FlagSet) {
	if a.settings.files == nil {
		own, err := config.Read(config.Places{Named: a.global.config, Own: a.userFile()})
		if err != nil {
			return
		}
		a.settings.files = own
	}
	if a.global.profile != "" {
		a.useProfile(flags)
	}
}

// recallRun finds the target of the run that args name.
func (a *app) recallRun(flags *pflag.FlagSet, args []string) error {
	known, err := a.runNamed(flags, args)
	if err != nil {
		return err
	}
	started, err := readManifest(known.Folder)
	if err != nil {
		return err
	}
	return a.recall(started, "run "+known.Folder.Run, flags)
}

// runNamed returns the run that args name, else the latest of the only target or the one that is named.
func (a *app) runNamed(flags *pflag.FlagSet, args []string) (knownRun, error) {
	if len(args) > 0 {
		return a.findRun(args)
	}
	list, err := a.runsHere(flags)
	if err != nil {
		return knownRun{}, err
	}
	return list[len(list)-1], nil
}

// recallPlan finds the target of the plan that args name.
func (a *app) recallPlan(flags *pflag.FlagSet, args []string) error {
	if len(args) != 1 {
		return &UsageError{"no plan was named", "refload apply PLAN"}
	}
	plan, err := a.openPlan(args[0])
	if err != nil {
		return err
	}
	defer plan.Close()
	_, err = a.recallMade(plan, args[0], flags)
	return err
}

// recallTarget finds the target of a profile that is lost by the reports of earlier commands, completes the
// report by it, and returns where it is to be kept: there a monitor looks. Without the name of the profile
// it is the only target that there is; "" where it cannot be told.
func (a *app) recallTarget(state string, report *monitor.Report) string {
	homes, err := run.Homes(state)
	if err != nil {
		return ""
	}
	var latest *monitor.Report
	found, count := "", 0
	for _, home := range homes {
		before, err := monitor.Read(a.lastRunOf(home))
		if err != nil || before.Target == "" || strings.HasPrefix(before.Target, run.SandboxTarget().Name) || !strings.HasPrefix(before.Target, profileIn(a.global.profile)) {
			continue
		}
		if count++; latest == nil || before.Ended.After(latest.Ended) {
			latest, found = before, a.lastRunOf(home)
		}
	}
	if latest == nil || a.global.profile == "" && count > 1 {
		return ""
	}
	report.Target = latest.Target
	return found
}

// profileIn is how the name of a target begins that a profile has named.
func profileIn(profile string) string {
	if profile == "" {
		return ""
	}
	return profile + " ("
}
