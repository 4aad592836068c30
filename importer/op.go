package importer

import (
	"refload/api"
	"refload/importer/journal"
	"refload/mapping"
)

// step is one write of an op.
type step struct {
	kind  string
	row   bool      // a change that lays the row over the referral
	state api.State // the state that a change leads to; the zero State for none
}

// op is what is to be done for one row: one or several journalled steps.
type op struct {
	n      int // index of the row's state
	record *mapping.Record
	marker string
	sends  int             // of the row's next create or invite, before this run
	live   *api.Referral   // the version that was compared; nil where the referral is to be created
	merged *mapping.Merged // what the row makes of live
	others bool            // somebody else changed the referral since the row was written or compared
	base   string          // the version that the row was compared with first
	steps  []step
	made   bool     // a create of this row, of this run or an earlier one, made the referral
	done   int      // steps that were carried out
	waited bool     // the run that made the referral left closing it to a later one
	later  bool     // closing the deal waits for --close-after
	tries  int      // requests sent for the row
	remark string   // reason of a note on the row where its outcome has none
	alike  []string // ids of the referrals that the remark is about
	facts  []fact   // what is known from now on, see tell
	joins  bool     // it is compared with a referral of the engagement that the row becomes part of
	canary bool     // the first create of the run: what it shows of the service is looked at

	// restore makes of a version of the referral what an undo wants; nil outside of one.
	restore func(live *api.Referral) *api.Referral
}

// decision is what is to become of a row: the outcome of one that needs no request, a send
// that has to be looked for, or an op.
type decision struct {
	settled journal.Record
	words   string // on the row, with values: for results and plans only, never for the journal
	open    *openRow
	op      *op
	live    *api.Referral
	merged  *mapping.Merged
	facts   []fact // what is known from now on; of one with an op the op has them
	of      string // the referral of a row that is held because it is another customer's
}

func settledAs(record journal.Record) decision { return decision{settled: record} }

// Irreversible counts what nobody can take back.
type Irreversible struct {
	Creates int // referrals that are made
	Closes  int // deals that are closed
	Shares  int // deals that are opened to Microsoft's sellers
	Invites int // deals to which Microsoft is invited
}

func (i *Irreversible) add(other Irreversible) {
	i.Creates += other.Creates
	i.Closes += other.Closes
	i.Shares += other.Shares
	i.Invites += other.Invites
}

// weigh returns what of an op cannot be taken back.
func (o *op) weigh() Irreversible {
	var w Irreversible
	if o.live == nil {
		w = Irreversible{Creates: 1, Closes: one(o.closes()), Shares: one(sharedWithSellers(o.record.Doc))}
	} else {
		w = Irreversible{Closes: one(o.endsClosed()), Shares: one(!sharedWithSellers(o.live) && sharedWithSellers(o.merged.Doc))}
	}
	for _, s := range o.steps {
		w.Invites += one(s.kind == journal.StepInvite)
	}
	return w
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// closes reports whether the row wants its deal closed, now and not later.
func (o *op) closes() bool { return o.record.Destination().Status == statusClosed && !o.later }

// endsClosed reports whether one of the steps closes the deal.
func (o *op) endsClosed() bool {
	for _, s := range o.steps {
		if s.state.Status == statusClosed {
			return true
		}
	}
	return false
}

// statusClosed is the status in which a deal ends.
const statusClosed = "Closed"

// sellersPath is the consent that opens a deal to Microsoft's sellers.
const sellersPath = "consent.consentToShareReferralWithMicrosoftSellers"

func sharedWithSellers(document *api.Referral) bool {
	shared, _ := document.Get(sellersPath)
	return shared == true
}
