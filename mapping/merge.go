package mapping

import (
	"cmp"
	"slices"

	"refload/api"
)

// Merged is a referral of the service as a row wants it, and what that would change. Status and
// substatus are left out of it: they are a destination, see Record.Destination.
type Merged struct {
	Doc     *api.Referral // the live referral with the row's values
	Changes []api.Change  // what Doc changes, by the smallest part, in the order of the paths
	Locked  []api.Change  // what the row says otherwise and nobody can change any more
	OneWay  []api.Change  // what the row would take back and cannot: sharing with Microsoft
	Clashes []Clash       // what the row changes and somebody else has changed since it was exported
	Theirs  []Clash       // what somebody else has changed since, and the row does not touch
	Unsure  bool          // the row was exported, and what a changed cell of it held is not known
}

// Clash is a property that somebody else has changed since a row was exported.
type Clash struct {
	Path   string
	Base   any // when the row was exported
	Yours  any // what the row wants
	Theirs any // what it is now
}

// Destination returns the state that the row wants its deal to end in; the zero State where it
// has no wish, or where both cells are as they were exported.
func (r *Record) Destination() api.State {
	if r.Cells["status"].Kept && r.Cells["substatus"].Kept {
		return api.State{}
	}
	return r.Doc.State()
}

// Merge lays what the row says over a referral. A blank cell says nothing, and neither does
// what is only implied for a new referral. Solutions are matched by their id, people by their
// e-mail address, attributes by their type, else by the number of the column; what a row does
// not speak of keeps its live value, and elements that it does not name stay.
func (r *Record) Merge(live *api.Referral) *Merged {
	m := &merger{record: r, live: live, merged: &Merged{Doc: live.Clone()}}
	arrays := map[string][]statement{}
	for _, s := range r.said {
		switch {
		case s.ref.Kept:
			m.others(s)
		case !s.speaks():
		case s.spot.array != "":
			arrays[s.spot.array] = append(arrays[s.spot.array], s)
		default:
			m.property(s)
		}
	}
	for path, said := range arrays {
		m.array(path, said)
	}
	m.merged.Changes = append(m.merged.Changes, Changes(live, m.merged.Doc)...)
	for _, list := range [][]api.Change{m.merged.Changes, m.merged.Locked, m.merged.OneWay} {
		slices.SortFunc(list, func(a, b api.Change) int { return cmp.Compare(a.Path, b.Path) })
	}
	return m.merged
}

// speaks reports whether a statement says something of a property that an update may touch.
func (s statement) speaks() bool {
	return s.field.Writable != Steers && s.path != "status" && s.path != "substatus" && (s.cleared || s.value != nil)
}

// merger lays one row over one referral.
type merger struct {
	record *Record
	live   *api.Referral
	merged *Merged
}

// property lays one value over the live one.
func (m *merger) property(s statement) {
	wanted := m.wanted(s)
	old, _ := m.live.Get(s.path)
	change := api.Change{Path: s.path, Old: old, New: wanted}
	switch {
	case s.field.Kind == Empty && wanted != nil && s.field.Allowed[0] == "{}":
	case m.clashes(s, old, wanted):
	case m.same(s.field, old, wanted), m.record.closedApart() && sharing[s.path]:
	case s.path == sellersPath && old == true:
		if m.record.Help != Yes {
			m.merged.OneWay = append(m.merged.OneWay, change)
		}
	case m.locked(s.field, old):
		if !alikeText(old, wanted) {
			m.merged.Locked = append(m.merged.Locked, change)
		}
	default:
		m.merged.Unsure = m.merged.Unsure || !s.based
		m.set(s.path, wanted)
	}
}

// sharing are the properties by which a deal is shared.
var sharing = map[string]bool{sellersPath: true, "type": true, "target": true, "inviteContext.notes": true, "inviteContext.assistanceRequestCode": true}

// closedApart reports whether the row wants its deal closed, and a closed deal is not to be
// shared: then what it says of sharing is no wish.
func (r *Record) closedApart() bool { return r.Destination().Status == "Closed" && !r.shareClosed }

// wanted returns what a statement makes of its property. The reason of a substatus was a number
// in the sheet and is a text in the document.
func (m *merger) wanted(s statement) any {
	switch list, isList := s.value.([]any); {
	case s.cleared && s.field.Kind == List:
		return []any{}
	case s.cleared:
		return nil
	case s.path == "statusReason":
		return m.record.Doc.Text(s.path)
	case isList && s.field.Element != "":
		return objects(list, s.field.Element)
	}
	return s.value
}

// locked reports whether a property of the live referral cannot be changed any more. What can
// be written until the deal is shared can be filled in later where it is blank and the row asks
// for Microsoft's help, which needs it.
//
// Source: section "editable fields" of the bulk operations page.
func (m *merger) locked(f *Field, old any) bool {
	shared, _ := m.live.Get(sellersPath)
	return f.Writable == OnCreate || f.Writable == UntilShared && shared == true && (!blankValue(old) || m.record.Help != Yes)
}

// set writes a value into the merged document. Where the service's document has another shape
// than the field table, the value takes its place.
func (m *merger) set(path string, value any) {
	if err := m.merged.Doc.Set(path, value); err != nil {
		m.merged.Locked = append(m.merged.Locked, api.Change{Path: path, New: value})
	}
}
