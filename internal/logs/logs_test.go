package logs_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"refload/api"
	"refload/internal/logs"
	"refload/internal/run"
)

func noon() time.Time { return time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC) }

// lines decodes the lines of a log in JSON.
func lines(t *testing.T, out *bytes.Buffer) []map[string]any {
	t.Helper()
	var list []map[string]any
	for line := range strings.Lines(out.String()) {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		list = append(list, object)
	}
	return list
}

// story is what every log is told here.
func story(log *logs.Log) {
	log.Started("import", "v1.2.3")
	log.Observe(run.Event{Kind: run.PhaseStarted, Phase: "checking"})
	log.Observe(run.Event{Kind: run.Began, Run: "20261120-120000.000-abcde"})
	log.Observe(run.Event{Kind: run.Said, Text: "a sentence with kim@example.com"})
	log.Attempt(api.Attempt{Method: "POST", Path: "/v1.0/engagements/referrals", Row: 7, Try: 2, Status: 429, Latency: 1500 * time.Microsecond,
		Intent: "i-1", ClientRequestID: "c-1", RequestID: "r-1"})
	log.Observe(run.Event{Kind: run.Waiting, Wait: 3 * time.Second})
	log.Observe(run.Event{Kind: run.RowDone, Row: 7, Outcome: run.Rejected})
	log.Ended(3)
}

func TestJSON(t *testing.T) {
	var out bytes.Buffer
	story(logs.New(&out, logs.JSON, noon, nil))
	list := lines(t, &out)
	if len(list) != 7 {
		t.Fatalf("%d lines\n%s", len(list), out.String())
	}
	request := list[3]
	for name, want := range map[string]any{"time": "2026-11-20T12:00:00Z", "level": "WARN", "msg": "request", "run": "20261120-120000.000-abcde", "row": 7.0,
		"attempt": 2.0, "status": 429.0, "latency_ms": 1.5, "intent_id": "i-1", "client_request_id": "c-1", "request_id": "r-1", "path": "/v1.0/engagements/referrals"} {
		if request[name] != want {
			t.Errorf("%s is %v, expected %v", name, request[name], want)
		}
	}
	if list[1]["run"] != nil || list[6]["exit_code"] != 3.0 || list[6]["level"] != "WARN" || list[5]["outcome"] != "rejected" {
		t.Errorf("%s", out.String())
	}
}

func TestText(t *testing.T) {
	var out bytes.Buffer
	story(logs.New(&out, logs.Text, noon, nil))
	for _, want := range []string{"time=2026-11-20T12:00:00.000Z level=INFO msg=started command=import version=v1.2.3\n",
		"msg=row run=20261120-120000.000-abcde row=7 outcome=rejected\n", "msg=waiting run=20261120-120000.000-abcde wait_s=3\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// Whatever comes in every text that a log is told, nothing of it that could be of a person comes out.
func TestNothingElseIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.SampledFrom([]string{"CANARY kim@example.com", "CANARY, Kim", "+420 777 CANARY", "CANARY\nmsg=forged", "{\"CANARY\":1}", "CANARY\x1b[31m"}).Draw(t, "secret")
		format := rapid.SampledFrom(logs.Formats()).Draw(t, "format")
		var out bytes.Buffer
		log := logs.New(&out, format, noon, nil)
		log.Started(secret, secret)
		log.Observe(run.Event{Kind: run.Began, Run: secret})
		log.Observe(run.Event{Kind: run.PhaseStarted, Phase: secret, Total: 1})
		log.Observe(run.Event{Kind: run.RowDone, Row: 1, Outcome: run.Outcome(secret)})
		log.Observe(run.Event{Kind: run.Said, Text: secret})
		log.Attempt(api.Attempt{Method: secret, Path: "/" + secret, Intent: secret, ClientRequestID: secret, RequestID: secret, Err: errors.New(secret)})
		if strings.Contains(out.String(), "CANARY") {
			t.Fatalf("%s", out.String())
		}
		if n := strings.Count(out.String(), "\n"); n != 5 {
			t.Fatalf("%d lines for 5 events\n%s", n, out.String())
		}
	})
}

// A phone number has the letters of an id, and is none.
func TestAPhoneNumberIsNoID(t *testing.T) {
	for id, shown := range map[string]bool{"15550100": false, "1-555-0100": false, "tel:1.555.0100": false, strings.Repeat("x", 300): false,
		"11111111-2222-4333-8444-555555555555": true, "r-123456": true, "unreadable": true} {
		var out bytes.Buffer
		logs.New(&out, logs.JSON, noon, nil).Attempt(api.Attempt{Method: "GET", Path: "/", RequestID: id})
		if got := lines(t, &out)[0]["request_id"]; shown != (got == id) || !shown && got != "(not shown)" {
			t.Errorf("%q: %v", id, got)
		}
	}
}

func TestWhyThereIsNoAnswer(t *testing.T) {
	for want, err := range map[string]error{
		"timeout": os.ErrDeadlineExceeded, "given up": context.Canceled, "broken off": errors.New("EOF of Kim"), "no such host": &net.DNSError{Name: "x"},
		"no connection": &net.OpError{Op: "dial", Err: errors.New("refused")}, "certificate": &tls.CertificateVerificationError{Err: errors.New("x")},
	} {
		var out bytes.Buffer
		logs.New(&out, logs.JSON, noon, nil).Attempt(api.Attempt{Method: "GET", Path: "/", Err: err})
		if got := lines(t, &out)[0]["error"]; got != want {
			t.Errorf("%v is %v, expected %s", err, got, want)
		}
	}
}

// The table has nothing that is never written, and no log has anything that is not in the table.
func TestTheTableIsWhatIsWritten(t *testing.T) {
	var out bytes.Buffer
	log := logs.New(&out, logs.JSON, noon, nil)
	story(log)
	log.Observe(run.Event{Kind: run.PhaseStarted, Phase: "sending", Total: 5})
	log.Attempt(api.Attempt{Err: context.Canceled})
	written := map[string]bool{}
	for _, line := range lines(t, &out) {
		for name := range line {
			written[name] = true
		}
	}
	for _, field := range logs.Fields() {
		if !written[field.Name] || field.Help == "" {
			t.Errorf("%s: written %v, help %q", field.Name, written[field.Name], field.Help)
		}
		delete(written, field.Name)
	}
	if len(written) > 0 {
		t.Errorf("written, and not in the table: %v", written)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestAFullLogStopsNothing(t *testing.T) {
	told := 0
	log := logs.New(full{}, logs.Text, noon, func(error) { told++ })
	story(log)
	if told != 1 {
		t.Errorf("told %d times", told)
	}
	var none *logs.Log
	story(none)
}
