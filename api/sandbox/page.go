package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"net/http"
	"strings"
)

// page is a piece of the list.
type page struct {
	records []*record
	more    bool
}

// orders are the ways to order a list: the slice that is kept in that order, and a referral's
// place in it.
var orders = map[string]struct {
	list  func(*store) []*record
	place func(*record) position
}{
	"createdDateTime": {func(s *store) []*record { return s.byCreated }, recordCreated},
	"updatedDateTime": {func(s *store) []*record { return s.byUpdated }, recordUpdated},
	orderID:           {listByID, recordID},
}

// page collects the next page, as faults bend it. Its caller holds the lock.
func (s *Sandbox) page(query listing, bent view) page {
	list, at, step := s.begin(query, bent)
	size := bent.pageSize()
	if query.Top >= 0 {
		size = min(size, query.Top)
	}
	var found page
	for ; at >= 0 && at < len(list); at += step {
		r := list[at]
		if s.faults.hides(r) || query.filter != nil && !query.filter(r, func() map[string]any { return s.decoded(r) }) {
			continue
		}
		if len(found.records) == size {
			found.more = query.Top < 0 || query.Top > size
			return found
		}
		found.records = append(found.records, r)
	}
	return found
}

// begin returns the ordered list, and where in it and in which direction a page begins.
func (s *Sandbox) begin(query listing, bent view) (list []*record, at, step int) {
	order := orders[query.Order]
	list = bent.versions(order.list(s.store), order.place)
	after := position{query.Ticks, query.ID}
	switch {
	case !query.Desc && query.ID == "":
		return list, 0, 1
	case query.ID == "":
		return list, len(list) - 1, -1
	}
	at, found := search(list, after, order.place)
	switch {
	case query.Desc:
		return list, at - 1, -1
	case found:
		return list, at + 1, 1
	}
	return list, at, 1
}

// decoded returns a referral for a filter; an empty one where it cannot be read.
func (s *Sandbox) decoded(r *record) map[string]any {
	document, err := s.store.document(r)
	if err != nil {
		return map[string]any{}
	}
	return document
}

// after is the question for what follows a page.
func (l listing) after(records []*record) listing {
	last := orders[l.Order].place(records[len(records)-1])
	l.Ticks, l.ID = last.ticks, last.id
	if l.Top >= 0 {
		l.Top -= len(records)
	}
	return l
}

// token writes the question as a skiptoken, opaque and with a checksum. It holds all that the
// next page needs, so it is good for any sandbox with the same referrals, at any later time.
func (l listing) token() string {
	data := encode(l)
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%08x%s", crc32.ChecksumIEEE(data), data))
}

func parseToken(token string) (listing, *refusal) {
	var query listing
	bad := breach(http.StatusBadRequest, "$skiptoken", "The skiptoken is not one that was given out.")
	data, err := base64.StdEncoding.DecodeString(token)
	if err != nil || len(data) < 8 || !strings.EqualFold(fmt.Sprintf("%08x", crc32.ChecksumIEEE(data[8:])), string(data[:8])) {
		return query, bad
	}
	if err := json.Unmarshal(data[8:], &query); err != nil || orders[query.Order].list == nil {
		return query, bad
	}
	if query.Filter != "" {
		return query, query.setFilter(query.Filter)
	}
	return query, nil
}
