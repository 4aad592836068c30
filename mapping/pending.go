package mapping

import (
	"slices"
	"strings"

	"refload/api"
)

// Known is what is known of the deal of a row: whether what is wrong with its cells would be sent.
type Known uint8

// What may be known.
const (
	Unlisted Known = iota // nobody has looked yet
	Unsent                // the deal exists, or nothing is sent: read-only cells do not matter
	Sent                  // the row creates a deal, or the cells can still be changed
)

// tellsWhich are the properties by which a row says which deal it is: they matter although they are read-only.
var tellsWhich = map[string]bool{"customerProfile.name": true}

// pends reports whether a problem is one of a cell that is not sent to a deal that exists, or of a state in which the
// deal may be.
func (p Problem) pends() bool {
	f, known := Lookup(p.Path)
	return p.ofState || known && p.Path != "" && p.Cell != "" && !tellsWhich[p.Path] && (f.Writable == OnCreate || f.Writable == UntilShared)
}

// unlessExists are how the messages of such problems go on: of those of a cell, and of those of a state.
var unlessExists = map[Known]struct {
	severity Severity
	ofCell   string
	ofState  string
}{
	Unlisted: {Pending, "; an error unless the deal exists, to which it is not sent", "; an error unless the deal is in this state already"},
	Unsent:   {Warning, "; it is not sent: in a deal that exists it cannot be changed", "; it is not sent: the deal is in this state already"},
}

// goesOn returns how the message of a problem goes on.
func (p Problem) goesOn(known Known) string {
	if p.ofState {
		return unlessExists[known].ofState
	}
	return unlessExists[known].ofCell
}

// Grade gives the errors of a row the weight that they have by what is known of its deal: where all of them are in cells
// that are not sent to a deal that exists, they wait for the listing, and are warnings when the deal is there.
func Grade(problems []Problem, known Known) []Problem {
	grade, lighter := unlessExists[known]
	for _, p := range problems {
		lighter = lighter && (p.Severity != Fault || p.pends())
	}
	if !lighter {
		return problems
	}
	graded := slices.Clone(problems)
	for i := range graded {
		if p := &graded[i]; p.Severity == Fault {
			p.Severity, p.Message = grade.severity, p.Message+p.goesOn(known)
		}
	}
	return graded
}

// weighed returns how the message of a graded problem goes on.
func (p Problem) weighed() string {
	for known := range unlessExists {
		if words := p.goesOn(known); strings.HasSuffix(p.Message, words) {
			return words
		}
	}
	return ""
}

// Waits reports whether a problem is pending.
func Waits(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Severity == Pending })
}

// Sends reports whether what a pending problem is about would be sent to a deal that exists: a property that can still
// be changed, or another state.
func (r *Record) Sends(p Problem, live *api.Referral) bool {
	if p.ofState {
		to := r.Destination()
		return to != (api.State{}) && to != live.State()
	}
	return !r.readOnly(p.Path, live)
}

// readOnly reports whether a property of a deal that exists cannot be changed any more by the row.
func (r *Record) readOnly(path string, live *api.Referral) bool {
	f, known := Lookup(path)
	old, _ := live.Get(path)
	m := merger{record: r, live: live}
	return known && m.locked(f, old)
}
