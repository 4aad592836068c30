package importer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"refload/api"
	"refload/importer/outcome"
	"refload/internal/listing"
	"refload/internal/run"
	"refload/mapping"
)

// Summary is what a run has to say at its end.
type Summary struct {
	Run          string // "" where nothing was recorded
	File         string
	Hash         string // SHA-256 of the file, in hex
	Sheet        string
	Target       string
	Account      string // signed-in account, as far as it is known
	Who          string // who ran it, and where
	Tool         string
	Started      time.Time
	Ended        time.Time
	Rows         int // data rows
	Counts       run.Counts
	Planned      run.Counts   // of a dry run that came to its end: what a run would do with the rows; nil for none
	Totals       []Total      // deal values of the rows that could be sent
	Weight       Irreversible // what was done that cannot be taken back
	Listed       int          // referrals that the service had before
	ListGap      string       // why nobody can tell whether the list is complete, "" where it is
	ListAccepted bool         // the profile lets creates go on all the same
	Gone         int          // referrals that earlier runs made and the service does not show any more
	Elsewhere    []Elsewhere  // by run, the oldest first
	Later        int          // rows of which a later import does the rest, see --close-after
	Requests     int
	Throttled    int
	Results      string // path of the results file, "" where none was written
	Beside       Beside // the file that was left alone, so that Results has another name
	Place        func(mapping.Problem) string
	Problems     *Problems

	cause string // why rows were not attempted that the journal does not know
	hint  string // what a person can do about it, "" for what holds for all such rows
}

// Reason is the word for why rows are held although nothing is wrong with them, "" for none.
func (s *Summary) Reason() string {
	if s.ListGap != "" && !s.ListAccepted && s.Counts[run.Held] > 0 {
		return outcome.ReasonListIncomplete
	}
	return ""
}

// ListWords says what is to be said of the list, "" for nothing.
func (s *Summary) ListWords() string {
	var parts []string
	switch {
	case s.ListGap != "" && s.ListAccepted:
		parts = append(parts, "the list of the service is not complete ("+s.ListGap+"); the profile says list-hides: accepted, so a deal that is hidden may be made again")
	case s.ListGap != "":
		parts = append(parts, "the list of the service is not complete ("+s.ListGap+"); nothing is created by it")
	}
	if s.Gone > 0 {
		parts = append(parts, run.Counted(s.Gone, "referral")+" of earlier runs gone from view: the service shows this account nothing under the id")
	}
	return strings.Join(parts, "; ")
}

func newSummary(in *input, options Options) *Summary {
	return &Summary{
		File: options.Name, Hash: in.hash, Sheet: in.sheet, Target: options.Target.Name, Account: options.Account, Who: options.Who, Tool: options.Tool,
		Started: options.Now(), Counts: run.Counts{}, Problems: &Problems{}, Place: in.Place,
	}
}

func (s *Summary) take(done *checked) {
	s.Rows, s.Problems, s.Totals = len(done.states), &done.problems, done.totals.list()
}

// askedBy takes down how many requests were sent, also by a run that ended early.
func (s *Summary) askedBy(m *meter) { s.Requests, s.Throttled = m.counts() }

func (s *Summary) end(now func() time.Time) { s.Ended = now() }

// Took returns how long the run has taken, in whole tenths of a second.
func (s *Summary) Took() time.Duration {
	ended := s.Ended
	if ended.IsZero() {
		return 0
	}
	return ended.Sub(s.Started).Round(100 * time.Millisecond)
}

// preview counts what the run is about to do, as it was foreseen; the row itself is looked at
// again when its turn comes.
func (r *runner) preview(summary *Summary, view listing.View) Preview {
	planned := run.Counts{}
	before := 0
	for i := range r.states {
		state := &r.states[i]
		switch {
		case state.offset != 0:
			before++
		case state.outcome != 0:
			planned[state.word()]++
		default:
			planned[outcomeOrder[state.planned.outcome]]++
		}
	}
	return Preview{
		File: summary.File, Target: summary.Target, Rows: summary.Rows,
		Planned: planned, Weight: r.weigh(), Before: before, View: view, Problems: summary.Problems,
	}
}

// foretell counts for a dry run what the run would do with each row. What becomes of a row without a request counts
// as if the run had been; what would be sent is planned only, and held where a brake would stop the run.
func (r *runner) foretell(summary *Summary, braked bool) {
	summary.Planned = r.preview(summary, r.index.View.View()).Planned
	for outcome, n := range summary.Planned {
		switch {
		case !sends[outcome]:
			summary.Counts[outcome] += n
		case braked:
			summary.Counts[run.Held] += n
		}
	}
	summary.Later = summary.Planned[run.Waits]
}

// sends are the planned outcomes of rows for which something is to be sent.
var sends = map[run.Outcome]bool{run.Created: true, run.Updated: true}

// plannedWords are the words of a plan, in the order in which they are said.
var plannedWords = []struct {
	outcome run.Outcome
	verb    string
}{
	{run.Created, "create %d"},
	{run.Updated, "update %d"},
	{run.Unchanged, "leave %d that are as they should be"},
	{run.Waits, "leave %d open until --close-after has passed"},
	{run.AlreadyExists, "leave %d that are there already"},
	{run.Unknown, "look for %d that were sent before without an answer"},
	{run.Held, "hold %d for a person"},
	{run.Conflict, "leave %d that somebody else changed"},
	{run.Blocked, "leave %d whose state does not allow it"},
	{run.Rejected, "refuse %d that are not there"},
	{run.Invalid, "leave out %d with problems"},
	{run.Duplicate, "leave out %d that stand in the file twice"},
	{run.Skipped, "skip %d as asked"},
}

// String says in one line what is about to be done, and where.
func (p Preview) String() string {
	var parts []string
	for _, word := range plannedWords {
		if n := p.Planned[word.outcome]; n > 0 {
			parts = append(parts, fmt.Sprintf(word.verb, n))
		}
	}
	if p.Before > 0 {
		parts = append(parts, fmt.Sprintf("%d were done before", p.Before))
	}
	if parts == nil {
		parts = []string{"nothing to do"}
	}
	return fmt.Sprintf("%s → %s: %s (%s)", p.File, p.Target, strings.Join(parts, ", "), run.Counted(p.Rows, "row"))
}

// String lists what cannot be taken back, "" where that is nothing.
func (i Irreversible) String() string {
	var parts []string
	for _, part := range []struct {
		n    int
		word string
	}{{i.Creates, "created"}, {i.Closes, "closed"}, {i.Shares, "opened to Microsoft's sellers"}, {i.Invites, "with Microsoft invited"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.word))
		}
	}
	return strings.Join(parts, ", ")
}

// readError turns what went wrong while listing into the reason for which the run stops. A request that was cut off
// because somebody wanted the run to end says nothing of the service.
func readError(ctx context.Context, err error) error {
	var failed *api.Error
	switch {
	case ctx.Err() != nil:
		return &outcome.StopError{Reason: reasonOfEnd(ctx)}
	case !errors.As(err, &failed):
		return err
	}
	return &outcome.StopError{Reason: reasonOfRead(err), Detail: readDetail(err)}
}
