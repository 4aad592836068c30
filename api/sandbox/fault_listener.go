package sandbox

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// requestCount counts the requests of a connection.
type requestCount struct{ n int }

type requestCountKey struct{}

// countRequests gives each connection a count.
func countRequests(ctx context.Context, _ net.Conn) context.Context {
	return context.WithValue(ctx, requestCountKey{}, &requestCount{})
}

func countRequest(r *http.Request) {
	if count, ok := r.Context().Value(requestCountKey{}).(*requestCount); ok {
		count.n++
	}
}

// reused reports whether a request came on a connection that had one before. It is known
// under Serve only.
func reused(c *call) bool {
	count, ok := c.request.Context().Value(requestCountKey{}).(*requestCount)
	return ok && count.n > 1
}

// gate is a listener with the faults of connections: it resets some of them as they come, and
// refuses all while it is shut.
type gate struct {
	faults *faultState
	ctx    context.Context

	mu       sync.Mutex
	listener net.Listener
	count    int           // connections so far
	shut     chan struct{} // closed when the gate opens again; nil while it is open
}

// listen puts the faults of connections before a listener.
func (f *faultState) listen(ctx context.Context, listener net.Listener) net.Listener {
	g := &gate{faults: f, ctx: ctx, listener: listener}
	for _, rule := range f.plan.Rules {
		if rule.Fault == "F01" && rule.For > 0 {
			f.after(rule.At, g.close)
			f.after(rule.At+rule.For, g.open)
		}
	}
	return g
}

// close stops listening, so that connections are refused. Only a port can be listened to again;
// over anything else connections are taken and closed at once.
func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut == nil && g.ctx.Err() == nil {
		g.shut = make(chan struct{})
		if _, port := g.listener.Addr().(*net.TCPAddr); port {
			g.listener.Close()
		}
	}
}

// open listens again.
func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut == nil || g.ctx.Err() != nil {
		return
	}
	if address, port := g.listener.Addr().(*net.TCPAddr); port {
		if listener, err := net.Listen("tcp", address.String()); err == nil {
			g.listener = listener
		}
	}
	close(g.shut)
	g.shut = nil
}

func (g *gate) state() (net.Listener, chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.listener, g.shut
}

// Accept returns the next connection that is let through.
func (g *gate) Accept() (net.Conn, error) {
	for {
		listener, _ := g.state()
		conn, err := listener.Accept()
		_, shut := g.state()
		switch {
		case err == nil && shut == nil && !g.resets():
			return conn, nil
		case err == nil:
			reset(conn)
		case shut == nil || !g.waitFor(shut):
			return nil, err
		}
	}
}

// waitFor waits until the gate is open again and reports whether it is.
func (g *gate) waitFor(shut chan struct{}) bool {
	select {
	case <-shut:
		return true
	case <-g.ctx.Done():
		return false
	}
}

// resets reports whether the next connection is reset at once.
func (g *gate) resets() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.count++
	for i, rule := range g.faults.plan.Rules {
		refuses := rule.Fault == "F01" && rule.For == 0 || rule.Fault == "F05"
		drawn := func() bool { return g.faults.draw(i, "connection", strconv.Itoa(g.count), 1, "") < rule.P }
		inCount := (rule.Nth == 0 || rule.Nth == g.count) && (rule.First == 0 || g.count <= rule.First)
		if refuses && inCount && g.faults.active(rule) && (rule.P == 0 || drawn()) {
			return true
		}
	}
	return false
}

// Addr returns the address that is, or was, listened to.
func (g *gate) Addr() net.Addr {
	listener, _ := g.state()
	return listener.Addr()
}

// Close ends the listening for good.
func (g *gate) Close() error {
	listener, _ := g.state()
	if err := listener.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil // it was shut
}

// bucket is a quota: it fills at a rate, up to a burst.
type bucket struct {
	level float64
	last  time.Time
}

// take takes cost out of the bucket, or returns how long it takes until it holds that much.
func (b *bucket) take(now time.Time, rate float64, burst int, cost float64) time.Duration {
	b.level = min(float64(burst), b.level+now.Sub(b.last).Seconds()*rate)
	b.last = now
	if b.level >= cost {
		b.level -= cost
		return 0
	}
	return time.Duration((cost - b.level) / rate * float64(time.Second))
}
