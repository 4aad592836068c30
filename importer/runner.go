package importer

import (
	"context"
	"sync"
	"time"

	"refload/api"
	"refload/importer/journal"
	"refload/internal/run"
	"refload/mapping"
)

// notExecuted and ambiguous are the words of an Answer in the journal.
const (
	notExecuted = "not executed"
	ambiguous   = "ambiguous"
)

// runner is one run: what it knows of its rows, and what it shares between its workers.
type runner struct {
	options Options
	in      *input
	states  []rowState
	index   *index
	past    *past
	journal *journal.Journal
	client  *api.Client
	budget  *api.Budget
	meter   *meter
	folder  *run.Folder

	intake context.Context // ends when no more rows are to be taken
	close  func()          // ends the intake
	work   context.Context // ends when requests in flight are to be given up

	mu      sync.Mutex
	stopped *StopError     // why the intake was ended before the last row
	open    []openRow      // rows whose create has no trustworthy answer
	resend  map[int]int    // rows that may be sent again now, with how often they were sent
	said    map[int]string // the service's words on a row, for the results only
	alike   alikeGuard     // the first rows all failed alike
	bad     int            // rows that ended badly
	canary  string         // marker of the first referral that this run created, folded
	seen    time.Time      // when the listing last began
}

// openRow is a row whose create was sent and has no trustworthy answer.
type openRow struct {
	n          int // index of its state
	marker     string
	sends      int
	last       time.Time // of the last send
	scans      int       // listings since the last send that did not show it
	earlier    bool      // an earlier run sent it, this one has not
	distrusted bool      // the last listing did not show what it must show
}

// op is what is to be done for one row.
type op struct {
	n      int // index of the row's state
	record *mapping.Record
	marker string
	sends  int // before this run
}

// stop ends the intake for a reason; the first one stands.
func (r *runner) stop(reason, detail string) {
	r.mu.Lock()
	if r.stopped == nil {
		r.stopped = &StopError{Reason: reason, Detail: detail}
	}
	r.mu.Unlock()
	r.close()
}

// settle records the outcome of a row: in the journal, in memory, and for whoever watches.
// A row has one outcome; a second one is a fault of this program.
func (r *runner) settle(n int, record journal.Record) error {
	outcome := run.Outcome(record.Outcome)
	record.Kind, record.Row = journal.Outcome, int(r.states[n].number)
	offset, err := r.journal.Append(record)
	if err != nil {
		r.stop(reasonStorage, err.Error())
		return err
	}
	r.mu.Lock()
	state := &r.states[n]
	again := state.outcome != 0
	state.outcome, state.offset = numberOf(outcome), offset
	if !outcome.Word().Good {
		r.bad++
	}
	most := r.options.MaxErrors.of(len(r.states))
	tooMany := most >= 0 && r.bad > most
	alike, detail := r.alike.learn(outcome, record)
	r.mu.Unlock()
	if again {
		return &InternalError{"a row got a second outcome"}
	}
	r.observe(run.Event{Kind: run.RowDone, Row: record.Row, Outcome: outcome})
	switch {
	case tooMany:
		r.stop(reasonMaxErrors, "")
	case alike:
		r.stop(reasonAlike, detail)
	}
	return nil
}

// leaveOpen puts a row among those that only a listing can settle.
func (r *runner) leaveOpen(row openRow) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open = append(r.open, row)
}

// reasonOfStop returns why the intake ended.
func (r *runner) reasonOfStop() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped == nil {
		return reasonInterrupted
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

// alikeGuard notices that the first rows of a run are all refused in the same way.
type alikeGuard struct {
	over  bool // a row fared otherwise
	first string
	rows  int
}

// The number of rows after which alike refusals stop a run; fewer when the service forbids.
const (
	alikeRows     = 10
	forbiddenRows = 5
)

func (g *alikeGuard) learn(outcome run.Outcome, record journal.Record) (bool, string) {
	if g.over || outcome == run.AlreadyExists || record.Reason == reasonNoSuchID {
		return false, ""
	}
	what := serviceSaid(record)
	if outcome != run.Rejected || g.rows > 0 && what != g.first {
		g.over = true
		return false, ""
	}
	g.first = what
	g.rows++
	enough := alikeRows
	if record.HTTPStatus == 403 {
		enough = forbiddenRows
	}
	return g.rows >= enough, what
}
