package sandbox

import (
	"net/http"
	"time"
)

// tokenFaults strike the token of a request.
var tokenFaults = []fault{
	{code: "F34", title: "401 when the token was used for too long or too often", kinds: unauthorizedCodes, arrive: ageToken},
	{code: "F35", title: "401, whatever the token", kinds: unauthorizedCodes, arrive: refuseToken},
}

// unauthorizedCodes are the two spellings of the code that the documentation has for 401.
var unauthorizedCodes = []string{"unauthenticated", "unAuthorized"}

// usualTokenAge is the longest that a token is good for by F34 when the rule says nothing.
const usualTokenAge = time.Minute

// ageToken refuses a token that is older than Delay or was used for more than Uses requests.
// Each token has an age of its own, so a fresh one works again.
func ageToken(x *exchange) {
	if x.tooOften() || x.tooOld() {
		x.respondUnauthorized("The token is not valid any more.")
		return
	}
	x.spare()
}

func (x *exchange) tooOften() bool { return x.rule.Uses > 0 && x.call.use.uses > x.rule.Uses }

// tooOld reports whether the token is past its age: the rule's, or where the rule has no
// bound at all, one drawn for each token.
func (x *exchange) tooOld() bool {
	if x.rule.Delay == 0 && x.rule.Max == 0 && x.rule.Uses > 0 {
		return false
	}
	byToken := x.strike
	byToken.draw = func(salt string) float64 {
		return x.sandbox.faults.draw(x.index, "TOKEN", x.call.token, 1, salt)
	}
	return x.call.at.Sub(x.call.use.since) >= byToken.duration(usualTokenAge)
}

func refuseToken(x *exchange) { x.respondUnauthorized("The token is not accepted.") }

// respondUnauthorized answers 401 in the documented envelope, with the code that the kind says.
func (x *exchange) respondUnauthorized(message string) {
	bad := &refusal{status: http.StatusUnauthorized, code: x.kind(), target: "Authorization", message: message}
	x.answer = x.sandbox.stamp(x.call, bad.reply())
}
