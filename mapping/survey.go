package mapping

import (
	"fmt"
	"slices"

	"refload/internal/sheet"
)

// evidence is what the texts of one column say about how they are to be read: in the first
// notation (month first, decimal point), in the second (day first, decimal comma), or both.
type evidence struct {
	first, second, both int
	sample              [3]string // one text of each, with its cell
}

const (
	onlyFirst = iota
	onlySecond
	eitherWay
)

func (e *evidence) add(first, second bool, text, cell string) {
	counts := [3]*int{&e.first, &e.second, &e.both}
	which := eitherWay
	switch {
	case !first && !second:
		return
	case !second:
		which = onlyFirst
	case !first:
		which = onlySecond
	}
	if *counts[which]++; e.sample[which] == "" {
		e.sample[which] = quoted(text) + " in " + cell
	}
}

// Observe takes one data row into account: how its dates and numbers are written, what stands
// below missing headers, and its keys. It keeps at most 40 bytes of a row.
func (c *Columns) Observe(row sheet.Row) {
	for col := range c.each() {
		col.observe(row)
	}
	for i := len(c.columns); i < used(row); i++ {
		c.columns = append(c.columns, column{index: i, rule: "HDR-EMPTY"})
		c.columns[i].observe(row)
	}
	c.Count(row)
	c.mark(row)
}

// Count takes a row into account that nothing else is to be known of. Observe does it too.
func (c *Columns) Count(row sheet.Row) {
	c.rows++
	if keyText(row, c.id) != "" || keyText(row, c.crm) != "" {
		c.withID++
	}
}

// Advise returns problems of the header with what the rows have to say to them: where all of them name a deal, columns
// that new deals need may not be needed.
func (c *Columns) Advise(problems []Problem) []Problem {
	if c.rows == 0 || c.withID < c.rows {
		return problems
	}
	advised := slices.Clone(problems)
	for i := range advised {
		if p := &advised[i]; p.Rule == "HDR-MISSING" {
			p.Hint = "every row has an id: if all of these deals exist, import with --mode update, which needs none of these columns; else " + p.Hint
		}
	}
	return advised
}

// used returns how many cells a row has without the blank ones at its end.
func used(row sheet.Row) int {
	n := len(row.Cells)
	for n > 0 && row.Cells[n-1].Kind == sheet.Blank {
		n--
	}
	return n
}

func (col *column) observe(row sheet.Row) {
	cell := row.At(col.index)
	if cell.Kind == sheet.Blank {
		return
	}
	if col.rule != "" {
		if col.values++; col.first == "" {
			col.first = cellMark(col.index, row.Number)
		}
		return
	}
	if col.field == nil || cell.Kind != sheet.Text {
		return
	}
	if cell.Unwrapped {
		col.unwrapped++
	}
	text := cellText(cell)
	switch col.field.Kind {
	case Date, Time:
		col.observeDate(text, cellMark(col.index, row.Number))
	case Number, Integer:
		first, second := numberReadings(text, col.how.catalogues())
		col.numbers.add(first, second, text, cellMark(col.index, row.Number))
	}
}

// Settle ends the pass over the rows: it decides how the dates and numbers of each column are
// read and returns what there is to say about it, with the columns that have values and no
// header. A column that mixes two notations is a fault as a whole: such files come from
// programs that have already turned some of the dates round. One that nothing decides is
// a warning here and a fault at every cell that can be read two ways.
func (c *Columns) Settle() []Problem {
	var problems []Problem
	portalDates := c.options.CommaCSV && c.portalSet()
	for col := range c.each() {
		problems = append(problems, c.unnamed(*col)...)
		if col.field == nil {
			continue
		}
		problems = append(problems, c.unwrapped(*col)...)
		documented := portalDates && col.path == "details.closingDateTime" && !col.byPath
		problems = append(problems, c.settleDates(col, documented)...)
		problems = append(problems, c.settleNumbers(col)...)
	}
	c.settleMarks()
	return problems
}

// nameless says what is wrong with a header that breaks a rule.
var nameless = map[string]string{
	"HDR-EMPTY": "the column %s has no header, but values from %s on",
	"HDR-KIND":  "the header of column %s is no text, and there are values from %s on",
}

func (c *Columns) unnamed(col column) []Problem {
	if col.values == 0 {
		return nil
	}
	message := fmt.Sprintf(nameless[col.rule], sheet.ColumnName(col.index), col.first)
	f := refuse(col.rule, message, "write a header as text, or delete the column")
	if c.beside(col) {
		f.Severity, f.Message = Warning, message+"; it stands beside the table and is not read"
	}
	return []Problem{c.headerProblem(col, f)}
}

