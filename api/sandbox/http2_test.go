package sandbox

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// secured is a world that is served over TLS.
type secured struct {
	*world
	address string
	roots   *x509.CertPool
}

func newSecured(t *testing.T, options Options) *secured {
	t.Helper()
	identity, err := NewIdentity(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	s := &secured{world: newWorld(t, options), roots: x509.NewCertPool()}
	if !s.roots.AppendCertsFromPEM(identity.CA()) {
		t.Fatal("the CA is no PEM")
	}
	listener, err := ListenLoopback("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	s.address = listener.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- ServeTLS(ctx, listener, s.Sandbox, identity) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serving ended with %v", err)
		}
	})
	return s
}

// client is a stock client that speaks HTTP/2, or HTTP/1.1 only.
func (s *secured) client(major int) *http.Client {
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.roots}, Protocols: new(http.Protocols)}
	transport.Protocols.SetHTTP1(true)
	transport.Protocols.SetHTTP2(major == 2)
	s.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 20 * time.Second}
}

// post sends a create by a stock client, which may send it again by itself.
func (s *secured) post(client *http.Client, body string) (int, string, error) {
	return s.through(client, "POST", collection, body)
}

func (s *secured) through(client *http.Client, method, path, body string) (int, string, error) {
	s.t.Helper()
	request := s.request(method, "https://"+s.address+path, body)
	request.RequestURI = ""
	request.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(body)), nil }
	response, err := client.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response.StatusCode, string(answer), err
}

// Both versions of HTTP have the same answers, large ones and those to large bodies too.
func TestServeTLS(t *testing.T) {
	for major, proto := range map[int]string{1: "HTTP/1.1", 2: "HTTP/2.0"} {
		s := newSecured(t, Options{})
		client := s.client(major)
		if status, body, err := s.post(client, sample()); status != 201 || text(parse(t, body), "externalReferenceId") != "CRM-1" {
			t.Fatalf("%s: %d %s, %v", proto, status, body, err)
		}
		if status, body, err := s.post(client, strings.Repeat("x", maxBody+1)); status != 413 {
			t.Errorf("%s: a body that is too large: %d %s, %v", proto, status, body, err)
		}
		s.fill(100)
		status, body, err := s.through(client, "GET", collection+"?$top=100", "")
		if list := elements(parse(t, body)["value"]); status != 200 || len(list) != 100 || len(body) < 1<<17 {
			t.Errorf("%s: %d, %d referrals in %d bytes, %v", proto, status, len(list), len(body), err)
		}
		for _, entry := range s.Ledger() {
			if entry.Proto != proto || entry.Response != ResponseFull {
				t.Errorf("%s: ledger %+v", proto, entry)
			}
		}
	}
}

// Many requests at once on one connection each have their own answer.
func TestManyStreams(t *testing.T) {
	s := newSecured(t, Options{KeepLedger: true})
	client := s.client(2)
	s.through(client, "GET", collection, "") // opens the connection that all share
	const n = 60
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			marker := fmt.Sprintf("CRM-%d", i)
			status, body, err := s.post(client, sample("externalReferenceId", `"`+marker+`"`))
			if err != nil || status != 201 || !strings.Contains(body, `"`+marker+`"`) {
				t.Errorf("%s: %d %s, %v", marker, status, body, err)
			}
		})
	}
	group.Wait()
	if len(s.Created()) != n {
		t.Errorf("%d of %d were created", len(s.Created()), n)
	}
}

// What each kind of F17 and F18 does to a stock client: whether the client repeats the POST by
// itself, as Go 1.26 was seen to, and what the ledger says of it. The repeat has the same
// client-request-id, which is a violation.
func TestHTTP2Faults(t *testing.T) {
	repeats := []string{"last stream 0", "PROTOCOL_ERROR", "REFUSED_STREAM"}
	for _, code := range []string{"F17", "F18"} {
		for _, kind := range faultOf(code).kinds {
			t.Run(code+" "+kind, func(t *testing.T) {
				s := newSecured(t, Options{Faults: &Plan{Rules: []Rule{{Fault: code, Kind: kind, On: []string{"POST"}, Nth: 1}}}})
				status, _, err := s.post(s.client(2), sample())
				repeat := false
				for _, start := range repeats {
					repeat = repeat || strings.HasPrefix(kind, start)
				}
				ledger, done := s.Ledger(), strings.HasSuffix(kind, ", executed")
				if (err == nil) != repeat || (len(s.Violations()) == 1) != repeat || len(ledger) != map[bool]int{true: 2, false: 1}[repeat] {
					t.Errorf("status %d, error %v, %d requests", status, err, len(ledger))
				}
				if e := ledger[0]; e.Fault != code || e.Executed != done || e.Response != ResponseNone || (e.Status == 201) != done || e.Proto != "HTTP/2.0" {
					t.Errorf("ledger %+v", e)
				}
			})
		}
	}
}

