package importer

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"refload/importer/outcome"
	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

// planMark marks a workbook as a plan.
const planMark = "plan"

// planColumns are the columns of the sheet Plan. The last one is the machine's.
var planColumns = []sheet.Column{
	{Header: "Row", Width: 7, Wrap: true}, {Header: "Action", Width: 14, Wrap: true}, {Header: "Deal Name", Width: 34, Wrap: true}, {Header: "Customer Name", Width: 28, Wrap: true},
	{Header: "Changes", Width: 60, Wrap: true}, {Header: "Cannot be taken back", Width: 28, Wrap: true},
	{Header: "Approve", Width: 10, Wrap: true, Allowed: []string{"yes", "no"}, Note: "yes or no. A row that says no is skipped, also one that needs a person; one that would be sent and says neither is held."},
	{Header: "Approved by", Width: 14, Wrap: true}, {Header: "Remark", Width: 20, Wrap: true}, {Header: "Message", Width: 40, Wrap: true}, {Header: "Hint", Width: 36, Wrap: true},
	{Header: "Referral ID", Width: 38, Wrap: true, Group: true}, {Header: "Planned", Width: 12, Hidden: true},
}

var planChangeColumns = []sheet.Column{
	{Header: "Row", Width: 7, Wrap: true}, {Header: "Deal Name", Width: 34, Wrap: true}, {Header: "Field", Width: 34, Wrap: true}, {Header: "Old", Width: 44, Wrap: true}, {Header: "New", Width: 44, Wrap: true},
}

// planBook is a plan as a workbook for approval: a line a row, a line a change, a summary.
type planBook struct {
	path          string
	book          *sheet.Workbook
	rows, changes sheet.Table
	header        PlanHeader
}

func createPlanBook(path string, announce func(hash string) error) (PlanWriter, error) {
	book, err := sheet.CreateWorkbook(path, planMark)
	if err != nil {
		return nil, &outcome.ResultsError{Path: path, Err: err}
	}
	book.Announce(announce)
	p := &planBook{path: path, book: book}
	if p.rows, err = book.AddSheet("Plan", planColumns); err == nil {
		p.changes, err = book.AddSheet("Changes", planChangeColumns)
	}
	if err != nil {
		book.Abort()
		return nil, &outcome.ResultsError{Path: path, Err: err}
	}
	return p, nil
}

// Begin keeps the header: it stands in the sheet Summary.
func (p *planBook) Begin(header PlanHeader) error {
	p.header = header
	return nil
}

// mostListed is how many changes the cell of a row lists; the sheet Changes has them all.
const mostListed = 12

