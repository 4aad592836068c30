package mapping

import (
	"encoding/json"
	"strings"
	"sync"
	"time"

	"refload/api"
)

// Empty reports whether the row has no snapshot: it was not exported, or its cell is blank.
func (s Snapshot) Empty() bool { return s.texts == nil }

// Text returns what the cell below a header held when the row was exported; a blank cell, and
// a column that was not there, held "". The second result is false where the snapshot does not
// know: it is empty, or the text was long and only its hash is kept, which Same compares with.
// The header is found as it was exported, and by every other name of the same field.
func (s Snapshot) Text(header string) (text string, known bool) {
	k := s.at(header)
	return k.text, !s.Empty() && k.hash == ""
}

// Same reports whether a cell still holds what it held when the row was exported, whatever
// a spreadsheet program made of its form when it saved the file: white space around a text and
// the kind of its line ends do not count; numbers are compared by value, dates by the moment,
// TRUE is Yes. An empty snapshot has nothing in common with any cell.
func (s Snapshot) Same(header, text string) bool {
	if s.Empty() {
		return false
	}
	now, was := cellForm(text), s.at(header)
	switch {
	case was.hash != "":
		return hashOf(now) == was.hash
	case now == was.text:
		return true
	case now == "" || was.text == "":
		return false
	}
	t, ok := resolve(header)
	if !ok {
		return false
	}
	form := forms[t.field.Kind]
	if form == nil {
		return false
	}
	a, okA := form(was.text)
	b, okB := form(now)
	return okA && okB && api.Equal(a, b)
}

// at finds the text of a header, the zero kept where the cell was blank.
func (s Snapshot) at(header string) kept { return s.texts[snapshotKey(header)] }

// snapshotKeys remembers what headers name: every row of a file asks for the same ones.
var snapshotKeys struct {
	sync.Mutex
	known map[string]string
}

// mostSnapshotKeys bounds the memory that a file with made-up snapshots can ask for.
const mostSnapshotKeys = 10_000

// snapshotKey is the path that a header names, or the header itself in the form in which
// headers are compared.
func snapshotKey(header string) string {
	snapshotKeys.Lock()
	defer snapshotKeys.Unlock()
	if key, ok := snapshotKeys.known[header]; ok {
		return key
	}
	if snapshotKeys.known == nil || len(snapshotKeys.known) >= mostSnapshotKeys {
		snapshotKeys.known = map[string]string{}
	}
	key := "header " + headerKey(header)
	if t, ok := resolve(header); ok {
		key = t.path
	}
	snapshotKeys.known[header] = key
	return key
}

// forms bring the texts of a kind to values that are equal where the cells mean the same.
var forms = map[Kind]func(string) (any, bool){
	Number:  numberForm,
	Integer: numberForm,
	Choice:  numberForm, // Sales Stage
	Bool:    boolForm,
	Date:    dateForm,
	Time:    dateForm,
}

func numberForm(text string) (any, bool) {
	digits, ok := plainDigits(json.Number(text))
	return json.Number(digits), ok
}

func boolForm(text string) (any, bool) {
	value, ok := truth[strings.ToLower(text)]
	return value, ok
}

// dateForm reads ISO dates and times; a time without zone is one in UTC, as the service's are.
func dateForm(text string) (any, bool) {
	text = strings.ToUpper(text)
	for _, layout := range []string{time.DateOnly, time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC().Format(time.RFC3339Nano), true
		}
	}
	return nil, false
}
