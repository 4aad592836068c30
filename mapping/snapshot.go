package mapping

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Snapshot is what the cells of a row held when it was exported, so that an import tells what
// a person has changed since. It is read from the cell of the column "Snapshot": one JSON object
// from headers to texts, without the cells that were blank. A long text is kept as its hash:
//
//	{"Deal Name":"Fabrikam rollout","Notes":{"sha256":"9f86…","length":5000}}
type Snapshot struct {
	texts map[string]kept // by what the header names; nil where there is no snapshot
}

// kept is the text of one cell, or what is kept of a long one.
type kept struct {
	text   string // trimmed, with line feeds as line ends
	hash   string // SHA-256 in hex; "" where the text itself is kept
	length int    // of the text, in characters
}

// longestKept is the longest text, in characters, that a snapshot keeps as it is.
const longestKept = 120

// SnapshotOf makes the cell of the column "Snapshot" from the cells of a row: headers[i] stands
// above texts[i], which is the text that a reader of the file finds there (dates as ISO,
// numbers in plain digits, Yes and No). Blank texts are left out; a text of more than 120
// characters is replaced by its hash, and as many more, the longest first, as are needed to stay
// within what a cell of a workbook holds. It returns an error when not even that is enough,
// and when a header stands twice.
func SnapshotOf(headers, texts []string) (string, error) {
	if len(headers) != len(texts) {
		return "", fmt.Errorf("snapshot: %d headers for %d texts", len(headers), len(texts))
	}
	entries, err := entriesOf(headers, texts)
	if err != nil {
		return "", err
	}
	cell := objectOf(entries)
	for cellUnits(cell) > maxText {
		longest := longestEntry(entries)
		if longest < 0 {
			return "", fmt.Errorf("the snapshot of %d cells is longer than the %d characters that a cell holds", len(entries), maxText)
		}
		entries[longest].shorten()
		cell = objectOf(entries)
	}
	return cell, nil
}

// snapshotEntry is one cell on its way into a snapshot.
type snapshotEntry struct {
	header string
	text   string
	json   string // the value as it is written
	hashed bool
}

func entriesOf(headers, texts []string) ([]snapshotEntry, error) {
	entries := make([]snapshotEntry, 0, len(texts))
	seen := make(map[string]bool, len(headers))
	for i, header := range headers {
		if seen[header] {
			return nil, fmt.Errorf("snapshot: the header %s stands twice", quoted(header))
		}
		seen[header] = true
		text := cellForm(texts[i])
		if text == "" {
			continue
		}
		entry := snapshotEntry{header: jsonText(header), text: text, json: jsonText(text)}
		if utf8.RuneCountInString(text) > longestKept {
			entry.shorten()
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

func (e *snapshotEntry) shorten() {
	e.json = fmt.Sprintf(`{"sha256":"%s","length":%d}`, hashOf(e.text), utf8.RuneCountInString(e.text))
	e.hashed = true
}

// longestEntry returns the index of the longest text that is still kept as it is and that
// a hash would shorten, -1 for none.
func longestEntry(entries []snapshotEntry) int {
	longest, length := -1, len(`{"sha256":"","length":1}`)+2*sha256.Size
	for i, e := range entries {
		if !e.hashed && cellUnits(e.json) > length {
			longest, length = i, cellUnits(e.json)
		}
	}
	return longest
}

func objectOf(entries []snapshotEntry) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, e := range entries {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(e.header + ":" + e.json)
	}
	b.WriteByte('}')
	return b.String()
}

// cellUnits is how much of a cell a text takes: its UTF-16 units, and the escapes that
// a workbook needs for texts that look like escapes themselves.
func cellUnits(text string) int {
	units := len("_x005F") * strings.Count(text, "_x")
	for _, r := range text {
		units += max(1, utf16.RuneLen(r))
	}
	return units
}

// jsonText writes a text as JSON, as people would: without escapes that only HTML needs.
func jsonText(text string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		panic(err) // texts always encode
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// cellForm brings a text to the form in which cells are compared: without the white space
// around it, which decoding drops as well, and with line feeds, which is what spreadsheet
// programs make of every line end.
func cellForm(text string) string {
	return lineEnds.Replace(strings.TrimFunc(text, unicode.IsSpace))
}

// ReadSnapshot reads the cell of the column "Snapshot". A blank cell is a row that was not
// exported: the Snapshot is empty then, and knows nothing. The error says that the cell holds
// something else than a snapshot.
func ReadSnapshot(cell string) (Snapshot, error) {
	if strings.TrimSpace(cell) == "" {
		return Snapshot{}, nil
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal([]byte(cell), &raw); err != nil || raw == nil {
		return Snapshot{}, errors.New("the cell is no snapshot of an export")
	}
	s := Snapshot{texts: make(map[string]kept, len(raw))}
	for header, value := range raw {
		k, ok := readKept(value)
		if !ok {
			return Snapshot{}, fmt.Errorf("the snapshot is damaged at %s", quoted(header))
		}
		s.texts[snapshotKey(header)] = k
	}
	return s, nil
}

func readKept(value json.RawMessage) (kept, bool) {
	var text *string
	if json.Unmarshal(value, &text) == nil && text != nil {
		return kept{text: cellForm(*text)}, true
	}
	var long struct {
		SHA256 string `json:"sha256"`
		Length int    `json:"length"`
	}
	err := json.Unmarshal(value, &long)
	return kept{hash: strings.ToLower(long.SHA256), length: long.Length}, err == nil && len(long.SHA256) == 2*sha256.Size && long.Length > 0
}
