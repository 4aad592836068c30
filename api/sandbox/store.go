package sandbox

import (
	"cmp"
	"errors"
	"slices"
)

// record is what memory holds of a referral: the fields that lists are ordered and filtered by,
// and where the document is. A record is never changed, a write replaces it.
type record struct {
	id, engagementID, marker string
	etag                     string
	created, updated         int64 // in ticks
	status, substatus        string
	kind, qualification      string
	direction, country       string
	invites                  bool
	raw                      []byte // the document, without a state file
	offset                   int64  // where it is in the state file
	length                   int
	previous                 *record // what it replaced, where the store keeps a history
}

// store holds the referrals, in memory or in a state file. Its caller locks.
type store struct {
	byID      map[string]*record
	byCreated []*record      // ordered by created, id
	byUpdated []*record      // ordered by updated, id
	created   map[string]int // executed creates by marker
	names     map[string]string
	writes    uint64
	lastSeq   uint64
	lastTick  int64
	lines     int        // referrals read from the state file, outdated ones too
	promised  int        // how many there are at least, in a compacted file
	file      *stateFile // nil without a state file
	history   bool       // whether a record leads to the one before it
	closed    bool
}

// openStore makes an empty store, or restores the one in the file.
func openStore(path string) (*store, error) {
	s := &store{}
	s.clear()
	if path == "" {
		return s, nil
	}
	file, err := openStateFile(path, s)
	if err != nil {
		return nil, err
	}
	s.file = file
	if err := s.compact(path); err != nil {
		return nil, errors.Join(err, file.close())
	}
	return s, nil
}

func (s *store) clear() {
	s.byID, s.created, s.names = map[string]*record{}, map[string]int{}, map[string]string{}
	s.byCreated, s.byUpdated = nil, nil
	s.writes, s.lastSeq = 0, 0
	s.lines, s.promised = 0, 0
}

func (s *store) reset() error {
	if s.closed {
		return errClosed
	}
	if s.file != nil {
		if err := s.file.reset(); err != nil {
			return err
		}
	}
	s.clear()
	return nil
}

func (s *store) close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	if s.file == nil {
		return nil
	}
	return s.file.close()
}

// The kinds of a write.
const (
	writeCreate = "create"
	writeChange = "change"
	writeSeed   = "seed" // put in by a test, not by a request
)

// write keeps a document, new or changed, and returns it as JSON. When there is no error,
// a kill loses nothing of it.
func (s *store) write(kind string, seq uint64, document map[string]any) ([]byte, error) {
	if s.closed {
		return nil, errClosed
	}
	r := s.index(document)
	raw := encode(document)
	if s.file == nil {
		r.raw = raw
	} else {
		offset, err := s.file.append(kind, seq, raw)
		if err != nil {
			return nil, err
		}
		r.offset, r.length = offset, len(raw)
	}
	s.keep(kind, seq, r)
	return raw, nil
}

// restore takes a write back from the state file.
func (s *store) restore(line stateLine, offset int64) error {
	if line.Kind == writeTotals {
		return s.restoreTotals(line)
	}
	document, err := decode(line.doc)
	if err != nil {
		return err
	}
	object, ok := document.(map[string]any)
	if !ok || text(object, "id") == "" {
		return errNoReferral
	}
	r := s.index(object)
	r.offset, r.length = offset, len(line.doc)
	s.lines++
	s.keep(line.Kind, line.Seq, r)
	return nil
}

func (s *store) keep(kind string, seq uint64, r *record) {
	if before := s.byID[r.id]; before != nil {
		before.previous = nil // one step back is enough
		if s.history {
			r.previous = before
		}
		s.byCreated = removeRecord(s.byCreated, before, recordCreated)
		s.byUpdated = removeRecord(s.byUpdated, before, recordUpdated)
	}
	s.byID[r.id] = r
	s.byCreated = insertRecord(s.byCreated, r, recordCreated)
	s.byUpdated = insertRecord(s.byUpdated, r, recordUpdated)
	if kind == writeCreate {
		s.created[r.marker]++
	}
	s.writes++
	s.lastSeq = max(s.lastSeq, seq)
	s.lastTick = max(s.lastTick, r.created, r.updated)
}

// index takes from a document what memory holds of it.
func (s *store) index(document map[string]any) *record {
	return &record{
		id: text(document, "id"), engagementID: text(document, "engagementId"),
		marker: text(document, "externalReferenceId"), etag: text(document, "eTag"),
		created: parseTicks(text(document, "createdDateTime")), updated: parseTicks(text(document, "updatedDateTime")),
		status: s.intern(document, "status"), substatus: s.intern(document, "substatus"),
		kind: s.intern(document, "type"), qualification: s.intern(document, "qualification"),
		direction: s.intern(document, "direction"), country: s.intern(document, "customerProfile", "address", "country"),
		invites: invitesMicrosoft(document),
	}
}

// intern keeps one copy of a string that many referrals share.
func (s *store) intern(document map[string]any, names ...string) string {
	value := text(document, names...)
	if kept, ok := s.names[value]; ok {
		return kept
	}
	if len(s.names) < 4096 {
		s.names[value] = value
	}
	return value
}

// raw returns the JSON of a referral.
func (s *store) raw(r *record) ([]byte, error) {
	if r.raw != nil {
		return r.raw, nil
	}
	if s.closed {
		return nil, errClosed
	}
	return s.file.read(r.offset, r.length)
}

// document returns a referral, decoded: the caller's own.
func (s *store) document(r *record) (map[string]any, error) {
	raw, err := s.raw(r)
	if err != nil {
		return nil, err
	}
	document, err := decode(raw)
	if err != nil {
		return nil, err
	}
	return document.(map[string]any), nil
}

// engagement returns the referrals of an engagement.
func (s *store) engagement(id string) []*record {
	var list []*record
	for _, r := range s.byCreated {
		if r.engagementID == id {
			list = append(list, r)
		}
	}
	return list
}

// position is a place in an ordered list: just behind the referral that it names.
type position struct {
	ticks int64
	id    string
}

func recordCreated(r *record) position { return position{r.created, r.id} }
func recordUpdated(r *record) position { return position{r.updated, r.id} }

func comparePositions(a, b position) int {
	return cmp.Or(cmp.Compare(a.ticks, b.ticks), cmp.Compare(a.id, b.id))
}

// search returns where a position is in a list, and whether a referral stands there.
func search(list []*record, p position, of func(*record) position) (int, bool) {
	if n := len(list); n > 0 && comparePositions(of(list[n-1]), p) < 0 {
		return n, false // the usual case: something newer than all
	}
	return slices.BinarySearchFunc(list, p, func(r *record, p position) int { return comparePositions(of(r), p) })
}

func insertRecord(list []*record, r *record, of func(*record) position) []*record {
	i, _ := search(list, of(r), of)
	return slices.Insert(list, i, r)
}

func removeRecord(list []*record, r *record, of func(*record) position) []*record {
	i, found := search(list, of(r), of)
	if !found {
		return list
	}
	return slices.Delete(list, i, i+1)
}
