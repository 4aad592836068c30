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
