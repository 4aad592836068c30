package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"refload/importer"
	"refload/importer/journal"
	"refload/internal/console"
	"refload/internal/run"
)

// choice says from which runs a command chooses that is given no name.
type choice struct {
	verb string                         // what it does with one, for people
	left func(knownRun) (string, error) // what is left of a run, "" for nothing
	only bool                           // the newest is meant, and the others are of no interest
}

// pickRun returns the run that args name. Where they name none it is the newest run with something left of the target
// that is named, or of the only one that there is: never another target's, and never a finished one in silence. The zero
// knownRun says that nothing is left.
func (a *app) pickRun(flags *pflag.FlagSet, args []string, c choice) (knownRun, error) {
	if len(args) > 0 {
		return a.findRun(args)
	}
	list, err := a.runsHere(flags)
	if err != nil {
		return knownRun{}, err
	}
	var picked knownRun
	var others []string
	for n := len(list) - 1; n >= 0; n-- {
		left, err := c.left(list[n])
		switch {
		case err != nil:
			return knownRun{}, err
		case left == "":
		case picked.History == nil:
			picked = list[n]
			console.Print(a.env.Stderr, "%s run %s of %s: %s\n", c.verb, picked.Folder.Run, picked.Header.Input, left)
		default:
			others = append(others, list[n].Folder.Run)
		}
	}
	if others != nil && !c.only {
		console.Print(a.env.Stderr, "older runs with something left: %s\n", strings.Join(others, ", "))
	}
	return picked, nil
}

// runsHere returns the runs of the target that is named or, where none is, of the only one.
func (a *app) runsHere(flags *pflag.FlagSet) ([]knownRun, error) {
	all, err := a.runs()
	if err == nil && a.settings.byHand && a.settings.profile == nil {
		err = a.readProfile(flags)
	}
	if err != nil {
		return nil, err
	}
	list := all
	if target, named := a.namedTarget(); named {
		list = ofTarget(all, target)
	}
	if len(list) == 0 {
		return nil, noRuns(all)
	}
	latest := map[*run.Home]knownRun{}
	for _, known := range list {
		latest[known.home] = known
	}
	if len(latest) > 1 {
		return nil, severalTargets(list, latest)
	}
	return list, nil
}

// ofTarget leaves the runs of a target. Where none is its own and its tenant is not known, any of the service's may be meant.
func ofTarget(list []knownRun, target run.Target) []knownRun {
	for _, fits := range []func(*run.Home) bool{func(h *run.Home) bool { return h.Of(target) }, func(h *run.Home) bool { return h.May(target) }} {
		own := slices.DeleteFunc(slices.Clone(list), func(k knownRun) bool { return !fits(k.home) })
		if len(own) > 0 {
			return own
		}
	}
	return nil
}

// noRunHint says why there may be no run although something was imported.
const noRunHint = "an import that ended before its first write left none: run the same import again; --state names another state folder"

// noRuns says that there is no run, or none of the target that is named.
func noRuns(all []knownRun) error {
	if len(all) == 0 {
		return &UsageError{"there is no run yet", noRunHint}
	}
	return &UsageError{"no run of this target is kept here; the latest of another one is " + all[len(all)-1].Folder.Run,
		"'refload runs list' shows all; name the run, or its target with --profile or --sandbox"}
}

// severalTargets lists the targets from which nobody has chosen, each with its latest run.
func severalTargets(list []knownRun, latest map[*run.Home]knownRun) error {
	var texts []string
	for _, known := range list {
		if latest[known.home].History == known.History {
			texts = append(texts, fmt.Sprintf("%s (%s, %s)", known.Folder.Run, known.Header.Target, known.state()))
		}
	}
	return &UsageError{"runs of several targets are kept here; the latest of each: " + strings.Join(texts, ", "),
		"name the run, or its target with --profile or --sandbox"}
}

// toResume chooses runs that a resume would go on with.
func (a *app) toResume() choice {
	return choice{verb: "going on with", left: func(k knownRun) (string, error) {
		if left := k.Unfinished(); left > 0 && !k.isUndo() {
			return run.Counted(left, "row") + " left", nil
		}
		return "", nil
	}}
}

// toRewrite chooses runs that have results of their own.
func (a *app) toRewrite() choice {
	return choice{verb: "results of", only: true, left: func(k knownRun) (string, error) {
		if k.isUndo() {
			return "", nil
		}
		return run.Counted(k.Header.Rows, "row"), nil
	}}
}

// toUndo chooses runs that changed something which was not taken back yet.
func (a *app) toUndo() (choice, error) {
	all, err := a.runs()
	if err != nil {
		return choice{}, err
	}
	undone := map[string]bool{}
	for _, k := range all {
		if started, err := readManifest(k.Folder); err == nil && started.Undo != "" && k.Ended && k.Unfinished() == 0 {
			undone[started.Undo] = true
		}
	}
	return choice{verb: "taking back", left: func(k knownRun) (string, error) {
		if k.isUndo() || undone[k.Folder.Run] {
			return "", nil
		}
		changed, err := importer.Changed(journal.Disk{}, k.Folder)
		if err != nil || changed == 0 {
			return "", err
		}
		return run.Counted(changed, "changed referral"), nil
	}}, nil
}

// isUndo reports whether a run took back another one. What does not say how it was started is none.
func (k knownRun) isUndo() bool {
	started, err := readManifest(k.Folder)
	return err == nil && started.Undo != ""
}

// undoneBy refuses a run that took back another one.
func (a *app) undoneBy(started manifest, known knownRun) error {
	return &UsageError{"run " + known.Folder.Run + " took back run " + started.Undo + "; it is neither gone on with nor taken back itself",
		a.goingOn("", started.Undo) + " goes on with what is left"}
}
