package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

// authorityFaults strike requests to the authority, and no others.
var authorityFaults = []fault{
	{code: "F66", title: "the authority refuses, or gives out tokens that are no good", kinds: authorityKinds,
		authority: true, only: isTroubled, arrive: troubleSignIn, meddle: bendTokens},
}

// isTroubled leaves out the page on which a person signs in.
func isTroubled(c *call) bool { return isWrite(c) || c.endpoint == endpointDiscovery }

var authorityKinds = []string{
	"429", "500", "503", "slow", "lost answer",
	"invalid_grant", "mfa", "consent", "conditional access", "insufficient_claims",
	"wrong audience", "wrong tenant", "wrong account",
	"expires_in 0", "no expires_in", "huge expires_in",
}

// outages are answers to any request for a sign-in.
//
// Source: RFC 6749, section 4.1.2.1, for the codes.
var outages = map[string]*signInRefusal{
	"429": {status: http.StatusTooManyRequests, code: "temporarily_unavailable", number: 90033, text: "There are too many requests."},
	"500": {status: http.StatusInternalServerError, code: "server_error", text: "Something went wrong."},
	"503": {status: http.StatusServiceUnavailable, code: "temporarily_unavailable", number: 90033, text: "The authority is not available."},
}

// stepUp is what a stronger sign-in has to ask for.
//
// Source: the page on claims challenges.
const stepUp = `{"access_token":{"acrs":{"essential":true,"value":"c1"}}}`

// denials are answers to a request for tokens that only a person can fix.
//
// Source: Microsoft's list of error codes.
var denials = map[string]*signInRefusal{
	"invalid_grant": denial("invalid_grant", 50173, "The grant was revoked; a new sign-in is needed."),
	"mfa": {status: http.StatusBadRequest, code: "interaction_required", number: 50076, suberror: "basic_action",
		text: "Multi-factor authentication is required."},
	"consent": {status: http.StatusBadRequest, code: "consent_required", number: 65001, suberror: "consent_required",
		text: "Nobody has consented to the use of the application."},
	"conditional access": {status: http.StatusBadRequest, code: "interaction_required", number: 53003, suberror: "message_only", claims: stepUp,
		text: "A policy of conditional access forbids it."},
	"insufficient_claims": {status: http.StatusBadRequest, code: "insufficient_claims", number: 50158, claims: stepUp,
		text: "A stronger sign-in is required."},
}

// lies change what a token says.
var lies = map[string]func(*claims){
	"wrong audience": func(c *claims) { c.Audience = "https://elsewhere.example.com" },
	"wrong tenant":   func(c *claims) { c.Tenant = namedGUID(0, "another tenant") },
	"wrong account":  func(c *claims) { c.Account, c.Preferred = "eve@fabrikam.example.com", "eve@fabrikam.example.com" },
}

// troubleSignIn does what there is to do before the request is carried out.
func troubleSignIn(x *exchange) {
	kind, wantsTokens := x.kind(), x.call.endpoint == "token"
	switch {
	case outages[kind] != nil:
		x.denySignIn(outages[kind])
	case kind == "slow":
		if !x.wait(x.duration(10 * time.Second)) {
			panic(http.ErrAbortHandler)
		}
	case !wantsTokens:
		x.spare()
	case denials[kind] != nil:
		x.denySignIn(denials[kind])
	default:
		x.call.bend = lies[kind]
	}
}

// denySignIn answers without carrying the request out. A Delay is told as Retry-After.
func (x *exchange) denySignIn(bad *signInRefusal) {
	s := x.sandbox
	x.answer = s.stamp(x.call, s.denySignIn(x.call, bad))
	if x.rule.Delay > 0 && bad.status != http.StatusBadRequest {
		x.answer.header.Set("Retry-After", fmt.Sprint(seconds(x.rule.Delay)))
	}
}

// lifetimes are what the answer says of a token's life instead of the truth; nil leaves
// it out.
var lifetimes = map[string]any{"expires_in 0": 0, "no expires_in": nil, "huge expires_in": int64(1e12)}

// bendTokens does what there is to do once the tokens are given out: it may lie about their
// life, or lose the answer.
func bendTokens(x *exchange) {
	kind, document := x.kind(), x.parsed()
	life, bends := lifetimes[kind]
	switch {
	case text(document, "access_token") == "":
		if kind != "slow" {
			x.spare()
		}
	case kind == "lost answer":
		x.enter(ResponseNone)
		sendReset(x)
		panic(http.ErrAbortHandler) // the connection is gone, and with it the rest of the exchange
	case bends:
		for _, name := range []string{"expires_in", "ext_expires_in"} {
			if document[name] = life; life == nil {
				delete(document, name)
			}
		}
		x.answer.rewrite(encode(document))
	}
}

// withTokenUses adds to a plan that tokens wear out.
func withTokenUses(plan *Plan, uses int) *Plan {
	if uses == 0 {
		return plan
	}
	if plan == nil {
		plan = &Plan{}
	}
	worn := *plan
	worn.Rules = append(slices.Clone(plan.Rules), Rule{Fault: "F34", Uses: uses})
	return &worn
}
