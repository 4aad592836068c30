package importer

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"time"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/listing"
	"refload/internal/run"
	"refload/mapping"
)

// openIntent is a create that was sent and of which no outcome is known.
type openIntent struct {
	marker  string
	sends   int             // how often it was sent in the life of its row
	last    api.Moment      // when it was last sent
	run     string          // the run that sent it last
	refused *journal.Record // how the service refused the last send as there already, which no listing has shown; nil for none
}

// past is what earlier runs against the same target left behind. It binds every later run,
// whatever file or command it comes from.
type past struct {
	open map[string]openIntent // creates without an outcome, by key: that of the marker, or inviteKey
	made map[uint64]made       // referrals that were made, by hash of the key
	versions

	// begun are the markers, hashed, of referrals that were made for rows of which something is
	// left to do; the value says whether it is only the closing, which was put off.
	begun map[uint64]bool

	// refused are creates, by hash of the key, that the service refused as there already, and that no listing showed: only
	// a person has them sent again.
	refused map[uint64]journal.Record

	known bool // a run came to its end or made a referral: this state folder is no new one

	openHashes map[uint64]bool    // of the keys of open
	sizes      map[string]sizeRun // how many rows the last run of a file had, by its name

	ids   mapping.IDs
	owned []uint64 // of CRM IDs that rows of earlier runs had, hashed and sorted

	counts  func(*run.Folder, journal.Header) bool // see readPast; may be nil
	changed map[uint64]bool                        // ids of the referrals that such runs made or changed, hashed
}

// made is a referral that an earlier run made. There may be a million of them.
type made struct {
	id      listing.GUID
	when    int64 // nanoseconds by our clock
	service int64 // and by the service's; 0 where it was not known
}

// moment returns when it was made, by both clocks.
func (m made) moment() api.Moment {
	at := api.Moment{Ours: time.Unix(0, m.when)}
	if m.service != 0 {
		at.Service = time.Unix(0, m.service)
	}
	return at
}

// nanoseconds is a time as it is kept in memory; 0 for the zero time.
func nanoseconds(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixNano()
}

// keptAnyway is how long the journal of a run is kept, whatever the retention: it knows what was made and the list may not show yet.
const keptAnyway = 24 * time.Hour

// readPast reads the journals of all earlier runs.
// changed says of a run whether it counts which referrals it made or changed; nil for of none.
func readPast(o Options, changed func(*run.Folder, journal.Header) bool) (*past, error) {
	folders, err := o.Home.Binding()
	if err != nil {
		return nil, err
	}
	return pastOf(o, folders, changed)
}

// pastOf reads the journals of some runs, which come in the order in which they began.
func pastOf(o Options, folders []*run.Folder, changed func(*run.Folder, journal.Header) bool) (*past, error) {
	p := newPast(o.ids())
	p.counts = changed
	for _, folder := range folders {
		if err := p.readRun(o, folder); err != nil {
			return nil, fmt.Errorf("run %s: %w", folder.Run, err)
		}
	}
	for key := range p.open {
		p.openHashes[listing.HashText(key)] = true
	}
	slices.Sort(p.owned)
	p.owned = slices.Compact(p.owned)
	return p, nil
}

func newPast(ids mapping.IDs) *past {
	return &past{ids: ids, changed: map[uint64]bool{}, open: map[string]openIntent{}, made: map[uint64]made{}, begun: map[uint64]bool{},
		refused: map[uint64]journal.Record{}, openHashes: map[uint64]bool{}, sizes: map[string]sizeRun{}, versions: newVersions()}
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
	braked, counts := false, false
	found, err := journal.Read(file, func(record journal.Record, _ int64) error {
		p.take(folder.Run, record, rows)
		braked = braked || heldBack[record.Reason]
		if record.Header != nil && p.counts != nil {
			counts = p.counts(folder, *record.Header)
		}
		p.own(record, counts)
		return own(record)
	})
	if errors.Is(err, journal.ErrNoRun) {
		return nil
	}
	if err == nil && !braked && !found.Header.Braked && found.Header.Rows > 0 {
		p.sizes[found.Header.Input] = sizeRun{folder, found.Header.Rows}
	}
	return err
}

// own takes down whose a CRM ID is, and where that counts, which referral a run made or changed.
func (p *past) own(record journal.Record, counts bool) {
	outcome := run.Outcome(record.Outcome)
	changes := outcome == run.Created || outcome == run.Updated
	if record.Marker != "" && (record.Kind == journal.Intent && record.Step == journal.StepCreate || record.Kind == journal.Outcome && (changes || outcome == run.Unchanged)) {
		p.owned = append(p.owned, listing.HashText(p.ids.Key(record.Marker)))
	}
	if counts && changes && record.Kind == journal.Outcome && record.ReferralID != "" {
		p.changed[listing.HashText(record.ReferralID)] = true
	}
}

