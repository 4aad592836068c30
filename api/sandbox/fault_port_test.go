package sandbox

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// port serves a sandbox on a real port.
func port(t *testing.T, options Options) (*world, string) {
	w := newWorld(t, options)
	listener, err := ListenLoopback("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, listener, w.Sandbox) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serving ended with %v", err)
		}
	})
	return w, listener.Addr().String()
}

// On a real port a reset is a reset.
func TestResetsOnAPort(t *testing.T) {
	for _, rule := range []Rule{{Fault: "F05"}, {Fault: "F01"}, {Fault: "F05", First: 1}, {Fault: "F08"}} {
		w, address := port(t, plan(rule))
		conn, err := net.Dial("tcp", address)
		if err != nil {
			if !strings.Contains(err.Error(), "reset") {
				t.Errorf("%+v: error %v, want a reset", rule, err)
			}
			continue
		}
		_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\nclient-request-id: %s\r\n\r\n", collection, newGUID())
		if err == nil { // else the writing has taken the error
			_, err = io.ReadAll(conn)
		}
		if err == nil || !strings.Contains(err.Error(), "reset") && !strings.Contains(err.Error(), "broken pipe") {
			t.Errorf("%+v: error %v, want a reset", rule, err)
		}
		conn.Close()
		if reached := len(w.Ledger()) == 1; reached != (rule.Fault == "F08") {
			t.Errorf("%+v: reached the service: %v", rule, reached)
		}
	}
}

// A shut port refuses connections, and takes them again later.
func TestShutPort(t *testing.T) {
	w, address := port(t, plan(Rule{Fault: "F01", At: time.Nanosecond, For: time.Second / 2}))
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	refused := false
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		request := w.request("GET", "http://"+address+collection, "")
		request.RequestURI = ""
		response, err := client.Do(request)
		if err == nil {
			response.Body.Close()
			if refused {
				return
			}
			continue
		}
		refused = refused || strings.Contains(err.Error(), "refused")
	}
	t.Errorf("refused: %v, and never taken again", refused)
}

func TestShutGateEndsWithServe(t *testing.T) {
	port(t, plan(Rule{Fault: "F01", At: time.Nanosecond, For: time.Hour}))
}

// Over pipes a shut gate takes connections and closes them at once.
func TestShutPipes(t *testing.T) {
	withFaults(t, []Rule{{Fault: "F01", At: 30 * time.Second, For: time.Minute}}, func(w *world, client *http.Client) {
		for minute, good := range []bool{true, false, true} {
			client.CloseIdleConnections()
			if got := w.send(client, "POST", collection, sample()); (got.status == 201) != good {
				t.Errorf("minute %d: status %d, error %v", minute, got.status, got.err)
			}
			time.Sleep(time.Minute)
		}
	})
}
