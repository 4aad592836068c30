package api

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"slices"
	"time"
)

// Verdict is what to do after an attempt that was no success.
type Verdict uint8

// The verdicts.
const (
	Refuse        Verdict = iota // the last word: it was not executed and will not be
	Repeat                       // send the same again after a pause, a few times
	Wait                         // send the same again when the service allows it
	LookUp                       // find out whether it was executed before anything else
	Search                       // look at once whether what it would make is there; else find out as LookUp does, and never send it again
	Renew                        // the chain sent it again with a new token; refused again, the run stops
	Halt                         // stop the run: no other request will fare better
	LookUpAndHalt                // stop the run; what became of this one must be looked up
)

// String returns the verdict in words.
func (v Verdict) String() string {
	return [...]string{"refuse", "repeat", "wait", "look up", "search", "renew the token", "halt", "look up and halt"}[v]
}

// Policy is one row of the retry table: what happened, and what follows from it for a read,
// for a create, and for a change under If-Match.
type Policy struct {
	When   string // what happened, for people
	Read   Verdict
	Create Verdict
	Change Verdict
	Tries  int     // how often a Repeat is tried again
	Spent  Verdict // what follows for a write that was tried as often: Refuse or Halt
	First  int     // so many writes refused so, and none before that fared otherwise, stop the run; 0 for the usual number
	InARow int     // so many creates answered so, one after the other, stop the run; 0 for any number
	Why    string  // why a create may or may not be sent again

	statuses []int
	match    func(*Error) bool
}

// policies is the retry table. The first row that fits decides; the last one fits everything.
// Two questions make each row: was it executed, and is repeating harmless.
//
// Source: the "Error codes" page and the throttling guidance for what a status means; RFC 9110
// section 9.2.2 for what may be repeated.
var policies = []Policy{
	{When: "the certificate is not valid for this host", match: BadCertificate,
		Read: Halt, Create: Halt, Change: Halt, Why: "nothing was sent, and waiting does not help"},
	{When: "no sign-in", match: needsSignIn,
		Read: Halt, Create: Halt, Change: Halt, Why: "nothing was sent without a token"},
	{When: "the service stayed unreachable", match: gaveUp,
		Read: Halt, Create: Halt, Change: Halt, Why: "the breaker was open for too long; nothing was sent"},
	{When: "the run was stopped before the request left", match: notStarted,
		Read: Halt, Create: Halt, Change: Halt, Why: "nothing was sent"},
	{When: "no connection", match: noConnection, Tries: 6, Spent: Halt,
		Read: Repeat, Create: Repeat, Change: Repeat, Why: "no connection was had, so nothing was sent"},
	{When: "the connection broke, or the time ran out", match: noAnswer, Tries: 5,
		Read: Repeat, Create: LookUp, Change: LookUp, Why: "no: the service may have executed it before the connection broke"},
	{When: "202: accepted", statuses: []int{202}, Tries: 2,
		Read: Repeat, Create: LookUp, Change: LookUp, Why: "no: it is executed later"},
	{When: "an answer of success that cannot be trusted", match: untrusted, Tries: 2, InARow: 3,
		Read: Repeat, Create: LookUp, Change: LookUp, Why: "no: it was very likely executed; three in a row stop the run"},
	{When: "redirected", statuses: span(300, 399),
		Read: Halt, Create: LookUpAndHalt, Change: LookUpAndHalt, Why: "no: 303 after a POST may mean that it was done"},
	{When: "401: the token was not accepted", statuses: []int{401},
		Read: Renew, Create: Renew, Change: Renew, Why: "not executed; once, with a new token"},
	{When: "403: a stronger sign-in is asked for", match: asksForSignIn,
		Read: Halt, Create: Halt, Change: Halt, Why: "not executed; only a person can sign in so, and every row needs it"},
	{When: "403: forbidden", statuses: []int{403}, First: 5,
		Read: Refuse, Create: Refuse, Change: Refuse, Why: "no: not executed; five of them and nothing else stop the run"},
	{When: "404 where the referrals should be", statuses: []int{404},
		Read: Refuse, Create: Halt, Change: Refuse, Why: "the address is wrong, for every row"},
	{When: "407: the proxy wants a sign-in", statuses: []int{407},
		Read: Halt, Create: Halt, Change: Halt, Why: "nothing came through the proxy"},
	{When: "409: conflict", statuses: []int{409},
		Read: Refuse, Create: Search, Change: LookUp, Why: "never: what it would make is there already, or was made by it, though no list may show it yet"},
	{When: "423: locked", statuses: []int{423}, Tries: 5, Spent: Refuse, First: 3,
		Read: Repeat, Create: Repeat, Change: Repeat, Why: "not executed; three rows that stay locked and nothing else stop the run"},
	{When: "429: too many requests", statuses: []int{429, 509},
		Read: Wait, Create: Wait, Change: Wait, Why: "not executed"},
	{When: "503: not available", statuses: []int{503}, Tries: 5,
		Read: Repeat, Create: LookUp, Change: LookUp, Why: "no: the service does not promise that it was not executed"},
	{When: "507: no room", statuses: []int{507},
		Read: Halt, Create: LookUpAndHalt, Change: LookUpAndHalt, Why: "no: it may be stored in part"},
	{When: "412: another version", match: otherVersion,
		Read: Refuse, Create: Refuse, Change: LookUp, Why: "no: not executed, and it would be refused again"},
	{When: "501 or 505: not supported", statuses: []int{501, 505}, First: 1,
		Read: Refuse, Create: Refuse, Change: Refuse, Why: "no: not executed, and it would be refused again; as the first answer it stops the run"},
	{When: "refused", statuses: refusedStatuses,
		Read: Refuse, Create: Refuse, Change: Refuse, Why: "no: not executed, and it would be refused again"},
	{When: "500, 502 or 504, and 408 or 499", statuses: []int{408, 499, 500, 502, 504}, Tries: 5,
		Read: Repeat, Create: LookUp, Change: LookUp, Why: "no: it is often executed"},
	{When: "any other answer", match: func(*Error) bool { return true }, Tries: 2,
		Read: Repeat, Create: LookUp, Change: LookUp, Why: "no: nobody knows what it means"},
}

