package sandbox

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"
)

// audience is the resource that the API's tokens are for.
//
// Source: the "Partner API authentication" page.
const audience = "https://api.partner.microsoft.com"

// issuer begins the name of the authority in its tokens: nobody can take it for Microsoft's.
const issuer = "https://sandbox.refload.example/"

// What the authority uses where the options say nothing.
const (
	usualAccount   = "ada@contoso.example.com"
	usualTokenLife = time.Hour
)

// claims are what a token says. Times are in seconds since 1970.
type claims struct {
	Audience  string `json:"aud"`
	Issuer    string `json:"iss"`
	IssuedAt  int64  `json:"iat"`
	NotBefore int64  `json:"nbf"`
	Expires   int64  `json:"exp"`
	Client    string `json:"azp"`
	Account   string `json:"upn"`
	Preferred string `json:"preferred_username"`
	Object    string `json:"oid"`
	Tenant    string `json:"tid"`
	Scope     string `json:"scp,omitempty"`
	ID        string `json:"uti"`
	Version   string `json:"ver"`
}

// claimsFor are what an access token of a session says.
func (a *authority) claimsFor(who session, now time.Time, life time.Duration) claims {
	options := a.sandbox.options
	account := cmp.Or(options.Account, usualAccount)
	resource, scopes, _ := who.resource()
	return claims{
		Audience: resource, Scope: strings.ReplaceAll(scopes, resource+"/", ""), Client: who.client,
		IssuedAt: now.Unix(), NotBefore: now.Unix(), Expires: now.Unix() + seconds(life),
		Account: account, Preferred: account, Object: namedGUID(options.Seed, "account", account),
		Tenant: who.tenant, ID: newGUID(), Version: "2.0",
	}
}

// seconds counts those that have begun.
func seconds(d time.Duration) int64 { return int64(math.Ceil(d.Seconds())) }

// sign makes a token of claims. The key is no secret: the signature tells the tokens of
// sandboxes with this seed from other words, also after a new start.
func (a *authority) sign(c claims) string {
	c.Issuer = issuer + c.Tenant + "/v2.0"
	part := base64.RawURLEncoding.EncodeToString
	signed := part([]byte(`{"alg":"HS256","typ":"JWT","kid":"sandbox"}`)) + "." + part(encode(c))
	return signed + "." + part(a.signature(signed))
}

func (a *authority) signature(text string) []byte {
	mac := hmac.New(sha256.New, fmt.Append(nil, "refload sandbox ", a.sandbox.options.Seed))
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// read returns the claims of a token, and whether it is one of the authority's.
func (a *authority) read(token string) (claims, bool) {
	end := strings.LastIndex(token, ".")
	if end < 0 || strings.Count(token, ".") != 2 {
		return claims{}, false
	}
	given, err := base64.RawURLEncoding.DecodeString(token[end+1:])
	if err != nil || !hmac.Equal(given, a.signature(token[:end])) {
		return claims{}, false
	}
	_, payload, _ := strings.Cut(token[:end], ".")
	var c claims
	data, err := base64.RawURLEncoding.DecodeString(payload)
	return c, err == nil && json.Unmarshal(data, &c) == nil
}

// issue answers with the tokens of a session. Its caller holds the lock.
func (a *authority) issue(c *call, who session) *reply {
	s := a.sandbox
	life := cmp.Or(s.options.TokenLife, usualTokenLife)
	_, scopes, _ := who.resource()
	says := a.claimsFor(who, s.clock(), life)
	if c.bend != nil {
		c.bend(&says)
	}
	access, renewed := a.sign(says), ""
	document := map[string]any{
		"token_type": "Bearer", "access_token": access, "scope": scopes,
		"expires_in": seconds(life), "ext_expires_in": seconds(life),
	}
	if who.wants(scopeOffline) {
		renewed = a.renew(who)
		document["refresh_token"] = renewed
	}
	if who.wants(scopeOpenID) {
		says.Audience, says.Scope = who.client, ""
		document["id_token"] = a.sign(says)
	}
	s.tokens.issue(tokenID(access), c.at)
	s.ledger.note(c.seq, func(e *Entry) { e.TokenID, e.NewRefreshID = tokenID(access), tokenID(renewed) })
	answer := newReply(http.StatusOK, encode(document))
	answer.header.Set("Cache-Control", "no-store")
	return answer
}

// checkIssued holds a bearer token against what the authority knows. A word that is not the
// authority's passes unless RequireIssued is set.
func (s *Sandbox) checkIssued(token string) *refusal {
	says, issued := s.authority.read(token)
	switch {
	case !issued && s.options.RequireIssued:
		return refuse(http.StatusUnauthorized, "Authorization", "The token was not given out by this sandbox.")
	case !issued:
		return nil
	case says.Audience != audience:
		return refuse(http.StatusUnauthorized, "Authorization", "The token is for %q, not for %q.", says.Audience, audience)
	case s.clock().Unix() >= says.Expires:
		return refuse(http.StatusUnauthorized, "Authorization", "The token has expired.")
	}
	return nil
}
