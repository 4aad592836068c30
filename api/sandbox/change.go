package sandbox

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// find returns the referral that the path names. Its caller holds the lock.
func (s *Sandbox) find(c *call) (*record, *refusal) {
	if !isGUID(c.id) {
		return nil, breach(http.StatusNotFound, "id", "%q is not the id of a referral.", c.id)
	}
	r := s.store.byID[strings.ToLower(c.id)]
	if r == nil {
		return nil, refuse(http.StatusNotFound, "id", "There is no referral %s.", c.id)
	}
	return r, nil
}

// matched returns the document of the referral that the path names, after If-Match was
// compared. Its caller holds the lock.
func (s *Sandbox) matched(c *call) (map[string]any, *refusal) {
	r, bad := s.find(c)
	if bad != nil {
		return nil, bad
	}
	if bad := checkIfMatch(c.request, r.etag); bad != nil {
		return nil, bad
	}
	document, err := s.store.document(r)
	if err != nil {
		return nil, refuse(http.StatusInternalServerError, "", "%v.", err)
	}
	return document, nil
}

// patch changes a referral by a JSON Patch: all of its operations, or none.
//
// Source: the "Update a lead or opportunity" page.
func (s *Sandbox) patch(c *call) (*reply, *refusal) {
	if bad := checkBody(c); bad != nil {
		return nil, bad
	}
	ops, bad := parsePatch(c.doc)
	if bad != nil {
		return nil, bad
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	stored, bad := s.matched(c)
	if bad != nil {
		return nil, bad
	}
	wanted, bad := s.patched(stored, ops)
	if bad != nil {
		return nil, bad
	}
	return s.replace(c, stored, wanted, c.request.Header.Get("Prefer") == "return=representation")
}

// patched returns the document that the operations make of the stored one.
func (s *Sandbox) patched(stored map[string]any, ops []patchOp) (map[string]any, *refusal) {
	wanted := clone(stored).(map[string]any)
	for _, op := range ops {
		if bad := allowedOp(stored, op); bad != nil {
			return nil, bad
		}
		if op.steps[0] == "registrations" && wanted["registrations"] == nil {
			wanted["registrations"] = []any{}
		}
		if bad := op.apply(wanted); bad != nil {
			return nil, bad
		}
	}
	return wanted, s.checkChange(stored, wanted)
}

// allowedOp refuses every operation on a closed referral but the registration of the deal,
// and every other way of writing a registration than the documented ones.
func allowedOp(stored map[string]any, op patchOp) *refusal {
	registers := op.op == "add" && op.path == "/registrations/-" || op.op == "replace" && slices.Contains(registrationEdits, op.path)
	switch {
	case registers:
		return nil
	case op.steps[0] == "registrations":
		return breach(http.StatusBadRequest, op.path, "A registration cannot be written by %s at %q.", op.op, op.path)
	case terminal(stored):
		return closedRefusal(stored)
	}
	return nil
}

// put replaces a referral by the body.
//
// Source: the "Update a referral" page.
func (s *Sandbox) put(c *call) (*reply, *refusal) {
	if bad := checkBody(c); bad != nil {
		return nil, bad
	}
	wanted, ok := c.doc.(map[string]any)
	if !ok {
		return nil, breach(http.StatusBadRequest, "", "The body has to be a JSON object.")
	}
	if bad := checkPut(c.request, wanted); bad != nil {
		return nil, bad
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	stored, bad := s.matched(c)
	if bad != nil {
		return nil, bad
	}
	if terminal(stored) {
		return nil, closedRefusal(stored)
	}
	respell(wanted)
	var dropped []string
	restore(schema, "", wanted, stored, &dropped)
	if bad := s.checkChange(stored, wanted); bad != nil {
		return nil, bad
	}
	answer, bad := s.replace(c, stored, wanted, true)
	if bad == nil && len(dropped) > 0 {
		answer.violated = "The body lacks properties that the referral has and the documentation does not: " + strings.Join(dropped, ", ") + "."
	}
	return answer, bad
}

// checkPut holds the rules of a PUT that need no stored referral.
func checkPut(r *http.Request, wanted map[string]any) *refusal {
	if r.Header.Get("If-Match") == "" {
		return breach(http.StatusBadRequest, "If-Match", "The If-Match header has to be set.")
	}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		if name == "links" || strings.HasPrefix(name, "@odata.") {
			return breach(http.StatusBadRequest, name, "The property %q has to be removed before a PUT.", name)
		}
	}
	return nil
}

// restore gives back to the body of a PUT what it left out and a client cannot take away: the
// service's own properties, the read-only ones, and those that the table does not have. The
// last are named in dropped.
func restore(n *node, path string, wanted, stored map[string]any, dropped *[]string) {
	for _, name := range slices.Sorted(maps.Keys(stored)) {
		child := n.child(name)
		if member, sent := wanted[name]; sent {
			object, ok := member.(map[string]any)
			before, was := stored[name].(map[string]any)
			if ok && was && child != nil && child.Kind == Object {
				restore(child, join(path, name), object, before, dropped)
			}
			continue
		}
		if child == nil {
			*dropped = append(*dropped, join(path, name))
		}
		if child == nil || child.Access != Free {
			wanted[name] = stored[name]
		}
	}
}

// replace stores the changed document and answers. Its caller holds the lock.
func (s *Sandbox) replace(c *call, stored, wanted map[string]any, body bool) (*reply, *refusal) {
	at := s.tick()
	fillDefaults(wanted)
	s.advance(stored, wanted, at)
	s.touch(wanted, at)
	if c.adjust != nil {
		c.adjust(wanted)
	}
	raw, err := s.store.write(writeChange, c.seq, wanted)
	if err != nil {
		return nil, notStored(err)
	}
	answer := newReply(http.StatusNoContent, nil)
	if body {
		answer = newReply(http.StatusOK, raw)
	}
	answer.header.Set("ETag", text(wanted, "eTag"))
	answer.executed, answer.id = true, text(wanted, "id")
	return answer, nil
}

// advance sets what the service derives from a change: when the referral was accepted and
// closed, and what a new registration gets.
func (s *Sandbox) advance(stored, wanted map[string]any, at int64) {
	moments := map[string]string{"Active": "acceptedDateTime", "Closed": "closedDateTime"}
	if status := text(wanted, "status"); status != text(stored, "status") && moments[status] != "" {
		wanted[moments[status]] = timestamp(at)
	}
	if len(elements(stored["registrations"])) > 0 {
		return
	}
	for i, element := range elements(wanted["registrations"]) {
		registration := element.(map[string]any) // the check has seen to it
		registration["id"] = namedGUID(s.options.Seed, text(wanted, "id"), fmt.Sprint("registration", i))
		registration["status"], registration["statusReason"] = "ReviewPending", nil
		registration["registrationDateTime"] = timestamp(at)
		registration["statusHistory"] = map[string]any{"reviewPendingDateTime": timestamp(at)}
		wanted["registrationStatus"] = "ReviewPending"
	}
}
