package mapping

import (
	"strings"
	"time"

	"refload/api"
	"refload/internal/sheet"
)

// clearWord is what empties a field. A blank cell leaves it as it is.
const clearWord = "<clear>"

// decoder reads one row into a record.
type decoder struct {
	columns  *Columns
	row      sheet.Row
	today    time.Time
	record   *Record
	said     []statement
	problems []Problem
	was      Snapshot // what the cells held when the row was exported
}

// statement is one thing that a row says: a property and its value. A value that was refused
// leaves the statement, so that what was said wrongly is not also missing.
type statement struct {
	target
	value   any
	cleared bool
	ref     Ref
	base    any  // the value when the row was exported
	based   bool // base is known
	packed  bool // the cell holds several parts
}

// spare is room for the parts of a few packed cells.
const spare = 12

func newRecord(row sheet.Row) *Record {
	return &Record{Row: row.Number, Doc: api.NewReferral(), Cells: make(map[string]Ref, len(row.Cells)), Cleared: map[string]bool{}, Implied: map[string]string{}}
}

// Decode reads a data row: what its cells say, the constants and defaults of the mapping file,
// and what follows from them. The problems are those of single cells and of rows that are
// alike; Check has those of the record as a whole. A record with a fault is incomplete and
// must not be sent. It may be called for any
// row in any order, also for rows that Observe has not seen.
func (c *Columns) Decode(row sheet.Row, today time.Time) (*Record, []Problem) {
	d := decoder{columns: c, row: row, today: today, record: newRecord(row), said: make([]statement, 0, len(row.Cells)+len(c.fixed)+spare)}
	d.record.columns = c
	d.record.Portal, d.record.Updates = c.portal, c.options.UpdatesOnly
	d.record.shareClosed, d.record.ids = c.ShareClosed(), c.options.IDs
	d.readSnapshot()
	for col := range c.each() {
		d.cell(col)
	}
	for _, f := range c.fixed {
		d.value(f.target, cellOf(f.text), f.how, Ref{Value: shown(f.text)})
	}
	d.place()
	d.imply()
	d.record.said = d.said
	return d.record, append(d.problems, c.alike(row)...)
}

// cell reads the cell of one column.
func (d *decoder) cell(col *column) {
	if col.field == nil || !col.field.read() {
		return
	}
	cell, filled := col.content(d.row)
	if cell.Kind == sheet.Blank {
		return
	}
	ref := Ref{Cell: sheet.CellName(col.index, d.row.Number), Column: col.header, Value: shown(cellText(d.row.At(col.index)))}
	if filled {
		ref = Ref{Column: col.header, Value: shown(col.fill)}
	}
	ref.Kept = d.was.Same(col.header, cellText(cell))
	if col.path == customerPath && !ref.Kept {
		d.record.CustomerWas, _ = d.was.Text(col.header)
	}
	before := len(d.said)
	d.value(col.target, cell, col.how, ref)
	d.rememberBase(col, col.how, d.said[before:])
}

// content returns what a row has in a column: the mapping file's word for the cell's, or the default where the
// cell is blank; a blank cell where there is nothing.
func (col *column) content(row sheet.Row) (cell sheet.Cell, filled bool) {
	cell = row.At(col.index)
	if cell.Kind == sheet.Blank {
		return cellOrBlank(col.fill)
	}
	text := cellText(cell)
	if ours, ok := col.words[wordKey(text)]; ok {
		cell, text = cellOf(ours), ours
	}
	if text == "" && cell.Kind == sheet.Text {
		return cellOrBlank(col.fill)
	}
	return cell, false
}

func cellOrBlank(text string) (sheet.Cell, bool) {
	if text == "" {
		return sheet.Cell{}, false
	}
	return cellOf(text), true
}

// value reads a cell that holds something as what its target needs.
func (d *decoder) value(t target, cell sheet.Cell, how reading, ref Ref) {
	how.Today = d.today
	ref.Personal = IsPersonal(t.path)
	text := cellText(cell)
	switch {
	case strings.EqualFold(text, clearWord):
		d.clear(t, ref)
	case len(t.spot.parts) > 0:
		d.packed(t, cell, how, ref)
	case t.field.Kind == Empty:
		d.empty(t, text, ref)
	default:
		if t.field.Kind == Number {
			how.Currency = d.currencyOf(t.path, text+cell.Seen)
		}
		value, faults := parseValue(t.field, cell, how)
		d.say(statement{target: t, value: value, ref: ref}, faults...)
	}
}

// say takes down a statement and the faults found with it.
func (d *decoder) say(s statement, faults ...fault) {
	d.said = append(d.said, s)
	d.report(s, faults...)
}

// report makes problems of faults. Warnings about a constant or default are dropped: they
// would come with every row. A cell that is as it was exported is the service's own.
func (d *decoder) report(s statement, faults ...fault) {
	ref := s.ref
	for _, f := range faults {
		if ref.Cell == "" && f.Severity != Fault || ref.Kept {
			continue
		}
		d.problems = append(d.problems, Problem{Row: d.row.Number, Cell: ref.Cell, Column: ref.Column, Value: ref.Value,
			Rule: f.Rule, Severity: f.Severity, Message: f.Message, Hint: f.Hint, Personal: ref.Personal, Path: s.path})
	}
}

// clear takes down that a field shall be emptied.
func (d *decoder) clear(t target, ref Ref) {
	if t.field.Writable == Steers {
		d.say(statement{target: t, ref: ref}, refuse("VAL-CLEAR", HeaderOf(t.path)+" cannot be emptied: it says what to do with the row", "write a value, or leave the cell blank"))
		return
	}
	d.say(statement{target: t, cleared: true, ref: ref})
}

// empties are the values that a cell of kind Empty can have.
var empties = map[string]func() any{
	"[]": func() any { return []any{} },
	"{}": func() any { return map[string]any{} },
}

func (d *decoder) empty(t target, text string, ref Ref) {
	allowed := t.field.Allowed[0]
	if text == allowed {
		d.say(statement{target: t, value: empties[allowed](), ref: ref})
		return
	}
	d.say(statement{target: t, ref: ref}, refuse("VAL-ENUM", quoted(text)+" is more than this column can hold",
		"allowed: "+allowed+", or nothing; what "+HeaderOf(t.path)+" holds has columns of its own"))
}

// customerPath is the name of the customer.
const customerPath = "customerProfile.name"

// steers has what columns that are no property do to the record.
var steers = map[string]func(*Record, any){
	"@action":      func(r *Record, v any) { r.Action = v.(string) },
	"@help":        func(r *Record, v any) { r.Help = answer(v.(bool)) },
	"id":           func(r *Record, v any) { r.ReferralID = v.(string) },
	"engagementId": func(r *Record, v any) { r.EngagementID = v.(string) },
	"eTag":         func(r *Record, v any) { r.ETag = v.(string) },
}

func answer(yes bool) Answer {
	if yes {
		return Yes
	}
	return No
}

// stated returns what the row says of a path.
func (d *decoder) stated(path string) (statement, bool) {
	for _, s := range d.said {
		if s.path == path {
			return s, true
		}
	}
	return statement{}, false
}
