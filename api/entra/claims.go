package entra

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
)

// Claims are what an access token says of itself. They are read without the key: for people, and
// to refuse what is not meant; only the service can tell whether they are true.
type Claims struct {
	Tenant  string // its GUID, in lower case
	Account string // as its holder signs in, "" where it is not said
	// Audience is whom the token is for: a URL or the GUID of an application.
	Audience string
	// Life is how long the token was good for when it was made, 0 where it is not said.
	Life time.Duration
	// Expires is when the token ends, by its own word; zero where it is not said.
	Expires time.Time
}

// said are the claims by their names in a token.
//
// Source: the reference of access token claims of Microsoft Entra ID.
type said struct {
	Audience  any     `json:"aud"`
	Tenant    string  `json:"tid"`
	UPN       string  `json:"upn"`
	Preferred string  `json:"preferred_username"`
	Unique    string  `json:"unique_name"`
	Email     string  `json:"email"`
	Issued    float64 `json:"iat"`
	Expires   float64 `json:"exp"`
}

// ReadClaims returns what a token says, and whether it says anything: a token need not be readable
// to those who carry it.
func ReadClaims(token string) (Claims, bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return Claims{}, false
	}
	data, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	var says said
	if err != nil || json.Unmarshal(data, &says) != nil {
		return Claims{}, false
	}
	claims := Claims{Tenant: strings.ToLower(says.Tenant)}
	claims.Audience, _ = says.Audience.(string)
	for _, account := range []string{says.UPN, says.Preferred, says.Unique, says.Email} {
		if claims.Account == "" {
			claims.Account = account
		}
	}
	if life := says.Expires - says.Issued; says.Issued > 0 && life > 0 {
		claims.Life = lifeOf(life)
	}
	if says.Expires > 0 && says.Expires < latestEnd {
		claims.Expires = time.Unix(int64(says.Expires), 0)
	}
	return claims, true
}

// latestEnd is the last end of a token that is believed, in seconds: the year 9999.
const latestEnd = 253402300799

// longestLife is the longest life of an access token that is believed.
//
// Source: the page on configurable token lifetimes: at most one day.
const longestLife = 24 * time.Hour

// lifeOf returns seconds as a time, at most longestLife.
func lifeOf(seconds float64) time.Duration {
	if seconds > longestLife.Seconds() {
		return longestLife
	}
	return time.Duration(seconds * float64(time.Second))
}
