package sandbox

import (
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// authority is the part of the sandbox that plays Microsoft Entra ID v2: it signs one person
// in and gives out tokens, in memory only. Codes and tokens are kept by their ids.
type authority struct {
	sandbox *Sandbox

	mu        sync.Mutex
	devices   map[string]*device
	codes     map[string]*authCode
	refreshes map[string]*refresh
}

func newAuthority(s *Sandbox) *authority {
	return &authority{
		sandbox: s,
		devices: map[string]*device{}, codes: map[string]*authCode{}, refreshes: map[string]*refresh{},
	}
}

// session is what a person has signed in to.
type session struct {
	client string // the application's id
	tenant string // a GUID
	scope  string // words, with spaces between them
}

// The scopes that name no resource.
const (
	scopeOffline = "offline_access" // a refresh token is wanted
	scopeOpenID  = "openid"         // an id token is wanted
)

var plainScopes = map[string]bool{scopeOffline: true, scopeOpenID: true, "profile": true, "email": true}

func (w session) wants(scope string) bool {
	return strings.Contains(" "+w.scope+" ", " "+scope+" ")
}

// resource returns the one resource that the scopes are about, and those scopes; ok says
// whether there is exactly one.
func (w session) resource() (name, scopes string, ok bool) {
	var words []string
	for _, word := range strings.Fields(w.scope) {
		if plainScopes[word] {
			continue
		}
		before := name
		name = strings.TrimSuffix(word[:max(0, strings.LastIndex(word, "/"))], "/")
		if name == "" || before != "" && before != name {
			return "", "", false
		}
		words = append(words, word)
	}
	return name, strings.Join(words, " "), name != ""
}

// endpointFolders are the folders of the authority's endpoints below a tenant.
//
// Source: the pages of Microsoft's identity platform on the two flows and on OpenID Connect.
var endpointFolders = map[string]bool{"oauth2/v2.0": true, "v2.0/.well-known": true}

// endpointOf finds the authority's part in a path: the tenant, as it was written, and the
// endpoint.
func endpointOf(path string) (tenant, endpoint string) {
	parts := strings.Split(path, "/")
	if len(parts) != 5 || parts[1] == "" || !endpointFolders[parts[2]+"/"+parts[3]] {
		return "", ""
	}
	return parts[1], parts[4]
}

// endpoints are what the authority answers, by method and endpoint.
var endpoints = map[string]action{
	"POST devicecode":          (*Sandbox).deviceCode,
	"GET authorize":            (*Sandbox).authorize,
	"POST token":               (*Sandbox).grantToken,
	"GET " + endpointDiscovery: (*Sandbox).describe,
}

// admitToAuthority finds what a call to the authority asks for.
func (s *Sandbox) admitToAuthority(c *call) (action, *refusal) {
	run, ok := endpoints[c.request.Method+" "+c.endpoint]
	if !ok {
		return nil, breach(http.StatusNotFound, "", "The authority has no %s %s.", c.request.Method, c.endpoint)
	}
	return run, nil
}

// formOf returns the parameters of a call to the authority, and whether they came in the
// right form.
func (c *call) formOf() (url.Values, bool) {
	if c.request.Method == http.MethodGet {
		form, err := url.ParseQuery(c.request.URL.RawQuery)
		return form, err == nil
	}
	media, _, _ := mime.ParseMediaType(c.request.Header.Get("Content-Type"))
	form, err := url.ParseQuery(string(c.body))
	return form, err == nil && media == "application/x-www-form-urlencoded"
}

// needs refuses a call that is not a form with all of the parameters.
func (c *call) needs(names ...string) *signInRefusal {
	if _, ok := c.formOf(); !ok {
		return badForm
	}
	for _, name := range names {
		if c.form.Get(name) == "" {
			return missing(name)
		}
	}
	return nil
}

// tenantOf returns the GUID of the tenant in a path: its own, or for a name such as
// "organizations" the one that is given, or else the sandbox's.
func tenantOf(name, given string) string {
	switch {
	case isGUID(name):
		return strings.ToLower(name)
	case given != "":
		return given
	}
	return organizationID
}

// prune forgets codes that nobody can use any more. Its caller holds the lock.
func (a *authority) prune(now time.Time) {
	for id, d := range a.devices {
		if now.After(d.expires.Add(deviceLife)) { // until then the answer is that it has expired
			delete(a.devices, id)
		}
	}
	for id, code := range a.codes {
		if now.After(code.expires.Add(codeLife)) {
			delete(a.codes, id)
		}
	}
}
