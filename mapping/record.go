package mapping

import "refload/api"

// Ref is the cell that a value came from.
type Ref struct {
	Cell   string // "F17"; "" for a constant or default of the mapping file
	Column string // the header as the file has it
	Value  string // the cell as shown
	Kept   bool   // the row was exported, and the cell is as it was then: it asks for nothing
	// Personal: the value may name a person, say how to reach one, or be a note.
	Personal bool
}

// Record is one row as a desired referral, with the cell each value came from. A cell that
// holds something wrong has its entry in Cells and no value in Doc: it was reported and is not
// missing.
type Record struct {
	Row          int             // the number that Excel shows
	Doc          *api.Referral   // what the row asks for: what it says and what that implies
	Cells        map[string]Ref  // by JSON path ("details.dealValue", "team[0].email"), by field path for what has one of its own, and "@name"
	Cleared      map[string]bool // paths that the row empties with <clear>; in numbered columns the number is the header's
	Action       string          // "create", "update", "skip" or "" from the Action column
	ReferralID   string          // from the Referral ID column, lower case
	EngagementID string          // from the Engagement ID column, lower case
	ETag         string          // from the ETag column, its quotes included
	Help         Answer          // Microsoft help required?
	Portal       bool            // the file has the column "Microsoft help required?", or the mapping file answers it
	Private      bool            // the deal is created closed and therefore private, whatever the row asks for (design 6.17)

	// Implied says of each value in Doc that the row does not state, but that follows from what
	// it states, why: "Microsoft help required? is No". It is meant for creating a referral; an
	// update sends nothing that is only implied.
	Implied map[string]string

	// Updates says that the import only updates: the row creates nothing, whatever it says.
	Updates bool

	Exported bool // the row carries a snapshot of what its cells held when it was exported

	// CustomerWas is what the cell of the customer's name held when the row was exported, where it
	// holds something else now; "" where that is not so, or not known.
	CustomerWas string

	columns     *Columns // of the file; nil for a record of none
	baseState   api.State
	ids         IDs
	shareClosed bool        // deals that end closed may be shared all the same
	said        []statement // what the row states, for laying it over a referral that exists
}

// CountAll makes every cell of an exported row count, also those that are as they were exported:
// the row then says what it says, and not what was changed in it.
func (r *Record) CountAll() {
	r.Exported = false
	for path, ref := range r.Cells {
		ref.Kept = false
		r.Cells[path] = ref
	}
	for i := range r.said {
		r.said[i].ref.Kept, r.said[i].based = false, false
	}
}

// Answer is a yes, a no, or no answer.
type Answer uint8

// The answers.
const (
	Unsaid Answer = iota
	Yes
	No
)

// Creates reports whether the row would create a referral as far as the sheet alone shows:
// it names no Referral ID.
func (r *Record) Creates() bool {
	return r.ReferralID == "" && r.Action != "skip" && r.Action != "update" && !r.Updates
}
