package api

import (
	"net/http"
	"strings"
	"testing"
)

func TestIdent(t *testing.T) {
	for text, code := range map[string]bool{ // whether it is a code too
		"": true, "itemNotFound": true, "99918": true, "900205": true, "Request_BadRequest": true, "details.dealValue": false, "team[0].email": false, "/details/currency": false,
		"0f8fad5b-d9cb-469f-a165-70867728950e": true, "11111111-2222-4333-8444-555555555555": true, "0F8FAD5BD9CB469FA16570867728950E": true, "Kim.Lee": false,
	} {
		if got := ident(text, pathForm); got != text {
			t.Errorf("%q became %q", text, got)
		}
		if got := ident(text, codeForm); code != (got == text) || !code && got != unreadable {
			t.Errorf("as a code %q became %q", text, got)
		}
	}
	for _, bad := range []string{"Kim Lee", "kim@example.com", "+420 777", "a\nb", "Škoda", strings.Repeat("a", 101),
		"15550100", "1-555-0100", "tel:1.555.0100", "555/010/0", "x1x5x5x5x0x1x0", "15550100-1555-0100-1555-15550100155"} {
		if got := ident(bad, pathForm) + ident(bad, codeForm); got != unreadable+unreadable {
			t.Errorf("%q became %q", bad, got)
		}
	}
	if got := requestID(http.Header{"Request-Id": {"of Kim"}}) + requestID(http.Header{}) + requestID(http.Header{"Request-Id": {"15550100"}}); got != unreadable+unreadable {
		t.Errorf("%q", got)
	}
}

// What a service says freely is in the message only, which goes to the results and to no record.
func TestCodesAreWords(t *testing.T) {
	for _, said := range []string{"Kim Lee", "kim@example.com", "15550100"} {
		e := &Error{}
		e.fill(&errorBody{Code: looseText(said), Target: said, Message: "Kim Lee is unknown", Inner: &errorBody{Code: looseText(said), Message: "Kim"}})
		if e.Code != unreadable || e.Target != unreadable || e.Inner[0].Code != unreadable || e.Message != "Kim Lee is unknown" {
			t.Errorf("%q: %+v", said, e)
		}
	}
}
