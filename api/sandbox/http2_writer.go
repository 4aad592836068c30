package sandbox

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// largestFrame is the payload that every client takes.
//
// Source: RFC 9113, section 4.2.
const largestFrame = 16_384

// http2Writer is the http.ResponseWriter of a stream. What is written leaves at once, as far as
// the client has room.
type http2Writer struct {
	stream *http2Stream
	header http.Header
	status int // 0 until the head has left
	err    error
}

// Header returns the header of the answer.
func (w *http2Writer) Header() http.Header { return w.header }

// WriteHeader sends the head of the answer.
func (w *http2Writer) WriteHeader(status int) {
	if w.status != 0 {
		return
	}
	w.status = status
	s := w.stream
	w.err = s.conn.send(func() error {
		return s.conn.writeBlock(s.id, headBlock(status, w.header))
	})
}

// Write sends a part of the body. It waits while the client has no room for it.
func (w *http2Writer) Write(data []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.stream.request.Method == http.MethodHead {
		return len(data), w.err
	}
	sent := 0
	for sent < len(data) && w.err == nil {
		var n int
		n, w.err = w.stream.sendData(data[sent:])
		sent += n
	}
	return sent, w.err
}

// finish ends the answer.
func (w *http2Writer) finish() {
	w.WriteHeader(http.StatusOK)
	s := w.stream
	s.conn.send(func() error {
		if s.conn.streams[s.id] != s {
			return nil // it was reset
		}
		return s.conn.framer.WriteData(s.id, true, nil)
	})
}

// headBlock encodes the head of an answer. It leaves the client's table of headers alone.
//
// Source: RFC 7541; RFC 9113, section 8.2.2 for the headers that are not sent.
func headBlock(status int, header http.Header) []byte {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	encoder.SetMaxDynamicTableSize(0)
	encoder.WriteField(hpack.HeaderField{Name: ":status", Value: strconv.Itoa(status)})
	for name, values := range header {
		if name == "Connection" || name == "Transfer-Encoding" {
			continue
		}
		for _, value := range values {
			encoder.WriteField(hpack.HeaderField{Name: strings.ToLower(name), Value: value})
		}
	}
	return block.Bytes()
}

// writeBlock writes the head of an answer in as many frames as it needs. It is called under send.
func (c *http2Conn) writeBlock(id uint32, block []byte) error {
	first := block[:min(len(block), largestFrame)]
	block = block[len(first):]
	err := c.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: first, EndHeaders: len(block) == 0})
	for err == nil && len(block) > 0 {
		part := block[:min(len(block), largestFrame)]
		block = block[len(part):]
		err = c.framer.WriteContinuation(id, len(block) == 0, part)
	}
	return err
}

// sendData sends as much of some data as a frame and the client's windows have room for, and
// returns how much that was.
func (s *http2Stream) sendData(data []byte) (n int, err error) {
	c := s.conn
	err = c.send(func() error {
		for s.room() <= 0 {
			if c.deaf || c.streams[s.id] != s {
				return context.Canceled
			}
			c.room.Wait()
		}
		c.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
		n = int(min(int64(len(data)), largestFrame, s.room()))
		s.window -= int64(n)
		c.window -= int64(n)
		return c.framer.WriteData(s.id, false, data[:n])
	})
	return n, err
}

// room is how much may be sent now.
func (s *http2Stream) room() int64 { return min(s.window, s.conn.window) }

// widen gives a stream, or with 0 the connection, more room.
func (c *http2Conn) widen(id uint32, by int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.streams[id]; s != nil {
		s.window += by
	}
	if id == 0 {
		c.window += by
	}
	c.room.Broadcast()
}

// settle takes the client's settings. Only the size of its windows concerns what is sent here.
func (c *http2Conn) settle(settings *http2.SettingsFrame) error {
	if settings.IsAck() {
		return nil
	}
	return c.send(func() error {
		if size, given := settings.Value(http2.SettingInitialWindowSize); given {
			for _, s := range c.streams {
				s.window += int64(size) - c.initial
			}
			c.initial = int64(size)
			c.room.Broadcast()
		}
		return c.framer.WriteSettingsAck()
	})
}