// A client of HTTP/1.1 does not meet the faults of HTTP/2, and the other way round.
func TestFaultsOfOneVersion(t *testing.T) {
	s := newSecured(t, Options{Faults: &Plan{Rules: []Rule{{Fault: "F17"}, {Fault: "F18"}}}})
	if status, body, err := s.post(s.client(1), sample()); status != 201 {
		t.Errorf("%d %s, %v", status, body, err)
	}
	s = newSecured(t, Options{Faults: &Plan{Rules: []Rule{{Fault: "F09"}, {Fault: "F10"}, {Fault: "F11"}, {Fault: "F12"}, {Fault: "F16"}, {Fault: "F19"}}}})
	client := s.client(2)
	for i := range 3 {
		if status, body, err := s.post(client, sample("externalReferenceId", fmt.Sprintf(`"%d"`, i))); status != 201 {
			t.Errorf("%d %s, %v", status, body, err)
		}
	}
	s = newSecured(t, Options{Faults: &Plan{Rules: []Rule{{Fault: "F08", Key: "CRM-1"}}}})
	client = s.client(2)
	if status, _, err := s.post(client, sample()); err == nil || s.Created()["CRM-1"] != 1 {
		t.Errorf("a connection that is reset: %d, %v", status, err)
	}
	if status, body, err := s.post(client, sample("externalReferenceId", `"CRM-2"`)); status != 201 {
		t.Errorf("the next connection: %d %s, %v", status, body, err)
	}
}

// The same seed draws the same kinds.
func TestHTTP2FaultsAreSeeded(t *testing.T) {
	outcome := func(seed uint64) string {
		s := newSecured(t, Options{Faults: &Plan{Seed: seed, Rules: []Rule{{Fault: "F18", On: []string{"POST"}, P: 0.5}}}})
		client := s.client(2)
		var b strings.Builder
		for i := range 12 {
			s.post(client, sample("externalReferenceId", fmt.Sprintf(`"CRM-%d"`, i)))
		}
		for _, e := range s.Ledger() {
			fmt.Fprintf(&b, "%s %s %v;", e.Marker, e.Fault, e.Executed)
		}
		return b.String()
	}
	if one, again, other := outcome(1), outcome(1), outcome(2); one != again || one == other || !strings.Contains(one, "F18") {
		t.Errorf("seed 1: %s\nagain: %s\nseed 2: %s", one, again, other)
	}
}

// framed is a client of HTTP/2 by hand.
func (s *secured) framed() (net.Conn, *http2.Framer) {
	conn, err := tls.Dial("tcp", s.address, &tls.Config{RootCAs: s.roots, NextProtos: []string{"h2"}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	io.WriteString(conn, http2.ClientPreface)
	framer := http2.NewFramer(conn, conn)
	framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	return conn, framer
}

// ask opens a stream with a GET of the first referrals.
func (s *secured) ask(framer *http2.Framer, stream uint32, top int) {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for _, field := range [][2]string{{":method", "GET"}, {":scheme", "https"}, {":authority", s.address}, {":path", fmt.Sprintf("%s?$top=%d", collection, top)},
		{"authorization", "Bearer word"}, {strings.ToLower(headerCallID), newGUID()}} {
		encoder.WriteField(hpack.HeaderField{Name: field[0], Value: field[1]})
	}
	framer.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block.Bytes(), EndHeaders: true, EndStream: true})
}

// No more is sent than the client has room for, and all of it when it makes room.
func TestFlowControl(t *testing.T) {
	s := newSecured(t, Options{})
	s.fill(100)
	_, framer := s.framed()
	framer.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 100})
	s.ask(framer, 1, 100)
	room, got := 100, 0
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			t.Fatal(err)
		}
		data, ok := frame.(*http2.DataFrame)
		if !ok {
			continue
		}
		if got += len(data.Data()); got > room {
			t.Fatalf("%d bytes were sent into room for %d", got, room)
		}
		if data.StreamEnded() {
			break
		}
		if got == room {
			room += 30_000
			framer.WriteWindowUpdate(1, 30_000)
			framer.WriteWindowUpdate(0, 30_000)
		}
	}
	if got < 100_000 {
		t.Errorf("%d bytes in all", got)
	}
}

// Pings are answered, streams that were given up free their place, and what breaks the protocol
// ends the connection with a reason.
func TestProtocolOfHTTP2(t *testing.T) {
	s := newSecured(t, Options{Faults: &Plan{Rules: []Rule{{Fault: "F15", Kind: "not executed", Key: "$top=1"}}}})
	conn, framer := s.framed()
	framer.WriteSettings()
	s.ask(framer, 1, 1) // which is never answered
	framer.WriteRSTStream(1, http2.ErrCodeCancel)
	framer.WritePing(false, [8]byte{7})
	s.ask(framer, 3, 3)
	pong, answered, reason := false, false, http2.ErrCodeNo
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			break
		}
		switch f := frame.(type) {
		case *http2.PingFrame:
			pong = f.IsAck() && f.Data[0] == 7
		case *http2.MetaHeadersFrame:
			answered = f.StreamID == 3 && f.PseudoValue("status") == "200"
			s.ask(framer, 4, 4) // only a server may open it
		case *http2.GoAwayFrame:
			reason = f.ErrCode
		}
	}
	if !pong || !answered || reason != http2.ErrCodeProtocol {
		t.Errorf("ping answered %v, request answered %v, ended with %v", pong, answered, reason)
	}
	conn.Close()
	conn, err := tls.Dial("tcp", s.address, &tls.Config{RootCAs: s.roots, NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	io.WriteString(conn, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Errorf("something else than HTTP/2: %v", err)
	}
}
