package importer

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/listing"
	"refload/internal/run"
	"refload/mapping"
)

// runner is one run: what it knows of its rows, and what it shares between its workers.
type runner struct {
	options  Options
	in       *input
	states   []rowState
	index    *listing.Index
	past     *past
	journal  *journal.Journal
	client   *api.Client
	budget   *api.Budget
	meter    *meter
	folder   *run.Folder
	problems *Problems  // of the file, as its Summary has them
	hashKey  []byte     // of the hashes in the journal
	known    *run.Known // what persons have said, and earlier runs have done
	ids      mapping.IDs
	keeps    bool    // what is learned is kept
	owners   []claim // on CRM IDs and markers, by the file's rows, see inFile
	sorted   bool    // they are all there

	intake context.Context // ends when no more rows are to be taken
	close  func()          // ends the intake
	work   context.Context // ends when requests in flight are to be given up

	inFlight atomic.Int64 // rows of which a step is carried out now

	mu       sync.Mutex
	standing map[int]standing   // of rows for which something was sent and that have no outcome yet
	stopped  *outcome.StopError // why the intake was ended before the last row
	open     []openRow          // rows whose create has no trustworthy answer
	again    map[int]openRow    // rows that are gone on with now: to be sent again, or found and not all done
	said     map[int]string     // words on a row that may quote it, for the results only
	prior    *priorStates
	braked   bool            // a brake stopped the run before its first write
	blind    bool            // the account may not see all deals, and nobody can be asked
	weight   Irreversible    // what was done that cannot be taken back
	matches  matchCount      // rows whose referral is there, as they are foreseen
	alike    alikeGuard      // the first rows all failed alike
	answers  answerGuard     // creates one after the other were answered alike
	repeats  map[string]bool // what answers repeats were told of, see tellRepeat
	bad      int             // rows that ended badly
	later    int             // rows of which a later import does the rest
	joined   bool            // a referral was sent that joins an engagement
	canary   string          // marker of the first referral that this run created, its key

	looked       chan struct{} // closed when the first create that was told to come later was looked for; nil before there is one
	executesHeld bool          // a create that was told so was executed all the same
	seen         time.Time     // when the listing last began
	stock

	taken  map[uint64]bool          // ids of referrals that were made for rows of this run, hashed
	before []uint64                 // and for those of earlier ones, sorted; made when it is needed
	late   map[string]*api.Referral // what earlier runs of this machine sent and the list showed only after the first write, by the key of the marker

	outer   context.Context // ends when somebody wants the run to end
	began   time.Time       // the first session of the run, by our clock
	resumed bool            // this is not the first
	lost    bool            // nothing here tells of an earlier run, and nothing that was listed is of late
	theirs  time.Time       // when the youngest referral was made, before this run, that could be a row of the file and is not ours
	lag     time.Duration   // the longest time after which the list was seen to show what this run made; 0 where it was there at once
	oldest  time.Time       // the creation of the oldest referral that this run made, by the service's clock
	lastOne time.Time       // when the last of them was made, by ours
}

// stock is what is known of the list before the first row is decided.
type stock struct {
	verdict listing.Verdict       // whether it is complete
	waits   bool                  // a list that lags may be waited for
	asked   map[listing.GUID]byID // what was asked for by id
	askable map[listing.GUID]bool // what may still be asked for rows of the file; nil before the first is asked
	gone    int                   // referrals of earlier runs that the service does not show any more
}

// openRow is a row of which a create was sent and has no trustworthy answer.
type openRow struct {
	n          int    // index of its state
	kind       string // of the step: stepCreate or stepInvite
	marker     string // of the row's own referral
	key        string // by which the created referral is looked for
	sends      int
	last       time.Time     // of the last send
	scans      int           // listings since the last send that did not show it
	looked     time.Time     // when the last of them began
	earlier    bool          // an earlier run sent it, this one has not
	distrusted bool          // the last listing did not show what it must show
	more       bool          // the create is not all that the row asks for
	customer   string        // of the row, see names.Key
	live       *api.Referral // of an invitation: our own referral
	outcome    run.Outcome   // of the row, once an invitation is found
	found      *api.Referral // what a listing showed, when more is to be done

	refused *journal.Record // the outcome where the service refused the last send as there already and no listing shows it; nil otherwise
}

// stop ends the intake for a reason; the first one stands.
func (r *runner) stop(reason, detail string) {
	r.mu.Lock()
	if reason == outcome.ReasonInterrupted {
		reason = reasonOfEnd(r.intake)
	}
	if r.stopped == nil {
		r.stopped = &outcome.StopError{Reason: reason, Detail: detail}
	}
	r.mu.Unlock()
	r.close()
}

// settle records the outcome of a row: in the journal, in memory, and for whoever watches.
// A row has one outcome; a second one is a fault of this program.
func (r *runner) settle(n int, record journal.Record) error {
	became := run.Outcome(record.Outcome)
	record.Kind, record.Row = journal.Outcome, int(r.states[n].number)
	offset, err := r.journal.Append(record) // where the disk takes nothing more, the record is in memory
	if err != nil {
		defer r.stop(outcome.ReasonStorage, err.Error())
	}
	r.mu.Lock()
	state := &r.states[n]
	again := state.outcome != 0
	state.outcome, state.offset = numberOf(became), offset
	if !became.Word().Good {
		r.bad++
	}
	if record.Reason == outcome.ReasonCloseLater {
		r.later++
	}
	r.weight.Creates += r.makes(n, madeByRefload(record))
	delete(r.standing, n)
	most := r.options.MaxErrors.of(len(r.states))
	tooMany := most >= 0 && r.bad > most
	alike, detail := r.alike.learn(became, record)
	r.mu.Unlock()
	if again {
		return &outcome.InternalError{What: "a row got a second outcome"}
	}
	r.observe(run.Event{Kind: run.RowDone, Row: record.Row, Outcome: became})
	switch {
	case err != nil:
	case tooMany:
		r.stop(outcome.ReasonMaxErrors, "")
	case alike:
		r.stop(outcome.ReasonAlike, detail)
	}
	return err
}

// leaveOpen puts a row among those that only a listing can settle.
func (r *runner) leaveOpen(row openRow) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open = append(r.open, row)
	r.standing[row.n] = standing{row.left(), r.standing[row.n].made}
}

// reasonOfStop returns why the intake ended.
func (r *runner) reasonOfStop() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped == nil {
		return reasonOfEnd(r.intake)
	}
	return r.stopped.Reason
}

// observe tells of an event, one at a time.
func (r *runner) observe(event run.Event) {
	if r.options.Observe == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.options.Observe(event)
}
