package exporter

import (
	"refload/internal/sheet"
	"refload/mapping"
)

// SnapshotPath is the column that is filled in from the cells beside it.
const SnapshotPath = "@snapshot"

// table makes the cells of rows.
type table struct {
	columns  []mapping.ExportColumn
	headers  []string // of the columns that an import reads
	snapshot int      // the index of the column Snapshot, -1 for none
	typed    bool     // the format knows dates, and looks

	out   []sheet.Out
	texts []string
}

func newTable(columns []mapping.ExportColumn, typed bool) *table {
	t := &table{columns: columns, typed: typed, snapshot: -1, out: make([]sheet.Out, len(columns))}
	for i, c := range columns {
		if c.Path == SnapshotPath {
			t.snapshot = i
		}
		if c.Data {
			t.headers = append(t.headers, c.Header)
		}
	}
	return t
}

// cells returns the cells of a referral; they are good until the next call.
func (t *table) cells(r *row) ([]sheet.Out, error) {
	t.texts = t.texts[:0]
	for i := range t.columns {
		c := &t.columns[i]
		cell, err := c.Cell(r.Exported)
		if err != nil {
			return nil, err
		}
		if c.Data {
			t.texts = append(t.texts, cell.Text)
		}
		t.out[i] = t.cell(c, cell, r)
	}
	if t.snapshot < 0 {
		return t.out, nil
	}
	text, err := mapping.SnapshotOf(t.headers, t.texts)
	if err != nil {
		return nil, &mapping.EncodeError{Header: "Snapshot", Reason: err.Error(), Advice: "export fewer columns with --columns, or JSON lines, which have no such limit"}
	}
	t.out[t.snapshot] = sheet.TextCell(text, sheet.Plain)
	return t.out, nil
}

func (t *table) cell(c *mapping.ExportColumn, cell mapping.Encoded, r *row) sheet.Out {
	if !t.typed {
		if cell.Full != "" {
			cell.Text = cell.Full
		}
		return sheet.Out{Kind: cell.Kind, Text: cell.Text}
	}
	return sheet.Out{Kind: cell.Kind, Text: cell.Text, Style: styleOf(c, cell.Text, r)}
}

// statusStyles are the looks of statuses; the words stand beside the colour.
var statusStyles = map[string]sheet.Style{
	"New": sheet.Warn, "Pending": sheet.Warn, "Received": sheet.Warn, "Active": sheet.Going, "Accepted": sheet.Going,
	"Won": sheet.Good, "Lost": sheet.Bad, "Declined": sheet.Bad, "Error": sheet.Bad, "Expired": sheet.Muted, "Closed": sheet.Muted,
}

// styleOf returns the look of a cell: the status in its colour, Microsoft's rows in grey.
func styleOf(c *mapping.ExportColumn, text string, r *row) sheet.Style {
	switch {
	case c.Path == "status" && text == "Closed":
		return statusStyles[r.Doc.Text("substatus")]
	case c.Path == "status", c.Path == "substatus", c.Path == "@microsoftStatus", c.Path == "@microsoftSubstatus":
		return statusStyles[text]
	case !r.OurSide:
		return sheet.Muted
	}
	return sheet.Plain
}
