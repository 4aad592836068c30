package sandbox

import (
	"fmt"
	"net/http"
	"time"
)

// signInRefusal is an answer of the authority that says no.
//
// Source: the pages of Microsoft's identity platform on the two flows, and its list of error
// codes; RFC 6749, section 5.2, and RFC 8628, section 3.5.
type signInRefusal struct {
	status   int
	code     string // the error
	number   int    // behind AADSTS; 0 where there is none
	text     string
	suberror string
	claims   string // what a stronger sign-in has to ask for
	breach   bool   // a client that keeps to the documentation would never get this
}

var (
	badForm       = mistake("invalid_request", 9002313, "The request is malformed.")
	noGrant       = mistake("unsupported_grant_type", 70003, "The grant type is not supported.")
	badScope      = mistake("invalid_scope", 70011, "The scopes have to be about exactly one resource.")
	badRedirect   = mistake("invalid_request", 50011, "The redirect URI has to be http on a loopback address.")
	badResponse   = mistake("unsupported_response_type", 700054, "The response type has to be 'code'.")
	badMethod     = mistake("invalid_request", 9002313, "The code challenge method has to be S256.")
	badVerifier   = mistake("invalid_grant", 501481, "The code verifier does not match the code challenge.")
	badReply      = mistake("invalid_grant", 500112, "The redirect URI is not that of the authorization request.")
	otherClient   = mistake("invalid_grant", 700005, "The grant was given to another application.")
	usedCode      = mistake("invalid_grant", 54005, "The authorization code was redeemed before.")
	unknownDevice = mistake("bad_verification_code", 70018, "The device code is not known.")
	slowDown      = mistake("slow_down", 0, "The polling is faster than the interval.")

	pending     = denial("authorization_pending", 70016, "The user has not entered the code yet.")
	declined    = denial("authorization_declined", 65004, "The user declined.")
	deviceLate  = denial("expired_token", 70020, "The device code has expired.")
	codeLate    = denial("invalid_grant", 70008, "The authorization code has expired.")
	deadRefresh = denial("invalid_grant", 70000, "The refresh token is not valid any more.")
)

// mistake is a refusal that only a client's mistake leads to.
func mistake(code string, number int, text string) *signInRefusal {
	bad := denial(code, number, text)
	bad.breach = true
	return bad
}

func denial(code string, number int, text string) *signInRefusal {
	return &signInRefusal{status: http.StatusBadRequest, code: code, number: number, text: text}
}

func missing(name string) *signInRefusal {
	return mistake("invalid_request", 900144, fmt.Sprintf("The request must contain the parameter '%s'.", name))
}

// describe is what the error says to people, as the authority writes it.
func (r *signInRefusal) describe(trace, correlation, at string) string {
	text := r.text
	if r.number != 0 {
		text = fmt.Sprintf("AADSTS%d: %s", r.number, r.text)
	}
	return fmt.Sprintf("%s\r\nTrace ID: %s\r\nCorrelation ID: %s\r\nTimestamp: %s", text, trace, correlation, at)
}

// body makes the error's document.
func (r *signInRefusal) body(correlation string, now time.Time) []byte {
	at, trace := now.UTC().Format("2006-01-02 15:04:05Z"), newGUID()
	document := map[string]any{
		"error": r.code, "error_description": r.describe(trace, correlation, at),
		"timestamp": at, "trace_id": trace, "correlation_id": correlation,
	}
	if r.number != 0 {
		document["error_codes"] = []int{r.number}
		document["error_uri"] = fmt.Sprintf("%serror?code=%d", issuer, r.number)
	}
	for name, value := range map[string]string{"suberror": r.suberror, "claims": r.claims} {
		if value != "" {
			document[name] = value
		}
	}
	return encode(document)
}

// denySignIn makes the answer of a refusal to a call of the authority.
func (s *Sandbox) denySignIn(c *call, bad *signInRefusal) *reply {
	correlation := c.request.Header.Get(headerCallID)
	if correlation == "" {
		correlation = newGUID()
	}
	answer := newReply(bad.status, bad.body(correlation, s.clock()))
	answer.header.Set("Cache-Control", "no-store")
	if bad.breach {
		answer.violated = bad.text
	}
	return answer
}
