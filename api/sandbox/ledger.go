package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// Entry is one request in the ledger.
type Entry struct {
	Seq          uint64    `json:"seq"`        // counts the requests from 1, also over a reopening
	Time         time.Time `json:"time"`       // when it arrived
	Connection   string    `json:"connection"` // the client's address
	Proto        string    `json:"proto"`      // of the request, such as "HTTP/1.1"
	Method       string    `json:"method"`
	Path         string    `json:"path"`
	Query        string    `json:"query,omitempty"`
	CallID       string    `json:"clientRequestId,omitempty"`
	TokenID      string    `json:"tokenId,omitempty"`      // names the access token that came, or was given out: a hash, never the token
	Grant        string    `json:"grant,omitempty"`        // the grant type of a request for tokens
	RefreshID    string    `json:"refreshId,omitempty"`    // names the refresh token that came, as a hash
	NewRefreshID string    `json:"newRefreshId,omitempty"` // names the refresh token that was given out
	RequestID    string    `json:"requestId,omitempty"`    // what the answer's request-id said
	Marker       string    `json:"marker,omitempty"`       // externalReferenceId of the body or the referral
	BodyHash     string    `json:"bodyHash,omitempty"`     // SHA-256 of the body, in hex
	Status       int       `json:"status"`                 // of the answer that was meant; 0 where there was none
	Executed     bool      `json:"executed"`               // whether a write was carried out
	ExecutedAt   time.Time `json:"executedAt,omitzero"`
	ID           string    `json:"id,omitempty"`    // the referral it was about
	Fault        string    `json:"fault,omitempty"` // the faults that struck it
	Response     string    `json:"response"`        // how much of the answer was sent: full, part or none
}

// How much of an answer was sent.
const (
	ResponseFull = "full"
	ResponsePart = "part"
	ResponseNone = "none"
)

// The bounds of what the ledger keeps in memory.
const (
	keptEntries    = 10_000
	keptViolations = 1_000
)

type ledger struct {
	mu         sync.Mutex
	all        bool
	seq        uint64
	entries    []*Entry // ascending seq
	violations []string
}

func newLedger(all bool) *ledger { return &ledger{all: all} }

// begin notes a request that arrived and gives it its number.
func (l *ledger) begin(entry Entry) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq++
	entry.Seq, entry.Response = l.seq, ResponseNone
	l.entries = append(l.entries, &entry)
	if !l.all && len(l.entries) >= 2*keptEntries {
		l.entries = slices.Clone(l.entries[len(l.entries)-keptEntries:])
	}
	return entry.Seq
}

// note changes an entry that is still kept.
func (l *ledger) note(seq uint64, change func(*Entry)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i, found := slices.BinarySearchFunc(l.entries, seq, func(e *Entry, seq uint64) int {
		return int(int64(e.Seq - seq))
	})
	if found {
		change(l.entries[i])
	}
}

func (l *ledger) violation(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.violations) < keptViolations {
		l.violations = append(l.violations, fmt.Sprintf(format, args...))
	}
}

func (l *ledger) list() []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept := l.entries
	if !l.all && len(kept) > keptEntries {
		kept = kept[len(kept)-keptEntries:]
	}
	list := make([]Entry, len(kept))
	for i, entry := range kept {
		list[i] = *entry
	}
	return list
}

func (l *ledger) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq, l.entries, l.violations = 0, nil, nil
}

// Ledger returns the requests that reached the sandbox, in order: the last 10,000, or all with
// Options.KeepLedger. It begins empty when a state file is reopened; the numbers go on.
func (s *Sandbox) Ledger() []Entry { return s.ledger.list() }

// Violations returns what clients did that no client which keeps to the documentation does:
// the first 1,000 of them, each a sentence that begins with the number of its request.
func (s *Sandbox) Violations() []string {
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	return slices.Clone(s.ledger.violations)
}

// Created returns how many creates were executed for each marker (externalReferenceId, "" for
// none), whatever the clients were told: the truth that tests compare with. It survives
// a reopening.
func (s *Sandbox) Created() map[string]int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return maps.Clone(s.store.created)
}
