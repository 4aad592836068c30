package importer

import (
	"sync"
	"time"

	"refload/api"
	"refload/internal/run"
)

// meter counts requests, and has the service's clock.
type meter struct {
	api.Clock
	observe func(run.Event)

	mu        sync.Mutex
	requests  int
	throttled int
	waited    time.Duration // that the service asked for, the longest of each answer
}

// attempt takes one request into account.
func (m *meter) attempt(a api.Attempt) {
	m.Learn(a)
	m.mu.Lock()
	m.requests++
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

func (m *meter) counts() (requests, throttled int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.requests, m.throttled
}
