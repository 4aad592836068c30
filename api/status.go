package api

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// refusedStatuses are answers after which the write was not executed and would be refused
// again; freeStatuses are those after which it was not executed and may be sent again.
// Every other status but success leaves the outcome of a write unknown.
//
// Source: the "Error codes" page of the referrals API for the list of statuses; which of them
// exclude execution is HTTP's meaning of them.
var (
	refusedStatuses = []int{400, 403, 404, 405, 406, 410, 411, 412, 413, 414, 415, 416, 422, 428, 431, 451, 501, 505}
	freeStatuses    = []int{401, 407, 423, 429, 509}
)

func outcomeOfStatus(status int) Outcome {
	switch {
	case slices.Contains(refusedStatuses, status):
		return Refused
	case slices.Contains(freeStatuses, status):
		return NotExecuted
	}
	return Unknown
}

// longestRetryAfter bounds what a Retry-After header can ask for; a longer wait is for
// a person to decide.
const longestRetryAfter = 24 * time.Hour

// retryAfter reads a Retry-After header in both of its forms. A date is measured against the
// answer's own Date header, so that the clocks need not agree. It returns 0 where there is no
// header or none that can be read.
func retryAfter(header http.Header) time.Duration {
	text := header.Get("Retry-After")
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		return clampWait(seconds)
	}
	until, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return clampWait(until.Sub(now).Seconds())
}

// clampWait turns told seconds into a wait of one second at least: zero and negative values
// are answers that a service should not give, and mean "soon". NaN is treated as such too.
func clampWait(seconds float64) time.Duration {
	if !(seconds > 1) {
		return time.Second
	}
	if seconds > longestRetryAfter.Seconds() {
		return longestRetryAfter
	}
	return time.Duration(seconds * float64(time.Second))
}
