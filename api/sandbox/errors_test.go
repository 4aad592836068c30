package sandbox

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

// Errors for people say what, where and why, and their hints what to do next.
func TestErrorTexts(t *testing.T) {
	cases := []struct {
		err interface {
			error
			Hint() string
		}
		text, hint string
	}{
		{&LockedError{Path: "state.jsonl"}, "opening the sandbox state state.jsonl: another process has it open", "--data FILE"},
		{&StateError{Path: "state.jsonl", Line: 3, Err: errChecksum}, "reading the sandbox state state.jsonl, line 3: the checksum does not fit", "move the file away"},
		{&NotLoopbackError{Address: "0.0.0.0:80"}, `listening on "0.0.0.0:80": a sandbox listens to this machine only`, "127.0.0.1"},
		{&PlanError{Rule: 2, Reason: `there is no fault "F99"`}, `plan of faults, rule 2: there is no fault "F99"`, "catalogue"},
		{&ProfileError{Name: "clam"}, `there is no profile of faults "clam"`, `did you mean "calm"?`},
	}
	for _, c := range cases {
		if c.err.Error() != c.text {
			t.Errorf("%T says %q, want %q", c.err, c.err.Error(), c.text)
		}
		if !strings.Contains(c.err.Hint(), c.hint) {
			t.Errorf("%T hints %q, want %q in it", c.err, c.err.Hint(), c.hint)
		}
	}
	if !errors.Is(&StateError{Err: errHeader}, errHeader) {
		t.Error("the reason of a *StateError is lost")
	}
}

// Every status that a refusal may have has a code of the documentation.
func TestRefusals(t *testing.T) {
	for status, want := range map[int]string{400: "invalidRequest", 401: "unauthenticated", 403: "accessDenied", 404: "itemNotFound",
		405: "invalidRequest", 409: "resourceModified", 412: "preconditionFailed", 415: "invalidRequest", 500: "generalException",
		503: "serviceNotAvailable", 507: "generalException"} {
		bad := refuse(status, "name", "The %s.", "reason")
		answer := bad.reply()
		if answer.status != status || string(answer.body) != `{"error":{"code":"`+want+`","message":"The reason.","target":"name"}}` {
			t.Errorf("%d: %s", answer.status, answer.body)
		}
		if answer.header.Get("Content-Type") != "application/json; charset=utf-8" {
			t.Errorf("%d as %q", status, answer.header.Get("Content-Type"))
		}
		if bad.violation || !breach(status, "", "").violation {
			t.Errorf("%d: violation %v", status, bad.violation)
		}
	}
	if answer := newReply(http.StatusNoContent, nil); len(answer.header) != 0 {
		t.Errorf("an answer without body has the headers %v", answer.header)
	}
}
