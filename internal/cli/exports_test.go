package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// UntilTime is untilTime for tests from outside.
func UntilTime(ctx context.Context, now func() time.Time, text string) (context.Context, func(), error) {
	return (&app{env: Env{Now: now}}).untilTime(ctx, text)
}

// MayHaveTokens is mayHaveTokens for tests from outside, with all who name an address, by what they are called.
func MayHaveTokens(address, known, by string) bool {
	return mayHaveTokens(address, known, map[string]namer{"flag": byFlag, "variable": byVariable, "file": byFile, "record": byRecord}[by])
}

// NextTime is nextTime for tests from outside.
var NextTime = nextTime

// EveryFlag gives each flag of each command, hidden ones too, to visit.
func EveryFlag(visit func(command string, flag *pflag.Flag)) {
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		for _, flags := range []*pflag.FlagSet{cmd.Flags(), cmd.PersistentFlags()} {
			flags.VisitAll(func(flag *pflag.Flag) { visit(cmd.CommandPath(), flag) })
		}
		for _, below := range cmd.Commands() {
			walk(below)
		}
	}
	walk(newRoot(&app{env: Env{Now: time.Now}}))
}

// ParseCommand holds a command line against the commands and flags that there are, without running it.
func ParseCommand(args []string) error {
	root := newRoot(&app{env: Env{Now: time.Now}})
	cmd, rest, err := root.Find(args)
	if err != nil {
		return err
	}
	return cmd.ParseFlags(rest)
}