// beside reports whether an empty column parts a column without header from the table: it then
// holds a remark of somebody, and no deal.
func (c *Columns) beside(col column) bool {
	for at := col.index - 1; at >= 0 && c.columns[at].header == ""; at-- {
		if c.columns[at].values == 0 {
			return !slices.ContainsFunc(c.columns[col.index:], func(right column) bool { return right.header != "" })
		}
	}
	return false
}

// unwrapped says that the texts of a column stood in formulas.
func (c *Columns) unwrapped(col column) []Problem {
	if col.unwrapped == 0 || !col.field.read() {
		return nil
	}
	message := fmt.Sprintf(`%d cells are written as ="text"; the text is read`, col.unwrapped)
	if col.unwrapped == 1 {
		message = `a cell is written as ="text"; the text is read`
	}
	return c.columnProblems(col, &fault{Rule: "CSV-FORMULA", Severity: Note, Message: message})
}

// portalSet reports whether the file bears the portal's headers: every column that the portal
// asks of a new deal.
func (c *Columns) portalSet() bool {
	for i := range table().fields {
		f := &table().fields[i]
		asked := f.Portal && (f.Need == Required || f.Need == RequiredDeal) || f.Path == "@help"
		if at := c.find(f.at(0)); asked && (at < 0 || c.columns[at].byPath) {
			return false
		}
	}
	return true
}

// notation is the wording of a decision between two ways to read a column.
type notation struct {
	rule, things  string
	names         [2]string // what is first: "the month first"
	rules         [2]string // what the mapping file calls it
	mappingFormat string    // what to write into the mapping file
}

var (
	dateNotation = notation{"DATE-ORDER", "dates", [2]string{"with the month first", "with the day first"},
		[2]string{monthFirst, dayFirst}, "write them as YYYY-MM-DD, or say how they are written with --dates, or under \"dates\" in the mapping file: %s or %s"}
	numberNotation = notation{"NUM-NOTATION", "numbers", [2]string{"with a decimal point", "with a decimal comma"},
		[2]string{"point", "comma"}, "write them without thousands separators, or say how they are written with --decimal, or under \"decimal\" in the mapping file: %s or %s"}
)

// decide returns the reading of a column: onlyFirst, onlySecond, or eitherWay where it stays
// open. Something is said where the decision changes the meaning of a value.
func (e evidence) decide(n notation) (int, *fault) {
	switch {
	case e.both == 0 && (e.first == 0 || e.second == 0):
		return e.single(), nil
	case e.first > 0 && e.second > 0:
		return eitherWay, e.undecided(n, Fault, fmt.Sprintf("some %s can be read %s only (%s), others %s only (%s)",
			n.things, n.names[0], e.sample[onlyFirst], n.names[1], e.sample[onlySecond]))
	case e.first == 0 && e.second == 0:
		return eitherWay, e.undecided(n, Warning, fmt.Sprintf("the %s can be read two ways, such as %s", n.things, e.sample[eitherWay]))
	}
	which := e.single()
	return which, &fault{Rule: n.rule, Severity: Note,
		Message: fmt.Sprintf("the %s are read %s: %s allows nothing else", n.things, n.names[which], e.sample[which])}
}

func (e evidence) single() int {
	switch {
	case e.first > 0:
		return onlyFirst
	case e.second > 0:
		return onlySecond
	}
	return eitherWay
}

func (e evidence) undecided(n notation, severity Severity, message string) *fault {
	if e.both > 0 {
		message += fmt.Sprintf("; %d can be read both ways", e.both)
	}
	return &fault{Rule: n.rule, Severity: severity, Message: message, Hint: fmt.Sprintf(n.mappingFormat, n.rules[0], n.rules[1])}
}

func (c *Columns) settleNumbers(col *column) []Problem {
	if col.how.DecimalComma || col.how.DecimalPoint {
		return nil
	}
	which, said := col.numbers.decide(numberNotation)
	col.how.DecimalPoint, col.how.DecimalComma = which == onlyFirst, which == onlySecond
	return c.columnProblems(*col, said)
}

func (c *Columns) columnProblems(col column, f *fault) []Problem {
	if f == nil {
		return nil
	}
	p := c.headerProblem(col, *f)
	p.Value = ""
	return []Problem{p}
}