// Write writes one row, and its changes.
func (p *planBook) Write(row PlanRow) error {
	machine := row
	machine.Changes, machine.Message, machine.Hint, machine.Deal, machine.Customer = nil, "", "", "", ""
	data, err := json.Marshal(machine)
	if err != nil {
		return err
	}
	approve := ""
	if row.Writes() {
		approve = "yes"
	}
	cells := []sheet.Out{sheet.CountCell(row.Row), sheet.TextCell(row.Action, actionStyle(row.Action))}
	for _, value := range []string{row.Deal, row.Customer, listChanges(row), strings.Join(row.Forever, ", "), approve, "", "", row.Message, row.Hint, row.ReferralID, string(data)} {
		cells = append(cells, sheet.TextCell(value, sheet.Plain))
	}
	if err := p.rows.Write(cells); err != nil {
		return err
	}
	for _, c := range row.Changes {
		line := []sheet.Out{sheet.CountCell(row.Row), sheet.TextCell(row.Deal, sheet.Plain), sheet.TextCell(c.Field, sheet.Plain), sheet.TextCell(mapping.ValueText(c.Old), sheet.Plain), sheet.TextCell(mapping.ValueText(c.New), sheet.Plain)}
		if err := p.changes.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// listChanges lists the changes of a row in one cell.
func listChanges(row PlanRow) string {
	var lines []string
	for i, c := range row.Changes {
		if i == mostListed {
			lines = append(lines, fmt.Sprintf("… %d more on the sheet Changes", len(row.Changes)-mostListed))
			break
		}
		if row.Action == ActionCreate {
			lines = append(lines, c.Field+": "+mapping.ShowValue(c.New))
			continue
		}
		lines = append(lines, c.Field+": "+mapping.ShowValue(c.Old)+" → "+mapping.ShowValue(c.New))
	}
	return strings.Join(lines, "; ")
}

// actionStyle is the look of an action.
func actionStyle(action string) sheet.Style {
	switch action {
	case ActionCreate:
		return sheet.Good
	case ActionUpdate:
		return sheet.Warn
	}
	return styleOf(run.Outcome(action))
}

// Commit writes the summary and puts the plan at its place.
func (p *planBook) Commit(preview Preview) error {
	table, err := p.book.AddSheet("Summary", []sheet.Column{{Width: 30}, {Width: 90}, {Width: 3}})
	if err != nil {
		return err
	}
	if err := sheet.WriteLines(table, p.summary(preview)); err != nil {
		return err
	}
	return p.book.Commit()
}

// boundTo is the label of the line that binds the workbook to its input and target.
const boundTo = "Bound to (do not change)"

func (p *planBook) summary(preview Preview) [][]sheet.Out {
	lines := [][]sheet.Out{{sheet.TextCell("Plan of "+filepath.Base(p.header.Input), sheet.Title)}, {}, {sheet.TextCell("About to be done", sheet.Strong), sheet.TextCell("Rows", sheet.OverNumbers)}}
	for _, word := range run.Words() {
		if n := preview.Planned[word.Outcome]; n > 0 {
			lines = append(lines, []sheet.Out{sheet.TextCell(planVerb(word.Outcome), styleOf(word.Outcome)), sheet.CountCell(n)})
		}
	}
	forever := preview.Weight.String()
	if forever == "" {
		forever = "nothing"
	}
	header, _ := json.Marshal(p.header) // a header of ours always marshals
	for _, line := range [][2]string{
		{"", ""}, {"Cannot be taken back", forever}, {"Target", p.header.Where}, {"Account", p.header.Account},
		{"Made", sheet.Stamp(p.header.Made)}, {"SHA-256 of the input", p.header.Hash}, {boundTo, string(header)},
	} {
		lines = append(lines, []sheet.Out{sheet.TextCell(line[0], sheet.Plain), sheet.TextCell(line[1], sheet.Plain)})
	}
	lines[len(lines)-1] = append(lines[len(lines)-1], sheet.TextCell("·", sheet.Muted)) // keeps the long text within its cell
	return lines
}

// planVerb is what a plan calls an outcome that is expected.
func planVerb(outcome run.Outcome) string {
	switch outcome {
	case run.Created:
		return ActionCreate
	case run.Updated:
		return ActionUpdate
	}
	return string(outcome)
}

// Abort gives the plan up.
func (p *planBook) Abort() { p.book.Abort() }

// readBook reads a plan saved as a workbook, with what people wrote into it.
func (p *PlanReader) readBook(path string) error {
	if _, err := os.Stat(path); err != nil {
		return &outcome.InputError{What: err.Error(), Advice: "check the name of the plan"}
	}
	book, err := sheet.Open(path, sheet.Options{Name: filepath.Base(path)})
	if err != nil {
		return err
	}
	defer book.Close()
	if err := p.readBinding(book); err != nil {
		return notAPlan(path, err)
	}
	if err := p.readApprovals(book); err != nil {
		return notAPlan(path, err)
	}
	return nil
}

// readBinding finds the header of the plan on the sheet Summary.
func (p *PlanReader) readBinding(book *sheet.Book) error {
	for row, err := range book.Rows("Summary") {
		if err != nil {
			return err
		}
		if row.At(0).Shown == boundTo {
			return json.Unmarshal([]byte(row.At(1).Stored), &p.Header)
		}
	}
	return errors.New(`its sheet Summary does not say what it is bound to`)
}

// readApprovals reads the sheet Plan, whatever order somebody has sorted it into.
func (p *PlanReader) readApprovals(book *sheet.Book) error {
	column := map[string]int{}
	for row, err := range book.Rows("Plan") {
		switch {
		case err != nil:
			return err
		case len(column) == 0:
			for i, cell := range row.Cells {
				column[cell.Shown] = i
			}
			if !hasAll(column, "Approve", "Planned") {
				return errors.New("its sheet Plan lacks the column Approve or the hidden column Planned")
			}
			continue
		}
		var planned PlanRow
		if err := json.Unmarshal([]byte(row.At(column["Planned"]).Stored), &planned); err != nil {
			return fmt.Errorf("row %d of the sheet Plan: %w", row.Number, err)
		}
		planned.Approve = row.At(column["Approve"]).Shown
		if err := p.keep(planned); err != nil {
			return err
		}
	}
	return nil
}

func hasAll(column map[string]int, names ...string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { _, there := column[name]; return !there })
}
