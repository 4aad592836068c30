package importer

import (
	"refload/importer/outcome"
	"refload/internal/sheet"
	"refload/mapping"
)

// undoColumns are the columns of the list of an undo: a line a field, and one for a row of which nothing is restored.
var undoColumns = []sheet.Column{
	{Header: "Row", Width: 7, Wrap: true}, {Header: "What is done", Width: 18, Wrap: true}, {Header: "Deal Name", Width: 34, Wrap: true}, {Header: "Customer Name", Width: 28, Wrap: true},
	{Header: "Referral ID", Width: 38, Wrap: true}, {Header: "Field", Width: 34, Wrap: true}, {Header: "Now", Width: 44, Wrap: true}, {Header: "Goes back to", Width: 44, Wrap: true},
	{Header: "Message", Width: 40, Wrap: true},
}

// UndoList is a file with all that an undo would restore, values included: what is printed has none that may be
// personal. It is for people and is never read again, so a workbook is marked as a plan, which no import takes.
type UndoList struct {
	path   string
	table  sheet.Table
	commit func() error
	abort  func()
	err    error // of a row that could not be written
	done   bool
}

// CreateUndoList starts a list, a CSV or a workbook by its extension. It stands at its place after Commit.
func CreateUndoList(path string) (*UndoList, error) {
	list := &UndoList{path: path}
	var err error
	if list.table, list.commit, list.abort, err = createSheet(path, planMark, "Undo", undoColumns, nil); err != nil {
		return nil, &outcome.ResultsError{Path: path, Err: err}
	}
	return list, nil
}

// Write adds a row; what goes wrong is told by Commit.
func (l *UndoList) Write(row PlanRow) {
	changes := row.Changes
	if len(changes) == 0 {
		changes = []PlanChange{{}}
	}
	for _, c := range changes {
		cells := []sheet.Out{sheet.CountCell(row.Row)}
		for _, value := range []string{row.Action, row.Deal, row.Customer, row.ReferralID, c.Field, mapping.ValueText(c.Old), mapping.ValueText(c.New), row.Message} {
			cells = append(cells, sheet.TextCell(value, sheet.Plain))
		}
		l.err = firstError(l.err, l.table.Write(cells))
	}
}

// Commit puts the list at its place; the second time it does nothing.
func (l *UndoList) Commit() error {
	if l.done {
		return nil
	}
	l.done = true
	if err := firstError(l.err, l.commit()); err != nil {
		return &outcome.ResultsError{Path: l.path, Err: err}
	}
	return nil
}

// Abort gives the list up; after Commit it does nothing.
func (l *UndoList) Abort() { l.abort() }
