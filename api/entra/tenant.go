package entra

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// discoveryTime is how long it may take to find out which tenant a domain belongs to.
const discoveryTime = 15 * time.Second

// expectation is the tenant that tokens have to be of.
type expectation struct {
	tenant string // its GUID, "" where it is not known
	sure   bool   // it is that of the settings, not only that of the tokens so far
}

// CheckToken refuses a token that did not come by a sign-in of ours and is of another tenant than
// the settings name. What cannot be compared is told to Warn; a token that names a tenant is refused
// then where the settings are Strict. The settings need no application.
func CheckToken(ctx context.Context, settings Settings, token string) error {
	c, err := newClient(settings)
	if err != nil {
		return err
	}
	return c.checkToken(ctx, token)
}

func (c *Client) checkToken(ctx context.Context, token string) error {
	claims, _ := ReadClaims(token)
	switch {
	case c.settings.Tenant == "":
		return nil
	case claims.Tenant == "":
		c.warn("the token does not say of which tenant it is, so that was not compared with the profile's, " + c.settings.Tenant)
		return nil
	}
	return c.checkTenant(ctx, Session{TenantID: claims.Tenant})
}

// CheckTenant refuses a kept sign-in that is of another tenant than the settings name. It asks only
// where nobody has compared them before.
func (s *Source) CheckTenant(ctx context.Context) error {
	session := s.Session()
	if session.TenantID == "" {
		return nil
	}
	return s.client.checkTenant(ctx, session)
}

func (c *Client) checkTenant(ctx context.Context, s Session) error {
	want, err := c.expect(ctx, s)
	if err == nil && want.sure && s.TenantID != want.tenant {
		err = c.otherTenant(s.TenantID, want.tenant)
	}
	return err
}

// expect returns the tenant that the next tokens of a session have to be of. A domain is looked up
// until the answer has once been compared; where there is none, Strict settings go no further.
func (c *Client) expect(ctx context.Context, before Session) (expectation, error) {
	configured := c.settings.Tenant
	switch {
	case guid.MatchString(configured):
		return expectation{strings.ToLower(configured), true}, nil
	case configured == "" || before.TenantChecked:
		return expectation{before.TenantID, before.TenantChecked}, nil
	}
	found, refused := c.discover(ctx)
	switch {
	case refused == nil:
		return expectation{found, true}, nil
	case ctx.Err() != nil:
		return expectation{}, ctx.Err()
	case refused.Reason == OtherTenant: // the authority says that there is no such tenant
		return expectation{}, refused
	case c.settings.Strict:
		return expectation{}, c.unknownTenant(refused)
	}
	c.warn(fmt.Sprintf("nobody could say which tenant %s is (%v), so the token's tenant was not compared with it; the tenant's GUID in the profile can always be compared", configured, refused))
	return expectation{before.TenantID, false}, nil
}

// unknownTenant says that the tenant could not be found out where that is not good enough.
func (c *Client) unknownTenant(cause *Error) *Error {
	return &Error{Reason: Untrusted, Err: cause,
		Words:  "nobody could say which tenant " + c.settings.Tenant + " is, and without that no token is used for this profile",
		Advice: "write the tenant's id, a GUID, as tenant into the profile (the Overview page of Microsoft Entra ID shows it); or try again later"}
}

// otherTenant says that a token is of another tenant than it has to be.
func (c *Client) otherTenant(is, want string) *Error {
	if !guid.MatchString(c.settings.Tenant) && c.settings.Tenant != "" {
		want += " (" + c.settings.Tenant + ")"
	}
	return c.refuse(OtherTenant, "the token is of tenant "+nameOf(is)+", not of "+want,
		"check the tenant of the profile, and use an account of that tenant: {again}")
}

// nameOf is a tenant's GUID for people; what is none is not repeated.
func nameOf(tenant string) string {
	if guid.MatchString(tenant) {
		return tenant
	}
	return "nobody that it names"
}

// discover asks the authority for the GUID of the settings' tenant. The answer comes from the
// authority that the tokens come from, and holds for the comparison alone: no address in it is used.
//
// Source: OpenID Connect Discovery 1.0, section 4; the page on OpenID Connect of Microsoft's
// identity platform, by which the issuer holds the tenant's id.
func (c *Client) discover(ctx context.Context) (string, *Error) {
	ctx, cancel := context.WithTimeout(ctx, discoveryTime)
	defer cancel()
	address := c.settings.Authority + "/" + url.PathEscape(c.settings.Tenant) + "/v2.0/.well-known/openid-configuration"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", c.unanswered(err)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return "", c.unanswered(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body) // bounded, and in memory already
	if err != nil {
		return "", c.unanswered(err)
	}
	return c.issuerIn(response.StatusCode, data)
}

// issuerIn reads the tenant's GUID out of an answer.
func (c *Client) issuerIn(status int, data []byte) (string, *Error) {
	if status != http.StatusOK {
		return "", c.answered(status, data)
	}
	var page struct {
		Issuer string `json:"issuer"`
	}
	json.Unmarshal(data, &page) // a page that is no JSON names no issuer
	for _, part := range strings.Split(page.Issuer, "/") {
		if guid.MatchString(part) {
			return strings.ToLower(part), nil
		}
	}
	return "", c.refuse(Untrusted, "the authority's answer names no tenant", "check the authority of the profile")
}

// warn tells what a person should know; once, because a run refreshes many times.
func (c *Client) warn(text string) {
	if c.settings.Warn != nil {
		c.warned.Do(func() { c.settings.Warn(text) })
	}
}

// postponed reports whether an error says that a later try may fare better.
func postponed(err error) bool {
	var failed *Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &failed) && failed.Reason == Unavailable
}
