package api_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"refload/api"
)

// strikes are the faults of HTTP/2: a connection that says goodbye (F17), a stream that is
// reset (F18). What a stock client repeats is what Go 1.26 was seen to do.
var strikes = slices.Concat([]strike{
	{name: "GOAWAY, last stream 0", repeat: true, closes: true,
		frames: func(uint32) []byte { return goAwayFrame(0) }},
	{name: "GOAWAY, last stream 0, connection left open", repeat: true,
		frames: func(uint32) []byte { return goAwayFrame(0) }},
	{name: "GOAWAY covering ours, then close", closes: true,
		frames: func(stream uint32) []byte { return goAwayFrame(stream) }},
}, resets("PROTOCOL_ERROR", protocolError, true), resets("REFUSED_STREAM", refusedStream, true),
	resets("CANCEL", cancelled, false), resets("INTERNAL_ERROR", internalError, false),
	resets("ENHANCE_YOUR_CALM", enhanceYourCalm, false))

// resets are the strikes that reset a stream with a code, before execution and after.
func resets(name string, code uint32, repeat bool) []strike {
	frames := func(stream uint32) []byte { return resetFrame(stream, code) }
	return []strike{
		{name: name + " before the body", frames: frames, early: true, repeat: repeat},
		{name: name + " after the body", frames: frames, repeat: repeat},
	}
}

// transport returns the product's own transport, trusting the server, and speaking HTTP/2 too
// where that is asked for.
func (s *http2Server) transport(t *testing.T, http2 bool) *http.Transport {
	transport := api.NewTransport(1)
	transport.TLSClientConfig.RootCAs = s.roots
	transport.Proxy = nil
	if http2 {
		transport.Protocols.SetHTTP2(true)
	}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

func (s *http2Server) client(t *testing.T, transport http.RoundTripper) *api.Client {
	t.Helper()
	client, err := api.NewClient(api.Config{
		BaseURL: s.url, Token: api.StaticToken("x"), Transport: transport, Timeout: 5 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// The product speaks HTTP/1.1 to a server that offers HTTP/2, and sends a create once.
func TestACreateIsSentOnceToAnHTTP2Server(t *testing.T) {
	for _, strike := range strikes {
		t.Run(strike.name, func(t *testing.T) {
			s := newHTTP2Server(t, strike)
			client := s.client(t, s.transport(t, false))
			_, err := client.Create(context.Background(), api.NewReferral())
			if got := failure(t, err).Outcome; got != api.Unknown {
				t.Errorf("outcome %v: %v", got, err)
			}
			if got := s.seen(); !slices.Equal(got, []string{"HTTP/1.1"}) {
				t.Errorf("the server saw %q, want one request over HTTP/1.1", got)
			}
			if _, err := client.Create(context.Background(), api.NewReferral()); err != nil {
				t.Errorf("the next create: %v", err)
			}
		})
	}
}

// Were HTTP/2 spoken, by a proxy's doing or a later mistake, a create would still be sent once:
// the client's requests have no GetBody.
func TestACreateIsSentOnceOverHTTP2(t *testing.T) {
	for _, strike := range strikes {
		t.Run(strike.name, func(t *testing.T) {
			s := newHTTP2Server(t, strike)
			_, err := s.client(t, s.transport(t, true)).Create(context.Background(), api.NewReferral())
			if got := failure(t, err).Outcome; got != api.Unknown {
				t.Errorf("outcome %v: %v", got, err)
			}
			if got := s.seen(); !slices.Equal(got, []string{"HTTP/2.0"}) {
				t.Errorf("the server saw %q, want one request", got)
			}
		})
	}
}

// A stock client over HTTP/2 sends a POST twice by itself, which is what the two tests above
// are there for: with PROTOCOL_ERROR also after the server has read it whole.
func TestAStockClientRepeatsAPOST(t *testing.T) {
	for _, strike := range strikes {
		t.Run(strike.name, func(t *testing.T) {
			s := newHTTP2Server(t, strike)
			stock := &http.Client{Transport: s.transport(t, true), Timeout: 20 * time.Second}
			request, err := http.NewRequest(http.MethodPost, s.url, bytes.NewReader([]byte(`{"name":"A deal"}`)))
			if err != nil || request.GetBody == nil {
				t.Fatal("a stock request without GetBody", err)
			}
			response, err := stock.Do(request)
			if err == nil {
				body, _ := io.ReadAll(response.Body)
				response.Body.Close()
				if response.StatusCode != 201 || !bytes.Contains(body, []byte(someID)) {
					t.Errorf("%s: %s", response.Status, body)
				}
			}
			want := []string{"HTTP/2.0"}
			if strike.repeat {
				want = append(want, "HTTP/2.0")
			}
			if got := s.seen(); !slices.Equal(got, want) || (err == nil) != strike.repeat {
				t.Errorf("the server saw %q, error %v; want %d requests", got, err, len(want))
			}
		})
	}
}
