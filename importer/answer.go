package importer

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/run"
)

// maxWait is the longest Retry-After that a run waits for without asking a person.
const maxWait = 15 * time.Minute

// stopWhenTooLong stops the run where the service asks to wait for longer than that, and reports
// whether it did.
func (r *runner) stopWhenTooLong(e *api.Error) bool {
	if e.RetryAfter <= maxWait {
		return false
	}
	r.stop(outcome.ReasonThrottled, describe(e))
	return true
}

// tellRepeat says once of each sort of answer that rows wait because of it: their repeats may take minutes.
func (r *runner) tellRepeat(e *api.Error, policy api.Policy) {
	if e.HTTPStatus == 0 {
		return // the client tells of a service that cannot be reached
	}
	r.mu.Lock()
	told := r.repeats[policy.When]
	if r.repeats == nil {
		r.repeats = map[string]bool{}
	}
	r.repeats[policy.When] = true
	r.mu.Unlock()
	if !told {
		r.observe(run.Event{Kind: run.Said, Text: fmt.Sprintf("the service answers %s; a row is sent again up to %d times for that, with pauses, before it counts as refused", describe(e), policy.Tries)})
	}
}

// pause waits before a repeat. When the run is stopped meanwhile the next attempt sees it.
func (r *runner) pause(n int) error {
	if err := r.budget.Spend(r.intake, n); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// answer records what came back when it does not settle the row.
func (r *runner) answer(o *op, s step, e *api.Error, word string) error {
	if word == journal.NotExecuted {
		r.note(o.n, o.left(""))
	}
	_, err := r.journal.Append(journal.Record{
		Kind: journal.Answer, Row: o.record.Row, Step: s.kind, Outcome: word,
		HTTPStatus: e.HTTPStatus, Code: codes(e), RequestID: e.RequestID,
	})
	return err
}

// refused settles a row of which the service refused a step: rejected when it was the first,
// half done otherwise.
func (r *runner) refused(o *op, e *api.Error) error {
	r.remember(o.record.Row, e)
	record := refusal(e)
	record.Attempts = o.tries
	switch {
	case o.begun():
		record = o.halfDone(record)
	case o.live != nil:
		record.ReferralID, record.EngagementID, record.ETag = o.live.ID(), o.live.EngagementID(), o.live.ETag()
	}
	return r.settle(o.n, record)
}

// refusal is the outcome of a row that the service refused.
func refusal(e *api.Error) journal.Record {
	return journal.Record{
		Outcome: string(run.Rejected), Reason: outcome.ReasonRefused, HTTPStatus: e.HTTPStatus, Code: codes(e),
		Target: propertyOf(e), RequestID: e.RequestID,
	}
}

// refusalIn is the outcome of a row whose create the service refused as there already, though no listing shows it, by
// what a record tells of the refusal.
func refusalIn(record journal.Record) *journal.Record {
	return &journal.Record{
		Outcome: string(run.Rejected), Reason: outcome.ReasonThere, HTTPStatus: record.HTTPStatus, Code: record.Code,
		Target: record.Target, RequestID: record.RequestID,
	}
}

// halt stops the run; the step was not executed.
func (r *runner) halt(o *op, s step, e *api.Error, reason string) error {
	if err := r.answer(o, s, e, journal.NotExecuted); err != nil {
		return err
	}
	r.stop(reason, describe(e))
	return r.giveBack(o, reason)
}

// spent ends the repeats of a step that was not executed, as the retry table says.
func (r *runner) spent(o *op, s step, e *api.Error) error {
	if api.PolicyFor(e).Spent == api.Refuse {
		return r.refused(o, e)
	}
	return r.halt(o, s, e, haltReason(e))
}

// mostSaid bounds how many words on rows are kept for the results.
const mostSaid = 5000

// remember keeps what the service said of a row, for the results file only: it may quote the
// row.
func (r *runner) remember(row int, e *api.Error) {
	if e.Code != "" {
		r.rememberWords(row, e.Message)
	}
}

// rememberWords keeps words on a row that may quote it, for the results file only.
func (r *runner) rememberWords(row int, words string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.said) < mostSaid && words != "" {
		r.said[row] = words
	}
}

// haltReason says why a run stops, by what a request met.
func haltReason(e *api.Error) string {
	switch {
	case api.NeedsSignIn(e):
		return outcome.ReasonSignIn
	case e.HTTPStatus == http.StatusNotFound:
		return outcome.ReasonWrongPath
	case errors.Is(e, context.Canceled):
		return outcome.ReasonInterrupted
	case api.BadCertificate(e):
		return outcome.ReasonCertificate
	case e.HTTPStatus >= http.StatusBadRequest: // an answer: network and proxy are well
		return outcome.ReasonNotNow
	}
	return outcome.ReasonUnreachable
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
	var signIn *api.SignInError
	switch {
	case errors.As(e, &signIn):
		return signIn.Err.Error() + "; " + signIn.Hint() // only the reason knows what helps
	case api.NoSecondFactor(e):
		return fmt.Sprintf("%s (HTTP %d %s)", api.NoSecondFactorText, e.HTTPStatus, codes(e))
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
