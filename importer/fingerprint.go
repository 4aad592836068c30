package importer

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"hash/fnv"
	"slices"
	"strings"

	"refload/api"
	"refload/mapping"
)

// fingerprint is a digest of every property of a referral, 32 bits each, in base64: with it one
// can tell later which properties have changed, without knowing what they were.
func fingerprint(referral *api.Referral) string {
	var marks []uint32
	for _, leaf := range mapping.Leaves(referral) {
		if !isVolatile(leaf.Path) {
			marks = append(marks, markOf(leaf))
		}
	}
	slices.Sort(marks)
	data := make([]byte, 0, 4*len(marks))
	for _, mark := range marks {
		data = binary.BigEndian.AppendUint32(data, mark)
	}
	return base64.RawStdEncoding.EncodeToString(data)
}

// markOf is the mark of one property with its value.
func markOf(leaf api.Change) uint32 {
	value, err := json.Marshal(leaf.New)
	if err != nil {
		panic(err) // decoded JSON always marshals
	}
	h := fnv.New32a()
	h.Write([]byte(leaf.Path + "\x00"))
	h.Write(value)
	return h.Sum32()
}

// changedSince returns the paths of the properties of a referral that are new or other than when
// a fingerprint was taken.
func changedSince(print string, now *api.Referral) []string {
	data, err := base64.RawStdEncoding.DecodeString(print)
	if err != nil {
		return nil
	}
	known := map[uint32]bool{}
	for i := 0; i+4 <= len(data); i += 4 {
		known[binary.BigEndian.Uint32(data[i:])] = true
	}
	var paths []string
	for _, leaf := range mapping.Leaves(now) {
		if isVolatile(leaf.Path) {
			continue
		}
		if !known[markOf(leaf)] {
			paths = append(paths, leaf.Path)
		}
		delete(known, markOf(leaf))
	}
	if len(known) > 0 && paths == nil {
		paths = []string{"a field that was emptied"}
	}
	return paths
}

// isVolatile reports whether a property changes with every write.
func isVolatile(path string) bool {
	return strings.HasPrefix(path, "@odata") || slices.ContainsFunc(volatile, func(name string) bool {
		return path == name || strings.HasPrefix(path, name+".")
	})
}
