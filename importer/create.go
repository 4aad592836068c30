package importer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"refload/api"
	"refload/importer/journal"
	"refload/internal/run"
)

// longestThrottle is how long one row waits for a service that keeps asking to wait.
const longestThrottle = 20 * time.Minute

// create sends the create of one row, as often as it provably was not executed, and settles
// the row or puts it among the open ones. The error is one that ends the run.
func (r *runner) create(o op) error {
	document := o.record.Doc.Clone()
	if err := document.Set("externalReferenceId", o.marker); err != nil {
		return &InternalError{err.Error()}
	}
	sender := &sender{runner: r, op: o, document: document, intentID: api.NewGUID(), began: time.Now()}
	for n := 0; ; n++ {
		again, err := sender.send(n)
		if !again || err != nil {
			return err
		}
	}
}

// sender sends the create of one row.
type sender struct {
	*runner
	op       op
	document *api.Referral
	intentID string // the same for all attempts of this intent
	began    time.Time
}

// send makes one attempt: intent on disk, one request, answer on disk. It reports whether the
// create may be sent again at once.
func (s *sender) send(n int) (again bool, err error) {
	if s.intake.Err() != nil {
		return false, s.giveBack(s.reasonOfStop())
	}
	if err := s.intent(); err != nil {
		return false, err
	}
	created, err := s.client.Create(api.WithIntent(s.work, s.intentID), s.document)
	if err == nil {
		return false, s.created(created, n+1)
	}
	var failed *api.Error
	if !errors.As(err, &failed) {
		return false, &InternalError{err.Error()}
	}
	return s.failed(failed, n)
}

// intent writes the intent. When it cannot be recorded, nothing is sent.
func (s *sender) intent() error {
	body, err := s.document.MarshalJSON()
	if err != nil {
		return &InternalError{err.Error()}
	}
	sum := sha256.Sum256(body)
	_, err = s.journal.Commit(journal.Record{
		Kind: journal.Intent, Row: s.op.record.Row, Step: "create", Marker: s.op.marker,
		BodyHash: hex.EncodeToString(sum[:]), IntentID: s.intentID, Send: s.op.sends + 1,
	})
	if err != nil {
		s.stop(reasonStorage, err.Error())
	}
	return err
}

func (s *sender) created(referral *api.Referral, attempts int) error {
	s.mu.Lock()
	if s.canary == "" {
		s.canary = foldMarker(s.op.marker)
	}
	s.mu.Unlock()
	return s.settle(s.op.n, found(run.Created, "", referral, attempts))
}

// found is the outcome of a row whose referral is known.
func found(outcome run.Outcome, reason string, referral *api.Referral, attempts int) journal.Record {
	return journal.Record{
		Outcome: string(outcome), Reason: reason, Attempts: attempts,
		ReferralID: referral.ID(), EngagementID: referral.EngagementID(), ETag: referral.ETag(),
	}
}

// failed follows the retry table.
func (s *sender) failed(e *api.Error, n int) (again bool, err error) {
	policy := api.PolicyFor(e)
	switch policy.Create {
	case api.Refuse:
		return false, s.refused(e, n+1)
	case api.Repeat:
		if n < policy.Tries {
			return true, errors.Join(s.answer(e, notExecuted), s.pause(n))
		}
		return false, s.halt(e, reasonUnreachable)
	case api.Wait:
		if e.RetryAfter <= maxWait && time.Since(s.began) < longestThrottle {
			return true, s.answer(e, notExecuted)
		}
		return false, s.halt(e, reasonThrottled)
	case api.LookUp, api.LookUpAndHalt:
		if policy.Create == api.LookUpAndHalt {
			s.stop(reasonNonsense, describe(e))
		}
		return false, s.unsure(e)
	}
	return false, s.halt(e, haltReason(e))
}

// maxWait is the longest Retry-After that a run waits for without asking a person.
const maxWait = 15 * time.Minute

