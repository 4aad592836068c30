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
	skew      time.Duration // the service's clock minus ours
	known     bool
}

// attempt takes one request into account.
func (m *meter) attempt(a api.Attempt) {
	m.mu.Lock()
	m.requests++
	if !a.ServerTime.IsZero() {
		m.skew, m.known = a.ServerTime.Sub(a.Start), true
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

// serverTime returns what the service's clock showed at a moment of ours; false while it is
// not known.
func (m *meter) serverTime(local time.Time) (time.Time, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return local.Add(m.skew), m.known
}

func (m *meter) counts() (requests, throttled int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.requests, m.throttled
}
