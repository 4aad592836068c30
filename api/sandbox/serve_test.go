package sandbox

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
)

func TestListenLoopback(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "example.com:0", "[::]:0"} {
		var refused *NotLoopbackError
		if _, err := ListenLoopback(address, false); !errors.As(err, &refused) || refused.Hint() == "" {
			t.Errorf("%s: %v, want a *NotLoopbackError", address, err)
		}
	}
	for _, address := range []string{"127.0.0.1", "", "127.0.0.1:99999"} {
		if _, err := ListenLoopback(address, false); err == nil {
			t.Errorf("%q: no error", address)
		}
	}
	for _, anywhere := range []bool{false, true} {
		listener, err := ListenLoopback("127.0.0.1:0", anywhere)
		if err != nil {
			t.Fatal(err)
		}
		listener.Close()
	}
}

func TestServe(t *testing.T) {
	w := newWorld(t, Options{})
	listener, err := ListenLoopback("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, listener, w.Sandbox) }()
	request := w.request("POST", "http://"+listener.Addr().String()+collection, sample())
	request.RequestURI = ""
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != 201 || response.Header.Get("ETag") != text(parse(t, string(body)), "eTag") {
		t.Errorf("%v, %v, %v", response.Status, response.Header, err)
	}
	patch := w.request("PATCH", "http://"+listener.Addr().String()+item(parse(t, string(body))), patchOf(op("replace", "/name", `"x"`)))
	patch.RequestURI = ""
	response, err = http.DefaultClient.Do(patch)
	if err != nil || response.StatusCode != 204 || response.ContentLength != 0 {
		t.Errorf("%v, %v", response, err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("serving ended with %v", err)
	}
	if _, err := net.Dial("tcp", listener.Addr().String()); err == nil {
		t.Error("the port is still open")
	}
}

func TestServeOnAClosedListener(t *testing.T) {
	listener, err := ListenLoopback("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	if err := Serve(t.Context(), listener, newWorld(t, Options{}).Sandbox); err == nil || !strings.Contains(err.Error(), "serving the sandbox") {
		t.Errorf("error %v", err)
	}
}

// pipes is a listener over net.Pipe, for tests with a fake clock.
type pipes struct {
	accepted chan net.Conn
	closed   chan struct{}
}

func newPipes() *pipes { return &pipes{make(chan net.Conn), make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.accepted:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	select {
	case <-p.closed:
	default:
		close(p.closed)
	}
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.accepted <- there:
		return here, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// served runs f with a client of a sandbox that is served over pipes, under a fake clock.
func served(t *testing.T, options Options, f func(w *world, client *http.Client)) {
	synctest.Test(t, func(t *testing.T) {
		options.Now = time.Now
		w := newWorld(t, options)
		listener := newPipes()
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- Serve(ctx, listener, w.Sandbox) }()
		transport := &http.Transport{DialContext: listener.dial}
		f(w, &http.Client{Transport: transport})
		transport.CloseIdleConnections()
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serving ended with %v", err)
		}
	})
}

func TestServeOverPipes(t *testing.T) {
	served(t, Options{}, func(w *world, client *http.Client) {
		for range 3 {
			time.Sleep(time.Hour)
			request := w.request("POST", "http://localhost"+collection, sample())
			request.RequestURI = ""
			response, err := client.Do(request)
			if err != nil {
				w.t.Fatal(err)
			}
			body, _ := io.ReadAll(response.Body)
			created := parseTicks(text(parse(w.t, string(body)), "createdDateTime"))
			if response.StatusCode != 201 || created < ticks(time.Now())-10 {
				w.t.Errorf("%s, created %s", response.Status, timestamp(created))
			}
		}
	})
}

func TestBodyThatBreaksOff(t *testing.T) {
	w := newWorld(t, Options{})
	request := w.request("POST", collection, "x")
	request.Body = io.NopCloser(io.MultiReader(strings.NewReader(sample()[:50]), iotest.ErrReader(io.ErrUnexpectedEOF)))
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, request)
	if recorder.Code != 400 || !strings.Contains(recorder.Body.String(), "could not be read") || w.Count() != 0 {
		t.Errorf("%d %s", recorder.Code, recorder.Body)
	}
	if entry := w.Ledger()[0]; entry.Status != 400 || entry.Response != ResponseFull {
		t.Errorf("ledger %+v", entry)
	}
}

// Ending the service ends those who wait inside a fault, and takes no longer than the grace.
func TestServeEndsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Options{Now: time.Now, Faults: &Plan{Rules: []Rule{{Fault: "F15", Kind: "executed"}}}})
		listener := newPipes()
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- Serve(ctx, listener, w.Sandbox) }()
		transport := &http.Transport{DialContext: listener.dial}
		answered := make(chan sent, 1)
		go func() { answered <- w.send(&http.Client{Transport: transport}, "POST", collection, sample()) }()
		time.Sleep(10 * time.Second)
		start := time.Now()
		cancel()
		if err := <-done; err != nil || time.Since(start) > shutdownTimeout {
			t.Errorf("ended with %v after %v", err, time.Since(start))
		}
		if got := <-answered; got.err == nil {
			t.Errorf("status %d", got.status)
		}
		if w.Created()["CRM-1"] != 1 {
			t.Errorf("created %v", w.Created())
		}
		transport.CloseIdleConnections()
	})
}

// A page of another site that has made its name lead to this machine reads nothing: neither the service nor the ledger.
func TestServeAnswersThisMachineOnly(t *testing.T) {
	paths := []string{"GET " + collection, "GET /__sandbox/ledger", "GET /__sandbox/violations", "POST /__sandbox/reset", "POST " + authorityRoot + "token"}
	ask := func(w *world, client *http.Client, base, host, path string) int {
		method, path, _ := strings.Cut(path, " ")
		request := w.request(method, base+path, "")
		request.RequestURI, request.Host = "", host
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		io.Copy(io.Discard, response.Body)
		return response.StatusCode
	}
	here := []string{"localhost", "localhost:80", "LOCALHOST", "127.0.0.1", "127.0.0.1:8080", "127.8.8.8", "[::1]", "[::1]:8080"}
	others := []string{"sandbox.example.com", "sandbox.example.com:80", "localhost.example.com", "127.0.0.1.example.com", "10.0.0.1", "0.0.0.0", "[2001:db8::1]", "192.0.2.1:80", "x"}
	for _, anywhere := range []bool{false, true} {
		w, address := port(t, Options{AnyHost: anywhere})
		for _, path := range paths {
			for _, host := range others {
				if got := ask(w, http.DefaultClient, "http://"+address, host, path); (got == http.StatusMisdirectedRequest) == anywhere {
					t.Errorf("%s of %s, anywhere %v: %d", path, host, anywhere, got)
				}
			}
			if entries := len(w.Ledger()); !anywhere && entries != 0 {
				t.Errorf("%d requests are in the ledger", entries)
			}
		}
	}
	w, address := port(t, Options{})
	for _, host := range here {
		for _, path := range paths {
			if got := ask(w, http.DefaultClient, "http://"+address, host, path); got == http.StatusMisdirectedRequest {
				t.Errorf("%s of %s: %d", path, host, got)
			}
		}
	}
	s := newSecured(t, Options{})
	for major := range 2 {
		if got := ask(s.world, s.client(major+1), "https://"+s.address, "sandbox.example.com", paths[1]); got != http.StatusMisdirectedRequest {
			t.Errorf("HTTP/%d over TLS: %d", major+1, got)
		}
	}
}
