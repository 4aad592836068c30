package api

import (
	"sync"
	"time"
)

// Clock is the service's clock, as the Date of its answers shows it. The zero Clock knows nothing yet.
type Clock struct {
	mu    sync.Mutex
	date  time.Time     // what the service's clock showed last; zero while it is not known
	seen  time.Time     // when that was here, at the latest
	slack time.Duration // how much earlier it may have been
}

// Learn takes the Date of an answer.
func (c *Clock) Learn(a Attempt) {
	if a.ServerTime.IsZero() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.date, c.seen, c.slack = a.ServerTime, a.Start.Add(a.Latency), a.Latency
}

// AtLeast returns what the service's clock showed at a moment of ours, at the least; our own and false while it is
// not known.
func (c *Clock) AtLeast(local time.Time) (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.date.IsZero() {
		return local, false
	}
	return c.date.Add(local.Sub(c.seen)), true
}

// AtMost returns what the service's clock shows now, at the most; the zero time while it is not known.
func (c *Clock) AtMost() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.date.IsZero() {
		return time.Time{}
	}
	return c.date.Add(time.Since(c.seen) + c.slack)
}

// Moment is when something happened, by both clocks.
type Moment struct {
	Ours    time.Time
	Service time.Time // zero where it was not known
}

// dateGrain is how exact a Date is: it says whole seconds.
const dateGrain = time.Second

// Since returns the time of this process that counts as a moment of an earlier one: a wait is over only when both
// clocks say so, because one of them may have been set meanwhile. Where the service's is not known, ours decides. By a
// clock that went backwards the wait begins anew.
func (c *Clock) Since(at Moment) time.Time {
	now := time.Now()
	age := now.Sub(at.Ours)
	if service, known := c.AtLeast(now); known && !at.Service.IsZero() {
		age = min(age, service.Sub(at.Service)+dateGrain)
	}
	return now.Add(-max(0, age))
}
