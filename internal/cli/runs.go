package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"refload/api"
	"refload/importer"
	"refload/importer/journal"
	"refload/internal/console"
	"refload/internal/run"
)

func newRuns(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "What ran before, and going on from it",
		Example: "  refload runs list\n" +
			"  refload runs resume              go on with the latest run\n" +
			"  refload runs results RUN         write the results of a run again",
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error { return a.listRuns() },
	}
	cmd.AddCommand(
		&cobra.Command{Use: "list", Short: "The runs, the latest last", Args: noArguments,
			RunE: func(*cobra.Command, []string) error { return a.listRuns() }},
		&cobra.Command{Use: "show [RUN]", Short: "One run in full", Args: cobra.MaximumNArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error { return a.showRun(cmd.Flags(), args) }},
		newResume(a), newResults(a), newUndo(a), newPurge(a), newFind(a), newForget(a),
	)
	return cmd
}

// knownRun is a run with the home of its target.
type knownRun struct {
	home *run.Home
	*importer.History
}

// runs reads the runs of all targets, the oldest first. Folders that recorded nothing are no
// runs; a damaged journal is told of and passed over.
func (a *app) runs() ([]knownRun, error) {
	state, err := a.stateFolder()
	if err != nil {
		return nil, err
	}
	homes, err := run.Homes(state)
	if err != nil {
		return nil, err
	}
	var list []knownRun
	for _, home := range homes {
		folders, err := home.Folders()
		if err != nil {
			return nil, err
		}
		for _, folder := range folders {
			history, err := importer.ReadHistory(journal.Disk{}, folder)
			switch {
			case errors.Is(err, journal.ErrNoRun):
			case err != nil:
				a.printError(err)
			default:
				list = append(list, knownRun{home, history})
			}
		}
	}
	sortRuns(list)
	return list, nil
}

// findRun returns the run that args name, by its name or the beginning of it; the latest
// where they name none.
func (a *app) findRun(args []string) (knownRun, error) {
	list, err := a.runs()
	if err != nil {
		return knownRun{}, err
	}
	if len(list) == 0 {
		return knownRun{}, &UsageError{"there is no run yet", noRunHint}
	}
	if len(args) == 0 {
		return list[len(list)-1], nil
	}
	var hits []knownRun
	for _, known := range list {
		if strings.HasPrefix(known.Folder.Run, args[0]) {
			hits = append(hits, known)
		}
	}
	if len(hits) != 1 {
		return knownRun{}, &UsageError{fmt.Sprintf("%d runs have a name that begins with %q", len(hits), args[0]), "see them with 'refload runs list'"}
	}
	return hits[0], nil
}

func (a *app) listRuns() error {
	list, err := a.runs()
	if err != nil {
		return err
	}
	if a.global.json {
		for _, known := range list {
			a.jsonLine(known.object())
		}
		a.jsonLine(map[string]any{"event": "summary", "runs": len(list)})
		return nil
	}
	if len(list) == 0 {
		fmt.Fprintln(a.env.Stdout, "no runs yet")
		return nil
	}
	table := newTable(a.env.Stdout)
	table.row("RUN", "TARGET", "FILE", "ROWS", "STATE", "OUTCOMES")
	for _, known := range list {
		table.row(known.Folder.Run, known.Header.Target, known.Header.Input, fmt.Sprint(known.Header.Rows),
			known.state(), console.CountsInWords(known.Counts))
	}
	return table.flush()
}

// state says in a word how far a run came.
func (k knownRun) state() string {
	holder, running := k.running()
	switch left := k.Unfinished(); {
	case running:
		return fmt.Sprintf("running, process %d", holder.PID)
	case left == 0 && k.Later > 0:
		return fmt.Sprintf("finished, %d waiting", k.Later)
	case left == 0:
		return "finished"
	case k.Ended:
		return fmt.Sprintf("ended, %d left", left)
	default:
		return fmt.Sprintf("interrupted, %d left", left)
	}
}

// running returns the process that works on a run now; false where none does.
func (k knownRun) running() (run.Holder, bool) {
	if k.Ended {
		return run.Holder{}, false
	}
	holder, held := k.home.Holder()
	since := holder.Since.Truncate(time.Millisecond) // as names and records have it
	return holder, held && (!k.Folder.Before(since) || !k.Last.Before(since))
}

func (k knownRun) object() map[string]any {
	object := map[string]any{"event": "history", "run": k.Folder.Run, "target": k.Header.Target, "file": k.Header.Input, "rows": k.Header.Rows,
		"counts": k.Counts, "open": k.Open, "ended": k.Ended, "left": k.Unfinished(), "started": k.First, "last": k.Last}
	if holder, running := k.running(); running {
		object["process"] = holder.PID
	}
	return object
}

func (a *app) showRun(flags *pflag.FlagSet, args []string) error {
	known, err := a.findRun(args)
	if err != nil {
		return err
	}
	if a.global.json {
		a.jsonLine(known.object())
		a.jsonLine(map[string]any{"event": "summary", "runs": 1})
		return nil
	}
	for _, line := range []struct{ name, value string }{
		{"run", known.Folder.Run}, {"state", known.state()}, {"target", known.Header.Target},
		{"file", known.Header.Input}, {"SHA-256", known.Header.InputHash}, {"tool", known.Header.Tool},
		{"started", known.First.Local().Format(time.DateTime)}, {"last record", known.Last.Local().Format(time.DateTime)},
		{"rows", fmt.Sprint(known.Header.Rows)}, {"outcomes", console.CountsInWords(known.Counts)},
		{"sent without an answer", fmt.Sprint(known.Binding())}, {"folder", known.Folder.Path()},
	} {
		console.Print(a.env.Stdout, "%-23s %s\n", line.name, line.value)
	}
	if known.Torn > 0 {
		fmt.Fprintf(a.env.Stdout, "the last %d bytes of the journal were torn by a crash; a resume cuts them\n", known.Torn)
	}
	if _, running := known.running(); known.Unfinished() > 0 && !running {
		a.tellHowToGoOn(flags, known)
	}
	return nil
}

// tellHowToGoOn says how to go on with a run, and what that command will want besides.
func (a *app) tellHowToGoOn(flags *pflag.FlagSet, known knownRun) {
	started, err := readManifest(known.Folder)
	console.Print(a.env.Stdout, "go on with: %s\n", a.goingOn(known.Folder.Run, started.Undo))
	if err == nil {
		err = a.recall(started, "run "+known.Folder.Run, flags)
	}
	if err != nil {
		console.Print(a.env.Stdout, "  but %s: %s\n", err.Error(), api.HintOf(err))
	}
}
