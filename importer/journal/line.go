package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
)

// castagnoli is the polynomial of the checksums.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// The end of every line: its checksum as the last member of the object, eight lower-case hex
// digits over all bytes before it, and the newline, without which the line does not count.
const (
	beforeSum = `,"crc":"`
	afterSum  = "\"}\n"
	sumLength = 8
)

// encodeLine writes a record as one line.
func encodeLine(record Record) ([]byte, error) {
	body, err := json.Marshal(record)
	if err != nil {
		return nil, fmt.Errorf("journal record %d: %w", record.Seq, err)
	}
	body = body[:len(body)-1] // the closing brace comes after the checksum
	return fmt.Appendf(body, "%s%08x%s", beforeSum, crc32.Checksum(body, castagnoli), afterSum), nil
}

// decodeLine reads a line with its newline. The checksum is compared as text, so that no
// second spelling of it is accepted.
func decodeLine(line []byte) (Record, error) {
	var record Record
	tail := len(beforeSum) + sumLength + len(afterSum)
	if len(line) <= tail {
		return record, fmt.Errorf("the line is too short")
	}
	body, end := line[:len(line)-tail], line[len(line)-tail:]
	want := fmt.Sprintf("%s%08x%s", beforeSum, crc32.Checksum(body, castagnoli), afterSum)
	if string(end) != want {
		return record, fmt.Errorf("the checksum is wrong")
	}
	decoder := json.NewDecoder(bytes.NewReader(append(bytes.Clone(body), '}')))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&record); err != nil {
		return record, fmt.Errorf("the record cannot be read: %w", err)
	}
	return record, nil
}
