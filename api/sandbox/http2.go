package sandbox

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// The bounds of an HTTP/2 connection. A body fits the window of its stream, so that only the
// connection's needs refilling. A client that stops reading is given up after writeTimeout.
const (
	bodyWindow   = 2 * maxBody
	maxStreams   = 100
	firstWindow  = 65_535 // RFC 9113, section 6.9.2
	writeTimeout = 10 * time.Second
	drainTimeout = time.Second
)

// http2Conn is just enough of HTTP/2 to answer requests by a handler: streams, flow control, no
// push, no priorities. net/http has it whole, but lets nobody send a GOAWAY or a RST_STREAM at
// a time of one's own choosing, which is what the faults F17 and F18 are.
//
// Source: RFC 9113.
type http2Conn struct {
	conn    *tls.Conn
	handler http.Handler
	ctx     context.Context // ends with the connection
	working sync.WaitGroup

	mu      sync.Mutex // guards all below, and the writing of frames
	framer  *http2.Framer
	streams map[uint32]*http2Stream
	busy    int    // streams whose handler is at work
	highest uint32 // of the client's streams
	gone    bool   // GOAWAY was sent: new streams are passed over
	deaf    bool   // no frame is read any more, so no room will be made
	window  int64  // what may be sent on the connection
	initial int64  // what may be sent on a new stream
	room    *sync.Cond
}

// http2Over returns what serves HTTP/2 connections until the context ends. It has the form that
// http.Server.TLSNextProto asks for.
func http2Over(ctx context.Context) func(*http.Server, *tls.Conn, http.Handler) {
	return func(_ *http.Server, conn *tls.Conn, handler http.Handler) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		c := &http2Conn{
			conn: conn, handler: handler, ctx: ctx, framer: http2.NewFramer(conn, conn),
			streams: map[uint32]*http2Stream{}, window: firstWindow, initial: firstWindow,
		}
		c.room = sync.NewCond(&c.mu)
		c.framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
		c.framer.MaxHeaderListSize = maxHeaders
		stop := context.AfterFunc(ctx, c.interrupt)
		defer stop()
		c.serve(cancel)
	}
}

// serve reads frames until the connection or the context ends, and waits for what is at work.
func (c *http2Conn) serve(cancel func()) {
	err := c.open()
	for err == nil {
		var frame http2.Frame
		if frame, err = c.framer.ReadFrame(); err == nil {
			err = c.take(frame)
		}
		var bad http2.StreamError
		if errors.As(err, &bad) {
			err = c.refuse(bad.StreamID, bad.Code)
		}
	}
	cancel()
	var broken http2.ConnectionError
	errors.As(err, &broken) // http2.ErrCodeNo where the peer did no wrong
	c.hangUp(http2.ErrCode(broken))
	c.working.Wait()
}

// interrupt ends the reading.
func (c *http2Conn) interrupt() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn.SetReadDeadline(time.Now())
}

// hangUp says goodbye, once, and ends the waiting for room. What is at work may still answer.
func (c *http2Conn) hangUp(code http2.ErrCode) {
	c.send(func() error {
		if c.deaf = true; !c.gone {
			c.framer.WriteGoAway(c.highest, code, nil) // a client that has gone is no concern of ours
		}
		c.room.Broadcast()
		return nil
	})
}

// open reads the client's preface and says what the server bears.
func (c *http2Conn) open() error {
	c.conn.SetReadDeadline(time.Now().Add(headerTimeout))
	start := make([]byte, len(http2.ClientPreface))
	if _, err := io.ReadFull(c.conn, start); err != nil || string(start) != http2.ClientPreface {
		return errors.Join(err, http2.ConnectionError(http2.ErrCodeProtocol))
	}
	err := c.send(func() error {
		return errors.Join(c.framer.WriteSettings(
			http2.Setting{ID: http2.SettingInitialWindowSize, Val: bodyWindow},
			http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: maxStreams},
			http2.Setting{ID: http2.SettingMaxHeaderListSize, Val: maxHeaders},
		), c.framer.WriteWindowUpdate(0, bodyWindow))
	})
	c.rest(0)
	return err
}

// rest counts the handlers at work up or down. While there are none, the client has a bounded
// time for its next frame.
func (c *http2Conn) rest(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy += n
	switch {
	case c.ctx.Err() != nil || c.gone:
	case c.busy > 0:
		c.conn.SetReadDeadline(time.Time{})
	default:
		c.conn.SetReadDeadline(time.Now().Add(idleTimeout))
	}
}

// take does what a frame asks for.
func (c *http2Conn) take(frame http2.Frame) error {
	switch f := frame.(type) {
	case *http2.SettingsFrame:
		return c.settle(f)
	case *http2.PingFrame:
		if !f.IsAck() {
			return c.send(func() error { return c.framer.WritePing(true, f.Data) })
		}
	case *http2.WindowUpdateFrame:
		c.widen(f.StreamID, int64(f.Increment))
	case *http2.MetaHeadersFrame:
		return c.begin(f)
	case *http2.DataFrame:
		return c.feed(f)
	case *http2.RSTStreamFrame:
		if stream := c.stream(f.StreamID); stream != nil {
			stream.cancel()
			c.forget(stream)
		}
	}
	return nil
}

// send writes frames, one sender at a time.
func (c *http2Conn) send(write func() error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
	return write()
}

// refuse resets a stream.
func (c *http2Conn) refuse(id uint32, code http2.ErrCode) error {
	if stream := c.stream(id); stream != nil {
		stream.cancel()
		c.forget(stream)
	}
	return c.send(func() error { return c.framer.WriteRSTStream(id, code) })
}
