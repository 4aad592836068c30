package listing

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"

	"refload/api"
)

// HashText returns 64 bits of a hash; what it finds is always compared in full.
func HashText(text string) uint64 {
	sum := sha256.Sum256([]byte(text))
	return binary.BigEndian.Uint64(sum[:])
}

// GUID is a GUID as it is kept in memory.
type GUID [16]byte

// GUIDOf reads a GUID in its usual form; false for what is none.
func GUIDOf(id string) (GUID, bool) {
	var g GUID
	if !api.ValidGUID(id) {
		return g, false
	}
	_, err := hex.Decode(g[:], []byte(strings.ReplaceAll(id, "-", "")))
	return g, err == nil
}

// String returns the usual form, in lower case.
func (g GUID) String() string {
	text := hex.EncodeToString(g[:])
	return strings.Join([]string{text[:8], text[8:12], text[12:16], text[16:20], text[20:]}, "-")
}
