package importer

import (
	"errors"
	"net/http"
	"time"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/listing"
	"refload/internal/run"
)

// create sends the create of a row's own referral. A deal of the past is created open: the
// service starts every deal, and closing it is a step of its own.
func (r *runner) create(o *op, s step) (*api.Referral, error) {
	document := o.record.Doc.Clone()
	if o.record.Destination().Status == statusClosed {
		for _, name := range []string{"status", "substatus", "statusReason"} {
			document.Remove(name)
		}
	}
	if err := document.Set("externalReferenceId", o.marker); err != nil {
		return nil, &outcome.InternalError{What: err.Error()}
	}
	if joins(o.record) {
		document.Set("engagementId", o.record.EngagementID) // a single name always fits
	}
	return r.send(o, s, r.ids.Key(o.marker), document)
}

// invite sends the connected referral that invites Microsoft to the row's deal: the same deal,
// in the same engagement, with Microsoft as its target.
//
// Source: the "Create a referral" page, shared referrals.
func (r *runner) invite(o *op, s step) (*api.Referral, error) {
	key := listing.InviteKey(o.engagement())
	if before, open := r.past.open[key]; open && o.sends == 0 {
		row := r.openAgain(o, s.kind, key, before)
		row.marker, row.live, row.outcome = o.marker, o.live, o.outcomeOfInvite()
		r.leaveOpen(row)
		return nil, nil
	}
	make := o.invitation
	if isInvitation(o.record) {
		make = o.connected
	}
	document, err := make()
	if err != nil {
		return nil, err
	}
	return r.send(o, s, key, document)
}

// outcomeOfInvite is the outcome of the row once Microsoft is invited.
func (o *op) outcomeOfInvite() run.Outcome {
	if o.made && !o.waited || isInvitation(o.record) {
		return run.Created
	}
	return run.Updated
}

// sender sends the create of one referral.
type sender struct {
	*runner
	op       *op
	step     step
	key      string // by which it is looked for
	document *api.Referral
	intentID string // the same for all attempts of this intent
	began    time.Time
	intended time.Time // when the intent was last written
}

// send sends a create as often as it provably was not executed. It returns the referral, or nil
// when the row was settled or put among the open ones.
func (r *runner) send(o *op, s step, key string, document *api.Referral) (*api.Referral, error) {
	sender := &sender{runner: r, op: o, step: s, key: key, document: document, intentID: api.NewGUID(), began: time.Now()}
	for n := 0; ; n++ {
		created, again, err := sender.send(n)
		if !again || err != nil {
			return created, err
		}
	}
}

// send makes one attempt: intent on disk, one request, answer on disk. It reports whether the
// create may be sent again at once.
func (s *sender) send(n int) (created *api.Referral, again bool, err error) {
	if s.intake.Err() != nil {
		return nil, false, s.giveBack(s.op, s.reasonOfStop())
	}
	if err := s.intent(); err != nil {
		return nil, false, err
	}
	ctx := api.WithRow(api.WithTurn(api.WithIntent(s.work, s.intentID), s.renew), s.op.record.Row, s.op.tries+1)
	created, err = s.client.Create(ctx, s.document)
	mine := err == nil || s.isOurs(created, err)
	if mine && !s.takes(created) {
		mine, err = false, &api.Error{Op: "create", HTTPStatus: http.StatusOK, Outcome: api.Unknown, Message: errOthersID.Error(), Err: errOthersID}
	}
	if mine {
		s.learnAnswer(api.Policy{})
		s.learnCanary()
		return created, false, nil
	}
	var failed *api.Error
	if !errors.As(err, &failed) {
		return nil, false, &outcome.InternalError{What: err.Error()}
	}
	again, err = s.failed(failed, n)
	return nil, again, err
}

// learnCanary remembers the first referral of this run, which every later listing must show.
func (s *sender) learnCanary() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.canary == "" && s.step.kind == journal.StepCreate {
		s.canary = s.key
	}
}

// staleAfter is how old an intent may be when its request leaves. Later runs count --settle and
// --resend-after from the last intent, which must not be much older than the send.
const staleAfter = 5 * time.Second

// renew writes the intent again when the request had to wait for long for its turn, and counts
// the request: the client may send it twice, the second time after a 401.
func (s *sender) renew() error {
	if time.Since(s.intended) >= staleAfter {
		if err := s.intent(); err != nil {
			return err
		}
	}
	s.op.tries++
	return nil
}

// intent writes the intent. When it cannot be recorded, nothing is sent.
func (s *sender) intent() error {
	body, err := s.document.MarshalJSON()
	if err != nil {
		return &outcome.InternalError{What: err.Error()}
	}
	_, err = s.journal.Commit(journal.Record{
		Kind: journal.Intent, Row: s.op.record.Row, Step: s.step.kind, Marker: s.op.marker, EngagementID: s.document.EngagementID(),
		BodyHash: s.hashOf(body), IntentID: s.intentID, Send: s.op.sends + 1,
	})
	if err != nil {
		s.stop(outcome.ReasonStorage, err.Error())
		return err
	}
	s.intended = time.Now()
	s.noteSent(s.op, s.step)
	return nil
}

