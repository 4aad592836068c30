package cli

import (
	"context"
	"time"
)

// UntilTime is untilTime for tests from outside.
func UntilTime(ctx context.Context, now func() time.Time, text string) (context.Context, func(), error) {
	return (&app{env: Env{Now: now}}).untilTime(ctx, text)
}

// NextTime is nextTime for tests from outside.
var NextTime = nextTime

// ParseCommand holds a command line against the commands and flags that there are, without running it.
func ParseCommand(args []string) error {
	root := newRoot(&app{env: Env{Now: time.Now}})
	cmd, rest, err := root.Find(args)
	if err != nil {
		return err
	}
	return cmd.ParseFlags(rest)
}
