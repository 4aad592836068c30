package journal

import (
	"bytes"
	"fmt"
	"hash/crc32"
)

// Resigned gives every line of a changed journal the checksum that it would have.
func Resigned(data []byte) []byte {
	var out []byte
	for line := range bytes.Lines(data) {
		body := line[:len(line)-len(beforeSum)-sumLength-len(afterSum)]
		out = fmt.Appendf(out, "%s%s%08x%s", body, beforeSum, crc32.Checksum(body, castagnoli), afterSum)
	}
	return out
}
