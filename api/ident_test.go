package api

import (
	"net/http"
	"strings"
	"testing"
)

func TestIdent(t *testing.T) {
	for _, good := range []string{"", "itemNotFound", "details.dealValue", "team[0].email", "/details/currency", "0f8fad5b-d9cb-469f-a165-70867728950e"} {
		if got := ident(good); got != good {
			t.Errorf("%q became %q", good, got)
		}
	}
	for _, bad := range []string{"Kim Lee", "kim@example.com", "+420 777", "a\nb", "Škoda", strings.Repeat("a", 101)} {
		if got := ident(bad); got != unreadable {
			t.Errorf("%q became %q", bad, got)
		}
	}
	if got := requestID(http.Header{"Request-Id": {"of Kim"}}) + requestID(http.Header{}); got != unreadable {
		t.Errorf("%q", got)
	}
}

// What a service says freely is in the message only, which goes to the results and to no record.
func TestCodesAreWords(t *testing.T) {
	e := &Error{}
	e.fill(&errorBody{Code: "Kim Lee", Target: "kim@example.com", Message: "Kim Lee is unknown", Inner: &errorBody{Code: "of Kim", Message: "Kim"}})
	if e.Code != unreadable || e.Target != unreadable || e.Inner[0].Code != unreadable || e.Message != "Kim Lee is unknown" {
		t.Errorf("%+v", e)
	}
}
