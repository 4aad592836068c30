package importer

import (
	"sync"
	"time"

	"refload/api"
	"refload/internal/run"
)

// meter counts requests, and knows the service's clock from the Date of its answers.
type meter struct {
	observe func(run.Event)

	mu        sync.Mutex
	requests  int
	throttled int
	waited    time.Duration // that the service asked for, the longest of each answer
	date      time.Time     // what the service's clock showed last; zero while it is not known
	seen      time.Time     // when that was here, at the latest
	slack     time.Duration // how much earlier it may have been
}

// attempt takes one request into account.
func (m *meter) attempt(a api.Attempt) {
	m.mu.Lock()
	m.requests++
	if !a.ServerTime.IsZero() {
		m.date, m.seen, m.slack = a.ServerTime, a.Start.Add(a.Latency), a.Latency
	}
	throttled := a.Status == 429 || a.Status == 503 && a.RetryAfter > 0
	if throttled {
		m.throttled++
		m.waited += a.RetryAfter
	}
	m.mu.Unlock()
	if throttled {
		m.observe(run.Event{Kind: run.Waiting, Wait: a.RetryAfter})
	}
}

// serverTime returns what the service's clock showed at a moment of ours, at the least; our own and false while
// it is not known.
func (m *meter) serverTime(local time.Time) (time.Time, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.date.IsZero() {
		return local, false
	}
	return m.date.Add(local.Sub(m.seen)), true
}

// serviceClock returns what the service's clock shows now, at the most; the zero time while it is not known.
func (m *meter) serviceClock() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.date.IsZero() {
		return time.Time{}
	}
	return m.date.Add(time.Since(m.seen) + m.slack)
}

// moment is when something happened, by both clocks.
type moment struct {
	ours    time.Time
	service time.Time // zero where it was not known
}

// dateGrain is how exact a Date is: it says whole seconds.
const dateGrain = time.Second

// when returns the time of this process that counts as a moment of an earlier run: a wait is over only when both
// clocks say so, because one of them may have been set meanwhile. Where the service's is not known, ours decides. By a
// clock that went backwards the wait begins anew.
func (m *meter) when(at moment) time.Time {
	now := time.Now()
	age := now.Sub(at.ours)
	if service, known := m.serverTime(now); known && !at.service.IsZero() {
		age = min(age, service.Sub(at.service)+dateGrain)
	}
	return now.Add(-max(0, age))
}

func (m *meter) counts() (requests, throttled int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.requests, m.throttled
}
