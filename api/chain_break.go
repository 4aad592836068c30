package api

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// The figures of the breaker: how many failed attempts without a success between open it,
// how long it pauses before it asks again, and when it gives up.
const (
	failuresToOpen = 20
	firstPause     = 30 * time.Second
	longestPause   = 15 * time.Minute
	longestOutage  = 30 * time.Minute
)

// UnreachableError says that the service has not answered for half an hour.
type UnreachableError struct{ Since time.Duration }

// Error says for how long.
func (e *UnreachableError) Error() string {
	return fmt.Sprintf("the service has not answered for %s", e.Since.Round(time.Minute))
}

// breaker stops everybody when nothing gets through, and lets one small listing find out
// whether the service is back.
type breaker struct {
	probing chan struct{} // held by the one who asks whether the service is back

	mu       sync.Mutex
	failures int       // attempts that failed since the last success
	opened   time.Time // zero while closed
	until    time.Time // nobody asks before
	pause    time.Duration
}

func newBreaker() *breaker { return &breaker{probing: make(chan struct{}, 1)} }

// breakCircuit waits while the service is down, and asks it from time to time by probe.
func breakCircuit(b *breaker, probe string) layer {
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(request *http.Request) (*http.Response, error) {
			if err := b.pass(request.Context(), next, probe); err != nil {
				return nil, err
			}
			response, err := next.RoundTrip(request)
			b.learn(response, err, time.Now())
			return response, err
		})
	}
}

// pass returns when the breaker is closed.
func (b *breaker) pass(ctx context.Context, next http.RoundTripper, probe string) error {
	for b.isOpen() {
		select {
		case b.probing <- struct{}{}:
		case <-ctx.Done():
			return &notStartedError{ctx.Err()}
		}
		err := b.ask(ctx, next, probe)
		<-b.probing
		if err != nil {
			return err
		}
	}
	return nil
}

// ask waits for the pause to end and sends one probe, unless somebody else closed the
// breaker meanwhile.
func (b *breaker) ask(ctx context.Context, next http.RoundTripper, probe string) error {
	for {
		wait, outage := b.wait(time.Now())
		switch {
		case !b.isOpen():
			return nil
		case outage > longestOutage:
			return &UnreachableError{outage}
		}
		if err := Sleep(ctx, wait); err != nil {
			return &notStartedError{err}
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, probe, nil)
		if err != nil {
			return err
		}
		response, err := next.RoundTrip(request)
		b.learn(response, err, time.Now())
	}
}

func (b *breaker) isOpen() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.opened.IsZero()
}

// wait returns how long to wait before asking, and for how long the service is gone.
func (b *breaker) wait(now time.Time) (pause, outage time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return max(0, b.until.Sub(now)), now.Sub(b.opened)
}

// learn counts failures: an attempt without an answer, or with one that says the service is
// down. Being asked to slow down is none.
func (b *breaker) learn(response *http.Response, err error, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil && response.StatusCode < 500 {
		b.failures, b.opened = 0, time.Time{}
		return
	}
	if err != nil && isOurs(err) {
		return
	}
	b.failures++
	switch {
	case b.failures < failuresToOpen:
	case b.opened.IsZero():
		b.opened, b.pause = now, firstPause
		b.until = now.Add(b.pause)
	case !now.Before(b.until):
		b.pause = min(longestPause, 2*b.pause)
		b.until = now.Add(b.pause)
	}
}
