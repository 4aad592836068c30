package importer

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"refload/importer/journal"
	"refload/internal/listing"
	"refload/internal/run"
)

// leastKept is how long every run is kept, whatever the retention: later runs ask journals for
// referrals that the list may not show yet, and twice that is for clocks that were set.
const leastKept = 2 * keptAnyway

// retire removes the folders of runs that were kept for as long as is asked, and tells of it in one
// line. The lock is held. What cannot be removed stays for the next time and stops no import.
func (o Options) retire() {
	if o.Retention <= 0 || o.DryRun {
		return
	}
	folders, err := o.retired()
	removed := 0
	for _, folder := range folders {
		if err == nil {
			err = folder.Remove()
		}
		if err == nil {
			removed++
		}
	}
	if removed > 0 {
		tell(o.Observe, run.Event{Kind: run.Said, Text: fmt.Sprintf("the folders of %d finished runs were removed, whose last record is older than the retention of %d days", removed, int(o.Retention/(24*time.Hour)))})
	}
	if err != nil {
		tell(o.Observe, run.Event{Kind: run.Said, Text: "old runs were not all removed: " + err.Error()})
	}
}

// retired returns the folders that may go, the oldest first: of runs with which nobody would go on,
// and without which later runs would judge exactly as with them.
func (o Options) retired() ([]*run.Folder, error) {
	old, err := o.oldRuns()
	if err != nil || len(old) == 0 {
		return nil, err
	}
	all, err := o.Home.Binding()
	if err != nil {
		return nil, err
	}
	whole, err := pastOf(o, all, nil)
	if err != nil {
		return nil, err
	}
	rest, err := pastOf(o, without(all, old), nil)
	if err != nil {
		return nil, err
	}
	needed := whole.differs(rest)
	if last := whole.lastSize(o.Name, o.Began); last.name() != rest.lastSize(o.Name, o.Began).name() {
		needed.run = last.name() // the brake --min-rows compares with it
	}
	if needed.none() {
		return old, nil
	}
	if old, err = o.unneeded(old, needed); err != nil {
		return nil, err
	}
	rest, err = pastOf(o, without(all, old), nil)
	if err != nil || !whole.differs(rest).none() {
		return nil, err // nothing goes that is not understood
	}
	return old, nil
}

// oldRuns returns the folders of runs that are old enough and have no row to go on with that a later
// run could not have settled, the oldest first. The newest run stays.
func (o Options) oldRuns() ([]*run.Folder, error) {
	folders, err := o.Home.Folders()
	if err != nil || len(folders) == 0 {
		return nil, err
	}
	before := o.Now().Add(-max(o.Retention, leastKept))
	var old []*run.Folder
	for _, folder := range folders[:o.newest(folders)] {
		if !folder.Before(before) {
			break
		}
		history, err := ReadHistory(o.Journals, folder)
		if errors.Is(err, journal.ErrNoRun) {
			continue
		}
		if err != nil {
			return nil, err
		}
		judged := history.Counts[run.Unknown] + history.More // by what later runs found
		if history.Last.Before(before) && history.Unfinished() == judged {
			old = append(old, folder)
		}
	}
	return old, nil
}

// newest returns the index of the newest run that recorded something.
func (o Options) newest(folders []*run.Folder) int {
	for i := len(folders) - 1; i > 0; i-- {
		if _, err := ReadHistory(o.Journals, folders[i]); !errors.Is(err, journal.ErrNoRun) {
			return i
		}
	}
	return 0
}

// without returns the folders of all that are not among some.
func without(all, some []*run.Folder) []*run.Folder {
	return slices.DeleteFunc(slices.Clone(all), func(f *run.Folder) bool {
		return slices.ContainsFunc(some, func(g *run.Folder) bool { return g.Path() == f.Path() })
	})
}

// need is what would be forgotten, or come back, without some runs.
type need struct {
	past    *past
	keys    map[string]bool // of open creates
	markers map[uint64]bool // of referrals of which something is left to do, hashed
	run     string          // whose number of rows the file that is imported is compared with
}

func (n need) none() bool { return len(n.keys)+len(n.markers) == 0 && n.run == "" }

// differs returns what another past says otherwise. Both ways count: an open create that a run has
// settled would bind again when that run were gone.
func (p *past) differs(other *past) need {
	n := need{past: p, keys: map[string]bool{}, markers: map[uint64]bool{}}
	for _, open := range []map[string]openIntent{p.open, other.open} {
		for key := range open {
			was, here := p.open[key]
			is, there := other.open[key]
			if here != there || was.marker != is.marker || was.sends != is.sends || !was.last.Ours.Equal(is.last.Ours) {
				n.keys[key], n.markers[listing.HashText(p.ids.Key(open[key].marker))] = true, true
			}
		}
	}
	for _, refused := range []map[uint64]journal.Record{p.refused, other.refused} {
		for key := range refused {
			_, here := p.refused[key]
			_, there := other.refused[key]
			if here != there {
				n.markers[key] = true
			}
		}
	}
	both := maps.Clone(p.begun)
	maps.Copy(both, other.begun)
	for marker := range both {
		was, here := p.begun[marker]
		is, there := other.begun[marker]
		if here != there || was != is {
			n.markers[marker] = true
		}
	}
	return n
}

// unneeded returns the folders whose journals say nothing of what is needed.
func (o Options) unneeded(folders []*run.Folder, n need) ([]*run.Folder, error) {
	var free []*run.Folder
	for _, folder := range folders {
		needed, err := n.in(o.Journals, folder)
		if err != nil {
			return nil, err
		}
		if !needed {
			free = append(free, folder)
		}
	}
	return free, nil
}

// in reports whether the journal of a run speaks of what is needed.
func (n need) in(store journal.Store, folder *run.Folder) (bool, error) {
	if folder.Run == n.run {
		return true, nil
	}
	file, err := store.Open(folder.Journal())
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer file.Close()
	speaks := false
	_, err = journal.Read(file, func(record journal.Record, _ int64) error {
		if marker := n.past.ids.Key(record.Marker); marker != "" && (n.keys[marker] || n.markers[listing.HashText(marker)]) {
			speaks = true
		}
		if key := n.past.keyOf(record); key != "" && (n.keys[key] || n.markers[listing.HashText(key)]) {
			speaks = true
		}
		return nil
	})
	return speaks, err
}
