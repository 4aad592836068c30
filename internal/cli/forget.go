package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"refload/api"
	"refload/internal/run"
)

// forgetFlags are the flags of runs forget.
type forgetFlags struct {
	email string
	yes   bool
}

func newForget(a *app) *cobra.Command {
	var flags forgetFlags
	cmd := &cobra.Command{
		Use:   "forget --email ADDRESS",
		Short: "Find a person in what refload keeps and, with --yes, remove them from it",
		Long: "Looks for a mail address in everything that refload keeps in its state folder (states for an\n" +
			"undo, copies of inputs, spools, the sandbox's data), in saved plans, and in the inputs, results,\n" +
			"verified workbooks, exports and files of --debug-bodies that it remembers, wherever they were put and\n" +
			"though their run is gone. With --yes the person's values are blanked or the copy is removed; your\n" +
			"own files are named, for a person to clean. Journals hold no personal data. A row whose state was\n" +
			"blanked cannot be taken back with 'runs undo' any more. The service itself is not touched.",
		Example: "  refload runs forget --email kim@example.com\n  refload runs forget --email kim@example.com --yes",
		Args:    noArguments,
		RunE:    func(*cobra.Command, []string) error { return a.forget(flags) },
	}
	cmd.Flags().StringVar(&flags.email, "email", "", "the mail address of the person; its case does not matter")
	cmd.Flags().BoolVar(&flags.yes, "yes", false, "remove; without it the files are only listed")
	return cmd
}

func (a *app) forget(flags forgetFlags) error {
	if flags.email == "" {
		return &UsageError{"--email is missing", "refload runs forget --email ADDRESS"}
	}
	person, err := api.NewPerson(flags.email)
	if err != nil {
		return &UsageError{err.Error(), "give the whole address: --email kim@example.com"}
	}
	state, err := a.stateFolder()
	if err != nil {
		return err
	}
	t := &tracker{person: person, state: state, seen: map[string]bool{}}
	homes, err := t.look()
	if err != nil {
		return err
	}
	if flags.yes {
		if err := a.clear(t, homes); err != nil {
			return err
		}
	}
	return a.tellTraces(t, flags.yes)
}

// clear blanks and removes, while no run can be at work: all locks are taken first.
func (a *app) clear(t *tracker, homes []*run.Home) error {
	var locks []*run.Lock
	defer func() {
		for _, lock := range locks {
			lock.Release() // the system gives it back in any case
		}
	}()
	for _, home := range homes {
		lock, err := home.Lock(run.ThisProcess("runs forget", a.env.Now()))
		if err != nil {
			return err
		}
		locks = append(locks, lock)
	}
	var wrong error
	for _, found := range t.found {
		if found.duty == dutyBlank || found.duty == dutyRemove {
			wrong = errors.Join(wrong, found.clear())
		}
	}
	return errors.Join(wrong, run.ForgetGone(t.state))
}

// dutyWords say what becomes of a file, before and after --yes.
var dutyWords = map[duty][2]string{
	dutyBlank:  {"to blank", "blanked"},
	dutyRemove: {"to remove", "removed"},
	dutyHand:   {"by hand", "by hand"},
	dutyStays:  {"stays", "stays"},
}

func (d duty) word(done bool) string {
	if done {
		return dutyWords[d][1]
	}
	return dutyWords[d][0]
}

// tellTraces prints where the person was found and what became of it.
func (a *app) tellTraces(t *tracker, done bool) error {
	ours, theirs, stay := t.count(dutyBlank, dutyRemove), t.count(dutyHand), t.count(dutyStays)
	if a.global.json {
		for _, found := range t.found {
			a.jsonLine(map[string]any{"event": "trace", "what": found.what, "run": found.run, "path": found.path, "times": found.times,
				"duty": found.duty, "done": done && found.clear != nil && found.duty != dutyStays, "why": found.why})
		}
		a.jsonLine(map[string]any{"event": "summary", "done": done, "ours": ours, "by_hand": theirs, "stay": stay})
		return nil
	}
	if len(t.found) == 0 {
		fmt.Fprintln(a.env.Stdout, "nothing that refload keeps or knows of names that address")
		return nil
	}
	table := newTable(a.env.Stdout)
	table.row("WHAT BECOMES OF IT", "WHAT", "RUN", "FILE", "WHY")
	for _, found := range t.found {
		table.row(found.duty.word(done), found.what, orDash(found.run), found.path, orDash(found.why))
	}
	if err := table.flush(); err != nil {
		return err
	}
	if !done && ours > 0 {
		fmt.Fprintf(a.env.Stdout, "nothing was changed; --yes blanks or removes %d of them\n", ours)
	}
	if theirs > 0 {
		fmt.Fprintf(a.env.Stdout, "%d files are not refload's: a person has to clean them\n", theirs)
	}
	return nil
}
