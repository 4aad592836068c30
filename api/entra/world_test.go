package entra

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"refload/api/sandbox"
)

const (
	appID    = "11111111-2222-4333-8444-555555555555"
	tenantID = "99999999-8888-4777-8666-555555555555"
)

// world is an authority that answers without a network.
type world struct {
	t *testing.T
	*sandbox.Sandbox

	mu       sync.Mutex
	inFlight int
	most     int // exchanges at once
	asked    int
}

func newWorld(t *testing.T, options sandbox.Options) *world {
	t.Helper()
	options.Now = time.Now
	emulator, err := sandbox.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { emulator.Close() })
	return &world{t: t, Sandbox: emulator}
}

// RoundTrip lets the sandbox answer, and breaks off where it does.
func (w *world) RoundTrip(request *http.Request) (response *http.Response, err error) {
	w.count(1)
	defer w.count(-1)
	defer func() {
		if broken := recover(); broken != nil {
			response, err = nil, errors.New("connection reset")
		}
	}()
	recorder := httptest.NewRecorder()
	if request.Body == nil { // a server's never is
		request.Body = http.NoBody
	}
	w.ServeHTTP(recorder, request)
	return recorder.Result(), nil
}

func (w *world) count(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.inFlight += n
	w.most = max(w.most, w.inFlight)
	w.asked += max(0, n)
}

// client returns a client of this authority.
func (w *world) client(change ...func(*Settings)) *Client {
	w.t.Helper()
	settings := Settings{Authority: "http://127.0.0.1:1", Tenant: tenantID, Client: appID, Service: Resource, Again: "sign in again: 'refload auth login'"}
	for _, c := range change {
		c(&settings)
	}
	client, err := New(settings)
	if err != nil {
		w.t.Fatal(err)
	}
	client.http.Transport.(*exchanger).next = w
	return client
}

// decide says yes or no to all who wait with a device code.
func (w *world) decide(word string) {
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, httptest.NewRequest("POST", "/__sandbox/"+word, nil))
	if recorder.Code != http.StatusOK {
		w.t.Errorf("%s: %d", word, recorder.Code)
	}
}

// signIn signs in by device code and returns the session.
func (w *world) signIn(client *Client, store Store) Session {
	w.t.Helper()
	session, err := client.Device(w.t.Context(), store, func(DeviceCode) { w.decide("approve") })
	if err != nil {
		w.t.Fatal(err)
	}
	return session
}

// source signs in and returns the source and its file.
func (w *world) source(change ...func(*Settings)) (*Source, *File) {
	w.t.Helper()
	client, file := w.client(change...), NewFile(filepath.Join(w.t.TempDir(), "sign-in", "contoso.json"))
	w.signIn(client, file)
	source, err := client.Source(file)
	if err != nil {
		w.t.Fatal(err)
	}
	return source, file
}

// refreshes counts the refreshes that the authority carried out.
func (w *world) refreshes() int {
	n := 0
	for _, entry := range w.Ledger() {
		if entry.Grant == "refresh_token" && entry.NewRefreshID != "" {
			n++
		}
	}
	return n
}

// inBubble runs a test under a fake clock.
func inBubble(t *testing.T, options sandbox.Options, f func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, newWorld(t, options)) })
}

// failure returns the *Error in an error.
func failure(t *testing.T, err error) *Error {
	t.Helper()
	var failed *Error
	if !errors.As(err, &failed) {
		t.Fatalf("%v is no *Error", err)
	}
	return failed
}

// holdsNone fails where a text holds a token of the sandbox.
func holdsNone(t *testing.T, where, text string) {
	t.Helper()
	for _, secret := range []string{"sandbox-refresh-", "sandbox-code-", "eyJ"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s holds a token: %s", where, text)
		}
	}
}
