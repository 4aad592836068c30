package sandbox

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ServeHTTP answers a request: of the API, or to the sandbox's own control paths.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, controlRoot) {
		s.control(w, r)
		return
	}
	countRequest(r)
	control := http.NewResponseController(w)
	control.SetReadDeadline(time.Now().Add(bodyTimeout)) // a recorder has none
	c, bad := s.receive(r)
	control.SetReadDeadline(time.Time{})
	if bad == nil {
		c.run, bad = s.admit(c)
	}
	if bad != nil {
		answer := s.deny(c, bad)
		s.ledger.note(c.seq, func(e *Entry) { e.Status, e.Response = answer.status, ResponseFull })
		answer.write(w)
		return
	}
	s.faults.serve(w, c)
}

// deny makes the answer of a refusal and enters it in the ledger.
func (s *Sandbox) deny(c *call, bad *refusal) *reply {
	answer := bad.reply()
	s.finish(c, answer, bad)
	return s.stamp(c, answer)
}

// execute carries a call out and makes the answer. It enters both in the ledger.
func (s *Sandbox) execute(c *call) *reply {
	answer, bad := c.run(s, c)
	if bad != nil {
		return s.deny(c, bad)
	}
	s.finish(c, answer, nil)
	return s.stamp(c, answer)
}

// action is what a method does.
type action func(*Sandbox, *call) (*reply, *refusal)

// routes are the methods of the collection and of a referral.
//
// Source: the pages of the four operations.
var routes = map[bool]map[string]action{
	false: {http.MethodGet: (*Sandbox).list, http.MethodPost: (*Sandbox).create},
	true:  {http.MethodGet: (*Sandbox).get, http.MethodPatch: (*Sandbox).patch, http.MethodPut: (*Sandbox).put},
}

// allowed are the methods of the routes, as the Allow header names them.
var allowed = map[bool]string{false: "GET, POST", true: "GET, PATCH, PUT"}

// admit finds what a call asks for, and refuses it where the gateway before the service would.
func (s *Sandbox) admit(c *call) (action, *refusal) {
	if c.endpoint != "" {
		return s.admitToAuthority(c)
	}
	path := c.request.URL.Path
	if path != s.root && !c.item || c.item && strings.Contains(c.id, "/") {
		return nil, breach(http.StatusNotFound, "", "There is nothing at %s.", path)
	}
	run, ok := routes[c.item][c.request.Method]
	if !ok {
		bad := breach(http.StatusMethodNotAllowed, "", "The method %s is not supported here.", c.request.Method)
		bad.allow = allowed[c.item]
		return nil, bad
	}
	if bad := s.checkHeaders(c); bad != nil {
		return nil, bad
	}
	return run, nil
}

// finish enters in the ledger what a call did, and what was wrong with it.
func (s *Sandbox) finish(c *call, answer *reply, bad *refusal) {
	s.ledger.note(c.seq, func(e *Entry) {
		if answer.id != "" {
			e.ID = answer.id
		}
		if answer.executed {
			e.Executed, e.ExecutedAt = true, s.now()
		}
	})
	r := c.request
	if bad != nil && bad.violation {
		s.ledger.violation("request %d: %s %s: %s", c.seq, r.Method, r.URL.Path, bad.message)
	}
	if answer.violated != "" {
		s.ledger.violation("request %d: %s %s: %s", c.seq, r.Method, r.URL.Path, answer.violated)
	}
}

// stamp gives an answer the headers that all answers have.
func (s *Sandbox) stamp(c *call, answer *reply) *reply {
	id := newGUID()
	answer.header.Set(headerRequestID, id)
	answer.header.Set("Date", s.clock().UTC().Format(http.TimeFormat))
	answer.header.Set("Content-Length", strconv.Itoa(len(answer.body)))
	for _, name := range []string{headerCallID, headerCorrelationID} {
		if value := c.request.Header.Get(name); value != "" {
			answer.header.Set(name, value)
		}
	}
	s.ledger.note(c.seq, func(e *Entry) { e.RequestID = id })
	return answer
}
