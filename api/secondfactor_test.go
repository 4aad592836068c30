package api

import (
	"net/http"
	"strings"
	"testing"
)

// The code with which an account without a second factor is refused is known in whatever shape it comes, and said in words.
func TestNoSecondFactor(t *testing.T) {
	for _, test := range []struct {
		status int
		body   string
		want   bool
	}{
		{401, `{"code":900421}`, true}, {401, `{"code":"900421","description":"MFA required"}`, true}, {401, `{"error":{"code":900421,"message":"no"}}`, true},
		{401, `{"error":{"code":"unauthorized","message":"no","innerError":{"code":900421}}}`, true}, {403, `{"code":900421,"message":"x"}`, true},
		{401, `{"code":900422}`, false}, {401, `{"code":{"a":1}}`, false}, {400, `{"code":900421}`, false}, {401, ``, false},
	} {
		e := readError("list", &http.Response{StatusCode: test.status, Header: http.Header{}}, []byte(test.body))
		if NoSecondFactor(e) != test.want || strings.Contains(e.Error(), "sign in again with it") != test.want {
			t.Errorf("%d %s: %v", test.status, test.body, e)
		}
	}
}
