package cli

import (
	"context"
	"time"

	"refload/importer"
)

// clockCheck is how often the clock is looked at: a machine that sleeps, or whose clock is set, must not
// run past the time.
const clockCheck = 20 * time.Second

// untilTime returns a context that ends at the next moment at which the local clock shows text, "" for never.
func (a *app) untilTime(ctx context.Context, text string) (context.Context, func(), error) {
	if text == "" {
		return ctx, func() {}, nil
	}
	until, err := nextTime(text, a.env.Now())
	if err != nil {
		return ctx, func() {}, &UsageError{"--until " + quote(text) + " is no time", "hours and minutes of the local clock, such as 06:00"}
	}
	ctx, end := context.WithCancelCause(ctx)
	go func() {
		for left := until.Sub(a.env.Now()); left > 0; left = until.Sub(a.env.Now()) {
			select {
			case <-time.After(min(left, clockCheck)):
			case <-ctx.Done():
				return
			}
		}
		end(importer.TimeUp{Until: until})
	}()
	return ctx, func() { end(context.Canceled) }, nil
}

// nextTime returns the next moment after now at which the clock of now's zone shows text, HH:MM. On a day
// that leaves it out it is the moment by which the clock has gone past it.
func nextTime(text string, now time.Time) (time.Time, error) {
	clock, err := time.Parse("15:04", text)
	if err != nil {
		return time.Time{}, err
	}
	year, month, day := now.Date()
	for ; ; day++ {
		next := time.Date(year, month, day, clock.Hour(), clock.Minute(), 0, 0, now.Location())
		if next.After(now) {
			return next.Round(0), nil
		}
	}
}
