package console

import (
	"fmt"
	"io"
	"time"

	"refload/internal/run"
)

// betweenLines is how often a run without a terminal says how far it is.
const betweenLines = 10 * time.Second

// lines shows a run as plain lines.
type lines struct {
	out   io.Writer
	now   func() time.Time
	tally tally
	said  time.Time
}

func newLines(look Look) *lines { return &lines{out: look.Err, now: look.Now} }

func (l *lines) show(event run.Event) {
	now := l.now()
	switch event.Kind {
	case run.Began:
	case run.PhaseStarted:
		l.tally.start(event, now)
		l.said = now
		fmt.Fprintf(l.out, "%s …\n", event.Phase)
	case run.Said:
		fmt.Fprintln(l.out, Escape(event.Text, 0))
	case run.Waiting:
		l.tally.waits++
		l.sometimes(now)
	default:
		l.tally.add(event, now)
		l.sometimes(now)
	}
}

// sometimes says how far the run is, where that was not said just now.
func (l *lines) sometimes(now time.Time) {
	if now.Sub(l.said) >= betweenLines {
		l.said = now
		fmt.Fprintln(l.out, l.progress(now))
	}
}

func (l *lines) progress(now time.Time) string {
	text := fmt.Sprintf("%s: %d", l.tally.phase, l.tally.done)
	if l.tally.total > 0 {
		text += fmt.Sprintf(" of %d", l.tally.total)
	}
	if words := l.tally.outcomes(); words != "" {
		text += " (" + words + ")"
	}
	if rate := l.tally.rate(now); rate > 0 {
		text += fmt.Sprintf(", %.1f a second", rate)
	}
	if waits := l.tally.waiting(); waits != "" {
		text += ", " + waits
	}
	if left := l.tally.left(now); left > 0 {
		text += fmt.Sprintf(", about %s left", left)
	}
	return text
}

func (*lines) end() {}
