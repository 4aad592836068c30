// Package importer brings rows to the service: it checks a whole file, looks what the
// service has already, sends what is new, and writes what became of each row.
package importer

import (
	"time"

	"refload/api"
	"refload/importer/journal"
	"refload/internal/listing"
	"refload/internal/run"
	"refload/mapping"
)

// Mode says what an import may do with a row.
type Mode string

// The modes.
const (
	Upsert Mode = "upsert" // update what is found, create what is not
	Create Mode = "create" // create what is not found, leave the rest alone
	Update Mode = "update" // update what is found, refuse the rest
)

// Modes returns the modes as --mode takes them.
func Modes() []string { return []string{string(Upsert), string(Create), string(Update)} }

// How a referral is updated.
const (
	UpdatePatch = "patch" // the changed properties
	UpdatePut   = "put"   // the whole resource
)

// UpdateMethods returns the methods as --update-method takes them.
func UpdateMethods() []string { return []string{UpdatePatch, UpdatePut} }

// Source says where the rows are and how to read them.
type Source struct {
	Path      string // the file
	Name      string // as shown in messages
	Sheet     string // "" to look for the one with a header
	HeaderRow int    // 0 to look for it
	Encoding  string // of a CSV; "" to find out
	Delimiter rune   // of a CSV; 0 to find out
	Mapping   *mapping.File
	Key       []string // headers of the key cells; nil for Deal Name and Customer Name

	Hidden     string // what becomes of hidden rows: "include", "skip", or "" to refuse them
	Stdin      bool   // Path is a copy of standard input: the run keeps one of its own
	Unattended bool   // unknown columns are errors
	AllowEmpty bool   // no data rows is no error
	First      int    // first row that is taken, by its number; 0 for all
	Last       int    // last row that is taken; 0 for all
	Limit      int    // how many rows are taken at most; 0 for all

	habits run.Habits // what is known of the service, see acquaint

	AllowErrorStatus bool // a row may close its deal as Error
	UpdatesOnly      bool // no row creates a referral

	Today func() time.Time
}

// Options says what an import does.
type Options struct {
	Source
	Mode              Mode
	SkipInvalid       bool
	DryRun            bool
	MaxErrors         Bound
	Brakes            Brakes
	Plan              *PlanGuard    // holds the import to a plan; nil for none
	UpdateMethod      string        // UpdatePatch or UpdatePut
	MergeDisjoint     bool          // lay a row over what others changed elsewhere in its referral
	CloseAfter        time.Duration // how old a deal must be before it is closed
	AcceptPartialView bool          // create also where the account may not see all deals
	AcceptListHides   bool          // create also where the list is not shown to be complete
	HeldBack          error         // why nothing of any file of the command is sent: another one is refused; nil for no such file
	NoteCustomers     bool          // a row of another customer than its referral's is noted, not held
	Concurrency       int           // rows in flight
	Results           string
	ResultsNamed      bool       // somebody asked for Results by name: what another input of the target left there is replaced
	API               api.Config // how to reach the service
	OnUnknown         OnUnknown
	Settle            time.Duration // after the last send, before a listing is believed
	ResendAfter       time.Duration // after the last send, before a row may be sent again
	MaxSends          int           // in the life of a row
	Retention         time.Duration // how long the folders of finished runs are kept; 0 for ever
	Drain             time.Duration // for requests in flight when the run is stopped
	Target            run.Target
	Home              *run.Home
	Journals          journal.Store
	Began             time.Time // when the command was started; zero for just now
	Keep              any       // how the run was started, written to its folder as JSON
	Tool              string    // version of refload
	Account           string    // signed-in account, for the summary
	SignedInTo        string    // the tenant that the token names, "" where it cannot be read
	Who               string    // who runs it, and where, for the summary
	Observe           run.Observer
	Now               func() time.Time
	// Confirm is asked before the first write, where something is to be sent. A nil Confirm means yes.
	Confirm func(Preview) (Answer, error)
	// Shown is called by an undo when all rows were shown, before anybody is asked. It may be nil.
	Shown func() error
}

// Bound is how many rows may be of a sort before a run stops: a number, a share of the rows, or
// the larger of the two. The zero Bound is none.
type Bound struct {
	Set     bool
	Rows    int
	Percent float64 // of the data rows
	besides *Bound  // that holds too; nil for none
}

// And returns the bound that both set: the stricter one of the two, which depends on the number of rows.
func (b Bound) And(other Bound) Bound {
	switch {
	case !b.Set:
		return other
	case other.Set:
		b.besides = &other
	}
	return b
}

// of returns the bound for a number of rows; a negative one is none.
func (b Bound) of(rows int) int {
	if !b.Set {
		return -1
	}
	most := max(b.Rows, int(b.Percent*float64(rows)/100))
	if b.besides != nil {
		most = min(most, b.besides.of(rows))
	}
	return most
}

// Preview is what an import is about to do.
type Preview struct {
	File     string
	Target   string
	Rows     int
	Planned  run.Counts   // by the outcome that is expected: created, updated, unchanged, skipped …
	Weight   Irreversible // what of it cannot be taken back
	Before   int          // rows that an earlier session of the run settled
	View     listing.View // how much of the tenant the account sees
	Brake    string       // why a brake would stop the import, "" for none
	Problems *Problems
}

// Sends reports whether something is to be sent, or may be: what an earlier run left open is looked for first.
func (p Preview) Sends() bool {
	return p.Planned[run.Created]+p.Planned[run.Updated]+p.Planned[run.Unknown] > 0
}

// Answer is a person's answer to a Preview.
type Answer uint8

// The answers.
const (
	Go       Answer = iota // send
	GoodOnly               // send the good rows, leave the others to be fixed
	Stop                   // send nothing
)