// found is the outcome of a row whose referral is known.
func found(outcome run.Outcome, reason string, referral *api.Referral, attempts int) journal.Record {
	return journal.Record{
		Outcome: string(outcome), Reason: reason, Attempts: attempts,
		ReferralID: referral.ID(), EngagementID: referral.EngagementID(), ETag: referral.ETag(), Updated: updatedTime(referral),
	}
}

// failed follows the retry table.
func (s *sender) failed(e *api.Error, n int) (again bool, err error) {
	policy := api.PolicyFor(e)
	if s.learnAnswer(policy) {
		s.stop(outcome.ReasonNonsense, describe(e))
	}
	switch policy.Create {
	case api.Refuse:
		return false, s.refused(s.op, e)
	case api.Repeat:
		if n < policy.Tries {
			s.tellRepeat(e, policy)
			return true, errors.Join(s.answer(s.op, s.step, e, journal.NotExecuted), s.pause(n))
		}
		return false, s.spent(s.op, s.step, e)
	case api.Search:
		return false, s.search(e)
	case api.Wait:
		switch {
		case e.RetryAfter > maxWait || time.Since(s.began) >= api.LongestThrottle:
			return false, s.halt(s.op, s.step, e, outcome.ReasonThrottled) // no look either: it would wait as long
		case s.wasExecuted(n):
			return false, s.unsure(e)
		}
		return true, s.answer(s.op, s.step, e, journal.NotExecuted)
	case api.LookUp, api.LookUpAndHalt:
		if policy.Create == api.LookUpAndHalt {
			s.stop(outcome.ReasonNonsense, describe(e))
		}
		s.stopWhenTooLong(e)
		return false, s.unsure(e)
	}
	return false, s.halt(s.op, s.step, e, haltReason(e))
}

// lookEvery is after how many answers that say "later" a create is looked for.
const lookEvery = 3

// wasExecuted reports whether the service has executed a create that it told to come later. By its documentation it
// never does. So the list is asked at the first such answer of a run, and again where one create has several of them;
// once that has shown one, all of them are answers that only a listing can explain.
func (s *sender) wasExecuted(n int) bool {
	s.mu.Lock()
	first := s.looked == nil
	if first {
		s.looked = make(chan struct{})
		defer close(s.looked)
	}
	looked := s.looked
	s.mu.Unlock()
	if !first {
		<-looked
	}
	if s.isDeceived() || !first && n%lookEvery != lookEvery-1 {
		return s.isDeceived()
	}
	seen, _, err := s.listSince(s.seen, map[string]bool{s.key: true})
	if err != nil || len(seen[s.key]) == 0 {
		return false // what the documentation says holds
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.executesHeld = true
	return true
}

// isDeceived reports whether a listing has shown what the service said it had not made.
func (r *runner) isDeceived() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.executesHeld
}

// search looks for what a create would make that the service refuses as there already. What is found at once was
// there before. What is not may have been made by this very request, or be shown later: the listings tell. Where an earlier
// send of the row has no trustworthy answer it may be that one's, which they tell too.
func (s *sender) search(e *api.Error) error {
	if s.op.sends > 0 {
		return s.unsure(e)
	}
	seen, _, err := s.listSince(s.seen, map[string]bool{s.key: true})
	if err != nil {
		return errors.Join(s.unsure(e), s.cannotRead(err))
	}
	switch listed := seen[s.key]; {
	case len(listed) == 0:
		if alike, detail := s.learnAlike(refusal(e)); alike {
			s.stop(outcome.ReasonAlike, detail)
		}
		return s.unsure(e)
	case s.step.kind == journal.StepInvite:
		return s.settle(s.op.n, openRow{live: s.op.live, marker: s.op.marker, outcome: s.op.outcomeOfInvite()}.invited(listed))
	default:
		for _, referral := range listed {
			s.learnFound(referral) // it is not another machine's
		}
		record := outcomeOfListed(listed, false)
		record.Marker, record.Attempts = s.op.marker, s.op.tries
		return s.settle(s.op.n, record)
	}
}

// unsure puts the row among the open ones: only a listing can tell what became of it.
func (s *sender) unsure(e *api.Error) error {
	if err := s.answer(s.op, s.step, e, journal.Ambiguous); err != nil {
		return err
	}
	s.remember(s.op.record.Row, e)
	if errors.Is(e, api.ErrOtherMarker) && s.canary == "" {
		s.stop(outcome.ReasonNoMarker, "")
	}
	row := openRow{n: s.op.n, kind: s.step.kind, marker: s.op.marker, key: s.key, sends: s.op.sends + 1, last: time.Now(),
		live: s.op.live, outcome: run.Created, more: s.op.more(), customer: s.op.customer()}
	if s.step.kind == journal.StepInvite {
		row.outcome = s.op.outcomeOfInvite()
	}
	if api.PolicyFor(e).Create == api.Search {
		row.refused = refusalIn(refusal(e))
	}
	s.leaveOpen(row)
	return nil
}
