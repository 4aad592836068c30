package sandbox

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"
)

var statusFaults = []fault{
	{code: "F24", title: "the network delivers a write twice; both are executed", only: isWrite, meddle: executeAgain},
	{code: "F25", title: "429 with Retry-After in seconds", arrive: throttle},
	{code: "F26", title: "429 with Retry-After as a date", arrive: throttleByDate},
	{code: "F27", title: "429 without Retry-After, as HTML", arrive: throttleInHTML},
	{code: "F28", title: "429 with a Retry-After that makes no sense", kinds: oddRetryAfters, arrive: throttleOddly},
	{code: "F29", title: "429 by a quota, or a storm of them", arrive: quota},
	{code: "F30", title: "500, not executed", arrive: failBefore},
	{code: "F31", title: "500, executed", meddle: failAfter},
	{code: "F32", title: "502 or 504", kinds: []string{"executed", "late", "not executed"}, arrive: gatewayBefore, meddle: gatewayAfter},
	{code: "F33", title: "503, 507 or 509, not executed", kinds: []string{"json", "html", "empty"}, arrive: unavailable},
	{code: "F36", title: "403", kinds: []string{"role", "claims"}, arrive: forbid},
	{code: "F37", title: "404 for a referral that exists", kinds: []string{"always", "young"}, only: isItem, arrive: hideItem},
	{code: "F38", title: "409", only: isWrite, arrive: conflict},
	{code: "F39", title: "If-Match is judged wrongly", kinds: []string{"refused", "ignored"}, only: isChange, arrive: misjudge},
	{code: "F40", title: "400, 413, 415 or 422 with nested inner errors", arrive: reject},
	{code: "F41", title: "423 for a while", only: isItem, arrive: lockItem},
	{code: "F42", title: "a redirect", kinds: redirectKinds, arrive: redirect},
	{code: "F67", title: "409, executed", only: isWrite, meddle: conflictAfter},
	{code: "F68", title: "429, executed", only: isWrite, meddle: throttleAfter},
	{code: "F43", title: "200 with an error in the body", kinds: []string{"executed", "not executed"}, arrive: errorInSuccess, meddle: errorInSuccess},
}

func isWrite(c *call) bool  { return c.request.Method != http.MethodGet }
func isCreate(c *call) bool { return !c.item && isWrite(c) }
func isItem(c *call) bool   { return c.item }
func isChange(c *call) bool { return c.item && isWrite(c) }
func isList(c *call) bool   { return !c.item && !isWrite(c) }
func isRead(c *call) bool   { return c.item && !isWrite(c) }

// respondError answers with the documented envelope.
func (x *exchange) respondError(status int, target, message string) *reply {
	return x.respond(status, (&refusal{status: status, target: target, message: message}).body())
}

func (x *exchange) respondHTML(status int) *reply {
	answer := x.respond(status, htmlPage(status))
	answer.header.Set("Content-Type", "text/html")
	return answer
}

func htmlPage(status int) []byte {
	return fmt.Appendf(nil, "<!DOCTYPE html><html><head><title>%d</title></head><body><h1>%s</h1></body></html>", status, http.StatusText(status))
}

// executeAgain carries the same write out once more.
func executeAgain(x *exchange) {
	again := *x.call
	again.doc, again.bodyErr = decode(x.call.body)
	x.sandbox.execute(&again)
}

// respondThrottled answers as the gateway does, which is not the envelope.
//
// Source: the throttling guidance.
func (x *exchange) respondThrottled(wait time.Duration) *reply {
	seconds := int(math.Ceil(wait.Seconds()))
	body := map[string]any{"statusCode": 429, "message": fmt.Sprintf("Rate limit is exceeded. Try again in %d seconds.", seconds)}
	answer := x.respond(http.StatusTooManyRequests, encode(body))
	answer.header.Set("Retry-After", fmt.Sprint(seconds))
	return answer
}

func throttle(x *exchange) { x.respondThrottled(max(time.Second, x.duration(5*time.Second))) }

func throttleByDate(x *exchange) {
	wait := max(time.Second, x.duration(5*time.Second))
	until := x.sandbox.clock().Add(wait).UTC()
	x.respondThrottled(wait).header.Set("Retry-After", until.Format(http.TimeFormat))
}

func throttleInHTML(x *exchange) { x.respondHTML(http.StatusTooManyRequests) }

var oddRetryAfters = []string{"0", "-1", "1.5", "soon", "1000000000", "two headers"}

func throttleOddly(x *exchange) {
	kind := x.kind()
	answer := x.respondThrottled(time.Second)
	answer.header.Set("Retry-After", kind)
	if kind == "two headers" {
		answer.header["Retry-After"] = []string{"1", "2"}
	}
}

// quota is a real bucket: Rate requests a second, a write costs two. Without Rate it is a storm.
func quota(x *exchange) {
	if x.rule.Rate == 0 {
		throttle(x)
		return
	}
	cost := 1.0
	if x.writes() {
		cost = 2
	}
	if wait := x.sandbox.faults.takeQuota(x.index, x.rule, cost); wait > 0 {
		x.respondThrottled(wait)
	}
}

func (f *faultState) takeQuota(index int, rule Rule, cost float64) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	burst := max(rule.Burst, 2)
	if f.buckets[index] == nil {
		f.buckets[index] = &bucket{level: float64(burst), last: f.sandbox.now()}
	}
	return f.buckets[index].take(f.sandbox.now(), rule.Rate, burst, cost)
}

func failBefore(x *exchange) {
	x.respondError(http.StatusInternalServerError, "", "Something went wrong.")
}

// failAfter hides what became of the execution behind a 500.
func failAfter(x *exchange) { failBefore(x) }

