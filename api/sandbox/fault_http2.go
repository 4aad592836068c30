package sandbox

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/net/http2"
)

// http2Faults strike requests that come over HTTP/2, and no others.
//
// Source: RFC 9113, sections 6.4, 6.8 and 8.7: only REFUSED_STREAM and a GOAWAY whose last stream
// is below the request's say that it was not processed. A kind that says so after the execution
// is a server that lies.
var http2Faults = []fault{
	{code: "F17", title: "a goodbye of HTTP/2 (GOAWAY) instead of an answer", only: overHTTP2, kinds: goodbyes,
		arrive: silenceUnlessExecuted, send: sendGoAway, sent: ResponseNone},
	{code: "F18", title: "a stream of HTTP/2 that is reset (RST_STREAM) instead of an answer", only: overHTTP2, kinds: resets(),
		arrive: silenceUnlessExecuted, send: sendStreamReset, sent: ResponseNone},
}

// The ends of the names of kinds.
const (
	executed    = ", executed"
	notExecuted = ", not executed"
	thenClose   = ", then close"
)

// goodbyes are the kinds of F17: which streams the server admits to, and whether it closes the
// connection.
var goodbyes = []string{
	"last stream 0" + notExecuted, "last stream 0" + thenClose + notExecuted,
	"covering ours" + thenClose + executed, "covering ours" + thenClose + notExecuted,
}

// resetCodes are the codes of F18.
var resetCodes = []http2.ErrCode{
	http2.ErrCodeProtocol, http2.ErrCodeRefusedStream, http2.ErrCodeCancel, http2.ErrCodeInternal, http2.ErrCodeEnhanceYourCalm,
}

// resets are the kinds of F18.
func resets() []string {
	var kinds []string
	for _, code := range resetCodes {
		kinds = append(kinds, code.String()+notExecuted, code.String()+executed)
	}
	return kinds
}

func overHTTP2(c *call) bool { return c.request.ProtoMajor == 2 }

// overHTTP1 spares HTTP/2 the faults of how HTTP/1.1 delimits its answers.
func overHTTP1(c *call) bool { return c.request.ProtoMajor < 2 }

func silenceUnlessExecuted(x *exchange) { x.silent = strings.HasSuffix(x.kind(), notExecuted) }

// sendGoAway says goodbye. What else is under way on the connection is disowned too when the
// last stream is 0.
func sendGoAway(x *exchange) {
	w := x.w.(*http2Writer)
	var last uint32
	if strings.HasPrefix(x.kind(), "covering ours") {
		last = w.stream.id
	}
	w.goAway(last, strings.Contains(x.kind(), thenClose))
}

func sendStreamReset(x *exchange) {
	i := slices.IndexFunc(resetCodes, func(code http2.ErrCode) bool { return strings.HasPrefix(x.kind(), code.String()) })
	w := x.w.(*http2Writer)
	w.status = -1 // nothing else is sent
	w.stream.conn.refuse(w.stream.id, resetCodes[i])
}

// goAway sends GOAWAY and no answer. A connection that closes is read for a little longer, because
// a close over unread bytes would take the goodbye with it.
func (w *http2Writer) goAway(last uint32, closes bool) {
	w.status = -1 // nothing else is sent
	c := w.stream.conn
	c.forget(w.stream)
	c.send(func() error {
		c.gone = true
		err := c.framer.WriteGoAway(last, http2.ErrCodeNo, nil)
		rest := idleTimeout
		if closes {
			rest = drainTimeout
			c.conn.CloseWrite()
		}
		c.conn.SetReadDeadline(time.Now().Add(rest))
		return err
	})
}
