package api_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"refload/api"
	"refload/api/sandbox"
)

// strike is a fault of HTTP/2: a connection that says goodbye (F17), a stream that is reset (F18).
type strike struct{ fault, kind string }

// strikes returns each kind of them, before the execution and after.
func strikes() (list []strike) {
	for _, fault := range sandbox.Faults() {
		for _, kind := range fault.Kinds {
			if fault.Code == "F17" || fault.Code == "F18" {
				list = append(list, strike{fault.Code, kind})
			}
		}
	}
	return list
}

// executed reports whether the struck request is carried out.
func (s strike) executed() bool { return strings.HasSuffix(s.kind, ", executed") }

// repeated reports whether a stock client sends the request again by itself, as Go 1.26 was seen to.
func (s strike) repeated() bool {
	return slices.ContainsFunc([]string{"last stream 0", "PROTOCOL_ERROR", "REFUSED_STREAM"}, func(start string) bool { return strings.HasPrefix(s.kind, start) })
}

// http2Server is a sandbox that offers HTTP/2 and HTTP/1.1 over TLS, strikes the create of CRM-1,
// over HTTP/1.1 by breaking the connection, and answers all others.
type http2Server struct {
	*sandbox.Sandbox
	url   string
	roots *x509.CertPool
}

func newHTTP2Server(t *testing.T, s strike) *http2Server {
	t.Helper()
	emulator, err := sandbox.Open(sandbox.Options{Faults: &sandbox.Plan{Rules: []sandbox.Rule{
		{Fault: s.fault, Kind: s.kind, Key: "CRM-1", Nth: 1}, {Fault: "F08", Key: "CRM-1", Nth: 1},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	identity, err := sandbox.NewIdentity(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	listener, err := sandbox.ListenLoopback("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- sandbox.ServeTLS(ctx, listener, emulator, identity) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		emulator.Close()
	})
	server := &http2Server{emulator, "https://" + listener.Addr().String(), x509.NewCertPool()}
	server.roots.AppendCertsFromPEM(identity.CA())
	return server
}

// protocols are those of the requests that came.
func (s *http2Server) protocols() (list []string) {
	for _, entry := range s.Ledger() {
		list = append(list, entry.Proto)
	}
	return list
}

// deal is a referral that the sandbox takes.
func deal(t *testing.T, marker string) *api.Referral {
	t.Helper()
	referral, err := api.ParseReferral([]byte(`{"name":"Cloud move","externalReferenceId":"` + marker + `","type":"Independent","qualification":"SalesQualified",
		"customerProfile":{"name":"Contoso","address":{"addressLine1":"1 Main Street","city":"Redmond","country":"US"}},
		"consent":{"consentToToShareInfoWithOthers":true,"consentToContact":true},
		"details":{"dealValue":1000,"currency":"USD","closingDateTime":"2031-01-30T00:00:00Z"}}`))
	if err != nil {
		t.Fatal(err)
	}
	return referral
}

// transport returns the product's own transport, trusting the server, and speaking HTTP/2 too
// where that is asked for.
func (s *http2Server) transport(t *testing.T, http2 bool) *http.Transport {
	transport := api.NewTransport(1, s.roots)
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
	for _, strike := range strikes() {
		t.Run(strike.fault+" "+strike.kind, func(t *testing.T) {
			s := newHTTP2Server(t, strike)
			client := s.client(t, s.transport(t, false))
			_, err := client.Create(context.Background(), deal(t, "CRM-1"))
			if got := failure(t, err).Outcome; got != api.Unknown {
				t.Errorf("outcome %v: %v", got, err)
			}
			if got := s.protocols(); !slices.Equal(got, []string{"HTTP/1.1"}) || s.Created()["CRM-1"] != 1 {
				t.Errorf("the server saw %q, want one request over HTTP/1.1; created %v", got, s.Created())
			}
			if _, err := client.Create(context.Background(), deal(t, "CRM-2")); err != nil {
				t.Errorf("the next create: %v", err)
			}
		})
	}
}

// Were HTTP/2 spoken, by a proxy's doing or a later mistake, a create would still be sent once:
// the client's requests have no GetBody.
func TestACreateIsSentOnceOverHTTP2(t *testing.T) {
	for _, strike := range strikes() {
		t.Run(strike.fault+" "+strike.kind, func(t *testing.T) {
			s := newHTTP2Server(t, strike)
			_, err := s.client(t, s.transport(t, true)).Create(context.Background(), deal(t, "CRM-1"))
			if got := failure(t, err).Outcome; got != api.Unknown {
				t.Errorf("outcome %v: %v", got, err)
			}
			if got := s.protocols(); !slices.Equal(got, []string{"HTTP/2.0"}) || (s.Created()["CRM-1"] == 1) != strike.executed() {
				t.Errorf("the server saw %q, want one request; created %v", got, s.Created())
			}
		})
	}
}

// A stock client over HTTP/2 sends a POST twice by itself, which is what the two tests above are
// there for: with PROTOCOL_ERROR also after the server has executed it.
func TestAStockClientRepeatsAPOST(t *testing.T) {
	for _, strike := range strikes() {
		t.Run(strike.fault+" "+strike.kind, func(t *testing.T) {
			s := newHTTP2Server(t, strike)
			stock := &http.Client{Transport: s.transport(t, true), Timeout: 20 * time.Second}
			body, err := deal(t, "CRM-1").MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			request, err := http.NewRequest(http.MethodPost, s.url+"/v1.0/engagements/referrals", bytes.NewReader(body))
			if err != nil || request.GetBody == nil {
				t.Fatal("a stock request without GetBody", err)
			}
			request.Header = http.Header{"Authorization": {"Bearer x"}, "Content-Type": {"application/json"}, "Client-Request-Id": {api.NewGUID()}}
			response, err := stock.Do(request)
			if err == nil {
				io.Copy(io.Discard, response.Body)
				response.Body.Close()
			}
			want := []string{"HTTP/2.0"}
			if strike.repeated() {
				want = append(want, "HTTP/2.0")
			}
			if got := s.protocols(); !slices.Equal(got, want) || (err == nil) != strike.repeated() {
				t.Errorf("the server saw %q, error %v; want %d requests", got, err, len(want))
			}
		})
	}
}
