package sandbox

import (
	"context"
	"net/http"
	"time"
)

// answerFaults change the answer to something that was executed.
var answerFaults = []fault{
	{code: "F44", title: "a success that does not say which referral it is about", only: isWrite,
		kinds: []string{"empty object", "no id", "another referral", "another marker"}, meddle: misreport},
	{code: "F45", title: "202, and execution later", only: isWrite, arrive: acceptOnly},
	{code: "F46", title: "a success without the body that belongs to it", kinds: []string{"204", "empty"}, meddle: dropBody},
	{code: "F69", title: "a create is answered with the id of another referral", only: isCreate, meddle: confuse},
	{code: "F55", title: "executed after the client gave up", only: isWrite, kinds: []string{"reset", "silence"},
		arrive: executeLate, send: sendLateEnd, sent: ResponseNone},
}

// misreport sends a success that cannot be trusted.
func misreport(x *exchange) {
	document := x.parsed()
	if !x.succeeded() || document == nil {
		return
	}
	switch x.kind() {
	case "empty object":
		document = map[string]any{}
	case "no id":
		delete(document, "id")
	case "another referral":
		document["id"] = namedGUID(x.sandbox.options.Seed, "another", text(document, "id"))
		document["externalReferenceId"] = "another-" + text(document, "externalReferenceId")
	case "another marker":
		document["externalReferenceId"] = text(document, "externalReferenceId") + "x"
	}
	x.answer.rewrite(encode(document))
}

// confuse answers a create with all that is true but the id, which is that of a referral made for somebody else.
func confuse(x *exchange) {
	document := x.parsed()
	other := x.sandbox.another(text(document, "id"), x.draw("other"))
	if !x.succeeded() || other == "" {
		x.spare()
		return
	}
	document["id"] = other
	x.answer.rewrite(encode(document))
}

// another returns the id of a referral that is not the given one, "" where there is none. where says which, from
// 0 to 1.
func (s *Sandbox) another(id string, where float64) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n := len(s.store.byCreated)
	for i := range n {
		if r := s.store.byCreated[(int(where*float64(n))+i)%n]; r.id != id {
			return r.id
		}
	}
	return ""
}

// acceptOnly promises to do it later, and does.
func acceptOnly(x *exchange) {
	x.respond(http.StatusAccepted, []byte(`{}`))
	x.later(x.duration(10 * time.Second))
}

func dropBody(x *exchange) {
	if !x.succeeded() {
		return
	}
	if x.kind() == "204" {
		x.answer.status = http.StatusNoContent
	}
	x.answer.rewrite(nil)
}

// executeLate executes the request some time after the client was cut off, or gave up.
func executeLate(x *exchange) {
	x.silent = true
	delay := x.duration(30 * time.Second)
	if x.kind() == "reset" {
		x.later(delay)
		return
	}
	late := *x // by then another fault may be at work
	context.AfterFunc(x.call.request.Context(), func() { late.later(delay) })
}

// sendLateEnd cuts the client off at once, or leaves it to wait.
func sendLateEnd(x *exchange) {
	if x.kind() == "reset" {
		sendReset(x)
		return
	}
	sendNothing(x)
}
