package entra

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"refload/api/sandbox"
)

func TestDeviceCode(t *testing.T) {
	inBubble(t, sandbox.Options{RequireIssued: true}, func(t *testing.T, w *world) {
		store := NewMemory("")
		session, err := w.client().Device(t.Context(), store, func(code DeviceCode) {
			if len(code.Code) != 8 || !strings.HasSuffix(code.Page, "/approve") || time.Until(code.Ends) != 15*time.Minute {
				t.Errorf("%+v", code)
			}
			go func() {
				time.Sleep(2 * time.Minute)
				w.decide("approve")
			}()
		})
		kept, _ := store.Load()
		if err != nil || kept != session || session.Account != "ada@contoso.example.com" || session.TenantID != tenantID || session.Refresh == "" || session.SignedIn != time.Now() {
			t.Errorf("%v, %v", session, err)
		}
		if len(w.Violations()) > 0 {
			t.Errorf("violations %q", w.Violations())
		}
	})
}

func TestDeviceCodeThatLeadsNowhere(t *testing.T) {
	for name, test := range map[string]struct {
		do     func(*world)
		reason Reason
		life   time.Duration
	}{
		"declined":  {func(w *world) { w.decide("decline") }, Declined, 5 * time.Second},
		"forgotten": {func(*world) {}, TooLate, 15 * time.Minute},
	} {
		inBubble(t, sandbox.Options{}, func(t *testing.T, w *world) {
			store, began := NewMemory(""), time.Now()
			_, err := w.client().Device(t.Context(), store, func(DeviceCode) { test.do(w) })
			if failed := failure(t, err); failed.Reason != test.reason || time.Since(began) > test.life {
				t.Errorf("%s: %v after %s", name, err, time.Since(began))
			}
			if kept, _ := store.Load(); kept != (Session{}) {
				t.Errorf("%s: %v is kept", name, kept)
			}
		})
	}
	inBubble(t, sandbox.Options{}, func(t *testing.T, w *world) {
		ctx, cancel := context.WithCancel(t.Context())
		if _, err := w.client().Device(ctx, NewMemory(""), func(DeviceCode) { cancel() }); !errors.Is(err, context.Canceled) {
			t.Errorf("interrupted: %v", err)
		}
	})
}

// served is an authority on a real port, and a client of it.
func served(t *testing.T, options sandbox.Options) (*world, *Client) {
	t.Helper()
	w := newWorld(t, options)
	server := httptest.NewServer(w.Sandbox)
	t.Cleanup(server.Close)
	client, err := New(Settings{Authority: server.URL, Tenant: tenantID, Client: appID})
	if err != nil {
		t.Fatal(err)
	}
	return w, client
}

// browse opens an address as a browser does and returns the page that it ends on.
func browse(t *testing.T, address string) (status int, page string) {
	response, err := http.Get(address)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer response.Body.Close()
	data, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(data)
}

func TestBrowser(t *testing.T) {
	w, client := served(t, sandbox.Options{RequireIssued: true})
	session, err := client.Browser(t.Context(), NewMemory(""), func(address string) {
		target, _ := url.Parse(address)
		query := target.Query()
		if query.Get("code_challenge_method") != "S256" || len(query.Get("state")) < 20 || query.Get("scope") != strings.Join(scopes, " ") {
			t.Errorf("address %s", address)
		}
		go func() {
			home := query.Get("redirect_uri")
			for _, wrong := range []string{"/", "/?code=x", "/?code=x&state=y", "/?state=" + query.Get("state"), "/x?code=x&state=" + query.Get("state")} {
				if status, _ := browse(t, home+wrong); status != http.StatusNotFound {
					t.Errorf("%s: %d", wrong, status)
				}
			}
			if status, page := browse(t, address); status != 200 || !strings.Contains(page, "go back to the terminal") {
				t.Errorf("%d %s", status, page)
			}
		}()
	})
	if err != nil || session.Account != "ada@contoso.example.com" || session.Refresh == "" {
		t.Errorf("%v, %v", session, err)
	}
	if len(w.Violations()) > 0 {
		t.Errorf("violations %q", w.Violations())
	}
}

// What the browser brings instead of a code is told in our own words.
func TestBrowserThatBringsAnError(t *testing.T) {
	_, client := served(t, sandbox.Options{})
	_, err := client.Browser(t.Context(), NewMemory(""), func(address string) {
		target, _ := url.Parse(address)
		back := url.Values{"state": {target.Query().Get("state")}, "error": {"access_denied"}, "error_description": {"AADSTS65004: canary"}}
		go browse(t, target.Query().Get("redirect_uri")+"/?"+back.Encode())
	})
	if failed := failure(t, err); failed.Reason != Declined || failed.Number != 65004 || strings.Contains(err.Error(), "canary") {
		t.Errorf("%v", err)
	}
}

// A code that is no good, or that somebody else got hold of, gives no token.
func TestBrowserThatBringsAnotherCode(t *testing.T) {
	_, client := served(t, sandbox.Options{})
	_, err := client.Browser(t.Context(), NewMemory(""), func(address string) {
		target, _ := url.Parse(address)
		go browse(t, target.Query().Get("redirect_uri")+"/?code=stolen&state="+target.Query().Get("state"))
	})
	if failed := failure(t, err); failed.Reason != Revoked {
		t.Errorf("%v", err)
	}
}

// silent is a listener that nobody comes to.
type silent chan struct{}

func (s silent) Accept() (net.Conn, error) {
	<-s
	return nil, net.ErrClosed
}
func (s silent) Close() error { close(s); return nil }
func (silent) Addr() net.Addr { return &net.TCPAddr{} }

func TestBrowserThatNeverComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		_, err := newWorld(t, sandbox.Options{}).client().await(t.Context(), make(silent), "state")
		if failed := failure(t, err); failed.Reason != TooLate || time.Since(began) != browserTime {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := newWorld(t, sandbox.Options{}).client().await(ctx, make(silent), "state"); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
}

func TestNew(t *testing.T) {
	for _, authority := range []string{"http://login.example.com", "https://x@login.example.com", "https://login.example.com?x", "ftp://127.0.0.1", "login", "http://127.0.0.1.example.com"} {
		if _, err := New(Settings{Authority: authority, Client: appID}); err == nil {
			t.Errorf("%s was taken", authority)
		}
	}
	for _, authority := range []string{"", "https://login.example.com/", "http://127.0.0.1:8080", "http://[::1]:1", "http://localhost"} {
		if _, err := New(Settings{Authority: authority, Client: appID}); err != nil {
			t.Errorf("%s: %v", authority, err)
		}
	}
	if _, err := New(Settings{}); err == nil {
		t.Error("a client without an application")
	}
	client, _ := New(Settings{Client: appID})
	if client.config.Endpoint.TokenURL != "https://login.microsoftonline.com/organizations/oauth2/v2.0/token" {
		t.Errorf("%s", client.config.Endpoint.TokenURL)
	}
}
