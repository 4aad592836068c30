package sandbox

import (
	"errors"
	"strings"
	"sync"
	"time"
)

// Options says how a sandbox is opened. The zero Options give an empty one in memory.
type Options struct {
	// StateFile keeps the referrals; what was answered survives a kill. "" means memory only.
	StateFile string
	// Now is the server's clock; nil means the real one.
	Now func() time.Time
	// BasePath stands before /v1.0 in every path, such as "/test"; usually "".
	BasePath string
	// Seed makes the ids of referrals with a marker, and the faults, repeatable.
	Seed uint64
	// Faults is the plan of misbehaviour; nil means none.
	Faults *Plan
	// KeepLedger keeps every entry of the ledger in memory instead of the last 10,000.
	KeepLedger bool
	// Account is whom the sandbox's own authority signs in; "" means ada@contoso.example.com.
	Account string
	// RequireIssued refuses bearer tokens that the authority did not give out. Otherwise any
	// word is a token; an expired one of the authority's is refused either way.
	RequireIssued bool
	// TokenLife is how long the authority's access tokens are good for; 0 means an hour.
	TokenLife time.Duration
	// TokenUses is how many calls any access token is good for, as by F34; 0 means no bound.
	TokenUses int
	// RefreshGrace is how often a refresh token works again after another was given out for
	// it; 0 means not at all, less than 0 always.
	RefreshGrace int
	// PollEvery is how often a client may ask whether a device code was approved; 0 means
	// every five seconds.
	PollEvery time.Duration
	// AnyHost lets Serve and ServeTLS answer requests whose Host is not this machine.
	AnyHost bool
	// AllowError lets a referral be closed with the substatus Error, which the portal knows
	// and the API's own table does not.
	AllowError bool
}

// Sandbox is the emulated service. It is an http.Handler and safe for concurrent use.
type Sandbox struct {
	options   Options
	now       func() time.Time
	root      string // path of the collection
	calls     *callIDs
	tokens    *tokenUses
	authority *authority
	ledger    *ledger
	faults    *faultState

	mu    sync.RWMutex // guards store
	store *store
}

// Open opens a sandbox and, with a state file, restores what that holds. The file is locked
// against other processes. The error is a *LockedError when another process has it, a
// *StateError when the file is damaged or not a sandbox's, and a *PlanError when the plan of
// faults names one that does not exist.
func Open(options Options) (*Sandbox, error) {
	if options.Now == nil {
		options.Now = time.Now
	}
	options.Faults = withTokenUses(options.Faults, options.TokenUses)
	if err := options.Faults.check(); err != nil {
		return nil, err
	}
	store, err := openStore(options.StateFile)
	if err != nil {
		return nil, err
	}
	s := &Sandbox{
		options: options,
		now:     options.Now,
		root:    strings.TrimSuffix(options.BasePath, "/") + "/v1.0/engagements/referrals",
		calls:   newCallIDs(),
		tokens:  newTokenUses(),
		ledger:  newLedger(options.KeepLedger),
		store:   store,
	}
	s.authority = newAuthority(s)
	s.ledger.seq = store.lastSeq
	s.faults = newFaultState(s, options.Faults)
	s.store.history = s.faults.keepsHistory()
	return s, nil
}

// Close ends what is still waiting to be executed and closes the state file. Requests that
// come later are answered with 503.
func (s *Sandbox) Close() error {
	s.faults.stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.close()
}

// Reset forgets all referrals, the ledger and the violations, in the state file too. Who has
// signed in stays so.
func (s *Sandbox) Reset() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.store.reset(); err != nil {
		return err
	}
	s.calls.reset()
	s.tokens.reset()
	s.ledger.reset()
	s.faults.reset()
	return nil
}

// errClosed is what a write to a closed sandbox gets.
var errClosed = errors.New("the sandbox is closed")
