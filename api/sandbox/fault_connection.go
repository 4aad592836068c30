package sandbox

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"time"
)

var connectionFaults = []fault{
	{code: "F01", title: "connections are refused"},
	{code: "F05", title: "the connection is reset right after it was accepted"},
	{code: "F06", title: "the connection is reset after the headers were read", arrive: silence, send: sendReset, sent: ResponseNone},
	{code: "F07", title: "the connection is reset after the request was read; not executed", arrive: silence, send: sendReset, sent: ResponseNone},
	{code: "F08", title: "executed, and the connection is reset before any answer", send: sendReset, sent: ResponseNone},
	{code: "F09", title: "executed, and the answer is cut inside its head", only: overHTTP1, send: sendHeadCut, sent: ResponsePart},
	{code: "F10", title: "executed, and the body is cut short of its Content-Length", only: overHTTP1, send: sendBodyCut, sent: ResponsePart},
	{code: "F11", title: "executed, and the chunked body is cut", only: overHTTP1, send: sendChunkedCut, sent: ResponsePart},
	{code: "F12", title: "executed, and a body without length is cut, which no client can see", only: overHTTP1, send: sendUnboundedCut, sent: ResponsePart},
	{code: "F13", title: "the head of the answer comes late", send: sendLate, sent: ResponseFull},
	{code: "F14", title: "the body comes a byte at a time", send: sendSlowly, sent: ResponseFull},
	{code: "F15", title: "no answer at all", kinds: []string{"executed", "not executed"}, arrive: maybeSilence, send: sendNothing, sent: ResponseNone},
	{code: "F16", title: "a kept connection is closed as the next request comes", only: reused, arrive: silence, send: sendClose, sent: ResponseNone},
	{code: "F19", title: "every connection is closed after one answer", kinds: []string{"close", "http/1.0"}, only: overHTTP1, send: sendClosing, sent: ResponseFull},
}

// silence keeps the request from being executed and answered.
func silence(x *exchange) { x.silent = true }

func maybeSilence(x *exchange) { x.silent = x.kind() == "not executed" }

// hijack takes the connection over. Where there is none, as in a recorder, it ends the handler
// in the way that makes a server cut the connection.
func (x *exchange) hijack() net.Conn {
	conn, buffered, err := http.NewResponseController(x.w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	buffered.Flush()
	return conn
}

// reset closes a connection so that the other side sees a reset, where there is such a thing.
func reset(conn net.Conn) {
	inner := conn
	if secured, ok := conn.(*tls.Conn); ok {
		inner = secured.NetConn()
	}
	if tcp, ok := inner.(*net.TCPConn); ok {
		tcp.SetLinger(0)
		tcp.Close()
	}
	conn.Close()
}

func sendReset(x *exchange) { reset(x.hijack()) }

func sendNothing(x *exchange) {
	select {
	case <-x.call.request.Context().Done():
	case <-x.sandbox.faults.done:
	}
	panic(http.ErrAbortHandler)
}

func sendClose(x *exchange) { x.hijack().Close() }

// head writes the head of the answer as it goes over the wire.
func (a *reply) head(proto string) []byte {
	var buffer bytes.Buffer
	fmt.Fprintf(&buffer, "%s %d %s\r\n", proto, a.status, http.StatusText(a.status))
	a.header.Write(&buffer)
	buffer.WriteString("\r\n")
	return buffer.Bytes()
}

// sendRaw writes bytes to the connection and closes it.
func (x *exchange) sendRaw(data []byte) {
	conn := x.hijack()
	defer conn.Close()
	conn.SetWriteDeadline(time.Now().Add(10 * time.Second))
	conn.Write(data) // a client that has gone is no concern of ours
}

// cut draws how much of something is sent: something, and not all.
func (x *exchange) cut(length int) int {
	if length < 2 {
		return 0
	}
	return 1 + int(x.draw("cut")*float64(length-1))
}

func sendHeadCut(x *exchange) {
	head := x.answer.head("HTTP/1.1")
	x.sendRaw(head[:x.cut(len(head)-2)])
}

// sendCut sends the head and a part of the body, wrapped; of an answer without body, a part of
// the head.
func (x *exchange) sendCut(wrap func(head, part []byte) []byte) {
	if len(x.answer.body) < 2 {
		sendHeadCut(x)
		return
	}
	x.sendRaw(wrap(x.answer.head("HTTP/1.1"), x.answer.body[:x.cut(len(x.answer.body))]))
}

func sendBodyCut(x *exchange) {
	x.sendCut(func(head, part []byte) []byte { return append(head, part...) })
}

func sendChunkedCut(x *exchange) {
	x.answer.header.Del("Content-Length")
	x.answer.header.Set("Transfer-Encoding", "chunked")
	x.sendCut(func(head, part []byte) []byte { return fmt.Appendf(head, "%x\r\n%s\r\n", len(part), part) })
}

func sendUnboundedCut(x *exchange) {
	x.answer.header.Del("Content-Length")
	x.answer.header.Set("Connection", "close")
	x.sendCut(func(head, part []byte) []byte { return append(head, part...) })
}

func sendLate(x *exchange) {
	if !x.wait(x.duration(5 * time.Second)) {
		panic(http.ErrAbortHandler)
	}
	x.answer.write(x.w)
}

// sendSlowly spreads the body over the duration: with the default, ten seconds.
func sendSlowly(x *exchange) {
	body := x.answer.body
	x.answer.body = nil
	x.answer.write(x.w)
	control := http.NewResponseController(x.w)
	pause := x.duration(10*time.Second) / time.Duration(len(body)+1)
	for i := range body {
		if control.Flush(); !x.wait(pause) {
			panic(http.ErrAbortHandler)
		}
		x.w.Write(body[i : i+1])
	}
}

func sendClosing(x *exchange) {
	x.answer.header.Set("Connection", "close")
	if x.kind() == "close" {
		x.answer.write(x.w)
		return
	}
	x.sendRaw(append(x.answer.head("HTTP/1.0"), x.answer.body...))
}
