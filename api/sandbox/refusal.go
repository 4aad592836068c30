package sandbox

import (
	"cmp"
	"fmt"
	"net/http"
)

// refusal is an answer that says no, in the documented envelope.
type refusal struct {
	status    int
	code      string // "" for the one of the status
	target    string // the property or header at fault
	message   string
	inner     *innerError
	violation bool // a client that keeps to the documentation would never get this
	allow     string
}

// innerError is the nested part of the envelope.
type innerError struct {
	Code    string  `json:"code"`
	Message string  `json:"message"`
	Details *string `json:"details"`
}

// codes are the error codes by status.
//
// Source: the "Error codes" page.
var codes = map[int]string{
	http.StatusBadRequest:            "invalidRequest",
	http.StatusUnauthorized:          "unauthenticated",
	http.StatusForbidden:             "accessDenied",
	http.StatusNotFound:              "itemNotFound",
	http.StatusMethodNotAllowed:      "invalidRequest",
	http.StatusNotAcceptable:         "invalidRequest",
	http.StatusConflict:              "resourceModified",
	http.StatusPreconditionFailed:    "preconditionFailed",
	http.StatusRequestEntityTooLarge: "invalidRequest",
	http.StatusUnsupportedMediaType:  "invalidRequest",
	http.StatusUnprocessableEntity:   "invalidRequest",
	http.StatusLocked:                "resourceModified",
	http.StatusServiceUnavailable:    "serviceNotAvailable",
}

func codeOf(status int) string {
	if code, ok := codes[status]; ok {
		return code
	}
	return "generalException"
}

// invalid is the usual 400, about a property.
func invalid(target, format string, args ...any) *refusal {
	return refuse(http.StatusBadRequest, target, format, args...)
}

func refuse(status int, target, format string, args ...any) *refusal {
	return &refusal{status: status, target: target, message: fmt.Sprintf(format, args...)}
}

// breach is a refusal that a client which keeps to the documentation never gets.
func breach(status int, target, format string, args ...any) *refusal {
	r := refuse(status, target, format, args...)
	r.violation = true
	return r
}

// mismatch is the 412 of the service, as it was seen in the wild.
func mismatch() *refusal {
	return &refusal{
		status:  http.StatusPreconditionFailed,
		target:  "ETag",
		message: "A precondition provided in the request (such as an if-match header) does not match the resource's current state.",
		inner:   &innerError{Code: "99918", Message: "One of the specified pre-condition is not met. Etag value did not Match"},
	}
}

func (r *refusal) body() []byte {
	envelope := map[string]any{"code": cmp.Or(r.code, codeOf(r.status)), "message": r.message, "target": r.target}
	if r.inner != nil {
		envelope["innerError"] = r.inner
	}
	return encode(map[string]any{"error": envelope})
}

func (r *refusal) reply() *reply {
	answer := newReply(r.status, r.body())
	if r.allow != "" {
		answer.header.Set("Allow", r.allow)
	}
	if r.status == http.StatusUnauthorized { // RFC 6750, section 3
		answer.header.Set("WWW-Authenticate", `Bearer error="invalid_token"`)
	}
	return answer
}