// gatewayBefore answers before the request is executed, or without. Which of the kinds it is
// does not show in the answer.
func gatewayBefore(x *exchange) {
	if x.kind() == "executed" {
		return
	}
	gateway(x)
	if x.kind() == "late" {
		x.later(x.duration(30 * time.Second))
	}
}

func gatewayAfter(x *exchange) { gateway(x) }

func gateway(x *exchange) { x.respondHTML(x.status(http.StatusBadGateway, http.StatusGatewayTimeout)) }

func unavailable(x *exchange) {
	status := x.status(http.StatusServiceUnavailable)
	answers := map[string]func() *reply{
		"json":  func() *reply { return x.respondError(status, "", "The service is not available.") },
		"html":  func() *reply { return x.respondHTML(status) },
		"empty": func() *reply { return x.respond(status, nil) },
	}
	answer := answers[x.kind()]()
	if x.rule.Delay > 0 {
		answer.header.Set("Retry-After", fmt.Sprint(int(math.Ceil(x.rule.Delay.Seconds()))))
	}
}

// forbid spells the code for a step-up as the documentation does.
func forbid(x *exchange) {
	bad := &refusal{status: http.StatusForbidden, message: "The user has no role for referrals."}
	if x.kind() == "claims" {
		bad.message, bad.inner = "A stronger sign-in is required.", &innerError{Code: "insufficent_claims", Message: "Conditional access"}
	}
	x.respond(bad.status, bad.body())
}

// hideItem answers 404 although the referral is there: always, or while it is younger than the
// duration.
func hideItem(x *exchange) {
	if x.kind() == "young" && x.age(recordCreated) >= x.duration(10*time.Second) {
		return
	}
	x.respondError(http.StatusNotFound, "id", "There is no referral "+x.call.id+".")
}

// age returns how long ago the referral of the call was created or updated.
func (x *exchange) age(of func(*record) position) time.Duration {
	s := x.sandbox
	s.mu.RLock()
	defer s.mu.RUnlock()
	r := s.store.byID[strings.ToLower(x.call.id)]
	if r == nil {
		return 0
	}
	return time.Duration(ticks(s.clock())-of(r).ticks) * tick
}

func conflict(x *exchange) {
	x.respondError(http.StatusConflict, "", "The resource was modified.")
}

// conflictAfter hides an execution behind a 409, as where a service answers its own repeat of it.
func conflictAfter(x *exchange) { x.afterExecution(conflict) }

// throttleAfter hides an execution behind a 429, as where a gateway counts what it has let through.
func throttleAfter(x *exchange) { x.afterExecution(throttle) }

// afterExecution lets a fault answer where the write was carried out.
func (x *exchange) afterExecution(answer func(*exchange)) {
	if !x.executed.executed {
		x.spare()
		return
	}
	answer(x)
}

// misjudge refuses the right version, or takes any for the right one.
func misjudge(x *exchange) {
	if x.kind() == "refused" {
		bad := mismatch()
		x.respond(bad.status, bad.body())
		return
	}
	x.sandbox.mu.RLock()
	defer x.sandbox.mu.RUnlock()
	if r := x.sandbox.store.byID[strings.ToLower(x.call.id)]; r != nil {
		x.call.request.Header.Set("If-Match", r.etag)
	}
}

func reject(x *exchange) {
	status := x.status(400, 413, 415, 422)
	inner := map[string]any{"code": "99001", "message": "Outer", "details": nil,
		"innerError": map[string]any{"code": "99002", "message": "Inner", "details": "deep", "innerError": nil}}
	x.respond(status, encode(map[string]any{"error": map[string]any{
		"code": codeOf(status), "message": "The request was not accepted.", "target": "details", "innerError": inner}}))
}

// lockItem answers 423 until the duration since the first of these answers is over.
func lockItem(x *exchange) {
	f := x.sandbox.faults
	now, place := f.sandbox.now(), hash(uint64(x.index), x.call.id)
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.until[place]; !ok {
		f.until[place] = now.Add(x.duration(10 * time.Second))
	}
	if now.Before(f.until[place]) {
		x.respondError(http.StatusLocked, "", "The resource is locked.")
	}
}

// redirects are where a redirect leads to, by kind. {host} is the host of the request.
var redirects = map[string]string{
	"other host": "https://elsewhere.example.com{path}",
	"other port": "http://127.0.0.1:9{path}",
	"sub-domain": "https://login.{host}{path}",
	"http":       "http://{host}{path}",
	"loop":       "{path}",
}

var redirectKinds = []string{"other host", "other port", "sub-domain", "http", "loop"}

func redirect(x *exchange) {
	to := x.rule.To
	if to == "" {
		to = redirects[x.kind()]
	}
	r := x.call.request
	to = strings.NewReplacer("{host}", r.Host, "{path}", r.URL.RequestURI()).Replace(to)
	x.respond(x.status(301, 302, 303, 307, 308), nil).header.Set("Location", to)
}

// errorInSuccess answers 200 with the envelope of an error, whether it was executed or not.
func errorInSuccess(x *exchange) {
	if x.kind() == "executed" && x.executed == nil {
		return
	}
	bad := &refusal{status: http.StatusInternalServerError, message: "Something went wrong."}
	x.respond(http.StatusOK, bad.body())
}

// parsed returns the body of the answer as a document, nil where it is none.
func (x *exchange) parsed() map[string]any {
	var document map[string]any
	decoder := json.NewDecoder(strings.NewReader(string(x.answer.body)))
	decoder.UseNumber()
	if decoder.Decode(&document) != nil {
		return nil
	}
	return document
}
