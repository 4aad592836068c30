package mapping

import (
	"hash/maphash"
	"iter"
	"slices"
	"strings"
	"sync"

	"refload/internal/sheet"
)

// MatchOptions is what header matching knows besides the header row.
type MatchOptions struct {
	File       *File       // the mapping file, nil for none
	Catalogues *Catalogues // the lists of values, nil for those that come with the program
	Unattended bool        // nobody looks at warnings: an unknown column is a fault
	CommaCSV   bool        // the input is a CSV file with commas, as the portal writes it
	// IDs says by what CRM IDs are compared.
	IDs IDs
	// UpdatesOnly says that no row creates a referral, so that a row need not say what a new one
	// must have.
	UpdatesOnly bool
	// Key are the headers or paths of the columns that tell rows without CRM ID apart. Empty
	// stands for Deal Name and Customer Name.
	Key []string
}

// Columns is what the header of one file says, and what a pass over its rows has found out.
// Call Observe for every row, then Settle once; from then on a Columns does not change, and
// Decode, Hash, Key and Headers may be called from several goroutines.
type Columns struct {
	columns   []column // one for each column of the file, in its order
	further   []column // the second and third field of a column that the mapping file gives several
	headerRow int
	fixed     []fixed // constants, and defaults of fields that have no column
	key       []int   // indexes of the key columns
	crm, id   int     // indexes of the columns CRM ID, Referral ID and Action, -1 for none
	action    int
	snapshot  int  // index of the column Snapshot, -1 for none
	joins     int  // index of the column Engagement ID, -1 for none
	target    int  // index of the column of the first target's id, -1 for none
	portal    bool // "Microsoft help required?" is a column or a constant
	options   MatchOptions
	seed      maphash.Seed
	marks     []mark
	rows      int      // that were counted
	withID    int      // those of them with a Referral ID or a CRM ID
	speakers  sync.Map // what speaker has found, for a rule asks in every row
}

// column is one column of the file.
type column struct {
	target         // the field is nil for a column that is not read
	index   int    // counted from 0
	header  string // as the file has it, without the white space around it
	ignored bool   // the mapping file ignores it
	rule    string // the rule that the header breaks if values stand below it
	values  int    // how many values stand below such a header
	first   string // the mark of the first cell with one of them

	unwrapped int // how many cells a CSV writes as ="text"
	words     map[string]string
	fill      string // the default for blank cells
	how       reading
	dates     evidence // of dates with slashes
	dotted    evidence // of those with dots or dashes
	numbers   evidence
}

// fixed is a constant or default: a value that no cell gives.
type fixed struct {
	target
	text string
	how  reading
}

// ColumnInfo is one column of a file as it was understood.
type ColumnInfo struct {
	Index   int      // counted from 0
	Letter  string   // as a spreadsheet shows it: "F"
	Header  string   // as the file has it
	Path    string   // JSON path of the element or "@name"; "" for a column that is unknown or ignored
	Field   *Field   // the field, which must not be changed; nil where Path is ""
	Ignored bool     // the mapping file says to ignore it
	Mapped  bool     // the mapping file says what it is
	Near    string   // the header of the field that an unknown header may be a slip of, "" for none
	Besides []string // the paths of the further fields that the mapping file reads from the column
}

// Match finds out what each column of a file is. The problems are those of the header itself;
// Settle has more to say once the rows are known.
func Match(header sheet.Row, o MatchOptions) (*Columns, []Problem) {
	c := &Columns{headerRow: header.Number, options: o, crm: -1, id: -1, action: -1, snapshot: -1, joins: -1, target: -1, seed: maphash.MakeSeed()}
	var problems []Problem
	for i, cell := range header.Cells {
		col, found := c.match(i, cell)
		c.columns = append(c.columns, col)
		c.further = append(c.further, c.besides(col)...)
		problems = append(problems, found...)
	}
	c.settings()
	c.places()
	if other := c.other(); other != nil {
		return c, other
	}
	problems = append(problems, c.doubled()...)
	problems = append(problems, c.absent()...)
	problems = append(problems, c.keyColumns()...)
	return c, c.graded(problems)
}

// match understands one header cell.
func (c *Columns) match(index int, cell sheet.Cell) (column, []Problem) {
	col := column{index: index, header: cellText(cell)}
	if meant, ok := c.options.File.meaning(col.header); ok {
		col.ignored = meant == Ignore
		if !col.ignored {
			col.target, _ = resolve(meant)
		}
		return col, nil
	}
	var known bool
	switch {
	case col.header == "":
		col.rule = "HDR-EMPTY"
		return col, nil
	case cell.Kind == sheet.Formula || cell.Kind == sheet.Error:
		col.rule = "HDR-KIND"
		return col, nil
	}
	if col.target, known = resolve(col.header); known {
		return col, c.cleaned(col)
	}
	if cell.Kind != sheet.Text {
		col.rule = "HDR-KIND"
		return col, nil
	}
	return col, []Problem{c.headerProblem(col, unknownHeader(col.header))}
}

// cleaned says that a header matched although it holds what cannot be seen.
func (c *Columns) cleaned(col column) []Problem {
	if !strings.ContainsFunc(col.header, unseenInHeader) {
		return nil
	}
	f := fault{Rule: "HDR-CLEANED", Severity: Note, Message: quoted(col.header) + " is read as " + HeaderOf(col.path) + "; what cannot be seen in it does not count"}
	return []Problem{c.headerProblem(col, f)}
}

