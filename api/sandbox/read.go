package sandbox

import (
	"fmt"
	"iter"
	"maps"
	"net/http"
	"strings"
)

// metadata is the address of the metadata, as the samples have it.
const metadata = "http://api.partner.microsoft.com/v1.0/$metadata#Referrals"

// get answers with one referral.
//
// Source: the "Get a referral by ID" page.
func (s *Sandbox) get(c *call) (*reply, *refusal) {
	if c.request.URL.RawQuery != "" {
		return nil, breach(http.StatusBadRequest, "", "A referral is read without query options.")
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	r, bad := s.find(c)
	if bad != nil {
		return nil, bad
	}
	raw, err := s.store.raw(r)
	if err != nil {
		return nil, refuse(http.StatusInternalServerError, "", "%v.", err)
	}
	answer := newReply(http.StatusOK, itemBody(raw))
	answer.header.Set("ETag", r.etag)
	answer.id = r.id
	return answer, nil
}

// itemBody is the body of a single referral.
func itemBody(raw []byte) []byte {
	return fmt.Appendf(nil, `{"@odata.context":%q,%s`, metadata+"/$entity", raw[1:])
}

// Referrals yields the referrals in the order of their creation, each decoded into
// map[string]any, []any, string, json.Number, bool and nil. It yields what was there when the
// iteration began.
func (s *Sandbox) Referrals() iter.Seq[map[string]any] {
	return func(yield func(map[string]any) bool) {
		s.mu.RLock()
		list := append([]*record(nil), s.store.byCreated...)
		s.mu.RUnlock()
		for _, r := range list {
			s.mu.RLock()
			document, err := s.store.document(r)
			s.mu.RUnlock()
			if err != nil || !yield(document) {
				return
			}
		}
	}
}

// Count returns how many referrals there are.
func (s *Sandbox) Count() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.store.byID)
}

// Seed puts ready documents in, past all checks: such as leads that came from Microsoft, or
// documents with properties that nobody has seen yet. The id, the times, the eTag and whatever
// else the service fills in are added where they are missing; status and substatus too, as
// New and Received. They do not count as created. An id that exists is overwritten.
func (s *Sandbox) Seed(documents ...map[string]any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, document := range documents {
		ready := clone(document).(map[string]any)
		s.prepare(ready)
		if _, err := s.store.write(writeSeed, 0, ready); err != nil {
			return err
		}
	}
	return nil
}

// prepare completes a document of Seed.
func (s *Sandbox) prepare(document map[string]any) {
	given := maps.Clone(document)
	s.populate(document)
	document["status"], document["substatus"] = "New", "Received"
	maps.Copy(document, given)
	document["id"] = strings.ToLower(text(document, "id"))
	if _, ok := given["engagementId"]; !ok {
		document["engagementId"] = namedGUID(s.options.Seed, "engagement", text(document, "id"))
	}
	if _, ok := given["links"]; !ok {
		document["links"] = linksOf(document)
	}
}
