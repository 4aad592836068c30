package entra

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"
)

// Reason is why there is no token, in one word for programs.
type Reason string

// The reasons.
const (
	SecondFactor Reason = "mfa"
	Consent      Reason = "consent"
	Conditional  Reason = "conditional-access"
	Declined     Reason = "declined"
	TooLate      Reason = "expired"
	Revoked      Reason = "revoked"
	OtherTenant  Reason = "tenant"
	OtherAccount Reason = "account"
	NotAllowed   Reason = "not-allowed"
	Application  Reason = "application"
	Untrusted    Reason = "untrusted-token"
	Unavailable  Reason = "unavailable"
	NoSignIn     Reason = "no-sign-in"
	Refused      Reason = "refused"
)

// refusal is one row of the table of refusals.
type refusal struct {
	reason  Reason
	codes   []string // of OAuth
	numbers []int    // behind AADSTS
	words   string
	hint    string // {again}, {consent} and {client} are filled in
}

// refusals is the table of refusals. A number decides before a code does; which numbers there are
// may change, so a code alone must do too. The last row fits everything.
//
// Source: Microsoft's list of AADSTS error codes; RFC 6749, sections 4.1.2.1 and 5.2; RFC 8628,
// section 3.5.
var refusals = []refusal{
	{SecondFactor, nil, []int{50072, 50074, 50076, 50078, 50079, 500121, 50158},
		"a second factor (MFA) is needed, and only a person can give it", "{again}"},
	{Consent, []string{"consent_required"}, []int{65001, 90094, 500011, 650057},
		"nobody has allowed the application to use Partner Center in this tenant",
		"an administrator opens {consent} once; then {again}"},
	{Conditional, []string{"insufficient_claims"}, []int{50005, 53000, 53001, 53002, 53003, 53004, 530032, 530033, 530034},
		"a policy of the tenant (conditional access) does not allow this sign-in",
		"do it from a device and a network that the policy allows, or ask the tenant's administrator, who finds it in the sign-in log; {again}"},
	{Declined, []string{"authorization_declined", "access_denied"}, []int{65004}, "the sign-in was declined", "if that was not meant, {again}"},
	{TooLate, []string{"expired_token", "bad_verification_code", "code_expired"}, []int{70020}, "the time for this sign-in has run out", "{again}"},
	{OtherTenant, []string{"invalid_tenant"}, []int{50020, 50059, 50128, 90002}, "the account and the tenant do not belong together, or there is no such tenant",
		"check the tenant of the profile, and use an account of that tenant: {again}"},
	{NotAllowed, nil, []int{50034, 50053, 50055, 50057, 50105, 50126}, "this account may not sign in: it is unknown, locked, disabled, or not assigned to the application",
		"ask the tenant's administrator, or use another account: {again}"},
	{Application, []string{"invalid_client", "unauthorized_client", "invalid_request", "invalid_scope", "invalid_resource", "unsupported_grant_type", "unsupported_response_type"},
		[]int{50011, 70011, 700016, 7000218, 9002313},
		"the application is not known here, or not set up for this kind of sign-in",
		"check the client-id ({client}): the application must allow public client flows, have the redirect URI http://localhost, and the delegated permission user_impersonation of Microsoft Partner Center"},
	{SecondFactor, []string{"interaction_required", "login_required"}, nil, "a person has to sign in again", "{again}"},
	{Revoked, []string{"invalid_grant"}, nil, "the sign-in is not valid any more: its refresh token is older than 90 days, or was revoked, or the password changed", "{again}"},
	{Unavailable, []string{"temporarily_unavailable", "server_error"}, nil, "Microsoft Entra ID is busy or out of order", "try again in some minutes; nothing was lost"},
	{Refused, nil, nil, "the authority gave no token", "{again}"},
}

// Error says why there is no token. It holds no token and no words of the authority, which may
// name people.
type Error struct {
	Reason      Reason
	Code        string // of OAuth, "" where there is none
	Number      int    // behind AADSTS, 0 where there is none
	Correlation string // by which the tenant's administrator finds it, "" where there is none
	Words       string
	Advice      string
	Err         error // the transport's error, nil where there was an answer
}

