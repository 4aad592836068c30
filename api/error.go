package api

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Outcome says what is known of a write after its last answer.
type Outcome uint8

// The outcomes of a write.
const (
	// Done: the service executed it and said so in a form that can be trusted.
	Done Outcome = iota
	// Refused: the service did not execute it, and repeating it as it is would not help.
	Refused
	// NotExecuted: it provably was not executed; the same write may be sent again.
	NotExecuted
	// Unknown: it may have been executed. A create is never repeated on this ground.
	Unknown
)

// String returns the outcome in words.
func (o Outcome) String() string {
	return [...]string{"done", "refused", "not executed", "unknown"}[o]
}

// Error is what went wrong with one call. It is made from the service's error envelope, from
// the gateway's statusCode and message, from an HTML or an empty body, from an answer that
// cannot be trusted, or from the transport.
//
// Source: the "Error codes" page of the referrals API, and the API throttling guidance.
type Error struct {
	Op         string        // "create", "get", "list", "patch", "put"
	HTTPStatus int           // 0 where no complete answer came
	Code       string        // the service's code, such as "invalidRequest"; "" where it gave none
	Message    string        // in words; from the service it may quote the data that was sent
	Target     string        // the property at fault, where the service names it
	Inner      []InnerError  // from the outermost to the innermost
	RequestID  string        // the service's request-id header, for support
	RetryAfter time.Duration // how long to wait, as told; 0 where it was not told
	Outcome    Outcome       // what is known of the write; for reads it has no meaning
	Err        error         // the transport's error, where there is one
}

// CertificateHint says what to do when the service's certificate is not to be trusted.
const CertificateHint = "the request was not sent; check the base URL and this machine's clock. If a proxy or an authority of your own " +
	"vouches for the service, name its certificate with --ca-file FILE"

// InnerError is one nested error of the envelope.
type InnerError struct {
	Code    string
	Message string
}

// Error returns operation, status, code, message, the innermost error and the request ID.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	if e.HTTPStatus != 0 {
		fmt.Fprintf(&b, ": HTTP %d", e.HTTPStatus)
	}
	for _, part := range []string{e.Code, e.Message} {
		if part != "" {
			b.WriteString(": " + part)
		}
	}
	if len(e.Inner) > 0 {
		last := e.Inner[len(e.Inner)-1]
		fmt.Fprintf(&b, " (%s %s)", last.Code, last.Message)
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, " [request %s]", e.RequestID)
	}
	return b.String()
}

// Unwrap returns the transport's error.
func (e *Error) Unwrap() error { return e.Err }

// envelope is the documented error body; gateway is that of the throttling layer before it.
type envelope struct {
	Error      *errorBody `json:"error"`
	StatusCode int        `json:"statusCode"`
	Code       looseText  `json:"code"`
	Message    string     `json:"message"`
	Text       string     `json:"description"`
}

// looseText is a text that a service may write as a number too.
type looseText string

// UnmarshalJSON takes a text, a number, or anything else as nothing.
func (l *looseText) UnmarshalJSON(data []byte) error {
	var text string
	var number json.Number
	switch {
	case json.Unmarshal(data, &text) == nil:
		*l = looseText(text)
	case json.Unmarshal(data, &number) == nil:
		*l = looseText(number)
	}
	return nil
}

type errorBody struct {
	Code    looseText  `json:"code"`
	Message string     `json:"message"`
	Target  string     `json:"target"`
	Inner   *errorBody `json:"innerError"` // encoding/json also accepts "innererror"
}

// maxInner bounds how deep nested errors are read, maxMessage how much of a message is kept.
const (
	maxInner   = 8
	maxMessage = 1024
)

// readError makes an Error from an answer that is no success.
func readError(op string, response *http.Response, body []byte) *Error {
	e := &Error{
		Op:         op,
		HTTPStatus: response.StatusCode,
		RequestID:  requestID(response.Header),
		RetryAfter: retryAfter(response.Header),
		Outcome:    outcomeOfStatus(response.StatusCode),
	}
	var parsed envelope
	switch {
	case len(strings.TrimSpace(string(body))) == 0:
		e.Message = "the answer has no body"
	case json.Unmarshal(body, &parsed) != nil:
		e.Message = "the answer is not JSON: " + opening(body)
	case parsed.Error != nil:
		e.fill(parsed.Error)
	case parsed.Code != "" || parsed.Message != "":
		e.fill(&errorBody{Code: parsed.Code, Message: cmp.Or(parsed.Message, parsed.Text)})
	default:
		e.Message = "the answer has no error in it"
	}
	if NoSecondFactor(e) {
		e.Message = NoSecondFactorText
	}
	return e
}

// noSecondFactor is the code with which Partner Center refuses an account that signed in with a password alone.
//
// Source: Microsoft's partner blog, technical changes for partners of the fourth quarter of FY26.
const noSecondFactor = "900421"

// NoSecondFactorText says what that is, and what helps.
const NoSecondFactorText = "the account signed in without multi-factor authentication (MFA); sign in again with it"

// NoSecondFactor reports whether the service refuses an account because it signed in without a second factor.
func NoSecondFactor(e *Error) bool {
	if e.HTTPStatus != http.StatusUnauthorized && e.HTTPStatus != http.StatusForbidden {
		return false
	}
	return e.Code == noSecondFactor || slices.ContainsFunc(e.Inner, func(inner InnerError) bool { return inner.Code == noSecondFactor })
}

func (e *Error) fill(body *errorBody) {
	e.Code, e.Message, e.Target = ident(string(body.Code), codeForm), clip(body.Message), ident(body.Target, pathForm)
	for inner := body.Inner; inner != nil && len(e.Inner) < maxInner; inner = inner.Inner {
		e.Inner = append(e.Inner, InnerError{ident(string(inner.Code), codeForm), clip(inner.Message)})
	}
}

func clip(message string) string {
	if len(message) <= maxMessage {
		return message
	}
	return strings.ToValidUTF8(message[:maxMessage], "") + "…"
}

// opening returns the first words of a body that is no JSON, for a person to recognise it.
func opening(body []byte) string {
	text := strings.Join(strings.Fields(strings.ToValidUTF8(string(body[:min(len(body), 400)]), "")), " ")
	if runes := []rune(text); len(runes) > 80 {
		text = string(runes[:80]) + "…"
	}
	return fmt.Sprintf("%q", text)
}
