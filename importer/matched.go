package importer

import (
	"fmt"
	"strings"

	"refload/importer/outcome"
	"refload/internal/listing"
	"refload/internal/names"
	"refload/internal/run"
	"refload/mapping"
)

// customerPath is the name of the customer.
const customerPath = "customerProfile.name"

// matchCount counts the rows whose referral is there, before anything is sent.
type matchCount struct {
	rows      int
	updates   int             // of them that say Action: update in a cell
	strangers int             // that are another customer's, and of which nobody has said that it is right
	customers map[string]bool // of their referrals

	blanket bool   // so many say Action: update that it is no word on a row
	earlier []fact // what is doubted of strangers that earlier runs made or changed
	differ  int    // how many such strangers there are
	changed int    // rows whose referral earlier runs made or changed
	counts  bool   // the rows are being counted
}

// mostStrangers is how many different customers make a sheet one in which something went wrong, where they are also
// a fifth of the rows.
const mostStrangers, strangersShare = 5, 5

// sorted reports whether so many rows are another customer's as when one column was sorted alone.
func (m *matchCount) sorted() bool {
	return len(m.customers) >= mostStrangers && m.strangers*strangersShare >= m.rows
}

func (m *matchCount) detail() string {
	return fmt.Sprintf("%d of %d rows whose referral is there are of another customer than it", m.strangers, m.rows)
}

// sortedAlone stops a run before its first write where a column was sorted alone, as it seems.
func (r *runner) sortedAlone() error {
	if r.options.NoteCustomers || !r.matches.sorted() {
		return nil
	}
	return &outcome.StopError{Reason: outcome.ReasonSorted, Detail: r.matches.detail()}
}

// says reports whether a cell of the row itself says an action: what a mapping file says of all rows is no word on
// one of them.
func says(record *mapping.Record, action string) bool {
	return record.Action == action && record.Cells["@action"].Cell != ""
}

// releases reports whether a person says on the row that the referral that was found is its own.
func (r *runner) releases(o *op) bool {
	return says(o.record, ActionUpdate) && !r.matches.blanket && !o.joins
}

// customer is the row's customer in the form in which it is remembered.
func (o *op) customer() string { return names.Key(o.record.Doc.Text(customerPath)) }

// fact is one thing that is known, see run.Known.
type fact []string

// likeness is what the names of a row and its referral say.
type likeness struct {
	foreign bool   // nobody can compare them
	told    fact   // by which it is remembered that the customer is right; nil where the row names none
	doubts  []fact // what nobody has said yet, and a person has to
	words   string // the names
}

// likenessOf compares a row with its referral, and where it was exported with what its cell held then. Neither an
// ETag nor a Snapshot makes another customer's deal the row's: they stand where nobody sees them, and stay where they
// are when visible columns are sorted.
func (r *runner) likenessOf(o *op) likeness {
	ours, theirs, was := o.record.Doc.Text(customerPath), o.live.Text(customerPath), o.record.CustomerWas
	if ours == "" {
		return likeness{}
	}
	id, key := strings.ToLower(o.live.ID()), names.Key(ours)
	verdict := names.Compare(ours, theirs)
	l := likeness{foreign: verdict == names.Foreign, told: fact{"customer", id, key},
		words: fmt.Sprintf("the row says %s, the referral %s", mapping.ShowValue(ours), mapping.ShowValue(theirs))}
	if verdict == names.Differs && !r.known.Has(l.told...) && !r.openAs(o, key) {
		l.doubts = append(l.doubts, l.told)
	}
	if exported := (fact{"exported", id, key, names.Key(was)}); names.Compare(ours, was) == names.Differs && !r.known.Has(exported...) {
		l.doubts = append(l.doubts, exported)
		l.words += ", and the row was exported as " + mapping.ShowValue(was)
	}
	return l
}

// sentAs is by what it is known under which customer a create was sent.
func (r *runner) sentAs(o *op, customer string) fact {
	return fact{"sent", r.ids.Key(o.marker), customer}
}

// openAs reports whether a send of an earlier run may have made the row's referral, under the row's customer.
func (r *runner) openAs(o *op, customer string) bool {
	_, open := r.past.open[r.ids.Key(o.marker)]
	return open && r.known.Has(r.sentAs(o, customer)...)
}

// otherCustomer holds a row that is matched by an id and is of another customer than its referral, until a person
// says that it is right.
func (r *runner) otherCustomer(o *op) (decision, bool) {
	l := r.likenessOf(o)
	r.matches.take(r, o)
	if l.foreign {
		o.remark = outcome.ReasonTwoScripts
	}
	switch {
	case len(l.doubts) == 0, r.again[o.n].found != nil && !r.again[o.n].earlier: // the latter this run has sent itself
	case r.releases(o):
		o.facts = append(o.facts, l.doubts...)
	case r.options.NoteCustomers:
		o.remark = outcome.ReasonSoNamed
		return decision{}, false
	default:
		r.matches.stranger(r, o, l)
		record := found(run.Held, outcome.ReasonOtherCustomer, o.live, 0)
		record.Fields, record.Marker = []string{customerPath}, o.marker
		return decision{settled: record, words: l.words}, true
	}
	if l.told != nil {
		o.facts = append(o.facts, l.told)
	}
	return decision{}, false
}

// take counts a row whose referral is there.
func (m *matchCount) take(r *runner, o *op) {
	if !m.counts {
		return
	}
	m.rows++
	m.updates += one(says(o.record, ActionUpdate))
	m.changed += one(r.past.changed[listing.HashText(o.live.ID())])
}

// stranger counts one that is another customer's.
func (m *matchCount) stranger(r *runner, o *op, l likeness) {
	if !m.counts {
		return
	}
	m.strangers++
	if m.customers == nil {
		m.customers = map[string]bool{}
	}
	if len(m.customers) < mostStrangers {
		m.customers[names.Key(o.live.Text(customerPath))] = true
	}
	if r.past.changed[listing.HashText(o.live.ID())] {
		m.earlier = append(m.earlier, l.doubts...)
		m.differ++
	}
}

// countMatches foresees what is done with every row, and again where what the rows say together changes that.
func (r *runner) countMatches(foresee func() error) error {
	r.matches = matchCount{counts: true}
	if err := foresee(); err != nil {
		return err
	}
	m := r.matches
	trusted := m.differ > 0 && m.differ*strangersShare < m.changed
	if trusted {
		for _, f := range m.earlier {
			r.known.Suppose(f...)
		}
	}
	blanket := m.updates > 1 && 2*m.updates > m.rows
	if trusted || blanket {
		r.matches = matchCount{counts: true, blanket: blanket}
		for i := range r.states {
			r.states[i].clash = false
		}
		if err := foresee(); err != nil {
			return err
		}
	}
	r.matches.counts = false
	return nil
}
