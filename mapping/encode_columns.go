package mapping

import (
	"fmt"
	"slices"
	"strings"
)

// ExportColumn is one column of an export.
type ExportColumn struct {
	Header   string
	Path     string // JSON path of the element, or "@name"
	Field    *Field // must not be changed
	ReadOnly bool   // the service takes no change of it
	Hidden   bool   // bookkeeping that people need not see
	Data     bool   // an import reads it, so that the snapshot holds its cell
	get      getter
	form     func(*Field, any) (Encoded, error) // nil for the usual one
}

// Cell returns the cell of a referral in the column. The error is an *EncodeError.
func (c *ExportColumn) Cell(e Exported) (Encoded, error) {
	if c.get == nil {
		return Encoded{}, nil
	}
	form := c.form
	if form == nil {
		form = encode
	}
	cell, err := form(c.Field, c.get(e))
	if failure, ok := err.(*EncodeError); ok {
		failure.Header = c.Header
	}
	return cell, err
}

// Offered returns the values of a dropdown for the column, nil for none.
func (c *ExportColumn) Offered() []string {
	if c.ReadOnly || c.Field.Kind != Choice && c.Field.Kind != Bool && c.Field.Kind != Open {
		return nil
	}
	if c.Field.Path == "substatus" || c.Field.Path == "inviteContext.assistanceRequestCode" {
		return slices.Clone(c.Field.Allowed)
	}
	return c.Field.offered()
}

// exportColumn makes the column of a target.
func exportColumn(t target) ExportColumn {
	readOnly := t.field.Writable == Never || t.field.Writable == OnCreate || slices.Contains([]string{"id", "engagementId", "eTag"}, t.path)
	return ExportColumn{Header: HeaderOf(t.path), Path: t.path, Field: t.field, ReadOnly: readOnly, get: newGetter(t),
		Data: t.field.read() && t.path != "eTag" && t.path != "@action", Hidden: t.path == "eTag"}
}

// snapshotColumn is the column that the exporter fills in by SnapshotOf.
func snapshotColumn() ExportColumn {
	f, _ := Lookup(SnapshotPath)
	return ExportColumn{Header: f.Header, Path: f.Path, Field: f, ReadOnly: true, Hidden: true}
}

// Sides is whose referrals of a deal an export has.
type Sides uint8

// The sides.
const (
	OurSide   Sides = iota
	BothSides       // with a column that says whose, and an action that keeps Microsoft's from being sent
)

// Columns returns the columns of a table of all referrals that were observed: the portal's in
// the order of its own file, with one column for each part of a solution or a person; then the
// others that hold a value; and at the end what an import needs to find changes. It returns an
// error when a referral has more elements of an array than there are columns for.
func (o *Outline) Columns(sides Sides) ([]ExportColumn, error) {
	if err := o.surplus(); err != nil {
		return nil, err
	}
	paths := sides.paths()
	for _, path := range portalOrder {
		paths = append(paths, o.portalPaths(path)...)
	}
	return columnsOf(append(paths, o.rest()...)), nil
}

// paths returns the columns that tell the sides apart.
func (s Sides) paths() []string {
	if s == BothSides {
		return []string{"@side", "@action"}
	}
	return nil
}

// Chosen returns the columns that a person names, by header, alias or path; "Solution # ID"
// stands for all that hold a value, a packed one for its parts. The Referral ID comes first
// where it is not named, and what an import needs to find changes comes last.
func (o *Outline) Chosen(names []string, sides Sides) ([]ExportColumn, error) {
	if err := o.surplus(); err != nil {
		return nil, err
	}
	paths := sides.paths()
	for _, name := range names {
		named, err := o.named(name)
		if err != nil {
			return nil, err
		}
		paths = append(paths, named...)
	}
	if !slices.Contains(paths, "id") {
		paths = append([]string{"id"}, paths...)
	}
	return columnsOf(paths), nil
}

// columnsOf makes the columns of paths, each once, and of what an import needs besides.
func columnsOf(paths []string) []ExportColumn {
	var columns []ExportColumn
	taken := map[string]bool{"eTag": true}
	for _, path := range paths {
		if t, ok := resolve(path); ok && !taken[path] {
			taken[path] = true
			columns = append(columns, exportColumn(t))
		}
	}
	etag, _ := resolve("eTag")
	return append(columns, exportColumn(etag), snapshotColumn())
}

// CheckColumn returns an error for a name that Chosen would refuse, before anything is listed.
func CheckColumn(name string) error {
	_, err := NewOutline().named(name)
	return err
}

// named returns the paths of the columns that a name stands for.
func (o *Outline) named(name string) ([]string, error) {
	numbered := strings.Contains(name, "#")
	t, ok := resolve(strings.ReplaceAll(name, "#", "1"))
	switch {
	case !ok:
		hint := "see the columns with 'refload fields'"
		if near, similar := similar(name); similar {
			hint = `did you mean "` + near + `"?`
		}
		return nil, &EncodeError{"--columns", quoted(name) + " is no column that refload knows", hint}
	case !exportable(t.field):
		return nil, &EncodeError{"--columns", quoted(name) + " holds nothing that a table can show", "see the columns with 'refload fields'"}
	}
	if !numbered {
		return unpacked(t), nil
	}
	var paths []string
	for i := range max(1, o.lengths[t.spot.array]) {
		part := newTarget(t.field, fmt.Sprintf("%s[%d]%s", t.spot.array, i, t.spot.part), false)
		paths = append(paths, unpacked(part)...)
	}
	return paths, nil
}

// unpacked returns the path of a target, or those of the parts that it packs.
func unpacked(t target) []string { return t.covers() }

// exportable reports whether a table has a column for a field.
func exportable(f *Field) bool {
	switch {
	case computed[f.Path] != nil:
		return true
	case f.Kind == Empty, f.Kind == Result, f.Path == "links":
		return false
	}
	return f.Path[0] != '@'
}
