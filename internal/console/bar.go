package console

import (
	"fmt"
	"time"

	"github.com/schollz/progressbar/v3"

	"refload/internal/run"
)

// bar shows a run as a progress bar with the counts by outcome beside it.
type bar struct {
	look  Look
	bar   *progressbar.ProgressBar
	tally tally
	drawn time.Time
}

// betweenDraws is how often the bar is drawn again.
const betweenDraws = 100 * time.Millisecond

func newBar(look Look) *bar { return &bar{look: look} }

func (b *bar) show(event run.Event) {
	now := b.look.Now()
	switch event.Kind {
	case run.Began:
	case run.PhaseStarted:
		b.end()
		b.tally.start(event, now)
		b.bar = b.newBar(event)
	case run.Said:
		b.above(Escape(event.Text, 0))
	case run.Waiting:
		b.tally.waits++
		b.drawn = time.Time{} // it may be long until the next row
		b.draw(now)
	default:
		b.tally.add(event, now)
		b.draw(now)
	}
}

// newBar makes the bar of a phase: with an end where the total is known, a spinner elsewhere.
func (b *bar) newBar(event run.Event) *progressbar.ProgressBar {
	total := event.Total
	if total == 0 {
		total = -1
	}
	return progressbar.NewOptions(total,
		progressbar.OptionSetWriter(b.look.Err),
		progressbar.OptionSetDescription(event.Phase),
		progressbar.OptionSetWidth(24),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionEnableColorCodes(false),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetSpinnerChangeInterval(0), // it would draw by itself, over what we print
		progressbar.OptionSetTheme(progressbar.Theme{Saucer: "=", SaucerHead: ">", SaucerPadding: " ", BarStart: "[", BarEnd: "]"}),
	)
}

func (b *bar) draw(now time.Time) {
	if b.bar == nil || now.Sub(b.drawn) < betweenDraws && b.tally.done < b.tally.total {
		return
	}
	b.drawn = now
	b.bar.Describe(b.words(now))
	b.bar.Set(b.tally.done)
}

// words is the text before the bar: phase, counts, rate and remaining time.
func (b *bar) words(now time.Time) string {
	text := b.tally.phase
	if words := b.tally.outcomes(); words != "" {
		text += ": " + words
	}
	if rate := b.tally.rate(now); rate > 0 {
		text += fmt.Sprintf(" · %.1f/s", rate)
	}
	if waits := b.tally.waiting(); waits != "" {
		text += " · " + waits
	}
	if left := b.tally.left(now); left > 0 {
		text += fmt.Sprintf(" · %s left", left)
	}
	return text
}

// above writes a line of text where the bar stood; the bar comes back with its next step.
func (b *bar) above(text string) {
	if b.bar != nil {
		b.bar.Clear()
	}
	fmt.Fprintln(b.look.Err, text)
}

func (b *bar) end() {
	if b.bar != nil {
		b.bar.Clear()
		b.bar = nil
	}
}
