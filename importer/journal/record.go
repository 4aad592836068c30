// Package journal is the write-ahead log of a run: a text file of JSON lines, each with
// a sequence number and a checksum, to which an intent is written before the request leaves
// and an outcome after its answer. It can be read with any pager.
//
// A journal holds row numbers, markers, ids, statuses and hashes under a secret key: no names, no mail
// addresses, no phone numbers, no notes.
package journal

import (
	"encoding/json"
	"time"
)

// Version is the version of the journal's form. A journal of a newer version is refused.
//
// Version 2 has the service's clock beside ours. Journals of version 1 are read as ever.
const Version = 2

// Kind says what a record tells.
type Kind string

// The kinds of records.
const (
	RunStart Kind = "run"     // the first record of every journal
	Intent   Kind = "intent"  // a write is about to be sent
	Answer   Kind = "answer"  // what came back; the row is not settled by it alone
	Outcome  Kind = "outcome" // the final word on a row in this run
	RunEnd   Kind = "end"     // every row has its outcome
	Prior    Kind = "prior"   // a referral as it was before its first change
	After    Kind = "after"   // a referral as a change has left it
)

// Record is one line of the journal. Which fields are set depends on its kind.
type Record struct {
	Seq     int64     `json:"seq"`
	Time    time.Time `json:"time"`                  // by this machine's clock
	Service time.Time `json:"service_time,omitzero"` // by the service's clock, as its last answers tell; zero where they do not
	Kind    Kind      `json:"kind"`

	Header *Header `json:"header,omitempty"` // of a RunStart

	// Of Intent, Answer and Outcome.
	Row  int    `json:"row,omitempty"`  // the number that Excel shows
	Step string `json:"step,omitempty"` // "create", "invite", "patch", "put"

	// Of an Intent.
	Marker   string `json:"marker,omitempty"`    // externalReferenceId that is sent
	BodyHash string `json:"body_hash,omitempty"` // HMAC-SHA-256 of the request's body, in hex; of older runs the plain SHA-256. Nothing is decided by it
	IntentID string `json:"intent_id,omitempty"` // GUID, the same for all attempts of the intent
	Send     int    `json:"send,omitempty"`      // the how manieth send in the life of the row

	// Of an Answer and an Outcome.
	Outcome      string   `json:"outcome,omitempty"` // run.Outcome, or api.Outcome in an Answer
	ReferralID   string   `json:"referral_id,omitempty"`
	EngagementID string   `json:"engagement_id,omitempty"`
	ETag         string   `json:"etag,omitempty"`
	HTTPStatus   int      `json:"http_status,omitempty"`
	Code         string   `json:"code,omitempty"`   // the service's error codes, joined by "/"; of a row that it did not refuse the state of the deal
	Target       string   `json:"target,omitempty"` // the property that the service names
	Reason       string   `json:"reason,omitempty"` // our own word, from a closed list
	Others       []string `json:"others,omitempty"` // further referrals with the same marker
	Fields       []string `json:"fields,omitempty"` // paths of the properties that were changed, or are in conflict
	Locked       []string `json:"locked,omitempty"` // paths that the row says otherwise and nobody can change
	RequestID    string   `json:"request_id,omitempty"`
	Attempts     int      `json:"attempts,omitempty"`

	Updated time.Time `json:"updated,omitzero"` // when the version of the referral was made, by the service's clock

	// Of a Prior and an After: the referral as it was and became. It stands in a file of its own,
	// never in the journal of a run.
	State json.RawMessage `json:"state,omitempty"`
}

// CountedRows says that rows have the numbers that a spreadsheet program shows.
const CountedRows = "rows"

// Header is what a run records about itself before anything else. Hashes are SHA-256 in hex.
type Header struct {
	Version     int    `json:"version"`
	Run         string `json:"run"`
	Tool        string `json:"tool"`                // version of refload
	Target      string `json:"target"`              // the service, see run.Target
	Tenant      string `json:"tenant,omitempty"`    // a hash of the tenant, see run.Target; "" where it was not known
	SignedIn    string `json:"signed_in,omitempty"` // a hash of the tenant that the token named; "" where it could not be read
	Input       string `json:"input"`               // name of the input file, without its folder
	InputHash   string `json:"input_hash"`
	MappingHash string `json:"mapping_hash,omitempty"`
	Sheet       string `json:"sheet,omitempty"`
	Rows        int    `json:"rows"`              // data rows
	Counted     string `json:"counted,omitempty"` // what the numbers of rows count: CountedRows; "" for the lines of a CSV, as once
	Braked      bool   `json:"braked,omitempty"`  // a brake stopped the run before its first write

	Checked map[string]int `json:"checked,omitempty"` // rows whose outcome the check gave, by it: they have no record of their own
}
