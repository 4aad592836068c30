package sandbox

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"
)

// exchange is a request and its answer, with the faults that strike them.
type exchange struct {
	strike   // the fault at work
	sandbox  *Sandbox
	call     *call
	w        http.ResponseWriter
	answer   *reply   // nil until there is one
	executed *reply   // the answer of the execution, when it has taken place
	silent   bool     // no answer will be sent
	codes    []string // the faults that did something
}

// serve answers a call as the plan wants it: the faults of arrival in the order of the plan,
// until one answers or keeps silent; then the execution; then the faults that change the
// answer; and the sending, whole or as a fault sends it.
func (f *faultState) serve(w http.ResponseWriter, c *call) {
	x := &exchange{sandbox: f.sandbox, call: c, w: w}
	strikes := f.strikes(c)
	for _, s := range strikes {
		if s.arrive != nil && x.answer == nil && !x.silent {
			x.act(s, s.arrive)
		}
	}
	sender := x.strike
	if x.answer == nil && !x.silent {
		x.execute()
	}
	for _, s := range strikes {
		if s.meddle != nil && x.executed != nil {
			x.act(s, s.meddle)
		}
	}
	if !x.silent {
		sender = deliverer(strikes)
	}
	x.act(sender, func(x *exchange) { x.enter(sender.sent) })
	sender.send(x)
}

// act lets a fault do something.
func (x *exchange) act(s strike, do func(*exchange)) {
	x.strike = s
	if s.fault.code != "" && !slices.Contains(x.codes, s.fault.code) {
		x.codes = append(x.codes, s.fault.code)
	}
	do(x)
}

// spare says that the fault at work has let the request pass.
func (x *exchange) spare() {
	x.codes = slices.DeleteFunc(x.codes, func(code string) bool { return code == x.fault.code })
}

// deliverer returns the fault that sends the answer: the first that has a way of its own.
func deliverer(strikes []strike) strike {
	i := slices.IndexFunc(strikes, func(s strike) bool { return s.send != nil })
	if i < 0 {
		return strike{fault: &fault{send: sendWhole, sent: ResponseFull}}
	}
	return strikes[i]
}

func sendWhole(x *exchange) { x.answer.write(x.w) }

// enter notes in the ledger how the exchange ends, before the answer leaves.
func (x *exchange) enter(sent string) {
	x.sandbox.ledger.note(x.call.seq, func(e *Entry) {
		e.Fault, e.Response = strings.Join(x.codes, ","), sent
		if x.answer != nil {
			e.Status = x.answer.status
		}
	})
}

// execute carries the request out, once.
func (x *exchange) execute() *reply {
	if x.executed == nil {
		x.executed = x.sandbox.execute(x.call)
		x.answer = x.executed
	}
	return x.executed
}

// respond sets the answer without executing the request.
func (x *exchange) respond(status int, body []byte) *reply {
	x.answer = x.sandbox.stamp(x.call, newReply(status, body))
	return x.answer
}

// succeeded reports whether the answer is a success.
func (x *exchange) succeeded() bool { return x.answer != nil && x.answer.status/100 == 2 }

// writes reports whether the request is a write.
func (x *exchange) writes() bool { return x.call.request.Method != http.MethodGet }

// wait waits and reports whether the client is still there.
func (x *exchange) wait(d time.Duration) bool {
	return x.sandbox.faults.wait(x.call.request.Context(), d)
}

// wait waits until the time has passed, the context ends or the sandbox is closed; it reports
// whether the time has passed.
func (f *faultState) wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-f.done:
	}
	return false
}

// later executes the request after a delay, whatever becomes of its client.
func (x *exchange) later(d time.Duration) {
	late, f := *x.call, x.sandbox.faults
	f.pend(1)
	f.after(d, func() {
		x.sandbox.execute(&late)
		f.pend(-1)
	})
}

func (f *faultState) pend(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pending += n
}

// after does something later, unless the sandbox is closed before.
func (f *faultState) after(d time.Duration, do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return
	}
	var timer *time.Timer
	timer = time.AfterFunc(d, func() {
		do()
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.timers, timer)
	})
	f.timers[timer] = true
}

// stop ends everything that waits.
func (f *faultState) stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return
	}
	f.closed = true
	close(f.done)
	for timer := range f.timers {
		timer.Stop()
	}
}

// Pending returns how many requests were taken in and are still to be executed.
func (s *Sandbox) Pending() int {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	return s.faults.pending
}
