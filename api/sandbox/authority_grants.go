package sandbox

import "crypto/rand"

// grant is a way of getting tokens.
type grant struct {
	needs  []string // the parameters
	redeem func(*authority, *call) (session, *signInRefusal)
}

// grants is the table of grant types.
//
// Source: RFC 6749, sections 4.1.3 and 6; RFC 8628, section 3.4.
var grants = map[string]grant{
	"urn:ietf:params:oauth:grant-type:device_code": {[]string{"device_code"}, (*authority).redeemDevice},
	"authorization_code":                           {[]string{"code", "redirect_uri", "code_verifier"}, (*authority).redeemCode},
	"refresh_token":                                {[]string{"refresh_token"}, (*authority).redeemRefresh},
}

// grantToken answers the token endpoint.
func (s *Sandbox) grantToken(c *call) (*reply, *refusal) {
	a := s.authority
	a.mu.Lock()
	defer a.mu.Unlock()
	who, bad := a.redeem(c)
	if bad != nil {
		return s.denySignIn(c, bad), nil
	}
	return a.issue(c, who), nil
}

// redeem returns the session that a request is entitled to.
func (a *authority) redeem(c *call) (session, *signInRefusal) {
	if bad := c.needs("grant_type", "client_id"); bad != nil {
		return session{}, bad
	}
	kind, ok := grants[c.form.Get("grant_type")]
	if !ok {
		return session{}, noGrant
	}
	if bad := c.needs(kind.needs...); bad != nil {
		return session{}, bad
	}
	who, bad := kind.redeem(a, c)
	if bad != nil {
		return session{}, bad
	}
	who.tenant = tenantOf(c.tenant, who.tenant)
	return who, nil
}

// refresh is what a refresh token stands for.
type refresh struct {
	session
	replaced bool // another was given out for it
	left     int  // how often it still works then; less than 0 means always
}

// renew gives out a refresh token. Its caller holds the lock.
func (a *authority) renew(who session) string {
	token := "sandbox-refresh-" + rand.Text()
	a.refreshes[tokenID(token)] = &refresh{session: who}
	return token
}

// redeemRefresh exchanges a refresh token for another. The old one is dead then, or works a
// few times more, as the options say.
func (a *authority) redeemRefresh(c *call) (session, *signInRefusal) {
	id, grace := tokenID(c.form.Get("refresh_token")), a.sandbox.options.RefreshGrace
	a.sandbox.ledger.note(c.seq, func(e *Entry) { e.RefreshID = id })
	old := a.refreshes[id]
	if old == nil {
		return session{}, deadRefresh
	}
	if old.client != c.form.Get("client_id") {
		return session{}, otherClient
	}
	who := old.session
	if scope := c.form.Get("scope"); scope != "" {
		who.scope = scope + " " + scopeOffline
	}
	if _, _, ok := who.resource(); !ok {
		return session{}, badScope
	}
	switch {
	case !old.replaced:
		old.replaced, old.left = true, grace
	case old.left > 0:
		old.left--
	}
	if old.left == 0 {
		delete(a.refreshes, id)
	}
	return who, nil
}

// newSession returns what a request for a sign-in asks for.
func (a *authority) newSession(c *call) (session, *signInRefusal) {
	who := session{client: c.form.Get("client_id"), tenant: tenantOf(c.tenant, ""), scope: c.form.Get("scope")}
	if _, _, ok := who.resource(); !ok {
		return session{}, badScope
	}
	return who, nil
}