// sent is what a run sent last for a row.
type sent struct {
	key    string // of the last create, "" for a change
	marker string // of the row's own referral, its key
	from   uint64 // the version that a change was made against, hashed
}

// settled are the outcomes after which nothing of a row is open.
var settled = map[run.Outcome]bool{
	run.Created: true, run.AlreadyExists: true, run.Rejected: true, run.Updated: true, run.Unchanged: true, run.Waits: true, run.Conflict: true,
	run.Held: true, run.Blocked: true,
}

// keyOf returns by what the create of an intent is looked for; "" for a change.
func (p *past) keyOf(record journal.Record) string {
	switch record.Step {
	case journal.StepCreate:
		return p.ids.Key(record.Marker)
	case journal.StepInvite:
		return listing.InviteKey(record.EngagementID)
	}
	return ""
}

func (p *past) take(name string, record journal.Record, rows map[int]sent) {
	row := rows[record.Row]
	p.versions.take(record, row)
	switch record.Kind {
	case journal.Intent:
		rows[record.Row] = sent{p.keyOf(record), p.ids.Key(record.Marker), versionHash(record)}
		if key := p.keyOf(record); key != "" {
			p.open[key] = openIntent{marker: record.Marker, sends: record.Send, last: api.Moment{Ours: record.Time, Service: record.Service}, run: name}
			delete(p.refused, listing.HashText(key))
		}
	case journal.Answer:
		switch {
		case row.key == "":
		case record.Outcome == journal.NotExecuted:
			p.takeBack(row.key)
		case record.Outcome == journal.Ambiguous && record.HTTPStatus == http.StatusConflict:
			p.refuse(row.key, record)
		case record.Outcome == journal.StepWasDone:
			p.close(row.key, record)
			if row.marker != "" {
				p.begun[listing.HashText(row.marker)] = false
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
	hash := listing.HashText(key)
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
	if id, ok := listing.GUIDOf(record.ReferralID); ok {
		p.made[listing.HashText(key)] = made{id, nanoseconds(record.Time), nanoseconds(record.Service)}
	}
}

// settle takes the outcome of a row into account. The record of a row without an intent of its
// own may name the marker whose open send it settles.
func (p *past) settle(record journal.Record, row sent) {
	became := run.Outcome(record.Outcome)
	if !settled[became] {
		return
	}
	marker, good := row.marker, became.Word().Good || record.Reason == outcome.ReasonTwice
	if record.Marker != "" {
		marker = p.ids.Key(record.Marker)
		if _, open := p.open[marker]; open && good {
			p.close(marker, record)
		}
		delete(p.open, marker)
	}
	if good {
		delete(p.refused, listing.HashText(marker))
	}
	executed := good && (record.Step == journal.StepInvite || row.key == marker)
	switch {
	case refusedForGood(record, row):
		p.remember(record, marker)
	case row.key == "":
	case executed:
		p.close(row.key, record)
	case became == run.Rejected, record.Reason == outcome.ReasonHalf:
		delete(p.open, row.key) // provably not executed
	}
	if marker != "" {
		p.remains(record, listing.HashText(marker))
	}
}

// refusedForGood reports whether an outcome says that a create was refused as there already. Earlier versions wrote
// it down as any other refusal.
func refusedForGood(record journal.Record, row sent) bool {
	switch record.Reason {
	case outcome.ReasonThere:
		return true
	case outcome.ReasonHalf:
		return record.Step == journal.StepInvite && record.HTTPStatus == http.StatusConflict
	}
	return record.Reason == outcome.ReasonRefused && record.HTTPStatus == http.StatusConflict && row.key != "" && row.key == row.marker
}

// remember takes down that a create was refused as there already.
func (p *past) remember(record journal.Record, marker string) {
	key := marker
	if record.Step == journal.StepInvite {
		key = listing.InviteKey(record.EngagementID)
	}
	delete(p.open, key)
	p.refused[listing.HashText(key)] = *refusalIn(record)
}

// remains takes down what the outcome leaves to do for the row.
func (p *past) remains(record journal.Record, marker uint64) {
	switch {
	case record.Reason == outcome.ReasonHalf:
		p.begun[marker] = false
	case record.Reason == outcome.ReasonCloseLater:
		p.begun[marker] = true
	case run.Outcome(record.Outcome).Word().Good:
		delete(p.begun, marker)
	}
}
