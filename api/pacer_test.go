package api_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"refload/api"
)

// Never more than the rate in any second, and at least 99 % of it used while there is work.
func TestNoWindowExceedsTheRate(t *testing.T) {
	for _, rate := range []int{1, 2, 5, 10, 50} {
		for _, workers := range []int{1, 4, 64} {
			t.Run(fmt.Sprintf("%d a second, %d workers", rate, workers), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					starts := pacedStarts(api.NewPacer(api.FixedRate(float64(rate))), workers, 40*rate)
					checkWindows(t, starts, rate)
					took := starts[len(starts)-1].Sub(starts[0]).Seconds()
					if used := float64(len(starts)-1) / took / float64(rate); used < 0.99 {
						t.Errorf("%.2f %% of the rate were used", 100*used)
					}
				})
			})
		}
	}
}

// pacedStarts lets workers start n requests and returns when they did.
func pacedStarts(pacer *api.Pacer, workers, n int) []time.Time {
	var mu sync.Mutex
	var starts []time.Time
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for {
				mu.Lock()
				done := len(starts) >= n
				mu.Unlock()
				if done || pacer.Wait(context.Background()) != nil {
					return
				}
				mu.Lock()
				starts = append(starts, time.Now())
				mu.Unlock()
				time.Sleep(time.Millisecond)
			}
		})
	}
	group.Wait()
	return starts
}

func checkWindows(t *testing.T, starts []time.Time, rate int) {
	t.Helper()
	for i := rate; i < len(starts); i++ {
		if window := starts[i].Sub(starts[i-rate]); window < time.Second {
			t.Fatalf("%d starts within %s", rate+1, window)
		}
	}
}

// After a pause the saved-up time is not spent at once.
func TestAPauseSavesNothingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pacer := api.NewPacer(api.FixedRate(10))
		starts := pacedStarts(pacer, 4, 15)
		time.Sleep(time.Minute)
		checkWindows(t, append(starts, pacedStarts(pacer, 4, 30)...), 10)
	})
}

func TestAHoldStopsEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pacer := api.NewPacer(api.FixedRate(0))
		start := time.Now()
		pacer.Hold(57 * time.Second)
		pacer.Hold(3 * time.Second) // a shorter one changes nothing
		for _, at := range pacedStarts(pacer, 16, 32) {
			if at.Sub(start) < 57*time.Second {
				t.Fatalf("a start after %s", at.Sub(start))
			}
		}
	})
}

func TestAWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pacer := api.NewPacer(api.FixedRate(1))
		pacer.Hold(time.Hour)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := pacer.Wait(ctx); err != context.DeadlineExceeded {
			t.Errorf("%v", err)
		}
	})
}

// A rate that an operator gave is found again after as many good answers as a small one.
func TestTheWayBackIsAsLongAtAnyRate(t *testing.T) {
	for _, rate := range []float64{10, 25, 200} {
		pacer := api.NewPacer(api.FixedRate(rate))
		pacer.Throttled()
		for n := range 200 {
			if got := pacer.PerSecond(); got >= rate {
				t.Errorf("rate %v: back after %d good answers", rate, n)
			}
			pacer.Succeeded()
		}
		if got := pacer.PerSecond(); got != rate {
			t.Errorf("rate %v: %v after 200 good answers", rate, got)
		}
	}
}

func TestTheRateFindsItsWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pacer := api.NewPacer(api.MovingRate(5, 10))
		for range 19 {
			pacer.Succeeded()
		}
		if got := pacer.PerSecond(); got != 5 {
			t.Errorf("after 19 good answers %v", got)
		}
		for range 1 + 20*20 {
			pacer.Succeeded()
		}
		if got := pacer.PerSecond(); got != 10 {
			t.Errorf("the ceiling is 10, the rate %v", got)
		}
		pacer.Throttled()
		pacer.Throttled() // the same moment counts once
		if got := pacer.PerSecond(); got != 5 {
			t.Errorf("after a 429 %v", got)
		}
		for range 20 {
			time.Sleep(2 * time.Second)
			pacer.Throttled()
		}
		if got := pacer.PerSecond(); got != 0.5 {
			t.Errorf("the floor is 0.5, the rate %v", got)
		}
	})
}

// A disk that is slow to take the intent down delays a request whose start was counted already: no
// window of real starts exceeds the rate all the same.
func TestASlowTurnIsCountedAtItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rate = 10
		var starts []time.Time
		client, err := api.NewClient(api.Config{
			BaseURL: "https://api.example.com", Token: api.StaticToken("t"), Pacer: api.NewPacer(api.FixedRate(rate)),
			Transport: sent(func(*http.Request) (*http.Response, error) {
				starts = append(starts, time.Now())
				return &http.Response{StatusCode: http.StatusConflict, Header: http.Header{}, Body: http.NoBody}, nil
			}),
		})
		if err != nil {
			t.Fatal(err)
		}
		for n := range 5 * rate {
			client.Create(api.WithTurn(context.Background(), func() error {
				if n == rate/2 {
					time.Sleep(60 * time.Millisecond)
				}
				return nil
			}), api.NewReferral())
		}
		if checkWindows(t, starts, rate); len(starts) != 5*rate {
			t.Errorf("%d starts", len(starts))
		}
	})
}

// sent lets a function be the transport.
type sent func(*http.Request) (*http.Response, error)

func (s sent) RoundTrip(request *http.Request) (*http.Response, error) { return s(request) }
