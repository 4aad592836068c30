package importer

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"

	"refload/api"
)

// hashText returns 64 bits of a hash; what it finds is always compared in full.
func hashText(text string) uint64 {
	sum := sha256.Sum256([]byte(text))
	return binary.BigEndian.Uint64(sum[:])
}

// guid is a GUID as it is kept in memory.
type guid [16]byte

// guidOf reads a GUID in its usual form; false for what is none.
func guidOf(id string) (guid, bool) {
	var g guid
	if !api.ValidGUID(id) {
		return g, false
	}
	_, err := hex.Decode(g[:], []byte(strings.ReplaceAll(id, "-", "")))
	return g, err == nil
}

// String returns the usual form, in lower case.
func (g guid) String() string {
	text := hex.EncodeToString(g[:])
	return strings.Join([]string{text[:8], text[8:12], text[12:16], text[16:20], text[20:]}, "-")
}
