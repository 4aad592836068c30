package cli_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"refload/internal/cli"
)

// The next time is after now, within a day and an hour or two, and the clock shows it then, but on a day that leaves it out.
func TestNextTime(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Prague")
	if err != nil {
		t.Skip(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(rapid.Int64Range(1_767_000_000, 1_830_000_000).Draw(t, "now"), 0).In(zone)
		hour, minute := rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute")
		text := fmt.Sprintf("%02d:%02d", hour, minute)
		next, err := cli.NextTime(text, now)
		if err != nil || !next.After(now) || next.Sub(now) > 26*time.Hour {
			t.Fatalf("%s after %s is %s, %v", text, now, next, err)
		}
		if _, before := next.Add(-3 * time.Hour).Zone(); next.Format("15:04") != text {
			if _, after := next.Add(3 * time.Hour).Zone(); before == after {
				t.Fatalf("%s after %s is %s", text, now, next)
			}
		}
	})
}

func TestWhatIsNoTime(t *testing.T) {
	for _, text := range []string{"24:00", "6", "06:60", "06:00:00", "noon", "-1:00", " 06:00"} {
		if next, err := cli.NextTime(text, time.Now()); err == nil {
			t.Errorf("%q is %s", text, next)
		}
	}
}
