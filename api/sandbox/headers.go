package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// The headers of the API.
//
// Source: the "Partner REST headers" page.
const (
	headerCallID        = "client-request-id"
	headerRequestID     = "request-id"
	headerCorrelationID = "MS-CorrelationId"
)

// checkHeaders holds the headers that every call needs. The rules stand in the order in which
// a gateway would apply them.
func (s *Sandbox) checkHeaders(c *call) *refusal {
	for _, rule := range []func(*http.Request) *refusal{s.checkToken, s.checkCallID, checkReplayKey, checkAccept} {
		if r := rule(c.request); r != nil {
			return r
		}
	}
	return nil
}

func (s *Sandbox) checkToken(r *http.Request) *refusal {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case !ok || strings.TrimSpace(token) == "":
		return breach(http.StatusUnauthorized, "Authorization", "A bearer token is required.")
	case fromMicrosoft(token):
		return breach(http.StatusUnauthorized, "Authorization",
			"This is a sandbox: it refuses real Microsoft tokens. Take the token out of circulation and sign in to the sandbox with any other word.")
	}
	return s.checkIssued(strings.TrimSpace(token))
}

// fromMicrosoft reports whether a token is a JWT that names Microsoft as its issuer.
func fromMicrosoft(token string) bool {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return false
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return false
	}
	var claims struct {
		Issuer string `json:"iss"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		return false
	}
	issuer := strings.ToLower(claims.Issuer)
	return strings.Contains(issuer, "microsoft") || strings.Contains(issuer, "windows.net")
}

// checkCallID wants a GUID that no other call had.
func (s *Sandbox) checkCallID(r *http.Request) *refusal {
	id := r.Header.Get(headerCallID)
	switch {
	case id == "":
		return breach(http.StatusBadRequest, headerCallID, "The header %s is required.", headerCallID)
	case !isGUID(id):
		return breach(http.StatusBadRequest, headerCallID, "The header %s has to be a GUID.", headerCallID)
	case !s.calls.add(id):
		return breach(http.StatusBadRequest, headerCallID, "The header %s was used by an earlier call; each call needs its own.", headerCallID)
	}
	return nil
}

// checkReplayKey refuses headers that make an HTTP client repeat a POST by itself and that the
// API does not have.
func checkReplayKey(r *http.Request) *refusal {
	for _, name := range []string{"Idempotency-Key", "X-Idempotency-Key"} {
		if r.Header.Get(name) != "" {
			return breach(http.StatusBadRequest, name, "The header %s does not exist.", name)
		}
	}
	return nil
}

func checkAccept(r *http.Request) *refusal {
	accept := r.Header.Get("Accept")
	fits := func(form string) bool { return strings.Contains(accept, form) }
	if accept == "" || slices.ContainsFunc([]string{"*/*", "application/*", "application/json"}, fits) {
		return nil
	}
	return breach(http.StatusNotAcceptable, "Accept", "The answers are application/json.")
}

// checkBody wants a body of JSON.
func checkBody(c *call) *refusal {
	media, _, err := mime.ParseMediaType(c.request.Header.Get("Content-Type"))
	switch {
	case err != nil || media != "application/json":
		return breach(http.StatusUnsupportedMediaType, "Content-Type", "The body has to be application/json.")
	case c.request.Header.Get("Content-Encoding") != "":
		return breach(http.StatusUnsupportedMediaType, "Content-Encoding", "The body must not be encoded.")
	case c.bodyErr != nil:
		return breach(http.StatusBadRequest, "", "The body is not well-formed JSON: %v.", c.bodyErr)
	case len(c.body) == 0:
		return breach(http.StatusBadRequest, "", "The body is empty.")
	}
	return nil
}

// checkIfMatch compares the If-Match header with the version of a referral, byte for byte.
func checkIfMatch(r *http.Request, etag string) *refusal {
	given, sent := r.Header["If-Match"]
	switch {
	case !sent || given[0] == etag && len(given) == 1:
		return nil
	case given[0] == "*":
		return breach(http.StatusPreconditionFailed, "If-Match", "The If-Match header has to be an eTag, not *.")
	}
	answer := mismatch()
	answer.violation = !strings.HasPrefix(given[0], `"`) // the quotes were lost on the way
	return answer
}
