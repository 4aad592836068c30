//go:build unix

package cli_test

import (
	"os"
	"testing"
	"time"

	"refload/api/sandbox"
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

// The rate of a real minute: what the server may see in any window, shortened by what sockets
// and the scheduler may shift, and how much of the permitted starts has to be used.
const (
	realRate   = 10
	realTime   = time.Minute
	realWindow = 950 * time.Millisecond
	realUse    = 0.99
)

// TestRateOfARealMinute imports with --rate for a minute over a real socket, and looks at when
// the requests arrived.
func TestRateOfARealMinute(t *testing.T) {
	if os.Getenv("REFLOAD_BIG") == "" {
		t.Skip("it takes a minute: REFLOAD_BIG=1, as .ci/run does")
	}
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
	t.Logf("%d of %d permitted starts in %s (%.1f %%), at most %d in a second, %d in %s", within, permitted, realTime,
		100*float64(within)/float64(permitted), mostIn(arrivals, time.Second), mostIn(arrivals, realWindow), realWindow)
	if most := mostIn(arrivals, realWindow); most > realRate {
		t.Errorf("%d requests in %s, the rate is %d a second", most, realWindow, realRate)
	}
	if float64(within) < realUse*float64(permitted) {
		t.Errorf("%d of %d permitted starts were used", within, permitted)
	}
}
