package api

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// Budget bounds how often failed requests are repeated, so that an outage is not made worse:
// 100 repeats, and one more for every ten good answers. When it is spent nothing is given up,
// but repeats become one a second. A Budget is safe for concurrent use.
type Budget struct {
	mu     sync.Mutex
	tokens float64
	next   time.Time // when the next repeat on an empty budget may start
}

// The figures of a Budget.
const (
	fullBudget    = 100
	perGoodAnswer = 0.1
	emptyPause    = time.Second
)

// NewBudget returns a full budget.
func NewBudget() *Budget { return &Budget{tokens: fullBudget} }

// Earn tells of a good answer.
func (b *Budget) Earn() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens = min(fullBudget, b.tokens+perGoodAnswer)
}

// Spend waits for the pause before the n-th repeat, counted from 0, and takes it out of the
// budget. It returns the context's error when that ends first.
func (b *Budget) Spend(ctx context.Context, n int) error {
	return Sleep(ctx, max(backoff(n), b.take(time.Now())))
}

// take takes one repeat and returns how long it has to wait because the budget is empty.
func (b *Budget) take(now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.tokens >= 1 {
		b.tokens--
		return 0
	}
	b.next = latest(now, b.next).Add(emptyPause)
	return b.next.Sub(now)
}

// The pauses between repeats: at random between nothing and a bound that doubles.
const (
	firstBackoff   = time.Second
	longestBackoff = time.Minute
)

// backoff returns a pause with full jitter, so that many clients do not come back together.
func backoff(n int) time.Duration {
	bound := longestBackoff
	if n < 6 {
		bound = min(longestBackoff, firstBackoff<<n)
	}
	return rand.N(bound) + time.Millisecond
}

// Sleep waits for d on the monotonic clock and returns nil, or the context's error when that
// ends first.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