// Error says in words what is the matter, and what the authority calls it.
func (e *Error) Error() string {
	var names []string
	if e.Code != "" {
		names = append(names, e.Code)
	}
	if e.Number != 0 {
		names = append(names, fmt.Sprint("AADSTS", e.Number))
	}
	if e.Correlation != "" {
		names = append(names, "correlation id "+e.Correlation)
	}
	text := e.Words
	if len(names) > 0 {
		text += " (" + strings.Join(names, ", ") + ")"
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the transport's error.
func (e *Error) Unwrap() error { return e.Err }

// Hint says what to do next.
func (e *Error) Hint() string { return e.Advice }

// refuse makes the error of a reason in words of its own.
func (c *Client) refuse(reason Reason, words, hint string) *Error {
	return &Error{Reason: reason, Words: words, Advice: c.fill(hint)}
}

// fill puts what a hint needs into it.
func (c *Client) fill(hint string) string {
	return strings.NewReplacer("{again}", c.settings.Again, "{consent}", c.consentPage(), "{client}", c.settings.Client).Replace(hint)
}

// document is what is read of an error's body.
type document struct {
	Code        string `json:"error"`
	Numbers     []int  `json:"error_codes"`
	Suberror    string `json:"suberror"`
	Correlation string `json:"correlation_id"`
}

// explain turns an error of the OAuth module into one for people. A caller that went away gets
// the context's error as it is.
func (c *Client) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var answered *oauth2.RetrieveError
	if !errors.As(err, &answered) {
		return c.unanswered(err)
	}
	return c.answered(answered.Response.StatusCode, answered.Body)
}

// answered is the error of an answer that is no success.
func (c *Client) answered(status int, body []byte) *Error {
	var says document
	json.Unmarshal(body, &says) // a body that is no JSON says nothing
	if says.Suberror == "consent_required" {
		says.Code = says.Suberror
	}
	if _, known := refusalOf(says); !known && busy(status) {
		says.Code = "server_error"
	}
	e := c.told(says)
	if e.Code == "" {
		e.Words = fmt.Sprintf("%s: it answered HTTP %d", e.Words, status)
	}
	return e
}

// unanswered is the error of an exchange without an answer, or with one that holds no token. The
// module's words on the latter are not repeated: they can hold parts of the answer.
func (c *Client) unanswered(err error) *Error {
	var transport *url.Error
	if badCertificate(err) {
		return &Error{Reason: Unavailable, Words: "the certificate of the sign-in's authority is not to be trusted",
			Advice: "the request was not sent; check this machine's clock. If a proxy or an authority of your own vouches for it, name its certificate with --ca-file FILE"}
	}
	if errors.As(err, &transport) {
		return &Error{Reason: Unavailable, Words: "Microsoft Entra ID could not be reached", Err: transport.Err,
			Advice: "check network and proxy, then try again; nothing was lost"}
	}
	return c.refuse(Untrusted, "the authority's answer holds no token", "check the authority of the profile; {again}")
}

// told is the error of what an authority says.
func (c *Client) told(says document) *Error {
	row, _ := refusalOf(says)
	e := c.refuse(row.reason, row.words, row.hint)
	if len(says.Numbers) > 0 {
		e.Number = says.Numbers[0]
	}
	if plain(says.Code) {
		e.Code = says.Code
	}
	if guid.MatchString(says.Correlation) {
		e.Correlation = strings.ToLower(says.Correlation)
	}
	return e
}

// refusalOf finds the row for an answer, and reports whether it is more than the last one.
func refusalOf(says document) (refusal, bool) {
	for _, row := range refusals {
		if len(says.Numbers) > 0 && slices.Contains(row.numbers, says.Numbers[0]) {
			return row, true
		}
	}
	for _, row := range refusals {
		if slices.Contains(row.codes, says.Code) {
			return row, true
		}
	}
	return refusals[len(refusals)-1], false
}

// plain reports whether a code is one, and not a text that could hold anything.
func plain(code string) bool {
	return len(code) <= 40 && strings.Trim(code, "abcdefghijklmnopqrstuvwxyz_") == ""
}
