package api

import (
	"net/http"
	"time"
)

// Attempt is what is told of each request that was sent. It holds no token, no body and no
// query.
type Attempt struct {
	Method          string
	Path            string        // of the URL, without query
	Row             int           // for which it is made, see WithRow; 0 for none
	Try             int           // the how manieth request for the row; 0 where Row is
	Intent          string        // the GUID of the intent, see WithIntent
	ClientRequestID string        // the GUID of this attempt
	RequestID       string        // the service's request-id, "" where no answer came
	Status          int           // 0 where no complete answer came
	RetryAfter      time.Duration // as told by the service, 0 where it was not told
	Start           time.Time
	ServerTime      time.Time // of the answer's Date header, zero where there is none
	Latency         time.Duration
	Err             error // the transport's error, nil where an answer came
}

// observe calls report once after each attempt. report must not block for long: it runs in
// the goroutine of the request.
func observe(report func(Attempt)) layer {
	return func(next http.RoundTripper) http.RoundTripper {
		if report == nil {
			return next
		}
		return roundTrip(func(request *http.Request) (*http.Response, error) {
			of := rowIn(request.Context())
			attempt := Attempt{
				Row:             of.row,
				Try:             of.try,
				Method:          request.Method,
				Path:            request.URL.Path,
				Intent:          request.Header.Get("MS-RequestId"),
				ClientRequestID: request.Header.Get("client-request-id"),
				Start:           time.Now(),
			}
			response, err := next.RoundTrip(request)
			attempt.Latency, attempt.Err = time.Since(attempt.Start), err
			if response != nil {
				attempt.Status = response.StatusCode
				attempt.RequestID = requestID(response.Header)
				attempt.RetryAfter = retryAfter(response.Header)
				attempt.ServerTime, _ = http.ParseTime(response.Header.Get("Date"))
			}
			report(attempt)
			return response, err
		})
	}
}
