package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"refload/internal/files"
)

// The kinds of a line that only a compaction writes.
const (
	writeTotals = "totals" // stands before all referrals, and holds what cannot be told from them
	writeKept   = "kept"   // a referral as it was, whoever wrote it
)

// totals are what the lines left out by a compaction told.
type totals struct {
	Writes  uint64         `json:"writes"`  // all there ever were: no version is given out twice
	Created map[string]int `json:"created"` // executed creates by marker
	Kept    int            `json:"kept"`    // the referrals that follow
}

var (
	errMissing = errors.New("referrals are missing at its end")
	errTotals  = errors.New("its totals make no sense")
)

// restoreTotals takes the totals back from a compacted file.
func (s *store) restoreTotals(line stateLine) error {
	var t totals
	if err := json.Unmarshal(line.doc, &t); err != nil || s.lines > 0 || t.Kept < 0 || uint64(t.Kept) > t.Writes {
		return errTotals
	}
	if t.Created != nil {
		s.created = t.Created
	}
	s.writes, s.promised = t.Writes-uint64(t.Kept), t.Kept
	return nil
}

// complete returns a *StateError unless all referrals that the totals promise have come: a
// compacted file was whole when it was put in its place, so what is missing was not torn off
// by a kill.
func (s *store) complete() error {
	if s.lines < s.promised { // behind the header and the totals
		return &StateError{Line: s.lines + 3, Err: errMissing}
	}
	return nil
}

// compact rewrites the state file when more of its lines are outdated than not. The new file
// takes the place of the old one in one step, so that a kill leaves the one or the other. When
// it cannot be written the old one goes on serving.
func (s *store) compact(path string) error {
	files.Sweep(path, time.Now()) // what a killed compaction left; whatever stays does no harm
	if outdated := s.lines - len(s.byID); outdated <= len(s.byID) {
		return nil
	}
	next, err := files.Create(path)
	if err != nil {
		return nil
	}
	if err := s.writeCompact(next); err != nil {
		next.Abort()
		return nil
	}
	s.file.file.Close() // some systems replace no open file
	next.Commit()       // done or not, the file that stands there is whole
	s.clear()
	return s.file.reopen(path, s)
}

// writeCompact writes the lines of a compacted file: the totals, then each referral in the
// order of the last writes.
func (s *store) writeCompact(w io.Writer) error {
	head := encode(totals{Writes: s.writes, Created: s.created, Kept: len(s.byUpdated)})
	if _, err := w.Write(append(stateHeader[:len(stateHeader):len(stateHeader)], documentLine(writeTotals, s.lastSeq, head)...)); err != nil {
		return err
	}
	for _, r := range s.byUpdated {
		raw, err := s.file.read(r.offset, r.length)
		if err != nil {
			return err
		}
		if _, err := w.Write(documentLine(writeKept, s.lastSeq, raw)); err != nil {
			return err
		}
	}
	return nil
}

// reopen reads the file that stands there now, under the lock that is held.
func (s *stateFile) reopen(path string, store *store) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("opening the sandbox state: %w", err)
	}
	s.file = file
	return s.load(path, store)
}
