package mapping

import (
	"refload/api"
	"refload/internal/sheet"
)

// readSnapshot reads what the cells of an exported row held.
func (d *decoder) readSnapshot() {
	if d.columns.snapshot < 0 {
		return
	}
	cell := d.row.At(d.columns.snapshot)
	was, err := ReadSnapshot(cellText(cell))
	if err != nil {
		col := &d.columns.columns[d.columns.snapshot]
		s := statement{target: col.target, ref: Ref{Cell: sheet.CellName(col.index, d.row.Number), Column: col.header}}
		d.report(s, refuse("VAL-SNAPSHOT", err.Error(), "export again, or empty the cell: then the row is compared with the live referral alone"))
		return
	}
	d.was, d.record.Exported = was, !was.Empty()
	d.record.baseState.Status, _ = was.Text(HeaderOf("status"))
	d.record.baseState.Substatus, _ = was.Text(HeaderOf("substatus"))
}

// BaseState returns the state that an exported row had when it was exported; the zero State
// where that is not known.
func (r *Record) BaseState() api.State { return r.baseState }

// rememberBase gives the statements of a changed cell the values that the cell had when the row
// was exported, where it held one value and the snapshot knows it.
func (d *decoder) rememberBase(col *column, how reading, said []statement) {
	text, known := d.was.Text(col.header)
	if !known || len(said) != 1 || len(col.spot.parts) > 0 {
		return
	}
	how.Today = d.today
	if text == "" {
		said[0].based = true
		return
	}
	value, faults := parseValue(col.field, cellOf(text), how)
	if !stops(faults) {
		said[0].base, said[0].based = value, true
	}
}

// clashes reports whether somebody else has changed what a statement changes, since the row was
// exported, and to something else. It takes the clash down.
func (m *merger) clashes(s statement, live, wanted any) bool {
	if !s.based || m.same(s.field, live, s.base) || m.same(s.field, live, wanted) {
		return false
	}
	m.merged.Clashes = append(m.merged.Clashes, Clash{Path: s.path, Base: s.base, Yours: wanted, Theirs: live})
	return true
}

// others takes down what somebody else has changed in a property that the row keeps.
func (m *merger) others(s statement) {
	if s.value == nil || s.spot.array != "" || s.field.Writable == Steers || s.path == "status" || s.path == "substatus" {
		return
	}
	base := m.wanted(s)
	if live, _ := m.live.Get(s.path); !m.same(s.field, live, base) {
		m.merged.Theirs = append(m.merged.Theirs, Clash{Path: s.path, Base: base, Yours: base, Theirs: live})
	}
}
