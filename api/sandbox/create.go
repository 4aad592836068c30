package sandbox

import (
	"fmt"
	"net/http"
	"strconv"
)

// create makes a referral of the body.
//
// Source: the "Create a referral" page. Its sample sends New/Pending and gets Active/Accepted
// back, so every referral starts there.
func (s *Sandbox) create(c *call) (*reply, *refusal) {
	if bad := checkBody(c); bad != nil {
		return nil, bad
	}
	document, ok := c.doc.(map[string]any)
	if !ok {
		return nil, breach(http.StatusBadRequest, "", "The body has to be a JSON object.")
	}
	respell(document)
	if bad := s.checkCreate(document); bad != nil {
		return nil, bad
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if bad := s.checkEngagement(document); bad != nil {
		return nil, bad
	}
	s.populate(document)
	if c.adjust != nil {
		c.adjust(document)
	}
	raw, err := s.store.write(writeCreate, c.seq, document)
	if err != nil {
		return nil, notStored(err)
	}
	answer := newReply(http.StatusCreated, raw)
	answer.header.Set("ETag", text(document, "eTag"))
	answer.executed, answer.id = true, text(document, "id")
	return answer, nil
}

func notStored(err error) *refusal {
	if err == errClosed {
		return refuse(http.StatusServiceUnavailable, "", "The sandbox is closing.")
	}
	return refuse(http.StatusInsufficientStorage, "", "Not executed: %v.", err)
}

// checkEngagement holds the rules of a connected referral that need to know the others: the
// engagement exists, and Microsoft is invited to it once.
func (s *Sandbox) checkEngagement(document map[string]any) *refusal {
	id := text(document, "engagementId")
	if id == "" {
		return nil
	}
	others := s.store.engagement(id)
	if len(others) == 0 {
		return invalid("engagementId", "There is no engagement %s.", id)
	}
	for _, other := range others {
		if other.invites {
			return refuse(http.StatusConflict, "engagementId", "Microsoft is already invited to the engagement %s by the referral %s.", id, other.id)
		}
	}
	return nil
}

// populate fills in what the service adds to a new referral.
func (s *Sandbox) populate(document map[string]any) {
	id := s.newID(text(document, "externalReferenceId"))
	if _, joins := document["engagementId"]; !joins {
		document["engagementId"] = namedGUID(s.options.Seed, "engagement", id)
	}
	document["id"] = id
	document["status"], document["substatus"] = "Active", "Accepted"
	at := s.tick()
	document["createdDateTime"] = timestamp(at)
	document["acceptedDateTime"] = timestamp(at - acceptedBefore)
	document["links"] = linksOf(document)
	fillDefaults(document)
	s.touch(document, at)
}

// newID returns the id of a new referral: one that follows from the seed, the marker and how
// often that marker was created before, so that tests can tell whose it is; any, without marker.
func (s *Sandbox) newID(marker string) string {
	if marker == "" {
		return newGUID()
	}
	for n := s.store.created[marker]; ; n++ {
		id := namedGUID(s.options.Seed, marker, strconv.Itoa(n))
		if s.store.byID[id] == nil {
			return id
		}
	}
}

// acceptedBefore is how much earlier than its creation a referral is accepted, in ticks: on
// the wire it is a few milliseconds.
const acceptedBefore = 3e4

// touch gives a document the version and the time of a write.
func (s *Sandbox) touch(document map[string]any, at int64) {
	document["updatedDateTime"] = timestamp(at)
	document["eTag"] = newETag(s.store.writes+1, at)
}

// tick returns the time of a write. No two writes have the same, so that lists have one order.
func (s *Sandbox) tick() int64 {
	s.store.lastTick = max(ticks(s.clock()), s.store.lastTick+1)
	return s.store.lastTick
}

// publicRoot is the address that the service writes into documents.
const publicRoot = "https://api.partner.microsoft.com/v1.0"

// linksOf returns the links of a referral, with the misspelt path of the service.
func linksOf(document map[string]any) map[string]any {
	link := func(uri string) map[string]any { return map[string]any{"uri": uri, "method": "GET"} }
	return map[string]any{
		"relatedReferrals": link(fmt.Sprintf("%s/engagments/referrals?$filter=engagementId eq '%s'", publicRoot, document["engagementId"])),
		"self":             link(fmt.Sprintf("%s/engagments/referrals/%s", publicRoot, document["id"])),
	}
}
