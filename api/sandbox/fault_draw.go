package sandbox

import (
	"encoding/binary"
	"hash/fnv"
	"slices"
	"strconv"
	"sync"
	"time"
)

// faultState is a plan at work.
type faultState struct {
	sandbox *Sandbox
	plan    *Plan
	start   time.Time
	done    chan struct{} // closed when the sandbox is

	mu      sync.Mutex
	seen    map[uint64]int       // how often a method was used on a key
	until   map[uint64]time.Time // the end of faults that last for a while, by rule and key
	buckets map[int]*bucket      // the quotas, by rule
	timers  map[*time.Timer]bool // what is still to be done
	pending int                  // executions still to come
	closed  bool
}

func newFaultState(s *Sandbox, plan *Plan) *faultState {
	if plan == nil {
		plan = &Plan{}
	}
	f := &faultState{sandbox: s, plan: plan, start: s.now(), done: make(chan struct{}), timers: map[*time.Timer]bool{}}
	f.reset()
	return f
}

// reset forgets what was seen; executions still to come stay.
func (f *faultState) reset() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen, f.until, f.buckets = map[uint64]int{}, map[uint64]time.Time{}, map[int]*bucket{}
}

// uses reports whether the plan has a fault.
func (f *faultState) uses(code string) bool {
	return slices.ContainsFunc(f.plan.Rules, func(r Rule) bool { return r.Fault == code })
}

// strike is a rule that struck a request.
type strike struct {
	*fault
	rule  Rule
	index int
	draw  func(salt string) float64 // a number from 0 to 1, the same whenever the request is repeated
}

// strikes returns the rules that strike a call, in the order of the plan.
func (f *faultState) strikes(c *call) []strike {
	if len(f.plan.Rules) == 0 {
		return nil
	}
	key, method := keyOf(c), c.request.Method
	nth := f.count(method, key)
	var list []strike
	for i, rule := range f.plan.Rules {
		draw := func(salt string) float64 { return f.draw(i, method, key, nth, salt) }
		kind := faultOf(rule.Fault)
		if kind.suits(c) && f.covers(rule, c, key, nth) && (rule.P == 0 || draw("") < rule.P) {
			list = append(list, strike{kind, rule, i, draw})
		}
	}
	return list
}

// keyOf returns what a call is about: a marker, an id or a query; of the authority, a grant type
// or an endpoint.
func keyOf(c *call) string {
	for _, key := range []string{c.marker, c.id, c.form.Get("grant_type"), c.endpoint} {
		if key != "" {
			return key
		}
	}
	return c.request.URL.RawQuery
}

func (f *faultState) count(method, key string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	place := hash(0, method, key)
	f.seen[place]++
	return f.seen[place]
}

// covers reports whether a rule is about a call at all.
func (f *faultState) covers(rule Rule, c *call, key string, nth int) bool {
	switch {
	case !f.active(rule), rule.Key != "" && rule.Key != key:
		return false
	case rule.Nth > 0 && rule.Nth != nth, rule.First > 0 && nth > rule.First:
		return false
	}
	method := c.request.Method
	special := map[bool]string{false: "LIST", true: "READ"}[c.item]
	return len(rule.On) == 0 || slices.Contains(rule.On, method) || method == "GET" && slices.Contains(rule.On, special)
}

// active reports whether now is in the window of a rule.
func (f *faultState) active(rule Rule) bool {
	if rule.At == 0 && rule.For == 0 {
		return true
	}
	age := f.sandbox.now().Sub(f.start)
	return age >= rule.At && (rule.For == 0 || age < rule.At+rule.For)
}

// draw returns a number from 0 to 1 that follows from the seed and what it is drawn for, never
// from what was drawn before.
func (f *faultState) draw(rule int, method, key string, nth int, salt string) float64 {
	h := hash(f.plan.Seed, strconv.Itoa(rule), method, key, strconv.Itoa(nth), salt)
	return float64(h>>11) / (1 << 53)
}

// hash mixes a number and words.
func hash(n uint64, words ...string) uint64 {
	h := fnv.New64a()
	var number [8]byte
	binary.BigEndian.PutUint64(number[:], n)
	h.Write(number[:])
	for _, word := range words {
		binary.BigEndian.PutUint64(number[:], uint64(len(word)))
		h.Write(number[:])
		h.Write([]byte(word))
	}
	x := h.Sum64()
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9 // finish as splitmix64 does: FNV alone mixes the last bytes badly
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// duration returns the rule's Delay, or draws one up to its Max, or up to usual.
func (s strike) duration(usual time.Duration) time.Duration {
	switch {
	case s.rule.Delay > 0:
		return s.rule.Delay
	case s.rule.Max > 0:
		usual = s.rule.Max
	}
	return time.Duration(s.draw("duration") * float64(usual))
}

// kind returns the variety of the fault.
func (s strike) kind() string {
	if s.rule.Kind != "" {
		return s.rule.Kind
	}
	return pick(s, "kind", s.kinds)
}

// pick draws one of several.
func pick[T any](s strike, salt string, list []T) T {
	return list[min(int(s.draw(salt)*float64(len(list))), len(list)-1)]
}

// status returns the rule's status, or draws one of the usual.
func (s strike) status(usual ...int) int {
	if s.rule.Code != 0 {
		return s.rule.Code
	}
	return pick(s, "status", usual)
}
