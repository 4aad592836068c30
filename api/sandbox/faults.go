package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Plan says how the service misbehaves, and when. The same plan and the same requests give the
// same faults, in whatever order the requests of different referrals arrive.
type Plan struct {
	Name  string // of the profile, "" for one's own
	Seed  uint64 // another seed, other faults
	Rules []Rule
}

// Rule is one kind of misbehaviour. What is left zero does not limit it, or takes the fault's
// own figure.
type Rule struct {
	Fault string        // a code of Faults, such as "F08"
	On    []string      // methods; "LIST" is the GET of the collection and "READ" that of a referral
	P     float64       // how probable it is for each request, 0 to 1; 0 means always
	Key   string        // only requests about this marker, id or query; of the authority, for this grant type or endpoint
	Nth   int           // only the n-th request of that method about the same key, from 1
	First int           // only the first n requests of that method about the same key
	At    time.Duration // from this long after the opening
	For   time.Duration // for this long; 0 means to the end
	Kind  string        // the variety, one of the fault's; "" draws one
	Code  int           // the HTTP status
	Delay time.Duration // a length of time the fault needs; 0 draws one up to Max
	Max   time.Duration // the longest that is drawn
	Size  int           // bytes, referrals or characters, as the fault counts
	Rate  float64       // requests a second
	Burst int           // requests at once
	Uses  int           // requests that a token is good for
	To    string        // an address; {host} stands for the request's own
	Field string        // a property, with dots
}

// FaultInfo describes a fault.
type FaultInfo struct {
	Code  string
	Title string
	Kinds []string // the varieties; nil where there is one
}

// Faults returns all faults that a plan may name, in the order of their codes.
func Faults() []FaultInfo {
	list := make([]FaultInfo, len(faults))
	for i, f := range faults {
		list[i] = FaultInfo{f.code, f.title, slices.Clone(f.kinds)}
	}
	return list
}

// faultCodes names all faults.
func faultCodes() string {
	var list []string
	for _, f := range Faults() {
		list = append(list, f.Code)
	}
	return strings.Join(list, ", ")
}

// check refuses a plan that cannot be carried out.
func (p *Plan) check() error {
	if p == nil {
		return nil
	}
	for i, rule := range p.Rules {
		f := faultOf(rule.Fault)
		switch {
		case f == nil:
			return &PlanError{Rule: i + 1, Reason: fmt.Sprintf("there is no fault %q, only: %s", rule.Fault, faultCodes())}
		case rule.P < 0 || rule.P > 1:
			return &PlanError{Rule: i + 1, Reason: fmt.Sprintf("the probability %v is not between 0 and 1", rule.P)}
		case rule.Kind != "" && !slices.Contains(f.kinds, rule.Kind):
			return &PlanError{Rule: i + 1, Reason: fmt.Sprintf("%s has no kind %q, only: %s", rule.Fault, rule.Kind, strings.Join(f.kinds, ", "))}
		}
	}
	return nil
}

// PlanError says that a plan of faults cannot be carried out.
type PlanError struct {
	Rule   int // the rule at fault, counted from 1
	Reason string
}

// Error names the rule and the reason.
func (e *PlanError) Error() string {
	return fmt.Sprintf("plan of faults, rule %d: %s", e.Rule, e.Reason)
}

// Hint says what to do next.
func (e *PlanError) Hint() string { return "see the catalogue of faults for their codes and kinds" }

// fault is a row of the table of faults: what it does when the request has arrived, to the
// answer, and in the sending of it.
type fault struct {
	code, title string
	kinds       []string
	authority   bool             // whether it strikes calls to the authority, or calls to the API
	only        func(*call) bool // the calls that it can strike; nil means all
	arrive      func(*exchange)  // before the request is executed; may answer it
	meddle      func(*exchange)  // after it was executed; may change the answer
	send        func(*exchange)  // instead of sending the answer whole
	sent        string           // how much of the answer send sends
}

// suits reports whether the fault can strike a call. A fault of the connection or of the whole
// service strikes none.
func (f *fault) suits(c *call) bool {
	if f.arrive == nil && f.meddle == nil && f.send == nil {
		return false
	}
	return f.authority == (c.endpoint != "") && (f.only == nil || f.only(c))
}

func faultOf(code string) *fault {
	i := slices.IndexFunc(faults, func(f fault) bool { return f.code == code })
	if i < 0 {
		return nil
	}
	return &faults[i]
}

var faults = slices.Concat(connectionFaults, http2Faults, statusFaults, tokenFaults, answerFaults, bodyFaults, meaningFaults, authorityFaults, listFaults)
