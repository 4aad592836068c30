package importer

import (
	"encoding/json"
	"errors"
	"time"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/run"
)

// The bounds of a change in one run: how often it is sent, and how often what others changed
// meanwhile is merged.
const (
	mostChangeSends = 4
	mostMerges      = 2
)

// changer sends one change of a referral, always under the version that was compared.
type changer struct {
	*runner
	op       *op
	step     step
	live     *api.Referral // the version that the change is made against
	after    *api.Referral // as it shall be
	intentID string
	began    time.Time
	sends    int
	merges   int
}

// change makes a change of a referral. It returns the referral as it is then, or nil when the
// row was settled.
func (r *runner) change(o *op, s step) (*api.Referral, error) {
	c := &changer{runner: r, op: o, step: s, live: o.live, intentID: api.NewGUID(), began: time.Now()}
	if s.kind == journal.StepPut || c.live.ETag() == "" {
		if send, err := c.readWhole(); !send || err != nil {
			return nil, err
		}
	}
	if err := c.keepPrior(); err != nil {
		return nil, err
	}
	c.after = c.wanted(c.live)
	for n := 0; ; n++ {
		after, again, err := c.attempt(n)
		if !again || err != nil {
			return after, err
		}
	}
}

// wanted is the referral as the step wants it, made of a version of it: with what the step changes of the version that
// was compared first, and nothing else. What the row says beside that was so then, and is not its wish now.
func (c *changer) wanted(live *api.Referral) *api.Referral {
	if live == c.op.live || c.op.restore != nil {
		return c.laid(live)
	}
	return api.Carry(c.op.live, c.laid(c.op.live), live)
}

// laid is a version of the referral with the step laid over it as a whole.
func (c *changer) laid(live *api.Referral) *api.Referral {
	if c.op.restore != nil {
		return c.op.restore(live)
	}
	document := live.Clone()
	if c.step.row {
		merged := c.op.merged
		if live != c.op.live {
			merged = c.op.record.Merge(live)
		}
		document = merged.Doc.Clone()
		if sharedWithSellers(c.op.merged.Doc) {
			document.Set(sellersPath, true) // a path of the resource always fits
		}
		if old, _ := live.Get("statusReason"); c.op.later {
			document.Set("statusReason", old) // a single name always fits
		}
	}
	if c.step.state == (api.State{}) {
		return document
	}
	document.Set("status", c.step.state.Status) // single names always fit
	document.Set("substatus", c.step.state.Substatus)
	c.giveReason(document, live)
	return document
}

// giveReason puts the reason where the deal is closed, and only there.
func (c *changer) giveReason(document, live *api.Referral) {
	reason := c.op.record.Doc.Text("statusReason")
	switch old, there := live.Get("statusReason"); {
	case c.step.state.Status == statusClosed && reason != "":
		document.Set("statusReason", reason) // a single name always fits
	case there:
		document.Set("statusReason", old)
	default:
		document.Remove("statusReason")
	}
}

// attempt makes one attempt: intent on disk, one request, answer on disk. It reports whether
// another one is due.
func (c *changer) attempt(n int) (after *api.Referral, again bool, err error) {
	if c.intake.Err() != nil {
		return nil, false, c.giveBack(c.op, c.reasonOfStop())
	}
	if err := c.intent(); err != nil {
		return nil, false, err
	}
	c.sends++
	after, err = c.write()
	if err == nil {
		return after, false, c.keepAfter(after)
	}
	var failed *api.Error
	if !errors.As(err, &failed) {
		return nil, false, &outcome.InternalError{What: err.Error()}
	}
	return c.failed(failed, n)
}

// write sends the change once, or again after a 401.
func (c *changer) write() (*api.Referral, error) {
	ctx := api.WithRow(api.WithIntent(c.work, c.intentID), c.op.record.Row, c.op.tries+1)
	ctx = api.WithTurn(ctx, func() error { c.op.tries++; return nil })
	if c.step.kind == journal.StepPut {
		return c.client.Put(ctx, c.live.ID(), c.live.ETag(), c.after)
	}
	return c.client.Patch(ctx, c.live.ID(), c.live.ETag(), api.Operations(c.live, c.after))
}

// intent writes the intent. When it cannot be recorded, nothing is sent.
func (c *changer) intent() error {
	body, err := json.Marshal(api.Operations(c.live, c.after))
	if err != nil {
		return &outcome.InternalError{What: err.Error()}
	}
	_, err = c.journal.Commit(journal.Record{
		Kind: journal.Intent, Row: c.op.record.Row, Step: c.step.kind, Marker: c.op.marker, ReferralID: c.live.ID(),
		ETag: c.live.ETag(), BodyHash: c.hashOf(body), IntentID: c.intentID, Send: c.sends + 1,
	})
	if err != nil {
		c.stop(outcome.ReasonStorage, err.Error())
		return err
	}
	c.noteSent(c.op, c.step)
	return nil
}

// failed follows the retry table.
func (c *changer) failed(e *api.Error, n int) (after *api.Referral, again bool, err error) {
	policy := api.PolicyFor(e)
	switch policy.Change {
	case api.Refuse:
		return nil, false, c.refused(c.op, e)
	case api.Repeat:
		if n < policy.Tries {
			c.tellRepeat(e, policy)
			return nil, true, errors.Join(c.answer(c.op, c.step, e, journal.NotExecuted), c.pause(n))
		}
		return nil, false, c.spent(c.op, c.step, e)
	case api.Wait:
		if e.RetryAfter <= maxWait && time.Since(c.began) < api.LongestThrottle {
			return nil, true, c.answer(c.op, c.step, e, journal.NotExecuted)
		}
		return nil, false, c.halt(c.op, c.step, e, outcome.ReasonThrottled)
	case api.LookUp, api.LookUpAndHalt:
		if policy.Change == api.LookUpAndHalt {
			c.stop(outcome.ReasonNonsense, describe(e))
		}
		if c.stopWhenTooLong(e) { // nor is anything looked up before
			return nil, false, errors.Join(c.answer(c.op, c.step, e, journal.Ambiguous), c.unsure(e))
		}
		return c.lookUp(e, n)
	}
	return nil, false, c.halt(c.op, c.step, e, haltReason(e))
}

// unsure settles a row of whose change nothing can be told.
func (c *changer) unsure(e *api.Error) error {
	record := found(run.Unknown, outcome.ReasonChangeUnseen, c.live, c.op.tries)
	record.ETag, record.Step, record.HTTPStatus, record.Code = "", c.step.kind, e.HTTPStatus, codes(e)
	return c.settle(c.op.n, record)
}
