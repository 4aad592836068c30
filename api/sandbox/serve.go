package sandbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The bounds of a connection. That of a body is set by the handler: the server's own would also
// end the requests that a fault keeps waiting.
const (
	headerTimeout   = 10 * time.Second
	bodyTimeout     = time.Minute
	idleTimeout     = 2 * time.Minute
	shutdownTimeout = 5 * time.Second
	maxHeaders      = 64 << 10
)

// Serve answers on the listener until the context ends, then lets requests under way finish
// for at most five seconds. It returns nil after such an end. The listener may be of any kind,
// also one over net.Pipe; the sandbox stays open.
func Serve(ctx context.Context, listener net.Listener, s *Sandbox) error {
	return serve(ctx, s, func(faulty context.Context) net.Listener { return s.faults.listen(faulty, listener) })
}

// ServeTLS is Serve over TLS 1.2 or later, with HTTP/2 for the clients that choose it and HTTP/1.1
// for the others.
func ServeTLS(ctx context.Context, listener net.Listener, s *Sandbox, identity *Identity) error {
	return serve(ctx, s, func(faulty context.Context) net.Listener {
		return tls.NewListener(s.faults.listen(faulty, listener), identity.config())
	})
}

// serve answers on the listener that listen makes of a context, which ends with the service.
func serve(ctx context.Context, s *Sandbox, listen func(context.Context) net.Listener) error {
	requests, cancel := context.WithCancel(context.Background())
	defer cancel()
	server := &http.Server{
		Handler:           s.guardHost(),
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaders,
		ConnContext:       countRequests,
		BaseContext:       func(net.Listener) context.Context { return requests },
		TLSNextProto:      map[string]func(*http.Server, *tls.Conn, http.Handler){"h2": http2Over(requests)},
	}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		cancel() // whoever waits inside a fault stops waiting
		grace, done := context.WithTimeout(context.Background(), shutdownTimeout)
		defer done()
		err := server.Shutdown(grace)
		if errors.Is(err, context.DeadlineExceeded) {
			err = nil // a connection that was opened and never used is waited for; closing it is no fault
		}
		stopped <- errors.Join(err, server.Close())
	})
	err := server.Serve(listen(requests))
	if stop() { // Serve ended by itself
		return errors.Join(fmt.Errorf("serving the sandbox: %w", err), server.Close())
	}
	if err := <-stopped; err != nil {
		return fmt.Errorf("ending the sandbox: %w", err)
	}
	return nil
}

// guardHost answers requests for this machine only. A page in a browser can reach a port of this machine
// under a name of its own that it has made to lead here; the browser would let it read the answers, the
// ledger's too. Neither the service nor the ledger sees such a request.
func (s *Sandbox) guardHost() http.Handler {
	if s.options.AnyHost {
		return s
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopback(hostOf(r.Host)) {
			http.Error(w, "the sandbox answers requests to 127.0.0.1 and localhost only, not to "+strconv.Quote(r.Host), http.StatusMisdirectedRequest)
			return
		}
		s.ServeHTTP(w, r)
	})
}

// hostOf returns the name or address in a Host header, without its port.
func hostOf(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}

// isLoopback reports whether a host is this machine, whatever a name server says.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// ListenLoopback listens on an address such as "127.0.0.1:0". It refuses any but a loopback
// address, with a *NotLoopbackError, unless anywhere is set: the sandbox has no sign-in worth
// the name.
func ListenLoopback(address string, anywhere bool) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("listening on %q: %w", address, err)
	}
	if !anywhere && !isLoopback(host) {
		return nil, &NotLoopbackError{Address: address}
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listening on %q: %w", address, err)
	}
	return listener, nil
}

// NotLoopbackError says that a sandbox was asked to listen to other machines.
type NotLoopbackError struct{ Address string }

// Error names the address.
func (e *NotLoopbackError) Error() string {
	return fmt.Sprintf("listening on %q: a sandbox listens to this machine only", e.Address)
}

// Hint says what to do next.
func (e *NotLoopbackError) Hint() string {
	return "use 127.0.0.1 or localhost as the address, or let other machines in with --listen-anywhere"
}
