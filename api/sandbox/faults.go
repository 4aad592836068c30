package sandbox

import (
	"net"
	"net/http"
	"time"
)

// Plan says how the service misbehaves, and when.
type Plan struct {
	Seed uint64
}

// faultState is a plan at work.
type faultState struct {
	sandbox *Sandbox
	plan    *Plan
}

func newFaultState(s *Sandbox, plan *Plan) *faultState { return &faultState{sandbox: s, plan: plan} }

func (f *faultState) serve(w http.ResponseWriter, c *call) {
	answer := f.sandbox.execute(c)
	answer.write(w)
	f.sandbox.ledger.note(c.seq, func(e *Entry) { e.Response = ResponseFull })
}

func (f *faultState) listener(l net.Listener) net.Listener { return l }
func (f *faultState) stop()                                {}
func (f *faultState) reset()                               {}

// clock is what the service takes for the time.
func (s *Sandbox) clock() time.Time { return s.now() }