// Policies returns the retry table.
func Policies() []Policy { return slices.Clone(policies) }

// LongestThrottle is how long one request, or the row that it is sent for, waits for a service that
// keeps asking to wait.
const LongestThrottle = 20 * time.Minute

// PolicyFor returns the row of the retry table that fits an error.
func PolicyFor(e *Error) Policy {
	i := slices.IndexFunc(policies, func(p Policy) bool {
		if p.match != nil {
			return p.match(e)
		}
		return slices.Contains(p.statuses, e.HTTPStatus)
	})
	return policies[i]
}

// BadCertificate reports whether the service's certificate was refused: of an authority that is
// not trusted, for another host, or out of its time. Nothing was sent then.
func BadCertificate(e *Error) bool {
	var invalid *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	return errors.As(e, &invalid) || errors.As(e, &unknown) || errors.As(e, &host)
}

func needsSignIn(e *Error) bool {
	var signIn *SignInError
	return errors.As(e, &signIn)
}

func gaveUp(e *Error) bool {
	var open *UnreachableError
	return errors.As(e, &open)
}

func notStarted(e *Error) bool {
	var stopped *notStartedError
	return errors.As(e, &stopped)
}

func noConnection(e *Error) bool { return e.HTTPStatus == 0 && e.Outcome == NotExecuted }

func noAnswer(e *Error) bool {
	var broken *transportError
	return errors.As(e, &broken)
}

// asksForSignIn reports whether conditional access wants more than the sign-in has. The code stands
// outside or in an inner error, and the documentation spells it with a letter less.
//
// Source: the "Error codes" page of the referrals API.
func asksForSignIn(e *Error) bool {
	return e.HTTPStatus == http.StatusForbidden && hasCode(e, "insufficient_claims", "insufficent_claims")
}

// otherVersion knows the answer by its status, and by the codes that the documentation has for it.
func otherVersion(e *Error) bool {
	return e.HTTPStatus == http.StatusPreconditionFailed || e.HTTPStatus/100 == 4 && hasCode(e, "preconditionFailed", "resourceModified")
}

func hasCode(e *Error, codes ...string) bool {
	return slices.Contains(codes, e.Code) || slices.ContainsFunc(e.Inner, func(i InnerError) bool { return slices.Contains(codes, i.Code) })
}

// NeedsSignIn reports whether somebody has to sign in, anew or better, before any request is accepted.
func NeedsSignIn(e *Error) bool {
	return e.HTTPStatus == http.StatusUnauthorized || needsSignIn(e) || asksForSignIn(e)
}

func untrusted(e *Error) bool { return e.HTTPStatus >= 200 && e.HTTPStatus <= 299 }

func span(from, to int) []int {
	list := make([]int, 0, to-from+1)
	for n := from; n <= to; n++ {
		list = append(list, n)
	}
	return list
}
