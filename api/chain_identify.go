package api

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
)

// intentKey carries the ID of an intent through a request's context.
type intentKey struct{}

// WithIntent returns a context whose requests carry id, a GUID, as request-id, MS-RequestId
// and MS-CorrelationId: the value stays the same over all attempts of one intent. The service
// does not promise to recognise it; it helps support to find them.
//
// Source: the "Headers" page of the referrals API and of the Partner Center REST API.
func WithIntent(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, intentKey{}, id)
}

func intentOf(ctx context.Context) string {
	id, _ := ctx.Value(intentKey{}).(string)
	return id
}

// identify adds the headers that name the caller and the call. client-request-id is new for
// every attempt, as the service demands. No header named like an idempotency key is ever set:
// Go's transport would take it as leave to repeat a POST by itself.
func identify(userAgent string) layer {
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(request *http.Request) (*http.Response, error) {
			request = request.Clone(request.Context())
			header := request.Header
			header.Set("Accept", "application/json")
			header.Set("Content-Type", "application/json")
			header.Set("User-Agent", userAgent)
			header.Set("client-request-id", NewGUID())
			intent := intentOf(request.Context())
			if intent == "" {
				intent = NewGUID()
			}
			for _, name := range []string{"request-id", "MS-RequestId", "MS-CorrelationId"} {
				header.Set(name, intent)
			}
			return next.RoundTrip(request)
		})
	}
}

// NewGUID returns a random GUID (version 4) in lower case.
func NewGUID() string {
	var b [16]byte
	rand.Read(b[:]) // never returns an error since Go 1.24
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// ValidGUID reports whether s is a GUID in the usual form of 36 characters, in any case.
func ValidGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && !isHex(c) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}
