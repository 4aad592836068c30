package console

import (
	"fmt"
	"strings"
	"time"

	"refload/internal/run"
)

// tally counts outcomes and knows how fast they come.
type tally struct {
	phase  string
	total  int
	done   int
	counts run.Counts
	waits  int // that the service asked for
	began  time.Time
	recent []moment // of the last half minute, for the rate
}

type moment struct {
	at   time.Time
	done int
}

// rateWindow is the time over which the rate is measured.
const rateWindow = 30 * time.Second

func (t *tally) start(event run.Event, now time.Time) {
	*t = tally{phase: event.Phase, total: event.Total, counts: run.Counts{}, waits: t.waits, began: now}
}

func (t *tally) add(event run.Event, now time.Time) {
	if event.Kind == run.RowDone {
		t.counts[event.Outcome]++
		t.done++
	} else {
		t.done = event.Done
	}
	if n := len(t.recent); n == 0 || now.Sub(t.recent[n-1].at) >= time.Second/4 {
		t.recent = append(t.recent, moment{now, t.done})
	}
	for len(t.recent) > 2 && now.Sub(t.recent[0].at) > rateWindow {
		t.recent = t.recent[1:]
	}
}

// rate returns how many are done a second, over the last half minute; 0 while too little is
// known to say.
func (t *tally) rate(now time.Time) float64 {
	if len(t.recent) == 0 || now.Sub(t.recent[0].at) < time.Second {
		return 0
	}
	return float64(t.done-t.recent[0].done) / now.Sub(t.recent[0].at).Seconds()
}

// left returns how long the rest will take; 0 while it cannot be said.
func (t *tally) left(now time.Time) time.Duration {
	rate := t.rate(now)
	if rate <= 0 || t.total <= t.done {
		return 0
	}
	return time.Duration(float64(t.total-t.done) / rate * float64(time.Second)).Round(time.Second)
}

// waiting says how often the service asked to wait, "" for never.
func (t *tally) waiting() string {
	switch t.waits {
	case 0:
		return ""
	case 1:
		return "asked to wait once"
	}
	return fmt.Sprintf("asked to wait %d times", t.waits)
}

// outcomes returns the counts in words: "created 12, rejected 1".
func (t *tally) outcomes() string { return CountsInWords(t.counts) }

// CountsInWords returns counts by outcome in the order of the outcome table, such as
// "created 12, rejected 1"; outcomes without rows are left out.
func CountsInWords(counts run.Counts) string {
	var parts []string
	for _, word := range run.Words() {
		if n := counts[word.Outcome]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", word.Outcome, n))
		}
	}
	return strings.Join(parts, ", ")
}
