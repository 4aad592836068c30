package importer

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"refload/importer/journal"
	"refload/internal/run"
)

// openIntent is a create that was sent and of which no outcome is known.
type openIntent struct {
	marker  string
	sends   int             // how often it was sent in the life of its row
	last    moment          // when it was last sent
	run     string          // the run that sent it last
	refused *journal.Record // how the service refused the last send as there already, which no listing has shown; nil for none
}

// past is what earlier runs against the same target left behind. It binds every later run,
// whatever file or command it comes from.
type past struct {
	open map[string]openIntent // creates without an outcome, by key: the folded marker, or inviteKey
	made map[uint64]made       // referrals of late, which the list may not show yet, by hash of the key
	late time.Time             // what was made before is listed by now

	// begun are the markers, hashed, of referrals that were made for rows of which something is
	// left to do; the value says whether it is only the closing, which was put off.
	begun map[uint64]bool

	// refused are creates, by hash of the key, that the service refused as there already, and that no listing showed: only
	// a person has them sent again.
	refused map[uint64]journal.Record

	known bool // a run came to its end or made a referral: this state folder is no new one

	openHashes map[uint64]bool    // of the keys of open
	sizes      map[string]sizeRun // how many rows the last run of a file had, by its name
}

// made is a referral that an earlier run made.
type made struct {
	id   string
	when moment
}

// listedAfter is how long after its creation a referral is in every listing, for certain. Within
// this time the journal is asked too: a listing that lags must not make a second referral.
const listedAfter = 24 * time.Hour

// readPast reads the journals of all earlier runs.
func readPast(o Options) (*past, error) {
	folders, err := o.Home.Binding()
	if err != nil {
		return nil, err
	}
	return pastOf(o, folders)
}

// pastOf reads the journals of some runs, which come in the order in which they began.
func pastOf(o Options, folders []*run.Folder) (*past, error) {
	p := newPast(o.Now())
	for _, folder := range folders {
		if err := p.readRun(o, folder); err != nil {
			return nil, fmt.Errorf("run %s: %w", folder.Run, err)
		}
	}
	for key := range p.open {
		p.openHashes[hashText(key)] = true
	}
	return p, nil
}

func newPast(now time.Time) *past {
	return &past{open: map[string]openIntent{}, made: map[uint64]made{}, begun: map[uint64]bool{}, refused: map[uint64]journal.Record{},
		openHashes: map[uint64]bool{}, sizes: map[string]sizeRun{}, late: now.Add(-listedAfter)}
}

// readRun takes one journal into account. A folder without a journal, or whose journal has no
// header, sent nothing.
func (p *past) readRun(o Options, folder *run.Folder) error {
	file, err := o.Journals.Open(folder.Journal())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	rows, own := map[int]sent{}, ofRun(folder, o)
	braked := false
	found, err := journal.Read(file, func(record journal.Record, _ int64) error {
		p.take(folder.Run, record, rows)
		braked = braked || record.Reason == reasonBrake
		return own(record)
	})
	if errors.Is(err, journal.ErrNoRun) {
		return nil
	}
	if err == nil && !braked && found.Header.Rows > 0 {
		p.sizes[found.Header.Input] = sizeRun{folder, found.Header.Rows}
	}
	return err
}

// sent is what a run sent last for a row.
type sent struct {
	key    string // of the last create, "" for a change
	marker string // of the row's own referral, folded
}

// settled are the outcomes after which nothing of a row is open.
var settled = map[run.Outcome]bool{
	run.Created: true, run.AlreadyExists: true, run.Rejected: true, run.Updated: true, run.Unchanged: true, run.Conflict: true,
	run.Held: true, run.Blocked: true,
}

// keyOf returns by what the create of an intent is looked for; "" for a change.
func keyOf(record journal.Record) string {
	switch record.Step {
	case stepCreate:
		return foldMarker(record.Marker)
	case stepInvite:
		return inviteKey(record.EngagementID)
	}
	return ""
}

