package api_test

import (
	"testing"
	"testing/synctest"
	"time"

	"refload/api"
)

// A wait is over when both clocks say so; by a clock that went backwards it begins anew.
func TestWaitsGoByBothClocks(t *testing.T) {
	for name, test := range map[string]struct {
		ours, service time.Duration // how long ago something was, by each clock; 0 for one that was not known then
		unknown       bool          // the service's clock is not known now
		want          time.Duration
	}{
		"both alike":                {time.Hour, time.Hour, false, time.Hour},
		"ours was put forward":      {time.Hour, time.Minute, false, time.Minute + time.Second},
		"the service's was":         {time.Minute, time.Hour, false, time.Minute},
		"the service's is unknown":  {time.Hour, time.Minute, true, time.Hour},
		"the service's was unknown": {time.Hour, 0, false, time.Hour},
		"ours went backwards":       {-time.Hour, time.Hour, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var clock api.Clock
				now, service := time.Now(), time.Date(2031, 5, 1, 12, 0, 0, 0, time.UTC)
				if !test.unknown {
					clock.Learn(api.Attempt{ServerTime: service, Start: now})
				}
				at := api.Moment{Ours: now.Add(-test.ours)}
				if test.service != 0 {
					at.Service = service.Add(-test.service)
				}
				if got := now.Sub(clock.Since(at)); got != test.want {
					t.Errorf("%s ago, want %s", got, test.want)
				}
			})
		})
	}
}

// An answer that was on its way for a while was dated somewhere in it.
func TestTheServicesClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var clock api.Clock
		if _, known := clock.AtLeast(time.Now()); known || !clock.AtMost().IsZero() {
			t.Error("a clock that nobody has seen is known")
		}
		began, service := time.Now(), time.Date(2031, 5, 1, 12, 0, 0, 0, time.UTC)
		time.Sleep(3 * time.Second)
		clock.Learn(api.Attempt{ServerTime: service, Start: began, Latency: 3 * time.Second})
		clock.Learn(api.Attempt{Start: time.Now()}) // without a Date
		time.Sleep(time.Minute)
		if least, known := clock.AtLeast(time.Now()); !known || !least.Equal(service.Add(time.Minute)) {
			t.Errorf("at the least %s", least)
		}
		if most := clock.AtMost(); !most.Equal(service.Add(time.Minute + 3*time.Second)) {
			t.Errorf("at the most %s", most)
		}
	})
}
