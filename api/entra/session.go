package entra

import (
	"cmp"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// Session is a sign-in: who signed in where, and its tokens.
type Session struct {
	Authority     string    `json:"authority"` // as the settings name it, as are Tenant, Client and Service
	Tenant        string    `json:"tenant"`
	Client        string    `json:"client_id"`
	Service       string    `json:"service"`
	TenantID      string    `json:"tenant_id"`      // the GUID that the tokens name, "" where they name none
	TenantChecked bool      `json:"tenant_checked"` // TenantID was compared with the tenant of the settings
	Account       string    `json:"account"`        // whom the tokens name, "" where they name nobody
	SignedIn      time.Time `json:"signed_in"`      // when a person signed in
	Used          time.Time `json:"used"`           // when the refresh token was last exchanged, or given
	Access        string    `json:"access_token"`
	Obtained      time.Time `json:"obtained"` // when the access token was given
	Expires       time.Time `json:"expires"`  // zero where it is not known
	Refresh       string    `json:"refresh_token"`
}

// String names the account and never a token.
func (s Session) String() string { return "sign-in of " + cmp.Or(s.Account, "an unnamed account") }

// GoString is String.
func (s Session) GoString() string { return s.String() }

// RefreshLife is how long a refresh token lives after it was given. Each use brings another one;
// what is used without keeping that one dies all the same.
//
// Source: the page on refresh tokens of Microsoft's identity platform.
const RefreshLife = 90 * 24 * time.Hour

// renewBefore is how long before its end an access token is replaced.
const renewBefore = 5 * time.Minute

// due reports whether the access token has to be replaced: it ends within five minutes or, where it
// lives for less than ten, within half of its life. One of unknown life is used until it is refused.
func (s Session) due(now time.Time) bool {
	if s.Access == "" {
		return true
	}
	margin := min(renewBefore, s.Expires.Sub(s.Obtained)/2)
	return !s.Expires.IsZero() && !now.Before(s.Expires.Add(-margin))
}

// usable reports whether the access token has not ended yet.
func (s Session) usable(now time.Time) bool {
	return s.Access != "" && (s.Expires.IsZero() || now.Before(s.Expires))
}

// next returns the session with new tokens in it, or says why they are not used.
func (c *Client) next(before Session, want expectation, token *oauth2.Token) (Session, error) {
	now := c.settings.Now()
	claims, readable := ReadClaims(token.AccessToken)
	if err := c.check(before, want, claims, readable); err != nil {
		return Session{}, err
	}
	after := before
	after.Authority, after.Tenant, after.Client, after.Service = c.settings.Authority, c.settings.Tenant, c.settings.Client, c.settings.Service
	after.TenantChecked = want.sure
	after.TenantID, after.Account = cmp.Or(claims.Tenant, before.TenantID), cmp.Or(claims.Account, before.Account)
	after.Access, after.Obtained, after.Expires, after.Used = token.AccessToken, now, time.Time{}, now
	after.Refresh = cmp.Or(token.RefreshToken, before.Refresh)
	if life := lifeOfToken(token, claims); life > 0 {
		after.Expires = now.Add(life)
	}
	return after, nil
}

// lifeOfToken is how long a token is good for: as the answer says, where that can be true, or as
// the token says of itself. Both are lengths, so that a clock that is wrong here does no harm.
func lifeOfToken(token *oauth2.Token, claims Claims) time.Duration {
	told := time.Duration(max(0, token.ExpiresIn)) * time.Second
	if told > 0 && told <= longestLife {
		return told
	}
	if claims.Life == 0 && told > longestLife {
		return longestLife
	}
	return claims.Life
}

// check refuses a token of another tenant, of another account, or for somebody else.
func (c *Client) check(before Session, want expectation, claims Claims, readable bool) error {
	switch {
	case !readable && cmp.Or(want.tenant, c.settings.Tenant) != "":
		return c.refuse(Untrusted, "the token does not say whose it is, so it cannot be held against the tenant of the profile", "{again}")
	case want.tenant != "" && claims.Tenant != want.tenant:
		return c.otherTenant(claims.Tenant, want.tenant)
	case otherAccount(before, claims):
		return c.refuse(OtherAccount, "the new token is of another account than the one that signed in", "{again}")
	case strings.Contains(claims.Audience, "://") && strings.TrimRight(claims.Audience, "/") != Resource:
		return c.refuse(Untrusted, "the token is for another service than Partner Center", "check the client-id of the profile; {again}")
	}
	return nil
}

// otherAccount reports whether a token says that it is of another account than the session.
func otherAccount(before Session, claims Claims) bool {
	return before.Account != "" && claims.Account != "" && !strings.EqualFold(before.Account, claims.Account)
}

// rotated returns a session with nothing new but the refresh token that came with an access token
// which is not used, and whether it is one of the same account.
func (c *Client) rotated(before Session, token *oauth2.Token) (Session, bool) {
	claims, _ := ReadClaims(token.AccessToken)
	after := before
	after.Refresh, after.Used = token.RefreshToken, c.settings.Now()
	return after, token.RefreshToken != "" && token.RefreshToken != before.Refresh && !otherAccount(before, claims)
}

// fits refuses a kept sign-in that was made for other settings: its tokens must not go to another
// authority or service than those it was made for.
func (c *Client) fits(s Session) error {
	for _, part := range []struct{ what, kept, now string }{
		{"authority", s.Authority, c.settings.Authority}, {"service", s.Service, c.settings.Service},
		{"tenant", s.Tenant, c.settings.Tenant}, {"client-id", s.Client, c.settings.Client},
	} {
		if !strings.EqualFold(part.kept, part.now) {
			return c.refuse(NoSignIn, "the saved sign-in was made for another "+part.what+" than the profile names now", "if the profile is right, {again}")
		}
	}
	return nil
}
