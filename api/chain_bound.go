package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// maxBody is the longest answer that is read, in bytes after decompression.
const maxBody = 8 << 20

// errBodyTooLong says that an answer exceeded maxBody.
var errBodyTooLong = errors.New("the answer is longer than 8 MiB")

// transportError is an attempt that brought no complete answer. status is that of the
// headers, where they came; written says whether a connection had been given to the request,
// so that some of it may have left.
type transportError struct {
	err     error
	status  int
	header  http.Header
	written bool
}

// Error says how far the attempt came.
func (e *transportError) Error() string {
	if e.status != 0 {
		return fmt.Sprintf("the answer broke off: %v", e.err)
	}
	return e.err.Error()
}

// Unwrap returns the transport's own error.
func (e *transportError) Unwrap() error { return e.err }

// bound gives each attempt a time for the whole answer, reads the body to its end within it,
// and replaces it by the bytes. After it nobody waits for the network.
func bound(timeout time.Duration, body int64) layer {
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(request *http.Request) (*http.Response, error) {
			ctx, cancel := context.WithTimeout(request.Context(), timeout)
			defer cancel()
			ctx, written := traceOnce(ctx, cancel)
			response, err := next.RoundTrip(request.WithContext(ctx))
			if err != nil {
				return nil, &transportError{err: err, written: written.Load()}
			}
			data, err := readBounded(response.Body, body)
			if err != nil {
				return nil, &transportError{err, response.StatusCode, response.Header, true}
			}
			response.Body = io.NopCloser(bytes.NewReader(data))
			return response, nil
		})
	}
}

// traceOnce reports through its second result whether a connection was given to the request,
// from which moment on some of it may have left. It calls cancel when the transport asks for
// a second connection: that is Go repeating a GET by itself, past our pace and our count.
func traceOnce(ctx context.Context, cancel func()) (context.Context, *atomic.Bool) {
	var asked atomic.Int32
	var written atomic.Bool
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) {
			if asked.Add(1) > 1 {
				cancel()
			}
		},
		GotConn: func(httptrace.GotConnInfo) { written.Store(true) },
	}), &written
}

// readBounded reads a body to its end and closes it. A body that is too long is not read on:
// its connection is given up.
func readBounded(body io.ReadCloser, limit int64) ([]byte, error) {
	defer body.Close()
	data, err := io.ReadAll(io.LimitReader(body, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = errBodyTooLong
	}
	return data, err
}
