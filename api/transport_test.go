package api_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"refload/api"
)

// rawServer gives every connection to a function and counts the requests that came.
func rawServer(t *testing.T, handle func(conn net.Conn, requests *bufio.Reader, n int)) (url string, requests *atomic.Int64) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	requests = &atomic.Int64{}
	go func() {
		for n := 0; ; n++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				handle(conn, bufio.NewReader(conn), n)
			}()
		}
	}()
	return "http://" + listener.Addr().String(), requests
}

// next reads one whole request.
func next(reader *bufio.Reader, requests *atomic.Int64) bool {
	request, err := http.ReadRequest(reader)
	if err != nil {
		return false
	}
	io.Copy(io.Discard, request.Body)
	requests.Add(1)
	return true
}

func created() string {
	body := `{"id":"` + someID + `"}`
	return fmt.Sprintf("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

func rawClient(t *testing.T, url string) *api.Client {
	t.Helper()
	client, err := api.NewClient(api.Config{BaseURL: url, Token: api.StaticToken("x"), Timeout: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// A create is sent once, whatever the connection does; also when the server closes an idle
// connection exactly when the next create comes.
func TestACreateIsSentOnce(t *testing.T) {
	for name, reply := range map[string]string{
		"reset before an answer": "", "half a status line": "HTTP/1.1 20", "cut headers": "HTTP/1.1 201 Created\r\nContent-",
		"cut body":           "HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{\"id\":",
		"cut chunks":         "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"id\"",
		"cut without length": "HTTP/1.1 201 Created\r\nConnection: close\r\n\r\n{\"id\":\"" + someID,
	} {
		t.Run(name, func(t *testing.T) {
			var requests *atomic.Int64
			var url string
			ready := make(chan struct{})
			url, requests = rawServer(t, func(conn net.Conn, reader *bufio.Reader, n int) {
				<-ready
				if next(reader, requests) && n == 0 {
					io.WriteString(conn, created()) // a good answer, so that the connection is reused
					if !next(reader, requests) {
						return
					}
				}
				io.WriteString(conn, reply)
				conn.(*net.TCPConn).SetLinger(0)
			})
			close(ready)
			client := rawClient(t, url)
			if _, err := client.Create(context.Background(), api.NewReferral()); err != nil {
				t.Fatal(err)
			}
			_, err := client.Create(context.Background(), api.NewReferral())
			if got := failure(t, err).Outcome; got != api.Unknown {
				t.Errorf("outcome %v: %v", got, err)
			}
			if n := requests.Load(); n != 2 {
				t.Errorf("two creates became %d requests", n)
			}
		})
	}
}

// Go repeats a GET by itself when a reused connection breaks. That request would be past
// the pace, so it is stopped; the client's own repeat, which is paced, comes instead.
func TestNoGETIsRepeatedPastThePace(t *testing.T) {
	var requests *atomic.Int64
	ready := make(chan struct{})
	url, requests := rawServer(t, func(conn net.Conn, reader *bufio.Reader, n int) {
		<-ready
		for next(reader, requests) {
			if requests.Load() == 2 {
				return // close the reused connection instead of an answer
			}
			body := `{"value":[]}`
			fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		}
	})
	close(ready)
	var attempts atomic.Int64
	client, err := api.NewClient(api.Config{BaseURL: url, Token: api.StaticToken("x"), OnAttempt: func(api.Attempt) { attempts.Add(1) }})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for _, err := range client.List(context.Background(), api.Query{}) {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if requests.Load() != attempts.Load() {
		t.Errorf("%d requests reached the server, %d were counted", requests.Load(), attempts.Load())
	}
}

func TestNothingSentIsNotExecuted(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + listener.Addr().String()
	listener.Close()
	_, err = rawClient(t, url).Create(context.Background(), api.NewReferral())
	if got := failure(t, err); got.Outcome != api.NotExecuted || api.PolicyFor(got).Create != api.Repeat {
		t.Errorf("refused connection: %v, %v", got.Outcome, api.PolicyFor(got).When)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = rawClient(t, url).Create(ctx, api.NewReferral())
	if got := failure(t, err); got.Outcome != api.NotExecuted || api.PolicyFor(got).Create != api.Halt {
		t.Errorf("cancelled: %v, %v", got.Outcome, api.PolicyFor(got).When)
	}
}

// The time bounds the whole answer, its body included.
func TestASlowBodyEnds(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(201)
		for range 100 {
			io.WriteString(w, " ")
			w.(http.Flusher).Flush()
			select {
			case <-r.Context().Done():
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	})
	client := s.client(t, func(c *api.Config) { c.Timeout = 200 * time.Millisecond })
	start := time.Now()
	_, err := client.Create(context.Background(), api.NewReferral())
	if got := failure(t, err); got.Outcome != api.Unknown || time.Since(start) > 2*time.Second {
		t.Errorf("%v after %s", got.Outcome, time.Since(start))
	}
}

func TestHugeAnswersAreNotReadToTheirEnd(t *testing.T) {
	for name, write := range map[string]func(http.ResponseWriter){
		"plain": func(w http.ResponseWriter) {
			block := strings.Repeat("x", 1<<20)
			for range 64 {
				if _, err := io.WriteString(w, block); err != nil {
					return
				}
			}
		},
		"gzip bomb": func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			zipped := gzip.NewWriter(w)
			block := strings.Repeat("x", 1<<20)
			for range 256 {
				if _, err := io.WriteString(zipped, block); err != nil {
					return
				}
			}
			zipped.Close()
		},
	} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w) })
		client := s.client(t, func(c *api.Config) { c.Timeout = 20 * time.Second })
		_, err := client.Create(context.Background(), api.NewReferral())
		if got := failure(t, err); got.Outcome != api.Unknown || !strings.Contains(got.Error(), "8 MiB") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
