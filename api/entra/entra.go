// Package entra signs a person in with Microsoft Entra ID and keeps the sign-in alive: by device
// code or in a browser, and from then on by a refresh token that is kept in a file of the owner's
// alone. A refresh happens once for all that wait for it, in this process and in others.
//
// The package promises: tokens go to the one authority and into the one file only, never into an
// error; a refresh token that was replaced is on the disk before its access token is used, and also
// where that is refused; and a token of another tenant, or of another account than the one that signed in, is not used.
package entra

import (
	"cmp"
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
)

// DefaultAuthority is the authority of the commercial cloud.
//
// Source: the "Partner API authentication" page.
const DefaultAuthority = "https://login.microsoftonline.com"

// Resource is whom the tokens are for.
//
// Source: the "Partner API authentication" page.
const Resource = "https://api.partner.microsoft.com"

// scopes are what is asked for: the API in the name of the person, and a refresh token.
//
// Source: the page on application registration for Partner Center names user_impersonation; the
// pages of Microsoft's identity platform name offline_access.
var scopes = []string{Resource + "/user_impersonation", "offline_access"}

// anyTenant is the authority's name for accounts of any organization.
const anyTenant = "organizations"

// Settings say where and as what to sign in. Client is required but for CheckToken.
type Settings struct {
	Authority string           // https, or http to a loopback address; DefaultAuthority if ""
	Tenant    string           // GUID or domain; "" for that of the account, whichever it is
	Client    string           // the application's id
	Service   string           // base URL of the service that the tokens are given to
	Again     string           // what a person does to sign in again, for hints: "sign in again: 'x'"
	Now       func() time.Time // time.Now if nil
	Roots     *x509.CertPool   // who may vouch for the authority's host; nil for the system's
	Strict    bool             // a token is refused where a Tenant that is a domain cannot be looked up
	Warn      func(string)     // is told what a person should know; may be nil
}

// Client speaks to one authority about one application. It is safe for concurrent use.
type Client struct {
	settings Settings
	config   oauth2.Config
	http     *http.Client
	warned   sync.Once
}

// New returns a client. The error says what of the settings makes no sense.
func New(settings Settings) (*Client, error) {
	c, err := newClient(settings)
	if err == nil && settings.Client == "" {
		return nil, fmt.Errorf("there is no application to sign in with")
	}
	return c, err
}

// newClient is New without a look at the application.
func newClient(settings Settings) (*Client, error) {
	settings.Authority = strings.TrimRight(cmp.Or(settings.Authority, DefaultAuthority), "/")
	if settings.Now == nil {
		settings.Now = time.Now
	}
	base, err := url.Parse(settings.Authority)
	if err != nil || !trustworthy(base) {
		return nil, fmt.Errorf("authority %q: only https is allowed, and http to a loopback address", settings.Authority)
	}
	root := settings.Authority + "/" + url.PathEscape(cmp.Or(settings.Tenant, anyTenant)) + "/oauth2/v2.0/"
	return &Client{
		settings: settings,
		http:     newHTTPClient(base, settings.Roots),
		config: oauth2.Config{
			ClientID: settings.Client, Scopes: scopes,
			Endpoint: oauth2.Endpoint{
				AuthURL: root + "authorize", DeviceAuthURL: root + "devicecode", TokenURL: root + "token",
				AuthStyle: oauth2.AuthStyleInParams, // otherwise the module tries two ways, and asks twice
			},
		},
	}, nil
}

// trustworthy reports whether secrets may go to a base URL.
func trustworthy(base *url.URL) bool {
	if base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return false
	}
	ip := net.ParseIP(base.Hostname())
	loopback := strings.EqualFold(base.Hostname(), "localhost") || ip != nil && ip.IsLoopback()
	return base.Scheme == "https" || base.Scheme == "http" && loopback
}

// context returns one that makes the OAuth module use our connection.
func (c *Client) context(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, c.http)
}

// redeem exchanges a refresh token for new tokens.
func (c *Client) redeem(ctx context.Context, refresh string) (*oauth2.Token, error) {
	token, err := c.config.TokenSource(c.context(ctx), &oauth2.Token{RefreshToken: refresh}).Token()
	if err != nil {
		return nil, c.explain(ctx, err)
	}
	return token, nil
}

var guid = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// consentPage is where an administrator allows the application for a whole tenant.
//
// Source: the page on granting tenant-wide admin consent.
func (c *Client) consentPage() string {
	return fmt.Sprintf("%s/%s/adminconsent?client_id=%s", c.settings.Authority,
		url.PathEscape(cmp.Or(c.settings.Tenant, anyTenant)), url.QueryEscape(c.settings.Client))
}