func (p *past) take(name string, record journal.Record, rows map[int]sent) {
	row := rows[record.Row]
	switch record.Kind {
	case journal.Intent:
		rows[record.Row] = sent{keyOf(record), foldMarker(record.Marker)}
		if key := keyOf(record); key != "" {
			p.open[key] = openIntent{marker: record.Marker, sends: record.Send, last: moment{record.Time, record.Service}, run: name}
			delete(p.refused, hashText(key))
		}
	case journal.Answer:
		switch {
		case row.key == "":
		case record.Outcome == notExecuted:
			p.takeBack(row.key)
		case record.Outcome == ambiguous && record.HTTPStatus == http.StatusConflict:
			p.refuse(row.key, record)
		case record.Outcome == stepWasDone:
			p.close(row.key, record)
			if row.marker != "" {
				p.begun[hashText(row.marker)] = false
			}
		}
	case journal.Outcome:
		p.known = p.known || record.Outcome == string(run.Created)
		p.settle(record, row)
	case journal.RunEnd:
		p.known = true
	}
}

// refuse takes down that the service refused the last send of a key as there already.
func (p *past) refuse(key string, record journal.Record) {
	intent := p.open[key]
	intent.refused = refusalIn(record)
	p.open[key] = intent
}

// sent reports whether an earlier run of late sent a create with a key, whatever became of it.
func (p *past) sent(key string) bool {
	hash := hashText(key)
	_, made := p.made[hash]
	return made || p.openHashes[hash]
}

// takeBack undoes the last send of a marker: it provably was not executed.
func (p *past) takeBack(fold string) {
	intent := p.open[fold]
	intent.sends--
	if intent.sends <= 0 {
		delete(p.open, fold)
		return
	}
	p.open[fold] = intent
}

// close takes down that a create was executed.
func (p *past) close(key string, record journal.Record) {
	delete(p.open, key)
	if record.ReferralID != "" && record.Time.After(p.late) {
		p.made[hashText(key)] = made{record.ReferralID, moment{record.Time, record.Service}}
	}
}

// settle takes the outcome of a row into account. The record of a row without an intent of its
// own may name the marker whose open send it settles.
func (p *past) settle(record journal.Record, row sent) {
	outcome := run.Outcome(record.Outcome)
	if !settled[outcome] {
		return
	}
	marker, good := row.marker, outcome.Word().Good || record.Reason == reasonTwice
	if record.Marker != "" {
		marker = foldMarker(record.Marker)
		if _, open := p.open[marker]; open && good {
			p.close(marker, record)
		}
		delete(p.open, marker)
	}
	if good {
		delete(p.refused, hashText(marker))
	}
	executed := good && (record.Step == stepInvite || row.key == marker)
	switch {
	case refusedForGood(record, row):
		p.remember(record, marker)
	case row.key == "":
	case executed:
		p.close(row.key, record)
	case outcome == run.Rejected, record.Reason == reasonHalf:
		delete(p.open, row.key) // provably not executed
	}
	if marker != "" {
		p.remains(record, hashText(marker))
	}
}

// refusedForGood reports whether an outcome says that a create was refused as there already. Earlier versions wrote
// it down as any other refusal.
func refusedForGood(record journal.Record, row sent) bool {
	switch record.Reason {
	case reasonThere:
		return true
	case reasonHalf:
		return record.Step == stepInvite && record.HTTPStatus == http.StatusConflict
	}
	return record.Reason == reasonRefused && record.HTTPStatus == http.StatusConflict && row.key != "" && row.key == row.marker
}

// remember takes down that a create was refused as there already.
func (p *past) remember(record journal.Record, marker string) {
	key := marker
	if record.Step == stepInvite {
		key = inviteKey(record.EngagementID)
	}
	delete(p.open, key)
	p.refused[hashText(key)] = *refusalIn(record)
}

// remains takes down what the outcome leaves to do for the row.
func (p *past) remains(record journal.Record, marker uint64) {
	switch {
	case record.Reason == reasonHalf:
		p.begun[marker] = false
	case record.Reason == reasonCloseLater:
		p.begun[marker] = true
	case run.Outcome(record.Outcome).Word().Good:
		delete(p.begun, marker)
	}
}
