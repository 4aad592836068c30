//go:build unix

package cli_test

import (
	"os"
	"testing"
	"time"

	"refload/api/sandbox"
	"refload/internal/effort"
)

// mostIn returns the greatest number of moments, which are in order, that lie in one window: less than its
// length apart.
func mostIn(moments []time.Time, window time.Duration) int {
	most, first := 0, 0
	for i, moment := range moments {
		for moment.Sub(moments[first]) >= window {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

func TestMostIn(t *testing.T) {
	at := func(milliseconds ...int) (moments []time.Time) {
		for _, ms := range milliseconds {
			moments = append(moments, time.UnixMilli(int64(ms)))
		}
		return moments
	}
	for _, test := range []struct {
		moments []time.Time
		want    int
	}{{nil, 0}, {at(5), 1}, {at(0, 999, 1000), 2}, {at(0, 500, 999, 1000, 1400, 1998), 4}, {at(7, 7, 7), 3}} {
		if got := mostIn(test.moments, time.Second); got != test.want {
			t.Errorf("%v: %d, want %d", test.moments, got, test.want)
		}
	}
}

// The rate of a real minute, and how many requests may be on their way at once.
const (
	realRate    = 10
	realTime    = time.Minute
	realWorkers = 8
)

// mostArrivals is how many requests a server may see in a window: those that may start in it, and those that
// were on their way when it began. However slow the machine is, there are no more; that starts themselves keep
// to the rate show TestNoWindowExceedsTheRate and its like, to the nanosecond.
func mostArrivals(window time.Duration) int {
	return realRate*int(window/time.Second) + 1 + realWorkers
}

// TestRateOfARealMinute imports with --rate for a minute over a real socket, and looks at when
// the requests arrived.
func TestRateOfARealMinute(t *testing.T) {
	effort.OnlyIf(t, "TEST_LONG", "it takes a minute")
	program, err := binary()
	if err != nil {
		t.Fatalf("%v: %s", err, program)
	}
	n := newNight(t, program, 1, 2*realRate*int(realTime.Seconds()), &sandbox.Plan{})
	n.extra = []string{"--rate", "10"}
	cmd := n.importing("deals.csv")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop := time.AfterFunc(realTime+5*time.Second, func() { cmd.Process.Signal(os.Interrupt) })
	defer stop.Stop()
	if code := exitCodeOf(cmd.Wait()); code != "130" {
		t.Errorf("exit %s, expected 130: the run was to be stopped while it had work", code)
	}
	var arrivals []time.Time
	within := 0
	for _, entry := range n.emulator.Ledger() {
		arrivals = append(arrivals, entry.Time)
		if entry.Time.Sub(arrivals[0]) < realTime {
			within++
		}
	}
	permitted := realRate * int(realTime.Seconds())
	t.Logf("%d of %d permitted starts in %s (%.1f %%), at most %d in a second", within, permitted, realTime,
		100*float64(within)/float64(permitted), mostIn(arrivals, time.Second))
	for _, window := range []time.Duration{time.Second, 2 * time.Second, 5 * time.Second, 20 * time.Second, realTime} {
		if most := mostIn(arrivals, window); most > mostArrivals(window) {
			t.Errorf("%d requests in %s, the rate is %d a second", most, window, realRate)
		}
	}
	if within == 0 {
		t.Error("nothing was sent")
	}
}
