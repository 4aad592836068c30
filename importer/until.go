package importer

import (
	"context"
	"errors"
	"time"

	"refload/importer/outcome"
	"refload/internal/run"
)

// TimeUp is the cause of a context that ended because a run may take rows until a time of the clock
// only. Such a run ends like an interrupted one: what is in flight is finished, every row has its
// outcome, and the same import goes on with the rest.
type TimeUp struct{ Until time.Time }

// Error names the time.
func (t TimeUp) Error() string { return "it is " + t.Until.Format("15:04") }

// reasonOfEnd says why a context ended that nobody but the caller of an import ends.
func reasonOfEnd(ctx context.Context) string {
	if errors.As(context.Cause(ctx), new(TimeUp)) {
		return outcome.ReasonUntil
	}
	return outcome.ReasonInterrupted
}

// TimeIsUp returns err, or the *StopError that says that the time was up where err is only that
// the context has ended.
func TimeIsUp(ctx context.Context, err error) error {
	var stopped *outcome.StopError
	ended := errors.Is(err, context.Canceled) || errors.As(err, &stopped) && stopped.Reason == outcome.ReasonInterrupted
	if ended && reasonOfEnd(ctx) == outcome.ReasonUntil {
		return &outcome.StopError{Reason: outcome.ReasonUntil}
	}
	return err
}

// stopping says that a run that was told to end does so, as soon as that is known.
func (r *runner) stopping(ctx context.Context) string {
	text := "stopping"
	if n := r.inFlight.Load(); n > 0 {
		text += ": " + run.Counted(int(n), "request") + " in flight"
	}
	if reasonOfEnd(ctx) == outcome.ReasonUntil {
		return text + "; it is --until"
	}
	return text + "; Ctrl-C again ends now"
}
