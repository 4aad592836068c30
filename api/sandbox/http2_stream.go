package sandbox

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"

	"golang.org/x/net/http2"
)

// http2Stream is a request over HTTP/2. It is handed to the handler when it has come whole, or
// when its body is longer than any may be.
type http2Stream struct {
	conn    *http2Conn
	id      uint32
	ctx     context.Context // ends with the stream
	cancel  func()
	request *http.Request
	body    bytes.Buffer
	handed  bool
	window  int64 // what may be sent; guarded by the connection's mu
}

// stream returns a stream that is not over.
func (c *http2Conn) stream(id uint32) *http2Stream {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.streams[id]
}

func (c *http2Conn) forget(s *http2Stream) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.streams, s.id)
	c.room.Broadcast()
}

// begin opens a stream with its head, or ends its body with trailers, which nobody reads.
func (c *http2Conn) begin(head *http2.MetaHeadersFrame) error {
	if s := c.stream(head.StreamID); s != nil {
		return c.hand(s)
	}
	ctx, cancel := context.WithCancel(c.ctx)
	s := &http2Stream{conn: c, id: head.StreamID, ctx: ctx, cancel: cancel, request: requestOf(ctx, head)}
	if err := c.admit(s); err != nil {
		cancel()
		return err
	}
	switch {
	case c.stream(s.id) == nil: // after GOAWAY
		cancel()
	case head.Truncated || s.request == nil:
		return c.refuse(s.id, http2.ErrCodeProtocol)
	case head.StreamEnded():
		return c.hand(s)
	}
	return nil
}

// admit makes a stream known, unless the connection is about to end. Its number must be odd and
// above all before.
func (c *http2Conn) admit(s *http2Stream) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case s.id%2 == 0 || s.id <= c.highest:
		return http2.ConnectionError(http2.ErrCodeProtocol)
	case c.gone:
		return nil
	case len(c.streams) >= maxStreams:
		return http2.ConnectionError(http2.ErrCodeEnhanceYourCalm)
	}
	c.highest, s.window = s.id, c.initial
	c.streams[s.id] = s
	return nil
}

// requestOf makes the request of a head; nil where that is none. A recorded connection is not
// in its context: what happens to kept connections is told of HTTP/1.1 only.
func requestOf(ctx context.Context, head *http2.MetaHeadersFrame) *http.Request {
	path := head.PseudoValue("path")
	target, err := url.ParseRequestURI(path)
	method := head.PseudoValue("method")
	if err != nil || method == "" {
		return nil
	}
	header := http.Header{}
	for _, field := range head.RegularFields() {
		header.Add(textproto.CanonicalMIMEHeaderKey(field.Name), field.Value)
	}
	request := &http.Request{
		Method: method, URL: target, RequestURI: path, Host: head.PseudoValue("authority"), Header: header,
		Proto: "HTTP/2.0", ProtoMajor: 2, ContentLength: -1, Body: http.NoBody,
	}
	if n, err := strconv.ParseInt(header.Get("Content-Length"), 10, 64); err == nil {
		request.ContentLength = n
	}
	return request.WithContext(ctx)
}

// feed adds to the body of a stream, and gives the connection's window back what it took.
func (c *http2Conn) feed(data *http2.DataFrame) error {
	if n := data.Length; n > 0 {
		if err := c.send(func() error { return c.framer.WriteWindowUpdate(0, n) }); err != nil {
			return err
		}
	}
	s := c.stream(data.StreamID)
	if s == nil || s.handed {
		return nil
	}
	s.body.Write(data.Data())
	if data.StreamEnded() || s.body.Len() > maxBody {
		return c.hand(s)
	}
	return nil
}

// hand gives the request to the handler.
func (c *http2Conn) hand(s *http2Stream) error {
	if s.handed {
		return nil
	}
	s.handed = true
	state := c.conn.ConnectionState()
	s.request.TLS, s.request.RemoteAddr = &state, c.conn.RemoteAddr().String()
	s.request.Body = io.NopCloser(&s.body)
	c.rest(1)
	c.working.Go(func() {
		defer c.rest(-1)
		defer c.forget(s)
		defer s.cancel()
		w := &http2Writer{stream: s, header: http.Header{}}
		defer w.rescue()
		c.handler.ServeHTTP(w, s.request)
		w.finish()
	})
	return nil
}

// rescue ends what a handler gave up: a connection that a fault wanted cut is cut, over
// HTTP/1.1 and here.
func (w *http2Writer) rescue() {
	cause := recover()
	if err, ok := cause.(error); cause != nil && !(ok && errors.Is(err, http.ErrAbortHandler)) {
		panic(cause)
	}
	if cause != nil && w.stream.ctx.Err() == nil {
		reset(w.stream.conn.conn)
	}
}
