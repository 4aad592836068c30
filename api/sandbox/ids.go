package sandbox

import (
	"crypto/rand"
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// The invented organisation that owns every referral made here.
const (
	organizationID   = "0c0ffee0-5ca1-4b1e-8000-c0de00000001"
	organizationName = "Contoso Partner Services"
)

var guidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func isGUID(text string) bool { return guidForm.MatchString(text) }

// newGUID returns a random GUID.
func newGUID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails: it ends the program instead
	return formatGUID(b, 4)
}

// namedGUID returns the GUID that belongs to a seed and a name, the same in every run.
func namedGUID(seed uint64, parts ...string) string {
	hash := sha1.New()
	var prefix [8]byte
	binary.BigEndian.PutUint64(prefix[:], seed)
	hash.Write(prefix[:])
	for _, part := range parts {
		fmt.Fprintf(hash, "%d:%s", len(part), part)
	}
	return formatGUID([16]byte(hash.Sum(nil)[:16]), 5)
}

func formatGUID(b [16]byte, version byte) string {
	b[6] = b[6]&0x0f | version<<4
	b[8] = b[8]&0x3f | 0x80
	text := hex.EncodeToString(b[:])
	return strings.Join([]string{text[:8], text[8:12], text[12:16], text[16:20], text[20:]}, "-")
}

// tick is the resolution of the service's timestamps.
const tick = 100 * time.Nanosecond

// ticks counts a time in units of 100 ns since 1970.
func ticks(t time.Time) int64 { return t.Unix()*1e7 + int64(t.Nanosecond()/100) }

// timestamp writes ticks as the service does: UTC with seven decimals.
func timestamp(n int64) string {
	return time.Unix(n/1e7, n%1e7*100).UTC().Format("2006-01-02T15:04:05.0000000Z")
}

// parseTicks reads a timestamp; 0 where there is none.
func parseTicks(text string) int64 {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return 0
	}
	return ticks(t)
}

// newETag makes the version of a referral: the literal quotes are part of it, the last group
// holds the second of the write, the first ones count the writes, so that each has its own.
func newETag(writes uint64, at int64) string {
	return fmt.Sprintf(`"%08x-0000-%04x-0000-%08x0000"`, uint32(writes), uint16(writes>>32), uint32(at/1e7))
}
