package console_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"refload/internal/console"
	"refload/internal/run"
)

// clock is a clock that a test moves.
type clock struct{ now time.Time }

func newClock() *clock { return &clock{time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time { return c.now }

// rows sends n rows, one every tenth of a second.
func (c *clock) rows(shown *console.Console, n int, outcome run.Outcome) {
	for i := range n {
		c.now = c.now.Add(100 * time.Millisecond)
		shown.Observe(run.Event{Kind: run.RowDone, Row: i + 2, Outcome: outcome})
	}
}

func TestLinesHaveNoControlCharacters(t *testing.T) {
	var out, errs bytes.Buffer
	c := newClock()
	shown := console.New(console.Look{Out: &out, Err: &errs, Now: c.Now})
	shown.Observe(run.Event{Kind: run.PhaseStarted, Phase: "sending", Total: 400})
	shown.Observe(run.Event{Kind: run.Said, Text: "a note with \x1b[31m colour\rand return"})
	shown.Observe(run.Event{Kind: run.Waiting, Wait: 57 * time.Second})
	c.rows(shown, 150, run.Created)
	c.rows(shown, 60, run.Rejected)
	shown.End()
	text := errs.String()
	if strings.ContainsAny(text, "\x1b\r") {
		t.Errorf("control characters in %q", text)
	}
	for _, want := range []string{"sending …\n", "sending: 200 of 400 (created 150, rejected 50), 10.0 a second, asked to wait once, about 20s left"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if n := strings.Count(text, "\n"); n != 4 {
		t.Errorf("%d lines for 21 seconds, expected one every ten:\n%s", n, text)
	}
	if out.Len() > 0 {
		t.Errorf("standard output got %q", out.String())
	}
}

func TestBarCountsOutcomes(t *testing.T) {
	var errs bytes.Buffer
	c := newClock()
	shown := console.New(console.Look{Out: &bytes.Buffer{}, Err: &errs, Terminal: true, Now: c.Now})
	shown.Observe(run.Event{Kind: run.PhaseStarted, Phase: "sending", Total: 100})
	c.rows(shown, 60, run.Created)
	shown.Observe(run.Event{Kind: run.Waiting, Wait: 3 * time.Second})
	shown.End()
	text := errs.String()
	for _, want := range []string{"sending: created 60", "10.0/s", "4s left", "60%", "asked to wait once"} {
		if !strings.Contains(text, want) {
			t.Errorf("the bar never showed %q:\n%q", want, text)
		}
	}
}

func TestJSONIsOneObjectALine(t *testing.T) {
	var out, errs bytes.Buffer
	shown := console.New(console.Look{Out: &out, Err: &errs, JSON: true, Now: newClock().Now})
	shown.Observe(run.Event{Kind: run.PhaseStarted, Phase: "sending", Total: 2})
	shown.Observe(run.Event{Kind: run.RowDone, Row: 2, Outcome: run.Created})
	shown.End()
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 || errs.Len() > 0 {
		t.Fatalf("%d lines, standard error %q", len(lines), errs.String())
	}
	var last map[string]any
	if err := json.Unmarshal([]byte(lines[1]), &last); err != nil || last["outcome"] != "created" || last["row"] != 2.0 {
		t.Errorf("%v, %v", last, err)
	}
}

func TestQuietIsQuiet(t *testing.T) {
	var out, errs bytes.Buffer
	shown := console.New(console.Look{Out: &out, Err: &errs, Quiet: true, Now: newClock().Now})
	shown.Observe(run.Event{Kind: run.Said, Text: "note"})
	shown.End()
	if out.Len()+errs.Len() > 0 {
		t.Errorf("said %q %q", out.String(), errs.String())
	}
}

// Whatever a file or a server says, nothing of it drives the terminal.
func TestEscapeLeavesNothingThatDrivesATerminal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("\x1b\x07\r\n\x00\u202e\u200b\u0085\u2028\ufeff")))).Draw(t, "text")
		for _, r := range console.Escape(text, 0) {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
				t.Fatalf("%U came through", r)
			}
		}
	})
}

func TestEscapeKeepsWords(t *testing.T) {
	const text = "Škoda & Co. – 100 € 日本"
	if got := console.Escape(text, 0); got != text {
		t.Errorf("%q", got)
	}
	if got := console.Escape("abcdef", 3); got != "abc…" {
		t.Errorf("cut: %q", got)
	}
}
