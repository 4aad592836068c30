package entra

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/oauth2"
)

// browserTime is how long a person has for the sign-in in a browser.
const browserTime = 5 * time.Minute

// Browser signs in with the browser of this machine: show is told the address to open, and Browser
// waits until the browser comes back. The session is kept in the store.
//
// Source: the page on the authorization code flow; RFC 7636 for the proof key; RFC 8252 for the
// loopback address. Microsoft Entra ID ignores the port of http://localhost.
func (c *Client) Browser(ctx context.Context, store Store, show func(address string)) (Session, error) {
	want, err := c.expect(ctx, Session{})
	if err != nil {
		return Session{}, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return Session{}, &Error{Reason: Refused, Words: "no port of this machine could be opened for the browser", Err: err, Advice: "use --device-code"}
	}
	config := c.config
	config.RedirectURL = fmt.Sprintf("http://localhost:%d", listener.Addr().(*net.TCPAddr).Port)
	state, verifier := rand.Text(), oauth2.GenerateVerifier()
	show(config.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("prompt", "select_account")))
	back, err := c.await(ctx, listener, state)
	if err != nil {
		return Session{}, err
	}
	if back.Has("error") {
		return Session{}, c.told(document{Code: back.Get("error"), Numbers: numbersIn(back.Get("error_description"))})
	}
	token, err := config.Exchange(c.context(ctx), back.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		return Session{}, c.explain(ctx, err)
	}
	return c.begin(ctx, store, want, token)
}

// numbersIn finds the number that begins a description: the browser brings it nowhere else.
func numbersIn(description string) []int {
	var number int
	if _, err := fmt.Sscanf(description, "AADSTS%d", &number); err != nil {
		return nil
	}
	return []int{number}
}

// await waits for the browser to come back with the state that it was sent off with, and returns
// what it brings. Whoever else comes to the port is turned away and ends nothing.
func (c *Client) await(ctx context.Context, listener net.Listener, state string) (url.Values, error) {
	late := time.NewTimer(browserTime)
	defer late.Stop()
	came := make(chan url.Values, 1)
	server := &http.Server{Handler: callback(state, came), ReadTimeout: 10 * time.Second, MaxHeaderBytes: 32 << 10}
	go server.Serve(listener) // ends with Shutdown or Close
	defer server.Close()
	select {
	case back := <-came:
		server.Shutdown(ctx) // the page that says that it is done still gets out
		return back, nil
	case <-late.C:
		return nil, c.told(document{Code: "expired_token"})
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// callback answers the browser.
func callback(state string, came chan<- url.Values) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		header := w.Header()
		header.Set("Content-Type", "text/html; charset=utf-8")
		header.Set("Cache-Control", "no-store")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Connection", "close")
		if r.Method != http.MethodGet || r.URL.Path != "/" || !sameText(query.Get("state"), state) || !query.Has("code") && !query.Has("error") {
			w.WriteHeader(http.StatusNotFound)
			io.WriteString(w, "<p>This is not the way back from the sign-in that refload waits for.")
			return
		}
		select {
		case came <- query:
		default: // it came before
		}
		io.WriteString(w, "<p>refload has what it needs. Close this page and go back to the terminal.")
	}
}

// sameText compares without telling by its time how much is alike.
func sameText(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
