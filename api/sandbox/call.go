package sandbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxBody bounds the body of a request, in bytes.
const maxBody = 1 << 20

// call is a request that was read whole.
type call struct {
	request  *http.Request
	seq      uint64
	at       time.Time // when it arrived
	token    string    // the id of its bearer token
	use      tokenUse  // of that token, this call included
	item     bool      // whether the path names a referral, or the collection
	id       string    // the referral in the path, as it was written
	body     []byte
	doc      any // the body, decoded; nil where there is none
	bodyErr  error
	marker   string
	tenant   string               // of a call to the authority, as the path names it
	endpoint string               // of the authority; "" where the call is to the API
	form     url.Values           // of a call to the authority
	bend     func(*claims)        // changes what the tokens say; may be nil
	run      action               // what it asks for
	adjust   func(map[string]any) // what the service makes of a document before it is stored; may be nil
	view     view                 // how faults bend a list
}

// receive reads a request and enters it in the ledger.
func (s *Sandbox) receive(r *http.Request) (*call, *refusal) {
	c := &call{request: r, at: s.now(), token: tokenID(bearerOf(r))}
	c.use = s.tokens.use(c.token, c.at)
	c.tenant, c.endpoint = endpointOf(r.URL.Path)
	if rest, ok := strings.CutPrefix(r.URL.Path, s.root); ok && strings.HasPrefix(rest, "/") {
		c.item, c.id = true, rest[1:]
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	c.body = body
	s.enter(c)
	switch {
	case err != nil:
		return c, invalid("", "The body could not be read: %v.", err)
	case len(body) > maxBody:
		return c, breach(http.StatusRequestEntityTooLarge, "", "The body is larger than %d bytes.", maxBody)
	}
	return c, nil
}

// enter reads the body and begins the entry in the ledger. Of a call to the authority neither
// query nor body is noted: they hold what is secret.
func (s *Sandbox) enter(c *call) {
	r := c.request
	entry := Entry{
		Time: c.at, Connection: r.RemoteAddr, Proto: r.Proto, Method: r.Method, Path: r.URL.Path,
		CallID: r.Header.Get(headerCallID), TokenID: c.token,
	}
	if c.endpoint != "" {
		c.form, _ = c.formOf()
		if kind := c.form.Get("grant_type"); grants[kind].redeem != nil {
			entry.Grant = kind
		}
	} else {
		if len(c.body) > 0 && len(c.body) <= maxBody {
			c.doc, c.bodyErr = decode(c.body)
		}
		c.marker = s.markerOf(c)
		entry.Query, entry.Marker, entry.BodyHash, entry.ID = r.URL.RawQuery, c.marker, hashOf(c.body), strings.ToLower(c.id)
	}
	c.seq = s.ledger.begin(entry)
}

// markerOf returns the externalReferenceId that a call is about, "" where there is none.
func (s *Sandbox) markerOf(c *call) string {
	if !c.item {
		return text(c.doc, "externalReferenceId")
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if r := s.store.byID[strings.ToLower(c.id)]; r != nil {
		return r.marker
	}
	return ""
}

func hashOf(body []byte) string {
	if len(body) == 0 {
		return ""
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// reply is an answer as it is meant to be sent.
type reply struct {
	status   int
	header   http.Header
	body     []byte
	executed bool   // whether a write was carried out
	id       string // the referral it was about
	violated string // what the client did wrong although it was served
}

func newReply(status int, body []byte) *reply {
	answer := &reply{status: status, header: http.Header{}, body: body}
	if len(body) > 0 {
		answer.header.Set("Content-Type", "application/json; charset=utf-8")
	}
	return answer
}

// write sends the answer whole.
func (a *reply) write(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	io.Copy(w, bytes.NewReader(a.body)) // a client that has gone is no concern of ours
}
