package entra

import (
	"context"
	"sync"
)

// turns lets one refresh while others wait, who share what came of it when it failed: whoever waited
// for the whole of an exchange does not begin the same again.
type turns struct {
	taken chan struct{} // full while somebody refreshes

	mu     sync.Mutex
	failed int   // how many failed
	last   error // of the last that failed
}

func newTurns() *turns { return &turns{taken: make(chan struct{}, 1)} }

// busy reports whether somebody refreshes.
func (t *turns) busy() bool { return len(t.taken) > 0 }

// take waits for the turn. Where the one who had it failed meanwhile it returns that error, and the
// turn is not taken.
func (t *turns) take(ctx context.Context) error {
	seen, _ := t.failures()
	select {
	case t.taken <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	now, err := t.failures()
	if now == seen {
		return nil
	}
	<-t.taken
	return err
}

// give ends a turn. A caller who went away says nothing about the sign-in.
func (t *turns) give(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		t.mu.Lock()
		t.failed, t.last = t.failed+1, err
		t.mu.Unlock()
	}
	<-t.taken
}

func (t *turns) failures() (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.failed, t.last
}
