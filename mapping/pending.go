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
	if p.Rule == RuleCoSell {
		return true
	}
	f, known := Lookup(p.Path)
	return p.ofState || known && p.Path != "" && p.Cell != "" && !tellsWhich[p.Path] && (f.Writable == OnCreate || f.Writable == UntilShared)
}

// weight is how heavy a problem is, and how its message goes on.
type weight struct {
	severity Severity
	words    string
}

// The weights of such problems by what is known of the deal: of those of a cell, of those of a state, and of what only a
// deal has to say that is made or newly opened to Microsoft.
var (
	unlessExists = map[Known]weight{
		Unlisted: {Pending, "; an error unless the deal exists, to which it is not sent"},
		Unsent:   {Warning, "; it is not sent: in a deal that exists it cannot be changed"},
	}
	unlessInState = map[Known]weight{
		Unlisted: {Pending, "; an error unless the deal is in this state already"},
		Unsent:   {Warning, "; it is not sent: the deal is in this state already"},
	}
	unlessOpen = map[Known]weight{
		Unlisted: {Pending, "; an error unless the deal exists and is not opened to Microsoft now"},
		Unsent:   {Note, "; the deal is there already"},
	}
)

// weights returns the weights of a problem that pends.
func (p Problem) weights() map[Known]weight {
	switch {
	case p.ofState:
		return unlessInState
	case p.Rule == RuleCoSell:
		return unlessOpen
	}
	return unlessExists
}

// Grade gives the errors of a row the weight that they have by what is known of its deal: where all of them are in cells
// that are not sent to a deal that exists, they wait for the listing, and are warnings when the deal is there.
func Grade(problems []Problem, known Known) []Problem {
	_, lighter := unlessExists[known]
	for _, p := range problems {
		lighter = lighter && (p.Severity != Fault || p.pends())
	}
	if !lighter {
		return problems
	}
	graded := slices.Clone(problems)
	for i := range graded {
		if p := &graded[i]; p.Severity == Fault {
			grade := p.weights()[known]
			p.Severity, p.Message = grade.severity, p.Message+grade.words
		}
	}
	return graded
}

// weighed returns how the message of a graded problem goes on.
func (p Problem) weighed() string {
	for _, grade := range p.weights() {
		if strings.HasSuffix(p.Message, grade.words) {
			return grade.words
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
