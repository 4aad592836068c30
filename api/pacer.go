package api

import (
	"context"
	"sync"
	"time"
)

// Pacer decides when a request may start. It is shared by all requests to one service:
// writes, listings and repeats alike. It keeps two promises: never more than the rate in any
// window of one second, by a log of the last starts; and nobody starts while the service has
// asked to wait. All times are monotonic. A Pacer is safe for concurrent use.
type Pacer struct {
	turn chan struct{} // held by the one request that waits for its start

	mu     sync.Mutex
	rate   Rate
	starts []time.Time // a ring of the last starts, as long as the highest rate
	next   int         // where the next start goes in the ring
	slot   time.Time   // the earliest next start under an even spread
	hold   time.Time   // nobody starts before
}

// window is the time in which no more requests start than the rate allows: one second and
// a margin for the difference between the moment that is logged and the moment of sending.
const window = time.Second + 6*time.Millisecond

// NewPacer returns a pacer with the given rate.
func NewPacer(rate Rate) *Pacer {
	return &Pacer{
		turn:   make(chan struct{}, 1),
		rate:   rate,
		starts: make([]time.Time, max(1, int(rate.Max))),
	}
}

// Wait returns when the request may start, and counts its start. It returns the context's
// error when that ends first; then nothing was counted.
func (p *Pacer) Wait(ctx context.Context) error {
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-p.turn }()
	for {
		wait := p.start(time.Now())
		if wait <= 0 {
			return ctx.Err()
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// start counts a start at now and returns 0, or returns how long to wait before asking again.
func (p *Pacer) start(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	earliest := p.hold
	if p.rate.Max > 0 {
		earliest = latest(earliest, p.slot, p.oldest())
	}
	if wait := earliest.Sub(now); wait > 0 {
		return wait
	}
	p.count(now)
	return 0
}

// count logs a start at now.
func (p *Pacer) count(now time.Time) {
	p.starts[p.next] = now
	p.next = (p.next + 1) % len(p.starts)
	p.slot = latest(p.slot, now.Add(-p.spacing())).Add(p.spacing())
}

// startedLate counts a start that Wait has counted before once more, at its real time. It takes the
// place of another request in the log, so that it can only slow down.
func (p *Pacer) startedLate() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count(time.Now())
}

// oldest returns when the window of the log's rate-th last start ends.
func (p *Pacer) oldest() time.Time {
	allowed := max(1, int(p.rate.now))
	last := p.starts[(p.next-allowed+2*len(p.starts))%len(p.starts)]
	if last.IsZero() {
		return last
	}
	return last.Add(window)
}

// spacing is the time between two starts under an even spread, 0 without a rate.
func (p *Pacer) spacing() time.Duration {
	if p.rate.Max == 0 {
		return 0
	}
	return time.Duration(float64(window) / p.rate.now)
}

// Hold lets nobody start for the next d; a longer wait that already holds stays.
func (p *Pacer) Hold(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hold = latest(p.hold, time.Now().Add(d))
}

// Throttled tells that the service asked to slow down, Succeeded that it answered well.
// Between them they move the rate, see Rate.
func (p *Pacer) Throttled() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rate.slower(time.Now())
}

// Succeeded tells that a request was answered well.
func (p *Pacer) Succeeded() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rate.faster()
}

func latest(times ...time.Time) time.Time {
	var last time.Time
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}
