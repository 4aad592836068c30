package importer

import (
	"errors"
	"fmt"
	"os"
	"time"

	"refload/importer/journal"
	"refload/internal/run"
)

// openIntent is a create that was sent and of which no outcome is known.
type openIntent struct {
	marker string
	sends  int       // how often it was sent in the life of its row
	last   time.Time // when it was last sent
	run    string    // the run that sent it last
}

// past is what earlier runs against the same target left behind. It binds every later run,
// whatever file or command it comes from.
type past struct {
	open map[string]openIntent // creates without an outcome, by folded marker
	made map[uint64]made       // referrals of late, which the list may not show yet, by hash of the marker
	late time.Time             // what was made before is listed by now
}

// made is a referral that an earlier run made.
type made struct {
	id   string
	when time.Time
}

// listedAfter is how long after its creation a referral is in every listing, for certain. Within
// this time the journal is asked too: a listing that lags must not make a second referral.
const listedAfter = 24 * time.Hour

// readPast reads the journals of all earlier runs.
func readPast(store journal.Store, home *run.Home, now time.Time) (*past, error) {
	folders, err := home.Folders()
	if err != nil {
		return nil, err
	}
	p := newPast(now)
	for _, folder := range folders {
		if err := p.readRun(store, folder); err != nil {
			return nil, fmt.Errorf("run %s: %w", folder.Run, err)
		}
	}
	return p, nil
}

func newPast(now time.Time) *past {
	return &past{open: map[string]openIntent{}, made: map[uint64]made{}, late: now.Add(-listedAfter)}
}

// readRun takes one journal into account. A folder without a journal, or whose journal has no
// header, sent nothing.
func (p *past) readRun(store journal.Store, folder *run.Folder) error {
	file, err := store.Open(folder.Journal())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	rows := map[int]string{} // the marker that a row's last intent carried
	_, err = journal.Read(file, func(record journal.Record, _ int64) error {
		p.take(folder.Run, record, rows)
		return nil
	})
	if errors.Is(err, journal.ErrNoRun) {
		return nil
	}
	return err
}

// settled are the outcomes after which nothing of a row is open.
var settled = map[run.Outcome]bool{
	run.Created: true, run.AlreadyExists: true, run.Rejected: true, run.Updated: true, run.Unchanged: true, run.Conflict: true,
}

func (p *past) take(name string, record journal.Record, rows map[int]string) {
	switch record.Kind {
	case journal.Intent:
		fold := foldMarker(record.Marker)
		rows[record.Row] = fold
		p.open[fold] = openIntent{record.Marker, record.Send, record.Time, name}
	case journal.Answer:
		if fold := rows[record.Row]; record.Outcome == notExecuted {
			p.takeBack(fold)
		}
	case journal.Outcome:
		p.settle(record, rows[record.Row])
	}
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

// settle takes the outcome of a row into account. A row without an intent has no marker here.
func (p *past) settle(record journal.Record, fold string) {
	if !settled[run.Outcome(record.Outcome)] {
		return
	}
	delete(p.open, fold)
	if fold != "" && record.ReferralID != "" && record.Time.After(p.late) {
		p.made[hashText(fold)] = made{record.ReferralID, record.Time}
	}
}
