// Package run holds what every run has: the words for what became of a row, its results and
// events, its folder, and the lock that keeps two runs apart.
package run

// Outcome is the one word for what became of a row.
type Outcome string

// The outcomes. Every data row ends with exactly one.
const (
	Created       Outcome = "created"
	Updated       Outcome = "updated"
	Unchanged     Outcome = "unchanged"
	Waits         Outcome = "waiting"
	AlreadyExists Outcome = "already-exists"
	Invalid       Outcome = "invalid"
	Duplicate     Outcome = "duplicate"
	Held          Outcome = "held"
	Rejected      Outcome = "rejected"
	Conflict      Outcome = "conflict"
	Blocked       Outcome = "blocked"
	Unknown       Outcome = "unknown"
	NotAttempted  Outcome = "not-attempted"
	Skipped       Outcome = "skipped"
)

// Word is one row of the outcome table.
type Word struct {
	Outcome Outcome
	Good    bool   // the row is as the sheet wants it, or was left out on purpose
	Meaning string // for help and the reference
	Hint    string // what a person does next; "" where nothing is to be done
}

// words is the outcome table, in the order in which outcomes are listed.
var words = []Word{
	{Created, true, "a new referral was made on the service", ""},
	{Updated, true, "the referral was changed to what the row says", ""},
	{Unchanged, true, "the referral was already as the row says; nothing was sent", ""},
	{Waits, true, "the referral is as the row says but for its closing, which waits for --close-after", "run the same import again when that time has passed: it closes the deal"},
	{AlreadyExists, true, "the referral is on the service already and was left alone", ""},
	{Invalid, false, "the row has problems; nothing was sent for it", "fix the cells that the Problems sheet names, then import this results file again"},
	{Duplicate, false, "the row stands in the file twice; neither was sent", "keep one of the rows, or give each its own CRM ID"},
	{Held, false, "refload waits for a person's word before it sends this row", "look at the message, then fill in the Referral ID or set Action to create"},
	{Rejected, false, "the service refused the row; nothing was made or changed", "fix what the message names, then import this results file again"},
	{Conflict, false, "somebody else changed the referral; nothing was overwritten", "compare the values in the message, then import again from a fresh export"},
	{Blocked, false, "the state of the referral does not allow the change; nothing was sent", "see the message for what is allowed"},
	{Unknown, false, "it was sent, but no trustworthy answer came and the service has not shown it yet", "run the same import again after half an hour: it looks for the referral before it sends anything"},
	{NotAttempted, false, "the run stopped before this row was sent", "run the same import again: it goes on with these rows"},
	{Skipped, true, "the row was left out as you asked", ""},
}

// Words returns the outcome table.
func Words() []Word { return append([]Word(nil), words...) }

// Word returns the outcome's row of the table; the zero Word for a word that is not in it.
func (o Outcome) Word() Word {
	for _, word := range words {
		if word.Outcome == o {
			return word
		}
	}
	return Word{}
}

// Counts is how many rows ended with each outcome.
type Counts map[Outcome]int

// Total returns how many rows are counted.
func (c Counts) Total() int {
	total := 0
	for _, n := range c {
		total += n
	}
	return total
}

// Bad returns how many rows are not as the sheet wants them.
func (c Counts) Bad() int {
	bad := 0
	for outcome, n := range c {
		if !outcome.Word().Good {
			bad += n
		}
	}
	return bad
}

// settles are the outcomes that the next run settles by itself.
var settles = []Outcome{Unknown, NotAttempted}

// TimeSettles returns how many rows the next run of the same import settles, with nobody's help.
func (c Counts) TimeSettles() int {
	n := 0
	for _, outcome := range settles {
		n += c[outcome]
	}
	return n
}

// NeedsHands returns how many rows stay as they are until a person does something about them.
func (c Counts) NeedsHands() int { return c.Bad() - c.TimeSettles() }

// Result is what became of one row.
type Result struct {
	Row          int // the number that Excel shows
	Outcome      Outcome
	ReferralID   string
	EngagementID string
	ETag         string
	Message      string // for people; may quote the service
	Hint         string
	RequestID    string // the service's, for support
	Attempts     int    // requests sent for this row
}
