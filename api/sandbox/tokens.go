package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
	"time"
)

// bearerOf returns the bearer token of a request, "" where there is none.
func bearerOf(r *http.Request) string {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return ""
	}
	return strings.TrimSpace(token)
}

// tokenID names a token without giving it away: the ledger and the memory hold nothing else.
func tokenID(token string) string {
	if token == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:8])
}

// keptTokens is how many of the last tokens are remembered.
const keptTokens = 10_000

// tokenUse is how long a token has been in use, and how often.
type tokenUse struct {
	since time.Time
	uses  int
}

// tokenUses remembers the use of the last tokens by their ids.
type tokenUses struct {
	mu    sync.Mutex
	byID  map[string]*tokenUse
	order []string // oldest first
}

func newTokenUses() *tokenUses { return &tokenUses{byID: map[string]*tokenUse{}} }

// issue notes that a token was given out, so that it ages before its first use.
func (t *tokenUses) issue(id string, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.find(id, at)
}

// use counts a request with a token and returns its use so far, this request included.
func (t *tokenUses) use(id string, at time.Time) tokenUse {
	t.mu.Lock()
	defer t.mu.Unlock()
	use := t.find(id, at)
	use.uses++
	return *use
}

// find returns what is known of a token. Its caller holds the lock.
func (t *tokenUses) find(id string, at time.Time) *tokenUse {
	if use := t.byID[id]; use != nil {
		return use
	}
	if len(t.order) == keptTokens {
		delete(t.byID, t.order[0])
		t.order = t.order[1:]
	}
	use := &tokenUse{since: at}
	t.byID[id] = use
	t.order = append(t.order, id)
	return use
}

func (t *tokenUses) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.byID, t.order = map[string]*tokenUse{}, nil
}