func unseenInHeader(r rune) bool { return invisible(r) || r == '\u00a0' || r == '\u00ad' }

// headerProblem places a fault at the header of a column.
func (c *Columns) headerProblem(col column, f fault) Problem {
	return Problem{Row: c.headerRow, Cell: sheet.CellName(col.index, c.headerRow), Column: col.header,
		Value: shown(col.header), Rule: f.Rule, Severity: f.Severity, Message: f.Message, Hint: f.Hint}.spelled()
}

func unknownHeader(header string) fault {
	message := quoted(header) + " is no column that refload knows"
	ignore := `say "` + escaped(header) + `: ignore" under "columns" in the mapping file`
	if meant := meantByWord(header); meant != nil {
		return warn("HDR-UNKNOWN", message+"; it is not sent", `is it "`+meant[0].header+`"? Name the field under "columns" in the mapping file, which 'refload mapping suggest' proposes, or `+ignore)
	}
	if near, ok := similar(header); ok {
		return refuse("HDR-UNKNOWN", message, `did you mean "`+near+`"? If not, `+ignore)
	}
	return warn("HDR-UNKNOWN", message+"; it is not sent", "name the field that it is under \"columns\" in the mapping file, or "+ignore)
}

// graded gives unknown columns the severity that the situation asks for. A slip is one where
// the field that it is near to has no column yet; a second look-alike is a column of its own.
func (c *Columns) graded(problems []Problem) []Problem {
	for i, p := range problems {
		if p.Rule != "HDR-UNKNOWN" {
			continue
		}
		if near, ok := similar(p.Column); ok && c.hasColumn(near) {
			problems[i].Severity = Warning
		}
		if c.options.Unattended {
			problems[i].Severity = Fault
		}
	}
	return problems
}

func (c *Columns) hasColumn(header string) bool {
	t, ok := resolve(header)
	return ok && c.find(t.path) >= 0
}

// besides returns a column once more for each further field that the mapping file reads from it.
func (c *Columns) besides(col column) []column {
	var more []column
	for _, meant := range c.options.File.furtherOf(col.header) {
		again := col
		again.target, _ = resolve(meant) // the mapping file was checked
		more = append(more, again)
	}
	return more
}

// each yields the columns of the file, and after them what some of them are besides.
func (c *Columns) each() iter.Seq[*column] {
	return func(yield func(*column) bool) {
		for _, list := range [][]column{c.columns, c.further} {
			for i := range list {
				if !yield(&list[i]) {
					return
				}
			}
		}
	}
}

// find returns the index of the column of a path, -1 for none.
func (c *Columns) find(path string) int {
	for col := range c.each() {
		if col.field != nil && col.path == path {
			return col.index
		}
	}
	return -1
}

// speaker returns the index of the column whose cells say a property, or a first part of it: that of the path, that of
// the header, that of an element or a part; -1 for none.
func (c *Columns) speaker(path, header string) int {
	asked := [2]string{path, header}
	if known, ok := c.speakers.Load(asked); ok {
		return known.(int)
	}
	index := c.findSpeaker(path, header)
	c.speakers.Store(asked, index)
	return index
}

func (c *Columns) findSpeaker(path, header string) int {
	if i := c.find(path); i >= 0 {
		return i
	}
	if t, ok := resolve(header); ok {
		if i := c.find(t.path); i >= 0 {
			return i
		}
	}
	for col := range c.each() {
		if rest, part := strings.CutPrefix(col.path, path); part && rest != "" && (rest[0] == '[' || rest[0] == '.') && col.field != nil {
			return col.index
		}
	}
	return -1
}

// places finds the columns that decoding looks for by itself.
func (c *Columns) places() {
	c.crm, c.id, c.action = c.find("externalReferenceId"), c.find("id"), c.find("@action")
	c.snapshot = c.find(SnapshotPath)
	c.joins, c.target = c.find("engagementId"), c.find("target[0].id")
	c.portal = c.supplies("@help")
}

// Unread reports whether nothing of a column, counted from 0, is read: it refuses no file.
func (c *Columns) Unread(column int) bool {
	if column >= len(c.columns) || slices.Contains(c.key, column) {
		return column >= len(c.columns)
	}
	return !c.columns[column].reads()
}

// reads reports whether what stands in a column counts.
func (col column) reads() bool {
	return col.field != nil && !col.ignored && (col.field.read() || col.path == SnapshotPath)
}

// supplies reports whether a column, a constant or a default speaks of a path.
func (c *Columns) supplies(path string) bool {
	if c.find(path) >= 0 {
		return true
	}
	for _, f := range c.fixed {
		if f.path == path {
			return true
		}
	}
	return false
}

// Headers returns every column of the file, in its order.
func (c *Columns) Headers() []ColumnInfo {
	infos := make([]ColumnInfo, len(c.columns))
	for i, col := range c.columns {
		_, mapped := c.options.File.meaning(col.header)
		infos[i] = ColumnInfo{Index: i, Letter: sheet.ColumnName(i), Header: col.header, Path: col.path, Field: col.field, Ignored: col.ignored, Mapped: mapped}
		if col.field == nil && !col.ignored {
			infos[i].Near, _ = similar(col.header)
		}
	}
	for _, col := range c.further {
		infos[col.index].Besides = append(infos[col.index].Besides, col.path)
	}
	return infos
}

// ShareClosed reports whether deals that are created closed may be shared with Microsoft all
// the same: the mapping file says so.
func (c *Columns) ShareClosed() bool { return c.options.File != nil && c.options.File.ShareClosed }
