package importer

import (
	"errors"
	"os"
	"slices"
	"strings"

	"refload/api"
	"refload/importer/journal"
	"refload/internal/run"
	"refload/mapping"
)

// undoRow is what can be undone of one row of a run.
type undoRow struct {
	row     int
	outcome run.Outcome   // of the row in the run
	made    bool          // the run made the referral
	id      string        // of its referral
	prior   *api.Referral // as it was before the first change of the run; nil for one that the run made
	after   *api.Referral // as the last change of the run left it; nil where that is not known
	invited bool          // the run invited Microsoft
	forgot  bool          // a person was taken out of the states, see ForgetStates
}

// The words of an undo plan.
const (
	undoRestore = "restore"
	undoNothing = "as it was"
	undoChanged = "changed since"
	undoNever   = "cannot be undone"
)

// readUndo reads what a run did to referrals: its journal, and the states that it kept.
func readUndo(options Options, folder *run.Folder) ([]*undoRow, error) {
	return undoRows(options.Journals, folder, ofRun(folder, options))
}

// Changed returns how many referrals a run changed, or may have changed, that it did not make.
func Changed(store journal.Store, folder *run.Folder) (int, error) {
	rows, err := undoRows(store, folder, func(journal.Record) error { return nil })
	return len(slices.DeleteFunc(rows, func(u *undoRow) bool { return u.made })), err
}

// undoRows is readUndo, where own refuses records of another run.
func undoRows(store journal.Store, folder *run.Folder, own func(journal.Record) error) ([]*undoRow, error) {
	rows := map[int]*undoRow{}
	err := readRecords(store, folder.Journal(), func(record journal.Record) error {
		takeDone(rows, record)
		return own(record)
	})
	if err != nil {
		return nil, err
	}
	prior := folder.Path("prior", priorName)
	err = readRecords(store, prior, func(record journal.Record) error {
		takeState(rows, record)
		return own(record)
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) && !errors.Is(err, journal.ErrNoRun) {
		return nil, err
	}
	var list []*undoRow
	for _, u := range rows {
		if u.made || u.after != nil || u.prior != nil && unsure[u.outcome] {
			list = append(list, u)
		}
	}
	slices.SortFunc(list, func(a, b *undoRow) int { return a.row - b.row })
	return list, nil
}

// unsure are the outcomes of rows of which it is not known whether the run changed something;
// "" is that of a row at which the run was killed.
var unsure = map[run.Outcome]bool{"": true, run.Unknown: true, run.Unchanged: true, run.Waits: true}

// takeDone takes down what the journal says of a row.
func takeDone(rows map[int]*undoRow, record journal.Record) {
	if record.Kind != journal.Answer && record.Kind != journal.Outcome || record.Outcome == journal.NotExecuted || record.Outcome == journal.Ambiguous {
		return
	}
	u := rowOf(rows, record.Row)
	u.invited = u.invited || record.Step == journal.StepInvite && (record.Outcome == journal.StepWasDone || run.Outcome(record.Outcome).Word().Good)
	u.made = u.made || record.Outcome == string(run.Created) || record.Step == journal.StepCreate && record.Outcome == journal.StepWasDone
	if record.ReferralID != "" {
		u.id = record.ReferralID
	}
	if record.Kind == journal.Outcome {
		u.outcome = run.Outcome(record.Outcome)
	}
}

func rowOf(rows map[int]*undoRow, number int) *undoRow {
	if rows[number] == nil {
		rows[number] = &undoRow{row: number}
	}
	return rows[number]
}

// takeState takes down the state of a referral before or after a change. The first prior state
// of a row counts, and the last one after.
func takeState(rows map[int]*undoRow, record journal.Record) {
	state, err := api.ParseReferral(record.State)
	if err != nil {
		return
	}
	u := rowOf(rows, record.Row)
	u.forgot = u.forgot || forgotten(record.State)
	switch {
	case record.Kind == journal.Prior && u.prior == nil:
		u.prior, u.id = state, state.ID()
	case record.Kind == journal.After:
		u.after = state
	}
}

// readRecords reads every record of a journal; visit's error ends the reading.
func readRecords(store journal.Store, path string, visit func(journal.Record) error) error {
	file, err := store.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = journal.Read(file, func(record journal.Record, _ int64) error {
		return visit(record)
	})
	return err
}

// judge says what an undo does with a referral as it is now: what it restores, and why not more.
func (u *undoRow) judge(live *api.Referral) PlanRow {
	p := PlanRow{Row: u.row, Action: undoNever, ReferralID: u.id}
	switch {
	case live == nil:
		p.Message = "the service does not show the referral any more"
		return p
	case u.made || u.prior == nil:
		p.Deal, p.Customer = live.Text("name"), live.Text("customerProfile.name")
		p.Message = "the run made the referral, and a referral cannot be deleted"
		return p
	case u.forgot:
		p.Message = "what the run kept of the referral named a person who was forgotten ('runs forget'); set the fields by hand"
		return p
	case u.after == nil:
		p.Message = "the run did not note what became of its change; compare the referral by hand"
		return p
	}
	p.Deal, p.Customer, p.ETag = live.Text("name"), live.Text("customerProfile.name"), live.ETag()
	restored, theirs, never := u.restored(live)
	for _, c := range mapping.Changes(live, restored) {
		p.Changes = append(p.Changes, PlanChange{Field: mapping.HeaderOf(c.Path), Path: c.Path, Old: c.Old, New: c.New})
	}
	switch {
	case live.State().Status == statusClosed && len(p.Changes)+len(never) > 0:
		p.Changes, p.Message = nil, "the deal is closed, and a closed deal cannot be changed any more"
	case len(p.Changes) > 0:
		p.Action = undoRestore
	case len(theirs) > 0:
		p.Action = undoChanged
	case len(never) == 0:
		p.Action = undoNothing
	}
	p.Message = joined(p.Message, u.remarks(theirs, never))
	return p
}

// remarks says what is not restored, and why.
func (u *undoRow) remarks(theirs, never []string) string {
	var parts []string
	if len(theirs) > 0 {
		parts = append(parts, "changed by somebody else since, and left: "+fieldNames(theirs))
	}
	if len(never) > 0 {
		parts = append(parts, "cannot be taken back: "+fieldNames(never))
	}
	if u.invited {
		parts = append(parts, "Microsoft stays invited")
	}
	return strings.Join(parts, "; ")
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}

// oneWay are the properties that never go back.
var oneWay = map[string]bool{sellersPath: true, "status": true, "substatus": true}

// restored returns the referral with what the run changed as it was before, the paths that
// somebody else has changed since, and those that never go back. An array goes back as a whole.
func (u *undoRow) restored(live *api.Referral) (document *api.Referral, theirs, never []string) {
	document = live.Clone()
	for _, path := range wholePaths(contentDiff(u.prior, u.after)) {
		was, _ := u.prior.Get(path)
		ours, _ := u.after.Get(path)
		is, _ := live.Get(path)
		switch {
		case api.Equal(is, was):
		case path == "acceptedDateTime" || path == "closedDateTime":
		case oneWay[path]:
			never = append(never, path)
		case !api.Equal(is, ours):
			theirs = append(theirs, path)
		case document.Set(path, was) != nil:
			theirs = append(theirs, path)
		}
	}
	return document, theirs, never
}

// wholePaths returns the paths of changes, each array once and as a whole.
func wholePaths(changes []api.Change) []string {
	var paths []string
	for _, c := range changes {
		path, _, _ := strings.Cut(c.Path, "[")
		if !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	return paths
}