// pause waits before a repeat. When the run is stopped meanwhile the next attempt sees it.
func (s *sender) pause(n int) error {
	if err := s.budget.Spend(s.intake, n); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// answer records what came back when it does not settle the row.
func (s *sender) answer(e *api.Error, word string) error {
	_, err := s.journal.Append(journal.Record{
		Kind: journal.Answer, Row: s.op.record.Row, Step: "create", Outcome: word,
		HTTPStatus: e.HTTPStatus, Code: codes(e), RequestID: e.RequestID,
	})
	return err
}

func (s *sender) refused(e *api.Error, attempts int) error {
	s.remember(e)
	return s.settle(s.op.n, journal.Record{
		Outcome: string(run.Rejected), Reason: reasonRefused, HTTPStatus: e.HTTPStatus, Code: codes(e),
		Target: e.Target, RequestID: e.RequestID, Attempts: attempts,
	})
}

// mostSaid bounds how many of the service's messages are kept for the results.
const mostSaid = 5000

// remember keeps what the service said of a row, for the results file only: it may quote the
// row.
func (s *sender) remember(e *api.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.said) < mostSaid && e.Code != "" {
		s.said[s.op.record.Row] = e.Message
	}
}

// halt stops the run; this row was not executed.
func (s *sender) halt(e *api.Error, reason string) error {
	if err := s.answer(e, notExecuted); err != nil {
		return err
	}
	s.stop(reason, describe(e))
	return s.giveBack(reason)
}

// giveBack settles a row for which no send is open in this run: not attempted, or unknown
// when an earlier run left one open.
func (s *sender) giveBack(reason string) error {
	outcome := run.NotAttempted
	if s.op.sends > 0 {
		outcome, reason = run.Unknown, reasonNotSeen
	}
	return s.settle(s.op.n, journal.Record{Outcome: string(outcome), Reason: reason})
}

// unsure puts the row among the open ones: only a listing can tell what became of it.
func (s *sender) unsure(e *api.Error) error {
	if err := s.answer(e, ambiguous); err != nil {
		return err
	}
	s.remember(e)
	if errors.Is(e, api.ErrOtherMarker) && s.canary == "" {
		s.stop(reasonNoMarker, "")
	}
	s.leaveOpen(openRow{n: s.op.n, marker: s.op.marker, sends: s.op.sends + 1, last: time.Now()})
	return nil
}

// haltReason says why a run stops, by what a request met.
func haltReason(e *api.Error) string {
	var signIn *api.SignInError
	switch {
	case e.HTTPStatus == http.StatusUnauthorized || errors.As(e, &signIn):
		return reasonSignIn
	case e.HTTPStatus == http.StatusNotFound:
		return reasonWrongPath
	case errors.Is(e, context.Canceled):
		return reasonInterrupted
	}
	return reasonUnreachable
}

// codes joins the service's codes, the outermost first.
func codes(e *api.Error) string {
	list := []string{}
	if e.Code != "" {
		list = append(list, e.Code)
	}
	for _, inner := range e.Inner {
		if inner.Code != "" {
			list = append(list, inner.Code)
		}
	}
	return strings.Join(list, "/")
}

// describe says what came back without quoting the service, whose words may quote the row.
func describe(e *api.Error) string {
	switch {
	case e.HTTPStatus == 0 && e.Err != nil:
		return e.Err.Error()
	case codes(e) != "":
		return fmt.Sprintf("HTTP %d %s", e.HTTPStatus, codes(e))
	}
	return fmt.Sprintf("HTTP %d", e.HTTPStatus)
}

// serviceSaid is describe for a record of the journal.
func serviceSaid(record journal.Record) string {
	text := fmt.Sprintf("HTTP %d", record.HTTPStatus)
	for _, part := range []string{record.Code, record.Target} {
		if part != "" {
			text += " " + part
		}
	}
	return text
}
