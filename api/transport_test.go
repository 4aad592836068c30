package api_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"refload/api"
	"refload/internal/effort"
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
	client, err := api.NewClient(api.Config{BaseURL: url, Token: api.StaticToken("x"), Timeout: time.Minute})
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
		for { // without an end
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
	_, err := client.Create(context.Background(), api.NewReferral())
	if got := failure(t, err); got.Outcome != api.Unknown {
		t.Errorf("%v", got.Outcome)
	}
}

// flood writes one block again and again; it stops where nobody reads on.
func flood(w io.Writer, mib int) {
	block := []byte(strings.Repeat("x", 1<<20))
	for range mib {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

// counted notes how much is written.
type counted struct {
	io.Writer
	n *atomic.Int64
}

// Write writes and counts.
func (c counted) Write(data []byte) (int, error) {
	n, err := c.Writer.Write(data)
	c.n.Add(int64(n))
	return n, err
}

// A body without end is given up, whatever is asked and whatever the status: no more of it
// crosses the wire than fills the buffers of the connection, and no more than 64 MB of memory goes through it.
func TestHugeAnswersAreNotReadToTheirEnd(t *testing.T) {
	effort.NotShort(t)
	for name, write := range map[string]func(http.ResponseWriter, io.Writer){
		"plain": func(_ http.ResponseWriter, out io.Writer) { flood(out, 200) },
		"gzip bomb": func(w http.ResponseWriter, out io.Writer) {
			w.Header().Set("Content-Encoding", "gzip")
			zipped := gzip.NewWriter(out)
			flood(zipped, 1<<10)
			zipped.Close()
		},
	} {
		for _, status := range []int{200, 400} {
			var wrote atomic.Int64
			ended := make(chan bool, 100)
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				write(w, counted{&underStatus{w, status}, &wrote})
				ended <- true
			})
			client := s.client(t, func(c *api.Config) { c.Timeout = 60 * time.Second })
			for _, call := range []string{"create", "patch", "get", "list"} {
				ctx, cancel := context.WithCancel(t.Context())
				if calls[call].method == http.MethodGet { // it would be repeated, after a pause
					go func() {
						<-ended
						cancel()
					}()
				}
				sent := s.count()
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				wrote.Store(0)
				err := calls[call].call(ctx, client)
				cancel()
				runtime.ReadMemStats(&after)
				if calls[call].method != http.MethodGet {
					<-ended
					if got := failure(t, err); got.Outcome != api.Unknown || !strings.Contains(got.Error(), "8 MiB") {
						t.Errorf("%s, %d, %s: %v: %.200s", name, status, call, got.Outcome, err)
					}
				}
				sent = s.count() - sent
				if wire, memory := wrote.Load()/int64(sent), (after.TotalAlloc-before.TotalAlloc)/uint64(sent); err == nil || wire > 48<<20 || memory > 64e6 {
					t.Errorf("%s, %d, %s: %v, %d bytes were written, %d allocated", name, status, call, err, wire, memory)
				}
			}
		}
	}
}

// underStatus writes a status before the first byte of a body.
type underStatus struct {
	http.ResponseWriter
	status int // 0 once it is written
}

// Write writes the status, once, and a part of the body.
func (u *underStatus) Write(data []byte) (int, error) {
	if u.status != 0 {
		u.WriteHeader(u.status)
		u.status = 0
	}
	return u.ResponseWriter.Write(data)
}

// So are headers without end: a create was sent, so that it is unknown, and it is sent once.
func TestHugeHeadersAreNotReadToTheirEnd(t *testing.T) {
	many := strings.Builder{}
	for n := range 10_000 {
		fmt.Fprintf(&many, "X-Header-%d: some value\r\n", n)
	}
	for name, headers := range map[string]string{"one of 1 MiB": "X-Long: " + strings.Repeat("x", 1<<20) + "\r\n", "10,000 of them": many.String(), "one without end": strings.Repeat("x", 4<<20)} {
		var requests *atomic.Int64
		ready := make(chan struct{})
		url, requests := rawServer(t, func(conn net.Conn, reader *bufio.Reader, _ int) {
			<-ready
			for next(reader, requests) {
				io.WriteString(conn, "HTTP/1.1 201 Created\r\n"+headers+"Content-Length: 2\r\n\r\n{}")
			}
		})
		close(ready)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := rawClient(t, url).Create(t.Context(), api.NewReferral())
		runtime.ReadMemStats(&after)
		if got := failure(t, err); got.Outcome != api.Unknown || requests.Load() != 1 || len(got.Error()) > 4096 {
			t.Errorf("%s: %v, sent %d times: %.200s", name, got.Outcome, requests.Load(), err)
		}
		if memory := after.TotalAlloc - before.TotalAlloc; memory > 32e6 {
			t.Errorf("%s: %d bytes were allocated", name, memory)
		}
	}
}
