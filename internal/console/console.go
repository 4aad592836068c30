// Package console shows people and programs what a run does. Data and JSON lines go to
// standard output, everything else to standard error. The bar is drawn on a terminal only;
// elsewhere there are plain lines. Text that is not ours never reaches a terminal unescaped.
package console

import (
	"io"
	"time"

	"refload/internal/run"
)

// Look says how events are shown.
type Look struct {
	Out      io.Writer // standard output
	Err      io.Writer // standard error
	Terminal bool      // Err is a terminal
	JSON     bool      // events are JSON lines on Out
	Quiet    bool      // no progress, no notes
	Color    bool
	Now      func() time.Time
	Also     run.Observer // is told of every event too, such as a log; may be nil
}

// Console shows the events of one run.
type Console struct {
	look Look
	show shower
}

// shower is one way of showing events.
type shower interface {
	show(run.Event)
	end()
}

// New returns a console.
func New(look Look) *Console {
	c := &Console{look: look}
	switch {
	case look.JSON:
		c.show = newJSONLines(look.Out)
	case look.Quiet:
		c.show = silence{}
	case look.Terminal:
		c.show = newBar(look)
	default:
		c.show = newLines(look)
	}
	return c
}

// Observe shows one event. It is a run.Observer.
func (c *Console) Observe(event run.Event) {
	if c.look.Also != nil {
		c.look.Also(event)
	}
	c.show.show(event)
}

// End takes the bar away, so that what follows starts on a line of its own.
func (c *Console) End() { c.show.end() }

// silence shows nothing.
type silence struct{}

func (silence) show(run.Event) {}
func (silence) end()           {}
