package api_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// The frames of HTTP/2 that the server needs, their flags, and the error codes that it strikes
// with.
//
// Source: RFC 9113, sections 4.1, 6 and 7.
const (
	frameData, frameHeaders, frameReset, frameSettings, framePing, frameGoAway = 0, 1, 3, 4, 6, 7

	flagEndStream, flagAck, flagEndHeaders = 0x1, 0x1, 0x4

	noError, protocolError, internalError, refusedStream, cancelled, enhanceYourCalm = 0, 1, 2, 7, 8, 11

	preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
)

// strike is what the server does to the first request instead of an answer.
type strike struct {
	name   string
	frames func(stream uint32) []byte // sent over HTTP/2; over HTTP/1.1 the connection just breaks
	early  bool                       // before the body was read, so before any execution
	closes bool                       // the connection ends behind the frames
	repeat bool                       // a stock client over HTTP/2 sends the request again
}

// http2Server offers HTTP/2 and HTTP/1.1 over TLS, strikes the first request that comes, and
// answers all others.
type http2Server struct {
	url    string
	roots  *x509.CertPool
	strike strike

	mu        sync.Mutex
	protocols []string // of each request that came
}

func newHTTP2Server(t *testing.T, strike strike) *http2Server {
	t.Helper()
	lender := httptest.NewTLSServer(http.NotFoundHandler()) // of its certificate
	t.Cleanup(lender.Close)
	s := &http2Server{strike: strike, roots: x509.NewCertPool()}
	s.roots.AddCert(lender.Certificate())
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: lender.TLS.Certificates, NextProtos: []string{"h2", "http/1.1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.url = "https://" + listener.Addr().String()
	var open sync.WaitGroup
	t.Cleanup(func() { listener.Close(); open.Wait() })
	open.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			open.Go(func() { s.serve(conn.(*tls.Conn)) })
		}
	})
	return s
}

func (s *http2Server) serve(conn *tls.Conn) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(30 * time.Second)) // so that a test that goes wrong ends
	if conn.Handshake() != nil {
		return
	}
	if conn.ConnectionState().NegotiatedProtocol == "h2" {
		s.serveHTTP2(conn)
		return
	}
	reader := bufio.NewReader(conn)
	for {
		request, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		io.Copy(io.Discard, request.Body)
		if s.count(request.Proto) == 1 {
			conn.NetConn().(*net.TCPConn).SetLinger(0)
			return
		}
		io.WriteString(conn, created())
	}
}

// count notes a request and returns how many came so far.
func (s *http2Server) count(protocol string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.protocols = append(s.protocols, protocol)
	return len(s.protocols)
}

func (s *http2Server) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.protocols...)
}

// serveHTTP2 counts the streams of a connection and answers, or strikes, when their requests
// have come: with their head when the strike is an early one, else with their end.
func (s *http2Server) serveHTTP2(conn net.Conn) {
	start := make([]byte, len(preface))
	if _, err := io.ReadFull(conn, start); err != nil || string(start) != preface {
		return
	}
	conn.Write(frame(frameSettings, 0, 0, nil))
	struck := map[uint32]bool{}
	for {
		kind, flags, stream, payload, err := readFrame(conn)
		if err != nil {
			return
		}
		switch {
		case kind == frameSettings && flags&flagAck == 0:
			conn.Write(frame(frameSettings, flagAck, 0, nil))
		case kind == framePing && flags&flagAck == 0:
			conn.Write(frame(framePing, flagAck, 0, payload))
		case kind == frameHeaders:
			struck[stream] = s.count("HTTP/2.0") == 1
		}
		request := kind == frameHeaders || kind == frameData
		switch {
		case !request, struck[stream] && s.strike.early != (kind == frameHeaders):
		case struck[stream] && (s.strike.early || flags&flagEndStream != 0):
			conn.Write(s.strike.frames(stream))
			if s.strike.closes {
				return
			}
		case flags&flagEndStream != 0:
			conn.Write(answerFrames(stream))
		}
	}
}

// frame makes a frame.
//
// Source: RFC 9113, section 4.1.
func frame(kind, flags byte, stream uint32, payload []byte) []byte {
	head := []byte{byte(len(payload) >> 16), byte(len(payload) >> 8), byte(len(payload)), kind, flags}
	return append(binary.BigEndian.AppendUint32(head, stream), payload...)
}

func readFrame(r io.Reader) (kind, flags byte, stream uint32, payload []byte, err error) {
	var head [9]byte
	if _, err = io.ReadFull(r, head[:]); err != nil {
		return
	}
	payload = make([]byte, int(head[0])<<16|int(head[1])<<8|int(head[2]))
	_, err = io.ReadFull(r, payload)
	return head[3], head[4], binary.BigEndian.Uint32(head[5:]) &^ (1 << 31), payload, err
}

// answerFrames are the answer to a create. The fields are literals without indexing.
//
// Source: RFC 7541, section 6.2.2; 8 is ":status" in the static table.
func answerFrames(stream uint32) []byte {
	const name, value = "content-type", "application/json"
	fields := fmt.Sprintf("\x08\x03201\x00%c%s%c%s", len(name), name, len(value), value)
	body := `{"id":"` + someID + `"}`
	return append(frame(frameHeaders, flagEndHeaders, stream, []byte(fields)), frame(frameData, flagEndStream, stream, []byte(body))...)
}

func resetFrame(stream, code uint32) []byte {
	return frame(frameReset, 0, stream, binary.BigEndian.AppendUint32(nil, code))
}

func goAwayFrame(last uint32) []byte {
	return frame(frameGoAway, 0, 0, binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, last), noError))
}
