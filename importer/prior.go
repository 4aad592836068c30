package importer

import (
	"sync"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
)

// priorName is the file of a run that keeps referrals as they were before the run changed them.
// Unlike the journal it holds what they say of people: it is for its owner only, and purged with
// the run.
const priorName = "states.jsonl"

// priorStates writes the prior states of a run. The file is made with the first of them.
type priorStates struct {
	mu   sync.Mutex
	file *journal.Journal
	open func() (*journal.Journal, error)
}

// keepPrior writes the referral as it was, before its first change is sent. Where a state
// cannot be kept, nothing is sent: it could not be taken back. Of a deal that this run has just
// made there is no state before.
func (c *changer) keepPrior() error {
	if c.op.done > 0 {
		return nil
	}
	state, err := c.live.MarshalJSON()
	if err != nil {
		return &outcome.InternalError{What: err.Error()}
	}
	err = c.prior.keep(journal.Record{
		Kind: journal.Prior, Row: c.op.record.Row, ReferralID: c.live.ID(), ETag: c.live.ETag(), State: state,
	})
	if err != nil {
		c.stop(outcome.ReasonStorage, err.Error())
	}
	return err
}

// keepAfter writes the referral as a change has left it: with it an undo can tell what somebody
// else has changed since. It becomes durable with the next prior state or at the end.
func (c *changer) keepAfter(after *api.Referral) error {
	c.prior.mu.Lock()
	file := c.prior.file
	c.prior.mu.Unlock()
	if file == nil {
		return nil // the referral was made by this run
	}
	state, err := after.MarshalJSON()
	if err != nil {
		return &outcome.InternalError{What: err.Error()}
	}
	_, err = file.Append(journal.Record{
		Kind: journal.After, Row: c.op.record.Row, ReferralID: after.ID(), ETag: after.ETag(), State: state,
	})
	if err != nil {
		c.stop(outcome.ReasonStorage, err.Error())
	}
	return err
}

func (p *priorStates) keep(record journal.Record) error {
	p.mu.Lock()
	if p.file == nil {
		file, err := p.open()
		if err != nil {
			p.mu.Unlock()
			return err
		}
		p.file = file
	}
	file := p.file
	p.mu.Unlock()
	_, err := file.Commit(record)
	return err
}

func (p *priorStates) close() {
	if p.file != nil {
		p.file.Close()
	}
}

// openPrior makes or opens the file of prior states of a run.
func (r *runner) openPrior() (*journal.Journal, error) {
	path, err := r.folder.Prior(priorName)
	if err != nil {
		return nil, err
	}
	header := journal.Header{Run: r.folder.Run, Tool: r.options.Tool, Target: r.options.Target.ID, Tenant: r.options.Target.TenantHash()}
	if file, err := r.options.Journals.Open(path); err == nil {
		opened, _, err := journal.Open(file, r.options.Now, func(journal.Record, int64) error { return nil })
		if err == nil || err != journal.ErrNoRun {
			return opened, err
		}
		file.Truncate(0)
		return journal.New(file, header, r.options.Now)
	}
	file, err := r.options.Journals.Create(path)
	if err != nil {
		return nil, &journal.StorageError{Err: err}
	}
	return journal.New(file, header, r.options.Now)
}

// newPriorStates returns the prior states of a run.
func newPriorStates(r *runner) *priorStates { return &priorStates{open: r.openPrior} }
