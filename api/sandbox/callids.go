package sandbox

import (
	"crypto/sha256"
	"strings"
	"sync"
)

// keptCalls is how many of the last calls are remembered.
const keptCalls = 1 << 17

// callIDs remembers the ids of the last calls, so that one used twice is noticed.
type callIDs struct {
	mu   sync.Mutex
	seen map[[16]byte]struct{}
	ring [][16]byte
	next int
}

func newCallIDs() *callIDs { return &callIDs{seen: map[[16]byte]struct{}{}} }

// add remembers an id and reports whether it is new.
func (c *callIDs) add(id string) bool {
	hash := sha256.Sum256([]byte(strings.ToLower(id)))
	key := [16]byte(hash[:16])
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.seen[key]; ok {
		return false
	}
	c.seen[key] = struct{}{}
	if len(c.ring) < keptCalls {
		c.ring = append(c.ring, key)
		return true
	}
	delete(c.seen, c.ring[c.next])
	c.ring[c.next] = key
	c.next = (c.next + 1) % keptCalls
	return true
}

func (c *callIDs) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen, c.ring, c.next = map[[16]byte]struct{}{}, nil, 0
}
