package api

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"regexp"
	"strings"
	"sync"
	"time"
)

// hidden stands where a secret was.
const hidden = "(not shown)"

// secretHeaders are the headers whose values are never written down.
var secretHeaders = regexp.MustCompile(`(?im)^((?:proxy-)?authorization|cookie|set-cookie): .*?(\r?)$`)

// WriteBodies returns a transport that writes every request and its answer, bodies included, to
// out, each pair in one piece: for finding a fault, never for a log, because bodies hold what
// customers are called and how they are reached. The bearer token is left out, also where the service
// repeats it. What cannot be written is left out, and the request is made all the same.
func WriteBodies(next http.RoundTripper, out io.Writer) http.RoundTripper {
	return &bodyWriter{next: next, out: out}
}

type bodyWriter struct {
	next http.RoundTripper

	mu  sync.Mutex
	out io.Writer
}

// RoundTrip sends the request and writes down what went to and fro.
func (w *bodyWriter) RoundTrip(request *http.Request) (*http.Response, error) {
	began := time.Now()
	asked, err := httputil.DumpRequest(request, true) // puts a copy of the body in its place
	if err != nil {
		return nil, err
	}
	response, err := w.next.RoundTrip(request)
	if err != nil {
		w.write(request, began, asked, []byte("no answer: "+err.Error()+"\n"))
		return nil, err
	}
	response.Body = &heardBody{ReadCloser: response.Body, ended: func(body []byte) {
		head, _ := httputil.DumpResponse(response, false) // only fails with a body
		w.write(request, began, asked, append(head, body...))
	}}
	return response, nil
}

func (w *bodyWriter) write(request *http.Request, began time.Time, parts ...[]byte) {
	text := secretHeaders.ReplaceAllString(string(bytes.Join(parts, []byte("\n\n"))), "$1: "+hidden+"$2")
	if token := bearer(request); token != "" {
		text = strings.ReplaceAll(text, token, hidden)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	fmt.Fprintf(w.out, "== %s to %s, %s\n%s\n\n", began.UTC().Format(time.RFC3339Nano), request.URL.Host, time.Since(began).Round(time.Millisecond), text)
}

// bearer returns the token of a request, "" for none.
func bearer(request *http.Request) string {
	_, token, _ := strings.Cut(request.Header.Get("Authorization"), " ")
	return strings.TrimSpace(token)
}

// heardBody remembers what is read of a body and tells of it once, when it is closed.
type heardBody struct {
	io.ReadCloser
	heard bytes.Buffer
	once  sync.Once
	ended func([]byte)
}

// Read reads on and remembers.
func (b *heardBody) Read(data []byte) (int, error) {
	n, err := b.ReadCloser.Read(data)
	b.heard.Write(data[:n])
	return n, err
}

// Close closes the body and tells what was read of it.
func (b *heardBody) Close() error {
	b.once.Do(func() { b.ended(b.heard.Bytes()) })
	return b.ReadCloser.Close()
}
