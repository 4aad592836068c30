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

// subject is what a problem is about that may not matter where the deal exists.
type subject uint8

// The subjects.
const (
	ofCell    subject = iota // a cell, which may be read-only
	ofState                  // a state, in which the deal may be already
	ofOpening                // what only a deal has to say that is made or newly opened to Microsoft
)

// pends reports whether a problem may not matter where the deal exists. Those of a cell do where it is sent all the same.
func (p Problem) pends() bool {
	f, known := Lookup(p.Path)
	return p.subject != ofCell || known && p.Path != "" && p.Cell != "" && !tellsWhich[p.Path] && (f.Writable == OnCreate || f.Writable == UntilShared)
}

// weight is how heavy a problem is, and how its message goes on.
type weight struct {
	severity Severity
	words    string
}

// weights are those of such problems, by what is known of the deal.
var weights = map[subject]map[Known]weight{
	ofCell: {
		Unlisted: {Pending, "; an error unless the deal exists, to which it is not sent"},
		Unsent:   {Warning, "; it is not sent: in a deal that exists it cannot be changed"},
	},
	ofState: {
		Unlisted: {Pending, "; an error unless the deal is in this state already"},
		Unsent:   {Warning, "; it is not sent: the deal is in this state already"},
	},
	ofOpening: {
		Unlisted: {Pending, "; an error unless the deal exists and is not opened to Microsoft now"},
		Unsent:   {Note, "; the deal is there already"},
	},
}

// Grade gives the errors of a row the weight that they have by what is known of its deal: where all of them are in cells
// that are not sent to a deal that exists, they wait for the listing, and are warnings when the deal is there.
func Grade(problems []Problem, known Known) []Problem {
	_, lighter := weights[ofCell][known]
	for _, p := range problems {
		lighter = lighter && (p.Severity != Fault || p.pends())
	}
	if !lighter {
		return problems
	}
	graded := slices.Clone(problems)
	for i := range graded {
		if p := &graded[i]; p.Severity == Fault {
			grade := weights[p.subject][known]
			p.Severity, p.Message = grade.severity, p.Message+grade.words
		}
	}
	return graded
}

// weighed returns how the message of a graded problem goes on.
func (p Problem) weighed() string {
	for _, grade := range weights[p.subject] {
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

// Matters reports whether a pending problem of a row counts for a deal that exists: the property can still be changed, the
// state is another one, or the row opens the deal to Microsoft, which does not say all that it has to then.
func (r *Record) Matters(p Problem, live *api.Referral, opens bool) bool {
	switch p.subject {
	case ofState:
		to := r.Destination()
		return to != (api.State{}) && to != live.State()
	case ofOpening:
		return opens && !saysCoSell(live)
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
