package entra

import (
	"context"
	"time"

	"golang.org/x/oauth2"
)

// DeviceCode is what a person needs for a sign-in on another device.
type DeviceCode struct {
	Page string // to open
	Code string // to enter there
	Ends time.Time
}

// Device signs in by device code: show is told what the person has to do, and Device waits until
// that is done. The session is kept in the store.
//
// Source: the page on the device code flow; RFC 8628.
func (c *Client) Device(ctx context.Context, store Store, show func(DeviceCode)) (Session, error) {
	want, err := c.expect(ctx, Session{})
	if err != nil {
		return Session{}, err
	}
	begun, err := c.config.DeviceAuth(c.context(ctx))
	if err != nil {
		return Session{}, c.explain(ctx, err)
	}
	if begun.DeviceCode == "" || begun.UserCode == "" || begun.VerificationURI == "" {
		return Session{}, c.refuse(Untrusted, "the authority's answer holds no code", "check the authority of the profile; {again}")
	}
	show(DeviceCode{begun.VerificationURI, begun.UserCode, begun.Expiry})
	token, err := c.config.DeviceAccessToken(c.context(ctx), begun)
	late := !begun.Expiry.IsZero() && !time.Now().Before(begun.Expiry)
	switch {
	case err != nil && late && ctx.Err() == nil:
		return Session{}, c.told(document{Code: "expired_token"})
	case err != nil:
		return Session{}, c.explain(ctx, err)
	}
	return c.begin(ctx, store, want, token)
}

// begin keeps the session of a person who just signed in.
func (c *Client) begin(ctx context.Context, store Store, want expectation, token *oauth2.Token) (Session, error) {
	if token.RefreshToken == "" {
		return Session{}, c.refuse(Application, "the authority gave no refresh token",
			"allow the application ({client}) offline_access; then {again}")
	}
	session, err := c.next(Session{SignedIn: c.settings.Now()}, want, token)
	if err != nil {
		return Session{}, err
	}
	unlock, err := store.Lock(ctx)
	if err != nil {
		return Session{}, err
	}
	defer unlock()
	return session, store.Save(session)
}
