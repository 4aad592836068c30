package sandbox

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"time"
)

// codeLife is how long an authorization code can be redeemed.
//
// Source: the page on the authorization code flow.
const codeLife = 10 * time.Minute

// authCode is a sign-in in a browser.
type authCode struct {
	session
	redirect  string
	challenge string // S256
	expires   time.Time
	used      bool
}

// authorize approves at once and leads the browser back to the application, on a loopback
// address only. What is wrong with the application is shown, never sent on; the rest is said
// to the application.
//
// Source: RFC 6749, section 4.1.2; RFC 7636; RFC 8252, section 7.3.
func (s *Sandbox) authorize(c *call) (*reply, *refusal) {
	if bad := c.needs("client_id", "redirect_uri"); bad != nil {
		return s.denySignIn(c, bad), nil
	}
	target, ok := loopbackURL(c.form.Get("redirect_uri"))
	if !ok {
		return s.denySignIn(c, badRedirect), nil
	}
	back := url.Values{}
	code, bad := s.authority.giveCode(c)
	if bad == nil {
		back.Set("code", code)
		back.Set("session_state", newGUID())
	} else {
		back.Set("error", bad.code)
		back.Set("error_description", bad.text)
	}
	if state := c.form.Get("state"); state != "" {
		back.Set("state", state)
	}
	if target.RawQuery != "" {
		target.RawQuery += "&"
	}
	target.RawQuery += back.Encode()
	answer := newReply(http.StatusFound, nil)
	answer.header.Set("Location", target.String())
	if bad != nil && bad.breach {
		answer.violated = bad.text
	}
	return answer, nil
}

// loopbackURL returns a redirect URI, and whether it is one of this machine.
func loopbackURL(text string) (*url.URL, bool) {
	target, err := url.Parse(text)
	if err != nil || target.Scheme != "http" || target.User != nil || target.Fragment != "" {
		return nil, false
	}
	return target, isLoopback(target.Hostname())
}

// giveCode gives out a code for what a request asks for.
func (a *authority) giveCode(c *call) (string, *signInRefusal) {
	if c.form.Get("response_type") != "code" {
		return "", badResponse
	}
	if bad := c.needs("scope", "code_challenge"); bad != nil {
		return "", bad
	}
	if c.form.Get("code_challenge_method") != "S256" {
		return "", badMethod
	}
	who, bad := a.newSession(c)
	if bad != nil {
		return "", bad
	}
	code := "sandbox-code-" + rand.Text()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.prune(c.at)
	a.codes[tokenID(code)] = &authCode{
		session: who, redirect: c.form.Get("redirect_uri"), challenge: c.form.Get("code_challenge"), expires: c.at.Add(codeLife),
	}
	return code, nil
}

// redeemCode exchanges an authorization code, once, for whom it was given to.
func (a *authority) redeemCode(c *call) (session, *signInRefusal) {
	code := a.codes[tokenID(c.form.Get("code"))]
	switch {
	case code == nil, !c.at.Before(code.expires):
		return session{}, codeLate
	case code.client != c.form.Get("client_id"):
		return session{}, otherClient
	case code.used:
		return session{}, usedCode
	case code.redirect != c.form.Get("redirect_uri"):
		return session{}, badReply
	case code.challenge != challengeOf(c.form.Get("code_verifier")):
		return session{}, badVerifier
	}
	code.used = true
	return code.session, nil
}

// challengeOf is the S256 challenge of a verifier; "" where the verifier is too short or too
// long.
//
// Source: RFC 7636, sections 4.1 and 4.2.
func challengeOf(verifier string) string {
	if len(verifier) < 43 || len(verifier) > 128 {
		return ""
	}
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
